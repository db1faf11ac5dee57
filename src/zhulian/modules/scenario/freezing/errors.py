"""The refusal of what is frozen."""

from typing import ClassVar

from zhulian.errors import Refusal

__all__ = ["Frozen"]


class Frozen(
    Refusal,
    code="scenario/118",
    zh="{target} 已由监管方冻结至 {until}（Unix 秒），期间不得转出或办理。请待解冻，或向监管方申请。",
    en="{target} is frozen by the regulator until {until} (Unix seconds): nothing goes out or is done there. Wait, or ask the regulator to thaw it.",
):
    story: ClassVar[str] = "frozen"
    target: str
    until: int
