"""Numbers, dates and spans as people write and read them, in Chinese and in English; whole numbers throughout, no float.

Whatever `write_…` writes, `read_…` reads back to the same number.
"""

import re
import unicodedata

from zhulian.canonical import INTEGER_MAX
from zhulian.errors import Words
from zhulian.language.expressions.dates import DAY_SECONDS, TIME_MAX, TIME_MIN, calendar_day, day_number, days_in_month
from zhulian.language.expressions.figures import write_decimal

__all__ = [
    "CURRENCIES",
    "UNITS",
    "group",
    "plain",
    "read_date",
    "read_number",
    "read_span",
    "read_time",
    "ungroup",
    "unit_words",
    "write_date",
    "write_span",
    "write_time",
]

CURRENCIES = {"CNY": "元", "USD": "美元", "EUR": "欧元", "HKD": "港元", "GBP": "英镑", "JPY": "日元"}
"""What currencies are called behind a figure in Chinese; others go by their code."""
UNITS = {
    "bag": "袋", "box": "箱", "day": "天", "g": "克", "head": "头", "hour": "小时", "item": "件", "kWh": "千瓦时", "kg": "千克",
    "km": "千米", "l": "升", "m": "米", "m2": "平方米", "m3": "立方米", "mu": "亩", "piece": "件", "point": "分", "share": "份",
    "t": "吨", "ticket": "张", "ton": "吨", "unit": "单位", "vote": "票",
}  # fmt: skip
"""What units of measure are called in Chinese; others stand as the definition writes them."""
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_NUMBER = re.compile(r"([+-]?)([0-9]{1,16})(?:\.([0-9]*))?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_SPACE = re.compile(r"[\s\u00a0]+")
_ISO = re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})")
_ZH = re.compile(r"([0-9]{1,4}) ?年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]")
_EN = re.compile(r"([0-9]{1,2}) ([A-Za-z]{3,9})\.? ([0-9]{1,4})")
_CLOCK = re.compile(r"([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?(?:\.0+)?")
_ZONE = re.compile(r"\(?(?:UTC)?(?:([+-])([0-9]{2}):?([0-9]{2})|Z)\)?\Z|\(?UTC\)?\Z")
_SPAN = re.compile(r"([0-9]{1,10}) ?(小时|时|分钟|分|秒|hours?|minutes?|seconds?|h|min|s)(?![a-z]) ?")
_SECONDS = {"小": 3600, "时": 3600, "h": 3600, "分": 60, "m": 60, "秒": 1, "s": 1}
_DAYS = re.compile(r"([+-]?[0-9]{1,10}) ?(?:d|天|日|days?)?")


def plain(text: str) -> str:
    """The text without white space around it, full-width digits and marks as ASCII, any white space inside as one space."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text)).strip()


def group(text: str) -> str:
    """A decimal text with a comma between thousands."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, rest = digits.partition(".")
    return f"{sign}{int(whole):,}{dot}{rest}"


def ungroup(text: str) -> str:
    """A number without the commas between its thousands; text that is not grouped by thousands stays as it is."""
    return text.replace(",", "") if _GROUPED.fullmatch(text) else text


def read_number(text: str, scale: int) -> int | str:
    """A decimal text in 10^-scale; otherwise what is wrong: `form`, `decimals` or `range`."""
    match = _NUMBER.fullmatch(ungroup(text))
    if match is None:
        digits = re.fullmatch(r"[+-]?[0-9]+(?:\.[0-9]*)?", ungroup(text))
        return "form" if digits is None else "range"
    sign, whole, rest = match.group(1), match.group(2), (match.group(3) or "").rstrip("0")
    if len(rest) > scale:
        return "decimals"
    value = int(whole + rest.ljust(scale, "0"))
    if value > INTEGER_MAX:
        return "range"
    return -value if sign == "-" else value


def unit_words(unit: str) -> Words:
    """What a unit of measure is called in both languages."""
    return Words(UNITS.get(unit, unit), unit)


