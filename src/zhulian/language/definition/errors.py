"""Refusals of definitions: `language/50`–`69` about the text of the file, `70`–`149` about what it says.

Every one carries line, column and path, and says what to do. `LanguageFaults` gathers up to fifty of them.
"""

from collections.abc import Sequence
from typing import Any

from zhulian.errors import Refusal
from zhulian.language.errors import LanguageFault

__all__ = [
    "AliasUsed",
    "AnchorUsed",
    "CharacterForbidden",
    "DirectiveUsed",
    "KeyNotText",
    "KeyTwice",
    "LanguageFaults",
    "MergeKeyUsed",
    "NotNormal",
    "NotUtf8",
    "NotYaml",
    "NothingThere",
    "ScalarTooLong",
    "SecondDocument",
    "SourceTooDeep",
    "SourceTooLarge",
    "TabUsed",
    "TagUsed",
    "TooManyNodes",
    "ValueMissing",
]

_ZH = "第 {line} 行第 {column} 列："
_EN = "line {line}, column {column}: "
FAULTS_MAX = 50
"""The most faults that one check names."""


class LanguageFaults(
    Refusal,
    code="language/50",
    zh="定义中有 {count} 处问题，请逐处修改：\n{faults_zh}",
    en="Faults in the definition: {count}. Put them right one by one:\n{faults_en}",
):
    count: int
    faults: list[dict[str, Any]]
    faults_zh: str
    faults_en: str

    @classmethod
    def of(cls, faults: Sequence[LanguageFault]) -> "LanguageFaults":
        """The first fifty of the faults in file order; faults of one place stand in the order of their numbers."""
        ordered = sorted(faults, key=lambda each: (each.line, each.column, each.path, int(each.code.split("/")[1])))
        shown: list[LanguageFault] = []
        for each in ordered:
            if not shown or (each.code, each.fields) != (shown[-1].code, shown[-1].fields):
                shown.append(each)
        unique, shown = len(shown), shown[:FAULTS_MAX]
        made = cls(
            count=unique,
            faults=[each.as_problem() for each in shown],
            faults_zh="\n".join(f"{each.code} {each.say('zh')}" for each in shown),
            faults_en="\n".join(f"{each.code} {each.say('en')}" for each in shown),
        )
        made.__dict__["_found"] = tuple(shown)
        return made

    @property
    def found(self) -> tuple[LanguageFault, ...]:
        """The faults themselves, in file order."""
        found: tuple[LanguageFault, ...] = self.__dict__["_found"]
        return found


# What is wrong with the text of the file.


class NotUtf8(
    LanguageFault,
    code="language/51",
    zh=_ZH + "文件不是 UTF-8 编码。请另存为 UTF-8。",
    en=_EN + "the file is not UTF-8. Save it as UTF-8.",
):
    pass


class SourceTooLarge(
    LanguageFault,
    code="language/52",
    zh=_ZH + "文件共 {size} 字节，上限为 {most} 字节。请拆成几个定义。",
    en=_EN + "the file has {size} bytes, {most} is the most. Split it into several definitions.",
):
    size: int
    most: int


class NotYaml(
    LanguageFault,
    code="language/53",
    zh=_ZH + "不是合法的 YAML（{why_zh}）。请核对缩进、冒号后的空格与引号。",
    en=_EN + "this is not YAML ({why_en}). Check the indentation, the space behind each colon, and the quotes.",
):
    why_zh: str
    why_en: str


class TabUsed(
    LanguageFault,
    code="language/54",
    zh=_ZH + "含有制表符。请改用空格。",
    en=_EN + "there is a tab. Use spaces.",
):
    pass


class CharacterForbidden(
    LanguageFault,
    code="language/55",
    zh=_ZH + "含有看不见的或控制字符 {character}。请删去。",
    en=_EN + "there is an invisible or control character, {character}. Delete it.",
):
    character: str


class NotNormal(
    LanguageFault,
    code="language/56",
    zh=_ZH + "含有未按 NFC 规范化、未分配或残缺的字符。请规范化后重试。",
    en=_EN + "there is text that is not in NFC, not assigned, or half a pair. Normalise it and try again.",
):
    pass


class AliasUsed(
    LanguageFault,
    code="language/57",
    zh=_ZH + "使用了别名 *{name}。请把内容写在此处。",
    en=_EN + "there is an alias, *{name}. Write out what it stands for.",
):
    name: str


class AnchorUsed(
    LanguageFault,
    code="language/58",
    zh=_ZH + "使用了锚点 &{name}。请删去，并在用到之处写明内容。",
    en=_EN + "there is an anchor, &{name}. Delete it and write out the content where it is used.",
):
    name: str


class TagUsed(
    LanguageFault,
    code="language/59",
    zh=_ZH + "使用了标签 {tag}。请删去，类型由字段决定。",
    en=_EN + "there is a tag, {tag}. Delete it: fields have their types already.",
):
    tag: str


class MergeKeyUsed(
    LanguageFault,
    code="language/60",
    zh=_ZH + "使用了合并键 <<。请逐项写明。",
    en=_EN + "there is a merge key, <<. Write out each entry.",
):
    pass


class KeyTwice(
    LanguageFault,
    code="language/61",
    zh=_ZH + "键 {key} 已在第 {first} 行出现。请合并或改名。",
    en=_EN + "the key {key} stands in line {first} already. Merge the two or rename one.",
):
    key: str
    first: int


class KeyNotText(
    LanguageFault,
    code="language/62",
    zh=_ZH + "键须为不超过 {most} 个字符的单行文字。请改写。",
    en=_EN + "a key must be text of one line and at most {most} characters. Rewrite it.",
):
    most: int


class SecondDocument(
    LanguageFault,
    code="language/63",
    zh=_ZH + "文件中有第二个文档。请一个文件只写一个定义。",
    en=_EN + "a second document begins. Keep one definition in one file.",
):
    pass


class DirectiveUsed(
    LanguageFault,
    code="language/64",
    zh=_ZH + "使用了 % 指令。请删去。",
    en=_EN + "there is a % directive. Delete it.",
):
    pass


class SourceTooDeep(
    LanguageFault,
    code="language/65",
    zh=_ZH + "嵌套超过 {most} 层。请简化结构。",
    en=_EN + "it nests deeper than {most} levels. Make it flatter.",
):
    most: int


class TooManyNodes(
    LanguageFault,
    code="language/66",
    zh=_ZH + "内容超过 {most} 项。请拆成几个定义。",
    en=_EN + "there are more than {most} entries. Split it into several definitions.",
):
    most: int


class ScalarTooLong(
    LanguageFault,
    code="language/67",
    zh=_ZH + "文字超过 {most} 个字符。请缩短。",
    en=_EN + "a text has more than {most} characters. Shorten it.",
):
    most: int


class ValueMissing(
    LanguageFault,
    code="language/68",
    zh=_ZH + "{path} 没有内容。请填写，或删去该键。",
    en=_EN + "{path} has no content. Fill it in, or delete the key.",
):
    pass


class NothingThere(
    LanguageFault,
    code="language/69",
    zh=_ZH + "文件中没有定义。请从 scenario: 名称 写起。",
    en=_EN + "the file holds no definition. Begin with scenario: name.",
):
    pass
