"""Refusals of the asset module."""

from zhulian.errors import Refusal

__all__ = [
    "ClassOfAnother",
    "Insufficient",
    "NegativeAmount",
    "NobodyHolds",
    "NotAnOwner",
    "RecordElsewhere",
    "RestNotParty",
    "SupplyTooLarge",
    "TooManyPayouts",
    "WrongRecord",
]


class NegativeAmount(
    Refusal,
    code="asset/1",
    zh="数额 {amount} 为负。请填写不小于 0 的数额，反方向请另行转让。",
    en="The amount {amount} is negative. Give 0 or more; for the other direction transfer the other way.",
):
    amount: int


class ClassOfAnother(
    Refusal,
    code="asset/2",
    zh="资产 {asset} 属于应用 {instance}，{verb} 只能由该应用进行。请调用该应用的操作。",
    en="The asset {asset} is of the instance {instance}, which alone may {verb} it. Call an action of that instance.",
):
    asset: str
    instance: str
    verb: str


class WrongRecord(
    Refusal,
    code="asset/3",
    zh="资产 {asset} 按记录 {per} 分别计算，给出的是 {given}。请在 of 中指明该类型的记录；不按记录计算的，请删去 of。",
    en="The asset {asset} is kept per {per}, given was {given}. Name a record of that type in of, or leave of out where there is none.",
):
    asset: str
    per: str
    given: str


class NotAnOwner(
    Refusal,
    code="asset/4",
    zh="{owner} 不能持有资产。持有人须为机构、自然人标识或业务记录。",
    en="{owner} cannot own assets. An owner must be an organisation, a person’s handle or a record.",
):
    owner: str


class RecordElsewhere(
    Refusal,
    code="asset/5",
    zh="记录 {record} 属于另一应用，资产不能绕过该应用的规则进出。请调用该应用的操作。",
    en="The record {record} is of another instance, past whose rules nothing moves in or out. Call an action of that instance.",
):
    record: str


class Insufficient(
    Refusal,
    code="asset/6",
    zh="{owner} 持有资产 {asset} 共 {holds}，不足 {wanted}。请减少数额或先补足。",
    en="{owner} holds {holds} of the asset {asset}, less than {wanted}. Lower the amount, or provide more first.",
):
    owner: str
    asset: str
    holds: int
    wanted: int


class SupplyTooLarge(
    Refusal,
    code="asset/7",
    zh="资产 {asset} 现有 {supply}，再发行 {amount} 将超过上限 {most}。请减少数额。",
    en="There are {supply} of the asset {asset}; {amount} more would exceed the most of {most}. Lower the amount.",
):
    asset: str
    supply: int
    amount: int
    most: int


class NobodyHolds(
    Refusal,
    code="asset/8",
    zh="资产 {asset} 目前无人持有，无法分配。请在有人持有之后再分配，或直接转让。",
    en="Nobody holds the asset {asset}, so there is nobody to distribute to. Distribute once somebody does, or transfer instead.",
):
    asset: str


class TooManyPayouts(
    Refusal,
    code="asset/9",
    zh="资产 {asset} 的持有人已分得 {most} 种资产，已达上限。请改用其中一种分配。",
    en="The holders of the asset {asset} are paid in {most} classes already, which is the most. Distribute one of those.",
):
    asset: str
    most: int


class RestNotParty(
    Refusal,
    code="asset/10",
    zh="分配的零头须归机构或自然人，{owner} 是业务记录，可能已办结而无人能领取。请在 rest 中指明一方。",
    en="Fractions of a payout go to an organisation or a person; {owner} is a record, which may have ended by then. Name a party in rest.",
):
    owner: str
