"""The console's one catalogue."""

from zhulian.console.words.en import EN
from zhulian.console.words.en_entry import EN_ENTRY
from zhulian.console.words.zh import ZH
from zhulian.console.words.zh_entry import ZH_ENTRY

__all__ = ["LANGUAGES", "say"]

LANGUAGES = {"zh": ZH | ZH_ENTRY, "en": EN | EN_ENTRY}


def say(language: str, key: str, **fields: object) -> str:
    """The words of `key`, with its fields."""
    return LANGUAGES[language][key].format(**fields)
