"""The words that the registry module lends to definitions, as data."""

from zhulian.language.expressions.types import ANY_RECORD, BOOL, PARTY, TEXT, AnyOf, Said
from zhulian.language.registry import Contract, Parameter, Read, Verb

__all__ = ["READS", "VERBS"]

_WHAT = (Parameter("space", TEXT), Parameter("issuer", AnyOf((PARTY, TEXT))), Parameter("number", TEXT))
_RECORD = Parameter("record", ANY_RECORD)
_TAKEN = "taken(space, issuer, number)"

READS = (
    Read(
        "taken",
        _WHAT,
        BOOL,
        2,
        Said("{1}的编号{2}在{0}中已被登记", "the number {2} of {1} is taken in {0}"),
        "registry",
    ),
)

VERBS = (
    Verb(
        "claim",
        (*_WHAT, _RECORD),
        (),
        12,
        Said("在{space}中为{record}登记{issuer}的编号{number}", "claim the number {number} of {issuer} in {space} for {record}"),
        "registry",
        Contract(before=(f"!{_TAKEN}",), after=(_TAKEN,)),
    ),
    Verb(
        "free",
        (*_WHAT, _RECORD),
        (),
        11,
        Said(
            "在{space}中释放{record}所登记的{issuer}的编号{number}",
            "free the number {number} of {issuer} in {space}, held by {record}",
        ),
        "registry",
        Contract(before=(_TAKEN,), after=(f"!{_TAKEN}",)),
    ),
)
