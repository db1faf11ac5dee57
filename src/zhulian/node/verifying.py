"""The pool of signature workers, as the ledger process sees it: signatures in, verdicts out, no threads."""

import asyncio
import socket
import subprocess
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import msgspec

from zhulian.crypto import native, suite
from zhulian.errors import Words, check
from zhulian.node.children import spawn
from zhulian.node.errors import NodeStopping, ProcessEnded, StopNode
from zhulian.node.frames import FrameReader, frame
from zhulian.node.guard import Guard
from zhulian.node.turns import Turns
from zhulian.node.worker import Job

__all__ = ["Verifier"]

_SLICE_JOBS = 32
"""Signatures in one slice: some 10 ms of SM2, which is the longest that an urgent one waits behind a patient one."""
_SLICE_BYTES = 256 * 1024
_DEPTH_PATIENT = 256
"""Signatures given to a worker ahead of time: enough to keep it busy while the ledger process executes a block."""
_DEPTH_URGENT = 512
_URGENT_JOBS = 16
"""Requests with at most this many signatures go before longer ones."""
_HERE_JOBS = 2
"""So few are verified by the ledger process itself while the workers have nothing to do: the way there and back costs more."""
_REAP_S = 5
_BUFFER_BYTES = 4 * 1024 * 1024

_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE = msgspec.msgpack.Decoder(tuple[int, bytes]).decode


class _Request:
    """One call of `verify`: its jobs, how many are given out, and the verdicts so far."""

    def __init__(self, jobs: Sequence[Job], done: "asyncio.Future[bytes]") -> None:
        self.jobs = jobs
        self.given = 0
        self.missing = len(jobs)
        self.verdicts = bytearray(len(jobs))
        self.done = done

    def give_up(self) -> None:
        """Tell whoever waits that no verdict will come."""
        if not self.done.done():
            self.done.set_exception(NodeStopping())


_Part = tuple[_Request, int, int]
"""Request, first job, number of jobs: what a slice holds of it."""


class Verifier:
    """Spreads signatures over worker processes, in slices, short requests first (see `Turns`).

    A worker's death is the node's (`StopNode` through the guard): a verdict that never comes would hold its waiters, and
    a process that died once for no known reason is not asked again.
    """

    def __init__(self, guard: Guard, verify_here: Callable[[Sequence[Job]], Sequence[bool]]) -> None:
        self._guard = guard
        self._verify_here = verify_here
        self._workers: list[_Worker] = []
        self._urgent: deque[_Request] = deque()
        self._patient: deque[_Request] = deque()
        self._turns = Turns()
        self._flying: dict[Job, tuple[_Request, int]] = {}
        self._next = 0
        self._depth = 0
        self._closed = False

    @classmethod
    async def start(cls, suite_name: str, workers: int, guard: Guard, log: Path | None = None) -> "Verifier":
        """Start `workers` processes for the suite; what they say on stderr is this process's, and ends in the file `log`."""
        check(workers >= 1, "there is a signature worker")
        self = cls(guard, suite(suite_name).verify_many)
        loop = asyncio.get_running_loop()
        for _ in range(workers):
            ours, theirs = socket.socketpair()
            for end in (ours, theirs):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)
            command = ["-m", "zhulian.node.worker", str(theirs.fileno()), suite_name]
            with theirs:
                process = spawn(command, pass_fds=[theirs.fileno()])
            ours.setblocking(False)
            worker = _Worker(self, process, str(log or "stderr"))
            await loop.create_unix_connection(lambda link=worker: link, sock=ours)  # type: ignore[misc]
            self._workers.append(worker)
        return self

    @property
    def pids(self) -> list[int]:
        """The process ids of the workers."""
        return [each.process.pid for each in self._workers]

    @property
    def waiting(self) -> int:
        """Signatures that have no verdict yet."""
        return sum(each.missing for lane in (self._urgent, self._patient) for each in lane) + sum(
            each.outstanding for each in self._workers
        )

    async def ready(self) -> None:
        """Return when every worker has loaded what it needs; a worker that ends instead is the guard's business."""
        for worker in self._workers:
            await worker.ready.wait()

    async def verify_whole(self, jobs: Sequence[Job]) -> bytes:
        """As `verify`, but all is handed to the workers at once, for a caller that will not come back to hand out more soon."""
        self._depth = len(jobs)
        try:
            return await self.verify(jobs)
        finally:
            self._depth = 0

    async def verify(self, jobs: Sequence[Job]) -> bytes:
        """One byte for each job in order: 1 where the signature is good, 0 where not.

        A signature that is being verified for somebody else, as when a block holds what has just come in, is not verified twice.
        """
        if not jobs:
            return b""
        if self._closed:
            raise NodeStopping()
        if len(jobs) <= _HERE_JOBS and not self._flying:
            return bytes(self._verify_here(jobs))
        flying = [self._joined(job, len(jobs) <= _URGENT_JOBS) for job in jobs]
        fresh = [job for job, found in zip(jobs, flying, strict=True) if found is None]
        answers = iter(await self._ask(fresh) if fresh else b"")
        verdicts = bytearray()
        for found in flying:
            verdicts.append(next(answers) if found is None else (await asyncio.shield(found[0].done))[found[1]])
        return bytes(verdicts)

    def _joined(self, job: Job, urgent: bool) -> tuple[_Request, int] | None:
        """The request that has this signature verified now, if a request that is urgent need not wait for it."""
        found = self._flying.get(job)
        return found if found is None or not urgent or len(found[0].jobs) <= _URGENT_JOBS else None

    async def _ask(self, jobs: Sequence[Job]) -> bytes:
        request = _Request(jobs, asyncio.get_running_loop().create_future())
        for place, job in enumerate(jobs):
            self._flying[job] = request, place
        (self._urgent if len(jobs) <= _URGENT_JOBS else self._patient).append(request)
        self._give()
        try:
            return await asyncio.shield(request.done)
        finally:
            for job in jobs:
                self._flying.pop(job, None)

    async def close(self) -> None:
        """End the workers; requests without verdicts end with `NodeStopping`."""
        self._closed = True
        for worker in self._workers:
            worker.close()
        for worker in self._workers:
            await _ended(worker.process)
        for worker in self._workers:
            worker.give_up()
        for request in (*self._urgent, *self._patient):
            request.give_up()

    def _give(self) -> None:
        """Fill the workers up, the emptiest first; a patient slice whose turn it is goes in as deep as an urgent one."""
        while self._urgent or self._patient:
            patient = self._turns.is_patients(bool(self._urgent), bool(self._patient))
            worker = min(self._workers, key=lambda each: each.outstanding)
            if worker.outstanding >= max(self._depth, _DEPTH_URGENT if self._urgent else _DEPTH_PATIENT):
                break
            self._turns.took(patient)
            self._next += 1
            worker.send(self._next, not patient, _cut(self._patient if patient else self._urgent))

    def _take(self, parts: list[_Part], verdicts: bytes) -> None:
        check(len(verdicts) == sum(count for _, _, count in parts), "a worker answers each signature")
        at = 0
        for request, first, count in parts:
            request.verdicts[first : first + count] = verdicts[at : at + count]
            at += count
            request.missing -= count
            if not request.missing and not request.done.done():
                request.done.set_result(bytes(request.verdicts))
        self._give()

    def _lost(self, worker: "_Worker") -> None:
        if not self._closed:
            status = worker.process.wait(_REAP_S)  # the socket ends a moment before the process
            self._guard.fail(
                StopNode(
                    ProcessEnded(process="worker", status=status, why=Words("没有留下说明", "it left no words"), log=worker.log)
                )
            )


