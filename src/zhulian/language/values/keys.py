"""Keys of records: what people write, the parts as they stand in messages, one text for a whole key, and back.

A part is text on the wire: a whole number in decimal, a date as its day number in decimal, a record by its own key in one text.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from zhulian.errors import Words
from zhulian.language.definition.shapes import Field, Record
from zhulian.language.expressions.dates import Calendar
from zhulian.language.values.errors import KeyPartsDue
from zhulian.language.values.moment import Keys, Moment
from zhulian.language.values.reading import read_value
from zhulian.language.values.showing import show_value, title_of

__all__ = ["key_parts", "key_text", "key_values", "part_text", "read_key", "show_key", "split_key"]


def key_parts(record: Record, given: object, moment: Moment, *, keys: Keys | None = None) -> tuple[str, ...]:
    """The parts of a record's key from what a person writes: one text with `/` between parts, a list, or a mapping by field.

    Raises:
        KeyPartsDue: language/213, if there are more or fewer parts. ValueFault: if one of them is wrong.
    """
    fields = {each.name: each for each in record.fields}
    title = Words(record.title.zh, record.title.en)
    return _parts(tuple(fields[part] for part in record.key), given, moment, "on", title, keys or {})


def _parts(fields: tuple[Field, ...], given: object, moment: Moment, at: str, title: Words, keys: Keys) -> tuple[str, ...]:
    if isinstance(given, Mapping):
        several: Sequence[object] = [given.get(each.name) for each in fields]
    elif isinstance(given, list | tuple):
        several = given
    else:
        text = str(given).strip()
        several = split_key(text) if len(fields) > 1 else (text,) if text and fields else ()
    if len(several) != len(fields):
        titles = [title_of(each) for each in fields]
        names = Words("、".join(each.zh for each in titles) or "无", ", ".join(each.en for each in titles) or "none")
        raise KeyPartsDue(at=at, title=title, wanted=len(fields), found=len(several), parts=names)
    return tuple(
        part_text(read_value(each, one, moment, f"{at}.{each.name}", keys=keys))
        for each, one in zip(fields, several, strict=True)
    )


def read_key(
    fields: tuple[Field, ...] | None, given: object, moment: Moment, at: str, title: Words, *, keys: Keys
) -> tuple[str, ...]:
    """The parts of the key of a record that a value names; where its fields are not known, they are taken as they are.

    Raises:
        KeyPartsDue, ValueFault.
    """
    if fields is None:
        return tuple(str(each) for each in given) if isinstance(given, list | tuple) else split_key(str(given).strip())
    return _parts(fields, given, moment, at, title, keys)


def part_text(value: Any) -> str:
    """A part of a key on the wire; a record by its own key in one text."""
    return key_text(value) if isinstance(value, list | tuple) else str(value)


def key_text(parts: Sequence[str]) -> str:
    """A whole key in one text: parts joined by `/`, with `%25` and `%2F` for `%` and `/` in them."""
    return "/".join(each.replace("%", "%25").replace("/", "%2F") for each in parts)


def split_key(text: str) -> tuple[str, ...]:
    """The parts of a whole key; the inverse of `key_text`."""
    return tuple(each.replace("%2F", "/").replace("%25", "%") for each in text.split("/")) if text else ()


def key_values(record: Record, parts: Sequence[str]) -> dict[str, Any]:
    """The key's fields with their values as they stand on chain."""
    fields = {each.name: each for each in record.fields}
    return {name: _value(fields[name], part) for name, part in zip(record.key, parts, strict=True)}


def _value(field: Field, part: str) -> Any:
    if field.type == "record":
        return list(split_key(part))
    return int(part) if field.type in ("int", "date") else part


def show_key(record: Record, parts: Sequence[str], language: str, calendar: Calendar | None = None) -> str:
    """The key as people read it, its parts with ` / ` between them."""
    fields = {each.name: each for each in record.fields}
    shown = [
        show_value(fields[name], value, language, calendar or Calendar()) for name, value in key_values(record, parts).items()
    ]
    return " / ".join(shown)
