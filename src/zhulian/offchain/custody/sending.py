"""Signing as the agent and sending: noted before it goes out, so that nothing is done twice and nothing is forgotten."""

import contextlib
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from zhulian import canonical
from zhulian.crypto import PrivateKey, SoftwareSigner
from zhulian.ledger.signing import Signed, body_of, sign_body
from zhulian.offchain.custody.desk import Desk

__all__ = ["instruct", "outcome_of", "send", "signed"]

_EXPIRY_SHARE = 2
_REPLAYED = "tx/5"


def signed(desk: Desk, messages: Sequence[Mapping[str, Any]]) -> Signed:
    """A transaction by the agent, good for half of the chain's window."""
    expires = int(desk.clock()) + max(1, desk.expiry_s // _EXPIRY_SHARE)
    body = body_of(desk.chain, messages, [desk.agent.name], expires, secrets.token_hex(16))
    return sign_body(desk.hasher, body, [desk.agent])


def instruct(desk: Desk, key: PrivateKey, handle: str, transaction: str) -> str:
    """The person's own word that this transaction is wanted: a signature by the handle's key (docs/formats.md §2), in hex."""
    statement = canonical.encode({"handle": handle, "transaction": transaction})
    return SoftwareSigner(desk.suite, key).sign(desk.hasher.preimage("instruction", statement)).hex()


async def send(desk: Desk, envelope: bytes, transaction: str) -> dict[str, Any]:
    """What became of a transaction: `applied`, `refused`, `turned_away`, or `sent` where no answer came. Sent again, it counts once."""
    try:
        (outcome,) = await desk.ledger.submit([envelope], "sealed")
    except ConnectionError:
        return {"status": "sent", "transaction": transaction}
    refusal = outcome.get("refusal")
    if refusal is not None and refusal["code"] == _REPLAYED:
        with contextlib.suppress(ConnectionError):
            return outcome_of(transaction, await desk.ledger.transaction(transaction))
        return {"status": "sent", "transaction": transaction}
    return {name: value for name, value in outcome.items() if value is not None}


def outcome_of(transaction: str, found: Mapping[str, Any] | None) -> dict[str, Any]:
    """An outcome from what the node knows of a transaction."""
    if found is None or found.get("result") is None:
        return {"status": "sent", "transaction": transaction}
    result = found["result"]
    known = {"height": found["height"], "status": result["status"], "transaction": transaction}
    if result["status"] != "refused":
        return known
    code = str(result["code"])
    return {**known, "refusal": {"code": code, "en": code, "fields": {}, "zh": code}}
