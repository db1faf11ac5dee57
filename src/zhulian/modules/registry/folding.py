"""The one form in which issuers and numbers are compared, and the digest under which a claim is kept.

The folding is a fixed table, so that it is the same under every version of Unicode that a machine may have: full-width forms
become half-width (U+FF01–U+FF5E, U+3000), control characters, white space and marks without width are dropped, a–z become A–Z. Hyphens stay, for they
tell numbers apart; but hyphens, dashes and minus signs that one cannot tell from each other on paper (U+2010–U+2015, U+2043, U+2212, U+FE58, U+FE63)
are all `-`. The whole table stands in the module's README.
"""

from zhulian import canonical
from zhulian.crypto import Hasher
from zhulian.modules.registry.errors import NothingToCompare

__all__ = ["FOLDED_MAX", "claim_digest", "folded"]

FOLDED_MAX = 256
"""The longest issuer or number, in characters, before and after folding."""

_DROPPED = (
    *range(0x21), *range(0x7F, 0xA1), 0xAD, 0x034F, 0x061C, 0x115F, 0x1160, 0x1680, 0x180E, *range(0x2000, 0x2010),
    *range(0x2028, 0x2030), *range(0x205F, 0x2070), 0x2800, 0x3000, 0x3164, *range(0xFE00, 0xFE10), 0xFEFF, 0xFFA0,
    *range(0xE0000, 0xE01F0),
)  # fmt: skip
"""Control characters, white space, blanks, and marks that one does not see."""
_HYPHENS = (*range(0x2010, 0x2016), 0x2043, 0x2212, 0xFE58, 0xFE63)
"""Hyphens, dashes and minus signs beside `-` and its full-width form."""
_TABLE: dict[int, str | None] = {
    **{0xFF01 + place: chr(0x21 + place).upper() for place in range(94)},
    **{ord(each): each.upper() for each in "abcdefghijklmnopqrstuvwxyz"},
    **dict.fromkeys(_DROPPED),
    **dict.fromkeys(_HYPHENS, "-"),
}


def folded(name: str, text: str) -> str:
    """`text` in the form in which it is compared; `name` says in a refusal what it is.

    Raises:
        NothingToCompare.
    """
    found = text.translate(_TABLE) if len(text) <= FOLDED_MAX else ""
    if not found:
        raise NothingToCompare(name=name, most=FOLDED_MAX)
    return found


def claim_digest(hasher: Hasher, space: str, issuer: str, number: str) -> str:
    """The digest of a claim, 64 hex digits, of this chain alone: `H("claim", jcs([space, issuer, number]))`, both folded.

    It hides numbers from whoever reads the list, not from whoever can guess a number and try it.

    Raises:
        NothingToCompare.
    """
    data = canonical.encode([space, folded("issuer", issuer), folded("number", number)])
    return hasher.digest("claim", data).hex()
