"""The index process: follows the ledger of its home, and answers searches on a socket between two batches.

Run by the supervisor within `zhulian.opener.process`, which adds what the home's keys open. Its end is no end of the node.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from zhulian.errors import Refusal
from zhulian.home import Home
from zhulian.node.children import say_refused
from zhulian.node.guard import Guard
from zhulian.node.logs import Log
from zhulian.node.methods import Nothing
from zhulian.node.rpc import LedgerClient
from zhulian.node.server import Handler, Server
from zhulian.offchain.index import methods
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.errors import IndexDatabaseFailed
from zhulian.offchain.index.finding import Finder
from zhulian.offchain.index.follower import Follower
from zhulian.offchain.index.texts import JournalTexts, NoTexts
from zhulian.offchain.index.totals import KeptTotals, Totaller
from zhulian.offchain.index.writing import Writer
from zhulian.offchain.watch.desk import Desk
from zhulian.offchain.watch.errors import NotAtThisDesk
from zhulian.offchain.watch.finding import AlertBook
from zhulian.offchain.watch.following import CaseBook
from zhulian.offchain.watch.own import OwnRules
from zhulian.offchain.watch.watcher import Watcher

__all__ = ["IndexProcess", "Opens", "holder_of", "main", "open_database"]

_NICE = 5


class Opens(Protocol):
    """What opens, beside the index, what is sealed for those whose index it is."""

    async def run(self, news: asyncio.Event) -> None:
        """Work until cancelled; `news` are blocks that the index has written."""


MakesOpener = Callable[[Home, str, Database, Writer, Log], Opens]


def open_database(home: Home) -> Database:
    """The database that the home's settings name, with its tables in the newest shape.

    Raises:
        BadConfig, WrongDatabase, IndexDatabaseFailed.
    """
    database = Database(os.environ.get("ZHULIAN_INDEX_DATABASE") or home.config().index.database, home.index)
    database.migrate()
    return database


def holder_of(home: Home) -> str:
    """The organisation whose home this is, by the default signer; empty where none is set."""
    return home.config().client.signer.partition(".")[0]


class IndexProcess:
    """One index at work: follower and door."""

    def __init__(
        self, home: Home, database: Database, chain: str, guard: Guard, log: Log, opener: MakesOpener | None = None
    ) -> None:
        holder = holder_of(home)
        texts = JournalTexts(home.client, chain) if holder else NoTexts()
        self._ledger = LedgerClient(home.socket)
        self._database = database
        self._guard = guard
        self._holder = holder
        self._watcher = Watcher(OwnRules(home.watch_rules))
        self._desk = Desk(home.alerts)
        self._alerts = AlertBook(database, self._desk)
        self._cases = CaseBook(database)
        writer = Writer(database, holder, self._watcher)
        self._opens = None if opener is None else opener(home, chain, database, writer, log)
        self._news = asyncio.Event()
        self._told = 0
        self._follower = Follower(self._ledger, writer, texts, log.write, self._publish)
        self._finder = Finder(database)
        self._totals = KeptTotals(Totaller(database).totals)
        handlers: dict[str, Handler] = {
            "status": self.status,
            "search": self.search,
            "totals": self.totals,
            "alerts": self.alerts,
            "alert": self.alert,
            "handle": self.handle,
            "rules": self.rules,
            "feed": self.feed,
            "case": self.case,
            "uses": self.uses,
        }
        self._server = Server(handlers, guard, methods.METHODS)

    async def run(self, socket: Path) -> None:
        """Follow and answer until the guard ends.

        Raises:
            Refusal: what only a person can mend.
        """
        await self._server.start(socket)
        self._guard.spawn(self._follower.run())
        if self._opens is not None:
            self._guard.spawn(self._opens.run(self._news))
        try:
            await self._guard.wait()
            self._server.refuse_new()
            await self._server.drain()
        finally:
            await self._server.close()
            await self._ledger.close()
            self._desk.close()

    async def status(self, _: Nothing) -> dict[str, Any]:
        """See `IndexClient.status`."""
        fault = self._follower.fault
        found = {
            "height": self._follower.height,
            "ledger_height": self._follower.ledger_height,
            "database": "sqlite" if self._database.is_sqlite else "postgresql",
        }
        return found if fault is None else {**found, "fault": fault.as_problem()}

    async def search(self, asked: methods.Search) -> dict[str, Any]:
        """See `IndexClient.search`."""
        return {**self._finder.search(asked), "ledger_height": self._follower.ledger_height}

    async def totals(self, asked: methods.Totals) -> dict[str, Any]:
        """See `IndexClient.totals`."""
        return {**await self._totals.totals(asked), "ledger_height": self._follower.ledger_height}

    async def alerts(self, asked: methods.Alerts) -> dict[str, Any]:
        """A page of alerts."""
        self._require_desk(asked.party)
        found = self._alerts.page(
            state=asked.state, level=asked.level, instance=asked.instance, after=asked.after, limit=asked.limit
        )
        return {**found, "height": self._follower.height}

    async def alert(self, asked: methods.AlertNamed) -> dict[str, Any]:
        """One alert with its history."""
        self._require_desk(asked.party)
        return self._alerts.one(asked.alert)

    async def handle(self, asked: methods.Handle) -> dict[str, Any]:
        """Write down what somebody does about an alert; the alert as it then is."""
        self._require_desk(asked.who)
        found = self._alerts.one(asked.alert)
        alert = {name: value for name, value in found.items() if name not in ("history", "state", "assigned")}
        self._desk.handle(alert, asked.what, asked.who, int(time.time() * 1000), asked.why, asked.assigned)
        return self._alerts.one(asked.alert)

    async def rules(self, asked: methods.Asker) -> dict[str, Any]:
        """The rules that are followed here, and why others are not."""
        self._require_desk(asked.party)
        own = self._watcher.own
        fault = own.fault if own is not None else None
        rests = [
            {"rule": key, "why": {"zh": why.zh, "en": why.en}}
            for key, why in sorted({**self._watcher.unanswered, **self._watcher.rests}.items())
        ]
        return {"followed": self._alerts.rules(), "rest": rests} | ({} if fault is None else {"fault": fault.as_problem()})

    async def feed(self, asked: methods.Feed) -> dict[str, Any]:
        """What happened with alerts."""
        entries = [] if asked.after is None else self._desk.feed(asked.after, asked.limit)
        return {"entries": entries, "newest": self._desk.newest}

    async def case(self, asked: methods.Case) -> dict[str, Any]:
        """What happened with something, through all applications."""
        return {**self._cases.page(asked.scope, asked.after, asked.limit), "index_height": self._follower.height}

    async def uses(self, asked: methods.Uses) -> dict[str, Any]:
        """What the regulator did."""
        return {**self._cases.uses(asked.after, asked.limit), "index_height": self._follower.height}

    def _require_desk(self, who: str) -> None:
        """That a party or signer belongs to the organisation whose desk this is.

        Raises:
            NotAtThisDesk.
        """
        if not self._holder or who.partition(".")[0] != self._holder:
            raise NotAtThisDesk(signer=who[:64], desk=self._holder or "-")

    def _publish(self, height: int) -> None:
        """Let the feed tell what the index has raised up to a height, and whoever opens that there may be more to open."""
        before = self._desk.published
        if height > self._told:
            self._told = height
            self._news.set()
        if height > before:
            self._desk.publish(self._alerts.fresh(before, height), height)


async def _serve(home: Home, log: Log, opener: MakesOpener | None) -> None:
    loop = asyncio.get_running_loop()
    guard = Guard(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, guard.stop)
    database = await _opened(home, guard, log)
    if database is None:
        return
    ledger = LedgerClient(home.socket)
    chain = str((await ledger.status())["chain"])
    await ledger.close()
    log.write("started", pid=os.getpid(), database="sqlite" if database.is_sqlite else "postgresql")
    try:
        await IndexProcess(home, database, chain, guard, log, opener).run(home.index_socket)
    finally:
        database.close()
    log.write("stopped")


async def _opened(home: Home, guard: Guard, log: Log) -> Database | None:
    """The database, as soon as it answers; None where a stop came first."""
    said = False
    while not guard.stopping:
        try:
            return open_database(home)
        except IndexDatabaseFailed as refusal:
            if not said:
                log.write("waiting", **refusal.as_problem())
            said = True
            await asyncio.sleep(1.0)
    return None


def main(arguments: list[str], opener: MakesOpener | None = None) -> int:
    """Run the index of a home until SIGTERM, with what `opener` makes beside it; 0 after an orderly stop, 3 where a refusal stopped it (its JSON is on stderr)."""
    os.umask(0o077)
    os.nice(_NICE)
    home = Home(Path(arguments[0]))
    log = Log(home.logs, "index")
    try:
        asyncio.run(_serve(home, log, opener))
    except Refusal as reason:
        log.write("ended", **reason.as_problem())
        return say_refused(reason)
    finally:
        log.close()
    return 0
