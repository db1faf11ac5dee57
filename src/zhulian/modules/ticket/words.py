"""The words that the ticket module lends to definitions, as data."""

from zhulian.language.expressions.types import ANY_RECORD, BOOL, DURATION, PARTY, PERSON, AnyOf, Said, Text, Thing
from zhulian.language.registry import Contract, Parameter, Read, Verb
from zhulian.ledger.overlay import SIGNATURE_STEPS

__all__ = ["READS", "VERBS"]

_PARAMETERS = (
    Parameter("ticket", Thing("ticket")),
    Parameter("use", Text(31)),
    Parameter("agency", PARTY),
    Parameter("holder", AnyOf((PARTY, PERSON))),
    Parameter("of", ANY_RECORD, optional=True),
    Parameter("valid", DURATION, optional=True),
)
_OK = "ticket_ok(ticket, use, agency, holder, of, valid)"
_JUDGING = SIGNATURE_STEPS + 5  # the signature; the burnt ticket, the key twice, the signer or handle, the organisation

READS = (
    Read(
        "ticket_ok",
        _PARAMETERS,
        BOOL,
        _JUDGING,
        Said("{3}授权{2}用于{1}的票据{0}有效且未使用", "the ticket {0} of {3} holds for the use {1} by {2} and is unused"),
        "ticket",
    ),
)

VERBS = (
    Verb(
        "burn",
        _PARAMETERS,
        ("agency",),
        _JUDGING + 10,
        Said("{agency}使用{holder}为{use}开具的票据{ticket}", "{agency} uses up the ticket {ticket} of {holder} for {use}"),
        "ticket",
        Contract(before=(_OK,), after=(f"!{_OK}",)),
    ),
)
