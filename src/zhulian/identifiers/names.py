"""One spelling for every identifier, so that a thing is never known under two names."""

import re
from typing import Final

from zhulian.identifiers.epc import read_epc
from zhulian.identifiers.errors import LengthWrong, NotAnIdentifier
from zhulian.identifiers.gs1 import read_digital_link

__all__ = ["IDENTIFIER_MAX", "is_class", "normalise"]

IDENTIFIER_MAX: Final = 200
"""The longest identifier in its one spelling, in characters."""
_HANDLE: Final = re.compile(
    r"(?:hdl:|https?://(?:hdl\.handle\.net|hdl\.idis\.cn)/)(?P<prefix>[0-9]{1,10}(?:\.[A-Za-z0-9_\-]{1,32}){0,4})/(?P<name>[!-~]{1,128})\Z"
)
"""A Handle (RFC 3651 §2.1, GB/T 41571 for the prefix 86), alone or behind a resolver."""
_CLASS: Final = re.compile(r"https://id\.gs1\.org/01/[0-9]{14}(?:/22/[^/]+)?(?:/10/[^/]+)?\Z")


def normalise(identifier: str) -> str:
    """The one spelling of an identifier: the canonical Digital Link, or `hdl:` with the Handle, whose ASCII letters are upper case.

    Raises:
        IdentifierFault.
    """
    handle = _HANDLE.match(identifier)
    if handle is not None:
        found = f"hdl:{handle['prefix'].upper()}/{handle['name'].upper()}"
    elif identifier.startswith("urn:epc:"):
        found = read_epc(identifier).uri
    elif identifier.startswith(("https://", "http://")):
        found = read_digital_link(identifier).uri
    else:
        raise NotAnIdentifier(text=identifier[:200])
    if len(found) > IDENTIFIER_MAX:
        raise LengthWrong(ai=found.split("/")[3] if found.startswith("https") else "hdl", value=found[:60])
    return found


def is_class(identifier: str) -> bool:
    """Whether a normalised identifier names many things alike: a product, or a lot of it."""
    return _CLASS.match(identifier) is not None
