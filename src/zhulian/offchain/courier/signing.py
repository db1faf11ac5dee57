"""Signing what is delivered, in the headers of the Standard Webhooks (standardwebhooks.com, 1.0.0).

    webhook-id: <name>.<height>        the same for every try
    webhook-timestamp: 1766880000      Unix seconds of this try
    webhook-signature: v1,<base64> v1sm3,<base64>

Both signatures are over `id.timestamp.body`: `v1` by HMAC-SHA-256, as every library of that standard checks it, `v1sm3` by HMAC-SM3
(GB/T 15852.2 with GB/T 32905). The secret is `whsec_` and 32 random bytes in base64.
"""

import base64
import hashlib
import hmac
import secrets

__all__ = ["headers_of", "make_secret", "signatures"]

_PREFIX = "whsec_"


def make_secret() -> str:
    """A new secret."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signatures(secret: str, name: str, timestamp: int, body: bytes) -> dict[str, str]:
    """Both signatures by their scheme."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{name}.{timestamp}.".encode() + body
    return {
        "v1": base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode(),
        "v1sm3": base64.b64encode(hmac.new(key, signed, lambda: hashlib.new("sm3")).digest()).decode(),
    }


def headers_of(secret: str, name: str, timestamp: int, body: bytes) -> list[tuple[str, str]]:
    """The three headers of a delivery."""
    signed = " ".join(f"{scheme},{value}" for scheme, value in signatures(secret, name, timestamp, body).items())
    return [("webhook-id", name), ("webhook-timestamp", str(timestamp)), ("webhook-signature", signed)]
