"""Whether a value that has the right type keeps to the field's bounds, pattern and length: the same for forms and for the chain."""

import re
import unicodedata
from typing import Any

from zhulian._unicode14 import UNASSIGNED
from zhulian.canonical import INTEGER_MAX
from zhulian.errors import Words
from zhulian.language.definition.patterns import compile_pattern
from zhulian.language.definition.shapes import Kind
from zhulian.language.definition.types_of import bare_type
from zhulian.language.errors import NOWHERE
from zhulian.language.expressions.dates import DAY_MAX, DAY_MIN, TIME_MAX, TIME_MIN
from zhulian.language.expressions.literals import read_literal
from zhulian.language.expressions.types import LIST_MAX
from zhulian.language.values.errors import (
    AmountBeyond,
    CharacterBad,
    ChoiceUnknown,
    CommitmentDue,
    ItemsTooMany,
    NotWritten,
    PatternUnmatched,
    TextTooLong,
    ValueAboveMost,
    ValueBelowLeast,
)
from zhulian.language.values.forms import explain_pattern, pattern_example
from zhulian.language.values.showing import is_hidden, option_words, shown, title_of
from zhulian.merkle.code_list import CODES_MAX, CodesRoot
from zhulian.merkle.errors import ProofFault
from zhulian.merkle.proof_texts import read_proof_text
from zhulian.merkle.sum_tree import SumRoot

__all__ = [
    "DIGEST",
    "HANDLE",
    "TEXT_MAX",
    "bound_of",
    "choices",
    "example_of",
    "judge_value",
    "most_characters",
    "most_items",
    "wanted",
]

DIGEST = re.compile(r"[0-9a-f]{64}")
HANDLE = re.compile(r"~[0-9a-f]{32}")
PARTY = re.compile(r"[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32}|@[a-z][a-z0-9-]{0,30}")
"""An organisation, a person's handle, or an instance that is itself a party."""
TEXT_MAX = 4096
"""The most characters of a text that names no most of its own."""
NUMBERS = ("int", "money", "price", "quantity", "rate", "days", "duration", "date", "time")
_RANGES = {"date": (DAY_MIN, DAY_MAX), "time": (TIME_MIN, TIME_MAX)}
_WANTED = {
    "bool": Words("是或否", "yes or no"),
    "int": Words("整数", "a whole number"),
    "text": Words("文字", "text"),
    "money": Words("金额（元）", "an amount of money"),
    "price": Words("单价", "a price"),
    "rate": Words("百分比", "a percentage"),
    "quantity": Words("数量", "a quantity"),
    "date": Words("日期", "a date"),
    "time": Words("时间", "a time"),
    "days": Words("天数", "a number of days"),
    "duration": Words("时长", "an amount of time"),
    "party": Words("参与方的名称", "the name of a party"),
    "person": Words("自然人的代号", "the handle of a person"),
    "file": Words("文件", "a file"),
    "tag": Words("实名标签", "a tag"),
    "choice": Words("选项", "a choice"),
    "list": Words("列表", "a list"),
    "record": Words("业务记录的编号", "the key of a record"),
    "ticket": Words("票据", "a ticket"),
    "codes": Words("编码集的根与数量（JSON）", "root and count of the codes, as JSON"),
    "bulk": Words("批量汇总的根、数量与合计（JSON）", "root, count and total of the bulk, as JSON"),
    "proof": Words("证明文件的内容（JSON）", "what stands in a proof file, as JSON"),
    "paper": Words("专用文件的内容（JSON）", "what stands in a paper, as JSON"),
}
_EXAMPLES = {
    "bool": "true", "int": "12", "text": "甲", "money": "1000000.00", "rate": "5%", "date": "2026-01-05", "time": "2026-01-05T17:30:00+08:00",
    "days": "10d", "duration": "24h", "party": "icbc-hz", "person": "~" + "0123456789abcdef" * 2, "file": "@contract.pdf", "list": "1; 2",
    "record": "AR-2026-001", "ticket": "@ticket.json", "codes": "@codes.json", "bulk": "@bulk.json", "proof": "@proof.json", "paper": "@paper.json", "tag": "9f3c" * 16,
}  # fmt: skip


def wanted(kind: Kind) -> Words:
    """What is asked for, in words."""
    if kind.type == "money" and kind.currency not in ("", "CNY"):
        return Words(f"金额（{kind.currency}）", f"an amount of money ({kind.currency})")
    return _WANTED.get(kind.type) or Words(f"{kind.type} 内容", f"a {kind.type}")


def example_of(kind: Kind) -> str:
    """How a value may be written."""
    match kind.type:
        case "text" if kind.pattern is not None:
            return pattern_example(kind.pattern)
        case "choice":
            return kind.values[0].name if kind.values else "…"
        case "price" | "quantity":
            scale = (2 if kind.scale is None else kind.scale) if kind.type == "price" else kind.scale or 0
            return f"12.{'5'.ljust(scale, '0')}" if scale else "12"
        case "list" if kind.of is not None:
            one = example_of(kind.of)
            return f"{one}; {one}"
    return _EXAMPLES.get(kind.type, "…")


def choices(kind: Kind) -> Words:
    """The values of a choice with their titles."""
    several = [option_words(each) for each in kind.values]
    zh = "、".join(
        f"{title.zh}（{each.name}）" if title.zh != each.name else each.name
        for each, title in zip(kind.values, several, strict=True)
    )
    en = ", ".join(
        f"{title.en} ({each.name})" if title.en != each.name else each.name
        for each, title in zip(kind.values, several, strict=True)
    )
    return Words(zh, en)


def most_characters(kind: Kind) -> int:
    """The most characters of a text."""
    return min(kind.most or TEXT_MAX, TEXT_MAX)


