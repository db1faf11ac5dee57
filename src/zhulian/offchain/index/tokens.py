"""Words for full-text search, alike in both databases: Chinese by pairs of neighbouring characters, the rest by runs.

A run of Chinese 房屋租赁 becomes 房屋 屋租 租赁 赁: its pairs and, so that one character is found too, its last one alone.
Letters and digits are separate runs in lower case (HT2020 becomes ht 2020), after Unicode's compatibility folding, so that
full-width digits are the same as plain ones. A query's runs must occur as they stand, in any order, all of them.

Beside its words a document has one token for each condition under which it is looked for (`facets`), so that the database meets
words and conditions in one walk, the rarest first. They mix digits and letters, as no run does, and no open run begins with a digit.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

__all__ = [
    "QUERY_TERMS_MAX",
    "Snippet",
    "Term",
    "facets",
    "fts5",
    "matches",
    "query_terms",
    "score",
    "snippet",
    "tokens",
    "tsquery",
    "tsvector",
]

QUERY_TERMS_MAX = 16
_TOKENS_MAX = 8_000
_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"[{_CHINESE}]+|[0-9]+|[^\W\d_{_CHINESE}]+")
_IS_CHINESE = re.compile(rf"[{_CHINESE}]")
_AROUND = 24
_DIGEST = 64
_FACET = 10
"""Hex digits of a facet; two values that share them are told apart by the rows themselves."""


@dataclass(frozen=True)
class Term:
    """One run of a query: the tokens that must follow each other, the last one perhaps only begun (`open`), and its text."""

    tokens: tuple[str, ...]
    open: bool
    text: str

    @property
    def head(self) -> "Term":
        """The term that has the first token alone: whatever holds this one holds that."""
        return self if len(self.tokens) == 1 else Term(self.tokens[:1], open=False, text=self.text)


@dataclass(frozen=True)
class Snippet:
    """A piece of a text, and where in it (start, end) the words of the query stand."""

    text: str
    marks: tuple[tuple[int, int], ...]


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)]


def tokens(text: str) -> list[str]:
    """The tokens of a text in their order, at most 8,000."""
    found: list[str] = []
    for run in _RUN.findall(_folded(text)):
        if _IS_CHINESE.match(run):
            found += _pairs(run)
            found.append(run[-1])
        else:
            found.append(run[:64])
        if len(found) > _TOKENS_MAX:
            return found[:_TOKENS_MAX]
    return found


def facets(*, parties: Iterable[str] = (), values: Iterable[tuple[str, str]] = (), **named: str) -> list[str]:
    """The tokens of a document's kind, instance, record, state, parties and values of fields, or of a search's conditions.

    The empty ones have none.

    What goes by a digest is found by it alone and needs none.
    """
    found = [_facet(name, value) for name, value in named.items() if value]
    found += [_facet("value", f"{name}={value}") for name, value in values]
    return found + [_facet("party", each) for each in parties if each and len(each) != _DIGEST]


def _facet(name: str, value: str) -> str:
    return f"0{name[0]}{hashlib.sha256(value.encode()).hexdigest()[:_FACET]}"


def query_terms(text: str) -> list[Term]:
    """The runs of a query; at most `QUERY_TERMS_MAX` of them."""
    found = []
    for run in _RUN.findall(_folded(text))[:QUERY_TERMS_MAX]:
        if not _IS_CHINESE.match(run):
            found.append(Term((run[:64],), open=not run.isdigit(), text=run))
        elif len(run) == 1:
            found.append(Term((run,), open=True, text=run))
        else:
            found.append(Term(tuple(_pairs(run)), open=False, text=run))
    return found


def fts5(terms: list[Term], under: Iterable[str] = ()) -> str:
    """The query for SQLite's FTS5, for words and the facets `under`; tokens hold no quotes."""
    words = [f'"{" ".join(term.tokens)}"' + ("*" if term.open else "") for term in terms]
    return " AND ".join([*(f'"{each}"' for each in under), *words])


