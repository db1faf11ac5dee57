"""`python -m zhulian.keeper HOME SIGNER URL`: one keeper's process, until SIGTERM or SIGINT."""

import asyncio
import contextlib
import signal
import sys
from pathlib import Path

import msgspec

from zhulian.client import connect_async
from zhulian.client.chain import AsyncChain
from zhulian.client.flow import drive_async
from zhulian.errors import Refusal
from zhulian.home import Home
from zhulian.keeper.book import Book
from zhulian.keeper.releasing import release
from zhulian.node.children import say_refused

_RETRY_S, _RETRY_MAX_S = 0.2, 60.0


async def _follow(chain: AsyncChain, keeper: str, book: Book, news: asyncio.Event) -> None:
    """Note every opening in every block from where the book stands."""
    if book.height is None:  # nothing was shared with it before the chain had its key
        key = (await chain.page("identity/encryption_keys", prefix=(keeper,), limit=1)).items
        book.note(max(0, int(key[0]["value"]["height"]) - 1) if key else 0, ())
    await _skip(chain, keeper, book)
    async for block in chain.events(after_height=book.height):
        found = [
            str(event["opening"])
            for each in (*block.transactions, *block.ran)
            for event in each.get("events", [])
            if event.get("type") == "share.opened"
        ]
        book.note(block.height, found)
        if found:
            news.set()


async def _skip(chain: AsyncChain, keeper: str, book: Book) -> None:
    """Go on behind blocks that the node has no more, and say so: whoever opened in them opens again."""
    with contextlib.suppress(Refusal):  # it accepts nothing yet; the stream waits for it
        there, kept = book.height or 0, int((await chain.status()).get("first", 1)) - 1
        if there < kept:
            _say(keeper, "", {"skips": {"first": there + 1, "last": kept}})
            book.note(kept, ())


async def _serve(chain: AsyncChain, keeper: str, book: Book, news: asyncio.Event) -> None:
    """Release what is owed; what cannot be released now is tried again, ever more slowly."""
    pause_s = _RETRY_S
    while True:
        for opening in book.owed:
            try:
                done = await drive_async(release(chain.core, keeper, opening), chain.line)
            except Refusal as no:
                _say(keeper, opening, {"waits": no.as_problem()})
                continue
            if done != "not yet":
                book.settle(opening)
            if done == "served":
                _say(keeper, opening, {"done": done})
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_s if book.owed else None):
                await news.wait()
                pause_s = _RETRY_S
        pause_s = min(2 * pause_s, _RETRY_MAX_S)
        news.clear()


def _say(keeper: str, opening: str, more: dict[str, object]) -> None:
    sys.stderr.write(msgspec.json.encode({"keeper": keeper, "opening": opening, **more}).decode() + "\n")
    sys.stderr.flush()


async def _run(home: Home, keeper: str, url: str) -> None:
    book = Book(home.root / "keeper" / f"{keeper}.json")
    news = asyncio.Event()
    async with await connect_async(url, keeper, home=home.root) as chain:
        chain.core.find_identity(keeper)  # a keeper without its keys says so at once
        tasks = {
            asyncio.ensure_future(_follow(chain, keeper, book, news)),
            asyncio.ensure_future(_serve(chain, keeper, book, news)),
        }
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        tasks.add(asyncio.ensure_future(_until(stop)))
        done, left = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        for task in done:
            task.result()


async def _until(stop: asyncio.Event) -> None:
    await stop.wait()


def main(arguments: list[str]) -> int:
    """Keep until told to stop; answers the exit status."""
    home, keeper, url = Home(Path(arguments[0])), arguments[1], arguments[2]
    try:
        asyncio.run(_run(home, keeper, url))
    except Refusal as no:
        return say_refused(no)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