def most_items(kind: Kind) -> int:
    """The most items of a list."""
    return min(kind.most or LIST_MAX, LIST_MAX)


def bound_of(kind: Kind, literal: str | None) -> int | None:
    """The number that a `min` or `max` stands for, None where there is none.

    Raises:
        BadLiteral: if it is none of the kind, which the check of the definition excludes.
    """
    if literal is None:
        return None
    return int(literal) if kind.type == "int" else read_literal(literal, bare_type(kind, "value"), NOWHERE)


def judge_value(kind: Kind, value: Any, at: str, title: Words | None = None) -> None:
    """Judge a value as it stands on chain: its form, its bounds, its pattern, its length.

    Raises:
        ValueFault: language/202–215.
    """
    title = title or title_of(kind, at)
    if is_hidden(kind):
        if not (isinstance(value, str) and DIGEST.fullmatch(value)):
            raise CommitmentDue(at=at, title=title)
        return
    judge_open(kind, value, at, title)


def judge_open(kind: Kind, value: Any, at: str, title: Words) -> None:
    """Judge a value whatever the field's visibility, as it is before its commitment is made."""
    if kind.type in NUMBERS:
        _number(kind, value, at, title)
    elif kind.type == "list":
        _list(kind, value, at, title)
    elif kind.type == "bool":
        if not isinstance(value, bool):
            raise _unfit(kind, value, at, title)
    elif kind.type == "record" and isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return  # the parts of a key
    elif not isinstance(value, str) or kind.type == "record":
        raise _unfit(kind, value, at, title)
    else:
        _text(kind, value, at, title)


def _unfit(kind: Kind, value: Any, at: str, title: Words) -> NotWritten:
    return NotWritten(at=at, title=title, given=str(value)[:40], wanted=wanted(kind), example=example_of(kind))


def _number(kind: Kind, value: Any, at: str, title: Words) -> None:
    if type(value) is not int:
        raise _unfit(kind, value, at, title)
    low, high = _RANGES.get(kind.type, (-INTEGER_MAX, INTEGER_MAX))
    if not low <= value <= high:
        raise AmountBeyond(at=at, title=title, given=str(value)[:40])
    least, most = bound_of(kind, kind.min), bound_of(kind, kind.max)
    if least is not None and value < least:
        raise ValueBelowLeast(at=at, title=title, least=shown_open(kind, least), given=shown_open(kind, value))
    if most is not None and value > most:
        raise ValueAboveMost(at=at, title=title, most=shown_open(kind, most), given=shown_open(kind, value))


def shown_open(kind: Kind, value: int) -> Words:
    """A number in words, whatever the field's visibility."""
    bare = Kind(type=kind.type, currency=kind.currency, unit=kind.unit, scale=kind.scale)
    return shown(bare, value)


def _list(kind: Kind, value: Any, at: str, title: Words) -> None:
    if not isinstance(value, list | tuple) or kind.of is None:
        raise _unfit(kind, value, at, title)
    if len(value) > most_items(kind):
        raise ItemsTooMany(at=at, title=title, count=len(value), most=most_items(kind))
    for place, item in enumerate(value):
        judge_open(kind.of, item, f"{at}[{place}]", item_title(title, place))


def item_title(title: Words, place: int) -> Words:
    """What an item of a list is called."""
    return Words(f"{title.zh}第 {place + 1} 项", f"{title.en}, item {place + 1}")


def _text(kind: Kind, value: str, at: str, title: Words) -> None:
    odd = _odd_character(value)
    if odd is not None:
        raise CharacterBad(at=at, title=title, character=odd)
    match kind.type:
        case "party" | "person":
            if (PARTY if kind.type == "party" else HANDLE).fullmatch(value) is None:
                raise _unfit(kind, value, at, title)
        case "tag":
            if DIGEST.fullmatch(value) is None:
                raise _unfit(kind, value, at, title)
        case "file":
            if DIGEST.fullmatch(value) is None:
                raise CommitmentDue(at=at, title=title)
        case "choice":
            if value not in [each.name for each in kind.values]:
                raise ChoiceUnknown(at=at, title=title, given=value[:40], known=choices(kind))
        case "text":
            if len(value) > most_characters(kind):
                raise TextTooLong(at=at, title=title, size=len(value), most=most_characters(kind))
            if kind.pattern is not None and not compile_pattern(kind.pattern).matches(value):
                form = explain_pattern(kind.pattern)
                raise PatternUnmatched(at=at, title=title, given=value[:40], form=form, example=pattern_example(kind.pattern))
        case _:
            _thing(kind, value, at, title)


def _thing(kind: Kind, value: str, at: str, title: Words) -> None:
    if not _is_thing(kind.type, value):
        raise _unfit(kind, value, at, title)
    if len(value) > 4 * TEXT_MAX:
        raise TextTooLong(at=at, title=title, size=len(value), most=4 * TEXT_MAX)


def _is_thing(type: str, value: str) -> bool:  # noqa: A002 - the word for it
    """Whether a text is what the chain takes for codes, a bulk or a proof; of other types it says nothing."""
    try:
        if type == "proof":
            read_proof_text(value)
        elif type in ("codes", "bulk"):
            return (CodesRoot if type == "codes" else SumRoot).of_text(value).count <= CODES_MAX
    except ProofFault:
        return False
    return True


def _odd_character(text: str) -> str | None:
    """The first character that nobody sees or that has no settled form, by its code point; line feeds are allowed."""
    if text.isascii() and text.isprintable():
        return None
    for each in text:
        if each != "\n" and (unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") or UNASSIGNED.search(each)):
            return f"U+{ord(each):04X}"
    return None
