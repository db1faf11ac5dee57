"""What an action costs by itself: `pass_on` of the receivable pack in one process, after the signatures and before the state tree."""

import gc
import random
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from zhulian.home import Home
from zhulian.language.definition.reading import read_definition
from zhulian.ledger.genesis import Title
from zhulian.ledger.module import Acting, Block, Context
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.ledger.transition import World
from zhulian.ledger.types import Message
from zhulian.modules import assemble, found_state
from zhulian.modules.asset.state import BALANCES, CLASSES
from zhulian.modules.registry.state import SPACES, Space
from zhulian.modules.scenario.messages import Act
from zhulian.modules.scenario.publishing.trees import save_tree
from zhulian.modules.scenario.state import DEFINITIONS, INSTANCES, MEMBERS, RECORDS, Instance, Member, Published
from zhulian.network import found_sample

__all__ = ["CAST", "PACKS", "PASSINGS_MOST", "Stage", "measure", "signer"]

PACKS = Path(__file__).parents[1] / "scenarios"
CAST = {"core": "org1", "supplier": "org2 org3", "bank": "org4"}
"""Parties by role."""
PASSINGS_MOST = 1_000
"""How often one receivable may be passed on; the pack allows no more."""
_STEPS = 10**6
_WARMING = 200


class _Memory:
    """A state in a dict."""

    def __init__(self, values: dict[bytes, bytes]) -> None:
        self.values = values

    def get(self, key: bytes) -> bytes | None:
        return self.values.get(key)


class Stage:
    """The receivable pack on a chain of the sample consortium, opened without transactions; `act` runs the handler alone."""

    def __init__(self, folder: Path) -> None:
        genesis = found_sample(Home(folder), int(time.time()))
        self.world: World = assemble(genesis)
        self.memory = _Memory(dict(found_state(self.world)))
        self.block = Block(
            height=1,
            time_ms=(genesis.created + 60) * 1000,
            rules=self.world.governing.rules(self.memory, 1),
            genesis=genesis,
            hasher=self.world.hasher,
        )
        self.overlay = BlockOverlay(self.memory)
        self.handler: Callable[[Context, Message], None] = self.world.handlers[Act]
        self._write(self._open)

    def act(self, signers: tuple[Acting, ...], message: Act) -> None:
        """One action, merged into the block."""
        state = TransactionOverlay(self.overlay, _STEPS)
        self.handler(Context(self.block, "ab" * 32, signers, state), message)
        state.merge()

    def _write(self, write: Callable[[TransactionOverlay], None]) -> None:
        state = TransactionOverlay(self.overlay, 10**9)
        write(state)
        state.merge()

    def _open(self, state: TransactionOverlay) -> None:
        opened: Sequence[tuple[str, dict[str, str], dict[str, Any]]] = (
            ("settlement", {}, {}),
            ("receivable", {"cash": "settlement"}, {"passings_most": PASSINGS_MOST}),
        )
        for pack, uses, settings in opened:
            definition = read_definition((PACKS / pack / "scenario.yaml").read_bytes())
            text = definition.to_json()
            digest = self.world.hasher.digest("definition", text).hex()
            published = Published(
                height=1,
                parts=save_tree(state, digest, text.decode()),
                publisher="org1",
                rules="00" * 32,
                scenario=pack,
                transaction="00" * 32,
                version=1,
            )
            DEFINITIONS.set(state, digest, value=published)
            value = Instance(definition=digest, height=1, operator="org1", scenario=pack, settings=settings, uses=uses, version=1)
            INSTANCES.set(state, pack, value=value)
        for role, parties in CAST.items():
            for party in parties.split():
                MEMBERS.set(state, "receivable", role, party, value=Member(admitted_by="org1", height=1))
        for space in ("cn.receivable", "cn.vat-invoice"):
            title = Title(zh="编号空间", en="A space of numbers")
            SPACES.set(state, space, value=Space(claimants=(), height=1, open=True, title=title))

    def load(self, records: int) -> list[str]:
        """One receivable by real actions, and as many copies of it under other numbers."""
        due = self.block.time // 86_400 + 90
        given = {
            "number": "AR-00000000",
            "debtor": "org1",
            "amount": 10**9,
            "due": due,
            "invoice": "2" * 20,
            "contract": "ab" * 32,
        }
        self.act((signer("org2"),), Act(instance="receivable", action="draw", input=given))
        seats = (signer("org1", "maker", "one"), signer("org1", "checker", "two"))
        self.act(seats, Act(instance="receivable", action="confirm", on=(("AR-00000000",),)))
        state = _Memory({**self.memory.values, **{key: value for key, value in self.overlay.writes.items() if value is not None}})
        held = RECORDS.get(state, "receivable", "receivable", "AR-00000000")
        of = "receivable/receivable/"
        issued = CLASSES.get(state, "receivable", "claim", f"{of}AR-00000000")
        balance = BALANCES.get(state, "receivable", "claim", f"{of}AR-00000000", "org2")
        names = [f"AR-{number:08}" for number in range(1, records + 1)]
        for name in names:
            copy = replace(held, fields={**held.fields, "number": name, "invoice": f"{name[3:]:0>20}"})
            state.values[RECORDS.key("receivable", "receivable", name)] = RECORDS._encode(copy)
            state.values[CLASSES.key("receivable", "claim", of + name)] = CLASSES._encode(issued)
            state.values[BALANCES.key("receivable", "claim", of + name, "org2")] = BALANCES._encode(balance)
        self.memory = state
        self.overlay = BlockOverlay(state)
        return names


def signer(organisation: str, duty: str = "", serial: str = "clerk") -> Acting:
    """Somebody whose signature was verified."""
    duties = (duty,) if duty else ()
    return Acting(f"{organisation}.{serial}", organisation, organisation, "officer", duties, "00" * 32)


def measure(records: int, actions: int, folder: Path) -> dict[str, Any]:
    """Microseconds of `actions` transfers on `records` receivables, which are loaded below the signature layer.

    The state is in memory, and every action is of a receivable chosen at random. Least, median and 99th percentile are on the clock;
    `processor` is the mean of processor time, which others on the machine disturb less.
    """
    stage = Stage(folder)
    names = stage.load(records)
    chance = random.Random(4)  # noqa: S311 - the same choice in each run
    given = {"amount": 5, "basis": "cd" * 32, "to": "org3"}
    messages = [
        Act(instance="receivable", action="pass_on", on=((chance.choice(names),),), input=given)
        for _ in range(actions + _WARMING)
    ]
    who = (signer("org2"),)
    for message in messages[:_WARMING]:
        stage.act(who, message)
    gc.collect()
    gc.freeze()
    spent: list[int] = []
    processor = time.thread_time_ns()
    for message in messages[_WARMING:]:
        begin = time.perf_counter_ns()
        stage.act(who, message)
        spent.append(time.perf_counter_ns() - begin)
    processor = time.thread_time_ns() - processor
    gc.unfreeze()
    spent.sort()
    return {
        "records": records,
        "least": round(spent[0] / 1000, 1),
        "p50": round(spent[len(spent) // 2] / 1000, 1),
        "p99": round(spent[len(spent) * 99 // 100] / 1000, 1),
        "processor": round(processor / len(spent) / 1000, 1),
    }
