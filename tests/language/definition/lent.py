"""Verbs and reads such as modules lend them, for tests of definitions."""

from zhulian.language.expressions.types import (
    ANY_RECORD,
    BOOL,
    FILE,
    OWNER,
    TEXT,
    AmountOf,
    AnyAsset,
    AnyOf,
    PerOf,
    Said,
    Words,
)
from zhulian.language.registry import KERNEL, Parameter, Read, Verb

_ASSET, _OF = Parameter("asset", AnyAsset()), Parameter("of", PerOf(0))
_FROM, _TO, _AMOUNT = Parameter("from", OWNER), Parameter("to", OWNER), Parameter("amount", AmountOf(0))
_SHUT = Parameter("file", AnyOf((FILE, TEXT)), private=True)
_WHOSE, _READER, _WHY = Parameter("owner", OWNER), Parameter("reader", OWNER), Parameter("purpose", TEXT)

REGISTRY = KERNEL.lend(
    [
        Read(
            "balance",
            (Parameter("owner", OWNER), Parameter("asset", AnyAsset()), Parameter("of", PerOf(1))),
            AmountOf(1),
            3,
            Said("{0}", "{0}"),
        ),
        Read("supply", (_ASSET, _OF), AmountOf(0), 3, Said("{0}", "{0}")),
        Read("deposited", (Parameter("file", FILE, private=True),), BOOL, 3, Said("{0}", "{0}")),
        Read("whole_way", (Parameter("record", ANY_RECORD),), TEXT, 3, Said("{0}", "{0}"), pages=True),
    ],
    [
        Verb("open", (_SHUT, Parameter("of", ANY_RECORD), _WHOSE, _READER, _WHY), (), 50, Said("调阅", "open")),
        Verb("break_glass", (_SHUT, _WHOSE, _READER, _WHY), (), 60, Said("紧急调阅", "open in an emergency")),
        Verb("erase", (_SHUT, _WHOSE), (), 30, Said("删除", "erase"), destroys="file"),
        Verb("issue", (_ASSET, _OF, _TO, _AMOUNT), (), 40, Said("发行", "issue")),
        Verb("transfer", (_ASSET, _OF, _FROM, _TO, _AMOUNT), ("from",), 60, Said("转让", "transfer")),
        Verb("retire", (_ASSET, _OF, _FROM, _AMOUNT), ("from",), 40, Said("注销", "retire")),
        Verb(
            "witness",
            (Parameter("file", FILE, private=True), Parameter("kind", Words(("saw", "examined")))),
            (),
            40,
            Said("见证", "witness"),
        ),
    ],
)
"""The kernel's reads with those of an asset module and a few more."""