def read_date(text: str) -> int | None:
    """A day as `2026-01-05`, `2026年1月5日` or `5 January 2026`, in days since 1970-01-01; None if it is none."""
    if match := _ISO.fullmatch(text) or _ZH.fullmatch(text):
        year, month, day = (int(each) for each in match.groups())
    elif match := _EN.fullmatch(text):
        named = [number for number, name in enumerate(MONTHS, 1) if match.group(2).lower() in (name.lower(), name[:3].lower())]
        year, month, day = int(match.group(3)), named[0] if named else 0, int(match.group(1))
    else:
        return None
    if not (1 <= year <= 9999 and 1 <= month <= 12 and 1 <= day <= days_in_month(year, month)):
        return None
    return day_number(year, month, day)


def write_date(day: int, language: str) -> str:
    """A day as people of the language write it."""
    year, month, of_month = calendar_day(day)
    return f"{year}年{month}月{of_month}日" if language == "zh" else f"{of_month} {MONTHS[month - 1]} {year}"


def read_time(text: str, offset: int) -> int | None:
    """A point in time in Unix seconds; where no zone is written, in the chain's, `offset` seconds east. None if it is none."""
    zone = _ZONE.search(text)
    if zone is not None:
        text = text[: zone.start()].rstrip()
        offset = 0
        if zone.group(1):
            hours, minutes = int(zone.group(2)), int(zone.group(3))
            if hours > 18 or minutes > 59:
                return None
            offset = (hours * 60 + minutes) * (-60 if zone.group(1) == "-" else 60)
    parts = re.split(r"(?<=[0-9])T(?=[0-9])|, ?| (?=[0-9]{2}:)|(?<=[日号])(?=[0-9]{2}:)", text)
    day, clock = (read_date(parts[0]), _CLOCK.fullmatch(parts[1])) if len(parts) == 2 else (None, None)
    if day is None or clock is None:
        return None
    hour, minute, second = int(clock.group(1)), int(clock.group(2)), int(clock.group(3) or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    found = day * DAY_SECONDS + hour * 3600 + minute * 60 + second - offset
    return found if TIME_MIN <= found <= TIME_MAX else None


def write_time(time: int, offset: int, language: str) -> str:
    """A point in time in the zone `offset` seconds east of UTC, the zone named with it."""
    day, rest = divmod(time + offset, DAY_SECONDS)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    sign, minutes = "-" if offset < 0 else "+", abs(offset) // 60
    zone = f"UTC{sign}{minutes // 60:02}:{minutes % 60:02}"
    if language == "zh":
        return f"{write_date(day, language)} {clock}（{zone}）"
    return f"{write_date(day, language)} {clock} ({zone})"


def read_days(text: str) -> int | None:
    """A number of calendar days as `10d`, `10 天`, `10 days` or `10`; None if it is none."""
    match = _DAYS.fullmatch(text)
    return None if match is None else int(match.group(1))


def read_span(text: str) -> int | None:
    """An amount of time as `24h`, `1 小时 30 分钟` or `1 hour 30 minutes`, in seconds; None if it is none."""
    negative = text.startswith(("-", "负", "minus "))
    rest = re.sub(r"\A(?:-|负 ?|minus )", "", text)
    total, units = 0, []
    while rest:
        match = _SPAN.match(rest)
        if match is None:
            return None
        seconds = _SECONDS[match.group(2)[0]]
        units.append(seconds)
        total += int(match.group(1)) * seconds
        rest = rest[match.end() :]
    if not units or units != sorted(set(units), reverse=True) or total > INTEGER_MAX:
        return None
    return -total if negative else total


def write_span(value: int, language: str) -> str:
    """An amount of time in seconds, in hours, minutes and seconds."""
    parts: list[str] = []
    left = abs(value)
    for seconds, zh, en in ((3600, "小时", "hour"), (60, "分钟", "minute"), (1, "秒", "second")):
        count, left = divmod(left, seconds)
        if count or (seconds == 1 and not parts):
            parts.append(f"{count} {zh}" if language == "zh" else count_words(count, en))
    sign = "" if value >= 0 else "负 " if language == "zh" else "minus "
    return sign + " ".join(parts)


def count_words(count: int, noun: str) -> str:
    """A count with its English noun, in the plural where it is not one."""
    return f"{count} {noun}" if abs(count) == 1 else f"{count} {noun}s"


def write_scaled(value: int, scale: int) -> str:
    """A whole number of 10^-scale with all its decimals, thousands apart."""
    return group(write_decimal(value, scale))
