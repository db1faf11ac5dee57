"""Refusals of sweeps (`scenario/160`–`169`)."""

from typing import ClassVar

from zhulian.errors import Refusal

__all__ = ["SweepUnderway", "SweptFixed"]


class SweepUnderway(
    Refusal,
    code="scenario/160",
    zh="{record} {key} 的逐页办理 {sweep} 尚未完毕，不能再次开始。请待其完毕。",
    en="The sweep {sweep} for the {record} {key} is still under way and cannot begin again. Wait for its end.",
):
    story: ClassVar[str] = "already_there"
    key: str
    record: str
    sweep: str


class SweptFixed(
    Refusal,
    code="scenario/161",
    zh="{record} {key} 的 {field} 不能更改：该类记录按其初值列入清单，供逐页办理。请另建一条记录。",
    en="The {field} of the {record} {key} cannot change: it stands in the list by its first value, for sweeps. Make another record.",
):
    story: ClassVar[str] = "already_there"
    field: str
    key: str
    record: str
