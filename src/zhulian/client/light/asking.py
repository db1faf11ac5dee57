"""What is asked of one node, and what its answer is worth; every fault of a node becomes a refusal that names it."""

from collections.abc import Sequence
from typing import Any

from zhulian.client.answers import as_json, path_of
from zhulian.client.errors import StrangeAnswer
from zhulian.client.flow import Call, Flow, call
from zhulian.client.light.errors import NodeBehind, NodeLied
from zhulian.client.light.judging import Caught, Heard
from zhulian.errors import Refusal, Words
from zhulian.ledger.heads import verify_head
from zhulian.ledger.receipts import ProvedFact, Trusted, verify_state_fact
from zhulian.merkle import ProofFault

__all__ = ["Shown", "ask_fact", "ask_head"]

_TIMEOUT_S = 15.0
Shown = tuple[dict[str, Any], ProvedFact]
"""A state fact as it goes into a file, and what it proves."""


def ask_head(url: str, trusted: Trusted) -> Flow[Heard | Caught]:
    """The node's word on what is newest, verified, or what is wrong with it."""
    try:
        document = yield from _get(url, path_of("head", "spoken"))
        return Heard(url, verify_head(document, trusted))
    except ProofFault as fault:
        return Caught(url, NodeLied(url=url, why=fault.words()))
    except Refusal as fault:
        return Caught(url, fault)


def ask_fact(url: str, trusted: Trusted, key: Sequence[str], lowest: int) -> Flow[Shown | Caught]:
    """The node's proof of what stands at a key, at the height `lowest` or later, or what is wrong with it.

    `trusted` holds the checkpoint of the newest header that is known.
    """
    try:
        document = yield from _get(url, path_of("state", *key))
        proved = verify_state_fact(document, trusted)
    except ProofFault as fault:
        return Caught(url, NodeLied(url=url, why=fault.words()))
    except Refusal as fault:
        return Caught(url, fault)
    if proved.key != tuple(key):
        return Caught(url, NodeLied(url=url, why=Words("所答并非所问的键", "it speaks of another key than was asked for")))
    if proved.height < lowest:
        return Caught(url, NodeBehind(url=url, height=proved.height, newest=lowest))
    return document, proved


def _get(url: str, path: str) -> Flow[dict[str, Any]]:
    found = as_json((yield from call(Call("GET", path, timeout_s=_TIMEOUT_S))), url)
    if not isinstance(found, dict):
        raise StrangeAnswer(url=url, why=Words("不是 JSON 对象", "no object"))
    return found
