"""The words that the evidence module lends to definitions, as data."""

from zhulian.language.expressions.types import BOOL, FILE, PARTY, PERSON, AnyOf, Said, Words
from zhulian.language.registry import Contract, Parameter, Read, Verb

__all__ = ["READS", "VERBS"]

_WHO = AnyOf((PARTY, PERSON))
_FILE = Parameter("file", FILE, private=True)

READS = (
    Read(
        "deposited",
        (_FILE, Parameter("party", _WHO)),
        BOOL,
        1,
        Said("{1}对{0}的存证有效", "{1} has deposited {0} and not withdrawn it"),
        "evidence",
    ),
)

VERBS = (
    Verb(
        "deposit",
        (_FILE, Parameter("party", _WHO), Parameter("public", BOOL, optional=True)),
        (),
        11,
        Said("以{party}的名义对{file}存证", "deposit {file} in the name of {party}"),
        "evidence",
        Contract(before=("!deposited(file, party)",), after=("deposited(file, party)",)),
    ),
    Verb(
        "witness",
        (
            _FILE,
            Parameter("party", _WHO),
            Parameter("by", PARTY),
            Parameter("how", Words(("saw_capture", "recomputed", "examined"))),
            Parameter("report", FILE, private=True, optional=True),
        ),
        (),
        12,
        Said("由{by}见证{party}对{file}的存证", "let {by} witness the deposit of {file} by {party}"),
        "evidence",
        Contract(before=("deposited(file, party)",)),
    ),
)
