"""Answering searches: full text with conditions, ranked within windows of the newest matches, so that common words stay cheap.

A page comes from a window of the newest `WINDOW` matches, in the order of how well they fit; later windows hold older ones. So
the best fit of the newest comes first, and no word is so common that all its documents have to be weighed.
"""

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from zhulian.offchain.index.database import Database
from zhulian.offchain.index.errors import BadIndexCursor, NothingAsked
from zhulian.offchain.index.methods import Search
from zhulian.offchain.index.models import Document, Party, Progress, Transaction
from zhulian.offchain.index.tokens import Term, facets, fts5, matches, query_terms, score, snippet, tsquery

__all__ = ["WINDOW", "Finder"]

WINDOW = 300
_CONDITIONED = 100
"""How many matches a window has where words are asked for under conditions."""
_LOOKED = 400
"""Up to how many documents with all whole words are looked through for those that are only begun."""
_EXACTLY = "CASE WHEN d.tokens @@ CAST(:words AS tsquery) THEN 1 ELSE 0 END <> 0"
"""That all words stand there as they are. PostgreSQL reckons with chances that it multiplies, and the pairs of one Chinese word always come
together: it took common words for rare ones, and looked at every document that has them. So it plans by one pair of each word, and
holds what it finds against all of them in a form whose chance it does not guess."""
_HEX = frozenset("0123456789abcdef")
_DOCUMENTS: Any = Document.__table__
_PARTIES: Any = Party.__table__


