"""Plays one list of actions on a chain and on the model, and says where they first differ."""

import hashlib
import random
from collections.abc import Sequence
from typing import Any
from unittest.mock import patch

import msgspec
from msgspec.structs import replace

from tests.modules.refusals import applied
from tests.modules.scenario.opening.ground import MODULES, publish_message
from tests.world import DictState, TestWorld, make_genesis, make_world
from zhulian import canonical
from zhulian.assure.drawn.comparing import APP, Compare, Differs, require_same_events, require_same_outcome
from zhulian.assure.drawn.grammar import PARTIES, draw_definition, text_of_definition
from zhulian.assure.drawn.model import Model
from zhulian.assure.drawn.moves import Move, MoveDraw
from zhulian.assure.drawn.worth import No
from zhulian.assure.stories.judging import refused_as
from zhulian.ledger.limits import HARD
from zhulian.ledger.overlay import SIGNATURE_STEPS
from zhulian.ledger.types import Applied
from zhulian.modules.scenario.events import RecordChanged
from zhulian.modules.scenario.messages import Act, Admit, Open
from zhulian.modules.scenario.state import RECORDS

__all__ = ["Differs", "Game", "Move", "Unfit", "draw_moves", "play", "shrink"]


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
        require_same_outcome(refusal, wanted, move)
        if (move["action"] is None or refusal is not None) and not ran_before and self.scenario_state() != before:
            raise Differs(f"a refused action changed the state: {move}")
        require_same_events(block, model, move)
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

    def within_bound(self, block: Any, move: Move) -> None:
        """Done or refused, an action takes at most the steps that the check of its definition found, and those of its signatures."""
        for each in block.results:
            most = self.bounds[move["action"]] + SIGNATURE_STEPS * len(move["signers"])
            if each.cost.steps > most:
                raise Differs(f"{each.cost.steps} steps, where {most} are the most: {move}")

    # The state of both.

    def scan(self, prefix: bytes) -> list[tuple[bytes, bytes]]:
        """State keys that begin with `prefix`."""
        return [each for each in self.world.state.values.items() if each[0].startswith(prefix)]

    def scenario_state(self) -> dict[bytes, bytes]:
        """Everything that actions may change."""
        return {key: value for key, value in self.world.state.values.items() if not key.startswith(b'["ledger/')}

    def compare(self) -> None:
        """The chain's state against the model, and the trails."""
        found = Compare(self.model, self.scan)
        found.compare()
        for (record, leaf), held in found.all(RECORDS).items():
            count, head, fields, state = self.trails.get((record, leaf), (0, "", {}, None))
            found.same(
                f"trail of {record}/{leaf}",
                (held.trail.count, held.trail.head, held.fields, held.state),
                (count, head, fields, state),
            )

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


def draw_moves(game: Game, count: int, seed: int) -> list[Move]:
    """Play so many drawn moves, and answer them; `Differs` carries those up to it."""
    draw = MoveDraw(game.model, random.Random(seed * 13 + 5), lambda: game.world.time)
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
