"""Markdown in small pieces: headings, tables, lists, and what must be escaped in them."""

import re
from collections.abc import Iterable, Sequence

from zhulian.language.view.shapes import Both
from zhulian.language.view.words import tidy

__all__ = ["Tongue", "bullets", "cell", "code", "numbered", "table"]

_NUMERALS = "一二三四五六七八九十"


class Tongue:
    """One language: `say` chooses words in it, `pick` between two texts."""

    def __init__(self, language: str) -> None:
        self.zh = language == "zh"

    def say(self, words: Both | None, otherwise: str = "") -> str:
        """Words in this language."""
        return otherwise if words is None else words.zh if self.zh else words.en

    def pick(self, zh: str, en: str) -> str:
        """One of two texts."""
        return tidy(zh) if self.zh else en

    def join(self, parts: Iterable[str]) -> str:
        """A list within a sentence."""
        return ("、" if self.zh else ", ").join(parts)

    def clauses(self, parts: Iterable[str]) -> str:
        """Clauses of one sentence."""
        return self.pick("；", "; ").join(each for each in parts if each)

    def chapter(self, number: int, title: str) -> str:
        """The heading of a chapter."""
        return f"## {_numeral(number)}、{title}" if self.zh else f"## {number}. {title}"

    def stop(self, text: str) -> str:
        """The text with a full stop, unless it ends a sentence already."""
        if not text or text[-1] in "。.！？!?":
            return text
        return text + ("。" if self.zh else ".")


def _numeral(number: int) -> str:
    if number <= 10:
        return _NUMERALS[number - 1]
    return f"十{_NUMERALS[number - 11]}" if number < 20 else str(number)


def cell(text: str) -> str:
    """Text in a table: one line, and nothing that ends the cell."""
    return re.sub(r"\s*\n\s*", " ", text).replace("|", "\\|").strip()


def code(name: str) -> str:
    """A name as it is written in a definition."""
    return f"`{name}`"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table; nothing where there are no rows."""
    lines = ["| " + " | ".join(cell(each) for each in row) + " |" for row in rows]
    if not lines:
        return []
    return ["", "| " + " | ".join(head) + " |", "|" + "---|" * len(head), *lines, ""]


def bullets(items: Iterable[str], depth: int = 0) -> list[str]:
    """A list."""
    return [f"{'   ' * depth}- {each}" for each in items]


def numbered(items: Iterable[str]) -> list[str]:
    """A numbered list."""
    return [f"{index}. {each}" for index, each in enumerate(items, 1)]
