"""Opening descriptors as the chain comes to name them: for every organisation whose decryption key lies in the home, and for nobody else.

What is opened goes into the client's journal, from which the index takes it; so an index that is built anew has it at once, and a
journal that is lost is filled again from the ledger and the vaults. What was erased, or may be read no more, is dropped from both.
"""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from zhulian import canonical
from zhulian.client.flow import drive_async
from zhulian.client.journal import DescriptorDue, Journal, OpeningNote
from zhulian.errors import Refusal
from zhulian.home import Home
from zhulian.node.rpc import LedgerClient
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.described import reached_height, reading_events
from zhulian.offchain.index.descriptors import read_descriptor
from zhulian.offchain.index.writing import Writer

if TYPE_CHECKING:
    from zhulian.client.chain import AsyncChain

__all__ = ["Opener"]

_HEIGHTS = 1_000
_PAGE = 100
_RETRY_S, _RETRY_MAX_S = 1.0, 300.0
_DIGEST_CHARACTERS = 64


class Opener:
    """Follows one index. `say` is told what cannot be opened, in an event's name and fields."""

    def __init__(self, home: Home, url: str, chain: str, database: Database, writer: Writer, say: Callable[..., None]) -> None:
        self._home = home
        self._url = url
        self._chain = chain
        self._database = database
        self._writer = writer
        self._say = say
        self._said: set[str] = set()
        self._ledger = LedgerClient(home.socket)
        self._journal = Journal(home.client / "journal")
        self._read = self._journal.descriptors_read(chain)
        self._chains: dict[str, AsyncChain] = {}

    async def run(self, news: asyncio.Event) -> None:
        """Open without end whatever there is, and again after a growing pause what could not be opened; `news` are new blocks."""
        pause_s = _RETRY_S
        while True:
            left = True
            try:
                await self._look()
                left = await self._open_due()
            except Refusal as no:
                self._wait("-", no)
            except ConnectionError:  # the ledger is away, and the index waits for it as well
                pass
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s if left else None):
                    await news.wait()
            pause_s = min(2 * pause_s, _RETRY_MAX_S) if left else _RETRY_S
            news.clear()

    async def _look(self) -> None:
        """Note the descriptors that blocks name which the index has and this has not seen."""
        reached = reached_height(self._database)
        if self._read == 0 and reached > 0:
            first = int((await self._ledger.status()).get("first", 1))
            if first > 1:  # the blocks before a snapshot are not here; the state is
                self._note(first - 1, await self._every())
        while self._read < reached:
            upto = min(self._read + _HEIGHTS, reached)
            due = [each for event in reading_events(self._database, self._read, upto) for each in await self._due(event)]
            if due or upto == self._read + _HEIGHTS:
                self._note(upto, due)
            self._read = upto

    def _note(self, height: int, due: Sequence[DescriptorDue]) -> None:
        self._journal.note_descriptors(self._chain, height, due)
        self._read = height

    async def _every(self) -> list[DescriptorDue]:
        found: list[DescriptorDue] = []
        after: str | None = None
        while True:
            page = await self._ledger.page("share/descriptors", (), after, _PAGE)
            found += [DescriptorDue(str(each["value"]["content"]), str(each["key"][-1])) for each in page["items"]]
            after = page["next"]
            if after is None:
                return found

    async def _open_due(self) -> bool:
        """Open what is due; whether something is left that could not be opened."""
        left = False
        for due in self._journal.descriptors_due(self._chain):
            try:
                await self._settle(due)
            except Refusal as no:
                self._wait(due.content, no)
                left = True
        return left

    def _holders(self) -> dict[str, str]:
        """The organisations whose decryption keys lie here, each with one of its signers, who asks vaults in its name."""
        default = self._home.config().client.signer
        signers = [*([default] if default else []), *self._home.signers()]
        found: dict[str, str] = {}
        for path in sorted(self._home.keys.glob("*.encrypt*.key.json")):
            name = path.name.partition(".encrypt")[0]
            signer = next((each for each in signers if each.partition(".")[0] == name), None)
            if "." not in name and signer is not None:
                found[name] = signer
        return found

    async def _due(self, event: dict[str, Any]) -> list[DescriptorDue]:
        """What an event lets look at again."""
        owner = str(event["owner"])
        match event["type"]:
            case "share.registered":
                return [DescriptorDue(str(event["content"]), owner)] if event.get("describes") else []
            case "share.withdrawn":
                scope = str(event["scope"])
                named = await self._value("share/descriptors", scope, owner) if len(scope) == _DIGEST_CHARACTERS else None
                return [] if named is None else [DescriptorDue(str(named["content"]), owner)]
        return [DescriptorDue(str(event["content"]), owner)]

    async def _settle(self, due: DescriptorDue) -> None:
        """Let each organisation here have what it may read of a descriptor, and nothing else.

        Raises:
            Refusal: an object is not to be had, or does not open.
        """
        content = await self._value("share/contents", due.content, due.owner)
        if content is not None and content.get("describes") is not None:
            described = str(content["describes"])
            for name, signer in self._holders().items():
                reader = await self._value("share/readers", due.content, due.owner, name)
                may = reader is not None and reader.get("ended") is None and content.get("erased") is None
                if may and (content.get("restricted") is None or name == due.owner):
                    await self._open(name, signer, due, described, str(content["transaction"]))
                elif self._journal.forget(self._chain, described, due.content, name):
                    self._writer.forget_descriptor(described, due.owner, due.content, name)
        self._journal.settle_descriptor(self._chain, due)
        self._said.discard(due.content)

    async def _open(self, holder: str, signer: str, due: DescriptorDue, described: str, transaction: str) -> None:
        """Open a descriptor with an organisation's key and keep it; one that does not describe what the chain says is left out."""
        from zhulian.client import (
            connect_async,  # with HTTP and the rest behind it, which an index without descriptors does without
        )
        from zhulian.client.sealed.opening import open_to_memory

        if holder not in self._chains:
            self._chains[holder] = await connect_async(self._url, signer, home=self._home.root)
        chain = self._chains[holder]
        opened = await drive_async(open_to_memory(chain.core, due.content, owner=due.owner, party=holder), chain.line)
        descriptor = read_descriptor(opened.data or b"")
        if descriptor is None or descriptor.content != described:
            return
        entry = {
            "commitment": due.content,
            "descriptor": descriptor.as_json(),
            "holder": holder,
            "owner": due.owner,
            "salt": opened.head.salt,
        }
        self._journal.learn(OpeningNote(self._chain, described, due.content, canonical.encode(entry).decode(), transaction))

    async def _value(self, collection: str, *key: str) -> dict[str, Any] | None:
        """What the home's own ledger holds at a key."""
        items = (await self._ledger.page(collection, key, None, 1))["items"]
        found = items[0]["value"] if items and list(map(str, items[0]["key"][1:])) == list(key) else None
        return found if isinstance(found, dict) else None

    def _wait(self, content: str, no: Refusal) -> None:
        if content not in self._said:
            self._said.add(content)
            self._say("not opened", content=content, **no.as_problem())
