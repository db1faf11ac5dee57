"""A small definition's scope and a state to evaluate in, for the tests of expressions."""

from typing import Any

from zhulian.language.errors import RecordMissing
from zhulian.language.expressions.check import check
from zhulian.language.expressions.closures import compile_tree
from zhulian.language.expressions.dates import Calendar
from zhulian.language.expressions.evaluate import Meter, evaluate
from zhulian.language.expressions.scope import Member, Scope
from zhulian.language.expressions.syntax import parse
from zhulian.language.expressions.tree import Ref, Typed, Value
from zhulian.language.expressions.types import (
    BOOL,
    DATE,
    DAYS,
    DURATION,
    FILE,
    INT,
    OWNER,
    PARTY,
    PERSON,
    RATE,
    TIME,
    AmountOf,
    AnyAsset,
    Asset,
    Enum,
    ListOf,
    Money,
    Optional,
    Party,
    PerOf,
    Price,
    Quantity,
    Record,
    Said,
    Space,
    Text,
    Thing,
    Type,
)
from zhulian.language.registry import KERNEL, Parameter, Read

CNY = Money()
STATES = Enum("receivable.state", ("drawn", "confirmed", "settled"))
CODES = Thing("codes")

REGISTRY = KERNEL.lend(
    [
        Read(
            "balance",
            (Parameter("owner", OWNER), Parameter("asset", AnyAsset()), Parameter("of", PerOf(1))),
            AmountOf(1),
            3,
            Said("{0}持有的{1}", "the holding of {0} in {1}"),
            "asset",
        ),
        Read(
            "supply",
            (Parameter("asset", AnyAsset()), Parameter("of", PerOf(0))),
            AmountOf(0),
            3,
            Said("{0}的总量", "the supply of {0}"),
            "asset",
        ),
        Read(
            "deposited",
            (Parameter("file", FILE, private=True),),
            BOOL,
            3,
            Said("{0}已存证", "{0} is deposited"),
            "evidence",
        ),
        Read("activated", (Parameter("codes", CODES),), INT, 2, Said("{0}中已激活的数量", "what is active of {0}"), "codes"),
        Read("affected", (Parameter("record", Record("receivable")),), INT, 9, Said("受影响数", "what is affected"), pages=True),
        Read("identity", (Parameter("who", PERSON),), Text(18), 2, Said("{0}的证件", "the papers of {0}"), private=True),
    ]
)

RECEIVABLE = {
    "number": Member(Text(32)),
    "debtor": Member(Party("core")),
    "creditor": Member(Party("supplier")),
    "amount": Member(CNY),
    "paid": Member(CNY),
    "count": Member(INT),
    "due": Member(DATE),
    "since": Member(TIME),
    "grace": Member(DURATION),
    "state": Member(STATES),
    "contract": Member(FILE, private=True),
    "scan": Member(Optional(FILE), private=True),
    "discount": Member(Optional(CNY)),
    "parent": Member(Optional(Record("receivable"))),
    "tags": Member(ListOf(Text(20))),
    "codes": Member(CODES),
    "person": Member(PERSON, private=True),
    "open": Member(BOOL),
    "rate": Member(RATE),
}
SCOPE = Scope(
    variables={
        "this": Member(Record("receivable")),
        "was": Member(Record("receivable")),
        "actor": Member(Party("supplier")),
        "input": Member(Space("input")),
        "settings": Member(Space("settings")),
        "n": Member(INT),
    },
    records={"receivable": RECEIVABLE},
    groups={
        "input": {
            "amount": Member(CNY),
            "dollars": Member(Money("USD")),
            "due": Member(DATE),
            "energy": Member(Quantity("kWh", 3)),
            "weight": Member(Quantity("kg", 3)),
            "to": Member(Party("supplier")),
            "note": Member(Text(200), private=True),
        },
        "settings": {"confirm_within": Member(DAYS), "price": Member(Price("CNY", "kWh", 4)), "rate": Member(RATE)},
        "party": {"name": Member(Text(100))},
    },
    keys={"receivable": (Text(32),), "stock": (PARTY, Text(32))},
    assets={"claim": Asset("claim", CNY, "receivable"), "cash": Asset("cash", CNY), "power": Asset("power", Quantity("kWh", 3))},
    reads={"alive": Read("alive", (Parameter("of", Record("receivable")),), INT, 1, Said("存续笔数", "how many are alive"))},
    elsewhere={"by": Said("本操作只有一方，请用 actor", "one party acts, so write actor")},
)
FIELDS: dict[str, Any] = {
    "number": "AR-1",
    "debtor": "meidi",
    "creditor": "anchor",
    "amount": 100_000,
    "paid": 0,
    "count": 3,
    "due": 20_010,
    "since": 1_700_000_000,
    "grace": 3600,
    "state": "confirmed",
    "contract": "c0",
    "scan": None,
    "discount": None,
    "parent": None,
    "tags": ("a", "b"),
    "codes": "root",
    "person": "~1",
    "open": True,
    "rate": 50_000,
}


class World:
    """An environment of plain dictionaries, with one record, AR-1."""

    def __init__(self, calendar: Calendar | None = None, **changed: Any) -> None:
        self.calendar = calendar or Calendar()
        self.records = {("AR-1",): {**FIELDS, **changed}}
        self.input = {"amount": 40_000, "dollars": 5, "due": 20_000, "energy": 1_500, "weight": 10, "to": "bolt", "note": "n"}
        self.settings = {"confirm_within": 10, "price": 5_283, "rate": 36_500}
        self.variables: dict[str, Any] = {
            "this": Ref("receivable", ("AR-1",)),
            "was": {**FIELDS, **changed},
            "actor": "anchor",
            "input": self.input,
            "settings": self.settings,
            "n": 7,
        }
        self.answers: dict[str, Any] = {
            "balance": 70_000, "supply": 100_000, "deposited": True, "activated": 3, "today": 19_999, "now": 1_700_000_100,
            "known": True, "alive": 2, "affected": 1,
        }  # fmt: skip
        self.calls: list[tuple[str, tuple[Value, ...]]] = []

    def read(self, name: str) -> Value:
        return self.variables[name]

    def field(self, of: Any, name: str) -> Value:
        if isinstance(of, dict):
            return of[name]
        if isinstance(of, str):
            return f"{of} {name}"
        if of.key not in self.records:
            raise RecordMissing(line=1, column=1, path="expression", record=of.record, key=str(of.key))
        return self.records[of.key][name]

    def call(self, read: str, arguments: tuple[Value, ...]) -> Value:
        self.calls.append((read, arguments))
        return self.answers[read]


def typed(text: str, want: Type | None = None, **options: Any) -> Typed:
    """The typed tree of a text in the sample's scope."""
    return check(parse(text), SCOPE, REGISTRY, want, **options)


def value(text: str, want: Type | None = None, world: World | None = None, **options: Any) -> Value:
    """What a text is worth, which both evaluators agree on."""
    tree = typed(text, want, **options)
    one, other = Meter(100_000), Meter(100_000)
    found = evaluate(tree, world or World(), one)
    assert compile_tree(tree)(world or World(), other) == found
    assert one.steps == other.steps
    return found
