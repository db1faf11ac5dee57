"""Delivering: one task for each webhook, so that a target that is down holds up nobody else."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import msgspec

from zhulian.errors import Refusal, Words
from zhulian.offchain.courier.book import Book, Webhook
from zhulian.offchain.courier.errors import AddressNotAllowed, BadTarget, BlocksGone, NotDelivered
from zhulian.offchain.courier.reaching import Reach
from zhulian.offchain.courier.signing import headers_of

__all__ = ["Deliverer", "Feeding", "Ledger", "first_kept", "matching"]

_AGAIN_S = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0, 900.0)
"""How long to wait after the first, second, … failure; the last for all that follow."""
_BLOCKS = 50
_WAIT_MS = 20_000
_GONE = 410
_BEFORE_SNAPSHOT = "ledger/17"
_BODY = msgspec.json.Encoder(order="sorted")


_ALERTS = " alerts"
_ALERT_LOOK_S = 0.5
Feeding = Callable[[int, int], Awaitable[list[dict[str, Any]]]]
"""What the feed of alerts has behind a number, as many as a limit says: `{number, event}` each."""


class Ledger(Protocol):
    """What the courier asks of the ledger process; `zhulian.node.rpc.LedgerClient` fills it."""

    async def events(self, after_height: int, limit: int = 100, wait_ms: int = 0) -> list[dict[str, Any]]:
        """Events of the blocks above a height."""


def first_kept(no: Refusal) -> int | None:
    """The first height that the ledger still has, where it refuses since what was asked for lies before that."""
    return int(no.fields["first"]) if no.code == _BEFORE_SNAPSHOT else None


def matching(block: dict[str, Any], topics: Sequence[str], instance: str) -> list[dict[str, Any]]:
    """The events of a block that a webhook asks for, each with its transaction (None for what ran by itself), in their order."""
    causes = [(each["id"], each["events"]) for each in block["transactions"]]
    causes += [(None, each["events"]) for each in block.get("ran", [])]
    return [
        {"event": event, "transaction": transaction}
        for transaction, events in causes
        for event in events
        if any(_fits(event["type"], topic) for topic in topics) and (not instance or event.get("instance") == instance)
    ]


def _fits(kind: str, topic: str) -> bool:
    return topic in ("*", kind) or (topic.endswith(".*") and kind.startswith(topic[:-1]))


class Deliverer:
    """Follows the ledger for every webhook of the book."""

    def __init__(
        self,
        chain: str,
        ledger: Ledger,
        book: Book,
        reach: Reach,
        clock: Callable[[], float] = time.time,
        feed: Feeding | None = None,
    ) -> None:
        self._chain = chain
        self._ledger = ledger
        self._book = book
        self._reach = reach
        self._clock = clock
        self._feed = feed
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def start(self, webhook: Webhook) -> None:
        """Deliver to this one from now on."""
        if not webhook.ended:
            self._tasks[webhook.name] = asyncio.ensure_future(self._follow(webhook))
            if webhook.of_alerts and self._feed is not None:
                self._tasks[f"{webhook.name}{_ALERTS}"] = asyncio.ensure_future(self._follow_alerts(webhook, self._feed))

    async def stop(self, name: str) -> None:
        """Deliver to this one no more."""
        for each in (name, f"{name}{_ALERTS}"):
            task = self._tasks.pop(each, None)
            if task is not None:
                task.cancel()
                await asyncio.wait([task])

    async def close(self) -> None:
        """End all deliveries; what is not acknowledged comes again after the next start."""
        for name in list(self._tasks):
            await self.stop(name)

    def failed(self) -> BaseException | None:
        """What ended a delivery that nobody foresaw."""
        for task in self._tasks.values():
            if task.done() and not task.cancelled() and task.exception() is not None:
                return task.exception()
        return None

    async def test(self, webhook: Webhook) -> int:
        """Send one event that says that it is a test; the answer's status.

        Raises:
            BadTarget, AddressNotAllowed, NotDelivered.
        """
        body = _BODY.encode({"chain": self._chain, "events": [], "height": webhook.height, "test": True, "webhook": webhook.name})
        return await self._send(webhook, f"{webhook.name}.test", body)

    async def _follow(self, webhook: Webhook) -> None:
        height = webhook.height
        while True:
            try:
                blocks = await self._ledger.events(height, _BLOCKS, _WAIT_MS)
            except Refusal as no:
                first = first_kept(no)
                if first is None or first <= height + 1:  # the ledger is away or ends
                    await asyncio.sleep(1.0)
                    continue
                if not await self._skip(webhook, height + 1, first - 1):
                    return
                height = first - 1
                continue
            for block in blocks:
                events = matching(block, webhook.topics, webhook.instance)
                if events and not await self._deliver(webhook, f"{webhook.name}.{block['height']}", block, events):
                    return
                height = int(block["height"])
                if events:
                    self._book.acknowledge(webhook.name, height)
            self._book.acknowledge(webhook.name, height)

    async def _skip(self, webhook: Webhook, first: int, last: int) -> bool:
        """Go on behind blocks that are gone: the book keeps the gap, and the target is told of it; False where that wants no more."""
        at_ms = int(self._clock() * 1000)
        self._book.note(webhook.name, last, at_ms, 0, 0, BlocksGone(first=first, last=last).as_problem())
        gap = {"first": first, "last": last}
        if not await self._deliver(webhook, f"{webhook.name}.gap.{last}", {"height": last, "time_ms": at_ms}, [], gap):
            return False
        self._book.acknowledge(webhook.name, last)
        return True

    async def _follow_alerts(self, webhook: Webhook, feed: Feeding) -> None:
        """Deliver what the alert desk tells, one by one and in its order."""
        number = webhook.feed
        while True:
            try:
                entries = await feed(number, _BLOCKS)
            except (Refusal, ConnectionError):  # the index is away or ends
                entries = []
            for entry in entries:
                event = entry["event"]
                wanted = any(_fits(event["type"], topic) for topic in webhook.topics if topic != "*")
                if wanted and webhook.instance in ("", event["instance"]):
                    where = {"height": event["height"], "time_ms": event["time_ms"]}
                    told = [{"event": event, "transaction": event.get("transaction")}]
                    if not await self._deliver(webhook, f"{webhook.name}.a{entry['number']}", where, told):
                        return
                number = int(entry["number"])
                self._book.acknowledge_feed(webhook.name, number)
            if not entries:
                await asyncio.sleep(_ALERT_LOOK_S)

    async def _deliver(
        self,
        webhook: Webhook,
        name: str,
        block: dict[str, Any],
        events: list[dict[str, Any]],
        gap: dict[str, int] | None = None,
    ) -> bool:
        """Send until the target has it, under a name that every try has; False where the target wants no more."""
        content = {"chain": self._chain, "events": events, "height": block["height"], "time_ms": block["time_ms"]}
        body = _BODY.encode({**content, "webhook": webhook.name} | ({"gap": gap} if gap else {}))
        attempt = 0
        while True:
            attempt += 1
            status = 0
            fault: Refusal | None = None
            try:
                status = await self._send(webhook, name, body)
                if not 200 <= status < 300:
                    fault = NotDelivered(url=webhook.url[:200], why=Words(f"HTTP 状态码 {status}", f"HTTP {status}"))
            except (BadTarget, AddressNotAllowed, NotDelivered) as no:
                fault = no
            at_ms = int(self._clock() * 1000)
            self._book.note(webhook.name, block["height"], at_ms, attempt, status, fault.as_problem() if fault else None)
            if fault is None:
                return True
            if status == _GONE:
                self._book.end(webhook.name, "410")
                return False
            await asyncio.sleep(_AGAIN_S[min(attempt, len(_AGAIN_S)) - 1])

    async def _send(self, webhook: Webhook, name: str, body: bytes) -> int:
        headers = headers_of(webhook.secret, name, int(self._clock()), body)
        return await self._reach.post(
            webhook.url, [*headers, ("content-type", "application/json"), ("user-agent", "zhulian-courier")], body
        )
