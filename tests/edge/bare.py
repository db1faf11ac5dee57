"""An edge without a chain, and a broker of its own for the tests that promise one."""

import asyncio
import shutil
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zhulian.client.devices.papers import make_card
from zhulian.crypto import GM, Hasher, SoftwareSigner, fingerprint
from zhulian.edge.errors import PacketFault
from zhulian.edge.intake import Intake, Kind
from zhulian.edge.known import KnownDevices
from zhulian.edge.store import Store
from zhulian.modules.device.state import Calibration, Device, End, FormerKey

__all__ = ["DAY_MS", "NAME", "NOW_MS", "Bare", "Broker", "device", "free_port", "signer"]

NAME = "org1.probe-7"
NOW_MS = 1_770_000_000_000
DAY_MS = 86_400_000


class _Direct:
    """Verifies in this process."""

    async def verify(self, jobs: Sequence[Any]) -> bytes:
        await asyncio.sleep(0)
        return bytes(GM.verify_many(jobs))


class Bare:
    """An intake over a store in a folder; `now_ms` is its clock."""

    def __init__(self, folder: Path, devices: Sequence[tuple[str, Device]] = ()) -> None:
        self.hasher = Hasher(GM)
        self.key = signer(7)
        self.folder = folder
        self.now_ms = NOW_MS
        self.store = Store(folder)
        self.store.keep_devices([(NAME, device()), *devices])
        self.known = KnownDevices(self.store)
        self.intake = self._intake()

    def again(self) -> "Bare":
        """The same store after a restart."""
        self.store.close()
        self.store = Store(self.folder)
        self.known = KnownDevices(self.store)
        self.intake = self._intake()
        return self

    def offer(self, kind: Kind, *messages: bytes, topic: str | None = None) -> list[str | None]:
        """The number of each refusal, None where it was taken; all are under way at once."""

        async def run() -> list[PacketFault | None]:
            tasks = [asyncio.create_task(self.intake.verify()), asyncio.create_task(self.intake.write())]
            try:
                return await asyncio.gather(*(self.intake.offer(kind, each, topic) for each in messages))
            finally:
                for task in tasks:
                    task.cancel()

        self.intake = self._intake()
        return [None if each is None else each.code for each in asyncio.run(run())]

    def _intake(self) -> Intake:
        return Intake(self.hasher, self.store, self.known, _Direct(), clock=lambda: self.now_ms / 1000)  # type: ignore[arg-type]


def signer(number: int) -> SoftwareSigner:
    """A key by number."""
    return SoftwareSigner(GM, GM.private_key(number.to_bytes(32, "big")))


def device(number: int = 7, *, former: int | None = None, retired: bool = False) -> Device:
    """A thermometer as it stands on the chain."""
    card = make_card(Hasher(GM), signer(number), NAME, quality="temperature", unit="°C", scale=1, low=-400, high=600).card
    before = None
    if former is not None:
        key = signer(former).public_key
        before = FormerKey(key=fingerprint(GM, key), public_key=key.hex(), until_ms=NOW_MS)
    return Device(
        calibration=Calibration(certificate="ce" * 32, height=1, signers=("org1.clerk",), until=(NOW_MS + DAY_MS) // 1000),
        former=before,
        height=1,
        high=card.high,
        key=fingerprint(GM, signer(number).public_key),
        low=card.low,
        owner="org1",
        public_key=card.public_key,
        quality=card.quality,
        retired=End(height=9, reason="broken", time_ms=NOW_MS) if retired else None,
        scale=card.scale,
        signers=("org1.clerk",),
        time_ms=NOW_MS - 10 * DAY_MS,
        unit=card.unit,
    )


class Broker:
    """mosquitto on a port of its own, with its sessions on disk."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.port = free_port()
        self.url = f"mqtt://127.0.0.1:{self.port}"
        self._file = folder / "mosquitto.conf"
        self._file.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence true\npersistence_location {folder}/\n"
            "autosave_interval 1\nautosave_on_changes true\nmax_queued_messages 0\nmax_inflight_messages 1000\n"
            f"log_dest file {folder}/mosquitto.log\nuser root\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it listens."""
        found = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
        self._process = subprocess.Popen([found, "-c", str(self._file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self._process.poll() is None
                assert time.monotonic() < end
                time.sleep(0.05)

    def stop(self) -> None:
        """End it by its id."""
        assert self._process is not None
        self._process.terminate()
        self._process.wait(10)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])
