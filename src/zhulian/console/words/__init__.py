"""The console's one catalogue."""

from zhulian.console.words.en import EN
from zhulian.console.words.en_entry import EN_ENTRY
from zhulian.console.words.en_people import EN_PEOPLE
from zhulian.console.words.en_proving import EN_PROVING
from zhulian.console.words.en_requests import EN_REQUESTS
from zhulian.console.words.zh import ZH
from zhulian.console.words.zh_entry import ZH_ENTRY
from zhulian.console.words.zh_people import ZH_PEOPLE
from zhulian.console.words.zh_proving import ZH_PROVING
from zhulian.console.words.zh_requests import ZH_REQUESTS

__all__ = ["LANGUAGES", "say"]

LANGUAGES = {
    "zh": ZH | ZH_ENTRY | ZH_PEOPLE | ZH_PROVING | ZH_REQUESTS,
    "en": EN | EN_ENTRY | EN_PEOPLE | EN_PROVING | EN_REQUESTS,
}


def say(language: str, key: str, **fields: object) -> str:
    """The words of `key`, with its fields."""
    return LANGUAGES[language][key].format(**fields)
