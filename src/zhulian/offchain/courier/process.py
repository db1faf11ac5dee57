"""The courier process: delivers the events of its home's ledger to webhooks and tells people of them, and lets both be managed.

Run by the supervisor as `python -m zhulian.offchain.courier.process HOME`. Its end is no end of the node.
"""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

from zhulian.errors import Refusal, Words
from zhulian.home import BadConfig, Home
from zhulian.node.children import say_refused
from zhulian.node.guard import Guard
from zhulian.node.logs import Log
from zhulian.node.rpc import LedgerClient
from zhulian.node.server import Handler, Server
from zhulian.offchain.addresses import Networks, networks_of
from zhulian.offchain.courier import methods
from zhulian.offchain.courier.book import Book
from zhulian.offchain.courier.delivering import Deliverer
from zhulian.offchain.courier.errors import BadTopic, NotForThisParty
from zhulian.offchain.courier.reaching import Reach, require_target
from zhulian.offchain.courier.signing import make_secret
from zhulian.offchain.index.errors import IndexSilent
from zhulian.offchain.index.methods import Feed, IndexClient
from zhulian.offchain.notices.methods import METHODS as NOTICES
from zhulian.offchain.notices.service import Notices
from zhulian.offchain.notices.setup import open_notices

__all__ = ["CourierProcess", "main"]

_NICE = 5
_LOOK_S = 1.0
_TOPIC = re.compile(r"\*|[a-z][a-z_]{0,31}\.(?:\*|[a-z][a-z_]{0,63})")


class CourierProcess:
    """The courier at work: deliveries and door. `parties` may subscribe here."""

    def __init__(
        self,
        chain: str,
        ledger: LedgerClient,
        book: Book,
        reach: Reach,
        parties: frozenset[str],
        guard: Guard,
        index: IndexClient,
        desk: str,
        notices: Notices,
    ) -> None:
        self._ledger = ledger
        self._index = index
        self._desk = desk
        self._notices = notices
        self._book = book
        self._parties = parties
        self._guard = guard
        self._deliverer = Deliverer(chain, ledger, book, reach, feed=self._feed)
        handlers: dict[str, Handler] = {
            "add": self.add,
            "list": self.list,
            "remove": self.remove,
            "test": self.test,
            "deliveries": self.deliveries,
            **notices.handlers,
        }
        self._server = Server(handlers, guard, {**methods.METHODS, **NOTICES})

    async def run(self, socket: Path) -> None:
        """Deliver and answer until the guard ends.

        Raises:
            BaseException: what ended a delivery that nobody foresaw.
        """
        for webhook in self._book.every():
            self._deliverer.start(webhook)
        await self._server.start(socket)
        self._guard.spawn(self._look())
        self._guard.spawn(self._notices.run())
        try:
            await self._guard.wait()
            self._server.refuse_new()
            await self._server.drain()
        finally:
            await self._server.close()
            await self._deliverer.close()

    async def add(self, asked: methods.Add) -> dict[str, Any]:
        """A new webhook, with the secret that is shown this once."""
        if asked.party not in self._parties:
            raise NotForThisParty(party=asked.party, allowed=", ".join(sorted(self._parties)) or "-")
        require_target(asked.url)
        for each in asked.topics:
            if not _TOPIC.fullmatch(each):
                raise BadTopic(topic=each)
        height = asked.after_height
        if height is None:
            height = int((await self._ledger.status())["height"])
        feed = 0
        if any(each.startswith("alert.") for each in asked.topics):
            if asked.party != self._desk:
                raise NotForThisParty(party=asked.party, allowed=self._desk or "-")
            feed = await self._newest()
        made = self._book.add(asked.party, asked.url, asked.topics, asked.instance, make_secret(), height, feed)
        self._deliverer.start(made)
        return {**made.shown(), "secret": made.secret}

    async def list(self, asked: methods.Own) -> Any:
        """A party's webhooks."""
        return [each.shown() for each in self._book.every(asked.party)]

    async def remove(self, asked: methods.Named) -> dict[str, Any]:
        """Forget a webhook."""
        found = self._book.get(asked.party, asked.name)
        await self._deliverer.stop(found.name)
        self._book.remove(found.name)
        return found.shown()

    async def test(self, asked: methods.Named) -> dict[str, Any]:
        """Send a test to a webhook, and what its target answered."""
        return {"status": await self._deliverer.test(self._book.get(asked.party, asked.name))}

    async def deliveries(self, asked: methods.Named) -> Any:
        """The newest tries of a webhook."""
        return self._book.deliveries(self._book.get(asked.party, asked.name).name)

    async def _feed(self, after: int, limit: int) -> Any:
        return (await self._index.ask("feed", Feed(after, limit)))["entries"]

    async def _newest(self) -> int:
        """The newest number of the feed of alerts.

        Raises:
            IndexSilent: it cannot be asked.
        """
        try:
            return int((await self._index.ask("feed", Feed()))["newest"])
        except ConnectionError:
            raise IndexSilent() from None

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            fault = self._deliverer.failed()
            if fault is not None:
                raise fault


def _allowed(home: Home) -> Networks:
    try:
        return networks_of(home.config().courier.allow)
    except ValueError as wrong:
        raise BadConfig(path=str(home.config_file), why=Words.quote(wrong)) from None


async def _serve(home: Home, log: Log) -> None:
    loop = asyncio.get_running_loop()
    guard = Guard(loop)
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, guard.stop)
    config = home.config()
    parties = frozenset({config.client.signer.partition(".")[0], *config.courier.parties} - {""})
    ledger = LedgerClient(home.socket)
    reach = Reach(_allowed(home))
    book = Book(home.courier)
    index = IndexClient(home.index_socket)
    desk = config.client.signer.partition(".")[0]
    log.write("started", pid=os.getpid(), webhooks=len(book.every()))
    try:
        chain = str((await ledger.status())["chain"])
        notices = open_notices(home, chain, ledger, index, reach, parties, log.write)
        await CourierProcess(chain, ledger, book, reach, parties, guard, index, desk, notices).run(home.courier_socket)
    finally:
        await reach.close()
        await index.close()
        await ledger.close()
        book.close()
    log.write("stopped")


def main(arguments: list[str]) -> int:
    """Run the courier of a home until SIGTERM; 0 after an orderly stop, 3 where a refusal stopped it (its JSON is on stderr)."""
    os.umask(0o077)
    os.nice(_NICE)
    home = Home(Path(arguments[0]))
    log = Log(home.logs, "courier")
    try:
        asyncio.run(_serve(home, log))
    except Refusal as reason:
        log.write("ended", **reason.as_problem())
        return say_refused(reason)
    finally:
        log.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
