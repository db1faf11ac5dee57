"""Refusals about the shape (`language/70`–`89`) and the names (`language/90`–`99`) of a definition."""

from zhulian.language.errors import LanguageFault

__all__ = [
    "AdmissionCircular",
    "AnyoneSwallows",
    "FieldNotFilled",
    "FinalLeft",
    "FormBad",
    "KeyAssigned",
    "KeyMissing",
    "KeyUnknown",
    "KeysClash",
    "LanguageMissing",
    "LanguageMixed",
    "NameBad",
    "NameTaken",
    "NameTwice",
    "NoStates",
    "NothingCalled",
    "NumberBad",
    "OneKeyDue",
    "PartEmpty",
    "RecordDue",
    "SameParty",
    "ShapeWrong",
    "SpanBad",
    "TextTooLong",
    "TooManyOf",
    "TreeTooLarge",
    "WordUnknown",
]

_ZH = "{path}（第 {line} 行第 {column} 列）："
_EN = "{path} (line {line}, column {column}): "


class KeyUnknown(
    LanguageFault,
    code="language/70",
    zh=_ZH + "不认识 {key}。此处可写：{known}。请核对拼写。",
    en=_EN + "{key} means nothing here. One can write: {known}. Check the spelling.",
):
    key: str
    known: str


class KeyMissing(
    LanguageFault,
    code="language/71",
    zh=_ZH + "缺少 {key}。请补上。",
    en=_EN + "{key} is missing. Add it.",
):
    key: str


class ShapeWrong(
    LanguageFault,
    code="language/72",
    zh=_ZH + "此处须为{wanted_zh}。请改写。",
    en=_EN + "{wanted_en} must stand here. Write it that way.",
):
    wanted_zh: str
    wanted_en: str


class NameBad(
    LanguageFault,
    code="language/73",
    zh=_ZH + "{name} 不能作名称。请用小写英文字母开头，只含小写字母、数字与下划线，不超过 31 个字符。",
    en=_EN + "{name} cannot be a name. Begin with a small letter and use at most 31 small letters, digits and underscores.",
):
    name: str


class NameTaken(
    LanguageFault,
    code="language/74",
    zh=_ZH + "{name} 是语言的保留字。请换一个名称。",
    en=_EN + "{name} is a word of the language. Choose another name.",
):
    name: str


class NameTwice(
    LanguageFault,
    code="language/75",
    zh=_ZH + "名称 {name} 已用于{first_zh}。请换一个名称。",
    en=_EN + "the name {name} already stands for {first_en}. Choose another.",
):
    name: str
    first_zh: str
    first_en: str


class LanguageMissing(
    LanguageFault,
    code="language/76",
    zh=_ZH + "缺少{language_zh}文字。请写成 {{zh: …, en: …}}。",
    en=_EN + "the {language_en} text is missing. Write {{zh: …, en: …}}.",
):
    language_zh: str
    language_en: str


class LanguageMixed(
    LanguageFault,
    code="language/77",
    zh=_ZH + "{language} 一栏的文字不是该语言。请核对 zh 与 en 是否写反。",
    en=_EN + "the text under {language} is in another language. See whether zh and en are swapped.",
):
    language: str


class WordUnknown(
    LanguageFault,
    code="language/78",
    zh=_ZH + "{found} 不在可选范围内。请改用：{known}。",
    en=_EN + "{found} is none of the words that can stand here. Use one of: {known}.",
):
    found: str
    known: str


class NumberBad(
    LanguageFault,
    code="language/79",
    zh=_ZH + "{found} 不是 {least} 至 {most} 的整数。请改写。",
    en=_EN + "{found} is not a whole number from {least} to {most}. Change it.",
):
    found: str
    least: int
    most: int


class TooManyOf(
    LanguageFault,
    code="language/80",
    zh=_ZH + "共 {count} 项，上限为 {most} 项。请减少。",
    en=_EN + "there are {count} entries, {most} is the most. Take some away.",
):
    count: int
    most: int


class OneKeyDue(
    LanguageFault,
    code="language/81",
    zh=_ZH + "此处须恰好写一项“名称”与“内容”。请拆成几项。",
    en=_EN + "exactly one “name: content” must stand here. Split it into several entries.",
):
    pass


