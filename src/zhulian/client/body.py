"""Making bodies (docs/formats.md §4); how they are signed is the ledger's."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from zhulian.ledger.signing import Identity, Signed, body_of, sign_body

__all__ = ["Identity", "Signed", "make_body", "sign_body"]


def make_body(chain: str, messages: Sequence[Mapping[str, Any]], signers: Sequence[str], expires: int) -> dict[str, Any]:
    """A body with a fresh nonce; `signers` may come in any order and twice."""
    return body_of(chain, messages, signers, expires, secrets.token_hex(16))
