"""Writes a trail as a story in the form of a definition file, so that the story runner plays it."""

from collections.abc import Mapping
from typing import Any

import yaml
import z3

from zhulian.language.definition.patterns import compile_pattern
from zhulian.language.definition.shapes import Action, Field, Kind, Signatory
from zhulian.language.definition.types_of import bare_type
from zhulian.language.expressions import types
from zhulian.language.expressions.dates import DAY_SECONDS, calendar_day
from zhulian.language.proving.doing import Done
from zhulian.language.proving.examples import written
from zhulian.language.proving.symbols import Outside, Term, Z
from zhulian.language.proving.texts import matching
from zhulian.language.proving.trails import Trail

__all__ = ["Story", "Telling", "as_yaml"]

Story = dict[str, Any]
"""A story as a definition file writes it: maps, lists and texts."""
_PLAYERS = ("jia", "yi", "bing", "ding", "wu", "ji", "geng", "xin", "ren", "gui")
_SLACK = 5
"""Seconds that the steps of a story take by themselves."""


def as_yaml(story: Story) -> str:
    """The steps of a story with its cast, as YAML in one line each."""
    head = {key: value for key, value in story.items() if key in ("cast", "given")}
    lines = [f"{key}: {_flow(value)}" for key, value in head.items()]
    return "\n".join([*lines, "steps:", *(f"  - {_flow(each)}" for each in story["steps"])]) + "\n"


def _flow(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10_000)
    return str(text).removesuffix("\n").removesuffix("\n...")


