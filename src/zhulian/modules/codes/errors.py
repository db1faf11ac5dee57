"""Refusals of the codes module."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AlreadyActivated",
    "AlreadySealed",
    "BatchElsewhere",
    "CodeElsewhere",
    "CodeNotOfBatch",
    "CodesEmpty",
    "CodesFault",
    "CountUnfit",
    "NoQuota",
    "NotSealed",
    "PlaceUnfit",
    "ProofDue",
    "QuotaExceeded",
    "SealedElsewhere",
]


class CodesFault(Refusal):
    """Anything that the codes module refuses."""


class BatchElsewhere(
    CodesFault,
    code="codes/1",
    zh="{record} 不是本应用的记录。请使用本应用的记录。",
    en="{record} is no record of this instance. Use a record of this instance.",
):
    record: str


class CountUnfit(
    CodesFault,
    code="codes/2",
    zh="核定数量 {count} 须为正数，累计不得超过上限。请改正。",
    en="The count {count} must be above zero, and the sum within what numbers can say. Mend it.",
):
    count: int


class AlreadySealed(
    CodesFault,
    code="codes/3",
    zh="{record} 的编码集已经固定，不能更换。请另建批次。",
    en="{record} has its codes already, and they stand. Make another batch.",
):
    record: str


class CodesEmpty(
    CodesFault,
    code="codes/4",
    zh="编码集为空。请至少放入一个编码。",
    en="The set has no codes. Put at least one in.",
):
    pass


class SealedElsewhere(
    CodesFault,
    code="codes/5",
    zh="同一编码集已用于 {record}。整批套用编码不予受理，请生成新的编码。",
    en="The same set of codes stands for {record} already. A batch of copied codes is not taken: make new codes.",
):
    record: str


class NoQuota(
    CodesFault,
    code="codes/6",
    zh="{record} 没有核定编码数量。请先由核定方核定。",
    en="{record} has no quota of codes. Let whoever may grant one do so first.",
):
    record: str


class QuotaExceeded(
    CodesFault,
    code="codes/7",
    zh="{record} 尚可使用编码 {left} 个，少于本次的 {count} 个。超出核定数量的编码不予受理。",
    en="{record} has {left} codes left, fewer than these {count}. Codes beyond the quota are not taken.",
):
    record: str
    left: int
    count: int


class NotSealed(
    CodesFault,
    code="codes/8",
    zh="{record} 没有编码集。请先固定其编码集。",
    en="{record} has no set of codes. Seal one first.",
):
    record: str


class ProofDue(
    CodesFault,
    code="codes/9",
    zh="编码 {item} 首次使用须附所属批次的证明。请由持有编码列表的一方出具。",
    en="The first touch of the code {item} needs the proof that it is of the batch. Let whoever has the list make it.",
):
    item: str


class CodeNotOfBatch(
    CodesFault,
    code="codes/10",
    zh="所附证明不能表明编码 {item} 属于 {record}：{why.zh}。批次之外的编码不予受理，请核对实物。",
    en="The proof does not show that the code {item} is of {record}: {why.en}. Codes beside the batch are not taken: look at the thing itself.",
):
    item: str
    record: str
    why: Words


class CodeElsewhere(
    CodesFault,
    code="codes/11",
    zh="编码 {item} 已在 {record} 使用。同一编码出现在两个批次，至少有一个是套用的，请核对实物。",
    en="The code {item} was touched in {record}. One code in two batches: one of them is a copy. Look at the thing itself.",
):
    item: str
    record: str


class AlreadyActivated(
    CodesFault,
    code="codes/12",
    zh="编码 {item} 已于第 {height} 区块激活，只能激活一次。手中之物可能是套用编码的仿冒品，请向主管部门举报。",
    en="The code {item} was activated in block {height}, and is activated once. What you hold may bear a copied code: report it.",
):
    item: str
    height: int


class PlaceUnfit(
    CodesFault,
    code="codes/13",
    zh="地点有误：纬度为 -900 至 900、经度为 -1800 至 1800（以 0.1 度计），二者须同时填写。请改正。",
    en="The place is wrong: latitude is -900 to 900 and longitude -1800 to 1800, in tenths of a degree, and both are given or none. Mend it.",
):
    pass
