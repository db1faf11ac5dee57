"""Searching Chinese text without a dictionary: every two neighbouring characters are a word, in the index and in the question."""

import re
from typing import Any

from sphinx.search import SearchLanguage

_WORD = re.compile(r"[\u4e00-\u9fff]+|[A-Za-z0-9_]+")


def words(text: str) -> list[str]:
    """The words of a text: Latin words as they are, Chinese as overlapping pairs."""
    found: list[str] = []
    for run in _WORD.findall(text):
        if run[0] < "\u4e00" or len(run) == 1:
            found.append(run.lower())
        else:
            found += [run[place : place + 2] for place in range(len(run) - 1)]
    return found


class Chinese(SearchLanguage):
    """The search language `zh`, as Sphinx asks for it."""

    lang = "zh"
    language_name = "Chinese"
    stopwords: frozenset[str] = frozenset()
    js_splitter_code = """
var splitQuery = function (query) {
    const found = [];
    for (const run of query.match(/[\\u4e00-\\u9fff]+|[A-Za-z0-9_]+/g) || []) {
        if (run[0] < "\\u4e00" || run.length === 1) found.push(run.toLowerCase());
        else for (let place = 0; place + 1 < run.length; place += 1) found.push(run.slice(place, place + 2));
    }
    return found;
};
"""
    js_stemmer_code = "var Stemmer = function () { this.stemWord = function (word) { return word; }; };"

    def init(self, options: dict[str, Any]) -> None:
        """Nothing to set up."""

    def split(self, input: str) -> list[str]:
        """The words of a text."""
        return words(input)

    def word_filter(self, word: str) -> bool:
        """Whether a word goes into the index."""
        return bool(word)
