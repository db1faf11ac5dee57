"""Asking another member's gateway: what a node that is new, or lacks seals, needs to know."""

import http.client
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

__all__ = ["ASKED", "Anchor", "GatewayAway", "ask_member", "find_anchor"]

ASKED = ("commit", "consensus_params", "validators")
"""What may be asked of another member's engine: all of it is public, and checked by who asks."""
_ANSWER_S = 3.0
_ANSWER_BYTES_MAX = 8 * 1024 * 1024


class GatewayAway(Exception):
    """The gateway does not answer, or not as it should."""


class Anchor(msgspec.Struct, frozen=True):
    """The engine's block from which a new node's engine starts: where a snapshot is offered."""

    height: int
    block: str


def ask_member(gateway: str, path: str, params: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The JSON object that the gateway at `gateway` (http or https) answers at `path`.

    Raises:
        GatewayAway.
    """
    where = urllib.parse.urlsplit(gateway)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    link = kind(where.hostname or "", where.port, timeout=_ANSWER_S)
    try:
        query = f"?{urllib.parse.urlencode(params)}" if params else ""
        link.request("GET", where.path.rstrip("/") + path + query, headers={"Accept": "application/json"})
        answer = link.getresponse()
        body = answer.read(_ANSWER_BYTES_MAX)
        if answer.status != http.HTTPStatus.OK:
            raise GatewayAway(f"{gateway}: {answer.status}")
        found = msgspec.json.decode(body, type=dict[str, Any])
    except (OSError, http.client.HTTPException, msgspec.MsgspecError, ValueError) as wrong:
        raise GatewayAway(f"{gateway}: {wrong}") from None
    finally:
        link.close()
    return found


def find_anchor(gateways: Sequence[str]) -> Anchor | None:
    """The newest snapshot that a member offers, as an anchor; None where nobody who answers offers one.

    Whether it is the truth is checked later: the state against sealed headers, the engine's validators against the state.
    """
    found: list[Anchor] = []
    for gateway in gateways:
        try:
            offered = ask_member(gateway, "/v1/snapshots")["items"]
            height = max((int(each["engine_height"]) for each in offered), default=0)
            if height:
                commit = ask_member(gateway, "/v1/engine/commit", {"height": str(height)})
                found.append(Anchor(height, str(commit["result"]["signed_header"]["commit"]["block_id"]["hash"])))
        except (GatewayAway, KeyError, TypeError, ValueError):
            continue
    return max(found, key=lambda each: each.height, default=None)
