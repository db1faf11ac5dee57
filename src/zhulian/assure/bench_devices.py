"""How many signed readings a second the edge verifies, judges and brings onto its disk, and how fast a minute becomes a batch.

Packets are signed beforehand and handed to the intake as the doors for MQTT and HTTP do; the doors themselves are left out.
"""

import asyncio
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

from zhulian.client.devices.papers import make_batch
from zhulian.crypto import GM, Hasher, SoftwareSigner, fingerprint
from zhulian.edge.intake import Intake
from zhulian.edge.known import KnownDevices
from zhulian.edge.packets import PACKET, SEALED, Sealed, make_packet, packet_preimage, read_message
from zhulian.edge.store import Store
from zhulian.errors import check
from zhulian.modules.device.format import Reading
from zhulian.modules.device.state import Calibration, Device
from zhulian.node.guard import Guard
from zhulian.node.verifying import Verifier

__all__ = ["run"]

_DEVICES = 50
_UNDER_WAY = 2_000
_SEED = bytes(32)


def run(readings: int = 30_000, each: int = 1, workers: int = 0) -> dict[str, Any]:
    """Take `readings` of 50 devices, `each` of them under one signature, with `workers` processes that verify (0: one for each core).

    `verify_per_s` is what one core verifies of the same packets before, the yardstick of this run. `processor_us_per_reading` is what all
    processes together use, which other work on the machine changes little.
    """
    workers = workers or os.cpu_count() or 1
    hasher = Hasher(GM)
    signers = {f"org1.d{number:02d}": SoftwareSigner(GM, GM.generate()) for number in range(_DEVICES)}
    start_ms = int(time.time() * 1000)
    by_device = {
        name: [
            Reading(device=name, sequence=number, time_ms=start_ms + number, value=number % 200)
            for number in range(1, readings // _DEVICES + 1)
        ]
        for name in signers
    }
    packets = [
        make_packet(hasher, signers[name], several[at : at + each])
        for at in range(0, readings // _DEVICES, each)
        for name, several in by_device.items()
    ]
    verify_per_s = _yardstick(hasher, packets[:2_000], {name: signer.public_key for name, signer in signers.items()})
    batches = [_sealed(hasher, signers[name], several) for name, several in by_device.items()]
    with tempfile.TemporaryDirectory(prefix="zhulian-bench-") as folder:
        store = Store(Path(folder))
        store.keep_devices((name, _device(signer, start_ms)) for name, signer in signers.items())
        try:
            took_s, batches_s, processor_s = asyncio.run(_take(hasher, store, packets, batches, workers))
        finally:
            store.close()
    count = sum(map(len, by_device.values()))
    return {
        "readings_per_s": round(count / took_s),
        "signatures_per_s": round(len(packets) / took_s),
        "batched_readings_per_s": round(count / batches_s),
        "processor_us_per_reading": round(processor_s / count * 1_000_000),
        "verify_per_s": verify_per_s,
        "readings": count,
        "conditions": {
            "devices": _DEVICES,
            "readings_under_one_signature": each,
            "suite": "gm, every signature verified",
            "disk": "SQLite, one durable write for each group of up to 1,000 packets",
            "doors": "left out: packets go straight to the intake",
            "workers": workers,
            "cpus": os.cpu_count(),
            "machine": platform.machine(),
            "python": platform.python_version(),
            "load_1m_before": round(os.getloadavg()[0], 2),
        },
    }


def _yardstick(hasher: Hasher, packets: list[bytes], keys: dict[str, bytes]) -> int:
    """Signatures of packets that one core verifies a second, in one call."""
    read = [read_message(PACKET, each) for each in packets]
    jobs = [(keys[each.said.device], packet_preimage(hasher, each.said), bytes.fromhex(each.signature)) for each in read]
    began = time.perf_counter()
    check(all(hasher.suite.verify_many(jobs)), "every packet is signed well")
    return round(len(jobs) / (time.perf_counter() - began))


async def _take(
    hasher: Hasher, store: Store, packets: list[bytes], batches: list[bytes], workers: int
) -> tuple[float, float, float]:
    guard = Guard(asyncio.get_running_loop())
    verifier = await Verifier.start("gm", workers, guard)
    await verifier.ready()
    intake = Intake(hasher, store, KnownDevices(store), verifier)
    tasks = [guard.spawn(intake.verify()), guard.spawn(intake.write())]
    room = asyncio.Semaphore(_UNDER_WAY)

    async def one(packet: bytes) -> None:
        try:
            check(await intake.offer("readings", packet) is None, "every packet is taken")
        finally:
            room.release()

    used_s, began = _processor_s([os.getpid(), *verifier.pids]), time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for packet in packets:
            await room.acquire()
            group.create_task(one(packet))
    took_s = time.perf_counter() - began
    processor_s = _processor_s([os.getpid(), *verifier.pids]) - used_s
    began = time.perf_counter()
    for batch in batches:
        check(await intake.offer("batch", batch) is None, "every batch is taken")
    batches_s = time.perf_counter() - began
    for task in tasks:
        task.cancel()
    await verifier.close()
    return took_s, batches_s, processor_s


def _processor_s(pids: list[int]) -> float:
    """Seconds of processor time that these processes have used (proc(5), fields 14 and 15 of stat)."""
    fields = (
        Path(f"/proc/{each}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split() for each in pids
    )
    return sum(int(each[11]) + int(each[12]) for each in fields) / os.sysconf("SC_CLK_TCK")


def _device(signer: SoftwareSigner, now_ms: int) -> Device:
    calibration = Calibration(certificate="00" * 32, height=1, signers=("org1.clerk",), until=now_ms // 1000 + 86_400)
    return Device(
        calibration=calibration,
        height=1,
        high=1000,
        key=fingerprint(GM, signer.public_key),
        low=-1000,
        owner="org1",
        public_key=signer.public_key.hex(),
        quality="temperature",
        scale=1,
        signers=("org1.clerk",),
        time_ms=now_ms,
        unit="°C",
    )


def _sealed(hasher: Hasher, signer: SoftwareSigner, readings: list[Reading]) -> bytes:
    paper = make_batch(hasher, signer, readings, _SEED)
    return SEALED.encode(Sealed(format="zhulian/sealed-readings/1", paper=paper, seed=_SEED.hex()))
