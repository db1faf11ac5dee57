"""The words that the asset module lends to definitions, as data: arguments, types, costs, sentences, the prover's contracts."""

from zhulian.language.expressions.types import OWNER, PARTY, PERSON, AmountOf, AnyAsset, AnyOf, PerOf, Said
from zhulian.language.registry import Contract, Parameter, Read, Verb

__all__ = ["READS", "VERBS"]

_ASSET, _OF = Parameter("asset", AnyAsset()), Parameter("of", PerOf(0))
_PAY, _PAY_OF = Parameter("pay", AnyAsset()), Parameter("pay_of", PerOf(2))
_FROM, _TO, _OWNER = (Parameter(each, OWNER) for each in ("from", "to", "owner"))
_REST = Parameter("rest", AnyOf((PARTY, PERSON)))
_AMOUNT = Parameter("amount", AmountOf(0))

_ALWAYS = (
    "balance(owner, asset, of) >= 0",
    "balance(owner, asset, of) <= supply(asset, of)",
    "other == owner || balance(owner, asset, of) + balance(other, asset, of) <= supply(asset, of)",
)
"""Of any two owners `owner` and `other` of any class: nothing is negative, and the parts do not exceed the whole."""

READS = (
    Read(
        "balance",
        (_OWNER, Parameter("asset", AnyAsset()), Parameter("of", PerOf(1))),
        AmountOf(1),
        1,
        Said("{0}持有的{1}", "what {0} holds of {1}"),
        "asset",
        contract=Contract(axioms=_ALWAYS),
    ),
    Read(
        "supply",
        (_ASSET, _OF),
        AmountOf(0),
        1,
        Said("{0}的总量", "the supply of {0}"),
        "asset",
        contract=Contract(axioms=("supply(asset, of) >= 0", *_ALWAYS)),
    ),
    Read(
        "entitled",
        (
            _OWNER,
            Parameter("asset", AnyAsset()),
            Parameter("pay", AnyAsset()),
            Parameter("of", PerOf(1)),
            Parameter("pay_of", PerOf(2)),
        ),
        AmountOf(2),
        2,
        Said("{0}因持有{1}可领取的{2}", "what {0} may collect of {2} as a holder of {1}"),
        "asset",
        contract=Contract(
            axioms=(
                "entitled(owner, asset, pay, of, pay_of) >= 0",
                "entitled(owner, asset, pay, of, pay_of) <= supply(pay, pay_of)",
            )
        ),
    ),
)

VERBS = (
    Verb(
        "issue",
        (_ASSET, _OF, _TO, _AMOUNT),
        (),
        23,
        Said("向{to}发行{asset} {amount}", "issue {amount} of {asset} to {to}"),
        "asset",
        Contract(
            before=("amount >= 0", "supply(asset, of) + amount <= 9007199254740991"),
            after=(
                "supply(asset, of) == was(supply(asset, of)) + amount",
                "balance(to, asset, of) == was(balance(to, asset, of)) + amount",
            ),
        ),
        ours=("asset",),
    ),
    Verb(
        "transfer",
        (_ASSET, _OF, _FROM, _TO, _AMOUNT),
        ("from",),
        54,
        Said("将{asset} {amount} 由{from}转给{to}", "transfer {amount} of {asset} from {from} to {to}"),
        "asset",
        Contract(
            before=("amount >= 0", "balance(from, asset, of) >= amount"),
            after=(
                "from == to || balance(from, asset, of) == was(balance(from, asset, of)) - amount",
                "from == to || balance(to, asset, of) == was(balance(to, asset, of)) + amount",
            ),
        ),
    ),
    Verb(
        "retire",
        (_ASSET, _OF, _FROM, _AMOUNT),
        ("from",),
        47,
        Said("注销{from}持有的{asset} {amount}", "retire {amount} of {asset} held by {from}"),
        "asset",
        Contract(
            before=("amount >= 0", "balance(from, asset, of) >= amount"),
            after=(
                "supply(asset, of) == was(supply(asset, of)) - amount",
                "balance(from, asset, of) == was(balance(from, asset, of)) - amount",
            ),
        ),
        ours=("asset",),
    ),
    Verb(
        "distribute",
        (_ASSET, _OF, _PAY, _PAY_OF, _FROM, Parameter("amount", AmountOf(2)), _REST),
        ("from",),
        35,
        Said(
            "由{from}将{pay} {amount} 按持有比例分配给{asset}的持有人，零头归{rest}",
            "distribute {amount} of {pay} from {from} to the holders of {asset}, fractions left behind to {rest}",
        ),
        "asset",
        Contract(
            before=("amount >= 0", "balance(from, pay, pay_of) >= amount", "amount == 0 || supply(asset, of) > 0"),
            after=(
                "balance(from, pay, pay_of) == was(balance(from, pay, pay_of)) - amount",
                "entitled(owner, asset, pay, of, pay_of) >= was(entitled(owner, asset, pay, of, pay_of))",
            ),
        ),
        ours=("asset",),
    ),
    Verb(
        "collect_share",
        (_ASSET, _OF, _PAY, _PAY_OF, _OWNER),
        (),
        48,
        Said("由{owner}领取因持有{asset}分得的{pay}", "{owner} collects its share of {pay} as a holder of {asset}"),
        "asset",
        Contract(
            after=(
                "balance(owner, pay, pay_of) == was(balance(owner, pay, pay_of)) + was(entitled(owner, asset, pay, of, pay_of))",
                "entitled(owner, asset, pay, of, pay_of) == 0",
            ),
        ),
    ),
)
