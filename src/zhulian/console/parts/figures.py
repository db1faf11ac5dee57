"""Moments and money as people of each language expect them: 年月日 in UTC+8, and amounts in 万 and 亿 with the exact one beside."""

import re
from datetime import datetime, timedelta, timezone

from zhulian.console.parts.html import Safe, tag
from zhulian.language.values.figures import MONTHS, write_scaled

__all__ = ["moment", "money", "read_fen", "scale_of", "short_money"]

_CHINA = timezone(timedelta(hours=8))
_FEN_PER_YUAN = 100
_AMOUNT = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2}))?")
_STEPS = {
    "zh": ((100_000_000, "亿元"), (10_000, "万元"), (1, "元")),
    "en": ((1_000_000_000, "bn CNY"), (1_000_000, "m CNY"), (1_000, "k CNY"), (1, "CNY")),
}
"""From how many yuan on an amount is told in which unit, and how that is called."""


def moment(language: str, time_ms: int) -> Safe:
    """A moment in UTC+8, which every page says once for all."""
    local = datetime.fromtimestamp(time_ms / 1000, _CHINA)
    if language == "zh":
        shown = f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"
    else:
        shown = f"{local.day} {MONTHS[local.month - 1][:3]} {local.year} {local:%H:%M:%S}"
    return tag("time", shown, datetime=local.isoformat(), title="UTC+8", class_="num")


def scale_of(language: str, most_fen: int) -> tuple[int, str]:
    """In how many fen a chart's axis counts whose largest amount is `most_fen`, and what such a unit is called."""
    yuan = abs(most_fen) // _FEN_PER_YUAN
    found = next((each for each in _STEPS[language] if yuan >= each[0]), _STEPS[language][-1])
    return found[0] * _FEN_PER_YUAN, found[1]


def short_money(language: str, fen: int) -> str:
    """An amount of CNY in the unit that suits it, with at most two decimals: 123.46 万元, 1.23 m CNY."""
    per, unit = scale_of(language, fen)
    hundredths = (abs(fen) * 100 + per // 2) // per
    figure = write_scaled(hundredths, 2)
    if per != _FEN_PER_YUAN:
        figure = figure.rstrip("0").rstrip(".")
    return f"{'-' if fen < 0 else ''}{figure} {unit}"


def read_fen(text: str) -> int | None:
    """The fen of an amount of yuan as it is typed; None where it is none."""
    found = _AMOUNT.fullmatch(text.replace(",", "").replace("，", "").strip())
    return int(found[1]) * _FEN_PER_YUAN + int((found[2] or "").ljust(2, "0")) if found else None


def money(language: str, fen: int, exact: str) -> Safe:
    """The same as a headline; `exact` is the whole amount in words, told on hover and to who listens."""
    short = short_money(language, fen)
    if scale_of(language, fen)[0] == _FEN_PER_YUAN:
        return tag("span", exact, class_="num")
    return tag("span", short, tag("span", exact, class_="soft small exact"), class_="num", title=exact)
