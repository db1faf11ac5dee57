"""Identifiers that lead to records (GS1 Digital Link), and the whole way of a thing as an EPCIS document."""

from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.answers import encoded, tagged
from zhulian.gateway.apps.tracing import Place, instances_of, read_way
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import context_of, language_of
from zhulian.gateway.parameters import Text, known_only, segments
from zhulian.identifiers import normalise
from zhulian.identifiers.epcis import declaration, document, shown
from zhulian.identifiers.errors import NotAnIdentifier
from zhulian.identifiers.gs1 import read_path

__all__ = ["ROUTES"]

LINKSET = "application/linkset+json"
JSON_LD = "application/ld+json"
_VOC = "https://gs1.org/voc/"
_LINK_TYPE = Text(
    "linkType",
    "链接类型，如 linkset、gs1:traceability、gs1:epcis",
    "The type of link, such as linkset, gs1:traceability, gs1:epcis",
)
_LANG = Text("lang", "网页的语言，zh 或 en", "The language of the page, zh or en")


async def resolve(request: Request) -> Response:
    """The record that an identifier leads to: a redirection to its page, or all its links."""
    context = context_of(request)
    place = await instances_of(context, _identifier(request))
    wanted = request.query_params.get("linkType", "")
    if wanted in ("linkset", "all") or LINKSET in request.headers.get("accept", ""):
        answer = tagged(request, encoded(_linkset(place)), LINKSET)
        answer.headers["Vary"] = "Accept"
        return answer
    record = place.records[0][1]
    target = (
        f"/v1/way/{_path(record)}" if wanted in ("gs1:epcis", "epcis") else f"/way/{_path(record)}?lang={language_of(request)}"
    )
    links = f'</id/{quote(_shown_path(place.identifier))}?linkType=linkset>; rel="linkset"; type="{LINKSET}"'
    headers = {"Location": target, "Link": links, "Cache-Control": "no-cache", "Vary": "Accept, Accept-Language"}
    return Response(status_code=307, headers=headers)


async def way(request: Request) -> Response:
    """The whole way of a thing as an EPCIS 2.0 document, with what the chain knows of each event."""
    known_only(request, ())
    found = await read_way(context_of(request), "/".join(segments(request, "/v1/way/")))
    recorded = dict(found.events)
    events = [
        shown(name, each) | declaration(each, recorded.get(each.get("declared_wrong_by", ""))) for name, each in found.events
    ]
    return tagged(
        request, encoded(document(events, max([each["recorded_ms"] for each in recorded.values()], default=0))), JSON_LD
    )


def _identifier(request: Request) -> str:
    """The identifier behind `/id/`: a Digital Link's path as it stands, or `hdl/` and a Handle.

    Raises:
        IdentifierFault.
    """
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    text = raw.partition(b"?")[0].decode("ascii", "replace").removeprefix("/id/")
    if text.startswith("hdl/"):
        return normalise(f"hdl:{'/'.join(segments(request, '/id/hdl/'))}")
    if len(text) > 512:
        raise NotAnIdentifier(text=text[:200])
    return normalise(read_path(text).uri)


def _linkset(place: Place) -> dict[str, Any]:
    """All links of a thing (RFC 9264 §4.2; GS1-Conformant Resolver Standard 1.0 §6.2)."""
    context: dict[str, Any] = {"anchor": place.identifier}
    pages, documents, records = [], [], []
    for instance, record in place.records:
        kind, _, key = record.partition("/")[2].partition("/")
        for language, title in (("zh", "全程追溯"), ("en", "The whole way")):
            page = {"href": f"/way/{_path(record)}?lang={language}", "title": f"{title} · {instance}", "type": "text/html"}
            pages.append(page | {"hreflang": [language]})
        documents.append({"href": f"/v1/way/{_path(record)}", "title": f"EPCIS 2.0 · {instance}", "type": JSON_LD})
        records.append(
            {"href": f"/v1/apps/{instance}/records/{kind}/{quote(key, safe='')}", "title": instance, "type": "application/json"}
        )
    context[f"{_VOC}defaultLink"] = pages[:1]
    context[f"{_VOC}traceability"] = pages
    context[f"{_VOC}epcis"] = documents
    context[f"{_VOC}masterData"] = records
    return {"linkset": [context]}


def _path(record: str) -> str:
    return quote(record, safe="/")


def _shown_path(identifier: str) -> str:
    return identifier.replace("hdl:", "hdl/", 1) if identifier.startswith("hdl:") else identifier.split("/", 3)[3]


_TAG = "tracing"

ROUTES = (
    Route(
        "GET",
        "/id/{identifier}",
        resolve,
        "resolve_identifier",
        _TAG,
        Both("标识解析", "Resolve an identifier"),
        Both(
            "GS1 Digital Link 的路径（如 01/06901234567892/10/L1/21/7），或 hdl/ 加 Handle 标识。缺省重定向到追溯网页；linkType=linkset 或 Accept: application/linkset+json 时列出全部链接（RFC 9264）。单件未登记时按其批次解析。",
            "The path of a GS1 Digital Link, such as 01/06901234567892/10/L1/21/7, or hdl/ and a Handle. Redirects to the page of its way; with linkType=linkset or Accept: application/linkset+json it lists all links (RFC 9264). An item that is not followed leads to its lot.",
        ),
        {
            200: (Both("全部链接", "All links"), Content(LINKSET, {"type": "object"})),
            307: (Both("追溯网页", "The page of its way"), None),
        },
        (400, 404),
        parts=(PathPart("identifier", Both("标识", "The identifier"), example="01/06901234567892/10/L1"),),
        parameters=(_LINK_TYPE, _LANG),
        pattern="/id/{identifier:path}",
    ),
    Route(
        "GET",
        "/v1/way/{record}",
        way,
        "get_way",
        _TAG,
        Both("全程追溯（EPCIS 2.0）", "The whole way as EPCIS 2.0"),
        Both(
            "物品及其全部来源的事件，链上所知的部分；事件全文由登记方保管，链上为其承诺值（zhulian:content）。至多 500 个事件。",
            "The events of a thing and of all that it comes from, as far as the chain knows them; whoever recorded an event keeps its document, to which zhulian:content is the commitment. At most 500 events.",
        ),
        {200: (Both("EPCIS 文档", "The EPCIS document"), Content(JSON_LD, {"type": "object"}))},
        (400, 404),
        parts=(PathPart("record", Both("应用/记录类型/编号", "instance/type/key"), example="food/lot/L-1"),),
        pattern="/v1/way/{record:path}",
    ),
)