class Finder:
    """Searches one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def search(self, asked: Search) -> dict[str, Any]:
        """`{height, hits, next}`; height and hits are of one moment.

        Raises:
            NothingAsked, BadIndexCursor, IndexDatabaseFailed.
        """
        terms = query_terms(asked.text)
        with self._database.reading() as connection:
            height = connection.execute(sa.select(Progress.height)).scalar() or 0
            if _is_digest(asked.text):
                return {"height": height, "hits": _by_digest(connection, asked), "next": ""}
            conditions = (asked.kind, asked.party, asked.instance, asked.record, asked.state, asked.since_ms, asked.until_ms)
            if not terms and (asked.text.strip() or not any((*conditions, asked.fields))):
                raise NothingAsked(text=asked.text[:80])
            below, skip = _open_cursor(asked.after)
            window = self._window(connection, asked, terms, below)
        ranked = sorted(window, key=lambda row: (-_score(row, terms), -row.id)) if terms else window
        ranked = _once(ranked)
        hits = [_hit(row, terms) for row in ranked[skip : skip + asked.limit]]
        following = ""
        if skip + asked.limit < len(ranked):
            following = _seal_cursor(below, skip + asked.limit)
        elif len(window) in (WINDOW, _CONDITIONED):
            following = _seal_cursor(min(row.id for row in window), 0)
        return {"height": height, "hits": hits, "next": following}

    def _window(self, connection: Connection, asked: Search, terms: list[Term], below: int) -> list[Any]:
        """The newest matches with numbers less than `below` (0: all)."""
        low, high = (0, 0) if asked.holders else self._numbers(connection, asked.since_ms, asked.until_ms)
        if low is None:
            return []
        if below:
            high = min(high, below) if high else below
        if not terms and not asked.fields:
            return _rows(connection, self._narrow(asked, low, high).limit(WINDOW))
        whole = [each for each in terms if not each.open]
        if whole and len(whole) < len(terms):  # a begun word stands for all that go on from it: whole words may tell enough
            rows = _rows(connection, self._words(connection, asked, whole, low, high, _LOOKED))
            if len(rows) < _LOOKED:
                fits = [row for row in rows if matches(f"{row.title_zh} {row.text_zh} {row.title_en} {row.text_en}", terms)]
                return fits[:WINDOW]
        return _rows(connection, self._words(connection, asked, terms, low, high))

    def _narrow(self, asked: Search, low: int, high: int) -> Any:
        """The numbers of documents under all conditions but the words, the newest first."""
        number = _PARTIES.c.document if asked.party else _DOCUMENTS.c.id
        found = sa.select(number)
        if asked.party:
            found = found.where(_PARTIES.c.party == asked.party).join(_DOCUMENTS, _DOCUMENTS.c.id == _PARTIES.c.document)
        found = found.where(*_conditions(asked))
        bounds = [number >= low] if low else []
        bounds += [number < high] if high else []
        return found.where(*bounds).order_by(number.desc())

    def _words(self, connection: Connection, asked: Search, terms: list[Term], low: int, high: int, most: int = 0) -> list[int]:
        """The numbers of the newest documents with all words, under all conditions; the rarest of both leads."""
        wide = not (asked.party or asked.instance or asked.record or asked.state or asked.kind)
        bounds = "".join([" AND d.id >= :low" if low else "", " AND d.id < :high" if high else ""])
        given: dict[str, Any] = {"low": low, "high": high, "most": most or (WINDOW if wide else _CONDITIONED)}
        conditions = ""
        for name in ("kind", "instance", "record", "state"):
            if getattr(asked, name):
                conditions += f" AND d.{name} = :{name}"
                given[name] = getattr(asked, name)
        if asked.party:
            conditions += " AND EXISTS (SELECT 1 FROM parties p WHERE p.document = d.id AND p.party = :party)"
            given["party"] = asked.party
        for place, (field, value) in enumerate(asked.fields):
            fits = f"f.document = d.id AND f.name = :field{place} AND f.word = :word{place}"
            conditions += f" AND EXISTS (SELECT 1 FROM fields f WHERE {fits})"  # noqa: S608 (numbers of ours)
            given |= {f"field{place}": field, f"word{place}": value}
        names = ("kind", "instance", "record", "state")
        under = facets(**{name: getattr(asked, name) for name in names}, parties=[asked.party], values=asked.fields)
        for name, sign in _times(asked):
            conditions += f" AND d.first_ms {sign} :{name}"
            given[name] = getattr(asked, name)
        holders = ["", *asked.holders]
        conditions += " AND d.holder IN :holders"
        if self._database.is_sqlite:
            given["words"] = fts5(terms, under)
            text = "SELECT d.id FROM tokens CROSS JOIN documents d ON d.id = tokens.rowid WHERE tokens MATCH :words"
            bounds = bounds.replace("d.id", "tokens.rowid")
            order = "tokens.rowid"
        else:
            given["words"], given["about"] = tsquery(terms, under), tsquery([each.head for each in terms], under)
            text = f"SELECT d.id FROM documents d WHERE d.tokens @@ CAST(:about AS tsquery) AND {_EXACTLY}"  # noqa: S608 (both are ours)
            order = "d.id"
        statement = sa.text(f"{text}{bounds}{conditions} ORDER BY {order} DESC LIMIT :most")  # names are ours, values are bound
        statement = statement.bindparams(sa.bindparam("holders", holders, expanding=True))
        return list(connection.execute(statement, given).scalars())

    def _numbers(self, connection: Connection, since_ms: int, until_ms: int) -> tuple[int | None, int]:
        """The numbers of documents between two times: they grow with it. (None, 0) where there are none."""
        low, high = 0, 0
        if since_ms:
            first = sa.select(_DOCUMENTS.c.id).where(_DOCUMENTS.c.first_ms >= since_ms)
            found = connection.execute(first.order_by(_DOCUMENTS.c.first_ms, _DOCUMENTS.c.id).limit(1)).scalar()
            if found is None:
                return None, 0
            low = found
        if until_ms:
            after = sa.select(_DOCUMENTS.c.id).where(_DOCUMENTS.c.first_ms >= until_ms)
            high = connection.execute(after.order_by(_DOCUMENTS.c.first_ms, _DOCUMENTS.c.id).limit(1)).scalar() or 0
        return low, high


def _times(asked: Search) -> list[tuple[str, str]]:
    """The bounds of time that have to be looked at row by row: what a holder opened has a later number than its time says."""
    bounds = (("since_ms", ">="), ("until_ms", "<")) if asked.holders else ()
    return [(name, sign) for name, sign in bounds if getattr(asked, name)]


def _conditions(asked: Search) -> list[Any]:
    first = _DOCUMENTS.c.first_ms
    found = [_DOCUMENTS.c.holder.in_(["", *asked.holders])]
    found += [first >= asked.since_ms if name == "since_ms" else first < asked.until_ms for name, _ in _times(asked)]
    return found + [
        _DOCUMENTS.c[name] == getattr(asked, name) for name in ("kind", "instance", "record", "state") if getattr(asked, name)
    ]


def _rows(connection: Connection, numbers: Any) -> list[Any]:
    """Whole documents, the newest first; `numbers` is a list or a query."""
    if not isinstance(numbers, list | tuple):
        numbers = connection.execute(numbers).scalars().all()
    asked = sa.select(_DOCUMENTS).where(_DOCUMENTS.c.id.in_(list(numbers))).order_by(_DOCUMENTS.c.id.desc())
    return list(connection.execute(asked).all()) if numbers else []


def _score(row: Any, terms: list[Term]) -> float:
    """In coarse steps, so that among what fits about equally well the newest comes first."""
    return round(2 * _fit(row, terms)) / 2


def _fit(row: Any, terms: list[Term]) -> float:
    fits = score(row.title_zh, row.text_zh, terms)
    if (row.title_en, row.text_en) == (row.title_zh, row.text_zh):
        return fits
    return max(fits, score(row.title_en, row.text_en, terms))


def _once(rows: list[Any]) -> list[Any]:
    """Each document once: where its holder's own copy is among them, that one."""
    own = {(row.kind, row.key) for row in rows if row.holder}
    return [row for row in rows if row.holder or (row.kind, row.key) not in own]


