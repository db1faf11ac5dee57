"""What a message or an event holds, decoded into words; what has parts of its own stays as data below."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from zhulian.console.parts.html import Safe, code, digest, facts, join, number
from zhulian.console.words.messages import FIELDS, named

if TYPE_CHECKING:
    from zhulian.console.context import Page

__all__ = ["as_json", "decoded"]

_HEX: Final = frozenset("0123456789abcdef")
_DIGEST_LEAST: Final = 32


def decoded(page: "Page", item: Mapping[str, Any]) -> Safe:
    """The parts of one message or event, but its type."""
    plain: list[tuple[object, object]] = []
    nested: dict[str, Any] = {}
    for name, value in item.items():
        if name == "type":
            continue
        if isinstance(value, dict) or (
            isinstance(value, list) and not all(isinstance(each, str) and len(each) < _DIGEST_LEAST for each in value)
        ):
            nested[name] = value
        else:
            plain.append((named(FIELDS, name, page.language), _said(page, value)))
    parts = [facts(plain)] if plain else []
    if nested:
        parts.append(code(as_json({named(FIELDS, name, page.language): value for name, value in nested.items()})))
    return join(parts)


def _said(page: "Page", value: Any) -> Safe | str:
    if isinstance(value, bool):
        return page.say("say.yes" if value else "say.no")
    if isinstance(value, int):
        return number(value)
    if isinstance(value, list):
        return page.say("list.comma").join(value) or "—"
    text = "—" if value is None else str(value)
    return digest(text) if len(text) >= _DIGEST_LEAST and _HEX.issuperset(text) else text


def as_json(value: Any) -> str:
    """Data as people read it."""
    return json.dumps(value, ensure_ascii=False, indent=1)
