"""How one node stands: what it says of itself at its gateway, and what its home shows."""

import contextlib
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec

from zhulian.home import Home
from zhulian.node.certificates import ends

__all__ = ["NodeState", "as_state", "own_state", "read_state"]

_DAY_S = 86_400


class NodeState(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """How one node stands; `pid` is its supervisor's, None where it does not run. Heights are the ledger's unless said.

    `seals` says for each member how many of the newest headers lack its seal, `skew_ms` how far its clock is ahead.
    `certificate` names the one of the home that runs out first, in `certificate_days`.
    """

    name: str
    pid: int | None
    url: str
    accepting: bool = False
    height: int | None = None
    engine_height: int | None = None
    time_ms: int | None = None
    state_root: str | None = None
    header: str | None = None
    peers: int | None = None
    peer_names: list[str] = []
    pending: int | None = None
    unsealed: int | None = None
    seals: dict[str, int] = {}
    skew_ms: dict[str, int] = {}
    catching_up: bool = False
    version: str | None = None
    engine_version: str | None = None
    disk_bytes: int | None = None
    disk_free_bytes: int | None = None
    disk_size_bytes: int | None = None
    certificate: str | None = None
    certificate_days: int | None = None


def read_state(name: str, home: Home, url: str, pid: int | None) -> NodeState:
    """The state of a node of this machine, asked at its gateway where it runs."""
    found: dict[str, Any] = {}
    if pid is not None:
        with contextlib.suppress(httpx.HTTPError, ValueError):
            found = httpx.get(f"{url}/v1/status", timeout=5.0, trust_env=False).json()
    return as_state(name, url, pid, found, disk_bytes=_size(home.root), **_first_to_end(home))


def as_state(name: str, url: str, pid: int | None, status: dict[str, Any], **more: Any) -> NodeState:
    """The state out of what `/v1/status` answered, which shows its node's state also where nothing is accepted."""
    found = status.get("node") or status
    network = found.get("network") or {}
    versions, disk = found.get("versions") or {}, found.get("disk") or {}
    return NodeState(
        name=name,
        pid=pid,
        url=url,
        accepting=bool(found.get("accepting")),
        height=found.get("height"),
        engine_height=network.get("engine_height"),
        time_ms=found.get("time_ms"),
        state_root=found.get("state_root"),
        header=found.get("header"),
        peers=len(network["peers"]) if "peers" in network else None,
        peer_names=network.get("peers", []),
        pending=found.get("pending"),
        unsealed=network.get("unsealed_count"),
        seals=network.get("seals", {}),
        skew_ms=network.get("skew_ms", {}),
        catching_up=bool(network.get("catching_up")),
        version=versions.get("zhulian"),
        engine_version=versions.get("engine"),
        disk_free_bytes=disk.get("free_bytes"),
        disk_size_bytes=disk.get("size_bytes"),
        **more,
    )


def own_state(home: Home) -> NodeState:
    """The state of the one node whose home this is."""
    config = home.config()
    pid, url = None, f"http://127.0.0.1:{config.gateway.port}"
    with contextlib.suppress(OSError, ValueError, KeyError, msgspec.DecodeError):
        note = msgspec.json.decode(home.node_file.read_bytes())
        if Path(f"/proc/{int(note['pid'])}").exists():
            pid, url = int(note["pid"]), str(note["url"])
    return read_state(config.node.name or config.node.sealer or home.root.name, home, url, pid)


def _size(folder: Path) -> int:
    size = 0
    for each in folder.rglob("*"):
        with contextlib.suppress(OSError):  # the store drops files while one looks
            size += each.stat().st_size if each.is_file() else 0
    return size


def _first_to_end(home: Home) -> dict[str, Any]:
    """The certificate of the home that runs out first, and in how many days."""
    found = ends(home)
    if not found:
        return {}
    first = min(found, key=lambda name: found[name])
    return {"certificate": first, "certificate_days": int((found[first] - time.time()) // _DAY_S)}
