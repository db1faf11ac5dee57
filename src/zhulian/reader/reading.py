"""Reading a value: from JSON on the web by a pointer (RFC 6901), or from a database by a query; with the raw answer."""

import asyncio
import json
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

import sqlalchemy

from zhulian.errors import Refusal, Words
from zhulian.modules.oracle.limits import VALUE_MAX
from zhulian.offchain.addresses import Networks
from zhulian.offchain.courier.reaching import Reach, require_target
from zhulian.reader.describing import Described
from zhulian.reader.errors import AnswerUnfit, SourceAway, ValueUnfit

__all__ = ["Found", "read_source", "scaled", "value_at"]

_BYTES_MAX = 1024 * 1024
_DIGITS_MAX = 40


class Found(NamedTuple):
    """A value and the raw bytes in which it stood."""

    value: Decimal
    raw: bytes


def read_source(name: str, described: Described, allowed: Networks) -> Found:
    """Read a source once.

    Raises:
        SourceAway, AnswerUnfit.
    """
    if described.web is not None:
        return asyncio.run(_read_web(name, described, allowed))
    return _read_database(name, described)


def scaled(name: str, value: Decimal, scale: int) -> int:
    """The value in 10^-scale, which must be exact.

    Raises:
        ValueUnfit.
    """
    try:
        found = value.scaleb(scale)
        whole = int(found)
    except (InvalidOperation, ValueError, OverflowError):
        raise ValueUnfit(scale=scale, source=name, value=str(value)[:_DIGITS_MAX]) from None
    if whole != found or abs(whole) > VALUE_MAX:
        raise ValueUnfit(scale=scale, source=name, value=str(value)[:_DIGITS_MAX])
    return whole


async def _read_web(name: str, described: Described, allowed: Networks) -> Found:
    reach = Reach(allowed)
    try:
        require_target(described.web or "")
        status, raw = await reach.get(described.web or "", [("accept", "application/json")], _BYTES_MAX)
    except Refusal as no:
        raise SourceAway(source=name, why=Words(no.say("zh").rstrip("。"), no.say("en").rstrip("."))) from None
    finally:
        await reach.close()
    if status != 200:
        raise SourceAway(source=name, why=Words(f"服务器回答 {status}", f"it answers {status}"))
    try:
        document = json.loads(raw, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError):
        raise AnswerUnfit(source=name, why=Words("不是 JSON", "it is no JSON")) from None
    return Found(value_at(name, document, described.pointer), raw)


def value_at(name: str, document: Any, pointer: str) -> Decimal:
    """The number that a JSON pointer leads to; a number written as text is one too.

    Raises:
        AnswerUnfit.
    """
    here = document
    for part in pointer.split("/")[1:] if pointer else []:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(here, dict) and key in here:
            here = here[key]
        elif isinstance(here, list) and key.isascii() and key.isdigit() and int(key) < len(here):
            here = here[int(key)]
        else:
            raise AnswerUnfit(source=name, why=Words(f"没有 {pointer[:80]}", f"there is no {pointer[:80]}"))
    return _number(name, here)


def _read_database(name: str, described: Described) -> Found:
    try:
        engine = sqlalchemy.create_engine(described.database or "", poolclass=sqlalchemy.pool.NullPool)
        with engine.connect() as connection:
            rows = connection.execute(sqlalchemy.text(described.query)).fetchmany(2)
            connection.rollback()  # a reader changes nothing
    except (sqlalchemy.exc.SQLAlchemyError, ModuleNotFoundError) as wrong:
        raise SourceAway(source=name, why=Words.quote(str(wrong).splitlines()[0][:200])) from None
    if len(rows) != 1 or len(rows[0]) != 1:
        raise AnswerUnfit(source=name, why=Words("查询结果不是一行一列", "the query gives not one row with one column"))
    return Found(_number(name, rows[0][0]), str(rows[0][0]).encode())


def _number(name: str, value: Any) -> Decimal:
    if isinstance(value, float):
        value = repr(value)
    try:
        found = None if isinstance(value, bool) or value is None else Decimal(value)
    except (InvalidOperation, TypeError, ValueError):
        found = None
    if found is None or not found.is_finite() or abs(found.adjusted()) > _DIGITS_MAX:
        raise AnswerUnfit(source=name, why=Words("不是数字", "it is no number"))
    return found
