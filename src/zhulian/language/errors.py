"""Refusals of the scenario language: every one carries the place in the file and says what to do.

`language/1`–`29` are found while a definition is read, `language/30`–`49` while an expression runs; from `language/50` on
they concern the definition around the expressions.
"""

from dataclasses import dataclass
from typing import Any, Self

from zhulian.errors import Refusal

__all__ = [
    "NOWHERE",
    "AbsentValue",
    "AnyOfWords",
    "ArgumentOutOfRange",
    "BadLiteral",
    "BadNumber",
    "CharacterUnknown",
    "DateOutOfRange",
    "DivisorNotPositive",
    "EscapeUnknown",
    "ExpressionTooDeep",
    "ExpressionTooLarge",
    "ExpressionTooLong",
    "FieldUnknown",
    "FunctionUnknown",
    "LanguageFault",
    "ListTooLong",
    "MaybeAbsent",
    "NameReserved",
    "NameUnknown",
    "NeverAbsent",
    "NoWorkdayTable",
    "NotAValue",
    "NotInLanguage",
    "NumberTooLarge",
    "OutOfSteps",
    "Overflow",
    "PagesOnly",
    "Position",
    "PrivateValue",
    "RecordMissing",
    "TextNotClosed",
    "TextNotNormal",
    "TypeOpen",
    "Unexpected",
    "UnitsMixed",
    "ValueUnknown",
    "WrongCount",
    "WrongType",
]


@dataclass(frozen=True, slots=True)
class Position:
    """A place: line and column from 1, and the path of what stands there, such as `actions.draw.require[0]`."""

    line: int = 1
    column: int = 1
    path: str = "expression"

    def after(self, text: str) -> "Position":
        """The place behind `text`, which starts here."""
        breaks = text.count("\n")
        if not breaks:
            return Position(self.line, self.column + len(text), self.path)
        return Position(self.line + breaks, len(text) - text.rfind("\n"), self.path)


NOWHERE = Position()


class LanguageFault(Refusal):
    """What is wrong at one place of a definition: line and column from 1, and the path of what stands there."""

    line: int
    column: int
    path: str

    @classmethod
    def at(cls, place: Position, **fields: Any) -> Self:
        """The fault at `place`, with its own fields."""
        return cls(line=place.line, column=place.column, path=place.path, **fields)


_ZH = "{path}（第 {line} 行第 {column} 列）："
_EN = "{path} (line {line}, column {column}): "


# What is wrong with the text of an expression.


class ExpressionTooLong(
    LanguageFault,
    code="language/1",
    zh=_ZH + "表达式有 {size} 个字符，上限为 {most}。请用 let 拆成几步。",
    en=_EN + "the expression has {size} characters, {most} is the most. Split it with let.",
):
    size: int
    most: int


class ExpressionTooDeep(
    LanguageFault,
    code="language/2",
    zh=_ZH + "表达式嵌套超过 {most} 层。请用 let 拆成几步。",
    en=_EN + "the expression nests deeper than {most} levels. Split it with let.",
):
    most: int


class ExpressionTooLarge(
    LanguageFault,
    code="language/3",
    zh=_ZH + "表达式的组成部分超过 {most} 个。请用 let 拆成几步。",
    en=_EN + "the expression has more than {most} parts. Split it with let.",
):
    most: int


class CharacterUnknown(
    LanguageFault,
    code="language/4",
    zh=_ZH + "不认识字符 {character}。请改用半角符号，或将文字放入引号。",
    en=_EN + "the character {character} means nothing here. Use an ASCII sign, or put words in quotes.",
):
    character: str


class TextNotClosed(
    LanguageFault,
    code="language/5",
    zh=_ZH + "引号没有成对。请在同一行内补上结尾引号。",
    en=_EN + "a quoted text does not end. Close it with the same quote on the same line.",
):
    pass


class EscapeUnknown(
    LanguageFault,
    code="language/6",
    zh=_ZH + "不认识转义 {escape}。可用的有 \\\\、\\'、\\\"、\\n、\\t、\\uXXXX 与 \\UXXXXXXXX，请改用其一。",
    en=_EN + "the escape {escape} is unknown. Use one of \\\\, \\', \\\", \\n, \\t, \\uXXXX and \\UXXXXXXXX.",
):
    escape: str


