"""Expressions as plain tuples: drawn by the grammar, written out for the definition, and worked out by the model.

("int", 5) ("money", 150) ("qty", 3) ("bool", True) ("word", "low") ("date", 20000) ("span", 3, "d")
("name", "actor")  ("get", of, field)  ("at", record, parts)  ("list", items)
("has", x)  ("or_else", x, y)  ("if", c, x, y)  ("not", x)  ("neg", x)  ("two", operator, x, y)
("moved", "date" | "time" | "time by days", "+" | "-", x, span)
("call", function, arguments, words)  ("ask", read, arguments)
"""

from datetime import date, timedelta
from typing import Any

__all__ = ["EPOCH", "Term", "fen", "write"]

Term = tuple[Any, ...]
EPOCH = date(1970, 1, 1)


def fen(value: int) -> str:
    """Hundredths as a decimal."""
    return f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}"


def write(term: Term) -> str:  # noqa: C901 - one line for each form
    """The text of an expression, with brackets wherever they could matter."""
    kind = term[0]
    if kind in ("int", "bool"):
        return str(term[1]).lower()
    if kind == "money":
        return f"'{fen(term[1])}'"
    if kind == "qty":
        return f"'{term[1]}'"
    if kind == "word":
        return f'"{term[1]}"'
    if kind == "date":
        return f"'{EPOCH + timedelta(days=term[1])}'"
    if kind == "span":
        return f"{term[1]}{term[2]}"
    if kind == "name":
        return str(term[1])
    if kind == "get":
        return f"{write(term[1])}.{term[2]}"
    if kind in ("at", "ask"):
        return f"{term[1]}({', '.join(each if isinstance(each, str) else write(each) for each in term[2])})"
    if kind == "list":
        return f"[{', '.join(write(each) for each in term[1])}]"
    if kind in ("has", "or_else"):
        return f"{kind}({', '.join(write(each) for each in term[1:])})"
    if kind == "if":
        return f"({write(term[1])} ? {write(term[2])} : {write(term[3])})"
    if kind in ("not", "neg"):
        return f"({'!' if kind == 'not' else '-'}{write(term[1])})"
    if kind == "two":
        return f"({write(term[2])} {term[1]} {write(term[3])})"
    if kind == "moved":
        return f"({write(term[3])} {term[2]} {write(term[4])})"
    if kind == "call":
        return f"{term[1]}({', '.join([*(write(each) for each in term[2]), *term[3]])})"
    raise AssertionError(kind)