def _hit(row: Any, terms: list[Term]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "kind": row.kind,
        "key": row.key,
        "instance": row.instance,
        "record": row.record,
        "state": row.state,
        "definition": row.definition,
        "transaction": row.transaction,
        "height": row.height,
        "time_ms": row.time_ms,
        "first_height": row.first_height,
        "first_ms": row.first_ms,
        "place": json.loads(row.place),
        "content": json.loads(row.content),
        "title": {"zh": row.title_zh, "en": row.title_en},
        "text": {"zh": row.text_zh, "en": row.text_en},
        "private": bool(row.holder),
    }
    marked = {}
    for name in ("title", "text"):
        for language in ("zh", "en"):
            piece = snippet(found[name][language], terms)
            marked[f"{name}_{language}"] = {"text": piece.text, "marks": [list(each) for each in piece.marks]}
    return {**found, "marked": marked}


def _is_digest(text: str) -> bool:
    return len(text) == 64 and _HEX.issuperset(text)


def _by_digest(connection: Connection, asked: Search) -> list[dict[str, Any]]:
    """A transaction by its id, and deposits and definitions whose key begins with the digest."""
    row = connection.execute(sa.select(Transaction.__table__).where(Transaction.id == asked.text)).first()
    hits: list[dict[str, Any]] = []
    if row is not None and asked.kind in ("", "transaction"):
        content = {"code": row.code, "signers": json.loads(row.signers), "status": row.status, "types": json.loads(row.types)}
        title = {"zh": f"交易 {row.id[:16]}", "en": f"Transaction {row.id[:16]}"}
        text = "; ".join([row.status, *content["types"], *content["signers"]])
        nothing = {"instance": "", "record": "", "definition": "", "place": [], "private": False, "marked": {}}
        places = {"height": row.height, "time_ms": row.time_ms, "first_height": row.height, "first_ms": row.time_ms}
        said = {"title": title, "text": {"zh": text, "en": text}, "content": content, "state": row.status}
        hits.append({"kind": "transaction", "key": row.id, "transaction": row.id, **nothing, **places, **said})
    mine = _DOCUMENTS.c.holder.in_(["", *asked.holders])
    of_deposit = sa.select(_PARTIES.c.document).join(_DOCUMENTS, _DOCUMENTS.c.id == _PARTIES.c.document)
    numbers = list(connection.execute(of_deposit.where(_PARTIES.c.party == asked.text, mine).limit(asked.limit)).scalars())
    numbers += connection.execute(
        sa.select(_DOCUMENTS.c.id).where(_DOCUMENTS.c.transaction == asked.text, _DOCUMENTS.c.holder == "").limit(asked.limit)
    ).scalars()
    rows = _once([row for row in _rows(connection, list(dict.fromkeys(numbers))) if asked.kind in ("", row.kind)])[: asked.limit]
    return [*hits, *(_hit(row, []) for row in rows)]


def _seal_cursor(below: int, skip: int) -> str:
    return f"{below}.{skip}"


def _open_cursor(text: str) -> tuple[int, int]:
    if not text:
        return 0, 0
    below, _, skip = text.partition(".")
    if not (below.isascii() and below.isdigit() and skip.isascii() and skip.isdigit() and len(text) <= 24):
        raise BadIndexCursor()
    return int(below), int(skip)
