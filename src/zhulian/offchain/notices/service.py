"""Notices inside the courier process: following events, sending, and what an operator asks for at the door."""

import asyncio
import re
import secrets
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from zhulian.crypto.certificates import from_pem, parse
from zhulian.errors import Refusal, Words
from zhulian.node.methods import Nothing
from zhulian.node.server import Handler
from zhulian.offchain.courier.delivering import first_kept
from zhulian.offchain.index.blocks import Ledger, Source, read_block
from zhulian.offchain.index.methods import Feed, IndexClient
from zhulian.offchain.notices import gathering
from zhulian.offchain.notices.book import CHANNELS, KINDS, Book, Channel, Person
from zhulian.offchain.notices.errors import BadAddressee, NoticesNotSet, NotSent, PersonNotOfThisHome, Stopped
from zhulian.offchain.notices.mail import Unwanted
from zhulian.offchain.notices.messages import Writer
from zhulian.offchain.notices.methods import Linked, Named, Put
from zhulian.offchain.notices.sending import Sender

__all__ = ["Notices"]

_BLOCKS = 50
_WAIT_MS = 20_000
_AGAIN_S = 1.0
_FEED_S = 2.0
_CERTIFICATES_S = 6 * 3600.0
_PERSON = re.compile(r"[a-z][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,30}|~[0-9a-f]{32}")
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,250}[A-Za-z0-9])?")
_PHONE = re.compile(r"[A-Za-z0-9@+][A-Za-z0-9@+_.:-]{0,127}")


