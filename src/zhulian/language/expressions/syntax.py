"""What an expression says, before anything is known about its names: the tree, its parser and its printer.

The parser climbs operator precedence as cel-spec's grammar orders it. Depth and number of parts are bounded while it
runs, so that no text reaches an interpreter's own limits.
"""

from dataclasses import dataclass, field
from typing import TypeAlias

from zhulian.language.errors import (
    NOWHERE,
    ExpressionTooDeep,
    ExpressionTooLarge,
    NameReserved,
    NotInLanguage,
    Position,
    Unexpected,
)
from zhulian.language.expressions.tokens import Token, tokens

__all__ = [
    "DEPTH_MAX",
    "PARTS_MAX",
    "RESERVED",
    "Binary",
    "Call",
    "Choice",
    "Expression",
    "Flag",
    "Listing",
    "Name",
    "Number",
    "Select",
    "Span",
    "Text",
    "Unary",
    "parse",
    "parts",
    "write",
]

DEPTH_MAX = 48
"""How deep an expression may nest; a chain of operators such as `a + b + c` counts one level for each."""
PARTS_MAX = 400
"""How many names, literals and operators one expression may hold."""
RESERVED = frozenset(
    {"as", "break", "const", "continue", "else", "false", "for", "function", "if", "import", "in", "let", "loop", "namespace",
     "null", "package", "return", "true", "var", "void", "while"}
)  # fmt: skip
"""Words that name nothing: cel-spec's keywords and reserved words."""


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number without a unit."""

    value: int
    place: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Span:
    """A time span: `unit` is d for calendar days, h, min or s for an amount of time."""

    value: int
    unit: str
    place: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted text; next to a money, date or the like it is read as one."""

    value: str
    place: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Flag:
    """`true` or `false`."""

    value: bool
    place: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list in brackets."""

    items: tuple["Expression", ...]
    place: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A name that stands alone."""

    name: str
    place: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Select:
    """A field of something."""

    of: "Expression"
    name: str
    place: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function of arguments, or a record by its key."""

    name: str
    arguments: tuple["Expression", ...]
    place: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`!` or `-` before its operand."""

    operator: str
    operand: "Expression"
    place: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two operands; its place is that of the operator."""

    operator: str
    left: "Expression"
    right: "Expression"
    place: Position = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """`condition ? then : otherwise`."""

    condition: "Expression"
    then: "Expression"
    otherwise: "Expression"
    place: Position = field(default=NOWHERE, compare=False, repr=False)


Expression: TypeAlias = Number | Span | Text | Flag | Listing | Name | Select | Call | Unary | Binary | Choice

_LEVELS = {"||": 1, "&&": 2, "in": 3, "*": 5, "+": 4, "-": 4}
_LEVELS.update(dict.fromkeys(("==", "!=", "<", "<=", ">", ">="), 3))
_RELATION, _PREFIX, _MEMBER = 3, 6, 7
_Found: TypeAlias = tuple[Expression, int]
"""A part of the tree with its depth."""


def parse(text: str, at: Position = NOWHERE) -> Expression:
    """Read an expression that stands at `at`.

    Raises:
        LanguageFault: of the numbers language/1–12, at the first place where the text says nothing.
    """
    parser = _Parser(tokens(text, at))
    found, _ = parser.expression(0)
    parser.end()
    return found


class _Parser:
    def __init__(self, words: list[Token]) -> None:
        self._words = words
        self._here = 0
        self._parts = 0

    @property
    def _word(self) -> Token:
        return self._words[self._here]

    def _next(self) -> Token:
        word = self._words[self._here]
        self._here += 1
        return word

    def _is(self, *signs: str) -> bool:
        return self._word.kind in ("sign", "name") and self._word.text in signs

    def _take(self, sign: str) -> bool:
        if self._word.kind == "sign" and self._word.text == sign:
            self._here += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            raise self._unexpected(f" {sign} ", sign)

    def _unexpected(self, zh: str, en: str) -> Unexpected:
        found = self._word.source[:40] or "⏎"
        return Unexpected.at(self._word.place, found=found, wanted_zh=zh, wanted_en=en)

    def _made(self, node: Expression, depth: int) -> _Found:
        self._parts += 1
        if self._parts > PARTS_MAX:
            raise ExpressionTooLarge.at(node.place, most=PARTS_MAX)
        if depth > DEPTH_MAX:
            raise ExpressionTooDeep.at(node.place, most=DEPTH_MAX)
        return node, depth

    def end(self) -> None:
        """Refuse whatever stands behind the expression."""
        if self._word.kind != "end":
            raise self._unexpected("运算符，或在此结束", "an operator, or end here")

    def expression(self, level: int) -> _Found:
        """One expression that itself stands `level` deep."""
        if level > DEPTH_MAX:
            raise ExpressionTooDeep.at(self._word.place, most=DEPTH_MAX)
        condition, deep = self._operators(1, level)
        mark = self._word.place
        if not self._take("?"):
            return condition, deep
        then, then_deep = self._operators(1, level + 1)
        self._expect(":")
        otherwise, otherwise_deep = self.expression(level + 1)
        return self._made(Choice(condition, then, otherwise, mark), 1 + max(deep, then_deep, otherwise_deep))

    def _operators(self, least: int, level: int) -> _Found:
        left, deep = self._prefix(level)
        while self._word.kind in ("sign", "name") and _LEVELS.get(self._word.text, 0) >= least:
            word = self._next()
            own = _LEVELS[word.text]
            right, right_deep = self._operators(own + 1, level + 1)
            left, deep = self._made(Binary(word.text, left, right, word.place), 1 + max(deep, right_deep))
            if own == _RELATION and _LEVELS.get(self._word.text) == _RELATION and self._word.kind != "text":
                raise NotInLanguage.at(
                    self._word.place,
                    what=f"a {word.text} b {self._word.text} c",
                    instead_zh="请加括号，或用 && 连接两次比较",
                    instead_en="Use brackets, or join two comparisons with &&",
                )
        return left, deep

    def _prefix(self, level: int) -> _Found:
        marks: list[Token] = []
        while self._is("!", "-") and (not marks or self._word.text == marks[0].text):
            marks.append(self._next())
            if len(marks) > DEPTH_MAX:
                raise ExpressionTooDeep.at(marks[-1].place, most=DEPTH_MAX)
        node, deep = self._member(level)
        for mark in reversed(marks):
            deep += 1
            node, deep = self._made(Unary(mark.text, node, mark.place), deep)
        return node, deep

    def _member(self, level: int) -> _Found:
        node, deep = self._primary(level)
        while self._word.kind == "sign" and self._word.text in (".", "["):
            if self._next().text == "[":
                raise NotInLanguage.at(
                    self._words[self._here - 1].place,
                    what="[…]",
                    instead_zh='取记录请写 receivable("AR-1")，列表请用 in 或 each',
                    instead_en='Write receivable("AR-1") for a record; use in or each with a list',
                )
            name = self._word
            if name.kind != "name":
                raise self._unexpected("字段名", "the name of a field")
            self._next()
            _refuse_reserved(name)
            if self._is("("):
                raise NotInLanguage.at(
                    name.place,
                    what=f".{name.text[:40]}(…)",
                    instead_zh="请把主语写成第一个参数：f(x)",
                    instead_en="Write what it works on as the first argument: f(x)",
                )
            node, deep = self._made(Select(node, name.text, name.place), deep + 1)
        return node, deep

    def _primary(self, level: int) -> _Found:
        word = self._word
        if word.kind == "name":
            return self._named(level)
        if word.kind == "number":
            self._next()
            return self._made(Number(word.value, word.place), 1)
        if word.kind == "duration":
            self._next()
            return self._made(Span(word.value, word.text, word.place), 1)
        if word.kind == "text":
            self._next()
            return self._made(Text(word.text, word.place), 1)
        if self._take("("):
            found = self.expression(level + 1)
            self._expect(")")
            return found
        if self._take("["):
            items, deep = self._items("]", level)
            return self._made(Listing(items, word.place), deep + 1)
        raise self._unexpected("名称、数、文字或括号", "a name, a number, a text or a bracket")

    def _named(self, level: int) -> _Found:
        word = self._next()
        if word.text in ("true", "false"):
            return self._made(Flag(word.text == "true", word.place), 1)
        if word.text == "null":
            raise NotInLanguage.at(
                word.place,
                what="null",
                instead_zh="可缺的字段请用 has(x) 或 or_else(x, y)",
                instead_en="Ask has(x) or or_else(x, y) about an optional field",
            )
        _refuse_reserved(word)
        if not self._take("("):
            return self._made(Name(word.text, word.place), 1)
        arguments, deep = self._items(")", level)
        return self._made(Call(word.text, arguments, word.place), deep + 1)

    def _items(self, close: str, level: int) -> tuple[tuple[Expression, ...], int]:
        items: list[Expression] = []
        deepest = 0
        while not self._is(close):
            item, deep = self.expression(level + 1)
            items.append(item)
            deepest = max(deepest, deep)
            if not self._take(","):
                break
            if close == ")" and self._is(close):
                raise self._unexpected("下一个参数", "another argument")
        self._expect(close)
        return tuple(items), deepest


def _refuse_reserved(word: Token) -> None:
    if word.text in RESERVED:
        raise NameReserved.at(word.place, name=word.text)


def write(tree: Expression) -> str:
    """The text of a tree with the fewest brackets; `parse(write(tree)) == tree`."""
    return _write(tree, 0)


def _write(tree: Expression, least: int) -> str:
    match tree:
        case Number(value):
            return str(value)
        case Span(value, unit):
            return f"{value}{unit}"
        case Text(value):
            return _quote(value)
        case Flag(value):
            return "true" if value else "false"
        case Listing(items):
            return "[" + ", ".join(_write(each, 0) for each in items) + "]"
        case Name(name):
            return name
        case Select(of, name):
            return f"{_write(of, _MEMBER)}.{name}"
        case Call(name, arguments):
            return f"{name}({', '.join(_write(each, 0) for each in arguments)})"
        case Unary(operator, operand):
            same = isinstance(operand, Unary) and operand.operator == operator
            return _bracket(operator + _write(operand, _PREFIX if same else _MEMBER), _PREFIX, least)
        case Binary(operator, left, right):
            own = _LEVELS[operator]
            first = _write(left, own + 1 if own == _RELATION else own)
            return _bracket(f"{first} {operator} {_write(right, own + 1)}", own, least)
        case Choice(condition, then, otherwise):
            return _bracket(f"{_write(condition, 1)} ? {_write(then, 1)} : {_write(otherwise, 0)}", 0, least)


def _bracket(text: str, own: int, least: int) -> str:
    return text if own >= least else f"({text})"


def _quote(text: str) -> str:
    safe = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return '"' + "".join(each if each.isprintable() else f"\\U{ord(each):08x}" for each in safe) + '"'


def parts(tree: Expression) -> tuple[Expression, ...]:
    """What stands directly below a part of the tree, in the order of evaluation."""
    match tree:
        case Listing(items):
            return items
        case Select(of, _):
            return (of,)
        case Call(_, arguments):
            return arguments
        case Unary(_, operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Choice(condition, then, otherwise):
            return (condition, then, otherwise)
        case _:
            return ()
