"""Bounds of the credential module."""

from typing import Final

__all__ = [
    "AHEAD_S",
    "ATTESTED_AFTER_S",
    "CLAIMS_MAX",
    "KEYS_MAX",
    "LIST_SIZE_MAX",
    "PAPER_BYTES_MAX",
    "RESERVED",
]

CLAIMS_MAX: Final = 64
"""The most claims of a schema."""
KEYS_MAX: Final = 16
"""The most keys that an issuer ever registers; retired ones stay, since what they signed may still count."""
LIST_SIZE_MAX: Final = 2**20
"""The most entries of a status list."""
PAPER_BYTES_MAX: Final = 2048
"""The longest paper, in bytes of UTF-8."""
ATTESTED_AFTER_S: Final = 86_400
"""How long after the check an attestation may come, in seconds."""
AHEAD_S: Final = 300
"""How far a verifier's clock may be ahead of block time, in seconds."""
RESERVED: Final = frozenset(
    {"_sd", "_sd_alg", "...", "aud", "cnf", "exp", "iat", "iss", "jti", "nbf", "status", "sub", "vct", "vct#integrity"}
)
"""Names that a credential's own members have (RFC 7519 §4.1, RFC 9901 §4)."""
