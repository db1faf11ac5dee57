"""Reads quoted literals of a unit, a date or a time as whole numbers; no float and no calendar library is involved."""

import re

from zhulian.canonical import INTEGER_MAX
from zhulian.language.errors import BadLiteral, Position
from zhulian.language.expressions.dates import day_number, days_in_month
from zhulian.language.expressions.types import Date, Days, Duration, Money, Price, Quantity, Rate, Time, Type

__all__ = ["decimal", "read_literal"]

_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]{0,15})(?:\.([0-9]{1,12}))?")
_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(?:Z|([+-])([0-9]{2}):([0-9]{2}))")
_SPAN = re.compile(r"(0|[1-9][0-9]{0,9})(d|h|min|s)")
_SECONDS = {"h": 3600, "min": 60, "s": 1}


def decimal(text: str, scale: int) -> int | None:
    """A decimal text in 10^-scale; None if it is none, has more decimals than `scale`, or leaves ±(2^53−1)."""
    match = _DECIMAL.fullmatch(text)
    if match is None:
        return None
    sign, whole, rest = match.group(1), match.group(2), match.group(3) or ""
    if len(rest) > scale:
        return None
    value = int(whole + rest.ljust(scale, "0"))
    return None if value > INTEGER_MAX else -value if sign else value


def read_literal(text: str, want: Type, place: Position) -> int | None:
    """The value that quoted `text` has as `want`; None if values of `want` are not written so.

    Raises:
        BadLiteral: if they are, and `text` is not one.
    """
    match want:
        case Money(currency=currency):
            value, example = decimal(text, 2), f"'100.00' ({currency})"
        case Price(scale=scale):
            value, example = decimal(text, scale), _example(scale)
        case Quantity(scale=scale, unit=unit):
            value, example = decimal(text, scale), f"{_example(scale)} ({unit})"
        case Rate():
            value, example = _rate(text), "'0.05', '5%'"
        case Date():
            value, example = _date(text), "'2026-06-30'"
        case Time():
            value, example = _time(text), "'2026-06-30T17:30:00+08:00'"
        case Days():
            value, example = _span(text, "d"), "10d"
        case Duration():
            value, example = _span(text, "h min s"), "24h"
        case _:
            return None
    if value is None:
        wanted = want.say()
        raise BadLiteral.at(place, text=text[:40], wanted_zh=wanted.zh, wanted_en=wanted.en, example=example)
    return value


def _example(scale: int) -> str:
    return "'1." + "5".ljust(scale, "0") + "'" if scale else "'15'"


def _rate(text: str) -> int | None:
    return decimal(text[:-1], 4) if text.endswith("%") else decimal(text, 6)


def _span(text: str, units: str) -> int | None:
    match = _SPAN.fullmatch(text)
    if match is None or match.group(2) not in units.split():
        return None
    value = int(match.group(1)) * _SECONDS.get(match.group(2), 1)
    return value if value <= INTEGER_MAX else None


def _date(text: str) -> int | None:
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(each) for each in match.groups())
    if year < 1 or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
        return None
    return day_number(year, month, day)


def _time(text: str) -> int | None:
    match = _TIME.fullmatch(text)
    day = _date(match.group(1)) if match else None
    if match is None or day is None:
        return None
    hour, minute, second = int(match.group(2)), int(match.group(3)), int(match.group(4) or 0)
    offset_hour, offset_minute = int(match.group(6) or 0), int(match.group(7) or 0)
    if hour > 23 or minute > 59 or second > 59 or offset_hour > 18 or offset_minute > 59:
        return None
    offset = (offset_hour * 60 + offset_minute) * 60 * (-1 if match.group(5) == "-" else 1)
    return day * 86_400 + hour * 3600 + minute * 60 + second - offset
