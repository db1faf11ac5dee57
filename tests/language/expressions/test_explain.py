"""Guards in the words of the definition, in both languages."""

import pytest

from tests.language.expressions.sample import REGISTRY, SCOPE, typed
from zhulian.language.expressions.explain import explain, explain_guard
from zhulian.language.expressions.tree import Literal, RecordAt, Variable
from zhulian.language.expressions.types import Party, Record, Said, Text

READS = {**REGISTRY.reads, **SCOPE.reads}
TITLES = {
    "asset.claim": Said("应收债权", "the claim"),
    "receivable": Said("应收账款", "receivable"),
    "receivable.amount": Said("金额", "amount"),
    "receivable.paid": Said("已清偿金额", "amount paid"),
    "receivable.due": Said("到期日", "due date"),
    "receivable.debtor": Said("债务人", "debtor"),
    "receivable.discount": Said("折扣", "discount"),
    "receivable.state.confirmed": Said("已确认", "confirmed"),
    "receivable.open": Said("可流转", "passable flag"),
    "input.amount": Said("转让金额", "amount to pass on"),
    "settings.confirm_within": Said("确认期限", "time to confirm"),
}
SAID = {
    "balance(actor, claim, this) >= input.amount": (
        "须满足：操作方持有的应收债权不少于填写的转让金额。",
        "It is required that the holding of the actor in the claim is at least the amount to pass on given.",
    ),
    "this.due > today()": (
        "须满足：本应收账款的到期日晚于今日。",
        "It is required that the due date of this receivable is after today.",
    ),
    "this.state == 'confirmed' && !(actor == this.debtor)": (
        "须满足：本应收账款的状态为已确认，且操作方不为本应收账款的债务人。",
        "It is required that the state of this receivable is confirmed, and the actor is not the debtor of this receivable.",
    ),
    "this.open && (this.paid == 0 || has(this.discount))": (
        "须满足：本应收账款的可流转为“是”，且（本应收账款的已清偿金额等于0.00 元，或已有本应收账款的折扣）。",
        "It is required that the passable flag of this receivable is “yes”, and (the amount paid of this receivable equals "
        "CNY 0.00, or there is the discount of this receivable).",
    ),
    "!this.open": ("须满足：本应收账款的可流转为“否”。", "It is required that the passable flag of this receivable is “no”."),
    "(this.amount - this.paid) * 2 <= '1000'": (
        "须满足：（本应收账款的金额减本应收账款的已清偿金额）乘以2不超过1,000.00 元。",
        "It is required that (the amount of this receivable minus the amount paid of this receivable) times 2 is at most "
        "CNY 1,000.00.",
    ),
    "this.since + settings.confirm_within < now()": (
        "须满足：本应收账款的进入现状态的时间后推设定的确认期限早于当前时间。",
        "It is required that the time of entering its state of this receivable plus the time to confirm set is before the time "
        "of now.",
    ),
    "!known(receivable('AR-1'))": (
        "须满足：（编号为“AR-1”的应收账款存在）不成立。",
        "It is required that it is not the case that (the receivable “AR-1” exists).",
    ),
}  # fmt: skip
SHOWN = {
    "10d": ("10 天", "10 days"),
    "1d": ("1 天", "1 day"),
    "90min": ("1 小时 30 分钟", "1 hour 30 minutes"),
    "0s": ("0 秒", "0 seconds"),
    "-1h": ("负的1 小时", "minus 1 hour"),
    "n + 1": ("n 加1", "n plus 1"),
    "['a', 'b']": ("“a”、“b”", "“a”, “b”"),
    "max(this.rate, '5%')": ("本应收账款的 rate 与5%中较大者", "the larger of the rate of this receivable and 5%"),
    "share(this.amount, 1, 3, up)": (
        "本应收账款的金额乘以1再除以3（进位）",
        "the amount of this receivable times 1 over 3 (rounded up)",
    ),
    "alive(this)": ("存续笔数", "how many are alive"),
}


@pytest.mark.parametrize("text", SAID)
def test_guard__is_said_in_both_languages(text: str) -> None:
    assert tuple(explain_guard(typed(text), READS, TITLES)) == SAID[text]


@pytest.mark.parametrize("text", SHOWN)
def test_value__is_shown_as_people_read_it(text: str) -> None:
    assert tuple(explain(typed(text), READS, TITLES)) == SHOWN[text]


def test_record__below_another_says_each_number_once() -> None:
    titles = {"project": Said("项目", "project"), "gift": Said("捐赠", "gift"), "stock": Said("库存", "stock")}
    project = RecordAt(type=Record("project"), record="project", key=(Literal(type=Text(20), value="ZX-1"),))
    gift = RecordAt(type=Record("gift"), record="gift", key=(project, Literal(type=Text(20), value="J-1")))
    assert tuple(explain(gift, READS, titles)) == (
        "编号为“ZX-1”的项目下编号为“J-1”的捐赠",
        "the gift “J-1” of the project “ZX-1”",
    )
    actor = Variable(type=Party("supplier"), name="actor")
    stock = RecordAt(type=Record("stock"), record="stock", key=(actor, Literal(type=Text(20), value="S-1")))
    assert tuple(explain(stock, READS, titles)) == ("操作方编号为“S-1”的库存", "the stock “S-1” of the actor")
