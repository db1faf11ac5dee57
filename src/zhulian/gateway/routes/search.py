"""Searching, figures for boards, and how far the index has come."""

import asyncio
from collections.abc import Awaitable
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.answers import JSON, plain
from zhulian.gateway.apps.places import app_of
from zhulian.gateway.apps.showing import calendar_of, parties_of, record_type, words
from zhulian.gateway.beside import party_of
from zhulian.gateway.catalogue import Both, Content, Route
from zhulian.gateway.context import Context, context_of
from zhulian.gateway.errors import NoSuchRecordType
from zhulian.gateway.parameters import Choice, Number, Parameter, Text, known_only
from zhulian.gateway.routes.apps import INSTANCE
from zhulian.gateway.routes.definitions import LIMIT
from zhulian.language.values import shown
from zhulian.offchain.index.errors import IndexSilent
from zhulian.offchain.index.methods import KINDS, Kind, Search, Totals

__all__ = ["ROUTES", "for_board"]

_GROUP_MIN = 5
"""How many records a group has at least that a board shows."""
_TEXT = Text(
    "q", "字词，如“合同 2020”；也可为交易编号或存证摘要", "Words, such as 合同 2020; or a transaction id or a deposit's digest"
)
_KIND = Choice("kind", "只查一类", "Only this kind", ("", *KINDS), "")
_PARTY = Text("party", "只查与此参与方有关的", "Only what concerns this party")
_INSTANCE = Text("instance", "只查此应用", "Only this application")
_RECORD = Text("record", "只查此记录类型", "Only this record type")
_STATE = Text("state", "只查处于此状态的", "Only what is in this state")
_SINCE = Number("since_ms", "首次记载不早于此时（Unix 毫秒）", "First recorded at this time or later (Unix milliseconds)", 0)
_UNTIL = Number("until_ms", "首次记载早于此时（Unix 毫秒）", "First recorded before this time (Unix milliseconds)", 0)
_AFTER = Text("after", "上一页给出的翻页标记", "The cursor that the page before gave")
_OWN = Choice(
    "own",
    "并查本机构密钥所能打开的内容（须签名请求）",
    "Also what the asker's own keys open (asks for a signed request)",
    ("0", "1"),
    "0",
)
_ASKED = (_TEXT, _KIND, _PARTY, _INSTANCE, _RECORD, _STATE, _SINCE, _UNTIL, _OWN, _AFTER, LIMIT)
_TYPE = Text("record", "记录类型", "The record type")
_FIELD = Text("field", "要合计的数值字段；不填则计数", "The field to add up; a count where it is left out")
_BY = Text("by", "分组：字段名、state，或 day、month、year", "In groups by a field, by state, or by day, month or year")
_BOARD = Choice(
    "board", "供看板显示：略去不足 5 条记录的分组", "For a board: groups of fewer than five records are left out", ("0", "1"), "0"
)
_FIGURES = (_TYPE, _FIELD, _BY, _SINCE, _BOARD)


async def search(request: Request) -> Response:
    """What fits, the best of the newest first."""
    known_only(request, _ASKED)
    context = context_of(request)
    holders: tuple[str, ...] = ()
    if _OWN.read(request) == "1":
        party, request = await party_of(request, context.guard)
        holders = (party,)
    given = request.query_params
    asked = Search(
        text=given.get("q", "")[:1024],
        kind=cast(Kind, _KIND.read(request)),
        party=given.get("party", "")[:256],
        instance=given.get("instance", "")[:256],
        record=given.get("record", "")[:256],
        state=given.get("state", "")[:256],
        since_ms=_SINCE.read(request) or 0,
        until_ms=_UNTIL.read(request) or 0,
        after=given.get("after", "")[:256],
        limit=LIMIT.read(request) or 20,
        holders=holders,
    )
    found = await _indexed(context, context.index.search(asked))
    return plain(found if found["next"] else {name: value for name, value in found.items() if name != "next"})


