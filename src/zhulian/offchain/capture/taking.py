"""Capture a page: open it in a clean browser, keep all that shows how it was collected, and close the bundle."""

import asyncio
import io
import threading
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from zhulian import __version__, canonical
from zhulian.errors import Refusal, Words
from zhulian.offchain.addresses import networks_of
from zhulian.offchain.capture.authorities import Authorities, chain_facts, load_authorities, pem_of
from zhulian.offchain.capture.browser import Started, find_browser, started
from zhulian.offchain.capture.bundle import SUFFIX, Bundle, write_bundle
from zhulian.offchain.capture.clock import SERVERS, Reading, read_clock
from zhulian.offchain.capture.errors import BadAddress, PageHangs
from zhulian.offchain.capture.exchanges import Recorder
from zhulian.offchain.capture.gate import Gate
from zhulian.offchain.capture.limits import Limits
from zhulian.offchain.capture.machine import browser_facts, clean_facts, machine_facts
from zhulian.offchain.capture.page import Taken, take_page
from zhulian.offchain.capture.telling import report
from zhulian.offchain.capture.warc import write_warc

__all__ = ["Options", "capture", "require_url"]

_START_S = 60
_TEXT_MAX = 500


@dataclass(frozen=True)
class Options:
    """How to capture. `allow` are addresses and networks beyond the public ones, `trust` PEM files of further authorities,
    `time_servers` whom to ask how far the clock is off (none: nobody).
    """

    allow: tuple[str, ...] = ()
    trust: tuple[str, ...] = ()
    time_servers: tuple[str, ...] = SERVERS
    browser: str | None = None
    language: str = "zh"
    limits: Limits = field(default_factory=Limits)


@dataclass(frozen=True)
class _Seen:
    """All that was seen of a page, before it is put in order."""

    taken: Taken
    recorder: Recorder
    gate: Gate
    started: Started
    browser: dict[str, Any]
    readings: list[Reading]
    authorities: Authorities
    began_ms: int
    ended_ms: int


def capture(url: str, path: Path | None, options: Options, after: Mapping[str, Any] | None = None) -> Bundle:
    """Capture the page at `url` into a bundle at `path` (None: named by host and time, in the working folder).

    `after` is the newest block of a chain, known when the capture begins: it was then made after that block. May be called from
    any thread, also where an event loop runs.

    Raises:
        Refusal: `capture/1` to `capture/13`, as their sentences say.
    """
    require_url(url)
    try:
        allowed = networks_of(options.allow)
    except ValueError as wrong:
        raise BadAddress(url=", ".join(options.allow)[:200], why=Words.quote(wrong)) from None
    authorities = load_authorities(options.trust)
    programme = find_browser(options.browser)
    gate = Gate(allowed, options.limits)
    seen = _in_thread(_look(url, options, gate, authorities, programme))
    members = _members(seen)
    facts = _facts(url, seen, options, after, members)
    members["report.html"] = report(facts)
    return write_bundle(path or _named(url, seen.began_ms), facts, members)


def require_url(url: str) -> None:
    """Hold that `url` is one that can be captured, as far as its text says.

    Raises:
        BadAddress.
    """
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises where it is no port
    except ValueError as wrong:
        raise BadAddress(url=url[:200], why=Words.quote(wrong)) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or any(each <= " " for each in url) or len(url) > 4096:
        raise BadAddress(url=url[:200], why=Words("不是 http 或 https 地址", "it is no http or https address"))
    if parts.username is not None or parts.password is not None:
        raise BadAddress(url=url[:200], why=Words("不得带用户名或口令", "it has a user name or a password"))


def _in_thread(work: Any) -> _Seen:
    """Run in an event loop of its own, whatever runs in this thread."""
    done: list[_Seen] = []
    faults: list[BaseException] = []

    def run() -> None:
        try:
            done.append(asyncio.run(work))
        except BaseException as fault:  # noqa: BLE001 - every fault is the caller's
            faults.append(fault)

    thread = threading.Thread(target=run, name="capture")
    thread.start()
    thread.join()
    if faults:
        raise faults[0]
    return done[0]


