"""Faults inside one expression: a comparison that lets one more through, that asks the opposite, or a plus for a minus."""

import re
from collections.abc import Iterator

__all__ = ["flipped", "signs_flipped", "swapped", "weakened"]

_PARTS = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(&&|\|\||==|!=|<=|>=|[-+*<>!?:.,()\[\]])|([A-Za-z0-9_.]+)""")
_WEAKER = {"<": "<=", ">": ">=", "<=": "!=", ">=": "!=", "==": ">="}
"""What a bound becomes that lets more through: one more at its edge, or all on the wrong side of it."""
_OPPOSITE = {"<": ">", ">": "<", "<=": ">", ">=": "<", "==": "!=", "!=": "=="}
_SIGNS = {"+": "-", "-": "+"}


def weakened(text: str) -> Iterator[tuple[str, str]]:
    """The expression with one of its comparisons weaker, each with what changed; those of texts are left, since they have no order."""
    yield from _replaced(text, _WEAKER, numbers_only=True)


def flipped(text: str) -> Iterator[tuple[str, str]]:
    """The expression with one of its comparisons asking the opposite."""
    yield from _replaced(text, _OPPOSITE)


def signs_flipped(text: str) -> Iterator[tuple[str, str]]:
    """The expression with one plus as a minus or the other way."""
    yield from _replaced(text, _SIGNS)


def swapped(text: str, one: str, other: str) -> str:
    """The expression with two signatories in each other's place."""
    names = {f"by.{one}": f"by.{other}", f"by.{other}": f"by.{one}"}
    return re.sub(rf"\bby\.(?:{re.escape(one)}|{re.escape(other)})\b", lambda found: names[found[0]], text)


def _replaced(text: str, table: dict[str, str], *, numbers_only: bool = False) -> Iterator[tuple[str, str]]:
    for found in _PARTS.finditer(text):
        sign = found[2]
        if sign not in table:
            continue
        if numbers_only and sign == "==" and not re.match(r"\s*[0-9]", text[found.end() :]):
            continue
        mutated = text[: found.start()] + table[sign] + text[found.end() :]
        yield f"{sign} → {table[sign]} at {found.start()}", mutated
