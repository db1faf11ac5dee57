"""Refusals of lazy records (`scenario/150`–`159`)."""

from typing import ClassVar

from zhulian.errors import Refusal, Words

__all__ = ["CodeNotShown", "CodesFixed", "CodesNotThere"]


class CodesNotThere(
    Refusal,
    code="scenario/150",
    zh="{record} {key} 尚未登记编码集，其下的记录还不能启用。请先登记编码集。",
    en="{record} {key} has no codes yet, so nothing under it can be touched. Let its codes be recorded first.",
):
    story: ClassVar[str] = "not_ready"
    key: str
    record: str


class CodeNotShown(
    Refusal,
    code="scenario/151",
    zh="所附证明不能表明 {item} 在 {record} {key} 的编码集之内。请核对编码与证明：{why.zh}",
    en="The proof does not show that {item} is one of the codes of {record} {key}. Check both: {why.en}",
):
    story: ClassVar[str] = "no_such_record"
    item: str
    key: str
    record: str
    why: Words


class CodesFixed(
    Refusal,
    code="scenario/152",
    zh="{record} {key} 的编码集已经登记，不能更换，因为其下的记录以它为准。请另建一条记录。",
    en="{record} {key} has its codes already, and they stand, since the records under it rest on them. Make another one.",
):
    story: ClassVar[str] = "already_there"
    key: str
    record: str
