"""What importing refuses."""

from zhulian.client.errors import ClientFault
from zhulian.errors import Words

__all__ = ["BadPlan", "RowInvalid", "SheetTooLarge", "SheetUnreadable"]


class SheetUnreadable(
    ClientFault,
    code="client/70",
    zh="无法读取表格 {path}：{why.zh}。请另存为 .xlsx 或 UTF-8 编码的 .csv 后重试。",
    en="The table {path} cannot be read: {why.en}. Save it as .xlsx or as .csv in UTF-8, and try again.",
):
    path: str
    why: Words


class SheetTooLarge(
    ClientFault,
    code="client/71",
    zh="表格 {path} 超出限制：{what.zh}不得超过 {most}。请分成几个文件。",
    en="The table {path} is too large: {what.en}, at most {most}. Split it into several files.",
):
    path: str
    what: Words
    most: int


class BadPlan(
    ClientFault,
    code="client/72",
    zh="导入方案 {path} 有误：{why.zh}。请修改，或用 zhulian import plan 重新生成。",
    en="The import plan {path} is wrong: {why.en}. Mend it, or make a new one by zhulian import plan.",
):
    path: str
    why: Words


class RowInvalid(
    ClientFault,
    code="client/73",
    zh="第 {row} 行：{why.zh}。请改正该行后再次运行，已登记的行不会重复。",
    en="Row {row}: {why.en}. Mend it and run again; rows that are registered already are left out.",
):
    row: int
    why: Words
