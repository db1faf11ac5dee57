"""GS1 Digital Link URIs (GS1 Digital Link Standard: URI Syntax 1.4) of the keys that goods, places and parties bear.

Uncompressed links only. Data attributes (the query) are read past: they are no part of what is identified.
"""

import re
from typing import Final, NamedTuple
from urllib.parse import quote, unquote_to_bytes

from zhulian.identifiers.errors import CharactersUnfit, CheckDigitWrong, KeyUnknown, LengthWrong, NotAnIdentifier, QualifierUnfit

__all__ = ["CANONICAL", "URI_MAX", "DigitalLink", "check_digit", "read_digital_link"]

CANONICAL: Final = "https://id.gs1.org"
URI_MAX: Final = 512
"""The longest URI that is looked at, in characters."""


class _Form(NamedTuple):
    """Of an application identifier: how many digits it begins with (with a check digit as the last of them), and how many characters may follow."""

    digits: int
    rest: int = 0
    checked: bool = True


_KEYS: Final[dict[str, _Form]] = {
    "00": _Form(18),
    "01": _Form(14),
    "253": _Form(13, 17),
    "414": _Form(13),
    "417": _Form(13),
    "8003": _Form(14, 16),
    "8004": _Form(0, 30, checked=False),
}
"""Primary keys (GS1 General Specifications, section 3): SSCC, GTIN, GDTI, GLN of a place, GLN of a party, GRAI, GIAI."""
_QUALIFIERS: Final[dict[str, dict[str, int]]] = {"01": {"22": 20, "10": 20, "21": 20}, "414": {"254": 20}}
"""By key, in their order: variant, batch or lot, serial number; extension of a place; each with its longest value."""
_AI: Final = re.compile(r"(?:0[01]|10|2[12]|253|254|41[47]|800[34])\Z")
_TEXT: Final = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+\Z")
"""Character set 82 (General Specifications, figure 7.11-1)."""
_URI: Final = re.compile(r"https?://(?P<host>[A-Za-z0-9.\-]+(?::[0-9]{1,5})?)(?P<path>/[^?#\s]*)(?:\?[^#\s]*)?(?:#\S*)?\Z")
_SHORT: Final = (8, 12, 13)
"""GTIN-8, GTIN-12 and GTIN-13 are the same number with zeros before it."""


class DigitalLink(NamedTuple):
    """What a link identifies: the primary key (application identifier and value), and its qualifiers in their order."""

    ai: str
    value: str
    qualifiers: tuple[tuple[str, str], ...] = ()

    @property
    def path(self) -> str:
        """The path that every spelling of the link comes to, without a slash before it."""
        parts = [(self.ai, self.value), *self.qualifiers]
        return "/".join(f"{ai}/{quote(value, safe='')}" for ai, value in parts)

    @property
    def uri(self) -> str:
        """The canonical URI (section 4.12)."""
        return f"{CANONICAL}/{self.path}"


def check_digit(digits: str) -> str:
    """The check digit behind the given digits (GS1 General Specifications, section 7.9.1)."""
    total = sum(int(each) * (3 if place % 2 == 0 else 1) for place, each in enumerate(reversed(digits)))
    return str(-total % 10)


def read_digital_link(uri: str) -> DigitalLink:
    """Read a link of any host, with whatever path before the key.

    Raises:
        NotAnIdentifier, KeyUnknown, LengthWrong, CheckDigitWrong, CharactersUnfit, QualifierUnfit.
    """
    found = _URI.match(uri) if len(uri) <= URI_MAX else None
    if found is None:
        raise NotAnIdentifier(text=uri[:200])
    return read_path(found["path"], uri)


def read_path(path: str, uri: str = "") -> DigitalLink:
    """Read the path of a link: application identifiers and values by turns, from the first primary key on.

    Raises:
        NotAnIdentifier, KeyUnknown, LengthWrong, CheckDigitWrong, CharactersUnfit, QualifierUnfit.
    """
    parts = path.strip("/").split("/")
    start = next((place for place in range(len(parts) % 2, len(parts), 2) if parts[place] in _KEYS), None)
    if start is None:
        ai = next((each for each in parts if _AI.match(each)), "")
        raise KeyUnknown(ai=ai) if ai else NotAnIdentifier(text=(uri or path)[:200])
    pairs = [(parts[place], _value(parts[place], parts[place + 1])) for place in range(start, len(parts), 2)]
    (ai, value), *qualifiers = pairs
    order = list(_QUALIFIERS.get(ai, ()))
    for name, text in qualifiers:
        if name not in order:
            raise QualifierUnfit(ai=name[:8])
        order = order[order.index(name) + 1 :]
        if not 0 < len(text) <= _QUALIFIERS[ai][name]:
            raise LengthWrong(ai=name, value=text[:60])
        if not _TEXT.match(text):
            raise CharactersUnfit(ai=name, value=text[:60])
    return DigitalLink(ai, _key(ai, value), tuple(qualifiers))


def _value(ai: str, raw: str) -> str:
    try:
        return unquote_to_bytes(raw).decode("ascii")
    except UnicodeDecodeError:
        raise CharactersUnfit(ai=ai[:8], value=raw[:60]) from None


def _key(ai: str, value: str) -> str:
    form = _KEYS[ai]
    if ai == "01" and len(value) in _SHORT:
        value = value.zfill(14)
    if not max(1, form.digits) <= len(value) <= form.digits + form.rest:
        raise LengthWrong(ai=ai, value=value[:60])
    digits, rest = value[: form.digits], value[form.digits :]
    if digits and not (digits.isascii() and digits.isdigit()):
        raise CharactersUnfit(ai=ai, value=value[:60])
    if rest and not _TEXT.match(rest):
        raise CharactersUnfit(ai=ai, value=value[:60])
    if form.checked and digits[-1] != check_digit(digits[:-1]):
        raise CheckDigitWrong(value=digits, due=check_digit(digits[:-1]))
    return value
