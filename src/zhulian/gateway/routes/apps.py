"""Open instances: the list, one with its view, and who has which role in it."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.answers import JSON, encoded, plain, tagged
from zhulian.gateway.apps.definitions import App
from zhulian.gateway.apps.openapi import describe_app
from zhulian.gateway.apps.places import app_of
from zhulian.gateway.apps.showing import calendar_of, words
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import context_of
from zhulian.gateway.parameters import Text, known_only
from zhulian.gateway.routes.definitions import AFTER, LIMIT, page_of
from zhulian.language.values import shown

__all__ = ["INSTANCE", "ROUTES"]

_ROLE = Text("role", "只列这一角色", "Only this role")
_TOTAL = Text("total", "只列这一合计", "Only this total")
_ASSET = Text("asset", "只列这一资产", "Only this asset")
_OF = Text(
    "of",
    "只列这一记录名下的，如 hz-receivable/receivable/AR-1",
    "Only what is kept per this record, such as hz-receivable/receivable/AR-1",
)
_NAME_MAX = 256


async def apps(request: Request) -> Response:
    """Open instances in the order of their names, the built-in ones among them."""
    known_only(request, (AFTER, LIMIT))
    context = context_of(request)
    rows, more = await page_of(request, context, "scenario/instances", [])
    opened = await context.read(asyncio.gather(*(context.definitions.opened(key[0], value) for key, value in rows)))
    return plain({"items": [_brief(each) for each in opened], **more})


async def app(request: Request) -> Response:
    """One instance: what the chain keeps of it, its settings as people read them, and its view model."""
    known_only(request, ())
    found = await app_of(request)
    calendar = calendar_of(await context_of(request).chain.get(), 0)
    settings = {}
    for each in found.tree.settings:
        value = found.value["settings"].get(each.name)
        said = shown(each, value, calendar)
        settings[each.name] = {"title": words(each.title, each.name), "value": value, "zh": said.zh, "en": said.en}
    answer = _brief(found) | {
        "actions": [{"action": each.name, "title": words(each.title, each.name)} for each in found.tree.actions],
        "settings": settings,
        "uses": found.value["uses"],
    }
    answer |= {name: found.value[name] for name in ("before", "coming") if found.value.get(name)}
    return tagged(request, encoded(answer)[:-1] + b',"view":' + encoded(found.loaded.view) + b"}")


async def openapi(request: Request) -> Response:
    """The OpenAPI description of one instance's own routes; `lang` chooses the language, else both."""
    known_only(request, ())
    wanted = request.query_params.get("lang")
    return tagged(request, encoded(describe_app(await app_of(request), wanted if wanted in ("zh", "en") else None)))


async def roles(request: Request) -> Response:
    """Who has which role."""
    known_only(request, (_ROLE, AFTER, LIMIT))
    found = await app_of(request)
    context = context_of(request)
    prefix = _prefix(request, found, (_ROLE,))
    rows, more = await page_of(request, context, "scenario/members", prefix)
    titles = {each.name: each.title for each in found.tree.roles}
    items = []
    for key, value in rows:
        role, party = [*prefix[1:], *key]
        items.append({"role": role, "title": words(titles.get(role), role), "party": party, **value})
    return plain({"items": items, **more})


async def totals(request: Request) -> Response:
    """Sums and counts that the chain keeps."""
    known_only(request, (_TOTAL, AFTER, LIMIT))
    found = await app_of(request)
    prefix = _prefix(request, found, (_TOTAL,))
    rows, more = await page_of(request, context_of(request), "scenario/totals", prefix)
    known = {each.name: each for each in found.tree.totals}
    calendar = calendar_of(await context_of(request).chain.get(), 0)
    items = []
    for key, value in rows:
        name, of = [*prefix[1:], *key]
        total = known.get(name)
        item: dict[str, Any] = {"total": name, "of": of, "value": value, "zh": str(value), "en": str(value)}
        if total is not None:
            item["title"] = words(total.title, name)
            field = next(
                (f for r in found.tree.records if r.name == total.record for f in r.fields if f.name == total.field), None
            )
            if field is not None:
                said = shown(field, value, calendar)
                item |= {"zh": said.zh, "en": said.en}
        items.append(item)
    return plain({"items": items, **more})


async def balances(request: Request) -> Response:
    """Who holds what of the assets that the instance issues."""
    known_only(request, (_ASSET, _OF, AFTER, LIMIT))
    found = await app_of(request)
    prefix = _prefix(request, found, (_ASSET, _OF))
    rows, more = await page_of(request, context_of(request), "asset/balances", prefix)
    known = {each.name: each for each in found.tree.assets}
    items = []
    for key, value in rows:
        name, of, owner = [*prefix[1:], *key]
        item: dict[str, Any] = {"asset": name, "of": of, "owner": owner, "units": value["units"]}
        if name in known:
            item |= {"title": words(known[name].title, name), "unit": known[name].unit, "scale": known[name].scale}
        items.append(item)
    return plain({"items": items, **more})


