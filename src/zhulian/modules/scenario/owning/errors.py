"""Refusals of dealings with titles, in the order in which they are asked. `story` is what a story calls the refusal."""

from typing import ClassVar

from zhulian.errors import Refusal

__all__ = [
    "AlreadyBurdened",
    "HolderMustSign",
    "NoSuchBurden",
    "NobodyOwns",
    "NotTheOrder",
    "OwnerMustSign",
    "PartTooLarge",
    "RankUnfit",
    "Seized",
    "TitleElsewhere",
    "TooManyHolders",
]


class TitleElsewhere(
    Refusal,
    code="scenario/62",
    zh="{record} 属于另一应用，其权利只能按该应用的规则变动。请调用该应用的操作。",
    en="{record} is of another instance, under whose rules alone it changes hands. Call an action of that instance.",
):
    story: ClassVar[str] = "not_yours"
    record: str


class NobodyOwns(
    Refusal,
    code="scenario/63",
    zh="{record} 没有权利人：它建立时该类型尚未写 owned: true。请另建一条记录。",
    en="{record} has no owner: when it was made, its type was not yet owned: true. Make a new record.",
):
    story: ClassVar[str] = "wrong_state"
    record: str


class NotTheOrder(
    Refusal,
    code="scenario/64",
    zh="{party} 没有首先查封 {record}，不能对其作出处分。请先查封，或由在先查封的一方处分。",
    en="{party} is not the first to have seized {record}, so it orders nothing on it. Seize it first, or let who did so order it.",
):
    story: ClassVar[str] = "not_yours"
    record: str
    party: str


class Seized(
    Refusal,
    code="scenario/65",
    zh="{record} 已被 {party} 查封，不得过户或质押。请待其解除查封。",
    en="{record} is seized by {party}, and is neither passed on nor pledged. Wait until that is lifted.",
):
    story: ClassVar[str] = "frozen"
    record: str
    party: str


class PartTooLarge(
    Refusal,
    code="scenario/66",
    zh="{owner} 在 {record} 中的份额为百万分之 {there}，不能转出 {wanted}。请更正份额，或以 from 写明由谁转出。",
    en="{owner} owns {there} parts per million of {record} and cannot pass on {wanted}. Change the part, or say from whom.",
):
    story: ClassVar[str] = "insufficient"
    record: str
    owner: str
    there: int
    wanted: int


class OwnerMustSign(
    Refusal,
    code="scenario/67",
    zh="{record} 为 {owner} 所有，处分须由其签署。请请其一并签署。",
    en="{owner} owns {record}, and must sign for this. Have it sign too.",
):
    story: ClassVar[str] = "not_yours"
    record: str
    owner: str


class HolderMustSign(
    Refusal,
    code="scenario/68",
    zh="{party} 对 {record} 享有权利，本操作须由其签署。请请其签署，或先解除其权利。",
    en="{party} has a right on {record}, and must sign for this. Have it sign, or have its right released first.",
):
    story: ClassVar[str] = "not_yours"
    record: str
    party: str


class AlreadyBurdened(
    Refusal,
    code="scenario/69",
    zh="{party} 对 {record} 已享有权利（权利人、质权人或查封方）。请先解除，或改用另一方。",
    en="{party} has a right on {record} already: as owner, by a pledge or a seizure. Release that first, or name another.",
):
    story: ClassVar[str] = "already_there"
    record: str
    party: str


class NoSuchBurden(
    Refusal,
    code="scenario/70",
    zh="{party} 对 {record} 没有质押或查封。请核对解除的是谁的权利。",
    en="{party} has neither pledge nor seizure on {record}. Check whose right is to be released.",
):
    story: ClassVar[str] = "no_such_record"
    record: str
    party: str


class RankUnfit(
    Refusal,
    code="scenario/71",
    zh="{record} 上已有 {there} 项质押，顺位 {rank} 不成立。顺位须为 1 至 {most}。",
    en="{record} has {there} pledges, so there is no rank {rank}. It must be 1 to {most}.",
):
    story: ClassVar[str] = "bad_input"
    record: str
    rank: int
    there: int
    most: int


class TooManyHolders(
    Refusal,
    code="scenario/72",
    zh="{record} 的权利人、质押与查封各以 {most} 项为限。请先合并份额或解除权利。",
    en="{record} has at most {most} owners, and as many pledges and seizures together. Merge parts or release rights first.",
):
    story: ClassVar[str] = "overflow"
    record: str
    most: int