class Telling:
    """Tells the story of a trail; `samples` are inputs by action and name, as other stories write what the model knows nothing of.

    Raises:
        Outside: where a value cannot be written.
    """

    def __init__(self, trail: Trail, samples: Mapping[tuple[str, str], Any]) -> None:
        self._trail = trail
        self._samples = samples
        self._stage = trail.stage
        self._model = trail.model
        self._players: dict[str, str] = {}
        self._values: dict[str, Z] = {}
        self._roles: dict[str, dict[str, None]] = {}
        self._texts: dict[str, str] = {}
        tree = trail.stage.checked.definition.tree
        self._actions = {each.name: each for each in tree.actions}
        self._persons = {each.name for each in tree.roles if each.persons}
        self._known = [each.name for each in tree.roles]

    def story(self) -> Story:
        """The whole story."""
        steps: list[dict[str, Any]] = []
        now = self._trail.begins
        for done in self._trail.dones:
            time = self._number(done.time)
            if done.doer.kind == "timer" or time - now > _SLACK:
                steps.append({"wait": f"{max(time - now, 0) + 1}s"})
                now = max(time, now) + 1
            if done.doer.kind == "timer":
                continue
            action = self._actions.get(done.doer.name)
            if action is None:
                raise Outside("step")
            steps.append(self._step(done, action))
            now += 1
        given = self._given()
        cast = {name: self._cast(party) for party, name in self._players.items()}
        title = {"zh": "违反约束的步骤", "en": "Steps that break a promise"}
        return {"title": title, "cast": cast, **({"given": given} if given else {}), "steps": steps}

    def _cast(self, party: str) -> Any:
        roles = list(self._roles.get(party, {})) or self._known[:1] or ["operator"]
        return roles[0] if len(roles) == 1 else roles

    def _number(self, value: Z) -> int:
        found = self._model.eval(value, model_completion=True)
        return int(found.as_long()) if z3.is_int_value(found) else 0

    def _given(self) -> list[dict[str, Any]]:
        """What the players hold of assets that are used, and settings."""
        stage = self._stage
        found: list[dict[str, Any]] = []
        for use in stage.checked.definition.tree.uses:
            if use.kind != "asset":
                continue
            asset = stage.checked.scopes.base.assets[use.name]
            amounts: dict[str, str] = {}
            for party, name in self._players.items():
                owner: list[tuple[types.Type, Z]] = [(types.PARTY, self._values[party]), (asset, use.name)]
                amount = stage.asking.ask(stage.start, "balance", owner, types.INT).value
                if self._number(amount) > 0:
                    amounts[name] = written(stage, self._model, amount, asset.amount)
            if amounts:
                found.append({"balance": {"of": use.name, **amounts}})
        for setting in stage.checked.definition.tree.settings:
            term = stage.settings[setting.name]
            if z3.is_true(self._model.eval(term.there, model_completion=True)):
                spoken = self._spoken(setting, term)
                if isinstance(spoken, str) and setting.type not in ("party", "person", "text", "file"):
                    found.append({"setting": {setting.name: spoken}})
        return found

    # Steps.

    def _step(self, done: Done, action: Action) -> dict[str, Any]:
        who: dict[str, Any] = {}
        for signatory in action.by:
            name = signatory.name or "actor"
            who[name] = self._signers(signatory, self._player(done.parties[name], *self._roles_of(signatory)))
        step: dict[str, Any] = {"who": who if action.by[0].name else who["actor"], "does": action.name}
        if action.on and action.on != "instance":
            key = self.key(action.on, done.this)
            step["on"] = key[0] if len(key) == 1 else key
        inputs = {}
        for each in action.input:
            if each.name not in done.inputs:
                continue
            value = self._input(action, each, done.inputs[each.name])
            if value is not None:
                inputs[each.name] = value
        for name in (action.seals, action.opens):
            if (action.name, name) in self._samples:
                inputs[name] = self._samples[action.name, name]
        if inputs:
            step["with"] = inputs
        return step

    def _roles_of(self, signatory: Signatory) -> list[str]:
        return [each.role for each in signatory.any if each.role and each.role != "anyone"][:1]

    def _signers(self, signatory: Signatory, player: str) -> Any:
        seats = [f"{player}.{seat.seat}" for seat in signatory.seats for _ in range(min(seat.count, 1))]
        if signatory.apart and not seats:
            seats = [f"{player}.apart"]
        return player if not seats else seats[0] if len(seats) == 1 else seats

    def _input(self, action: Action, field: Field, term: Term) -> Any:
        if not z3.is_true(self._model.eval(term.there, model_completion=True)):
            return None
        sample = self._samples.get((action.name, field.name))
        if field.visibility != "public" or field.type in ("file", "ticket", "paper", "codes", "bulk", "proof", "tag", "list"):
            if sample is None and field.type == "file":
                return "file:paper.txt"
            if sample is None:
                raise Outside("input")
            return sample
        return self._spoken(field, term)

    def key(self, record: str, ref: Z) -> list[str]:
        """The parts of the key of a record as stories write them."""
        stage = self._stage
        found: list[str] = []
        for place, part in enumerate(stage.records.keys[record]):
            value = stage.symbols.refs[record].accessor(0, place)(ref)
            fields = stage.records.fields.get(record) or stage.records.lent[record]
            spoken = self._spoken(fields[part], stage.symbols.term(value))
            found.append(spoken if isinstance(spoken, str) else "/".join(spoken))
        return found

    # Values.

    def _player(self, party: Z, *roles: str) -> str:
        value = self._model.eval(party, model_completion=True)
        key = value.sexpr()
        if key not in self._players:
            if len(self._players) >= len(_PLAYERS):
                raise Outside("players")
            self._players[key] = _PLAYERS[len(self._players)]
            self._values[key] = value
        for role in roles:
            self._roles.setdefault(key, {})[role] = None
            if role in self._persons:
                self._roles[key]["person"] = None
        return self._players[key]

    def _spoken(self, kind: Kind, term: Term) -> Any:
        stage, of = self._stage, bare_type(kind, getattr(kind, "name", "value"))
        match kind.type:
            case "party" | "person":
                return self._player(term.value, *([kind.role] if kind.role else []))
            case "record":
                key = self.key(kind.record, term.value)
                return key[0] if len(key) == 1 else "/".join(key)
            case "text":
                return self._text(kind, term.value)
            case "duration":
                return f"{self._number(term.value)}s"
            case "time":
                return self._time(self._number(term.value))
        return written(stage, self._model, term.value, of)

    def _time(self, value: int) -> str:
        year, month, day = calendar_day(value // DAY_SECONDS)
        rest = value % DAY_SECONDS
        return f"{year:04}-{month:02}-{day:02}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}Z"

    def _text(self, kind: Kind, value: Z) -> str:
        found = self._model.eval(value, model_completion=True)
        for text, literal in self._stage.symbols.literals.get(str(found.sort()), {}).items():
            if self._model.eval(literal, model_completion=True).eq(found):
                return text
        key = f"{found.sexpr()} {kind.pattern}"
        if key not in self._texts:
            said = self._stage.symbols.literals.get(str(found.sort()), {})  # texts of the definition, which this is none of
            taken = {*self._texts.values(), *said}
            texts = iter("ABCDEFGH") if kind.pattern is None else matching(compile_pattern(kind.pattern))
            fresh = next((each for each in texts if each and each not in taken), None)
            if fresh is None:
                raise Outside("text")
            self._texts[key] = fresh
        return self._texts[key]