class KeysClash(
    LanguageFault,
    code="language/82",
    zh=_ZH + "{one} 与 {other} 不能同时出现。请留其一。",
    en=_EN + "{one} and {other} cannot stand together. Keep one of them.",
):
    one: str
    other: str


class SpanBad(
    LanguageFault,
    code="language/83",
    zh=_ZH + "{found} 不是时长。请写成 10d、24h、30min 或 15s。",
    en=_EN + "{found} is no span of time. Write 10d, 24h, 30min or 15s.",
):
    found: str


class PartEmpty(
    LanguageFault,
    code="language/84",
    zh=_ZH + "{path} 没有内容。请至少写一项，或删去该键。",
    en=_EN + "{path} is empty. Write at least one entry, or delete the key.",
):
    pass


class TextTooLong(
    LanguageFault,
    code="language/85",
    zh=_ZH + "文字超过 {most} 个字符。请缩短。",
    en=_EN + "the text has more than {most} characters. Shorten it.",
):
    most: int


class TreeTooLarge(
    LanguageFault,
    code="language/86",
    zh=_ZH + "定义整理后共 {size} 字节，上限为 {most} 字节。请拆成几个定义。",
    en=_EN + "the normalised definition has {size} bytes, {most} is the most. Split it into several.",
):
    size: int
    most: int


class FormBad(
    LanguageFault,
    code="language/87",
    zh=_ZH + "{found} 的写法不对。请按此书写：{example}。",
    en=_EN + "{found} is not written as it should be. Write it like {example}.",
):
    found: str
    example: str


class NothingCalled(
    LanguageFault,
    code="language/90",
    zh=_ZH + "没有名为 {name} 的{what_zh}。现有：{known}。请核对拼写。",
    en=_EN + "there is no {what_en} called {name}. There are: {known}. Check the spelling.",
):
    what_zh: str
    what_en: str
    name: str
    known: str


class AdmissionCircular(
    LanguageFault,
    code="language/91",
    zh=_ZH + "角色 {role} 的准入绕回了自身，无人能最先加入。请让其中一个由 operator 准入。",
    en=_EN
    + "the admission of the role {role} leads back to itself, so nobody can be the first. Let the operator admit one of them.",
):
    role: str


class RecordDue(
    LanguageFault,
    code="language/92",
    zh=_ZH + "操作须说明对哪类记录进行。请写 on 或 creates 之一。",
    en=_EN + "an action must say which record it is about. Write either on or creates.",
):
    pass


class FinalLeft(
    LanguageFault,
    code="language/93",
    zh=_ZH + "{state} 是终态，不能再离开。请把它改为 open，或去掉 to。",
    en=_EN + "{state} is a final state and cannot be left. Make it open, or take away the target.",
):
    state: str


class FieldNotFilled(
    LanguageFault,
    code="language/94",
    zh=_ZH + "新建 {record} 时没有填写 {field}。请列入 input 或用 set 赋值，或给出 default。",
    en=_EN + "a new {record} does not get its {field}. Put it into input, set it, or give the field a default.",
):
    record: str
    field: str


class KeyAssigned(
    LanguageFault,
    code="language/95",
    zh=_ZH + "{field} 是 {record} 的编号，建立后不能更改。请改用其他字段。",
    en=_EN + "{field} is the key of {record} and never changes. Use another field.",
):
    record: str
    field: str


class SameParty(
    LanguageFault,
    code="language/96",
    zh=_ZH + "{one} 与 {other} 总是同一方，永远无法签齐。请改写，或写 one_party: true。",
    en=_EN + "{one} and {other} are always one party, so that nobody can sign. Change one, or write one_party: true.",
):
    one: str
    other: str


class AnyoneSwallows(
    LanguageFault,
    code="language/97",
    zh=_ZH + "anyone 已包含其余各项。请只留 anyone，或去掉它。",
    en=_EN + "anyone covers all the others. Keep anyone alone, or take it away.",
):
    pass


class NoStates(
    LanguageFault,
    code="language/98",
    zh=_ZH + "记录 {record} 没有状态，不能用 {key}。请先写 states。",
    en=_EN + "the record {record} has no states, so {key} says nothing. Write states first.",
):
    record: str
    key: str
