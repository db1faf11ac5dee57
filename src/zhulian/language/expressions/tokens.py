"""Cuts the text of an expression into tokens with positions; refuses what no expression holds."""

import re
from dataclasses import dataclass

from zhulian import canonical
from zhulian.language.errors import (
    BadNumber,
    CharacterUnknown,
    EscapeUnknown,
    ExpressionTooLong,
    NotInLanguage,
    NumberTooLarge,
    Position,
    TextNotClosed,
    TextNotNormal,
)

__all__ = ["DURATION_UNITS", "TEXT_MAX", "Token", "tokens"]

TEXT_MAX = 4096
"""The longest text of an expression, in characters."""
DURATION_UNITS = {"d": 1, "h": 3600, "min": 60, "s": 1}
"""What one unit counts: days for `d`, which is a calendar day, seconds for the others."""

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<number>[0-9][0-9A-Za-z_.]*)
    |(?P<text>"(?:[^"\\\n\r]|\\[^\n\r])*"|'(?:[^'\\\n\r]|\\[^\n\r])*')
    |(?P<sign>&&|\|\||==|!=|<=|>=|[-+*<>!?:.,()\[\]])""",
    re.VERBOSE,
)
_NUMBER = re.compile(r"(0|[1-9][0-9]*)(d|h|min|s)?")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_PLAIN = {"\\": "\\", "'": "'", '"': '"', "n": "\n", "t": "\t"}
_DIGITS_MAX = 16  # 2^53 has 16

_ABSENT = {
    "/": ("请用 floor_div、ceil_div 或 share 并写明取整方式", "Use floor_div, ceil_div or share and say how to round"),
    "%": ("请用 floor_div 求商后再相减", "Use floor_div and subtract"),
    "{": ("请把多项内容写成字段", "Make fields of what belongs together"),
    "=": ("比较请写 ==，赋值请写在 set 里", "Compare with ==, assign in set"),
    "&": ("请写 &&", "Write &&"),
    "|": ("请写 ||", "Write ||"),
    "`": ("名称只能用英文字母、数字与下划线", "Names are made of ASCII letters, digits and underscores"),
}


@dataclass(frozen=True, slots=True)
class Token:
    """One word of an expression; `kind` is name, number, duration, text, sign or end, `text` what it says after escapes."""

    kind: str
    text: str
    place: Position
    value: int = 0
    source: str = ""


def tokens(text: str, at: Position) -> list[Token]:
    """All tokens of `text`, which stands at `at`; the last is of kind `end`.

    Raises:
        ExpressionTooLong, CharacterUnknown, NotInLanguage, TextNotClosed, EscapeUnknown, TextNotNormal, BadNumber,
        NumberTooLarge.
    """
    if len(text) > TEXT_MAX:
        raise ExpressionTooLong.at(at, size=len(text), most=TEXT_MAX)
    found: list[Token] = []
    here, place = 0, at
    while here < len(text):
        match = _TOKEN.match(text, here)
        if match is None:
            raise _unknown(text[here], place)
        source = match.group()
        if match.lastgroup != "space":
            found.append(_token(str(match.lastgroup), source, place))
        here, place = match.end(), place.after(source)
    found.append(Token("end", "", place))
    return found


def _token(kind: str, source: str, place: Position) -> Token:
    if kind == "number":
        return _number(source, place)
    if kind == "text":
        return Token("text", _unescape(source[1:-1], place), place, source=source)
    return Token(kind, source, place, source=source)


def _number(source: str, place: Position) -> Token:
    match = _NUMBER.fullmatch(source)
    if match is None:
        raise BadNumber.at(place, text=source[:40])
    digits, unit = match.groups()
    value = int(digits) if len(digits) <= _DIGITS_MAX else canonical.INTEGER_MAX + 1
    if value > canonical.INTEGER_MAX or value * DURATION_UNITS.get(unit, 1) > canonical.INTEGER_MAX:
        raise NumberTooLarge.at(place, text=source[:40])
    return Token("duration" if unit else "number", unit or "", place, value, source)


def _unescape(inner: str, place: Position) -> str:
    def one(match: re.Match[str]) -> str:
        short, long, plain = match.groups()
        if plain is not None:
            if plain not in _PLAIN:
                raise EscapeUnknown.at(place, escape=match.group())
            return _PLAIN[plain]
        code = int(short or long, 16)
        if code > 0x10FFFF:
            raise EscapeUnknown.at(place, escape=match.group())
        return chr(code)

    text = _ESCAPE.sub(one, inner) if "\\" in inner else inner
    if not text.isascii():
        try:
            canonical.encode(text)
        except canonical.TextNotNormal:
            raise TextNotNormal.at(place) from None
    return text


def _unknown(character: str, place: Position) -> CharacterUnknown | NotInLanguage | TextNotClosed:
    if character in "\"'":
        return TextNotClosed.at(place)
    if character in _ABSENT:
        zh, en = _ABSENT[character]
        return NotInLanguage.at(place, what=character, instead_zh=zh, instead_en=en)
    shown = character if character.isprintable() and not "\ud800" <= character <= "\udfff" else f"U+{ord(character):04X}"
    return CharacterUnknown.at(place, character=shown)
