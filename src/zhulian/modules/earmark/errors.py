"""Refusals of the earmark module."""

from zhulian.errors import Refusal

__all__ = ["AlreadyPlaced", "AmountUnfit", "EarmarkFault", "FundElsewhere", "FundFull", "NotPoured", "SpentTooMuch"]


class EarmarkFault(Refusal):
    """Anything that the earmark module refuses."""


class FundElsewhere(
    EarmarkFault,
    code="earmark/1",
    zh="{record} 不是本应用的记录。请使用本应用的记录。",
    en="{record} is no record of this instance. Use a record of this instance.",
):
    record: str


class AlreadyPlaced(
    EarmarkFault,
    code="earmark/2",
    zh="{record} 已记入资金去向，不能重复记入。请另建记录。",
    en="{record} lies on a fund's line already, and is entered once. Make another record.",
):
    record: str


class AmountUnfit(
    EarmarkFault,
    code="earmark/3",
    zh="金额 {amount} 须为正数。请改正后重新办理。",
    en="The amount {amount} must be above zero. Mend it and do it again.",
):
    amount: int


class SpentTooMuch(
    EarmarkFault,
    code="earmark/4",
    zh="{fund} 可支出 {left}，不足 {amount}。请减少支出，或等待新的捐入。",
    en="{fund} has {left} left to spend, which is less than {amount}. Spend less, or wait for more gifts.",
):
    fund: str
    left: int
    amount: int


class FundFull(
    EarmarkFault,
    code="earmark/5",
    zh="{fund} 累计金额超过上限。请另设项目。",
    en="{fund} would hold more than numbers can say. Open another fund.",
):
    fund: str


class NotPoured(
    EarmarkFault,
    code="earmark/6",
    zh="{record} 没有捐入任何项目。请核对编号。",
    en="{record} was poured into no fund. Check its key.",
):
    record: str
