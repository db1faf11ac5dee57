"""Sentences of the command line, one catalogue for each language; `say` finds them by key."""

import os
from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from zhulian.errors import check

__all__ = ["LANGUAGES", "Language", "chosen_language", "language", "say", "set_language"]

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")

_now: list[Language] = ["en"]
_loaded: dict[Language, Mapping[str, str]] = {}


def chosen_language(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Language:
    """The language that `--lang`, ZHULIAN_LANG or the locale asks for, in this order; English where none does."""
    asked = [environment.get("ZHULIAN_LANG", "")]
    asked += [environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    for place, word in enumerate(arguments):
        if word == "--":
            break
        if word == "--lang" and place + 1 < len(arguments):
            asked.insert(0, arguments[place + 1])
        elif word.startswith("--lang="):
            asked.insert(0, word.removeprefix("--lang="))
    first = next((each for each in asked if each), "")
    return "zh" if first.lower().startswith("zh") else "en"


def set_language(chosen: str) -> None:
    """Speak `chosen` from here on."""
    check(chosen in LANGUAGES, "the language is one of the two")
    _now[0] = cast(Language, chosen)


def language() -> Language:
    """The language spoken now."""
    return _now[0]


def say(key: str, /, **fields: Any) -> str:
    """The sentence `key` in the language spoken now, with its fields filled in."""
    found = _catalogue(_now[0])[key]
    return found.format(**fields) if fields else found


def _catalogue(chosen: Language) -> Mapping[str, str]:
    if chosen not in _loaded:
        if chosen == "zh":
            from zhulian.cli.words.zh import WORDS
        else:
            from zhulian.cli.words.en import WORDS
        _loaded[chosen] = WORDS
    return _loaded[chosen]
