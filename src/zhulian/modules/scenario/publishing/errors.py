"""Refusals of storing and publishing, in the order in which they are asked."""

from typing import ClassVar

from zhulian.errors import Refusal, Words

__all__ = [
    "AlreadyPublished",
    "BlockHasChecked",
    "DefinitionFaulty",
    "DigestDiffers",
    "NameOfAnother",
    "NameReserved",
    "NotAnOrganisation",
    "OneForm",
    "PartMissing",
    "PublishedSecond",
    "TreeTooLong",
    "UpgradeFromNowhere",
    "VersionBackwards",
    "VersionTaken",
]


class NotAnOrganisation(
    Refusal,
    code="scenario/80",
    zh="发布定义与设立应用须由机构签署，{party} 不是机构。请由机构经办人签名。",
    en="Definitions are published and instances opened by organisations, {party} is none. Let an officer of one sign.",
):
    story: ClassVar[str] = "not_yours"
    party: str


class AlreadyPublished(
    Refusal,
    code="scenario/81",
    zh="定义 {definition} 已在高度 {height} 发布，无需重复。可直接据其设立应用。",
    en="The definition {definition} was published at height {height}. There is nothing to repeat: open an instance of it.",
):
    story: ClassVar[str] = "already_there"
    definition: str
    height: int


class OneForm(
    Refusal,
    code="scenario/82",
    zh="text 与 parts 须且只须提供一项。短的定义用 text；长的先用 scenario.store 分段提交，再写明段数。",
    en="Exactly one of text and parts is due. Give a short definition as text; store a long one by scenario.store and say in how many parts.",
):
    story: ClassVar[str] = "bad_input"


class PartMissing(
    Refusal,
    code="scenario/83",
    zh="定义 {definition} 的第 {part} 段（从 0 起）尚未提交。请用 scenario.store 补交后再发布。",
    en="Part {part} of the definition {definition} (counted from 0) was not stored. Store it by scenario.store, then publish.",
):
    story: ClassVar[str] = "bad_input"
    definition: str
    part: int


class TreeTooLong(
    Refusal,
    code="scenario/84",
    zh="定义共 {size} 字节，上限为 {most} 字节。请拆成几个定义。",
    en="The definition has {size} bytes, {most} is the most. Split it into several.",
):
    story: ClassVar[str] = "bad_input"
    size: int
    most: int


class DigestDiffers(
    Refusal,
    code="scenario/85",
    zh="内容的摘要为 {found}，不是 {definition}。请核对各段及其顺序，或更正摘要。",
    en="The digest of the content is {found}, not {definition}. Check the parts and their order, or correct the digest.",
):
    story: ClassVar[str] = "bad_input"
    definition: str
    found: str


class PublishedSecond(
    Refusal,
    code="scenario/93",
    zh="发布定义须是交易中的第一条消息。请单独提交。",
    en="Publishing must be the first message of its transaction. Send it by itself.",
):
    story: ClassVar[str] = "module"


class BlockHasChecked(
    Refusal,
    code="scenario/86",
    zh="本区块核验定义的额度（{most} 步）已用完。请稍后重新提交。",
    en="This block has checked as much of definitions as it may ({most} steps). Send it again.",
):
    story: ClassVar[str] = "module"
    most: int


class DefinitionFaulty(
    Refusal,
    code="scenario/87",
    zh="定义在 {path} 处不符合语言规则（{fault}）：{why.zh}。请用 zhulian scenario check 查看全部问题。",
    en="At {path} the definition breaks a rule of the language ({fault}): {why.en}. See all faults with zhulian scenario check.",
):
    story: ClassVar[str] = "bad_input"
    fault: str
    path: str
    why: Words


class NameReserved(
    Refusal,
    code="scenario/88",
    zh="名称 {name} 由系统保留。请换一个名称。",
    en="The name {name} is kept for the chain itself. Choose another.",
):
    story: ClassVar[str] = "already_there"
    name: str


class NameOfAnother(
    Refusal,
    code="scenario/89",
    zh="场景名 {scenario} 属于首先发布它的机构 {owner}。请换一个名称，或由该机构发布。",
    en="The scenario's name {scenario} belongs to {owner}, who published it first. Choose another name, or let {owner} publish.",
):
    story: ClassVar[str] = "not_yours"
    scenario: str
    owner: str


class VersionTaken(
    Refusal,
    code="scenario/90",
    zh="{scenario} 的第 {version} 版已发布，内容不同（{definition}）。请改用更高的版本号。",
    en="Version {version} of {scenario} is published with other content ({definition}). Use a higher version.",
):
    story: ClassVar[str] = "already_there"
    scenario: str
    version: int
    definition: str


class VersionBackwards(
    Refusal,
    code="scenario/91",
    zh="{scenario} 已发布至第 {newest} 版，不能再发布第 {version} 版。请改用更高的版本号。",
    en="{scenario} is published up to version {newest}, so version {version} can come no more. Use a higher version.",
):
    story: ClassVar[str] = "already_there"
    scenario: str
    version: int
    newest: int


class UpgradeFromNowhere(
    Refusal,
    code="scenario/92",
    zh="定义写明由 {scenario} 第 {version} 版升级，该版未在本链发布。请更正 upgrade.from，或先发布该版。",
    en="The definition upgrades version {version} of {scenario}, which is not on this chain. Correct upgrade.from, or publish that first.",
):
    story: ClassVar[str] = "bad_input"
    scenario: str
    version: int
