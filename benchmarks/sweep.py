"""How many records a second a sweep takes: a lot is recalled, and every can of it is stopped, page by page.

    .venv/bin/python benchmarks/sweep.py --cans 20000

One node with the embedded engine in this process: SM2 seals, the state tree, and fsync of each block. The cans are real records, each
filled by an action before the clock runs. `swept_per_s` is all records by the time from the first block of the sweep to its end.
"""

import argparse
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from zhulian.consensus.application import Screened
from zhulian.consensus.solo import SoloEngine
from zhulian.crypto import fingerprint
from zhulian.errors import check
from zhulian.home import Home
from zhulian.language.definition.reading import read_definition
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.transactions import encode_body, encode_envelope
from zhulian.ledger.types import Message, SignatureEntry
from zhulian.modules.scenario.messages import Act, Admit, Open, Publish
from zhulian.modules.scenario.state import SWEEPS
from zhulian.network import found_sample
from zhulian.node.clock import GuardedClock
from zhulian.node.opening import Opened, open_node

SOURCE = """
scenario: bench_sweep
version: 1
title: {zh: 逐页办理测速, en: A sweep to be measured}
roles: {maker: {title: {zh: 生产方, en: Maker}, admitted_by: operator}}
records:
  lot: {title: {zh: 批次, en: Lot}, key: number, fields: {number: int}, states: {start: sold, open: [recalled], final: [told_]}}
  can:
    title: {zh: 罐, en: Can}
    key: code
    fields: {code: int, lot: lot}
    states: {start: full, open: [stopped], final: [eaten]}
actions:
  pack: {title: {zh: 建批, en: Pack}, by: maker, creates: lot, input: [number]}
  fill: {title: {zh: 装罐, en: Fill}, by: maker, creates: can, input: [code, lot]}
  recall: {title: {zh: 召回, en: Recall}, by: maker, on: lot, from: sold, to: recalled, do: [{sweep: stop}]}
timers:
  stop: {on: can, sweep: lot, from: full, to: stopped, page: PAGE}
  all_told: {on: lot, after: stop, from: recalled, to: told_}
"""
_SIGNER, _INSTANCE, _EACH = "org1.clerk", "bench", 50


class Chain:
    """A node of the sample consortium, and whoever signs: the clerk of org1 unless others are named."""

    def __init__(self, folder: Path) -> None:
        home = Home(folder)
        self.genesis: Genesis = found_sample(home, int(time.time()) - 1)
        self.clock = GuardedClock()
        self.node: Opened = open_node(home, self.clock)
        self._signer = cache(lambda name: home.signer(name, self.genesis.suite))
        self._hasher = self.node.application.world.hasher

    def run(self, batches: Sequence[Sequence[Message]], signers: Sequence[str] = (_SIGNER,)) -> int:
        """A transaction for each batch, all in one block or a few; how many it were."""
        left, blocks = self._admit(batches, signers), 0
        while left:
            outcomes = self.step()
            check(all(each is None for each in outcomes), f"all is done: {outcomes}")
            left -= len(outcomes)
            blocks += 1
        return blocks

    def refusal(self, messages: Sequence[Message]) -> str | None:
        """By which rule a transaction is refused; None if it is not."""
        self._admit([messages], (_SIGNER,))
        (outcome,) = self.step()
        return outcome

    def _admit(self, batches: Sequence[Sequence[Message]], signers: Sequence[str]) -> int:
        raws = [self._sign(each, signers) for each in batches]
        application, now = self.node.application, self.clock.now_ms() // 1000
        screened = [each for each in application.screen(raws, now) if isinstance(each, Screened)]
        suite = self.genesis.crypto()
        answers = application.admit(screened, [suite.verify_many(each.jobs) for each in screened])
        check(len(screened) == len(raws) and not any(answers), f"all is admitted: {answers}")
        return len(raws)

    def step(self) -> list[str | None]:
        """Make a block, and say how its transactions came out."""
        engine = self.node.engine
        check(isinstance(engine, SoloEngine), "the sample chain runs by itself")
        return [each.code for each in engine.step().outcomes] if isinstance(engine, SoloEngine) else []

    def _sign(self, messages: Sequence[Message], signers: Sequence[str]) -> bytes:
        expires = self.clock.now_ms() // 1000 + 300
        body = encode_body(self.genesis.chain(), expires, messages, secrets.token_hex(16), sorted(signers))
        entries = []
        for name in sorted(signers):
            signer = self._signer(name)
            key = fingerprint(signer.suite, signer.public_key)
            signature = signer.sign(self._hasher.preimage("body", body)).hex()
            entries.append(SignatureEntry(key=key, signature=signature, signer=name))
        return encode_envelope(body, entries)


def measure(cans: int, page: int, folder: Path) -> dict[str, float]:
    """Fill so many cans, recall their lot, and make blocks until the sweep is at its end."""
    chain = Chain(folder)
    text = read_definition(SOURCE.replace("PAGE", str(page))).to_json()
    digest = chain.node.application.world.hasher.digest("definition", text).hex()
    chain.run([[Publish(definition=digest, text=text.decode())]])
    chain.run([[Open(definition=digest, instance=_INSTANCE)], [Admit(instance=_INSTANCE, party="org1", role="maker")]])
    chain.run([[Act(action="pack", instance=_INSTANCE, input={"number": 1})]])
    fills = [Act(action="fill", instance=_INSTANCE, input={"code": code, "lot": ["1"]}) for code in range(cans)]
    batches = [fills[at : at + _EACH] for at in range(0, cans, _EACH)]
    for at in range(0, len(batches), 20):
        chain.run(batches[at : at + 20])
    chain.run([[Act(action="recall", instance=_INSTANCE, on=(("1",),))]])
    state, began, blocks = chain.node.application.chain_store, time.perf_counter(), 0
    while (sweep := SWEEPS.get(state, _INSTANCE, "stop", "1")).queued >= 0:
        chain.step()
        blocks += 1
    seconds = time.perf_counter() - began
    check(sweep.done == cans, "every can was reached")
    chain.node.close()
    return {
        "swept_per_s": round(cans / seconds),
        "cans": cans,
        "page": page,
        "blocks": blocks,
        "seconds": round(seconds, 2),
        "block_ms": round(1000 * seconds / blocks, 1),
        "load_1m": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Measure and print JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--cans", type=int, default=20_000)
    options.add_argument("--page", type=int, default=50)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="zhulian-bench-") as folder:
        json.dump(measure(chosen.cans, chosen.page, Path(folder) / "home"), sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
