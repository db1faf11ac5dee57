"""Where a page was captured, and whether that place was clean: what courts ask of whoever collects from the web.

The check follows what Chinese courts look for in captures of pages (cleanliness of the machine: no proxy that could show another page,
no names pinned in the hosts file, a browser without history or extensions, the right clock). Each finding is stated, good or not.
"""

import hashlib
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from zhulian import __version__
from zhulian.offchain.capture.browser import Cell
from zhulian.offchain.capture.clock import Reading

__all__ = ["CLOCK_OFF_MS_MAX", "browser_facts", "clean_facts", "machine_facts"]

CLOCK_OFF_MS_MAX = 5_000
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "socks_proxy")
_POLICIES = ("/etc/chromium/policies", "/etc/opt/chrome/policies", "/etc/chromium-browser/policies")
_CHUNK = 1024 * 1024


def machine_facts() -> dict[str, Any]:
    """The machine, its system and this programme."""
    release = _quoted("/etc/os-release", r'^PRETTY_NAME="?([^"\n]*)"?$')
    return {
        "architecture": platform.machine(),
        "host": platform.node()[:253],
        "kernel": f"{platform.system()} {platform.release()}",
        "programme": f"zhulian {__version__}",
        "python": platform.python_version(),
        "system": release[0] if release else platform.system(),
    }


def browser_facts(programme: Path, version: str, user_agent: str, driver: str) -> dict[str, Any]:
    """The browser that took the page, down to the digest of its programme file."""
    digest = hashlib.sha256()
    with programme.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return {
        "driver": driver,
        "programme": str(programme),
        "sha256": digest.hexdigest(),
        "user_agent": user_agent,
        "version": version,
    }


def clean_facts(
    hosts: Sequence[str], cell: Cell, readings: Sequence[Reading], extra_authorities: Sequence[str], allowed: Sequence[str]
) -> list[dict[str, Any]]:
    """The cleanliness check: one entry a question, `clean` true, false, or null where it could not be found out."""
    environment = os.environ
    proxies = {name: _harmless_url(environment[name]) for name in environment if name.lower() in _PROXIES and environment[name]}
    preloaded = environment.get("LD_PRELOAD", "")
    policies = [str(each) for folder in _POLICIES for each in sorted(Path(folder).glob("*/*.json"))]
    heard = [each for each in readings if not each.failure]
    pinned, entries, hosts_digest = _hosts_file(hosts)
    off = min((each.offset_ms for each in heard), key=abs, default=None)
    return [
        _found("system_proxy", not proxies, settings=[f"{name}={proxies[name]}" for name in sorted(proxies)]),
        _found("gate", True, namespace=cell.namespace, why=cell.why),
        _found("profile", True),
        _found("hosts_file", None if hosts_digest == "" else not pinned, entries=entries, pinned=pinned, sha256=hosts_digest),
        _found("resolver", None, servers=_quoted("/etc/resolv.conf", r"^\s*nameserver\s+(\S+)")[:8]),
        _found("preloaded", not preloaded, libraries=preloaded[:200]),
        _found("policies", not policies, files=policies[:20]),
        _found("authorities", not extra_authorities, added=list(extra_authorities)),
        _found("inner_addresses", not allowed, allowed=list(allowed)),
        _found("sandbox", cell.sandbox),
        _found("clock", None if off is None else abs(off) <= CLOCK_OFF_MS_MAX, offset_ms=off),
    ]


def _found(question: str, clean: bool | None, **details: Any) -> dict[str, Any]:
    return {"clean": clean, "question": question, **{name: value for name, value in details.items() if value not in ("", None)}}


def _hosts_file(hosts: Sequence[str]) -> tuple[list[str], int, str]:
    """The captured names that the hosts file pins, how many entries it has beyond loopback, and its digest."""
    try:
        data = Path("/etc/hosts").read_bytes()
    except OSError:
        return [], 0, ""
    pinned, entries = [], 0
    for line in data.decode("utf-8", "replace").splitlines():
        words = line.partition("#")[0].split()
        if len(words) < 2:
            continue
        names = {each.lower() for each in words[1:]}
        entries += not names <= {
            "localhost",
            "ip6-localhost",
            "ip6-loopback",
            "ip6-allnodes",
            "ip6-allrouters",
            platform.node().lower(),
        }
        pinned += [each for each in hosts if each in names and each != "localhost"]
    return sorted(set(pinned)), entries, hashlib.sha256(data).hexdigest()


def _quoted(path: str, pattern: str) -> list[str]:
    try:
        text = Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [each[:200] for each in re.findall(pattern, text, re.MULTILINE)]


def _harmless_url(text: str) -> str:
    """An address without the name and password that may stand in it."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "…"
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}" if host else "…"
