"""Following the ledger: batch after batch, exactly once through restarts, since height and rows are written together."""

import asyncio
from collections.abc import Callable
from typing import Any

from zhulian.errors import Refusal, Words
from zhulian.offchain.index.blocks import Ledger, ReadBlock, Source, read_block
from zhulian.offchain.index.drafts import Draft, Drafts
from zhulian.offchain.index.errors import IndexAhead, IndexBehind, IndexDatabaseFailed, IndexOfAnotherChain
from zhulian.offchain.index.texts import Openable
from zhulian.offchain.index.writing import Reached, Writer
from zhulian.offchain.watch.watcher import instances_of

__all__ = ["Follower"]

_BLOCKS = 100
_WAIT_MS = 2_000
_AGAIN_S = (0.2, 0.5, 1.0, 2.0, 5.0)
_TEXTS = 500
_SEEDED = (("organisation", "identity/organisations"), ("signer", "identity/signers"))


class Follower:
    """Keeps one database at the height of one ledger. `ledger_height` is what the ledger showed last."""

    def __init__(
        self,
        ledger: Ledger,
        writer: Writer,
        texts: Openable,
        say: Callable[..., None],
        written: Callable[[int], None] = lambda _: None,
    ) -> None:
        """`say` is told what happens, in an event's name and fields; `written` the height reached, after each batch and at the start."""
        self._ledger = ledger
        self._writer = writer
        self._texts = texts
        self._say = say
        self._written = written
        self._source: Source | None = None
        self._reached: Reached | None = None
        self.ledger_height = 0
        self.fault: Refusal | None = None

    @property
    def height(self) -> int:
        """The height that the index has reached."""
        return 0 if self._reached is None else self._reached.height

    async def run(self) -> None:
        """Follow without end; a database or a ledger that is away is tried again.

        Raises:
            IndexOfAnotherChain, IndexAhead, IndexBehind: only a person can mend that.
        """
        failures = 0
        while True:
            try:
                await self.step(_WAIT_MS)
                if self.fault is not None:
                    self._say("going on", height=self.height)
                self.fault, failures = None, 0
            except (IndexOfAnotherChain, IndexAhead, IndexBehind):
                raise
            except Refusal as refusal:
                if self.fault is None:
                    self._say("waiting", **refusal.as_problem())
                self.fault = refusal
                self._reached = None  # what is there is read anew
                await asyncio.sleep(_AGAIN_S[min(failures, len(_AGAIN_S) - 1)])
                failures += 1

    async def step(self, wait_ms: int = 0) -> int:
        """Write the next batch, waiting up to `wait_ms` for one; answers the height reached.

        Raises:
            IndexOfAnotherChain, IndexAhead, IndexBehind. IndexDatabaseFailed, Refusal: nothing was written; try again.
        """
        source, reached = await self._ready()
        raws = await self._ledger.follow(reached.height, _BLOCKS, wait_ms)
        if raws:
            blocks = [read_block(each) for each in raws]
            await source.prepare(blocks)
            self._writer.write(blocks, source.background)
            self.ledger_height = max(self.ledger_height, blocks[-1].height)
        else:
            self._writer.tidy()
        self._take_texts(source, reached.texts_read)
        self._reached = self._writer.reached()
        self._written(self.height)
        return self.height

    async def begin_anew(self) -> None:
        """Drop what is there and begin again; whoever else follows into the same database goes on from here.

        Raises:
            IndexDatabaseFailed, Refusal: the database's or the ledger's.
        """
        self._source = await Source.open(self._ledger)
        self._reached = await self._begin(self._source, await self._ledger.status())

    async def catch_up(self, progress: Callable[[int, int], None]) -> int:
        """Write batches until the height is reached that the ledger had at the beginning; `progress` is told height and goal.

        Raises:
            As `step`.
        """
        goal = int((await self._ledger.status())["height"])
        height = await self.step()
        while height < goal:
            before = height
            height = await self.step(200)
            progress(height, goal)
            if height == before and not await self._ledger.follow(height, 1, 5_000):
                break  # the newest blocks have no seals yet
        return height

    async def _ready(self) -> tuple[Source, Reached]:
        """What to go on from, after a look whether this index and this ledger are of one chain.

        Raises:
            IndexOfAnotherChain, IndexAhead, IndexBehind.
        """
        if self._source is None:
            self._source = await Source.open(self._ledger)
        if self._reached is None:
            status = await self._ledger.status()
            self.ledger_height = int(status["height"])
            reached = self._writer.reached()
            if reached is None:
                reached = await self._begin(self._source, status)
            elif reached.chain != status["chain"]:
                raise IndexOfAnotherChain(found=reached.chain)
            elif reached.height < int(status.get("first", 1)) - 1:
                raise IndexBehind(height=reached.height, first=int(status["first"]))
            else:
                await self._require_same(reached)
                for key, _ in await self._source.every("scenario/instances"):
                    await self._source.load_instance(key[0])
                for digest in self._writer.definitions():
                    await self._source.load_definition(digest)
            self._reached = reached
        return self._source, self._reached

    async def _require_same(self, reached: Reached) -> None:
        """Hold that the ledger has the very block up to which the index shows it.

        A ledger may be behind the index for a while, when it steps back to its engine; its blocks come again.

        Raises:
            IndexAhead: it has another block there.
        """
        if reached.height == 0 or reached.height > self.ledger_height:
            return
        found = await self._ledger.follow(reached.height - 1, 1)
        if found and found[0]["digest"].hex() != reached.digest:
            raise IndexAhead(height=reached.height)

    async def _begin(self, source: Source, status: dict[str, Any]) -> Reached:
        """An empty index begins with the members, and with what a ledger that grew from a snapshot holds in place of its blocks."""
        first = int(status.get("first", 1))
        start = ReadBlock(first - 1, "", int(status["time_ms"]) if first > 1 else 0, [], [])
        for key, _ in await source.every("scenario/instances"):
            await source.load_instance(key[0])
        drafts = Drafts(source.background, {})
        for kind, collection in _SEEDED:
            for key, value in await source.every(collection):
                drafts.member(kind, collection, key[0], value, start, "")
        if first > 1:
            for key, value in await source.every("evidence/deposits"):
                drafts.deposit(key, value)
            for key, value in await source.every("scenario/records"):
                drafts.record(key, value, start)
        gone = {key[0] for key, _ in await source.every("govern/taken_down")} if first > 1 else set()
        made: list[Draft] = [each for each in drafts.finish() if each.transaction not in gone]
        opened = list(instances_of(source.background)) if first > 1 else []
        for row in opened:
            if row["coming"]:
                await source.load_definition(row["coming"])
        self._writer.begin(str(status["chain"]), first - 1, made, source.background.zone, opened)
        self._say("begun", height=first - 1, documents=len(made))
        found = self._writer.reached()
        if found is None:  # another process has emptied it meanwhile
            raise IndexDatabaseFailed(why=Words("刚写入的内容读不到", "what was just written cannot be read"))
        return found

    def _take_texts(self, source: Source, read: int) -> None:
        texts = self._texts.after(read, _TEXTS)
        if texts:
            self._writer.add_texts(texts)
        if texts or read:
            self._writer.show_texts(source.background)
            self._writer.show_descriptors(source.background)
