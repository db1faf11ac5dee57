"""Refusals of the settle module."""

from zhulian.errors import Refusal

__all__ = [
    "AmountUnfit",
    "ClassDiffers",
    "NotWaiting",
    "PaymentKnown",
    "QueueFull",
    "RankUnfit",
    "RecordElsewhere",
    "SameOwner",
    "SettleFault",
    "TooManyClaims",
]


class SettleFault(Refusal):
    """Anything that the settle module refuses."""


class RecordElsewhere(
    SettleFault,
    code="settle/1",
    zh="{record} 不是本应用的记录。请使用本应用的记录。",
    en="{record} is no record of this instance. Use a record of this instance.",
):
    record: str


class ClassDiffers(
    SettleFault,
    code="settle/2",
    zh="{record} 已用于资产 {asset}，不能混用其他资产。请另建队列或分配顺序。",
    en="{record} is for the asset {asset}, and no other goes in with it. Use another queue or order of payments.",
):
    record: str
    asset: str


class AmountUnfit(
    SettleFault,
    code="settle/3",
    zh="金额 {amount} 不合要求：支付与应付须为正数，留存与分配不得为负，累计不得超过上限。请改正后重新办理。",
    en="The amount {amount} does not fit: what is paid or owed is above zero, what is kept back or shared out is not below it, and no sum exceeds what numbers can say. Mend it and do it again.",
):
    amount: int


class RankUnfit(
    SettleFault,
    code="settle/4",
    zh="顺位 {rank} 须在 0 至 {most} 之间，0 最先。请改正。",
    en="The rank {rank} must lie between 0, which comes first, and {most}. Mend it.",
):
    rank: int
    most: int


class SameOwner(
    SettleFault,
    code="settle/5",
    zh="付款与收款同为 {owner}。请核对收款方。",
    en="{owner} would pay itself. Check who is to be paid.",
):
    owner: str


class PaymentKnown(
    SettleFault,
    code="settle/6",
    zh="{payment} 已进入过队列，同一笔支付只排队一次。请另建支付记录。",
    en="{payment} was in a queue before, and each payment waits once. Make another record for it.",
):
    payment: str


class QueueFull(
    SettleFault,
    code="settle/7",
    zh="{queue} 已有 {most} 笔支付排队。请先轧差，或撤回部分支付。",
    en="{most} payments wait in {queue} already. Clear it first, or withdraw some.",
):
    queue: str
    most: int


class NotWaiting(
    SettleFault,
    code="settle/8",
    zh="{payment} 不在 {queue} 中排队。可能已结清或已撤回，请查看其状态。",
    en="{payment} does not wait in {queue}. It may be settled or withdrawn: look at it.",
):
    payment: str
    queue: str


class TooManyClaims(
    SettleFault,
    code="settle/9",
    zh="{flow} 已有 {most} 项应付。请合并同一收款方的应付，或另建分配顺序。",
    en="{flow} has {most} claims already. Put those of one owner together, or use another order of payments.",
):
    flow: str
    most: int
