"""The ledger process: one loop, no threads, that takes transactions in, makes blocks of them, and answers.

Run by the supervisor as `python -m zhulian.node.ledger_process HOME …`. What ends it unasked ends the node.
"""

import argparse
import asyncio
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any

import msgspec

from zhulian.consensus.solo import Outcome
from zhulian.errors import Refusal
from zhulian.home import Home
from zhulian.ledger.genesis import parse_genesis
from zhulian.ledger.transactions import Transaction
from zhulian.ledger.transition import Poisoned
from zhulian.node.apps import Apps
from zhulian.node.children import say_refused
from zhulian.node.clock import GuardedClock
from zhulian.node.errors import PoisonTransaction, StopNode
from zhulian.node.guard import Guard
from zhulian.node.heads import Heads
from zhulian.node.intake import Intake, IntakeLimits
from zhulian.node.lock import FolderLock
from zhulian.node.logs import Log
from zhulian.node.methods import Nothing
from zhulian.node.opening import Opened, disk_refusal, open_node
from zhulian.node.reads import Reads
from zhulian.node.server import Server
from zhulian.node.sight import Surroundings
from zhulian.node.stations import Stations
from zhulian.node.telemetry import Sight, Telemetry
from zhulian.node.verifying import Verifier
from zhulian.node.versions import coming

__all__ = ["LedgerProcess", "main"]

_DRAIN_S = 10.0
_REPORT_S = 10.0


class LedgerProcess:
    """One open node at work: intake, engine, reads and door around one application."""

    def __init__(
        self, opened: Opened, verifier: Verifier, clock: GuardedClock, guard: Guard, log: Log, limits: IntakeLimits
    ) -> None:
        self._opened = opened
        self._application = opened.application
        self._clock = clock
        self._guard = guard
        self._log = log
        self._stations = Stations()
        self._intake = Intake(
            opened.application, verifier, clock, guard, self._admitted, limits, self._stations, lambda: self._driver.standstill
        )
        self._reads = Reads(opened.application, self._stations)
        self._driver = opened.driver(verifier, clock, guard, self._settled, self._made, log)
        self._surroundings = Surroundings(opened.home, opened.application, self._intake, verifier, self._driver)
        self._telemetry = Telemetry(opened.application, self._sight)
        self._server = Server(
            {
                "status": self.status,
                "metrics": self.metrics,
                "submit": self._intake.submit,
                "receipts": self._reads.receipts,
                "state": self._reads.state,
                "page": self._reads.page,
                "block": self._reads.block,
                "blocks": self._reads.blocks,
                "transaction": self._reads.transaction,
                "events": self._reads.events,
                "follow": self._reads.follow,
                "head": self._reads.head,
                **Heads(opened.application, opened.engine.signer, clock.now_ms, lambda: self._driver.accepting).handlers(),
                "genesis": self._reads.genesis,
                "agreements": self.agreements,
                "checkpoint": self.checkpoint,
                "seals": self._reads.seals,
                **self._driver.handlers(),
                **Apps(opened.application).handlers(),
            },
            guard,
        )
        self._blocks = 0
        self._transactions = 0

    async def run(self, socket: Path) -> None:
        """Serve on `socket` until the guard ends; whatever was taken in by then is brought to its end.

        Raises:
            BaseException: what ended the node, if nobody asked it to stop.
        """
        await self._driver.open()
        self._driver.start()
        self._guard.spawn(self._report())
        await self._server.start(socket)
        self._log.write("started", height=self._application.head.height, chain=self._application.world.chain, pid=os.getpid())
        try:
            await self._guard.wait()
            self._server.refuse_new()
            async with asyncio.timeout(_DRAIN_S):
                while self._intake.pending:
                    self._guard.check()
                    await asyncio.sleep(0.002)
                self._reads.end()
                await self._server.drain()
        except TimeoutError:
            self._log.write("stopped with requests under way", level="warning", pending=self._intake.pending)
        finally:
            await self._server.close()
            await self._driver.close()
        self._log.write("stopped", height=self._application.head.height)

    async def status(self, _: Nothing) -> dict[str, Any]:
        """See `LedgerClient.status`."""
        return self._status()

    async def metrics(self, _: Nothing) -> bytes:
        """See `LedgerClient.metrics`."""
        return self._telemetry.text()

    async def agreements(self, _: Nothing) -> list[dict[str, Any]]:
        """See `LedgerClient.agreements`."""
        return [msgspec.to_builtins(each) for each in self._opened.agreements]

    async def checkpoint(self, _: Nothing) -> dict[str, Any]:
        """See `LedgerClient.checkpoint`."""
        self._application.save_seals()
        self._opened.checkpoint_for_backup()
        head = self._application.head
        return {"height": head.height, "header": head.digest.hex()}

    def _status(self) -> dict[str, Any]:
        head = self._application.head
        world = self._application.world
        header = self._application.chain_store.header(head.height)
        return {
            "accepting": self._driver.accepting and not self._guard.stopping and not self._intake.full,
            "chain": world.chain,
            "coming": [msgspec.to_builtins(each) for each in coming(self._application)],
            "engine": self._driver.engine,
            "first": self._application.first(),
            "header": head.digest.hex(),
            "height": head.height,
            "oldest": self._application.oldest(),
            "pending": self._intake.pending,
            "pending_bytes": self._intake.pending_bytes,
            "sealers": len(self._application.sealers()),
            "state_root": header.state_root if header is not None else self._application.tree.root().hex(),
            "suite": world.genesis.suite,
            "time_ms": head.time_ms,
            **self._surroundings.shown(),
            **({"network": network} if (network := self._driver.status()) else {}),
        }

    def _sight(self) -> Sight:
        status = self._status()
        network = status.get("network") or {}
        return {
            **status,
            "seals": network.get("seals", {}),
            "skew_ms": network.get("skew_ms", {}),
            **self._surroundings.counted(),
        }

    def _settled(self, outcomes: Sequence[Outcome], *, sealed: bool) -> None:
        self._telemetry.settled(outcomes, sealed=sealed)
        self._stations.settled(outcomes, self._application.proposed_ms, sealed=sealed)
        self._intake.settle(outcomes, sealed=sealed)
        if sealed:
            self._reads.wake()

    def _admitted(self, transactions: Sequence[Transaction]) -> None:
        self._driver.admitted(transactions)

    def _made(self, transactions: int) -> None:
        """A block was made, of so many transactions."""
        self._telemetry.block()
        self._blocks += 1
        self._transactions += transactions
        self._reads.wake()

    async def _report(self) -> None:
        while True:
            await asyncio.sleep(_REPORT_S)
            if self._blocks:
                self._log.write(
                    "blocks",
                    blocks=self._blocks,
                    transactions=self._transactions,
                    height=self._application.head.height,
                    pending=self._intake.pending,
                )
                self._blocks = self._transactions = 0