def tsquery(terms: list[Term], under: Iterable[str] = ()) -> str:
    """The query for PostgreSQL, as text of its type `tsquery`."""
    phrases = [f"'{each}'" for each in under]
    for term in terms:
        last = ":*" if term.open else ""
        phrases.append("(" + " <-> ".join(f"'{each}'" for each in term.tokens) + last + ")")
    return " & ".join(phrases)


def tsvector(title: str, text: str, under: Iterable[str] = ()) -> str:
    """Title, text and facets as text of PostgreSQL's type `tsvector`, the title with weight A."""
    places: dict[str, list[str]] = {}
    at = 1
    for part, weight in ((title, "A"), (text, "")):
        for each in tokens(part):
            if at < 16_383:  # the last position that PostgreSQL knows
                places.setdefault(each, []).append(f"{at}{weight}")
            at += 1
        at += 1  # no phrase reaches from the title into the text
    words = [f"'{each}':{','.join(found[:255])}" for each, found in places.items()]
    return " ".join([*words, *(f"'{each}'" for each in dict.fromkeys(under))])


def snippet(text: str, terms: list[Term]) -> Snippet:
    """The piece of `text` round the first word of the query, with all of the query's words in it marked."""
    marks = _marks(text, terms)
    if not marks:
        return Snippet(text[: 2 * _AROUND], ())
    start = max(0, marks[0][0] - _AROUND)
    start = next((b for a, b in _words(text, max(0, start - _AROUND), marks[0][0]) if a < start < b), start)
    end = min(len(text), marks[0][1] + 2 * _AROUND)
    end = next((a for a, b in _words(text, marks[0][1], end + _AROUND) if a < end < b), end)
    inside = tuple((a - start, b - start) for a, b in marks if a >= start and b <= end)
    return Snippet(text[start:end], inside)


def _words(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where the runs of digits or letters between two places lie; Chinese, which may be cut anywhere, is left out."""
    return (run.span() for run in _RUN.finditer(text, start, end) if not _IS_CHINESE.match(run[0]))


def matches(text: str, terms: list[Term]) -> bool:
    """Whether all words of a query stand in a text; the same verdict as the databases' own."""
    low = _folded(text)
    return all(term.text in low and re.search(_bounded(term), low) for term in terms)


def _bounded(term: Term) -> str:
    """The pattern of a word: digits and letters begin and, unless it is open, end where their run does."""
    if _IS_CHINESE.match(term.text):
        return re.escape(term.text)
    own = "[0-9]" if term.text.isdigit() else rf"[^\W\d_{_CHINESE}]"
    return f"(?<!{own}){re.escape(term.text)}" + ("" if term.open else f"(?!{own})")


def score(title: str, text: str, terms: list[Term]) -> float:
    """How well a document fits: words in the title count most, then how often and how early they come, and how short the text is."""
    found = 0.0
    low_title, low_text = _folded(title), _folded(text)
    for term in terms:
        if term.text in low_title:
            found += 4
        times = low_text.count(term.text)
        if times:
            found += times / (times + 1.2) + 1 / (2 + low_text.index(term.text) / 50)
    return found / (1 + len(low_text) / 4000)


def _marks(text: str, terms: list[Term]) -> list[tuple[int, int]]:
    """Where the words stand. Folding may change a text's length; then only what stands there unfolded is marked."""
    low = _folded(text)
    if len(low) != len(text):
        low = text.lower()
    if len(low) != len(text):
        return []
    found: list[tuple[int, int]] = []
    for term in terms:
        found.extend(each.span() for each in islice(re.finditer(_bounded(term), low), max(0, 64 - len(found))))
    kept: list[tuple[int, int]] = []
    for a, b in sorted(found):
        if not kept or a >= kept[-1][1]:
            kept.append((a, b))
    return kept
