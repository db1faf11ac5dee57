"""The words that the credential module lends to definitions, as data."""

from zhulian.language.expressions.types import BOOL, DURATION, PARTY, PERSON, AnyOf, Said, Text, Thing, Words
from zhulian.language.registry import Contract, Parameter, Read, Verb

__all__ = ["READS", "VERBS"]

_ISSUER, _HOLDER, _BY, _AUTHORITY = (Parameter(each, PARTY) for each in ("issuer", "holder", "by", "authority"))
_SCHEMA, _PREDICATE = Parameter("schema", Text(63)), Parameter("predicate", Text(63))
_PERSON = Parameter("person", AnyOf((PARTY, PERSON)))
_PAPER = Parameter("paper", Thing("paper"))

READS = (
    Read(
        "holds",
        (_HOLDER, _ISSUER, _SCHEMA),
        BOOL,
        1,
        Said("{0}具有{1}认定的有效资格{2}", "{0} has the standing {2} from {1}"),
        "credential",
    ),
    Read(
        "attested",
        (_PERSON, _PREDICATE, Parameter("max_age", DURATION)),
        BOOL,
        1,
        Said("已有核验方在{2}内确认{0}符合{1}", "a verifier has attested within {2} that {1} holds of {0}"),
        "credential",
    ),
)

VERBS = (
    Verb(
        "set_status",
        (_ISSUER, _SCHEMA, _HOLDER, Parameter("status", Words(("revoked", "suspended", "valid")))),
        ("issuer",),
        20,
        Said("{issuer}将{holder}的资格{schema}设为{status}", "{issuer} sets the standing {schema} of {holder} to {status}"),
        "credential",
        Contract(after=('holds(holder, issuer, schema) == (status == "valid")',)),
    ),
    Verb(
        "publish_list",
        (_ISSUER, _PAPER, Parameter("list", Text(63), optional=True)),
        ("issuer",),
        20,
        Said("{issuer}公布状态清单{paper}", "{issuer} publishes the status list {paper}"),
        "credential",
        Contract(),
    ),
    Verb(
        "attest",
        (_PERSON, _PREDICATE, _BY, _PAPER, _AUTHORITY, _SCHEMA),
        ("by",),
        25,
        Said(
            "{by}确认已核验{person}的凭证（{paper}），符合{predicate}",
            "{by} attests that it has checked a credential of {person} ({paper}) and that {predicate} holds",
        ),
        "credential",
        Contract(after=("attested(person, predicate, max_age)",)),
    ),
)
