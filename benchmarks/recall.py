"""How fast a recall reaches its cans, in the pack food trace: milk is recalled, and with it a lot with a million codes made of it.

    .venv/bin/python benchmarks/recall.py --codes 1000000 --cans 20000

One node with the embedded engine in this process: SM2 seals, the state tree, and fsync of each block. The codes are all under one root; `cans` of
them stand on a shelf, each by an action with the proof of its code, before the clock runs. `blocks_to_mark` is how many blocks the recall of the milk took until no can
of the powder can be sold, whatever the number of codes; `swept_per_s` is the cans on shelves by the time in which each was stopped.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from sweep import Chain

from zhulian.errors import check
from zhulian.identifiers import check_digit
from zhulian.language.definition.reading import read_definition
from zhulian.ledger.types import Message
from zhulian.merkle.code_list import CodeList
from zhulian.merkle.proof_texts import proof_text
from zhulian.modules.scenario.messages import Act, Admit, Open, Publish
from zhulian.modules.scenario.state import SWEEPS
from zhulian.modules.trace.format import EVENT, EventPaper

_PACK = Path(__file__).resolve().parents[1] / "src" / "zhulian" / "scenarios" / "food_trace" / "scenario.yaml"
_INSTANCE, _EACH, _PROOF_CANS = "food", 20, 20
_ROLES = (("authority", "org1"), ("producer", "org1"), ("shop", "org1"), ("lab", "org2"))
_MILK, _POWDER, _PALLET = "RM-1001", "MP-1001", "TP-1"
_GTINS = {_MILK: "06901234567892", _POWDER: "06901234567908"}
_FILE = "ab" * 32
_FAR = 40_000


class _Factory:
    """Milk, powder and a pallet on a chain; org1 makes, sells and recalls, org2 examines."""

    def __init__(self, chain: Chain) -> None:
        self.chain = chain
        self._events = 0

    def act(self, action: str, key: str = "", signers: tuple[str, ...] = ("org1.clerk",), **given: object) -> int:
        """One action; how many blocks it took."""
        by = {"lab": "org2", "producer": "org1"} if action == "examine" else {}
        on = ((key,),) if key else ()
        asked = Act(action=action, instance=_INSTANCE, by=by, input=given, on=on)
        return self.chain.run([[asked]], signers)

    def paper(self, kind: str, action: str, things: tuple[str, ...], made: tuple[str, ...] = (), by: str = "org1") -> str:
        """The paper of an event."""
        self._events += 1
        now = self.chain.clock.now_ms()
        paper = EventPaper(
            action=action, by=by, content=_FILE, event=f"urn:bench:{self._events}", format="zhulian/trace-event/1",
            instance=_INSTANCE, kind=kind, made=made, things=things, time_ms=now,
        )  # type: ignore[arg-type]  # fmt: skip  # kind and action come as text from the table above
        return EVENT.encode(paper).decode()

    def fill(self, codes: CodeList) -> None:
        """Make the powder of the milk, let it pass, give it its codes, and load a pallet."""
        for number in (_MILK, _POWDER):
            given = {"number": number, "identifier": _identifier(number), "name": number, "authority": "org1", "expires": _FAR}
            self.act("enter_lot", **given)
        made = self.paper("transformation", "", (_identifier(_MILK),), (_identifier(_POWDER),))
        self.act("make", _POWDER, events=_FILE, event=made)
        passed = self.paper("object", "OBSERVE", (_identifier(_POWDER),), by="org2")
        self.act("examine", _POWDER, ("org1.clerk", "org2.clerk"), report=_FILE, event=passed)
        self.act("code", _POWDER, codes=codes.root.text)
        self.act("build", number=_PALLET, identifier=_sscc(), lot=[_POWDER])
        self.act("load", _PALLET, event=self.paper("aggregation", "ADD", (_identifier(_POWDER),), (_sscc(),)))

    def shelve(self, codes: CodeList, cans: int) -> None:
        """Put so many cans on the shelf, each with the proof of its code."""
        pending: list[list[Message]] = []
        batch: list[Message] = []
        for code in _first(codes, cans):
            given = {"pallet": [_PALLET], "shown": proof_text(codes.path(code))}
            batch.append(Act(action="shelve", instance=_INSTANCE, input=given, on=((_POWDER, code),)))
            if len(batch) == _EACH:
                pending.append(batch)
                batch = []
            if len(pending) == _PROOF_CANS:
                self.chain.run(pending)
                pending = []
        self.chain.run([*pending, *([batch] if batch else [])])


def measure(count: int, cans: int, folder: Path) -> dict[str, float]:
    """Make a lot of `count` codes, shelve `cans` of them, recall the milk, and stop every can."""
    chain = Chain(folder)
    hasher = chain.node.application.world.hasher
    text = read_definition(_PACK.read_text("utf-8")).to_json()
    digest = hasher.digest("definition", text).hex()
    chain.run([[Publish(definition=digest, text=text.decode())]])
    chain.run([[Open(definition=digest, instance=_INSTANCE)]])
    for role, party in _ROLES:
        chain.run([[Admit(instance=_INSTANCE, party=party, role=role)]])
    began = time.perf_counter()
    codes = CodeList(hasher, (f"{place:08d}" for place in range(count)))
    listing = time.perf_counter() - began
    factory = _Factory(chain)
    factory.fill(codes)
    began = time.perf_counter()
    factory.shelve(codes, cans)
    shelving = time.perf_counter() - began

    marked = factory.act("recall", _MILK)
    sold = [Act(action="sell", instance=_INSTANCE, input={}, on=((_POWDER, next(_first(codes, 1))),))]
    check(chain.refusal(sold) == "food_trace:recalled_goods", "what came of the milk is not sold any more")
    factory.act("follow_up", _POWDER)
    state, began, blocks = chain.node.application.chain_store, time.perf_counter(), 0
    while (sweep := SWEEPS.get(state, _INSTANCE, "halt", _POWDER)).queued >= 0:
        chain.step()
        blocks += 1
    seconds = time.perf_counter() - began
    check(sweep.done == cans, "every can was reached")
    chain.node.close()
    return {
        "swept_per_s": round(cans / seconds),
        "blocks_to_mark": marked,
        "codes": count,
        "cans": cans,
        "blocks": blocks,
        "seconds": round(seconds, 2),
        "listing_s": round(listing, 1),
        "shelved_per_s": round(cans / shelving),
        "load_1m": round(os.getloadavg()[0], 1),
    }


def _first(codes: CodeList, count: int) -> Iterator[str]:
    for _, code in zip(range(count), codes, strict=False):
        yield code


def _identifier(number: str) -> str:
    return f"https://id.gs1.org/01/{_GTINS[number]}/10/{number}"


def _sscc() -> str:
    digits = "00690123400000001"
    return f"https://id.gs1.org/00/{digits}{check_digit(digits)}"


def main() -> None:
    """Measure and print JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--codes", type=int, default=1_000_000)
    options.add_argument("--cans", type=int, default=20_000)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhulian-bench-") as folder:
        json.dump(measure(chosen.codes, chosen.cans, Path(folder) / "home"), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
