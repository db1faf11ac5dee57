"""The console's one catalogue."""

from zhulian.console.words.en import EN
from zhulian.console.words.zh import ZH

__all__ = ["LANGUAGES", "say"]

LANGUAGES = {"zh": ZH, "en": EN}


def say(language: str, key: str, **fields: object) -> str:
    """The words of `key`, with its fields."""
    return LANGUAGES[language][key].format(**fields)