async def _look(url: str, options: Options, gate: Gate, authorities: Authorities, programme: Path) -> _Seen:
    limits = options.limits
    try:
        async with asyncio.timeout(limits.total_s + _START_S):
            readings = asyncio.ensure_future(read_clock(options.time_servers))
            async with started(programme, gate, limits, options.language, authorities.keys) as running:
                recorder = Recorder(running.context, limits)
                try:
                    began_ms = time.time_ns() // 1_000_000
                    taken = await take_page(running.context, url, gate, recorder, limits)
                    ended_ms = time.time_ns() // 1_000_000
                finally:
                    recorder.close()
                agent = str(await running.context.pages[0].evaluate("navigator.userAgent"))
                version = running.context.browser.version if running.context.browser else ""
            browser = await asyncio.to_thread(browser_facts, programme, version, agent[:_TEXT_MAX], _driver())
            return _Seen(taken, recorder, gate, running, browser, await readings, authorities, began_ms, ended_ms)
    except TimeoutError:
        raise PageHangs(url=url, seconds=limits.total_s) from None
    finally:
        await gate.close()


def _driver() -> str:
    from importlib.metadata import version

    return f"playwright {version('playwright')}"


def _members(seen: _Seen) -> dict[str, bytes]:
    for each in seen.recorder.exchanges:
        looked = seen.gate.looked.get(urlsplit(each.url).hostname or "")
        each.remote = looked.remote.partition(" ")[0] if looked is not None else ""
    archive = io.BytesIO()
    write_warc(archive, seen.recorder.exchanges, {"software": f"zhulian {__version__}", "format": "WARC File Format 1.1"})
    listed = [{name: _plain(value) for name, value in each.shown().items()} for each in seen.recorder.exchanges]
    made = {
        "page.html": seen.taken.html,
        "resources.json": canonical.encode(listed),
        "resources.warc.gz": archive.getvalue(),
        "screenshot.png": seen.taken.screenshot,
    }
    for number, chain in enumerate(seen.taken.chains.values(), 1):
        made[f"certificates/{number}.pem"] = pem_of(chain)
    return made


def _facts(
    url: str, seen: _Seen, options: Options, after: Mapping[str, Any] | None, members: Mapping[str, bytes]
) -> dict[str, Any]:
    """The manifest but for its list of members."""
    taken, gate, exchanges = seen.taken, seen.gate, seen.recorder.exchanges
    chains = [
        {
            **chain_facts(origin, chain, added=seen.authorities.verify(origin, chain)),
            "member": f"certificates/{number}.pem",
        }
        for number, (origin, chain) in enumerate(taken.chains.items(), 1)
    ]
    facts = {
        "after": dict(after) if after is not None else None,
        "behaviour": asdict(taken.behaviour),
        "browser": seen.browser,
        "cell": asdict(seen.started.cell),
        "certificates": chains,
        "clean": clean_facts(sorted(gate.looked), seen.started.cell, seen.readings, seen.authorities.names, list(options.allow)),
        "clock": [asdict(each) for each in seen.readings],
        "began_ms": seen.began_ms,
        "ended_ms": seen.ended_ms,
        "language": options.language,
        "limits": msgspec.to_builtins(options.limits),
        "machine": machine_facts(),
        "network": {
            "connections": gate.connections,
            "failed": [{"host": each.host, "port": each.port, "why": each.why} for each in gate.turned if not each.inner],
            "names": [asdict(gate.looked[host]) for host in sorted(gate.looked)],
            "received_bytes": gate.received,
            "refused": [{"address": each.address, "host": each.host, "port": each.port} for each in gate.turned if each.inner],
            "sent_bytes": gate.sent,
            "turned": gate.turned_count,
        },
        "page": {
            "height_px": taken.size_px[1],
            "status": taken.status,
            "title": taken.title[:_TEXT_MAX],
            "url": taken.url,
            "width_px": taken.size_px[0],
        },
        "resources": {
            "answered": sum(1 for each in exchanges if each.status),
            "asked": len(exchanges),
            "without_body": sum(1 for each in exchanges if each.status and each.body is None and not 300 <= each.status < 400),
        },
        "url": url,
    }
    return {name: _plain(value) for name, value in facts.items()}


def _plain(value: Any) -> Any:
    """The value with every text as canonical JSON takes it: what pages and servers say is written out where it is not plain."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if not isinstance(value, str):
        return value
    try:
        canonical.encode(value)
    except Refusal:
        return value.encode("ascii", "backslashreplace").decode()
    return value


def _named(url: str, began_ms: int) -> Path:
    host = "".join(
        each if each.isascii() and (each.isalnum() or each in ".-") else "-" for each in urlsplit(url).hostname or "page"
    )
    return Path(f"{host[:100].strip('.-') or 'page'}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime(began_ms // 1000))}{SUFFIX}")
