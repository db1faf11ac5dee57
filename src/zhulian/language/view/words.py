"""Small helpers for words in both languages."""

import re

from zhulian.language.definition.shapes import Alert, Text, Timer
from zhulian.language.expressions.types import Said
from zhulian.language.values.figures import count_words, read_days, read_span, write_span
from zhulian.language.view.shapes import Both

__all__ = ["KERNEL_TITLES", "bare", "both", "either", "low", "said", "span_words", "tidy", "timer_title", "title_or_name"]

_LETTER = r"\u3400-\u4dbf\u4e00-\u9fff"
_BETWEEN = re.compile(rf"(?<=[{_LETTER}，。；：、（）“”]) +(?=[{_LETTER}，。；：、（）“”])")
_MEETS = re.compile(rf"(?<=[{_LETTER}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[{_LETTER}])")
_ROUND = re.compile(r" *([，。；：、（）“”《》]) *")

KERNEL_TITLES = {
    "operator": Both("运营方", "Operator"),
    "regulator": Both("监管方", "Regulator"),
    "anyone": Both("任何一方", "Anyone"),
    "person": Both("自然人", "Person"),
    "instance": Both("本应用", "This application"),
}
"""Roles that every instance has."""


def both(text: Text) -> Both:
    """A sentence of the definition."""
    return Both(text.zh, text.en)


def bare(words: Both) -> Both:
    """A phrase without brackets that enclose the whole of it."""
    return Both(_bare(words.zh, "（", "）"), _bare(words.en, "(", ")"))


def _bare(text: str, left: str, right: str) -> str:
    if not (text.startswith(left) and text.endswith(right)):
        return text
    depth = 0
    for place, each in enumerate(text):
        depth += (each == left) - (each == right)
        if depth == 0:
            return text[1:-1] if place == len(text) - 1 else text
    return text


def either(text: Text | None) -> Both | None:
    """A sentence of the definition, if there is one."""
    return None if text is None else both(text)


def title_or_name(text: Text | None, name: str) -> Both:
    """A title, or the name where there is none."""
    return Both(name, name) if text is None else both(text)


def said(words: Said) -> Both:
    """Words that the language itself made, with the spaces as they should be."""
    return Both(tidy(words.zh), words.en)


def tidy(zh: str) -> str:
    """Chinese text with a space where Chinese meets figures or Latin letters, and none beside full-width marks."""
    return _MEETS.sub(" ", _BETWEEN.sub("", _ROUND.sub(r"\1", zh))).strip()


def low(title: str) -> str:
    """An English title as it stands inside a sentence: a small first letter, unless the word is an abbreviation or a name like it."""
    first = title.split(" ", 1)[0]
    return title if len(first) > 1 and not first[1:].islower() else title[:1].lower() + title[1:]


def timer_title(timer: Timer, becomes: Both | None) -> Both:
    """What a timer is called: its title, else what it warns of, else the state that it leads to."""
    if timer.title is not None:
        return both(timer.title)
    warned = next((each.say for each in timer.do if isinstance(each, Alert)), None)
    if warned is not None:
        return both(warned)
    return Both(timer.name, timer.name) if becomes is None else Both(f"转为“{becomes.zh}”", f"Becomes “{becomes.en}”")


def span_words(span: str) -> Both:
    """A span of time such as `30d` or `24h`."""
    if span.endswith("d"):
        days = read_days(span) or 0
        return Both(f"{days} 天", count_words(days, "day"))
    seconds = read_span(span) or 0
    return Both(write_span(seconds, "zh"), write_span(seconds, "en"))
