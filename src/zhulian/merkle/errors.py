"""Refusals of proofs and of the state tree.

A proof that is badly formed and a proof that is wrong are the same kind of no: everything about proofs is a `ProofFault`,
and each fault names the part of the receipt that it was found in, as the caller called it.
"""

from zhulian.errors import Refusal

__all__ = [
    "IndexBeyondCount",
    "ItemsUnsorted",
    "LeafNotInTheWay",
    "NotACount",
    "NotADigest",
    "ProofFault",
    "ProofMalformed",
    "RootDiffers",
    "SiblingsMiscounted",
    "TooManySiblings",
    "VersionGone",
    "WrongKindOfProof",
    "WrongMembers",
]


class ProofFault(Refusal):
    """A proof proves nothing. `part` is the member of the receipt or fact where the fault lies."""

    part: str


class ProofMalformed(ProofFault):
    """A proof is not in the form that docs/formats.md §6 and §7 fix; `place` is where in the part."""

    place: str


class WrongMembers(
    ProofMalformed,
    code="proof/1",
    zh="{part} 的 {place} 结构不符：缺少成员、有多余成员或类型不对。请使用未经改动的原回执。",
    en="{place} in {part} has another shape than agreed: a member is missing, spare or of the wrong type. Use the receipt as it was issued.",
):
    pass


class NotADigest(
    ProofMalformed,
    code="proof/2",
    zh="{part} 的 {place} 不是 64 位小写十六进制摘要。请使用未经改动的原回执。",
    en="{place} in {part} is not a digest of 64 lower-case hex digits. Use the receipt as it was issued.",
):
    pass


class NotACount(
    ProofMalformed,
    code="proof/3",
    zh="{part} 的 {place} 不是 0 至 2^53−1 之间的整数。请使用未经改动的原回执。",
    en="{place} in {part} is not a whole number from 0 to 2^53−1. Use the receipt as it was issued.",
):
    pass


class TooManySiblings(
    ProofMalformed,
    code="proof/4",
    zh="{part} 的 {place} 超过 {most} 项，任何证明都不会这样长。请使用未经改动的原回执。",
    en="{place} in {part} has more than {most} items, which no proof has. Use the receipt as it was issued.",
):
    most: int


class IndexBeyondCount(
    ProofFault,
    code="proof/5",
    zh="{part} 声称位于第 {index} 项（从 0 起），但列表共 {count} 项。请使用未经改动的原回执。",
    en="{part} claims item {index} (from 0) of a list of {count}. Use the receipt as it was issued.",
):
    index: int
    count: int


class SiblingsMiscounted(
    ProofFault,
    code="proof/6",
    zh="{part} 有 {found} 个相邻节点，应为 {expected} 个。请使用未经改动的原回执。",
    en="{part} has {found} siblings, its index and count ask for {expected}. Use the receipt as it was issued.",
):
    found: int
    expected: int


class RootDiffers(
    ProofFault,
    code="proof/7",
    zh="{part} 推算出的根与应有的根不符：内容、位置或证明被改动过，或出自另一区块。请核对原件与回执是否配套。",
    en="{part} leads to another root than it must: the content, its place or the proof was changed, or comes from another block. "
    "Check that the original and the receipt belong together.",
):
    pass


class WrongKindOfProof(
    ProofFault,
    code="proof/8",
    zh="{part} 是不存在证明，不能证明存在。请重新查询该键的状态。",
    en="{part} proves absence and cannot prove presence. Ask for the state of the key again.",
):
    pass


class LeafNotInTheWay(
    ProofFault,
    code="proof/9",
    zh="{part} 所示的另一叶子不在该键的路径上，不能证明不存在。请重新查询该键的状态。",
    en="The other leaf in {part} does not stand where the key would, so it does not prove absence. Ask for the state of the key again.",
):
    pass


class VersionGone(
    Refusal,
    code="tree/1",
    zh="高度 {version} 的状态不可查（保留范围为 {oldest} 至 {newest}）。请改查范围内的高度，或向归档节点查询。",
    en="The state at height {version} cannot be read ({oldest} to {newest} are kept). Ask for a height in that range, or ask an archive node.",
):
    version: int
    oldest: int
    newest: int


class ItemsUnsorted(
    Refusal,
    code="tree/2",
    zh="装载的键值未按键摘要升序排列，或有重复的键。请按键摘要排序并去重后重试。",
    en="The items to load are not in ascending order of their key digests, or a key comes twice. Sort them and try again.",
):
    pass
