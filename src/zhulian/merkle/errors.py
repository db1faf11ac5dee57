"""Refusals of proofs and of the state tree.

A proof that is badly formed and a proof that is wrong are the same kind of no: everything about proofs is a `ProofFault`,
and each fault names the part of the receipt that it was found in, as the caller called it.
"""

from typing import Any

from zhulian.errors import Refusal
from zhulian.merkle.parts import part_words

__all__ = [
    "AmountUnfit",
    "CodeTwice",
    "IndexBeyondCount",
    "ItemUnfit",
    "ItemsUnsorted",
    "LeafNotInTheWay",
    "NotACount",
    "NotADigest",
    "NotNeighbours",
    "OtherProof",
    "ProofFault",
    "ProofMalformed",
    "RootDiffers",
    "SiblingsMiscounted",
    "TooManyItems",
    "TooManySiblings",
    "VersionGone",
    "WrongKindOfProof",
    "WrongMembers",
]


class ProofFault(Refusal):
    """A proof proves nothing. `part` is the member of the receipt or fact where the fault lies."""

    part: str

    def spoken(self) -> dict[str, Any]:
        """The fields, with the part as people call it."""
        return {**super().spoken(), "part": part_words(self.part)}


class ProofMalformed(ProofFault):
    """A proof is not in the form that docs/formats.md §6 and §7 fix; `place` is where in the part."""

    place: str


class WrongMembers(
    ProofMalformed,
    code="proof/1",
    zh="{part.zh}的结构与约定不符（位置 {place}）：缺少成员、有多余成员，或类型不对。请重新取得未经改动的文件。",
    en="{part.en} has another shape than agreed (at {place}): a member is missing, spare or of the wrong type. "
    "Ask for the file as it was issued.",
):
    pass


class NotADigest(
    ProofMalformed,
    code="proof/2",
    zh="{part.zh}中的摘要写法有误（位置 {place}）：应为 64 位小写十六进制数字。请重新取得未经改动的文件。",
    en="{part.en} has no digest of 64 lower-case hex digits where one is due (at {place}). Ask for the file as it was issued.",
):
    pass


class NotACount(
    ProofMalformed,
    code="proof/3",
    zh="{part.zh}中的数值有误（位置 {place}）：应为 0 至 2^53−1 之间的整数。请重新取得未经改动的文件。",
    en="{part.en} has no whole number from 0 to 2^53−1 where one is due (at {place}). Ask for the file as it was issued.",
):
    pass


class TooManySiblings(
    ProofMalformed,
    code="proof/4",
    zh="{part.zh}过长（位置 {place}）：任何证明都不会超过 {most} 项。请重新取得未经改动的文件。",
    en="{part.en} is too long (at {place}): no proof has more than {most} items. Ask for the file as it was issued.",
):
    most: int


class IndexBeyondCount(
    ProofFault,
    code="proof/5",
    zh="{part.zh}有误：所称位置为第 {index} 项（从 0 计），而列表共 {count} 项。请重新取得未经改动的文件。",
    en="{part.en} is wrong: it claims item {index} (counted from 0) of a list of {count}. Ask for the file as it was issued.",
):
    index: int
    count: int


class SiblingsMiscounted(
    ProofFault,
    code="proof/6",
    zh="{part.zh}有误：含 {found} 个相邻节点，按其位置应为 {expected} 个。请重新取得未经改动的文件。",
    en="{part.en} is wrong: it has {found} siblings where its index and count ask for {expected}. Ask for the file as it was issued.",
):
    found: int
    expected: int


class RootDiffers(
    ProofFault,
    code="proof/7",
    zh="{part.zh}推算不出区块头所载的根：内容、位置或证明被改动过，或出自另一区块。请核对各文件是否配套，并重新取得未经改动的文件。",
    en="{part.en} leads to another root than it must: the content, its place or the proof was changed, or comes from another "
    "block. Check that the files belong together, and ask for them as they were issued.",
):
    pass


class WrongKindOfProof(
    ProofFault,
    code="proof/8",
    zh="{part.zh}是不存在证明，不能证明该键存在。请向节点重新查询该键的状态。",
    en="{part.en} proves absence and cannot prove presence. Ask a node for the state of the key again.",
):
    pass


class LeafNotInTheWay(
    ProofFault,
    code="proof/9",
    zh="{part.zh}所示的另一叶子不在该键的路径上，不能证明该键不存在。请向节点重新查询该键的状态。",
    en="{part.en} shows another leaf that does not stand where the key would, so it does not prove absence. "
    "Ask a node for the state of the key again.",
):
    pass


class NotNeighbours(
    ProofFault,
    code="proof/10",
    zh="{part.zh}所示的两项不相邻，或该编码不在其间，不能证明该编码不在列表中。请由持有完整列表的一方重新出具。",
    en="{part.en} shows two codes that do not stand side by side, or between which the code would not stand, so it does not prove "
    "absence. Let whoever has the whole list make it again.",
):
    pass


class OtherProof(
    ProofFault,
    code="proof/11",
    zh="{part.zh}是另一种证明：在列表之内（in）、不在列表之内（out）与单项数值（leaf）各有其证明。请出具所要的一种。",
    en="{part.en} proves something else: that a code is listed (in), that it is not (out), and one item's amount (leaf) each have "
    "a proof of their own. Make the one that is asked for.",
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


class CodeTwice(
    Refusal,
    code="tree/3",
    zh="“{item}”出现两次。每个编码或条目只能出现一次，请去重后重试。",
    en="“{item}” comes twice. Each code or item stands once: take the other out and try again.",
):
    item: str


class TooManyItems(
    Refusal,
    code="tree/4",
    zh="共有 {count} 项，一个根下最多 {most} 项。请分成几批。",
    en="There are {count} items, and at most {most} go under one root. Make several.",
):
    count: int
    most: int


class ItemUnfit(
    Refusal,
    code="tree/5",
    zh="“{item}”不能作为编码或条目名：须非空、不超过 {most} 字节，并为 NFC 规范形式。请改正。",
    en="“{item}” is no code or item: it must not be empty, nor longer than {most} bytes, and be in the normal form NFC.",
):
    item: str
    most: int


class AmountUnfit(
    Refusal,
    code="tree/6",
    zh="“{item}”的数值不能计入：须为不小于 0 的整数，合计不超过 2^53−1。请改正。",
    en="The amount of “{item}” cannot be added: it must be a whole number from 0 on, and all together at most 2^53−1.",
):
    item: str
