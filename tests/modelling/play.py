"""Plays one list of actions on a chain and on the model, and says where they first differ."""

import hashlib
import random
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import msgspec
from msgspec.structs import replace

from tests.modelling.grammar import PARTIES, draw_definition, text_of_definition
from tests.modelling.model import Model, leaf_of, part_text
from tests.modelling.worth import MOST, No, Ref, worth
from tests.modules.refusals import applied
from tests.modules.scenario.opening.ground import MODULES, publish_message
from tests.world import DictState, TestWorld, make_genesis, make_world
from zhulian import canonical
from zhulian.assure.stories.judging import refused_as
from zhulian.errors import Refusal
from zhulian.ledger.collections import Map, decode_key
from zhulian.ledger.limits import HARD
from zhulian.ledger.overlay import SIGNATURE_STEPS
from zhulian.ledger.types import Applied
from zhulian.modules.asset.state import BALANCES, CLASSES, HOLDINGS
from zhulian.modules.scenario.events import Alerted, RecordChanged, TimerRan, TimerRested
from zhulian.modules.scenario.messages import Act, Admit, Open
from zhulian.modules.scenario.state import INDEXES, RECORDS, TOTALS, UNIQUE

__all__ = ["Differs", "Game", "Move", "Unfit", "draw_moves", "play", "shrink"]

Move = dict[str, Any]
APP = "app"


class Differs(AssertionError):
    """The chain and the model come to different ends; `moves` lead there."""

    def __init__(self, said: str, moves: Sequence[Move] = ()) -> None:
        super().__init__(said)
        self.moves = list(moves)


class Unfit(Exception):
    """A drawn definition does not publish after all."""


class QuickState(DictState):
    """A state whose root is over what changed alone: nobody proves anything here."""

    def root(self, changes: Any = None) -> bytes:
        return hashlib.sha256(repr(sorted((changes or {}).items())).encode()).digest()


def founded() -> TestWorld:
    """A chain of four organisations."""
    genesis = make_genesis(4)
    modules = {**genesis.modules, **dict.fromkeys(MODULES, 1)}
    world = make_world(genesis=replace(genesis, modules=modules))
    world.state = QuickState(world.state.values)
    return world


