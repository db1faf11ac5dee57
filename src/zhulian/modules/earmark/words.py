"""The words that the earmark module lends to definitions, as data."""

from zhulian.language.expressions.types import ANY_RECORD, Money, Said
from zhulian.language.registry import Contract, Parameter, Read, Verb

__all__ = ["READS", "VERBS"]

_FUND, _GIFT, _SPENDING = (Parameter(each, ANY_RECORD) for each in ("fund", "gift", "spending"))
_AMOUNT = Parameter("amount", Money())
_LINE = ("poured(fund) >= 0", "spent(fund) >= 0", "spent(fund) <= poured(fund)")

READS = (
    Read(
        "poured",
        (_FUND,),
        Money(),
        1,
        Said("{0}累计捐入", "what was poured into {0}"),
        "earmark",
        contract=Contract(axioms=_LINE),
    ),
    Read("spent", (_FUND,), Money(), 1, Said("{0}累计支出", "what of {0} was spent"), "earmark", contract=Contract(axioms=_LINE)),
    Read(
        "unspent_of",
        (_GIFT,),
        Money(),
        2,
        Said("{0}尚未支出的部分", "what of {0} is not spent yet"),
        "earmark",
        contract=Contract(axioms=("unspent_of(gift) >= 0",)),
    ),
)

VERBS = (
    Verb(
        "pour",
        (_FUND, _GIFT, _AMOUNT),
        (),
        30,
        Said("将{gift} {amount} 记入{fund}", "enter {gift} of {amount} into {fund}"),
        "earmark",
        Contract(before=("amount > 0",), after=("poured(fund) == was(poured(fund)) + amount", "unspent_of(gift) == amount")),
    ),
    Verb(
        "spend",
        (_FUND, _SPENDING, _AMOUNT),
        (),
        30,
        Said("{spending}从{fund}支出 {amount}", "spend {amount} of {fund} on {spending}"),
        "earmark",
        Contract(
            before=("amount > 0", "spent(fund) + amount <= poured(fund)"),
            after=("spent(fund) == was(spent(fund)) + amount", "unspent_of(other) <= was(unspent_of(other))"),
        ),
    ),
)
