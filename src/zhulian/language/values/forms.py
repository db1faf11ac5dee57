"""Says what a pattern of text asks for, in words and by an example, so that nobody who fills in a form needs to read patterns."""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from zhulian.errors import Words
from zhulian.language.definition.patterns import compile_pattern

__all__ = ["explain_pattern", "pattern_example", "pattern_lengths"]

_CLASSES = {
    ("A", "Z"): Words("大写字母", "capital letters"),
    ("a", "z"): Words("小写字母", "small letters"),
    ("0", "9"): Words("数字", "digits"),
    ("0", "1"): Words("0 或 1", "0 or 1"),
    ("a", "f"): Words("字母 a–f", "letters a–f"),
    ("A", "F"): Words("字母 A–F", "letters A–F"),
    ("\u4e00", "\u9fff"): Words("汉字", "Chinese characters"),
    ("\u4e00", "\u9fa5"): Words("汉字", "Chinese characters"),
}
_SAMPLES = {"0": "20260001", "A": "ABCDEFGH", "a": "abcdefgh", "\u4e00": "甲乙丙丁戊己庚辛"}


@dataclass(frozen=True, slots=True)
class _Chars:
    """One character of a class."""

    ranges: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class _Times:
    part: "_Part"
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class _Run:
    parts: tuple["_Part", ...]