async def proposals(request: Request) -> Response:
    """Actions whose signatures are being gathered."""
    known_only(request, (AFTER, LIMIT))
    found = await app_of(request)
    rows, more = await page_of(request, context_of(request), "scenario/proposals", [found.name])
    return plain({"items": [{"proposal": key[0], **value} for key, value in rows], **more})


def _brief(found: App) -> dict[str, Any]:
    tree = found.tree
    brief = {
        "instance": found.name,
        "title": words(tree.title, tree.scenario),
        **{name: found.value[name] for name in ("definition", "height", "operator", "scenario", "version")},
    }
    return brief | ({"module": found.value["module"]} if found.value.get("module") else {})


def _prefix(request: Request, found: App, named: tuple[Text, ...]) -> list[str]:
    """The instance, and the next parts of the key where they are asked for, in their order."""
    prefix = [found.name]
    for each in named:
        value = request.query_params.get(each.name)
        if value is None:
            break
        prefix.append(value[:_NAME_MAX])
    return prefix


_TAG = "apps"
INSTANCE = PathPart(
    "instance",
    Both("应用的名称", "The instance's name"),
    {"type": "string", "pattern": "^[a-z][a-z0-9-]{0,30}$"},
    "hz-receivable",
)
_PAGE = {200: (Both("一页", "A page"), Content(JSON, "Rows"))}


def _listing(path: str, endpoint: Any, name: str, summary: Both, text: Both, *own: Text) -> Route:
    return Route(
        "GET", path, endpoint, name, _TAG, summary, text, _PAGE, (400, 404), parts=(INSTANCE,), parameters=(*own, AFTER, LIMIT)
    )


ROUTES = (
    Route(
        "GET",
        "/v1/apps",
        apps,
        "list_apps",
        _TAG,
        Both("应用列表", "Open applications"),
        Both(
            "链上已开通的应用，分页列出，含内置的 evidence（存证）。",
            "The instances that are open on the chain, page by page, the built-in `evidence` among them.",
        ),
        _PAGE,
        (400,),
        parameters=(AFTER, LIMIT),
    ),
    Route(
        "GET",
        "/v1/apps/{instance}",
        app,
        "get_app",
        _TAG,
        Both("一个应用", "One application"),
        Both(
            "应用的定义、参数、所用的其他应用，以及页面所用的视图模型。",
            "Its definition, settings, the instances that it uses, and the view model that pages are made from.",
        ),
        {200: (Both("应用", "The application"), Content(JSON, "App"))},
        (400, 404),
        parts=(INSTANCE,),
    ),
    Route(
        "GET",
        "/v1/apps/{instance}/openapi.json",
        openapi,
        "get_app_openapi",
        _TAG,
        Both("应用自身的接口描述", "OpenAPI of one application"),
        Both(
            "由定义生成：每个操作的填报项、单位、上下限，中英文兼备。",
            "Made from the definition: each action with its inputs, units and bounds, in both languages.",
        ),
        {200: (Both("OpenAPI 3.1", "OpenAPI 3.1"), Content(JSON, {"type": "object"}))},
        (400, 404),
        parts=(INSTANCE,),
    ),
    _listing(
        "/v1/apps/{instance}/roles",
        roles,
        "list_roles",
        Both("角色与参与方", "Roles and parties"),
        Both("谁在应用中担任何种角色、由谁准入。", "Who has which role, and who admitted them."),
        _ROLE,
    ),
    _listing(
        "/v1/apps/{instance}/totals",
        totals,
        "list_totals",
        Both("合计", "Totals"),
        Both("链上随业务维护的合计与计数。", "Sums and counts that the chain keeps as records change."),
        _TOTAL,
    ),
    _listing(
        "/v1/apps/{instance}/balances",
        balances,
        "list_balances",
        Both("资产余额", "Balances"),
        Both("应用所发行资产的持有情况；of 须与 asset 同用。", "Who holds what the application issues; `of` goes with `asset`."),
        _ASSET,
        _OF,
    ),
    _listing(
        "/v1/apps/{instance}/proposals",
        proposals,
        "list_proposals",
        Both("待签事项", "Proposals"),
        Both("内容已定、正在逐个签名的操作。", "Actions whose content is fixed and whose signatures come one by one."),
    ),
)
