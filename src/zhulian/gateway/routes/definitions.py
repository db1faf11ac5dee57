"""Definitions on chain: which there are, and one with its tree, its view and its manual."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.answers import JSON, encoded, plain, tagged
from zhulian.gateway.apps.describing import manual_of, reports_chapter
from zhulian.gateway.apps.showing import words
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import Context, context_of, language_of
from zhulian.gateway.cursors import open_cursor, seal_cursor
from zhulian.gateway.parameters import Number, Text, digest, known_only

__all__ = ["AFTER", "LIMIT", "ROUTES", "page_of"]

AFTER = Text("after", "上一页给出的翻页标记", "The cursor that the page before gave")
LIMIT = Number("limit", "每页项数", "Items a page", 1, 100, 50)
_MARKDOWN = "text/markdown; charset=utf-8"


async def page_of(
    request: Request, context: Context, collection: str, prefix: list[str]
) -> tuple[list[tuple[list[str], Any]], dict[str, Any]]:
    """A page of a collection as (key parts after the prefix, value), and `{"next": cursor}` where there is more."""
    cursor = request.query_params.get("after")
    after = None if cursor is None else open_cursor(cursor, collection, prefix)
    found = await context.read(context.ledger.page(collection, prefix, after, LIMIT.read(request) or 50))
    rows = [(each["key"][1 + len(prefix) :], each["value"]) for each in found["items"]]
    more = {} if found.get("next") is None else {"next": seal_cursor(collection, prefix, found["next"])}
    return rows, more


async def definitions(request: Request) -> Response:
    """Published definitions, in the order of their digests."""
    known_only(request, (AFTER, LIMIT))
    rows, more = await page_of(request, context_of(request), "scenario/definitions", [])
    return plain({"items": [{"definition": key[0], **value} for key, value in rows], **more})


async def definition(request: Request) -> Response:
    """One definition: its tree as it was published, and the view model that pages are made from."""
    known_only(request, ())
    context = context_of(request)
    loaded = await context.read(context.definitions.get(digest(request.path_params["definition"], "definition")))
    tree = loaded.tree
    answer = {"definition": loaded.digest, **loaded.published, "title": words(tree.title, tree.scenario)}
    return tagged(request, encoded(answer)[:-1] + b',"tree":' + loaded.text + b',"view":' + encoded(loaded.view) + b"}")


async def reports(request: Request) -> Response:
    """Provers' reports about a definition, how many must agree before an instance opens, and who agrees."""
    known_only(request, ())
    context = context_of(request)
    loaded = await context.read(context.definitions.get(digest(request.path_params["definition"], "definition")))
    return plain(await _reported(request, context, loaded.digest))


async def _reported(request: Request, context: Context, definition: str) -> dict[str, Any]:
    rows, _ = await page_of(request, context, "scenario/reports", [definition])
    voted, _ = await page_of(request, context, "scenario/reports_needed", [])
    members, _ = await page_of(request, context, "identity/members", [])
    governance = (await context.read(context.chain.get())).document["governance"]
    filed = rows[0][1]["by"] if rows else {}
    needed = voted[0][1] if voted else governance.get("reports", 0)
    agreed = _agreed(filed, members[0][1]["active"] if members else [])
    return {
        "definition": definition,
        "needed": needed,
        "agreed": agreed,
        "enough": len(agreed) >= needed,
        "reports": [{"organisation": name, **value} for name, value in sorted(filed.items())],
    }


def _agreed(filed: dict[str, Any], active: list[str]) -> list[str]:
    """The members behind the report that most of them have filed, among those that refute nothing."""
    by_report: dict[str, list[str]] = {}
    for name in active:
        if name in filed and filed[name]["refuted"] == 0:
            by_report.setdefault(filed[name]["report"], []).append(name)
    return max(by_report.values(), key=len, default=[])


async def manual(request: Request) -> Response:
    """The manual of a definition in the language asked for, as Markdown, with the provers' reports that were filed beside it."""
    known_only(request, ())
    context = context_of(request)
    loaded = await context.read(context.definitions.get(digest(request.path_params["definition"], "definition")))
    language = language_of(request)
    text = manual_of(loaded, language)
    filed = reports_chapter(await _reported(request, context, loaded.digest), text, language)
    return tagged(request, (text + filed).encode(), _MARKDOWN)


_TAG = "apps"
_DIGEST = "9f3c" * 16
_PART = PathPart(
    "definition", Both("场景定义的摘要", "The definition's digest"), {"type": "string", "pattern": "^[0-9a-f]{64}$"}, _DIGEST
)

ROUTES = (
    Route(
        "GET",
        "/v1/definitions",
        definitions,
        "list_definitions",
        _TAG,
        Both("场景定义列表", "Published definitions"),
        Both("链上已发布的场景定义，分页列出。", "The definitions that are published on the chain, page by page."),
        {200: (Both("一页", "A page"), Content(JSON, "Rows"))},
        (400,),
        parameters=(AFTER, LIMIT),
    ),
    Route(
        "GET",
        "/v1/definitions/{definition}",
        definition,
        "get_definition",
        _TAG,
        Both("一个场景定义", "One definition"),
        Both(
            "tree 为链上所存的规范化定义，其摘要即定义的编号；view 为页面、表单与手册所用的视图模型。",
            "`tree` is the normalised definition as the chain keeps it, whose digest is its name; `view` is the view model that pages, forms and manuals are made from.",
        ),
        {200: (Both("定义与视图模型", "The definition with its view model"), Content(JSON, "Definition"))},
        (400, 404),
        parts=(_PART,),
    ),
    Route(
        "GET",
        "/v1/definitions/{definition}/reports",
        reports,
        "list_reports",
        _TAG,
        Both("证明报告", "Provers' reports"),
        Both(
            "各机构就该定义报送的证明报告（摘要与各类结论的项数）、本链要求的家数，以及报告一致且无推翻项的机构。",
            "The reports that organisations have filed about the definition (digest, and verdicts of each kind), how many the chain asks "
            "for, and which of them agree on one that refutes nothing.",
        ),
        {200: (Both("证明报告", "The reports"), Content(JSON, "Reports"))},
        (400, 404),
        parts=(_PART,),
    ),
    Route(
        "GET",
        "/v1/definitions/{definition}/manual",
        manual,
        "get_manual",
        _TAG,
        Both("使用手册", "The manual"),
        Both(
            "由定义生成的使用手册（Markdown），末尾列明各机构就该定义报送的证明报告；语言按 lang 或 Accept-Language。",
            "The manual that is made from the definition, as Markdown, in the language of `lang` or Accept-Language; last come the provers' reports that "
            "organisations have filed about it.",
        ),
        {200: (Both("手册", "The manual"), Content("text/markdown", {"type": "string"}))},
        (400, 404),
        parts=(_PART,),
    ),
)
