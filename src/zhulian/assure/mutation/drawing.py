"""Draws steps on a stage: actions of the definition by those who mostly may do them, on records that are there, with inputs of their types."""

import random
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from zhulian.assure.stories.company import Player
from zhulian.assure.stories.stage import Stage
from zhulian.language.definition.shapes import Action, Field, Kind, Signatory
from zhulian.language.definition.views import Step, Voice, With
from zhulian.language.values import split_key
from zhulian.language.values.figures import write_scaled
from zhulian.modules.scenario.events import RecordChanged
from zhulian.modules.scenario.state import RECORDS, Held

__all__ = ["Drawing"]

_MADE_ELSEWHERE = ("file", "ticket", "paper", "codes", "bulk", "proof", "tag", "text")


class Drawing:
    """What may be drawn on a stage, as far as events have shown it; `focus` is the action that is drawn in every second case."""

    def __init__(self, stage: Stage, chance: random.Random, focus: str) -> None:
        self._stage = stage
        self._chance = chance
        self._focus = focus
        self._tree = stage.main.tree
        self._actions = {each.name: each for each in self._tree.actions}
        self._records: dict[str, list[str]] = {}
        self._examples = _examples(stage)

    def saw(self, changes: Iterable[RecordChanged]) -> None:
        """Learn of records that came to be."""
        for each in changes:
            there = self._records.setdefault(each.record, [])
            if each.instance == self._stage.main.name and each.key not in there:
                there.append(each.key)

    def altered(self, step: Step) -> Step | None:
        """A step of the story with another record, another signer or another input; None for one that only looks."""
        if step.see or step.upgrades or step.wait:
            return None
        roll = self._chance.random()
        action = self._actions.get(step.does)
        if action is None or roll < 0.2:
            return step
        if roll < 0.5 and step.inputs:
            place = self._chance.randrange(len(step.inputs))
            given = step.inputs[place]
            field = next((each for each in action.input if each.name == given.name), None)
            if field is not None:
                drawn = self._input(action, field, self._held(action.on, step.on))
                return step if drawn is None else replace(step, inputs=(*step.inputs[:place], drawn, *step.inputs[place + 1 :]))
        if roll < 0.75 and action.on:
            return replace(step, on=self._on(action))
        return replace(step, who=self._voices(action, self._held(action.on, step.on)))

    def drawn(self) -> Step | None:
        """An action that might work now; None where there is nothing that it could be about."""
        names = list(self._actions)
        name = self._focus if self._focus in self._actions and self._chance.random() < 0.5 else self._chance.choice(names)
        action = self._actions[name]
        on = self._on(action)
        if action.on and action.on != "instance" and not on:
            return None
        held = self._held(action.on, on)
        inputs = [self._input(action, each, held) for each in action.input]
        found = [each for each in inputs if each is not None]
        if action.seals or action.opens:
            found += list(self._examples.get((action.name, action.seals or action.opens), ()))[:1]
        return Step(does=name, who=self._voices(action, held), on=on, inputs=tuple(found))

    def _on(self, action: Action) -> tuple[str, ...]:
        """The key of a record, mostly of one from whose state the action starts."""
        if not action.on or action.on == "instance":
            return ()
        there = self._records.get(action.on, [])
        if not there:
            return ()
        fit = [each for each in there if not action.froms or self._state(action.on, each) in action.froms]
        key = self._chance.choice(fit if fit and self._chance.random() < 0.85 else there)
        if action.many > 1:
            return (key,)
        return tuple(split_key(key))

    def _state(self, record: str, key: str) -> str:
        found = self._find(record, key)
        return "" if found is None else found.state or ""

    def _find(self, record: str, key: str) -> Held | None:
        return RECORDS.find(self._stage.chain.application.chain_store, self._stage.main.name, record, key)

    def _held(self, record: str, on: Sequence[str]) -> Held | None:
        """The record that a step is about, as far as its key can be told from what the step says."""
        players = self._stage.company.players
        parts = [players[each].party if each in players else each for each in on]
        there = self._records.get(record, [])
        return next((self._find(record, key) for key in there if list(split_key(key)) == parts), None)

    def _voices(self, action: Action, held: Held | None) -> tuple[Voice, ...]:
        return tuple(self._voice(each, held) for each in action.by)

    def _voice(self, signatory: Signatory, held: Held | None) -> Voice:
        """Whoever may sign, mostly: of the role, and the one whom the record names."""
        players = list(self._stage.company.players.values())
        fit = [each for each in players if any(self._may(each, who.role, who.equals, held) for who in signatory.any)]
        player = self._chance.choice(fit if fit and self._chance.random() < 0.9 else players)
        if player.is_person or not signatory.seats:
            return Voice(name=signatory.name, signers=(player.name,))
        roles = {seat.name for role in self._tree.roles if role.name in player.roles for seat in role.seats}
        seats = [each.seat for each in signatory.seats if each.seat in roles]
        return Voice(name=signatory.name, signers=tuple(f"{player.name}.{each}" for each in seats) or (player.name,))

    def _may(self, player: Player, role: str, equals: str | None, held: Held | None) -> bool:
        if role and role != "anyone" and role not in player.roles:
            return False
        if not equals:
            return True
        if held is None or not equals.startswith("this."):
            return True
        name = equals.removeprefix("this.")
        named = held.owner if name == "owner" else held.fields.get(name)
        return named is None or "." in name or named == player.party

    def _input(self, action: Action, field: Field, held: Held | None) -> With | None:
        """An input by its type: a figure near one that the record holds, a player of the role, a record that is there, or an example."""
        if field.optional and self._chance.random() < 0.3:
            return None
        kept = self._examples.get((action.name, field.name), ())
        if field.type in _MADE_ELSEWHERE or (kept and self._chance.random() < 0.3):
            if not kept:
                return With(name=field.name, value=f"file:{field.name}.txt" if field.type == "file" else "A-0001")
            return self._varied(field, self._chance.choice(kept))
        if field.type == "list":
            return self._chance.choice(kept) if kept else None
        return With(name=field.name, value=self._word(field, held))

    def _varied(self, field: Field, given: With) -> With:
        """An example again; a text now and then with another last letter, so that it names something new."""
        if field.type == "text" and given.value and self._chance.random() < 0.6:
            return replace(given, value=f"{given.value[:-1]}{self._chance.randrange(10)}")
        if given.ticket is not None:
            return replace(given, ticket=replace(given.ticket, called=""))
        return given

    def _word(self, field: Kind, held: Held | None) -> str:
        match field.type:
            case "bool":
                return self._chance.choice(("true", "false"))
            case "choice":
                return self._chance.choice(field.values).name
            case "party" | "person":
                players = list(self._stage.company.players.values())
                fit = [each for each in players if not field.role or field.role in each.roles]
                return self._chance.choice(fit if fit and self._chance.random() < 0.9 else players).name
            case "record":
                there = self._records.get(field.record, [])
                return self._chance.choice(there) if there else "A-0001"
            case "date" | "time":
                return self._chance.choice(("+0d", "+1d", "+5d", "+30d", "+90d", "+180d", "-1d"))
            case "days":
                return self._chance.choice(("1d", "10d", "100d"))
            case "duration":
                return self._chance.choice(("1h", "24h"))
        return self._figure(field, held)

    def _figure(self, field: Kind, held: Held | None) -> str:
        """A number: one that the record holds, one beside it, a part of it, or a small one."""
        values = [] if held is None else [each for each in held.fields.values() if type(each) is int and 0 <= each < 10**13]
        base = (
            self._chance.choice(values)
            if values and self._chance.random() < 0.75
            else self._chance.choice((0, 1, 2, 3, 10, 100, 10_000))
        )
        number = max(0, self._chance.choice((base, base, base - 1, base + 1, base // 2, base * 2)))
        match field.type:
            case "money":
                return write_scaled(number, 2)
            case "rate":
                return f"{write_scaled(number % 1_000_000, 4)}%"
            case "quantity":
                return write_scaled(number, field.scale or 0)
            case "price":
                return write_scaled(number, field.scale or 4)
        return str(number)


def _examples(stage: Stage) -> dict[tuple[str, str], list[With]]:
    """What the stories of the definition hand in, by action and input, where the cast has whoever it names."""
    found: dict[tuple[str, str], list[With]] = {}
    for story in stage.main.tree.stories:
        for step in story.steps:
            for given in step.inputs:
                if story.name == stage.story.name or (given.ticket is None and given.made is None):
                    found.setdefault((step.does, given.name), []).append(given)
    return found
