"""Words in both languages: two Chinese characters are found, and both databases and our own look give the same verdict."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from tests.offchain.postgres import Cluster
from zhulian.offchain.index.tokens import facets, fts5, matches, query_terms, score, snippet, tokens, tsquery, tsvector

_TEXTS = st.text(alphabet="房屋租赁合同甲乙 12ab-，（）'\"*:&|!<>()\\NEARé０", max_size=24)


def test_tokens__are_pairs_and_runs() -> None:
    assert tokens("房屋租赁 HT2020，①") == ["房屋", "屋租", "租赁", "赁", "ht", "2020", "1"]
    assert tokens("２０２０年") == ["2020", "年"]
    assert [each.tokens for each in query_terms("合同 2020 房 lea")] == [("合同",), ("2020",), ("房",), ("lea",)]
    assert [each.open for each in query_terms("合同 2020 房 lea")] == [False, False, True, True]
    assert len(tokens("字" * 20_000)) == 8_000


def test_matches__needs_all_words_whole_numbers_and_begun_letters() -> None:
    assert matches("房屋租赁合同 HT-2020-12", query_terms("合同 2020"))
    assert not matches("房屋租赁合同 HT-2020-12", query_terms("合同 202"))
    assert matches("A lease of a flat", query_terms("leas"))
    assert not matches("a release", query_terms("leas"))
    assert not matches("房屋；租赁", query_terms("屋租"))


@given(
    text=st.text(max_size=60),
    name=st.sampled_from(["kind", "instance", "record", "state"]),
    value=st.text(min_size=1, max_size=20),
)
def test_facets__are_words_that_nobody_can_type(text: str, name: str, value: str) -> None:
    (facet,) = facets(**{name: value})
    assert facet not in tokens(f"{text} {facet} {value}")
    for term in query_terms(f"{text} {facet} {value}"):
        assert not (term.open and facet.startswith(term.tokens[-1]))
        assert facet not in term.tokens


def test_facets__leave_out_what_is_empty_or_goes_by_a_digest() -> None:
    assert facets(kind="", state="", parties=["", "ab" * 32]) == []
    assert len(set(facets(kind="x", state="x", parties=["x"]))) == 3


def test_score__prefers_titles_and_frequent_words() -> None:
    terms = query_terms("租赁")
    assert score("租赁合同", "", terms) > score("合同", "租赁", terms) > score("合同", "买卖", terms)
    assert score("", "租赁 租赁 租赁", terms) > score("", "租赁 买卖 承揽", terms)


@given(_TEXTS, _TEXTS)
def test_marks__lie_in_the_text_and_show_the_words(text: str, asked: str) -> None:
    terms = query_terms(asked)
    piece = snippet(text, terms)
    assert piece.text in text
    for start, end in piece.marks:
        assert 0 <= start < end <= len(piece.text)
        assert any(query_terms(piece.text[start:end])[0].text == each.text for each in terms)


def test_snippet__cuts_no_word_at_either_end() -> None:
    text = "An agreement of great consequence: the tenancy begins in September and everything extraordinary afterwards follows"
    piece = snippet(text, query_terms("tenancy"))
    assert piece.text.split() == [each for each in text.split() if each in piece.text.split()]
    assert " tenancy " in piece.text
    assert len(piece.text) < len(text)
    start, end = piece.marks[0]
    assert piece.text[start:end] == "tenancy"
    chinese = snippet("甲" * 40 + "租赁" + "乙" * 80, query_terms("租赁"))
    assert chinese.text == "甲" * 24 + "租赁" + "乙" * 48


def test_marks__show_words_where_they_begin_and_numbers_whole() -> None:
    def marked(text: str, asked: str) -> list[int]:
        return [start for start, _ in snippet(text, query_terms(asked)).marks]

    assert marked("Sample Enterprise; own file; n2.txt", "n") == [23]  # the piece begins behind “Sample”
    assert marked("12 and 2; 22", "2") == [7]
    assert marked("房屋租赁，出租", "租") == [2, 6]


@pytest.fixture(scope="module")
def both(cluster: Cluster) -> Iterator[tuple[sa.Connection, sa.Connection]]:
    """FTS5 in memory, and PostgreSQL."""
    memory = sa.create_engine("sqlite://")
    lite = memory.connect()
    lite.exec_driver_sql('CREATE VIRTUAL TABLE t USING fts5(body, tokenize = "unicode61 remove_diacritics 0")')
    address = cluster.make("tokens").replace("postgresql:", "postgresql+psycopg:")
    server = sa.create_engine(address, poolclass=sa.NullPool)
    postgres = server.connect()
    yield lite, postgres
    for each in (lite, postgres):
        each.close()
    memory.dispose()
    server.dispose()


@given(text=_TEXTS, asked=_TEXTS)
def test_databases__give_one_verdict_whatever_is_typed(both: tuple[sa.Connection, sa.Connection], text: str, asked: str) -> None:
    terms = query_terms(asked)
    if not terms:
        return
    lite, postgres = both
    lite.exec_driver_sql("DELETE FROM t")
    lite.exec_driver_sql("INSERT INTO t(body) VALUES (?)", (" ".join(tokens(text)),))
    in_lite = bool(lite.execute(sa.text("SELECT count(*) FROM t WHERE t MATCH :q"), {"q": fts5(terms)}).scalar())
    given = {"v": tsvector("", text), "q": tsquery(terms)}
    in_postgres = postgres.execute(sa.text("SELECT CAST(:v AS tsvector) @@ CAST(:q AS tsquery)"), given).scalar()
    assert in_lite == in_postgres == matches(text, terms)