@dataclass(frozen=True, slots=True)
class _OneOf:
    runs: tuple["_Part", ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """Characters that stand there as they are."""

    text: str


_Part: TypeAlias = _Chars | _Text | _Times | _Run | _OneOf


class _Reader:
    """Reads a pattern that `compile_pattern` has accepted."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._here = 0

    def _take(self) -> str:
        self._here += 1
        return self._text[self._here - 1]

    def _peek(self) -> str:
        return self._text[self._here : self._here + 1]

    def choice(self) -> _Part:
        runs = [self._run()]
        while self._peek() == "|":
            self._here += 1
            runs.append(self._run())
        return runs[0] if len(runs) == 1 else _OneOf(tuple(runs))

    def _run(self) -> _Part:
        parts: list[_Part] = []
        while self._peek() not in ("", "|", ")"):
            part = self._piece()
            if self._peek() == "?":
                self._here += 1
                part = _Times(part, 0, 1)
            elif self._peek() == "{":
                close = self._text.index("}", self._here)
                low, comma, high = self._text[self._here + 1 : close].partition(",")
                part = _Times(part, int(low), int(high if comma else low))
                self._here = close + 1
            if isinstance(part, _Text) and parts and isinstance(parts[-1], _Text):
                parts[-1] = _Text(parts[-1].text + part.text)  # neighbouring characters are one text
            else:
                parts.append(part)
        return parts[0] if len(parts) == 1 else _Run(tuple(parts))

    def _piece(self) -> _Part:
        sign = self._take()
        if sign == "(":
            found = self.choice()
            self._here += 1
            return found
        if sign == "[":
            return self._class()
        sign = self._take() if sign == "\\" else sign
        return _Text(sign)

    def _class(self) -> _Chars:
        ranges: list[tuple[str, str]] = []
        while self._peek() != "]":
            low = self._take()
            low = high = self._take() if low == "\\" else low
            if self._peek() == "-" and self._text[self._here + 1 : self._here + 2] != "]":
                self._here += 1
                high = self._take()
                high = self._take() if high == "\\" else high
            ranges.append((low, high))
        self._here += 1
        return _Chars(tuple(ranges))


@lru_cache(maxsize=256)
def explain_pattern(pattern: str) -> Words:
    """What a text of this pattern is made of, as a phrase that stands after "应为" or "is due".

    Raises:
        BadPattern, TooLargePattern: if it is none.
    """
    compile_pattern(pattern)
    return _say(_Reader(pattern).choice())


def _say(part: _Part) -> Words:
    match part:
        case _Chars():
            return _count(_class_words(part), 1, 1)
        case _Text(text=text):
            return Words(f"“{text}”", f"“{text}”")
        case _Times(part=_Chars() as chars, least=least, most=most):
            return _count(_class_words(chars), least, most)
        case _Times(part=inner, least=0, most=1):
            said = _say(inner)
            return Words(f"{said.zh}（可省略）", f"{said.en} (may be left out)")
        case _Times(part=inner, least=least, most=most):
            said = _say(inner)
            times = f"{least}" if least == most else f"{least}–{most}"
            return Words(f"（{said.zh}）重复 {times} 次", f"({said.en}) {times} times")
        case _OneOf(runs=runs):
            several = [_say(each) for each in runs]
            return Words("或".join(each.zh for each in several), " or ".join(each.en for each in several))
        case _Run(parts=parts):
            several = [_say(each) for each in parts]
            zh = [f" {each.zh}" if each.zh[0].isascii() else each.zh for each in several]
            return Words("，后接".join(zh).strip(), ", then ".join(each.en for each in several))


def _class_words(chars: _Chars) -> Words:
    zh: list[str] = []
    en: list[str] = []
    single = ""
    for low, high in chars.ranges:
        if low == high:
            single += low
        elif (low, high) in _CLASSES:
            zh.append(_CLASSES[low, high].zh)
            en.append(_CLASSES[low, high].en)
        else:
            zh.append(f"{low}–{high}")
            en.append(f"{low}–{high}")
    zh += [f"“{each}”" for each in single]
    en += [f"“{each}”" for each in single]
    last_zh = f"{'、'.join(zh[:-1])}或{zh[-1]}" if len(zh) > 1 else zh[0]
    return Words(last_zh, f"{', '.join(en[:-1])} or {en[-1]}" if len(en) > 1 else en[0])


def _count(what: Words, least: int, most: int) -> Words:
    if (least, most) == (1, 1):
        return Words(f"一位{what.zh}", f"one of {what.en}" if " or " in what.en else f"one of the {what.en}")
    if (least, most) == (0, 1):
        return Words(f"至多一位{what.zh}", f"at most one of {what.en}")
    times = f"{least}" if least == most else f"{least}–{most}"
    if least == 0:
        return Words(f"至多 {most} 位{what.zh}", f"up to {most} {what.en}")
    return Words(f"{times} 位{what.zh}", f"{times} {what.en}")


@lru_cache(maxsize=256)
def pattern_lengths(pattern: str) -> tuple[int, int]:
    """The fewest and the most characters that a text of the pattern has."""
    compile_pattern(pattern)
    return _lengths(_Reader(pattern).choice())


def _lengths(part: _Part) -> tuple[int, int]:
    match part:
        case _Chars():
            return 1, 1
        case _Text(text=text):
            return len(text), len(text)
        case _Times(part=inner, least=least, most=most):
            low, high = _lengths(inner)
            return low * least, high * most
        case _Run(parts=parts):
            several = [_lengths(each) for each in parts]
            return sum(low for low, _ in several), sum(high for _, high in several)
        case _OneOf(runs=runs):
            several = [_lengths(each) for each in runs]
            return min(low for low, _ in several), max(high for _, high in several)


@lru_cache(maxsize=256)
def pattern_example(pattern: str) -> str:
    """A text of the pattern, such as one might really write.

    Raises:
        BadPattern, TooLargePattern: if it is none.
    """
    compile_pattern(pattern)
    return _example(_Reader(pattern).choice())


def _example(part: _Part) -> str:
    match part:
        case _Chars():
            return _sample(part, 0)
        case _Text(text=text):
            return text
        case _Times(part=_Chars() as chars, least=least, most=most):
            return "".join(_sample(chars, place) for place in range(max(least, min(most, 8))))
        case _Times(part=inner, least=least):
            return _example(inner) * max(least, 1)
        case _Run(parts=parts):
            return "".join(_example(each) for each in parts)
        case _OneOf(runs=runs):
            return _example(runs[0])


def _sample(chars: _Chars, place: int) -> str:
    """A character for a place: letters first and digits behind where both are allowed."""
    letters = [low for low, high in chars.ranges if low in _SAMPLES and low != "0" and ord(high) - ord(low) >= 8]
    digits = ("0", "9") in chars.ranges
    if digits and (not letters or place >= 2):
        return _SAMPLES["0"][(place - 2 if letters else place) % 8]
    if letters:
        return _SAMPLES[letters[0]][place % 8]
    low, high = chars.ranges[0]
    return chr(ord(low) + place % (ord(high) - ord(low) + 1))