class Notices:
    """Tells people of `parties` by the `senders` that are set up; with none of them it does nothing and says so."""

    def __init__(
        self,
        book: Book,
        writer: Writer,
        senders: Mapping[Channel, Sender],
        ledger: Ledger,
        index: IndexClient,
        parties: frozenset[str],
        certificates: Path,
        hook_secret: str,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._book = book
        self._writer = writer
        self._senders = senders
        self._ledger = ledger
        self._index = index
        self._parties = parties
        self._certificates = certificates
        self._hook_secret = hook_secret
        self._clock = clock
        self._source: Source | None = None

    @property
    def handlers(self) -> dict[str, Handler]:
        """What is answered at the courier's door."""
        return {
            "notices.put": self.put,
            "notices.list": self.everybody,
            "notices.remove": self.remove,
            "notices.stop": self.stop,
            "notices.linked": self.linked,
            "notices.test": self.test,
            "notices.status": self.status,
            "notices.secret": self.secret,
        }

    async def run(self) -> None:
        """Follow and send without end; returns at once where no channel is set up."""
        if not self._senders:
            return
        await self._begin()
        works = [self.follow(), self.follow_alerts(), self.watch_certificates(), *(each.run() for each in self._senders.values())]
        async with asyncio.TaskGroup() as group:
            for work in works:
                group.create_task(work)

    async def follow(self) -> None:
        """Take the events of each block, once through restarts: notices and height are written together."""
        while True:
            try:
                await self.step(_WAIT_MS)
            except (Refusal, ConnectionError):  # the ledger is away or ends
                await asyncio.sleep(_AGAIN_S)

    async def step(self, wait_ms: int = 0) -> int:
        """Take the next blocks, waiting up to `wait_ms` for one; the height reached.

        Raises:
            Refusal, ConnectionError: the ledger's; nothing was taken.
        """
        height = (self._book.position() or (0, 0))[0]
        try:
            raws = await self._ledger.follow(height, _BLOCKS, wait_ms)
        except Refusal as no:
            first = first_kept(no)
            if first is None or first <= height + 1:
                raise
            self._book.skip(height + 1, first - 1, self._now_ms())
            return first - 1
        if not raws:
            return height
        blocks = [read_block(each) for each in raws]
        source = await self._open()
        await source.prepare(blocks)
        told = gathering.of_blocks(blocks, source.background, self._book.every())
        self._told(self._book.take(told, self._now_ms(), height=blocks[-1].height))
        return blocks[-1].height

    async def follow_alerts(self) -> None:
        """Take what the alert desk tells, entry by entry."""
        while True:
            entries = await self._feed((self._book.position() or (0, 0))[1])
            people = self._book.every()
            for each in entries:
                number = int(each["number"])
                self._told(self._book.take(gathering.of_alert(number, each["event"], people), self._now_ms(), feed=number))
            if not entries:
                await asyncio.sleep(_FEED_S)

    async def watch_certificates(self) -> None:
        """Look through this home's certificates several times a day."""
        while True:
            try:
                source = await self._open()
            except (Refusal, ConnectionError):
                await asyncio.sleep(_AGAIN_S)
                continue
            ends = await asyncio.to_thread(_ends, self._certificates)
            told = gathering.of_certificates(ends, source.background, self._book.every(), int(self._clock()))
            self._told(self._book.take(told, self._now_ms()))
            await asyncio.sleep(_CERTIFICATES_S)

    # The door.

    async def put(self, asked: Put) -> dict[str, Any]:
        """Set a person's addresses and wishes.

        Raises:
            NoticesNotSet, PersonNotOfThisHome, BadAddressee. Stopped: the person has opted out.
        """
        self._require_set()
        if not _PERSON.fullmatch(asked.name):
            why = Words("应为 机构.经办人 或自然人的代号", "it is org.serial or a person's handle")
            raise BadAddressee(what=asked.name[:64], why=why)
        before = next((each for each in self._book.every() if each.name == asked.name), Person(asked.name))
        if not asked.name.startswith("~") and before.party not in self._parties:
            raise PersonNotOfThisHome(person=asked.name, allowed=", ".join(sorted(self._parties)) or "-")
        if before.stopped_ms and not asked.again:
            raise Stopped(person=asked.name)
        made = Person(
            asked.name,
            before.mail if asked.mail is None else asked.mail,
            before.phone if asked.phone is None else asked.phone,
            asked.language or before.language,
            before.kinds if asked.kinds is None else tuple(each for each in KINDS if each in asked.kinds),
            before.apps if asked.apps is None else asked.apps,
        )
        self._require_address(made)
        self._book.put(made)
        return self._shown(made)

    async def everybody(self, _: Nothing) -> Any:
        """All people, with the codes by which they opt out."""
        return [self._shown(each) for each in self._book.every()]

    async def remove(self, asked: Named) -> dict[str, Any]:
        """Forget a person altogether.

        Raises:
            NoSuchPerson.
        """
        found = self._book.get(asked.name)
        self._book.remove(found.name)
        return self._shown(found)

    async def stop(self, asked: Named) -> dict[str, Any]:
        """A person opts out, by the code in a notice or at the operator's hand; what still waited is not sent.

        Raises:
            NoSuchPerson, WrongCode.
        """
        name = self._writer.name_of(asked.name) if "/" in asked.name else asked.name
        self._book.get(name)
        self._book.stop(name, self._now_ms())
        return self._shown(self._book.get(name))

    async def linked(self, asked: Linked) -> dict[str, Any]:
        """Whether the person whose link it is has opted out, who does so now where that is asked. Who it is, nobody is told.

        Raises:
            UnknownLink.
        """
        name = self._writer.linked(asked.token, self._book.every())
        if asked.stop and not self._book.get(name).stopped_ms:
            self._book.stop(name, self._now_ms())
        return {"stopped": bool(self._book.get(name).stopped_ms)}

    async def test(self, asked: Named) -> dict[str, Any]:
        """Send a person a test on every channel that is set up and has an address.

        Raises:
            NoticesNotSet, NoSuchPerson, Stopped, BadAddressee: there is none. NotSent.
        """
        self._require_set()
        person = self._book.get(asked.name)
        if person.stopped_ms:
            raise Stopped(person=person.name)
        channels = [each for each in CHANNELS if each in self._senders and person.at(each)]
        if not channels:
            raise BadAddressee(
                what=person.name, why=Words("所设渠道上没有地址", "there is no address on a channel that is set up")
            )
        for channel in channels:
            try:
                await self._senders[channel].test(self._writer.test(person, f"t{secrets.token_hex(8)}-{channel}"))
            except Unwanted as no:
                raise NotSent(why=Words.quote(no)) from None
        return {"name": person.name, "channels": channels}

    async def status(self, _: Nothing) -> dict[str, Any]:
        """What waits, what was sent, what is set up."""
        return {**self._book.status(), "channels": {name: each.describe() for name, each in self._senders.items()}}

    async def secret(self, _: Nothing) -> dict[str, Any]:
        """The secret with which a gateway checks what it is sent.

        Raises:
            NoticesNotSet.
        """
        self._require_set()
        return {"secret": self._hook_secret}

    async def _begin(self) -> None:
        """The first time, begin with what comes from now on."""
        while self._book.position() is None:
            try:
                self._book.begin(int((await self._ledger.status())["height"]), await self._newest())
            except (Refusal, ConnectionError):
                await asyncio.sleep(_AGAIN_S)

    async def _newest(self) -> int:
        """The newest number of the feed; 0 where no index runs."""
        try:
            return int((await self._index.ask("feed", Feed()))["newest"])
        except (Refusal, ConnectionError):
            return 0

    async def _feed(self, number: int) -> list[dict[str, Any]]:
        try:
            found: list[dict[str, Any]] = (await self._index.ask("feed", Feed(number)))["entries"]
        except (Refusal, ConnectionError):  # the index is away, or ends
            return []
        return found

    async def _open(self) -> Source:
        if self._source is None:
            self._source = await Source.open(self._ledger)
        return self._source

    def _told(self, new: int) -> None:
        if new:
            for each in self._senders.values():
                each.wake()

    def _require_set(self) -> None:
        if not self._senders:
            raise NoticesNotSet()

    @staticmethod
    def _require_address(person: Person) -> None:
        if person.mail and not _MAIL.fullmatch(person.mail):
            raise BadAddressee(what=person.mail[:80], why=Words("不是邮件地址", "it is no mail address"))
        if person.phone and not _PHONE.fullmatch(person.phone):
            raise BadAddressee(what=person.phone[:80], why=Words("不是号码或账号", "it is no number and no account"))
        if not person.mail and not person.phone:
            raise BadAddressee(
                what=person.name, why=Words("没有邮件地址，也没有号码", "it has neither a mail address nor a number")
            )

    def _shown(self, person: Person) -> dict[str, Any]:
        told: dict[str, Any] = {"name": person.name, "mail": person.mail, "phone": person.phone, "language": person.language}
        told |= {"kinds": list(person.kinds), "apps": list(person.apps), "code": self._writer.code(person.name)}
        return told | ({"stopped_ms": person.stopped_ms} if person.stopped_ms else {})

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)


def _ends(folder: Path) -> list[tuple[str, str, int]]:
    """Signer, fingerprint of the key and end of each certificate of this home; what cannot be read is left out."""
    found = []
    for path in sorted(folder.glob("*.pem")) if folder.is_dir() else []:
        try:
            leaf = parse(from_pem(path.read_bytes())[0])
        except (OSError, Refusal, IndexError):
            continue
        found.append((path.stem, f"{leaf.signer}-{leaf.not_after}", leaf.not_after))
    return found
