"""Refusals of corrections."""

from typing import ClassVar

from zhulian.errors import Refusal

__all__ = ["CorrectionLate", "NotCorrectable", "NothingCorrected"]


class NotCorrectable(
    Refusal,
    code="scenario/124",
    zh="{record} 的 {named} 不能在一次更正中修改，可更正：{known}。请只填写同一项下的字段，或分次更正。",
    en="{named} of a {record} cannot be put right in one correction, only: {known}. Name fields of one entry, or correct in turns.",
):
    story: ClassVar[str] = "bad_input"
    record: str
    named: str
    known: str


class CorrectionLate(
    Refusal,
    code="scenario/125",
    zh="{record} {key} 的更正期限已过。金额差错请以反向操作冲销，其余请另立一笔。",
    en="The time in which the {record} {key} may be corrected is over. Make a counter-entry, or a new record.",
):
    story: ClassVar[str] = "expired"
    record: str
    key: str


class NothingCorrected(
    Refusal,
    code="scenario/126",
    zh="{field} 的更正值与原值相同。请填写不同的值，或不要列入。",
    en="{field} would stay as it is. Give another value, or leave it out.",
):
    story: ClassVar[str] = "bad_input"
    field: str
