"""The bilingual catalogue: every sentence of the certificates, shared with the verifier page."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from zhulian.errors import check

__all__ = ["CATALOGUE", "Phrase", "asset", "phrase", "plain"]


class Phrase(NamedTuple):
    """One text in both languages."""

    zh: str
    en: str

    def say(self, language: str) -> str:
        """The text in `language` ("zh" or "en")."""
        return self.zh if language == "zh" else self.en


@cache
def asset(name: str) -> str:
    """The text of a file that is shipped beside this package."""
    return (files("zhulian.certificate") / "assets" / name).read_text(encoding="utf-8")


def _load() -> dict[str, Phrase]:
    return {key: Phrase(each["zh"], each["en"]) for key, each in json.loads(asset("texts.json")).items()}


CATALOGUE: Final[Mapping[str, Phrase]] = _load()
"""Every text by its key."""


def phrase(key: str, **fields: Phrase | str | int) -> Phrase:
    """The text `key` with its fields filled in; a field that is a `Phrase` is filled in by language."""
    check(key in CATALOGUE, f"the catalogue has the text {key}")
    text = CATALOGUE[key]
    by_language = [{name: _in(value, language) for name, value in fields.items()} for language in ("zh", "en")]
    return Phrase(_fill(text.zh, by_language[0]), _fill(text.en, by_language[1]))


def plain(text: str) -> Phrase:
    """A text that is the same in both languages, such as a name or a digest."""
    return Phrase(text, text)


def _in(value: Phrase | str | int, language: str) -> str:
    return value.say(language) if isinstance(value, Phrase) else str(value)


def _fill(template: str, fields: Mapping[str, str]) -> str:
    """Fill {name} in one pass, so that a field's own braces are never read as a field."""
    parts = template.split("{")
    filled = [parts[0]]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        filled += [fields[name], rest]
    return "".join(filled)
