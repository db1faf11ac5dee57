"""Lists of records under conditions, or the newest first: the index finds them, and what is shown of each is what the ledger holds."""

import asyncio
from typing import Any

from starlette.requests import Request

from zhulian.gateway.apps.places import RecordPlace
from zhulian.gateway.context import Context
from zhulian.gateway.errors import NotAChoice
from zhulian.gateway.parameters import Choice, Text
from zhulian.language.values.showing import is_hidden
from zhulian.offchain.index.errors import IndexSilent
from zhulian.offchain.index.methods import FIELDS_MAX, Search

__all__ = ["CONDITIONS", "find_records", "is_narrowed"]

_WORDS = Text("q", "字词；由检索库查找", "Words, which the search index looks for")
_STATE = Text("state", "只列处于此状态的", "Only what is in this state")
_WHERE = Text(
    "where", "字段=值，可重复；限选项、参与方与是否", "field=value of a choice, party or yes-or-no; may be repeated", many=True
)
_ORDER = Choice("order", "按编号，或最新登记在前", "By key, or the newest first", ("key", "newest"), "key")
CONDITIONS = (_WORDS, _STATE, _WHERE, _ORDER)
_FINDABLE = ("choice", "party", "bool")
_AT_ONCE = 20
_COLLECTION = "scenario/records"


def is_narrowed(request: Request) -> bool:
    """Whether a list is asked for that the ledger's own order does not give."""
    given = request.query_params
    return any(given.get(each.name) for each in (_WORDS, _STATE, _WHERE)) or _ORDER.read(request) == "newest"


async def find_records(
    request: Request, context: Context, place: RecordPlace, starts: str, limit: int
) -> tuple[list[tuple[str, dict[str, Any]]], str, int]:
    """Keys and values of a page of records, the cursor to go on with (empty at the end), and the height that the index has reached.

    Raises:
        NotAChoice: another state, field or order than there is. IndexSilent. Refusal: the index's own no.
    """
    given = request.query_params
    asked = Search(
        text=given.get(_WORDS.name, "")[:1024],
        kind="record",
        instance=place.app.name,
        record=place.record,
        state=_state_of(place, given.get(_STATE.name, "")),
        fields=_fields_of(place, given.getlist(_WHERE.name)),
        after=given.get("after", "")[:256],
        limit=limit,
    )
    try:
        async with asyncio.timeout(context.settings.answer_s):
            found = await context.index.search(asked)
    except (TimeoutError, ConnectionError):
        raise IndexSilent() from None
    keys = [each["place"][3] for each in found["hits"] if each["place"][3].startswith(starts)]
    gate = asyncio.Semaphore(_AT_ONCE)

    async def held(key: str) -> tuple[str, dict[str, Any]] | None:
        parts = [place.app.name, place.record, key]
        async with gate:
            items = (await context.read(context.ledger.page(_COLLECTION, parts, None, 1)))["items"]
        return (key, items[0]["value"]) if items and items[0]["key"][1:] == parts else None

    rows = await asyncio.gather(*map(held, keys))
    return [each for each in rows if each is not None], found["next"], int(found["height"])


def _state_of(place: RecordPlace, state: str) -> str:
    known = [each.name for each in place.kind.states.every] if place.kind.states is not None else []
    if state and state not in known:
        raise NotAChoice(name=_STATE.name, choices=", ".join(known) or "-")
    return state


def _fields_of(place: RecordPlace, given: list[str]) -> tuple[tuple[str, str], ...]:
    findable = [each.name for each in place.kind.fields if each.type in _FINDABLE and not is_hidden(each)]
    pairs = [tuple(each.partition("=")[::2]) for each in given]
    if len(pairs) > FIELDS_MAX or any(name not in findable or not 0 < len(value) <= 128 for name, value in pairs):
        raise NotAChoice(name=_WHERE.name, choices=", ".join(f"{each}=…" for each in findable) or "-")
    return tuple((name, value) for name, value in pairs)
