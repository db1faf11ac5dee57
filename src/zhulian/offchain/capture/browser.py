"""Starting the browser: which one, in its cell, with a profile that did not exist before and will not exist after."""

import asyncio
import contextlib
import json
import os
import secrets
import shlex
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhulian.errors import Words
from zhulian.offchain.capture.errors import BrowserMissing, CaptureMissing
from zhulian.offchain.capture.gate import Gate
from zhulian.offchain.capture.limits import Limits

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Playwright

__all__ = ["Cell", "Started", "find_browser", "started"]

_PLACES = ("/usr/lib/chromium/chromium", "/opt/google/chrome/chrome", "/usr/lib64/chromium-browser/chromium-browser")
"""The programmes themselves: what stands in /usr/bin is a script that adds settings of the machine."""
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_USERS = range(61_184, 65_000)  # numbers that are given to nobody for good (systemd's range for transient users)
_START_S = 30
_FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--disable-gpu",
    "--disable-quic",  # what is not TCP would pass by the gate
    "--disable-site-isolation-trials",  # one process tells of all frames; there is nothing to steal in this profile
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # names are resolved at the gate alone
    "--no-pings",
    "--proxy-bypass-list=<-loopback>",  # loopback too is reached through the gate
    "--renderer-process-limit=4",
)


@dataclass(frozen=True)
class Cell:
    """What became of the cell: a network namespace of its own (else `why` not), the browser's sandbox, the user it runs as."""

    namespace: bool
    sandbox: bool
    why: str
    root: bool


@dataclass(frozen=True)
class Started:
    """A browser at work."""

    context: "BrowserContext"
    cell: Cell
    folder: Path


def find_browser(named: str | None) -> Path:
    """The browser's own programme.

    Raises:
        BrowserMissing: what is named is none, or there is none.
    """
    for each in [named] if named else _PLACES:
        if os.access(each, os.X_OK) and Path(each).is_file():
            return Path(each).resolve()
    if named:
        raise BrowserMissing(why=Words(f"{named} 不可执行", f"{named} cannot be executed"))
    for each in _NAMES:
        found = shutil.which(each)
        if found:
            return Path(found).resolve()
    raise BrowserMissing(why=Words("未找到程序文件", "no programme was found"))


@contextlib.asynccontextmanager
async def started(browser: Path, gate: Gate, limits: Limits, language: str, trusted_keys: list[str]) -> AsyncIterator[Started]:
    """The browser with an empty profile, all of whose connections go through `gate`; gone at the end with all that it wrote.

    Raises:
        CaptureMissing: the extra is not installed. BrowserMissing: the programme does not start.
    """
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError:
        raise CaptureMissing() from None
    with tempfile.TemporaryDirectory(prefix="zhulian-capture-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        wrapper = _prepare(folder, browser)
        flags = [*_FLAGS]
        if trusted_keys:
            flags.append("--ignore-certificate-errors-spki-list=" + ",".join(trusted_keys))
        with socket.socket(socket.AF_UNIX) as door:
            door.bind(str(folder / "door"))
            (folder / "door").chmod(0o666)
            door.listen(1)
            door.setblocking(False)
            cell = asyncio.ensure_future(_receive(door, gate))
            try:
                async with async_playwright() as play:
                    context = await _launch(play, folder, wrapper, flags, limits, language)
                    try:
                        yield Started(context, await cell, folder)
                    finally:
                        with contextlib.suppress(Error):
                            await context.close()
            finally:
                cell.cancel()
                await asyncio.wait([cell])


async def _launch(
    play: "Playwright", folder: Path, wrapper: Path, flags: list[str], limits: Limits, language: str
) -> "BrowserContext":
    from playwright.async_api import Error

    try:
        return await play.chromium.launch_persistent_context(
            folder / "profile",
            executable_path=wrapper,
            chromium_sandbox=True,  # the cell takes it away where it cannot work, and says so
            args=flags,
            ignore_default_args=["--disable-popup-blocking"],
            env=_environment(folder),
            accept_downloads=False,
            service_workers="block",
            locale="zh-CN" if language == "zh" else "en-GB",
            viewport={"width": limits.width_px, "height": limits.width_px * 5 // 8},
            timeout=_START_S * 1000,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )
    except Error as no:
        raise BrowserMissing(why=Words.quote(no.message.partition("\n")[0])) from None


def _prepare(folder: Path, browser: Path) -> Path:
    """Folders of the browser, and the script that is started in its place.

    In place of root it runs as a number without an account and without processes, whose folders these are then. Where this root
    may give nothing away, as in some containers, the browser stays root, and the cell says that its sandbox cannot work.
    """
    user = secrets.choice(_USERS) if os.geteuid() == 0 else None
    for name in ("profile", "home"):
        (folder / name).mkdir(mode=0o700)
        try:
            os.chown(folder / name, -1 if user is None else user, -1 if user is None else user)
        except OSError:
            user = None
    folder.chmod(0o711)
    words = [sys.executable, "-I", "-S", str(Path(__file__).with_name("cell.py")), str(folder / "door")]
    words += ["-" if user is None else str(user), str(browser)]
    wrapper = folder / "browser"
    wrapper.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    return wrapper


def _environment(folder: Path) -> dict[str, str | float | bool]:
    """Nothing of the user's: no proxy, no preloaded libraries, a home that is empty."""
    return {"HOME": str(folder / "home"), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "TZ": "UTC"}


async def _receive(door: socket.socket, gate: Gate) -> Cell:
    """Take the port that the cell hands over, and open the gate on it."""
    line, _ = await asyncio.get_running_loop().sock_accept(door)
    with line:
        data, ports, _, _ = await asyncio.to_thread(_received, line)
    listener, *others = [socket.socket(fileno=each) for each in ports]
    for each in others:
        each.close()
    listener.setblocking(False)
    await gate.serve(listener)
    return Cell(**json.loads(data), root=os.geteuid() == 0)


def _received(line: socket.socket) -> tuple[bytes, list[int], int, Any]:
    line.settimeout(_START_S)
    return socket.recv_fds(line, 4096, 1)