class BadNumber(
    LanguageFault,
    code="language/7",
    zh=_ZH + "{text} 不是整数。请写成十进制整数；小数请加引号（如 '0.01'），时长请写 10d、24h、30min 或 15s。",
    en=_EN
    + "{text} is no whole number. Write decimal digits; put a decimal in quotes ('0.01'); write a duration as 10d, 24h, 30min or 15s.",
):
    text: str


class NumberTooLarge(
    LanguageFault,
    code="language/8",
    zh=_ZH + "{text} 超出 ±（2^53−1）。请改用较小的数。",
    en=_EN + "{text} is beyond ±(2^53−1). Use a smaller number.",
):
    text: str


class Unexpected(
    LanguageFault,
    code="language/9",
    zh=_ZH + "此处不应为 {found}。请改为{wanted_zh}。",
    en=_EN + "{found} cannot stand here. Put {wanted_en}.",
):
    found: str
    wanted_zh: str
    wanted_en: str


class NotInLanguage(
    LanguageFault,
    code="language/10",
    zh=_ZH + "表达式里没有 {what}。{instead_zh}。",
    en=_EN + "the language has no {what}. {instead_en}.",
):
    what: str
    instead_zh: str
    instead_en: str


class TextNotNormal(
    LanguageFault,
    code="language/11",
    zh=_ZH + "文字未按 NFC 规范化，或含有未分配、残缺的字符。请规范化后重试。",
    en=_EN + "the text is not in NFC, or has characters that are not assigned or half a pair. Normalise it and try again.",
):
    pass


class NameReserved(
    LanguageFault,
    code="language/12",
    zh=_ZH + "{name} 是保留字，不能作名称。请换一个名称。",
    en=_EN + "{name} is a reserved word and names nothing. Choose another name.",
):
    name: str


# What is wrong with its names and types.


class NameUnknown(
    LanguageFault,
    code="language/13",
    zh=_ZH + "没有名为 {name} 的内容。此处可用：{known}。请核对拼写。",
    en=_EN + "nothing is called {name}. Here one can use: {known}. Check the spelling.",
):
    name: str
    known: str


class NotAValue(
    LanguageFault,
    code="language/14",
    zh=_ZH + "{name} 在此处不是可以使用的值：{why_zh}。请改写。",
    en=_EN + "{name} is no value that can be used here: {why_en}. Write it another way.",
):
    name: str
    why_zh: str
    why_en: str


class FieldUnknown(
    LanguageFault,
    code="language/15",
    zh=_ZH + "“{of_zh}”没有字段 {name}。现有：{known}。请核对拼写。",
    en=_EN + "{of_en} has no field {name}. It has: {known}. Check the spelling.",
):
    of_zh: str
    of_en: str
    name: str
    known: str


class FunctionUnknown(
    LanguageFault,
    code="language/16",
    zh=_ZH + "没有函数 {name}。可用：{known}。请核对拼写。",
    en=_EN + "there is no function {name}. One can use: {known}. Check the spelling.",
):
    name: str
    known: str


class WrongCount(
    LanguageFault,
    code="language/17",
    zh=_ZH + "{name} 需要 {wanted} 个参数，给了 {given} 个。请写成 {usage}。",
    en=_EN + "{name} takes {wanted} arguments, {given} are given. Write {usage}.",
):
    name: str
    wanted: str
    given: int
    usage: str


class WrongType(
    LanguageFault,
    code="language/18",
    zh=_ZH + "此处需要{wanted_zh}，得到的是{found_zh}。请改写。",
    en=_EN + "{wanted_en} is due here, this is {found_en}. Write it another way.",
):
    wanted_zh: str
    wanted_en: str
    found_zh: str
    found_en: str


class UnitsMixed(
    LanguageFault,
    code="language/19",
    zh=_ZH + "运算 {operator} 不能用于{left_zh}与{right_zh}。{advice_zh}。",
    en=_EN + "{operator} does not work between {left_en} and {right_en}. {advice_en}.",
):
    operator: str
    left_zh: str
    left_en: str
    right_zh: str
    right_en: str
    advice_zh: str
    advice_en: str


class MaybeAbsent(
    LanguageFault,
    code="language/20",
    zh=_ZH + "{name} 可能没有值。请先写 has({name}) && …，或写 or_else({name}, 代替值)。",
    en=_EN + "{name} may have no value. Write has({name}) && … before it, or or_else({name}, another value).",
):
    name: str


