"""Taking what devices send: signatures are verified many at a time, what is good is written in groups, then each sender hears.

Messages are read and verified as they come, several groups at once; they are judged and written in the order in which they came.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from zhulian.crypto import Hasher
from zhulian.edge.errors import BufferFull, NotEnrolled, PacketFault, RetiredHere, SignatureFails, WrongTopic
from zhulian.edge.judging import Window, judge_batch, judge_readings
from zhulian.edge.known import KnownDevices, ReadKey
from zhulian.edge.packets import PACKET, SEALED, Packet, Sealed, packet_preimage, read_message
from zhulian.edge.store import Store, Tail
from zhulian.modules.device.format import batch_preimage
from zhulian.modules.device.state import Device
from zhulian.node.verifying import Verifier
from zhulian.node.worker import Job

__all__ = ["Intake", "Kind"]

Kind = Literal["readings", "batch"]
WAITING_MAX = 20_000
"""Messages that may wait; with more, senders are told to come again."""
GROUP_MAX = 1_000
"""Messages of one group: what is lost in the worst case is the sender's to send again, since nobody was told yes."""
_AHEAD = 3


@dataclass
class _Message:
    """A message on its way, and who waits for the answer."""

    kind: Kind
    data: bytes
    topic: str | None
    done: "asyncio.Future[PacketFault | None]"
    read: Packet | Sealed | None = None
    fault: PacketFault | None = None

    @property
    def device(self) -> str:
        """Whose it is."""
        if isinstance(self.read, Packet):
            return self.read.said.device
        return "" if self.read is None else self.read.paper.batch.device


class Intake:
    """The one door for readings and batches, whatever they came by."""

    def __init__(
        self, hasher: Hasher, store: Store, known: KnownDevices, verifier: Verifier, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._hasher = hasher
        self._store = store
        self._known = known
        self._verifier = verifier
        self._clock = clock
        self._tails: dict[str, Tail] = {}
        self._waiting: asyncio.Queue[_Message] = asyncio.Queue(WAITING_MAX)
        self._verified: asyncio.Queue[asyncio.Task[list[_Message]]] = asyncio.Queue(_AHEAD)
        self.taken = 0
        """Readings taken since the start."""
        self.refused: dict[str, int] = {}
        """How many messages were refused since the start, by number."""

    async def offer(self, kind: Kind, data: bytes, topic: str | None = None) -> PacketFault | None:
        """Take a message; the refusal, or None once it is on disk. `topic` is the device under whose topic it came."""
        message = _Message(kind, data, topic, asyncio.get_running_loop().create_future())
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            return BufferFull(most=WAITING_MAX)
        return await message.done

    async def verify(self) -> None:
        """Read and verify messages in groups, for ever."""
        while True:
            group = [await self._waiting.get()]
            while len(group) < GROUP_MAX and not self._waiting.empty():
                group.append(self._waiting.get_nowait())
            await self._verified.put(asyncio.create_task(self._verify(group)))

    async def write(self) -> None:
        """Judge and write verified groups in their order, for ever."""
        while True:
            group = await (await self._verified.get())
            self._write(group)
            for each in group:
                if each.fault is not None:
                    self.refused[each.fault.code] = self.refused.get(each.fault.code, 0) + 1
                if not each.done.done():
                    each.done.set_result(each.fault)

    async def _verify(self, group: list[_Message]) -> list[_Message]:
        jobs: list[Job] = []
        signed: list[_Message] = []
        for each in group:
            try:
                jobs.append(self._read(each))
                signed.append(each)
            except PacketFault as fault:
                each.fault = fault
        for each, good in zip(signed, await self._verifier.verify(jobs), strict=True):
            if not good:
                each.fault = SignatureFails(device=each.device)
        return group

    def _read(self, message: _Message) -> Job:
        """What is to be verified of a message.

        Raises:
            PacketMalformed, WrongTopic, NotEnrolled, RetiredHere, SignatureFails.
        """
        if message.kind == "readings":
            packet = read_message(PACKET, message.data)
            message.read = packet
            key, last_ms = packet.key, packet.said.readings[-1][1]
            preimage, signature = packet_preimage(self._hasher, packet.said), packet.signature
        else:
            sealed = read_message(SEALED, message.data)
            message.read = sealed
            key, last_ms = sealed.paper.key, sealed.paper.batch.until
            preimage, signature = batch_preimage(self._hasher, sealed.paper.batch), sealed.paper.signature
        name = message.device
        if message.topic is not None and message.topic != name:
            raise WrongTopic(device=name, topic=message.topic[:80])
        self._require_device(name)
        return (_require_key(self._known.key(name, key), name, last_ms).public_key, preimage, bytes.fromhex(signature))

    def _require_device(self, name: str) -> Device:
        device = self._known.find(name)
        if device is None:
            raise NotEnrolled(device=name)
        if device.retired is not None:
            raise RetiredHere(device=name)
        return device

    def _write(self, group: list[_Message]) -> None:
        """Judge the good messages of a group and make what is new durable in one step."""
        window = Window(int(self._clock() * 1000))
        self._store.begin()
        for each in group:
            if each.fault is not None:
                continue
            try:
                self._take(each, window)
            except PacketFault as fault:
                each.fault = fault
        self._store.commit()

    def _take(self, message: _Message, window: Window) -> None:
        name = message.device
        tail = self._tails.get(name)
        if tail is None:
            tail = self._tails[name] = self._store.tail(name)
        if isinstance(message.read, Packet):
            said = message.read.said
            fresh = judge_readings(self._store, self._require_device(name), tail, said, window)
            self._store.add_readings(name, fresh)
            if fresh[-1][0] > tail.last:
                tail.last, tail.time_ms = fresh[-1][0], fresh[-1][1]
            self.taken += len(fresh)
        elif message.read is not None and judge_batch(self._store, self._hasher, tail, message.read):
            self._store.add_batch(message.read)
            tail.sealed = message.read.paper.batch.last


def _require_key(key: ReadKey | None, name: str, last_ms: int) -> ReadKey:
    """The key, where it may have signed what was read at that time."""
    if key is None or (key.until_ms is not None and last_ms > key.until_ms):
        raise SignatureFails(device=name)
    return key