async def figures(request: Request) -> Response:
    """Counts or sums of an application's records, as its board shows them."""
    known_only(request, _FIGURES)
    context = context_of(request)
    app = await app_of(request)
    given = request.query_params
    record, field, by = (given.get(name, "")[:64] for name in ("record", "field", "by"))
    kind = record_type(app.tree, record)
    if kind is None:
        known = ", ".join(each.name for each in app.tree.records)
        raise NoSuchRecordType(instance=app.name, record=record, known=known or "-")
    sort = "sum" if field else "count"
    asked = Totals(app.name, record, cast(Any, sort), field, by, _SINCE.read(request) or 0)
    found = await _indexed(context, context.index.totals(asked))
    fields = {each.name: each for each in kind.fields}
    states = {each.name: each.title for each in kind.states.every} if kind.states is not None else {}
    chain = await context.chain.get()
    calendar, parties = calendar_of(chain, 0), parties_of(chain)
    rows = []
    for row in found["rows"]:
        group = row["group"]
        said = words(states.get(group), group) if by == "state" else {"zh": group, "en": group}
        if by in fields and fields[by].type in ("choice", "party"):
            label = shown(fields[by], group, calendar, parties)
            said = {"zh": label.zh, "en": label.en}
        value = shown(fields[field], int(row["value"]), calendar) if field in fields else None
        shows = {"zh": value.zh, "en": value.en} if value is not None else {"zh": row["value"], "en": row["value"]}
        rows.append({"count": row["count"], "group": group, "title": said, "value": row["value"], "shown": shows})
    if _BOARD.read(request) == "0":
        return plain({**found, "rows": rows})
    seen = for_board(rows)
    return plain({**found, "hidden": len(rows) - len(seen), "rows": seen})


def for_board(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The groups that a board may show: none of fewer than five records, and never all but one, which the whole would give away."""
    seen = [each for each in rows if each["count"] >= _GROUP_MIN]
    if seen and len(rows) - len(seen) == 1:
        seen.remove(min(seen, key=lambda each: int(each["count"])))
    return seen


async def status(request: Request) -> Response:
    """How far the index has come, beside the ledger."""
    known_only(request, ())
    context = context_of(request)
    return plain(await _indexed(context, context.index.status()))


async def _indexed(context: Context, asked: Awaitable[dict[str, Any]]) -> dict[str, Any]:
    """The index's answer.

    Raises:
        IndexSilent: there is none, or it takes too long. Refusal: the index's own no.
    """
    try:
        async with asyncio.timeout(context.settings.answer_s):
            return await asked
    except (TimeoutError, ConnectionError):
        raise IndexSilent() from None


_TAG = "search"
_HIT: dict[str, Any] = {
    "kind": "record",
    "key": "hz-lease/contract/HT-2020-001",
    "title": {"zh": "合同 HT-2020-001", "en": "Contract HT-2020-001"},
    "text": {"zh": "承租方：杭州某某公司", "en": "tenant: Hangzhou …"},
    "state": "signed",
    "height": 1288,
    "place": ["scenario/records", "hz-lease", "contract", "HT-2020-001"],
}
_FOUND = {"hits": [_HIT], "height": 1290, "ledger_height": 1290}


def _route(
    path: str,
    endpoint: Any,
    operation: str,
    summary: Both,
    text: Both,
    shape: str,
    parameters: tuple[Parameter, ...],
    **more: Any,
) -> Route:
    answers = {200: (summary, Content(JSON, shape, more.pop("example", None)))}
    problems = (400, 401, *more.pop("problems", ()), 503)
    return Route("GET", path, endpoint, operation, _TAG, summary, text, answers, problems, parameters=parameters, **more)


ROUTES = (
    _route(
        "/v1/search",
        search,
        "search",
        Both("检索", "Search"),
        Both(
            "在检索库中查找业务记录、存证、参与方、应用与预警。答复写明检索库所到的高度；检索库不是凭据，每项结果的 place 可在 /v1/state 取得证明并核对。",
            "Finds records, deposits, parties, applications and alerts in the search index. The answer says the height that the index has reached; "
            "the index is no evidence: hold each hit against the proof that /v1/state gives for its place.",
        ),
        "SearchPage",
        _ASKED,
        example=_FOUND,
    ),
    _route(
        "/v1/apps/{instance}/figures",
        figures,
        "get_figures",
        Both("看板统计", "Figures for boards"),
        Both(
            "按字段、状态或时间分组的计数与合计，由检索库算出，附所到高度。board=1 时略去不足 5 条记录的分组（只有一组不足的，另略去最小的一组），hidden 为略去的组数。",
            "Counts and sums by a field, the state or a time, added up by the search index, with the height that it has reached. With board=1 groups of "
            "fewer than five records are left out (and one more where only one is), and `hidden` says how many.",
        ),
        "Figures",
        _FIGURES,
        parts=(INSTANCE,),
        problems=(404,),
    ),
    _route(
        "/v1/index",
        status,
        "get_index",
        Both("检索库状态", "The state of the search index"),
        Both("检索库与账本各到哪个高度。", "The heights that the index and the ledger have reached."),
        "IndexStatus",
        (),
    ),
)
