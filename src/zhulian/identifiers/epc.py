"""EPC URNs (GS1 EPC Tag Data Standard 1.13, section 6; CBV 2.0, section 8) as the Digital Links that mean the same."""

import re
from typing import Final
from urllib.parse import unquote

from zhulian.identifiers.errors import LengthWrong, NotAnIdentifier
from zhulian.identifiers.gs1 import DigitalLink, check_digit, read_path

__all__ = ["read_epc"]

_URN: Final = re.compile(
    r"urn:epc:(?P<kind>id|class|idpat):(?P<scheme>[a-z]+):(?P<company>[0-9]{6,12})\.(?P<item>[0-9]*)(?:\.(?P<rest>[^\s]{1,60}))?\Z"
)
_TOGETHER: Final = {"sgtin": 13, "lgtin": 13, "sgln": 12, "pgln": 12, "sscc": 17}
"""How many digits company prefix and reference have between them."""


def read_epc(urn: str) -> DigitalLink:
    """The Digital Link of an EPC URN: items (sgtin), lots (lgtin), products (sgtin pattern), pallets (sscc), places (sgln) and parties (pgln).

    Raises:
        NotAnIdentifier, LengthWrong.
    """
    found = _URN.match(urn)
    scheme = "" if found is None else found["scheme"]
    if found is None or scheme not in _TOGETHER:
        raise NotAnIdentifier(text=urn[:200])
    company, item, rest = found["company"], found["item"], unquote(found["rest"] or "")
    if len(company) + len(item) != _TOGETHER[scheme]:
        raise LengthWrong(ai=scheme, value=f"{company}.{item}"[:60])
    match (found["kind"], scheme, bool(rest)):
        case ("id", "sgtin", True):
            return read_path(f"01/{_gtin(company, item)}/21/{_escaped(rest)}", urn)
        case ("class", "lgtin", True):
            return read_path(f"01/{_gtin(company, item)}/10/{_escaped(rest)}", urn)
        case ("idpat", "sgtin", True) if rest == "*":
            return read_path(f"01/{_gtin(company, item)}", urn)
        case ("id", "sscc", False):
            digits = item[0] + company + item[1:]
            return read_path(f"00/{digits}{check_digit(digits)}", urn)
        case ("id", "sgln", True):
            digits = company + item
            extension = "" if rest == "0" else f"/254/{_escaped(rest)}"
            return read_path(f"414/{digits}{check_digit(digits)}{extension}", urn)
        case ("id", "pgln", False):
            digits = company + item
            return read_path(f"417/{digits}{check_digit(digits)}", urn)
    raise NotAnIdentifier(text=urn[:200])


def _gtin(company: str, item: str) -> str:
    digits = item[0] + company + item[1:]
    return digits + check_digit(digits)


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("/", "%2F")
