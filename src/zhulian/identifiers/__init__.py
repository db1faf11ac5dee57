"""Identifiers of things: GS1 Digital Link, EPC URNs and Handles, each brought to one spelling; what is not theirs is refused."""

from zhulian.identifiers.errors import (
    CharactersUnfit,
    CheckDigitWrong,
    IdentifierFault,
    KeyUnknown,
    LengthWrong,
    NotAnIdentifier,
    QualifierUnfit,
)
from zhulian.identifiers.gs1 import CANONICAL, DigitalLink, check_digit, read_digital_link
from zhulian.identifiers.names import IDENTIFIER_MAX, is_class, normalise

__all__ = [
    "CANONICAL",
    "IDENTIFIER_MAX",
    "CharactersUnfit",
    "CheckDigitWrong",
    "DigitalLink",
    "IdentifierFault",
    "KeyUnknown",
    "LengthWrong",
    "NotAnIdentifier",
    "QualifierUnfit",
    "check_digit",
    "is_class",
    "normalise",
    "read_digital_link",
]
