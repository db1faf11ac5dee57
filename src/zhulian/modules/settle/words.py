"""The words that the settle module lends to definitions, as data."""

from zhulian.language.expressions.types import ANY_RECORD, BOOL, INT, OWNER, PARTY, AmountOf, AnyAsset, PerOf, Said
from zhulian.language.registry import Contract, Parameter, Read, Verb
from zhulian.modules.settle.limits import CLAIMS_MAX, QUEUE_MAX, clearing_steps, flowing_steps

__all__ = ["READS", "VERBS"]

_QUEUE, _PAYMENT, _FLOW = (Parameter(each, ANY_RECORD) for each in ("queue", "payment", "flow"))
_ASSET, _OF, _AMOUNT = Parameter("asset", AnyAsset()), Parameter("of", PerOf(1)), Parameter("amount", AmountOf(1))
_FROM, _TO = Parameter("from", OWNER), Parameter("to", OWNER)
_RANK = Parameter("rank", INT)
_FEW = 60
"""Reading and writing a queue of the longest, a payment and its place, and what is said of it."""
_CLAIMS = 12 * CLAIMS_MAX
"""Writing the longest order of payments, with names of the longest."""

READS = (
    Read(
        "waits",
        (_PAYMENT,),
        BOOL,
        1,
        Said("{0}在排队", "{0} waits in a queue"),
        "settle",
        contract=Contract(axioms=("!(waits(payment) && settled(payment))",)),
    ),
    Read(
        "settled",
        (_PAYMENT,),
        BOOL,
        1,
        Said("{0}已结清", "{0} is settled"),
        "settle",
        contract=Contract(axioms=("!(waits(payment) && settled(payment))",)),
    ),
    Read(
        "queue_length",
        (_QUEUE,),
        INT,
        1,
        Said("{0}排队笔数", "how many payments wait in {0}"),
        "settle",
        contract=Contract(axioms=("queue_length(queue) >= 0", f"queue_length(queue) <= {QUEUE_MAX}")),
    ),
    Read(
        "claims_left",
        (_FLOW,),
        INT,
        1,
        Said("{0}尚未付清的应付项数", "how many claims of {0} are not paid in full"),
        "settle",
        contract=Contract(axioms=("claims_left(flow) >= 0", f"claims_left(flow) <= {CLAIMS_MAX}")),
    ),
)

VERBS = (
    Verb(
        "queue_payment",
        (_QUEUE, _ASSET, _OF, _PAYMENT, Parameter("payer", PARTY), _FROM, _TO, _AMOUNT, _RANK),
        ("payer",),
        _FEW,
        Said(
            "{payer}将{payment}排入{queue}：{asset} {amount} 由{from}付给{to}，顺位{rank}",
            "{payer} lets {payment} wait in {queue}: {amount} of {asset} from {from} to {to}, rank {rank}",
        ),
        "settle",
        Contract(
            before=("amount > 0", "rank >= 0", "from != to", "!waits(payment)", "!settled(payment)"),
            after=("waits(payment)", "!settled(payment)", "queue_length(queue) == was(queue_length(queue)) + 1"),
        ),
    ),
    Verb(
        "withdraw_payment",
        (_QUEUE, _PAYMENT),
        (),
        _FEW,
        Said("将{payment}撤出{queue}", "take {payment} out of {queue}"),
        "settle",
        Contract(
            before=("waits(payment)",),
            after=("!waits(payment)", "!settled(payment)", "queue_length(queue) == was(queue_length(queue)) - 1"),
        ),
    ),
    Verb(
        "keep_back",
        (_QUEUE, _ASSET, _OF, Parameter("owner", OWNER), _AMOUNT),
        (),
        _FEW,
        Said("{owner}在{queue}中留存{asset} {amount}", "{owner} keeps {amount} of {asset} back in {queue}"),
        "settle",
        Contract(before=("amount >= 0",)),
    ),
    Verb(
        "clear_queue",
        (_QUEUE, _ASSET, _OF),
        (),
        clearing_steps(QUEUE_MAX),
        Said("对{queue}中的{asset}支付一并轧差结清", "settle together the payments of {asset} that wait in {queue}"),
        "settle",
        Contract(
            after=(
                "balance(owner, asset, of) >= 0",
                "queue_length(queue) <= was(queue_length(queue))",
                "waits(other) || settled(other) || !was(waits(other))",
                "settled(other) || !was(settled(other))",
                "was(waits(other)) || !waits(other)",
                "was(waits(other)) || was(settled(other)) || !settled(other)",
            ),
        ),
    ),
    Verb(
        "owe",
        (_FLOW, _ASSET, _OF, _TO, _AMOUNT, _RANK),
        (),
        _FEW + _CLAIMS,
        Said("{flow}第{rank}顺位应付{to} {asset} {amount}", "{flow} owes {to} {amount} of {asset} in rank {rank}"),
        "settle",
        Contract(
            before=("amount > 0", "rank >= 0"), after=("claims_left(flow) >= was(claims_left(flow))", "claims_left(flow) >= 1")
        ),
    ),
    Verb(
        "waterfall",
        (_FLOW, _ASSET, _OF, _FROM, _AMOUNT, Parameter("odd", OWNER), Parameter("rest", OWNER)),
        ("from",),
        flowing_steps(CLAIMS_MAX) + _CLAIMS,
        Said(
            "由{from}将{asset} {amount} 按{flow}的顺位逐级支付，同一顺位不足时按比例，除不尽的归{odd}，付清后的余额归{rest}",
            "pay {amount} of {asset} from {from} down the ranks of {flow}, in proportion where a rank is not covered, odd units to {odd}, the rest to {rest}",
        ),
        "settle",
        Contract(
            before=("amount >= 0",),  # what flows back to whoever pays need not be there
            after=(
                "balance(from, asset, of) >= was(balance(from, asset, of)) - amount",
                "owner == from || balance(owner, asset, of) >= was(balance(owner, asset, of))",
                "balance(owner, asset, of) <= was(balance(owner, asset, of)) + amount",
                "claims_left(flow) <= was(claims_left(flow))",
            ),
        ),
    ),
)
