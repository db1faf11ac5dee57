"""The words that the fair module lends to definitions, as data."""

from zhulian.language.expressions.types import ANY_RECORD, BOOL, INT, PARTY, PERSON, TEXT, AnyOf, ListOf, Said, Thing
from zhulian.language.registry import Contract, Parameter, Read, Verb
from zhulian.modules.fair.limits import (
    CONTRIBUTORS_MAX,
    ORDERS_MAX,
    POINT_STEPS,
    WINNERS_MAX,
    dealing_steps,
    drawing_steps,
    matching_steps,
    recovering_steps,
    revealing_steps,
)

__all__ = ["READS", "VERBS"]

_DRAW, _MARKET = Parameter("draw", ANY_RECORD), Parameter("market", ANY_RECORD)
_CONTRIBUTOR, _PAPER = Parameter("contributor", PARTY), Parameter("paper", Thing("paper"))
_PARTY = Parameter("party", AnyOf((PARTY, PERSON)))
_FEW = 60
"""Reading and writing a draw or a market, and what is said of it."""
_BOOK = 2 * ORDERS_MAX
"""Writing the largest book, some 90 bytes an order."""

READS = (
    Read("drawn", (_DRAW,), BOOL, 1, Said("{0}已抽签", "{0} is drawn"), "fair"),
    Read(
        "place_of",
        (_DRAW, Parameter("code", TEXT), Parameter("proof", Thing("proof"))),
        INT,
        20,
        Said("{1}在{0}中的中签序号（{2}）", "as how manyth {1} was drawn in {0} ({2})"),
        "fair",
        contract=Contract(axioms=("place_of(draw, code, proof) >= 0", "place_of(draw, code, proof) == 0 || drawn(draw)")),
    ),
    Read(
        "pick_of",
        (_DRAW, Parameter("turn", INT)),
        INT,
        1,
        Said("{0}第{1}签抽中的名单序号", "which place of the pool was drawn as turn {1} of {0}"),
        "fair",
        contract=Contract(axioms=("pick_of(draw, turn) >= 1",)),
    ),
    Read("market_cleared", (_MARKET,), BOOL, 1, Said("{0}已撮合", "the market of {0} has cleared"), "fair"),
    Read(
        "clearing_price",
        (_MARKET,),
        INT,
        1,
        Said("{0}的统一成交价", "the price at which {0} cleared"),
        "fair",
        contract=Contract(axioms=("clearing_price(market) >= 0",)),
    ),
    Read(
        "filled",
        (_MARKET, _PARTY),
        INT,
        1,
        Said("{1}在{0}中的成交数量", "with how many units the order of {1} in {0} was filled"),
        "fair",
        contract=Contract(axioms=("filled(market, party) >= 0",)),
    ),
)

VERBS = (
    Verb(
        "set_draw",
        (
            _DRAW,
            Parameter("pool", Thing("codes")),
            Parameter("winners", INT),
            Parameter("contributors", ListOf(PARTY, CONTRIBUTORS_MAX)),
            Parameter("threshold", INT),
        ),
        (),
        _FEW,
        Said(
            "为{draw}设置抽签：从{pool}中抽取{winners}个，种子由{contributors}共同产生，{threshold}方可恢复缺失部分",
            "set up the draw of {draw}: {winners} of {pool}, seeded by {contributors}, {threshold} of whom can bring out what is withheld",
        ),
        "fair",
        Contract(after=("!drawn(draw)",)),
    ),
    Verb(
        "enter_draw",
        (_DRAW, _CONTRIBUTOR, _PAPER),
        ("contributor",),
        4 * POINT_STEPS + _FEW,
        Said("{contributor}登记为{draw}的种子提供方（{paper}）", "{contributor} enters {draw} as a contributor ({paper})"),
        "fair",
        Contract(before=("!drawn(draw)",)),
    ),
    Verb(
        "deal_secret",
        (_DRAW, _CONTRIBUTOR, _PAPER),
        ("contributor",),
        dealing_steps(CONTRIBUTORS_MAX, CONTRIBUTORS_MAX) + _FEW,
        Said("{contributor}为{draw}提交秘密数承诺（{paper}）", "{contributor} binds itself to a secret for {draw} ({paper})"),
        "fair",
        Contract(before=("!drawn(draw)",)),
    ),
    Verb(
        "reveal_secret",
        (_DRAW, _CONTRIBUTOR, _PAPER),
        ("contributor",),
        revealing_steps() + _FEW,
        Said("{contributor}为{draw}公布秘密数（{paper}）", "{contributor} reveals its secret for {draw} ({paper})"),
        "fair",
        Contract(before=("!drawn(draw)",)),
    ),
    Verb(
        "bring_out",
        (_DRAW, _CONTRIBUTOR, _PAPER),
        ("contributor",),
        recovering_steps(CONTRIBUTORS_MAX, CONTRIBUTORS_MAX) + 20 * CONTRIBUTORS_MAX + _FEW,
        Said(
            "{contributor}为{draw}恢复他方未公布的秘密数（{paper}）",
            "{contributor} helps bring out what others withhold in {draw} ({paper})",
        ),
        "fair",
        Contract(before=("!drawn(draw)",)),
    ),
    Verb(
        "draw",
        (_DRAW,),
        (),
        drawing_steps(CONTRIBUTORS_MAX, WINNERS_MAX) + _FEW + WINNERS_MAX // 8,
        Said("{draw}抽签", "draw {draw}"),
        "fair",
        Contract(before=("!drawn(draw)",), after=("drawn(draw)", "pick_of(draw, turn) >= 1", "place_of(draw, code, proof) >= 0")),
    ),
    Verb(
        "open_market",
        (_MARKET,),
        (),
        _FEW,
        Said("为{market}开设集中竞价", "open the market of {market}"),
        "fair",
        Contract(after=("!market_cleared(market)",)),
    ),
    Verb(
        "place_order",
        (_MARKET, _PARTY, Parameter("buys", BOOL), Parameter("price", INT), Parameter("quantity", INT)),
        (),
        _FEW + _BOOK,
        Said(
            "{party}在{market}申报：买入为{buys}，价格{price}，数量{quantity}",
            "{party} places an order in {market}: buying is {buys}, {quantity} at {price}",
        ),
        "fair",
        Contract(before=("!market_cleared(market)", "price > 0", "quantity > 0")),
    ),
    Verb(
        "match",
        (_MARKET, _DRAW),
        (),
        matching_steps(ORDERS_MAX) + _FEW + _BOOK,
        Said("{market}按统一价格撮合，并列者依{draw}的种子排序", "clear {market} at one price, ties by the seed of {draw}"),
        "fair",
        Contract(
            before=("drawn(draw)", "!market_cleared(market)"),
            after=("market_cleared(market)", "clearing_price(market) >= 0", "filled(market, owner) >= 0"),
        ),
    ),
)
