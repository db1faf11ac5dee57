"""What can be wrong with a sweep: `language/149`, and `language/167` across an upgrade."""

from zhulian.language.errors import LanguageFault

__all__ = ["SweepNew", "SweepUnfit"]

_ZH = "{path}（第 {line} 行第 {column} 列）："
_EN = "{path} (line {line}, column {column}): "


class SweepUnfit(
    LanguageFault,
    code="language/149",
    zh=_ZH + "逐页办理（sweep）不成立：{why_zh}。请按此改写。",
    en=_EN + "the sweep cannot be: {why_en}. Write it so.",
):
    why_zh: str
    why_en: str


class SweepNew(
    LanguageFault,
    code="language/167",
    zh=_ZH + "上一版没有按 {field} 排列 {record} 的清单，已有的记录不会被办到。请只对新的记录类型写 sweep。",
    en=_EN
    + "the version before kept no list of {record} by {field}, so that records which exist would be missed. Sweep a new record type.",
):
    field: str
    record: str
