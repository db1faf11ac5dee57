"""The words that the share module lends to definitions, as data."""

from zhulian.language.expressions.types import ANY_RECORD, BOOL, FILE, INT, PARTY, PERSON, TEXT, TIME, AnyOf, Said
from zhulian.language.registry import Contract, Parameter, Read, Verb

__all__ = ["READS", "VERBS"]

_WHO = AnyOf((PARTY, PERSON))
_FILE = Parameter("file", AnyOf((FILE, TEXT)), private=True)
_OWNER = Parameter("owner", _WHO)
_OF = Parameter("of", ANY_RECORD)
_TO = Parameter("to", _WHO)
_READER = Parameter("reader", _WHO)
_PURPOSE = Parameter("purpose", TEXT)

READS = (
    Read(
        "consented",
        (_OWNER, _OF, _READER, _PURPOSE),
        BOOL,
        1,
        Said("{0}已授权{2}为{3}调阅{1}", "{0} has granted {2} to open {1} for {3}"),
        "share",
    ),
    Read(
        "opened",
        (_OWNER, _OF, _READER),
        INT,
        1,
        Said("{2}按{0}的授权调阅{1}的次数", "how often {2} has opened {1} by the grant of {0}"),
        "share",
        contract=Contract(axioms=("opened(owner, of, reader) >= 0",)),
    ),
    Read(
        "review_due",
        (_OWNER, _READER),
        BOOL,
        1,
        Said("{1}对{0}的紧急调阅尚待复核", "an emergency opening by {1} waits for the review of {0}"),
        "share",
    ),
)

VERBS = (
    Verb(
        "grant",
        (
            _OF,
            _OWNER,
            _TO,
            Parameter("purpose", TEXT, optional=True),
            Parameter("uses", INT, optional=True),
            Parameter("until", TIME, optional=True),
        ),
        (),
        14,
        Said("{owner}授权{to}调阅{of}", "{owner} grants {to} to open {of}"),
        "share",
        Contract(after=("opened(owner, of, to) == 0", "!consented(owner, of, to, why) || !has(purpose) || why == purpose")),
    ),
    Verb(
        "withdraw",
        (_OF, _OWNER, _TO),
        (),
        12,
        Said("{owner}撤回对{to}调阅{of}的授权", "{owner} withdraws from {to} the grant to open {of}"),
        "share",
        Contract(after=("!consented(owner, of, to, why)",)),
    ),
    Verb(
        "open",
        (_FILE, _OF, _OWNER, _READER, _PURPOSE),
        (),
        50,
        Said("{reader}为{purpose}调阅{owner}的{file}", "{reader} opens {file} of {owner} for {purpose}"),
        "share",
        Contract(
            before=("reader == owner || consented(owner, of, reader, purpose)",),
            after=(
                "opened(owner, of, reader) >= was(opened(owner, of, reader))",
                "!consented(owner, of, reader, why) || was(consented(owner, of, reader, why))",
            ),
        ),
    ),
    Verb(
        "break_glass",
        (_FILE, _OWNER, _READER, _PURPOSE),
        (),
        60,
        Said(
            "{reader}因{purpose}紧急调阅{owner}的{file}，事后须经复核",
            "{reader} opens {file} of {owner} in an emergency, for {purpose}, to be reviewed",
        ),
        "share",
        Contract(before=("!review_due(owner, reader)",), after=("review_due(owner, reader)",)),
    ),
    Verb(
        "review",
        (_OWNER, _READER, Parameter("justified", BOOL)),
        (),
        30,
        Said("{owner}复核{reader}的紧急调阅", "{owner} reviews the emergency opening of {reader}"),
        "share",
        Contract(before=("review_due(owner, reader)",), after=("!review_due(owner, reader)",)),
    ),
    Verb(
        "restrict",
        (_FILE, _OWNER),
        (),
        20,
        Said("{owner}的{file}此后只保管、不提供", "{file} of {owner} is kept from now on, and not handed out"),
        "share",
        Contract(),
    ),
    Verb(
        "rewrap",
        (_FILE, _OWNER, _TO),
        (),
        3,
        Said("{owner}把{file}的密钥交付{to}", "{owner} hands the key of {file} to {to}"),
        "share",
        Contract(),
    ),
    Verb(
        "erase",
        (_FILE, _OWNER),
        (),
        30,
        Said("{owner}删除{file}，不可恢复", "{owner} erases {file} for good"),
        "share",
        Contract(),
        destroys="file",
    ),
)
