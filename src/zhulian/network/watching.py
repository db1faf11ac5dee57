"""What people should look at in a network, judged from the states of its nodes: the alerts of `zhulian network watch`."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from zhulian.network.states import NodeState

__all__ = ["Alert", "alerts"]

Kind = Literal["down", "refusing", "silent", "lag", "unsealed", "disk", "skew", "certificate", "expired", "authority", "fork"]

SILENT_HEADERS = 20
LAG_HEIGHTS = 20
UNSEALED_HEADERS = 5
DISK_FREE_SHARE = 0.1
SKEW_MS = 1000
CERTIFICATE_DAYS = 30


class Alert(msgspec.Struct, frozen=True):
    """One thing to look at: of which kind, seen at which node, about which member or certificate, and the figure that is out of bounds."""

    kind: Kind
    node: str
    member: str = ""
    value: float = 0


def alerts(states: Sequence[NodeState]) -> list[Alert]:
    """What is wrong, in the order of the nodes, what several nodes see of a member told once."""
    top = max((each.height for each in states if each.height is not None), default=0)
    found: list[Alert] = []
    for each in states:
        found += _own(each, top)
    return [*found, *_forks(states), *_members(states)]


def _own(state: NodeState, top: int) -> list[Alert]:
    name = state.name
    found: list[Alert] = []
    if state.pid is None or state.height is None:
        return [Alert("down", name)]
    if not state.accepting:
        found.append(Alert("refusing", name))
    if top - state.height > LAG_HEIGHTS:
        found.append(Alert("lag", name, value=top - state.height))
    if (state.unsealed or 0) > UNSEALED_HEADERS:
        found.append(Alert("unsealed", name, value=state.unsealed or 0))
    if state.disk_size_bytes and state.disk_free_bytes is not None:
        share = state.disk_free_bytes / state.disk_size_bytes
        if share < DISK_FREE_SHARE:
            found.append(Alert("disk", name, value=round(100 * share, 1)))
    if state.certificate_days is not None and state.certificate_days < CERTIFICATE_DAYS:
        found.append(_certificate(state, state.certificate_days))
    return found


def _certificate(state: NodeState, days: int) -> Alert:
    """A signer renews its own, the CA's is voted on; what has run out is worth nothing any more."""
    which = state.certificate or ""
    kind: Kind = "authority" if which.endswith(".ca") else "expired" if days < 0 else "certificate"
    return Alert(kind, state.name, which, days)


def _members(states: Sequence[NodeState]) -> list[Alert]:
    """Members whose seals are missing, and whose clocks are off, by the node that sees it worst; most nodes must see it."""
    found: list[Alert] = []
    seeing = [each for each in states if each.seals and not each.catching_up]
    for member in sorted({name for each in seeing for name in each.seals}):
        silent = [(each.seals[member], each.name) for each in seeing if member in each.seals and each.name != member]
        missed = [one for one in silent if one[0] > SILENT_HEADERS]
        if missed and 2 * len(missed) >= len(silent):
            value, node = max(missed)
            found.append(Alert("silent", node, member, value))
        skews = [(abs(each.skew_ms[member]), each.name, each.skew_ms[member]) for each in seeing if member in each.skew_ms]
        off = [one for one in skews if one[0] > SKEW_MS]
        if off and 2 * len(off) >= len(skews):
            _, node, signed = max(off)
            found.append(Alert("skew", node, member, signed / 1000))
    return found


def _forks(states: Sequence[NodeState]) -> list[Alert]:
    """Nodes that show another header at the same height than the first that has one."""
    seen: dict[int, str] = {}
    shown = [(each.height, each.header, each.name) for each in states if each.height is not None and each.header is not None]
    return [Alert("fork", name, value=height) for height, header, name in shown if seen.setdefault(height, header) != header]