class NeverAbsent(
    LanguageFault,
    code="language/21",
    zh=_ZH + "{name} 总有值，不需要 {function}。请去掉 {function}，或将该字段声明为 optional。",
    en=_EN + "{name} always has a value. Leave out {function}, or declare the field optional.",
):
    name: str
    function: str


class PrivateValue(
    LanguageFault,
    code="language/22",
    zh=_ZH + "{name} 是保密内容，链上只有其承诺值，不能用在此处。请改用公开字段，或在字段上写 public: true。",
    en=_EN
    + "{name} is private: the chain has only its commitment, and it cannot be used here. Use a public field, or declare it public: true.",
):
    name: str


class ValueUnknown(
    LanguageFault,
    code="language/23",
    zh=_ZH + "“{of_zh}”没有取值 {value}。可取：{known}。请核对拼写。",
    en=_EN + "{of_en} has no value {value}. It can be: {known}. Check the spelling.",
):
    of_zh: str
    of_en: str
    value: str
    known: str


class BadLiteral(
    LanguageFault,
    code="language/24",
    zh=_ZH + "'{text}' 不能读作{wanted_zh}。请按此格式书写：{example}。",
    en=_EN + "'{text}' cannot be read as {wanted_en}. Write it like {example}.",
):
    text: str
    wanted_zh: str
    wanted_en: str
    example: str


class PagesOnly(
    LanguageFault,
    code="language/25",
    zh=_ZH + "{name} 只能用在页面上，不能用在规则里。请改用链上可读的内容。",
    en=_EN + "{name} can be used on pages only, never in a rule. Use something that the chain reads.",
):
    name: str


class TypeOpen(
    LanguageFault,
    code="language/26",
    zh=_ZH + "无法判断空列表的类型。请让它与有类型的列表一起使用。",
    en=_EN + "nothing says what this empty list holds. Use it beside a list whose type is known.",
):
    pass


class AnyOfWords(
    LanguageFault,
    code="language/27",
    zh=_ZH + "此处须写 {known} 之一，得到的是 {found}。",
    en=_EN + "one of the words {known} must stand here, this is {found}.",
):
    known: str
    found: str


# What can go wrong while an expression runs: each refuses the action.


class Overflow(
    LanguageFault,
    code="language/30",
    zh=_ZH + "计算结果超出 ±（2^53−1）。请减小数额。",
    en=_EN + "a result is beyond ±(2^53−1). Use smaller amounts.",
):
    pass


class DivisorNotPositive(
    LanguageFault,
    code="language/31",
    zh=_ZH + "除数为 {divisor}，须为正数。请核对分母。",
    en=_EN + "the divisor is {divisor} and must be positive. Check what it divides by.",
):
    divisor: int


class DateOutOfRange(
    LanguageFault,
    code="language/32",
    zh=_ZH + "日期或时间超出公元 1 年至 9999 年。请核对期限。",
    en=_EN + "a date or time falls outside the years 1 to 9999. Check the term.",
):
    pass


class OutOfSteps(
    LanguageFault,
    code="language/33",
    zh=_ZH + "计算步数超过上限 {most}。请拆成几次操作。",
    en=_EN + "it takes more than {most} steps. Split it into several actions.",
):
    most: int


class AbsentValue(
    LanguageFault,
    code="language/34",
    zh=_ZH + "{name} 没有值。请先填写该字段。",
    en=_EN + "{name} has no value. Fill in the field first.",
):
    name: str


class ListTooLong(
    LanguageFault,
    code="language/35",
    zh=_ZH + "列表超过 {most} 项。请改用子记录。",
    en=_EN + "a list has more than {most} items. Keep child records instead.",
):
    most: int


class NoWorkdayTable(
    LanguageFault,
    code="language/36",
    zh=_ZH + "工作日表没有 {year} 年。请由治理更新工作日表后重试。",
    en=_EN + "the table of workdays does not have the year {year}. Let governance extend it, then try again.",
):
    year: int


class RecordMissing(
    LanguageFault,
    code="language/37",
    zh=_ZH + "没有编号为 {key} 的 {record}。请核对编号。",
    en=_EN + "there is no {record} with the key {key}. Check the key.",
):
    record: str
    key: str


class ArgumentOutOfRange(
    LanguageFault,
    code="language/38",
    zh=_ZH + "{function} 的参数为 {value}，须在 {least} 与 {most} 之间。请核对。",
    en=_EN + "{function} is given {value}, which must lie between {least} and {most}. Check it.",
):
    function: str
    value: int
    least: int
    most: int
