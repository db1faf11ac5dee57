"""Writes values of each type as people read them, in both languages."""

from collections.abc import Mapping
from typing import Any

from zhulian.language.expressions.dates import DAY_SECONDS, calendar_day
from zhulian.language.expressions.types import (
    Bool,
    Date,
    Days,
    Duration,
    Enum,
    ListOf,
    Money,
    Optional,
    Price,
    Quantity,
    Rate,
    Said,
    Text,
    Time,
    Type,
)

__all__ = ["show", "write_date", "write_decimal"]

_SPANS = ((3600, "小时", "hour"), (60, "分钟", "minute"), (1, "秒", "second"))
_YUAN = "CNY"


def write_decimal(value: int, scale: int) -> str:
    """A whole number of 10^-scale as a decimal with `scale` places."""
    digits = str(abs(value)).rjust(scale + 1, "0")
    text = digits if not scale else f"{digits[:-scale]}.{digits[-scale:]}"
    return f"-{text}" if value < 0 else text


def write_date(day: int) -> str:
    """A day as `2026-06-30`."""
    year, month, of_month = calendar_day(day)
    return f"{year:04}-{month:02}-{of_month:02}"


def show(value: Any, of: Type, titles: Mapping[str, Said]) -> Said:
    """A value of type `of` in words; `titles` names the values of enumerations as `enumeration.value`."""
    match of:
        case Optional(of=inner):
            return Said("无", "nothing") if value is None else show(value, inner, titles)
        case Bool():
            return Said("是", "yes") if value else Said("否", "no")
        case Money(currency=currency):
            figure = _grouped(value, 2)
            return Said(f"{figure} 元" if currency == _YUAN else f"{figure} {currency}", f"{currency} {figure}")
        case Price(currency=currency, unit=unit, scale=scale):
            figure = _grouped(value, scale)
            zh = f"{figure} 元" if currency == _YUAN else f"{figure} {currency}"
            return Said(f"每{unit or '件'} {zh}", f"{currency} {figure} per {unit or 'piece'}")
        case Quantity(unit=unit, scale=scale):
            figure = _grouped(value, scale)
            return Said(f"{figure} {unit}", f"{figure} {unit}")
        case Rate():
            percent = write_decimal(value, 4).rstrip("0").rstrip(".")
            return Said(f"{percent}%", f"{percent}%")
        case Date():
            return Said(write_date(value), write_date(value))
        case Time():
            return _time(value)
        case Days():
            return Said(f"{value} 天", _plural(value, "day"))
        case Duration():
            return _span(value)
        case Enum(name=name):
            return titles.get(f"{name}.{value}", Said(f"“{value}”", str(value)))
        case ListOf(item=item):
            several = [show(each, item, titles) for each in value]
            return Said(
                "、".join(each.zh for each in several) or "空列表", ", ".join(each.en for each in several) or "an empty list"
            )
        case Text():
            return Said(f"“{value}”", f"“{value}”")
    return Said(str(value), str(value))


def _grouped(value: int, scale: int) -> str:
    """A figure with a comma between thousands."""
    whole, dot, rest = write_decimal(abs(value), scale).partition(".")
    return f"{'-' if value < 0 else ''}{int(whole):,}{dot}{rest}"


def _plural(value: int, word: str) -> str:
    return f"{value} {word}" if value == 1 else f"{value} {word}s"


def _time(value: int) -> Said:
    day, rest = divmod(value, DAY_SECONDS)
    text = f"{write_date(day)} {rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return Said(f"{text}（协调世界时）", f"{text} UTC")


def _span(value: int) -> Said:
    zh: list[str] = []
    en: list[str] = []
    left = abs(value)
    for seconds, word_zh, word_en in _SPANS:
        count, left = divmod(left, seconds)
        if count or (seconds == 1 and not zh):
            zh.append(f"{count} {word_zh}")
            en.append(_plural(count, word_en))
    sign_zh, sign_en = ("负 ", "minus ") if value < 0 else ("", "")
    return Said(sign_zh + " ".join(zh), sign_en + " ".join(en))