async def _serve(home: Home, arguments: argparse.Namespace, log: Log) -> None:
    loop = asyncio.get_running_loop()
    guard = Guard(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, guard.stop)
    clock = GuardedClock()
    began = time.monotonic()
    suite = parse_genesis(home.genesis_bytes()).suite
    verifier = await Verifier.start(suite, arguments.workers, guard, home.logs / "supervisor.log")  # loads beside the opening

    def doubted(sealer: str, height: int, why: str) -> None:
        log.write("a seal that does not hold", level="warning", sealer=sealer, height=height, why=why)

    opened = open_node(
        home,
        clock,
        confirmed=arguments.confirm_clock,
        new_seal_log=arguments.new_seal_log,
        doubt=doubted,
        migrated=lambda form, what: log.write("store brought forward", format=form, what=what.en),
    )
    if opened.new_seal_log:
        log.write("seal log begun anew by --new-seal-log", height=opened.application.head.height)
    log.write("opened", seconds=round(time.monotonic() - began, 3), height=opened.application.head.height)
    opened.application.tree.warm()  # half a second for a million keys, and blocks take half the time from the first one on
    await _first(verifier.ready(), guard.wait())
    gc.collect()
    gc.freeze()  # what is loaded by now stays; the collector need not walk it again and again
    process = LedgerProcess(opened, verifier, clock, guard, log, IntakeLimits(pending_max=arguments.pending_max))
    try:
        await process.run(home.socket)
    finally:
        await verifier.close()
    opened.close()


async def _first(*works: Coroutine[Any, Any, None]) -> None:
    """Return, or raise, with whichever ends first."""
    tasks = [asyncio.ensure_future(each) for each in works]
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for each in rest:
        each.cancel()
    for each in done:
        each.result()


def main(arguments: list[str]) -> int:
    """Run the ledger process of a home until SIGTERM; 0 after an orderly stop, `children.REFUSED` where a refusal stopped it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("--lock-fd", type=int, default=-1)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--pending-max", type=int, default=IntakeLimits().pending_max)
    parser.add_argument("--confirm-clock", action="store_true")
    parser.add_argument("--new-seal-log", action="store_true")
    parsed = parser.parse_args(arguments)
    os.umask(0o077)
    home = Home(parsed.home)
    log = None
    try:
        try:
            with FolderLock.adopt(parsed.lock_fd, home.lock) if parsed.lock_fd >= 0 else FolderLock.take(home.lock):
                log = Log(home.logs, "ledger")
                asyncio.run(_serve(home, parsed, log))
        except OSError as wrong:
            raise StopNode(disk_refusal(home, wrong)) from wrong
        except Poisoned as poison:
            told = "".join(traceback.format_exception(poison))
            if log is not None:
                log.write("poison", transaction=poison.transaction, height=poison.height, trace=told)
            what = type(poison.__cause__).__name__
            raise StopNode(PoisonTransaction(transaction=poison.transaction, height=poison.height, what=what)) from poison
    except (Refusal, StopNode) as stop:
        reason = stop.reason if isinstance(stop, StopNode) else stop
        if log is not None:
            log.write("ended", level="error", **reason.as_problem())
        return say_refused(reason)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
