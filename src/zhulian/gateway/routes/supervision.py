"""Supervision: a case followed through all applications under a standing inspection, and everything that the regulator did."""

import asyncio
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.answers import JSON, plain
from zhulian.gateway.beside import party_of
from zhulian.gateway.catalogue import Both, Content, Route
from zhulian.gateway.context import Context, context_of
from zhulian.gateway.parameters import Text, known_only
from zhulian.gateway.routes.definitions import LIMIT
from zhulian.node.methods import Params
from zhulian.offchain.index.errors import IndexSilent
from zhulian.offchain.index.methods import Case, Uses
from zhulian.offchain.watch.errors import NoInspection

__all__ = ["ROUTES"]

_SCOPE = Text(
    "scope",
    "查询对象：参与方、记录、@应用，或资产（应用.资产名）",
    "What the case is about: a party, a record, `@instance`, or an asset class",
)
_INSPECTION = Text("inspection", "登记查询的交易编号", "The transaction that declared the inspection")
_AFTER = Text("after", "上一页给出的翻页标记", "The cursor that the page before gave")


async def case(request: Request) -> Response:
    """What happened with the scope of a standing inspection, the oldest first."""
    known_only(request, (_SCOPE, _INSPECTION, _AFTER, LIMIT))
    context = context_of(request)
    party, request = await party_of(request, context.guard)
    given = request.query_params
    scope, inspection = given.get("scope", "")[:400], given.get("inspection", "")[:64]
    page = await context.read(context.ledger.page("mandate/inspections", [inspection], None, 1))
    found = page["items"][0]["value"] if page["items"] and page["items"][0]["key"][1:] == [inspection] else None
    mine = found is not None and all(each.partition(".")[0] == party for each in found["officers"])
    if found is None or not mine or found["scope"] != scope or found["until"] <= time.time():
        raise NoInspection(inspection=inspection or "-", scope=scope or "-", party=party[:64])
    asked = Case(scope, given.get("after", "")[:256], LIMIT.read(request) or 100)
    return plain(_page(await _ask(context, "case", asked)))


async def uses(request: Request) -> Response:
    """What the regulator did under its mandate, the oldest first."""
    known_only(request, (_AFTER, LIMIT))
    asked = Uses(request.query_params.get("after", "")[:256], LIMIT.read(request) or 100)
    return plain(_page(await _ask(context_of(request), "uses", asked)))


def _page(found: dict[str, Any]) -> dict[str, Any]:
    return found if found["next"] else {name: value for name, value in found.items() if name != "next"}


async def _ask(context: Context, method: str, params: Params) -> Any:
    """The index process's answer.

    Raises:
        IndexSilent: it does not run. Refusal: its own no.
    """
    try:
        async with asyncio.timeout(context.settings.answer_s):
            return await context.index.ask(method, params)
    except (TimeoutError, ConnectionError):
        raise IndexSilent() from None


_TAG = "supervision"

ROUTES = (
    Route(
        "GET",
        "/v1/supervision",
        uses,
        "list_mandate_uses",
        _TAG,
        Both("监管授权的使用记录", "What the regulator did"),
        Both(
            "监管方依授权所办的一切：冻结、解冻、查询、召回，按先后排列，各附经办人、文书摘要、对象与期限。对全体成员可见。",
            "Everything that the regulator did under its mandate, the oldest first: freezes, thaws, inspections, recalls, each with its officers, the digest of the "
            "document, scope and end. Every member sees it.",
        ),
        {200: (Both("一页", "A page"), Content(JSON, "CasePage"))},
        (400, 503),
        parameters=(_AFTER, LIMIT),
    ),
    Route(
        "GET",
        "/v1/supervision/case",
        case,
        "get_case",
        _TAG,
        Both("穿透查询", "A case"),
        Both(
            "须由监管方签名请求，并指明已登记且未到期的查询。返回所有应用中涉及该对象的事件，按先后排列；各交易的回执另取核验。",
            "Asks for a request signed by the regulator that names a standing inspection. The events of all applications that name its scope, the oldest first; "
            "receipts of their transactions are asked for apart.",
        ),
        {200: (Both("一页", "A page"), Content(JSON, "CasePage"))},
        (400, 401, 403, 503),
        parameters=(_SCOPE, _INSPECTION, _AFTER, LIMIT),
    ),
)
