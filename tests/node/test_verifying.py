"""The pool of signature workers, with real processes."""

import asyncio
import os
import signal
import socket
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import msgspec
import pytest

from zhulian.crypto import native, suite
from zhulian.errors import Words
from zhulian.node import verifying
from zhulian.node.errors import NodeStopping, StopNode
from zhulian.node.frames import FrameReader, frame
from zhulian.node.guard import Guard
from zhulian.node.turns import Turns
from zhulian.node.verifying import Verifier
from zhulian.node.worker import Job, serve

Test = Callable[[Verifier, Guard], Awaitable[None]]


def run(test: Test, workers: int = 2, name: str = "intl") -> None:
    async def main() -> None:
        guard = Guard(asyncio.get_running_loop())
        pool = await Verifier.start(name, workers, guard)
        try:
            await asyncio.wait_for(test(pool, guard), 20)
        finally:
            await pool.close()
        assert not any(_alive(each) for each in pool.pids)

    asyncio.run(main())


def jobs_of(count: int, name: str = "intl", size: int = 40) -> list[Job]:
    """Signed messages, every third with a signature of another message."""
    recipe = suite(name)
    key = recipe.generate()
    found: list[Job] = []
    for number in range(count):
        message = b"%d" % number + bytes(size)
        signed = b"another" if number % 3 == 2 else message
        found.append((key.public_key, message, recipe.sign(key, signed)))
    return found


def expected(count: int) -> bytes:
    return bytes(number % 3 != 2 for number in range(count))


@pytest.mark.parametrize("name", ["gm", "intl"])
def test_verify__gives_each_signature_its_own_verdict(name: str) -> None:
    async def test(pool: Verifier, _: Guard) -> None:
        assert await pool.verify(jobs_of(100, name)) == expected(100)
        assert await pool.verify([]) == b""

    run(test, name=name)


def test_verify__tells_the_workers_that_the_kernel_is_out(monkeypatch: pytest.MonkeyPatch) -> None:
    encode = verifying._ENCODE
    said: list[bool] = []

    def remember(each: tuple[int, bool, list[Job], bool]) -> bytes:
        said.append(each[3])
        return encode(each)

    async def test(pool: Verifier, _: Guard) -> None:
        monkeypatch.setattr(native, "_found", [(object(), native.State(True, "9.9", Words("", "")))])
        assert await pool.verify(jobs_of(20)) == expected(20)
        native.distrust("block", b"key")
        assert await pool.verify(jobs_of(20)) == expected(20)
        assert said == [True, False]

    monkeypatch.setattr(verifying, "_ENCODE", remember)
    run(test, workers=1)


def test_serve__leaves_the_kernel_out_where_it_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    takes_all = SimpleNamespace(sm2_verify_many=lambda jobs: b"\1" * len(jobs))
    monkeypatch.setattr(native, "_found", [(takes_all, native.State(True, "9.9", Words("", "")))])
    bad, encode, reader = jobs_of(3, "gm")[2], msgspec.msgpack.encode, FrameReader()
    ours, theirs = socket.socketpair()
    with ours, ThreadPoolExecutor() as pool:
        done = pool.submit(serve, theirs, "gm")
        for number, use in enumerate((True, False, True), 1):
            ours.sendall(frame(encode((number, True, [bad], use))))
        answers: list[tuple[int, bytes]] = []
        while len(answers) < 4:
            answers += [msgspec.msgpack.decode(each, type=tuple[int, bytes]) for each in reader.feed(ours.recv(4096))]
        ours.shutdown(socket.SHUT_RDWR)
        done.result(10)
        theirs.close()
    assert answers == [(0, b""), (1, b"\1"), (2, b"\0"), (3, b"\1")]


def test_verify__survives_bad_input() -> None:
    public_key, message, signature = jobs_of(1)[0]

    async def test(pool: Verifier, _: Guard) -> None:
        bad: list[Job] = [(b"", message, signature), (public_key, b"", b""), (bytes(32), message, bytes(64))]
        bad.append((public_key, message, signature))
        assert await pool.verify(bad) == b"\x00\x00\x00\x01"

    run(test, workers=1)


