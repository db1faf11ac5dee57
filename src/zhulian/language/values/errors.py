"""Refusals of values that people give (`language/200`–`219`): each names the field in both languages and shows how to write it."""

from collections.abc import Sequence
from typing import Any

from zhulian.errors import Refusal, Words

__all__ = [
    "AmountBeyond",
    "CharacterBad",
    "ChoiceUnknown",
    "CommitmentDue",
    "FieldUnknown",
    "FractionInexact",
    "InputsWrong",
    "ItemsTooMany",
    "KeyPartsDue",
    "ListUnclear",
    "NotWritten",
    "PatternUnmatched",
    "TextTooLong",
    "TooManyDecimals",
    "ValueAboveMost",
    "ValueBelowLeast",
    "ValueFault",
    "ValueMissing",
]

_ZH = "“{title.zh}”（{at}）"
_EN = "{title.en} ({at}): "


class ValueFault(Refusal):
    """What is wrong with one value: `at` is its path, such as `input.amount`, `title` what people call it."""

    at: str
    title: Words


class InputsWrong(
    Refusal,
    code="language/200",
    zh="有 {count} 项填写有误，请逐项修改：\n{faults_zh}",
    en="Entries that are wrong: {count}. Put them right one by one:\n{faults_en}",
):
    count: int
    faults: list[dict[str, Any]]
    faults_zh: str
    faults_en: str

    @classmethod
    def of(cls, faults: Sequence[ValueFault]) -> "InputsWrong":
        """The faults in their order, as one refusal."""
        return cls(
            count=len(faults),
            faults=[each.as_problem() for each in faults],
            faults_zh="\n".join(f"{each.code} {each.say('zh')}" for each in faults),
            faults_en="\n".join(f"{each.code} {each.say('en')}" for each in faults),
        )


class ValueMissing(
    ValueFault,
    code="language/201",
    zh=_ZH + "没有填写。请填写{wanted.zh}，例如 {example}。",
    en=_EN + "nothing is given. Give {wanted.en}, such as {example}.",
):
    wanted: Words
    example: str


class NotWritten(
    ValueFault,
    code="language/202",
    zh=_ZH + "所填“{given}”不是{wanted.zh}。请写成 {example} 的样子。",
    en=_EN + "“{given}” is not {wanted.en}. Write it like {example}.",
):
    given: str
    wanted: Words
    example: str


class TooManyDecimals(
    ValueFault,
    code="language/203",
    zh=_ZH + "所填“{given}”的小数超过 {scale} 位。请改为至多 {scale} 位小数。",
    en=_EN + "“{given}” has more than {scale} decimals. Use at most {scale}.",
):
    given: str
    scale: int


class ValueBelowLeast(
    ValueFault,
    code="language/204",
    zh=_ZH + "不得小于 {least.zh}，所填为 {given.zh}。请改填。",
    en=_EN + "the least is {least.en}, given is {given.en}. Change it.",
):
    least: Words
    given: Words


class ValueAboveMost(
    ValueFault,
    code="language/205",
    zh=_ZH + "不得大于 {most.zh}，所填为 {given.zh}。请改填。",
    en=_EN + "the most is {most.en}, given is {given.en}. Change it.",
):
    most: Words
    given: Words


class PatternUnmatched(
    ValueFault,
    code="language/206",
    zh=_ZH + "所填“{given}”不合格式。应为{form.zh}，例如 {example}。",
    en=_EN + "“{given}” has another form than due, which is {form.en}. An example is {example}.",
):
    given: str
    form: Words
    example: str


class TextTooLong(
    ValueFault,
    code="language/207",
    zh=_ZH + "共 {size} 个字符，上限为 {most} 个。请缩短。",
    en=_EN + "it has {size} characters, {most} is the most. Shorten it.",
):
    size: int
    most: int


class ChoiceUnknown(
    ValueFault,
    code="language/208",
    zh=_ZH + "没有“{given}”这一选项。可选：{known.zh}。请从中选择。",
    en=_EN + "there is no choice “{given}”. Choose one of: {known.en}.",
):
    given: str
    known: Words


class ItemsTooMany(
    ValueFault,
    code="language/209",
    zh=_ZH + "共 {count} 项，上限为 {most} 项。请减少或分次提交。",
    en=_EN + "it has {count} items, {most} is the most. Give fewer, or hand them in by turns.",
):
    count: int
    most: int


class ListUnclear(
    ValueFault,
    code="language/210",
    zh=_ZH + "“{given}”可以读作一个数，也可以读作几个。请用分号分隔各项，或去掉千位分隔符。",
    en=_EN + "“{given}” may be one number or several. Put semicolons between items, or leave out the thousands separators.",
):
    given: str


class CommitmentDue(
    ValueFault,
    code="language/211",
    zh=_ZH + "是保密内容，链上只接受 64 位十六进制的承诺值。请通过客户端或命令行提交原文，由其在本地生成承诺值。",
    en=_EN
    + "this is kept private, so only its commitment of 64 hex digits goes on chain. Give it to the client, which makes one.",
):
    pass


class FieldUnknown(
    ValueFault,
    code="language/212",
    zh=_ZH + "不在应填各项之内。应填：{known.zh}。请核对名称。",
    en=_EN + "nothing of this name is asked for. What is asked for: {known.en}. Check the name.",
):
    known: Words


class KeyPartsDue(
    ValueFault,
    code="language/213",
    zh=_ZH + "的编号由 {wanted} 部分组成（{parts.zh}），所填为 {found} 部分。请按次序填写，各部分之间用 / 分隔。",
    en=_EN + "its key has {wanted} parts ({parts.en}), given are {found}. Give them in this order with / between them.",
):
    wanted: int
    found: int
    parts: Words


class AmountBeyond(
    ValueFault,
    code="language/214",
    zh=_ZH + "所填“{given}”超出可表示的范围。请改用较小的数。",
    en=_EN + "“{given}” is beyond what can be written. Use a smaller number.",
):
    given: str


class CharacterBad(
    ValueFault,
    code="language/215",
    zh=_ZH + "含有控制字符、看不见的字符或未分配的字符（{character}）。请删去。",
    en=_EN + "there is a control, invisible or unassigned character ({character}). Delete it.",
):
    character: str


class FractionInexact(
    ValueFault,
    code="language/216",
    zh=_ZH + "收到的是浮点数，无法保证精确。请在 JSON 中把它写成文字，例如 {example}。",
    en=_EN + "this came as a floating-point number, which is not exact. Write it as text in JSON, such as {example}.",
):
    example: str
