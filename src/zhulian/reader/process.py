"""The reader beside a node: `python -m zhulian.reader.process HOME URL`, until SIGTERM or SIGINT.

It follows the chain by its gateway, reads what its organisation owes a report on, signs, and hands that in. What decides is proved
against the genesis; a source that cannot be read is tried again, ever more slowly, and holds up no other.
"""

import asyncio
import contextlib
import signal
import sys
import time
from pathlib import Path
from typing import Any

import msgspec

from zhulian.client import connect_async
from zhulian.client.chain import AsyncChain
from zhulian.client.quoting.errors import NoQuote
from zhulian.errors import Refusal, Words
from zhulian.home import Home
from zhulian.node.children import say_refused
from zhulian.offchain.addresses import Networks, networks_of
from zhulian.reader.answers import Answers
from zhulian.reader.describing import Described, Descriptions, load_descriptions
from zhulian.reader.duties import Standing, is_due, round_of
from zhulian.reader.errors import SourcesBad
from zhulian.reader.reading import read_source, scaled

__all__ = ["ReaderAtWork", "main"]

_RETRY_S, _RETRY_MAX_S = 2.0, 300.0
_LOOK_S = 60.0
_NEWS = frozenset(("oracle.asked", "oracle.opened", "oracle.quoted"))


class ReaderAtWork:
    """The readings of one organisation: one task for each source that is described here."""

    def __init__(self, chain: AsyncChain, described: Descriptions, allowed: Networks, signer: str, answers: Answers) -> None:
        self._chain = chain
        self._described = described
        self._allowed = allowed
        self._signer = signer
        self._answers = answers
        self._news = {name: asyncio.Event() for name in described.sources}

    async def run(self) -> None:
        """Read and report without end."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._follow())
            for name, each in self._described.sources.items():
                group.create_task(self._serve(name, each))

    async def _follow(self) -> None:
        """Wake whoever serves a source that something was said of."""
        async for block in self._chain.events():
            for each in (*block.transactions, *block.ran):
                for event in each.get("events", []):
                    if event.get("type") in _NEWS and event.get("source") in self._news:
                        self._news[event["source"]].set()

    async def _serve(self, name: str, described: Described) -> None:
        """Report on one source whenever that is due."""
        pause_s = _RETRY_S
        while True:
            try:
                await self.look(name, described)
                pause_s = _RETRY_S
                wait_s = _until(described.every)
            except Refusal as no:
                _say(name, {"waits": no.as_problem()})
                wait_s, pause_s = pause_s, min(2 * pause_s, _RETRY_MAX_S)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._news[name].wait()
            self._news[name].clear()

    async def look(self, name: str, described: Described) -> bool:
        """Read and report on a source if that is due now; whether it was.

        Raises:
            ReaderFault: it cannot be read. SourceUnknown, FromNode, ProofFault, Unreachable, NoSigner.
        """
        quoting = self._chain.quoting
        before = await quoting.reported(name, self._signer.partition(".")[0])
        standing = Standing(await self._quote(name), await quoting.asked(name), 0 if before is None else before.report.time)
        if not is_due(standing, int(time.time()), described.every):
            return False
        source = await quoting.find(name)
        found = await asyncio.to_thread(read_source, name, described, self._allowed)
        value = scaled(name, found.value, source.scale)
        now = int(time.time())
        report = await quoting.sign_report(name, value, found.raw, time=now, signer=self._signer)
        self._answers.keep(report.report.digest, found.raw, now)
        done = await quoting.hand_in(report, signers=[self._signer])
        _say(name, {"value": value, "time": now, "height": done.height})
        return True

    async def _quote(self, name: str) -> Any:
        try:
            return await self._chain.quoting.newest(name)
        except NoQuote:
            return None


def _until(every: int) -> float:
    """Seconds to the next round, or to the next look without news where there are no rounds."""
    now = time.time()
    return round_of(int(now), every) + every - now + 0.05 if every else _LOOK_S


def _say(source: str, more: dict[str, object]) -> None:
    sys.stderr.write(msgspec.json.encode({"source": source, **more}, enc_hook=str).decode() + "\n")
    sys.stderr.flush()


async def _run(home: Home, url: str) -> None:
    path = home.root / "sources.toml"
    described = load_descriptions(path)
    try:
        allowed = networks_of(described.allow)
    except ValueError as wrong:
        raise SourcesBad(path=str(path), why=Words.quote(wrong)) from None
    signer = described.signer or home.config().client.signer
    answers = Answers(home.root / "oracle" / "answers", described.keep_days * 86_400)
    async with await connect_async(url, signer, home=home.root) as chain:
        chain.core.find_identity(signer)  # a reader without its key says so at once
        work = asyncio.ensure_future(ReaderAtWork(chain, described, allowed, signer, answers).run())
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, work.cancel)
        try:
            await work
        except asyncio.CancelledError:
            return
        except ExceptionGroup as group:
            raise group.exceptions[0] from None  # the others were ended with it


def main(arguments: list[str]) -> int:
    """Read until told to stop; answers the exit status, 3 where a refusal stopped it (its JSON is on stderr)."""
    try:
        asyncio.run(_run(Home(Path(arguments[0])), arguments[1]))
    except Refusal as no:
        return say_refused(no)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
