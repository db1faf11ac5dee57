"""`show_value`: a value of the chain as people read it."""

from collections.abc import Mapping
from typing import Any

from zhulian.errors import Words
from zhulian.language.definition.shapes import Field, Kind, Option, Text
from zhulian.language.expressions.dates import Calendar
from zhulian.language.expressions.figures import write_decimal
from zhulian.language.values.figures import (
    CURRENCIES,
    count_words,
    unit_words,
    write_date,
    write_scaled,
    write_span,
    write_time,
)
from zhulian.merkle.code_list import CodesRoot
from zhulian.merkle.errors import ProofFault
from zhulian.merkle.sum_tree import SumRoot

__all__ = ["is_hidden", "option_words", "show_value", "shown", "title_of"]

LANGUAGES = ("zh", "en")
_ZONE = Calendar()


def title_of(kind: Kind, path: str = "") -> Words:
    """What a field is called; by its name where it has no title, by its path where it is no field."""
    if isinstance(kind, Field):
        return Words(kind.title.zh, kind.title.en) if kind.title is not None else Words(kind.name, kind.name)
    return Words(path, path)


def option_words(option: Option) -> Words:
    """What one value of a choice is called."""
    title: Text | None = option.title
    return Words(option.name, option.name) if title is None else Words(title.zh, title.en)


def is_hidden(kind: Kind) -> bool:
    """Whether only a commitment of the value stands on chain: what is private, guarded, or a file."""
    return kind.type == "file" or (isinstance(kind, Field) and kind.visibility != "public")


def shown(kind: Kind, value: Any, calendar: Calendar = _ZONE, parties: Mapping[str, Words] | None = None) -> Words:
    """The value in both languages."""
    return Words(*(show_value(kind, value, language, calendar, parties) for language in LANGUAGES))


def show_value(
    kind: Kind, value: Any, language: str, calendar: Calendar = _ZONE, parties: Mapping[str, Words] | None = None
) -> str:
    """A value of `kind`, as it stands on chain, in `language` ("zh" or "en"); times in the calendar's zone.

    None, for what is absent, shows as a dash. `parties` gives the titles of organisations; others go by their names. A value that
    is private or guarded, and a file, shows as its commitment.
    """
    zh = language == "zh"
    if value is None:
        return "—"
    if is_hidden(kind):
        if kind.type == "file" and isinstance(kind, Field) and kind.visibility == "public":
            return f"文件承诺值 {value}" if zh else f"file commitment {value}"
        return f"已加密承诺 {value}" if zh else f"commitment {value}"
    match kind.type:
        case "list":
            items = [value_text(kind.of, each, language, calendar, parties) for each in value]
            return ("、" if zh else "; ").join(items) or ("无" if zh else "none")
        case "party" if parties is not None and value in parties:
            return parties[value].say(language)
        case _:
            return value_text(kind, value, language, calendar, parties)


def value_text(kind: Kind | None, value: Any, language: str, calendar: Calendar, parties: Mapping[str, Words] | None) -> str:
    """A value that is no list, in public."""
    zh = language == "zh"
    match kind.type if kind is not None else "":
        case "bool":
            return ("是" if value else "否") if zh else ("yes" if value else "no")
        case "money" | "price" | "quantity" | "rate" | "int":
            return _number(kind, value, zh) if kind is not None else str(value)
        case "date":
            return write_date(value, language)
        case "time":
            return write_time(value, calendar.offset, language)
        case "days":
            return f"{value} 天" if zh else count_words(value, "day")
        case "duration":
            return write_span(value, language)
        case "choice":
            found = [option_words(each).say(language) for each in (kind.values if kind is not None else ()) if each.name == value]
            return found[0] if found else str(value)
        case "party":
            return parties[value].say(language) if parties is not None and value in parties else str(value)
        case "record" if isinstance(value, list | tuple):
            return " / ".join(str(each) for each in value)
        case "codes" | "bulk" | "proof" if kind is not None and isinstance(value, str):
            return _thing(kind, value, zh)
    return str(value)


def _thing(kind: Kind, value: str, zh: bool) -> str:
    """How many things stand under a root, and what they come to; a proof is for machines."""
    try:
        if kind.type == "codes":
            codes = CodesRoot.of_text(value)
            root = codes.root.hex()[:8]
            return f"{codes.count} 个编码（根 {root}…）" if zh else f"{count_words(codes.count, 'code')} (root {root}…)"
        if kind.type == "bulk":
            bulk = SumRoot.of_text(value)
            root = bulk.root.hex()[:8]
            each = Kind(type=kind.sum or "int", currency=kind.currency, unit=kind.unit, scale=kind.scale)  # type: ignore[arg-type]
            total = _number(each, bulk.total, zh)
            items = f"{bulk.count} 项，合计 {total}" if zh else f"{count_words(bulk.count, 'item')}, {total} in all"
            return f"{items}（根 {root}…）" if zh else f"{items} (root {root}…)"
    except ProofFault:  # what the chain has refused need not be one
        return value[:40]
    return "证明" if zh else "a proof"


def _number(kind: Kind, value: int, zh: bool) -> str:
    match kind.type:
        case "money":
            return _money(write_scaled(value, 2), kind.currency, zh)
        case "price":
            money = _money(write_scaled(value, 2 if kind.scale is None else kind.scale), kind.currency, zh)
            unit = unit_words(kind.unit or "piece")
            return f"{money}/{unit.zh}" if zh else f"{money} per {unit.en}"
        case "quantity":
            unit = unit_words(kind.unit)
            return f"{write_scaled(value, kind.scale or 0)} {unit.zh if zh else unit.en}".rstrip()
        case "rate":
            return f"{write_decimal(value, 4).rstrip('0').rstrip('.')}%"
    return str(value)


def _money(figure: str, currency: str, zh: bool) -> str:
    currency = currency or "CNY"
    return f"{figure} {CURRENCIES.get(currency, currency)}" if zh else f"{currency} {figure}"