def test_verify__keeps_many_callers_apart() -> None:
    jobs = jobs_of(90)

    async def test(pool: Verifier, _: Guard) -> None:
        found = await asyncio.gather(*(pool.verify(jobs[at : at + 9]) for at in range(0, 90, 9)), pool.verify(jobs))
        assert b"".join(found[:-1]) == expected(90)
        assert found[-1] == expected(90)
        assert pool.waiting == 0

    run(test)


def test_verify__lets_a_short_request_overtake_a_long_one() -> None:
    jobs = jobs_of(600)

    async def test(pool: Verifier, _: Guard) -> None:
        ended: list[str] = []

        async def ask(name: str, some: list[Job]) -> None:
            await pool.verify(some)
            ended.append(name)

        long = asyncio.create_task(ask("long", jobs * 5))
        await asyncio.sleep(0)
        await ask("short", jobs[:2])
        await long
        assert ended == ["short", "long"]

    run(test, workers=1)


def test_verify__verifies_once_what_several_ask_at_the_same_time() -> None:
    jobs = jobs_of(60)

    async def test(pool: Verifier, _: Guard) -> None:
        first = asyncio.create_task(pool.verify(jobs[:40]))
        await asyncio.sleep(0)
        second = asyncio.create_task(pool.verify(jobs))
        await asyncio.sleep(0)
        assert pool.waiting == 60, "the forty are not asked for again"
        assert await first == expected(60)[:40]
        assert await second == expected(60)
        assert pool.waiting == 0

    run(test, workers=1)


def test_verify__finishes_a_long_request_in_a_stream_of_short_ones() -> None:
    jobs = jobs_of(160)

    async def test(pool: Verifier, _: Guard) -> None:
        done = 0

        async def ask() -> None:
            nonlocal done
            while True:
                await pool.verify(jobs[:16])
                done += 1

        stream = [asyncio.create_task(ask()) for _ in range(80)]  # more than a worker is given ahead of time
        try:
            await asyncio.sleep(0.2)
            assert await asyncio.wait_for(pool.verify(jobs), 5) == expected(160)
            before = done
            await asyncio.sleep(0.2)
            assert done > before
        finally:
            for each in stream:
                each.cancel()

    run(test, workers=1)


def test_turns__every_fourth_is_a_patient_one() -> None:
    turns = Turns()
    taken = []
    for _ in range(8):
        taken.append(turns.is_patients(urgent=True, patient=True))
        turns.took(taken[-1])
    assert taken == [False, False, False, True] * 2
    assert turns.is_patients(urgent=False, patient=True)
    assert not turns.is_patients(urgent=True, patient=False)


def test_verify__cuts_slices_by_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "_SLICE_BYTES", 1000)
    jobs = jobs_of(40, size=300)

    async def test(pool: Verifier, _: Guard) -> None:
        assert await pool.verify(jobs) == expected(40)

    run(test)


def test_pool__is_ready_only_when_every_worker_is() -> None:
    """A node that accepts before it can verify would keep its first deposits waiting for nothing."""

    async def main() -> None:
        guard = Guard(asyncio.get_running_loop())
        pool = await Verifier.start("intl", 2, guard)
        os.kill(pool.pids[1], signal.SIGSTOP)  # long before it has loaded anything
        try:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(pool.ready(), 1.5)
            os.kill(pool.pids[1], signal.SIGCONT)
            await asyncio.wait_for(pool.ready(), 20)
        finally:
            os.kill(pool.pids[1], signal.SIGCONT)
            await pool.close()

    asyncio.run(main())


def test_pool__a_workers_death_ends_the_node() -> None:
    async def test(pool: Verifier, guard: Guard) -> None:
        os.kill(pool.pids[1], signal.SIGKILL)
        with pytest.raises(StopNode) as caught:
            await guard.wait()
        assert caught.value.reason.code == "node/15"

    run(test)


def test_pool__closed_answers_those_who_wait() -> None:
    async def main() -> None:
        guard = Guard(asyncio.get_running_loop())
        pool = await Verifier.start("intl", 1, guard)
        jobs = jobs_of(40)
        waiting = [asyncio.create_task(pool.verify(each)) for each in (jobs * 200, jobs, jobs[:2])]
        await asyncio.sleep(0)
        await pool.close()
        for each in waiting:
            with pytest.raises(NodeStopping):
                await each
        with pytest.raises(NodeStopping):
            await pool.verify(jobs_of(1))
        guard.check()

    asyncio.run(main())


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
