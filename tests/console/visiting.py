"""A browser at the console."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Request
from playwright.async_api import TimeoutError as TooLate

from tests.offchain.custody.provider_process import Provider
from zhulian.client import Chain

PASSWORD = "another horse battery"
"""Of every account of custody."""


def resident(process: int, of: str = "VmRSS") -> int:
    """Bytes of a process in memory; of `RssAnon`, without the files that it has mapped."""
    words = (Path("/proc") / str(process) / "status").read_text(encoding="ascii")
    return 1024 * next(int(line.split()[1]) for line in words.splitlines() if line.startswith(of))


def spent(process: int) -> float:
    """Processor seconds of a process so far."""
    fields = (Path("/proc") / str(process) / "stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Node:
    """A node's process at a home; it may be stopped and started again."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until its console is there."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("ZHULIAN_", "PYTEST_"))}
        self._link.unlink(missing_ok=True)
        with (self.home.parent / "run.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "zhulian.cli.main", "run", "--port", "0"],
                env={**clean, "ZHULIAN_HOME": str(self.home)}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        end = time.monotonic() + 120
        while not self._link.exists():
            assert self._process.poll() is None, (self.home.parent / "run.log").read_text()
            assert time.monotonic() < end, (self.home.parent / "run.log").read_text()
            time.sleep(0.1)

    def stop(self) -> None:
        """End it by its id."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)

    def part(self, module: str) -> int:
        """The id of the process that runs a part, such as `zhulian.gateway`, among this node's children."""
        assert self._process is not None
        found = subprocess.run(["pgrep", "-P", str(self._process.pid), "-f", module], capture_output=True, text=True, check=True)
        return int(found.stdout.split()[0])

    def processes(self) -> list[int]:
        """The ids of the node's process and of all below it."""
        assert self._process is not None
        found = [self._process.pid]
        for parent in found:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += map(int, (task / "children").read_text(encoding="ascii").split())
        return found

    def link(self) -> str:
        """What lets a browser in since the last start."""
        return self._link.read_text(encoding="ascii").strip()

    @property
    def _link(self) -> Path:
        return self.home / "run" / "console.link"


@dataclass
class Console:
    """Where the console is, its node, the home behind it, the directory, and the one-time codes of custody's officers."""

    url: str
    node: Node
    home: Path
    directory: Provider
    codes: dict[str, str] = field(default_factory=dict)
    taken_up: dict[str, dict[str, Any]] = field(default_factory=dict)

    def officer(self, chain: Chain, name: str) -> dict[str, Any]:
        """What an officer of custody was given on taking the account up, which the first who asks does."""
        if name not in self.taken_up:
            self.taken_up[name] = chain.custody.enrol(name, self.codes[name], PASSWORD)
        return self.taken_up[name]

    @property
    def link(self) -> str:
        """The link that lets in."""
        return self.node.link()


LOT = "RM-260105"
LOTS = 6
"""How many lots there are of which that is one."""


@dataclass
class Shared:
    """What was made to be shown: the address of a lot's public page, a file, and its receipt."""

    gateway: str
    lot: str
    file: Path
    receipt: Path


class Visit:
    """A browser at the console; `asked` are the addresses of all its requests, `faults` what its scripts complained of."""

    def __init__(self, page: Page, console: Console) -> None:
        self.page = page
        self.console = console
        self.asked: list[str] = []
        self.faults: list[str] = []
        page.on("request", self._note)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on(
            "console", lambda message: self.faults.append(message.text) if "Content Security Policy" in message.text else None
        )

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    async def go(self, path: str) -> None:
        await self.page.goto(self.console.url + path)

    async def enter(self, person: str = "org1.clerk") -> None:
        await self.page.goto(self.console.link)
        await self.page.get_by_role("button", name=person).click()
        await self.page.wait_for_url(self.console.url + "/")

    async def leave(self) -> None:
        await self.page.locator("form[action='/leave'] button").click()
        await self.page.wait_for_url("**/enter")

    async def sees(self, text: str) -> None:
        try:
            await self.page.get_by_text(text).first.wait_for(timeout=40_000)
        except TooLate:
            raise AssertionError(f"no {text!r} on {self.page.url}:\n{await self.page.locator('body').inner_text()}") from None
