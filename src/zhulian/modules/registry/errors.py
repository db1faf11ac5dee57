"""Refusals of the registry module."""

from zhulian.errors import Refusal

__all__ = [
    "AlreadyTaken",
    "ClaimantsNotSorted",
    "ClaimedByAnother",
    "FreedByNobody",
    "MayNotClaim",
    "NotTaken",
    "NothingToCompare",
    "RecordNotYours",
    "UnknownSpace",
]


class UnknownSpace(
    Refusal,
    code="registry/1",
    zh="没有编号空间 {space}。请核对名称，或由各机构表决设立（registry.set_space）。",
    en="There is no space {space}. Check its name, or let the members set it up by vote (registry.set_space).",
):
    space: str


class MayNotClaim(
    Refusal,
    code="registry/2",
    zh="应用 {instance} 未获准在编号空间 {space} 登记。请由各机构表决准入（registry.set_space）。",
    en="The instance {instance} may not claim in the space {space}. Let the members admit it by vote (registry.set_space).",
):
    instance: str
    space: str


class RecordNotYours(
    Refusal,
    code="registry/3",
    zh="记录 {record} 属于另一应用，不能以其名义登记或释放编号。请改用本应用的记录。",
    en="The record {record} is of another instance; nothing is claimed or freed in its name. Use a record of this instance.",
):
    record: str


class NothingToCompare(
    Refusal,
    code="registry/4",
    zh="{name} 去掉空格后为空，或超过 {most} 个字符，无法判断是否重复。请填写实际编号。",
    en="The {name} is empty but for spaces, or longer than {most} characters, so it cannot be compared. Give the real one.",
):
    name: str
    most: int


class AlreadyTaken(
    Refusal,
    code="registry/5",
    zh="该编号在 {space} 中已于高度 {height} 被登记，先登记者有效。请核对编号；如有争议，请向登记方查询。",
    en="This number was claimed in {space} at height {height}, and the first wins. Check the number; ask the claimant if in doubt.",
):
    space: str
    height: int


class NotTaken(
    Refusal,
    code="registry/6",
    zh="该编号在 {space} 中未被登记，无需释放。请核对签发方与编号。",
    en="This number is not claimed in {space}, so there is nothing to free. Check issuer and number.",
):
    space: str


class ClaimedByAnother(
    Refusal,
    code="registry/7",
    zh="该编号在 {space} 中由另一记录登记，只有该记录所属应用的操作可以释放。请联系登记方。",
    en="This number is claimed in {space} by another record, whose instance alone can free it. Turn to the claimant.",
):
    space: str


class FreedByNobody(
    Refusal,
    code="registry/8",
    zh="编号只能由应用中写明的操作释放，不能由到期事项释放。请在定义中设一个操作。",
    en="A number must be freed by a named action, not by a timer. Declare an action for it.",
):
    pass


class ClaimantsNotSorted(
    Refusal,
    code="registry/9",
    zh="claimants 须按名称排序且不重复；空间对所有应用开放（open）时须留空。请整理后重新提案。",
    en="The claimants must be sorted and unique, and none where the space is open to all. Put them in order and propose again.",
):
    pass