class Game:
    """One definition on both sides, with who has which role and how many timers a block runs."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed * 7 + 1)
        self.seed = seed
        self.spec = draw_definition(seed)
        self.text = text_of_definition(self.spec)
        self.members: dict[str, set[str]] = {role: set() for role in self.spec["roles"]}
        for party in PARTIES:
            for role in self.members:
                if chance.random() < 0.6:
                    self.members[role].add(party)
        self.due_most = chance.choice((500, 500, 1, 2))
        self.trails: dict[tuple[str, str], tuple[int, str, dict[str, Any], str | None]] = {}

    def open(self) -> None:
        """Publish, open and admit; the model begins when the chain has.

        Raises:
            Unfit: if the definition is no good after all.
        """
        self.world = founded()
        message = publish_message(self.world, self.text)
        block = self.world.block([self.world.sign([message], ["org1.clerk"])])
        if block.refusals:
            raise Unfit(block.refusals[0].say("en"))
        applied(self.world, Open(definition=message.definition, instance=APP), "org1.clerk")
        shelf = next(each for each in self.world.world.modules if each.name == "scenario").shelf  # type: ignore[attr-defined]
        actions = shelf.compiled(self.world.state, message.definition).actions
        self.bounds = {name: int(each.steps) for name, each in actions.items()}
        for role, parties in self.members.items():
            for party in sorted(parties):
                applied(self.world, Admit(instance=APP, party=party, role=role), "org1.clerk")
        self.model = Model(self.spec, self.members, self.world.time, self.due_most)

    # One move.

    def step(self, move: Move) -> str:
        """Make a move on both sides and hold them against each other; how it came out."""
        world, model = self.world, self.model
        world.time += move["wait"]
        now = world.time
        before = self.scenario_state()
        with patch("zhulian.ledger.transition.HARD", replace(HARD, due_per_block_max=self.due_most)):
            block = self.block(move)
        model.begin_block(now)
        ran_before = bool(model.ran)
        if move["action"] is None:
            wanted: No | None = None
        else:
            wanted = self.model_act(move)
            ran_before = ran_before or bool(model.ran)
        refusal = block.refusals.get(0)
        self.same_outcome(move, refusal, wanted)
        if (move["action"] is None or refusal is not None) and not ran_before and self.scenario_state() != before:
            raise Differs(f"a refused action changed the state: {move}")
        self.same_events(block, move)
        self.within_bound(block, move)
        self.follow(block)
        return "done" if refusal is None else str((*refused_as(refusal), refusal.code)[0])

    def block(self, move: Move) -> Any:
        """The chain's block."""
        if move["action"] is None:
            return self.world.block([])
        message = Act(
            instance=APP, action=move["action"], on=tuple(tuple(each) for each in move["on"]), by=move["by"], input=move["input"]
        )
        return self.world.block([self.world.sign([message], sorted(f"{each}.clerk" for each in move["signers"]))])

    def model_act(self, move: Move) -> No | None:
        """The model's refusal."""
        try:
            self.model.act(move["action"], move["on"], move["by"], set(move["signers"]), move["input"])
        except No as no:
            return no
        return None

    def same_outcome(self, move: Move, refusal: Refusal | None, wanted: No | None) -> None:
        """Done by both, or refused by both for the same reason."""
        if refusal is None and wanted is None:
            return
        if refusal is None or wanted is None:
            said = None if refusal is None else f"{refusal.code} {refusal.say('en')}"
            raise Differs(f"chain: {said or 'done'}; model: {wanted.name if wanted else 'done'}; {move}")
        names = refused_as(refusal) or (refusal.code,)
        promises = names[1:]
        if names[0] not in (wanted.name, *wanted.also) or (promises and wanted.promises and promises[0] not in wanted.promises):
            raise Differs(f"chain: {names} {refusal.code} {refusal.say('en')}; model: {wanted.name} {wanted.promises}; {move}")

    def same_events(self, block: Any, move: Move) -> None:
        """The same timers ran or rest, and the same alerts were raised, in the same order."""
        events = [event for ran in block.ran for event in ran.events]
        events += [event for each in block.results if isinstance(each, Applied) for event in each.events]
        ran = [
            ("ran" if isinstance(each, TimerRan) else "rested", each.timer, each.record, each.key)
            for each in events
            if isinstance(each, TimerRan | TimerRested)
        ]
        if ran != self.model.ran:
            raise Differs(f"timers: chain {ran}; model {self.model.ran}; {move}")
        alerts = [(each.name, each.cause.split(".")[1]) for each in events if isinstance(each, Alerted) and ".do" in each.cause]
        if alerts != self.model.alerts:
            raise Differs(f"alerts: chain {alerts}; model {self.model.alerts}; {move}")

    def within_bound(self, block: Any, move: Move) -> None:
        """Done or refused, an action takes at most the steps that the check of its definition found, and those of its signatures."""
        for each in block.results:
            most = self.bounds[move["action"]] + SIGNATURE_STEPS * len(move["signers"])
            if each.cost.steps > most:
                raise Differs(f"{each.cost.steps} steps, where {most} are the most: {move}")

    # The state of both.

    def all(self, collection: Map[Any]) -> dict[tuple[str, ...], Any]:
        """All values of a collection of this instance, by the rest of their keys."""
        prefix = f'["{collection.name}"'.encode()
        found = {
            decode_key(key)[1:]: collection.decode(value)
            for key, value in self.world.state.values.items()
            if key.startswith(prefix)
        }
        return {key[1:]: value for key, value in found.items() if key[0] == APP}

    def scenario_state(self) -> dict[bytes, bytes]:
        """Everything that actions may change."""
        return {key: value for key, value in self.world.state.values.items() if not key.startswith(b'["ledger/')}

    def compare(self) -> None:
        """Records, balances, supplies, totals, indexes, unique values and trails."""
        model = self.model
        self._same(
            "records",
            {key: shown(held.fields, held.state, held.since) for key, held in self.all(RECORDS).items()},
            self.model_rows(),
        )
        units = {key: held.units for key, held in self.all(BALANCES).items() if held.units}
        owned = {
            (asset, self.of(asset, leaf), owner): amount for (asset, leaf, owner), amount in model.balances.items() if amount
        }
        self._same("balances", units, owned)
        supplies = {key: held.supply for key, held in self.all(CLASSES).items() if held.supply}
        sums: dict[tuple[str, str], int] = {}
        for (asset, leaf, _), amount in units.items():
            sums[asset, leaf] = sums.get((asset, leaf), 0) + amount
        self._same("supplies", supplies, sums)
        holding: dict[str, int] = {}
        for _, _, owner in units:
            if "/" in owner:
                holding[owner] = holding.get(owner, 0) + 1
        prefix = f'["{HOLDINGS.name}"'.encode()
        stored = {
            decode_key(key)[1]: HOLDINGS.decode(value) for key, value in self.world.state.values.items() if key.startswith(prefix)
        }
        self._same("holdings", stored, holding)
        self._same("totals", {key: value for key, value in self.all(TOTALS).items() if value}, self.model_totals())
        found, unique = self.model_indexes()
        self._same("indexes", {(key[0], value) for key, value in self.all(INDEXES).items()}, found)
        self._same("unique", {(key[0], value) for key, value in self.all(UNIQUE).items()}, unique)
        for (record, leaf), held in self.all(RECORDS).items():
            count, head, fields, state = self.trails.get((record, leaf), (0, "", {}, None))
            self._same(
                f"trail of {record}/{leaf}",
                (held.trail.count, held.trail.head, held.fields, held.state),
                (count, head, fields, state),
            )

    def _same(self, what: str, chain: Any, model: Any) -> None:
        if chain != model:
            if isinstance(chain, dict):
                keys = [each for each in {*chain, *model} if chain.get(each) != model.get(each)]
                chain, model = ({key: each.get(key) for key in keys} for each in (chain, model))
            raise Differs(f"{what}: chain {chain}; model {model}")

    def of(self, asset: str, leaf: str) -> str:
        """The record that a class is kept per, as state writes it."""
        per = self.spec["assets"][asset]["per"]
        return f"{APP}/{per}/{leaf}" if per else ""

    def model_rows(self) -> dict[tuple[str, str], Any]:
        """The model's records as the chain would keep them; the instance once something has changed there."""
        rows = {(ref.record, leaf_of(ref.key)): row for ref, row in self.model.rows.items()}
        if ("instance", "") not in self.all(RECORDS):
            whole = rows.pop(("instance", ""), None)
            if whole is not None and any(
                value != self.spec["instance"]["fields"][name]["default"] for name, value in whole.fields.items()
            ):
                raise Differs("the instance's record was not kept")
        return {key: shown(row.fields, row.state, row.since) for key, row in rows.items()}

    def model_totals(self) -> dict[tuple[str, str], int]:
        """All totals that are not 0."""
        found = {}
        for name, spec in self.spec["totals"].items():
            places = (
                {row.fields.get(spec["of"]) for ref, row in self.model.rows.items() if ref.record == spec["record"]}
                if spec["of"]
                else {None}
            )
            for of in places:
                value = self.model.total(name, of)
                if value and (of is not None or not spec["of"]):
                    found[name, "" if of is None else part_text(of)] = value
        return found

    def model_indexes(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """Which records stand in which index, and have which unique field."""
        found, unique = set(), set()
        for ref, row in self.model.rows.items():
            spec = self.spec["records"].get(ref.record)
            for name, fields in spec["indexes"].items() if spec else ():
                if all(row.fields.get(each) is not None for each in fields):
                    found.add((name, leaf_of(ref.key)))
            for name, each in spec["fields"].items() if spec else ():
                if each.get("unique") and row.fields.get(name) is not None:
                    unique.add((f"{ref.record}.{name}", leaf_of(ref.key)))
        return found, unique

    def follow(self, block: Any) -> None:
        """Follow every record's trail, and what it comes to, by the events alone."""
        events = [event for ran in block.ran if ran.transaction is None for event in ran.events]
        events += [event for ran in block.ran if ran.transaction is not None for event in ran.events]
        events += [event for each in block.results if isinstance(each, Applied) for event in each.events]
        hasher = self.world.world.hasher
        for event in events:
            if isinstance(event, RecordChanged):
                count, head, fields, state = self.trails.get((event.record, event.key), (0, "00" * 32, {}, None))
                plain = msgspec.to_builtins(event)
                plain.pop("trail")
                head = hasher.digest("trail", bytes.fromhex(head) + canonical.encode(plain)).hex()
                if (count + 1, head) != (event.trail.count, event.trail.head):
                    raise Differs(f"the trail of {event.record} {event.key} breaks")
                fields = {name: value for name, value in {**fields, **event.fields}.items() if value is not None}
                self.trails[event.record, event.key] = (count + 1, head, fields, event.state or state)


def shown(fields: dict[str, Any], state: str | None, since: int) -> Any:
    """A record as it is compared."""
    return {name: wire(value) for name, value in fields.items() if value is not None}, state, since if state else 0


def wire(value: Any) -> Any:
    """A value as records hold it."""
    if isinstance(value, Ref):
        return [part_text(each) for each in value.key]
    return list(value) if isinstance(value, tuple) else value


# Moves.


class MoveDraw:
    """Draws moves that mostly could be done, by looking at the model, and some that should be refused."""

    def __init__(self, game: Game, chance: random.Random) -> None:
        self.game = game
        self.chance = chance

    def often(self, share: float) -> bool:
        """True in this share of cases."""
        return self.chance.random() < share

    def move(self) -> Move:
        """The next move."""
        wait = self.chance.choice((0, 0, 0, 0, 0, 1, 3600, 5 * 3600, 90_000, 3 * 86_400))
        if self.often(0.04):
            return {"action": None, "wait": wait}
        spec = self.game.spec
        name = self.chance.choice(self.fit())
        action = spec["actions"][name]
        on = self.keys(action)
        by = self.parties(action, on)
        signers = sorted(set(by.values()))
        if self.often(0.04):
            signers = sorted({*signers, self.chance.choice(PARTIES)})
        if self.often(0.04) and len(signers) > 1:
            signers = signers[1:]
        if list(by) == ["actor"] and self.often(0.5):
            by = {}
        elif self.often(0.02):
            by = {**by, "stranger": "org2"}
        return {"action": name, "on": on, "by": by, "signers": signers, "input": self.inputs(action, by, signers), "wait": wait}

    def fit(self) -> list[str]:
        """The actions that might work: those on records that are there, in a state that the action starts from, and all others."""
        actions = self.game.spec["actions"]
        if self.often(0.1):
            return list(actions)
        states = {(ref.record, row.state) for ref, row in self.game.model.rows.items()}
        return [
            name
            for name, each in actions.items()
            if not each["froms"] or any((each["on"], state) in states for state in each["froms"])
        ]

    def refs(self, record: str) -> list[Ref]:
        """The records of a type that there are."""
        return [ref for ref in self.game.model.rows if ref.record == record]

    def keys(self, action: dict[str, Any]) -> list[list[str]]:
        """The records that it is about."""
        record = action["on"]
        if not record or record == "instance":
            return [["1"]] if self.often(0.02) else []
        if self.often(0.02):
            return []
        there = self.refs(record)
        fit = [ref for ref in there if self.game.model.rows[ref].state in action["froms"]]
        count = self.chance.randrange(1, action["many"] + 1) if self.often(0.95) else action["many"] + 1
        found = []
        for _ in range(count):
            some = fit if fit and self.often(0.85) else there
            if some and self.often(0.95):
                found.append([part_text(each) for each in self.chance.choice(some).key])
            else:
                found.append(self.key_of(record))
        if self.often(0.95):
            found = [each for place, each in enumerate(found) if each not in found[:place]]
        return found

    def key_of(self, record: str) -> list[str]:
        """A key that may be anybody's, as text."""
        spec = self.game.spec["records"][record]
        return [
            part_text(self.value(spec["fields"][each]))
            if spec["fields"][each]["type"] != "ref"
            else "/".join(self.value(spec["fields"][each]))
            for each in spec["key"]
        ]

    def parties(self, action: dict[str, Any], on: list[list[str]]) -> dict[str, str]:
        """Who signs: whoever may, mostly."""
        model, found = self.game.model, {}
        ref = None
        if action["on"] and action["on"] != "instance" and on:
            try:
                ref = model.check_ref(action["on"], on[0])
            except No:
                ref = None
            ref = ref if ref in model.rows else None
        for name, choices in action["by"]:
            fit = []
            for party in PARTIES:
                for role, equals in choices:
                    if model.holds(role, party) and (
                        equals is None or (ref is not None and worth(equals, {"this": ref}, model) == party)
                    ):
                        fit.append(party)
            fresh = [each for each in fit if each not in found.values()]
            some = fresh or fit
            found[name or "actor"] = self.chance.choice(some) if some and self.often(0.92) else self.chance.choice(PARTIES)
        return found

    def inputs(self, action: dict[str, Any], by: dict[str, str], signers: Sequence[str]) -> dict[str, Any]:
        """What is handed in."""
        found: dict[str, Any] = {}
        for name, spec in action["input"].items():
            if (spec.get("optional") or spec.get("default") is not None) and self.often(0.4):
                continue
            found[name] = self.value(spec)
            if self.often(0.02):
                found[name] = self.chance.choice([None, "x", 5, True, [], ["1", "2", "3"], [1] * 5, 10**7, -1, {}])
            if self.often(0.01):
                del found[name]
        if self.often(0.01):
            found["nobody"] = 1
        return found

    def value(self, spec: dict[str, Any]) -> Any:
        """A value of a type, near its bounds now and then."""
        kind = spec["type"]
        if kind in ("int", "money", "qty"):
            least, most = spec.get("min", -3), spec.get("max", MOST)
            roll = self.chance.random()
            if roll < 0.85:
                return self.chance.randrange(max(least, 0), min(most, 12) + 1)
            return self.chance.choice((least, most, least - 1, min(most + 1, MOST), MOST, MOST - 1, -MOST, 1000))
        if kind == "date":
            return (self.game.world.time + 8 * 3600) // 86_400 + self.chance.randrange(-2, 6)
        if kind == "time":
            return self.game.world.time + self.chance.choice((-10, 0, 1, 3600, 90_000, 10**6))
        if kind == "bool":
            return self.often(0.5)
        if kind == "choice":
            return self.chance.choice((*spec["values"], "low")) if self.often(0.97) else "none"
        if kind == "text":
            return self.chance.choice(("A", "B", "C", "AB", "CA")) if self.often(0.97) else self.chance.choice(("", "D", "AAA"))
        if kind == "party":
            fit = sorted(self.game.members.get(spec.get("role", ""), set(PARTIES)))
            return self.chance.choice(fit) if fit and self.often(0.93) else self.chance.choice(PARTIES)
        if kind == "ints":
            return [self.chance.randrange(5) for _ in range(self.chance.randrange(spec["most"] + (1 if self.often(0.95) else 2)))]
        there = self.refs(spec["record"])
        if there and self.often(0.9):
            return [part_text(each) for each in self.chance.choice(there).key]
        return self.key_of(spec["record"])


def draw_moves(game: Game, count: int, seed: int) -> list[Move]:
    """Play so many drawn moves, and answer them; `Differs` carries those up to it."""
    draw = MoveDraw(game, random.Random(seed * 13 + 5))
    moves: list[Move] = []
    for number in range(count):
        moves.append(draw.move())
        try:
            moves[-1]["came"] = game.step(moves[-1])
            if number % 4 == 3 or number == count - 1:
                game.compare()
        except Differs as differs:
            raise Differs(str(differs), moves) from None
    return moves


def play(seed: int, moves: Sequence[Move], like: Game | None = None) -> str:
    """Play a list of moves on a fresh game: where it differs, or nothing. `like` has another model than the seed's own."""
    game = Game(seed)
    game.open()
    if like is not None:
        game.model.spec = like.spec
    try:
        for move in moves:
            game.step(move)
            game.compare()
    except Differs as differs:
        return str(differs)
    return ""


def shrink(seed: int, moves: Sequence[Move], like: Game | None = None) -> list[Move]:
    """The moves that are left when none can be dropped without the difference going away."""
    found = list(moves)
    size = max(1, len(found) // 2)
    while size:
        place = 0
        while place < len(found):
            fewer = [*found[:place], *found[place + size :]]
            if fewer and play(seed, fewer, like):
                found = fewer
            else:
                place += size
        size //= 2
    return found
