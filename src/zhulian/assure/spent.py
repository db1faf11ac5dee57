"""How much processor time the processes of a node have taken, by what each of them does."""

import os
from pathlib import Path

__all__ = ["since", "spent_by_role"]

_TICKS = os.sysconf("SC_CLK_TCK")
_ROLES = (
    ("zhulian.gateway", "gateway"),
    ("ledger_process", "ledger"),
    ("zhulian.node.worker", "signature workers"),
    ("cometbft", "engine"),
)


def spent_by_role(*roots: int) -> dict[str, float]:
    """Seconds so far of the processes `roots` and all beneath them, by role."""
    children: dict[int, list[int]] = {}
    stats: dict[int, tuple[str, float]] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue  # it has just ended
        pid = int(folder.name)
        children.setdefault(int(fields[1]), []).append(pid)
        stats[pid] = (_role(line), (int(fields[11]) + int(fields[12])) / _TICKS)
    found: dict[str, float] = {}
    waiting = list(roots)
    while waiting:
        pid = waiting.pop()
        waiting += children.get(pid, [])
        if pid in stats:
            role, seconds = stats[pid]
            found[role] = found.get(role, 0.0) + seconds
    return found


def since(before: dict[str, float], after: dict[str, float]) -> dict[str, float]:
    """What was spent between two answers of `spent_by_role`."""
    return {role: round(spent - before.get(role, 0.0), 2) for role, spent in sorted(after.items())}


def _role(line: str) -> str:
    return next((role for mark, role in _ROLES if mark in line), "supervisor")
