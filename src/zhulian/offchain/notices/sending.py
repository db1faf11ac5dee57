"""Sending what waits: one task for each channel, so that a mail server that is down does not hold up the gateway of SMS."""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

from zhulian.errors import Refusal, Words
from zhulian.offchain.courier.errors import AddressNotAllowed, BadTarget, NotDelivered
from zhulian.offchain.courier.reaching import Reach
from zhulian.offchain.courier.signing import headers_of
from zhulian.offchain.notices.book import Book, Channel
from zhulian.offchain.notices.errors import NotSent
from zhulian.offchain.notices.mail import MailServer, Unwanted, send_mail
from zhulian.offchain.notices.messages import Message, Writer, as_hook, as_mail

__all__ = ["HookRoad", "MailRoad", "Road", "Sender"]

_AGAIN_S = (5.0, 15.0, 60.0, 300.0, 900.0)
"""How long to wait after the first, second, … failure; the last for all that follow."""
_REST_S = 300.0
_GONE = (404, 410, 422)
"""Answers of a gateway that say: never this message."""


class Road(Protocol):
    """A way to people."""

    async def send(self, message: Message) -> None:
        """Hand the message over.

        Raises:
            NotSent: try again later. Unwanted: never again.
        """


class MailRoad:
    """By mail."""

    def __init__(self, server: MailServer, contact: str) -> None:
        self._server = server
        self._contact = contact

    async def send(self, message: Message) -> None:
        """Hand the mail to the server, in a thread."""
        mail = as_mail(message, self._server.sender, self._contact, time.time())
        await asyncio.to_thread(send_mail, self._server, mail)


class HookRoad:
    """By a gateway that is reached as webhooks are, and signed for as they are."""

    def __init__(self, url: str, secret: str, reach: Reach) -> None:
        self._url = url
        self._secret = secret
        self._reach = reach

    async def send(self, message: Message) -> None:
        """Post the message; any 2xx says that it is the gateway's."""
        body = as_hook(message)
        headers = [*headers_of(self._secret, message.name, int(time.time()), body), ("content-type", "application/json")]
        try:
            status = await self._reach.post(self._url, [*headers, ("user-agent", "zhulian-notices")], body)
        except NotDelivered as no:
            raise NotSent(why=no.why) from None
        except (BadTarget, AddressNotAllowed) as no:
            raise NotSent(why=no.words()) from None
        if status in _GONE:
            raise Unwanted(f"HTTP {status}")
        if not 200 <= status < 300:
            raise NotSent(why=Words(f"HTTP 状态码 {status}", f"HTTP {status}"))


class Sender:
    """Sends what waits on one channel. After a message a person is left alone for `interval_s`; what comes meanwhile is gathered."""

    def __init__(
        self,
        channel: Channel,
        road: Road,
        book: Book,
        writer: Writer,
        gather_s: float,
        interval_s: float,
        say: Callable[..., None],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._channel: Channel = channel
        self._road = road
        self._book = book
        self._writer = writer
        self._gather_ms, self._interval_ms = int(gather_s * 1000), int(interval_s * 1000)
        self._say = say
        self._clock = clock
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """Something new may wait."""
        self._wake.set()

    async def run(self) -> None:
        """Send without end; where nothing is due it sleeps until something is, or is woken."""
        while True:
            self._wake.clear()
            due = self._book.next_due(self._channel, self._gather_ms, self._interval_ms)
            wait_s = _REST_S if due is None else min(_REST_S, due[0] / 1000 - self._clock())
            if due is not None and wait_s <= 0:
                await self._send(due[1])
                continue
            try:
                async with asyncio.timeout(wait_s):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def test(self, message: Message) -> None:
        """Send a test at once.

        Raises:
            NotSent, Unwanted.
        """
        await self._road.send(message)

    async def _send(self, name: str) -> None:
        batch = self._book.batch(name, self._channel, self._now_ms())
        try:
            await self._road.send(self._writer.write(batch))
        except NotSent as no:
            wait_s = _AGAIN_S[min(batch.attempt, len(_AGAIN_S) - 1)]
            self._book.again(batch, self._now_ms() + int(wait_s * 1000), no.as_problem())
            self._tell("waiting", batch.number, no)
        except Unwanted as no:
            fault = NotSent(why=Words.quote(no))
            self._book.refused(batch, self._now_ms(), fault.as_problem())
            self._tell("refused", batch.number, fault)
        else:
            self._book.sent(batch, self._now_ms())

    def _tell(self, what: str, number: int, no: Refusal) -> None:
        self._say(f"notices {what}", channel=self._channel, batch=number, **no.as_problem())

    def _now_ms(self) -> int:
        return int(self._clock() * 1000)

    def describe(self) -> dict[str, Any]:
        """What is set for this channel."""
        return {"gather_s": self._gather_ms // 1000, "interval_s": self._interval_ms // 1000}