class _Worker(asyncio.Protocol):
    def __init__(self, pool: Verifier, process: "subprocess.Popen[bytes]", log: str) -> None:
        self._pool = pool
        self._reader = FrameReader()
        self._slices: dict[int, list[_Part]] = {}
        self._transport: asyncio.Transport | None = None
        self.process = process
        self.log = log
        self.outstanding = 0
        self.ready = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop has a class of its own

    def connection_lost(self, error: Exception | None) -> None:
        self._pool._lost(self)

    def data_received(self, data: bytes) -> None:
        for payload in self._reader.feed(data):
            number, verdicts = _DECODE(payload)
            if number == 0:
                self.ready.set()
                continue
            parts = self._slices.pop(number)
            self.outstanding -= len(verdicts)
            self._pool._take(parts, verdicts)

    def send(self, number: int, urgent: bool, parts: list[_Part]) -> None:
        jobs = [job for request, first, count in parts for job in request.jobs[first : first + count]]
        self._slices[number] = parts
        self.outstanding += len(jobs)
        check(self._transport is not None, "a worker is connected before it is used")
        if self._transport is not None:
            self._transport.write(frame(_ENCODE((number, urgent, jobs, native.kernel() is not None))))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.abort()
        self.process.terminate()

    def give_up(self) -> None:
        """Give up the slices that this worker has not answered."""
        for parts in self._slices.values():
            for request, _, _ in parts:
                request.give_up()


def _cut(lane: deque[_Request]) -> list[_Part]:
    """Take the next slice off the lane; it may hold parts of several requests."""
    parts: list[_Part] = []
    room, bytes_left = _SLICE_JOBS, _SLICE_BYTES
    while lane and room > 0 and bytes_left > 0:
        request = lane[0]
        first = request.given
        while request.given < len(request.jobs) and room > 0 and bytes_left > 0:
            bytes_left -= len(request.jobs[request.given][1])
            request.given += 1
            room -= 1
        parts.append((request, first, request.given - first))
        if request.given == len(request.jobs):
            lane.popleft()
    return parts


async def _ended(process: "subprocess.Popen[bytes]") -> None:
    while process.poll() is None:  # noqa: ASYNC110 (once, at the end of a process)
        await asyncio.sleep(0.005)
