"""Reading the state: one key with its proof, and collections page by page."""

from starlette.requests import Request
from starlette.responses import Response

from zhulian.errors import Refusal, Words
from zhulian.gateway.answers import JSON, encoded, plain, tagged
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import context_of
from zhulian.gateway.cursors import open_cursor, seal_cursor
from zhulian.gateway.errors import BadPath, NoSuchBlock
from zhulian.gateway.parameters import Number, Text, known_only, segments

__all__ = ["ROUTES"]

_HEIGHT = Number("height", "在哪个高度读取，缺省为最新", "The height to read at; the newest where left out", 1)
_PREFIX = Text("prefix", "键的前几段，可重复", "The first parts of the key; may be repeated", many=True)
_AFTER = Text("after", "上一页给出的翻页标记", "The cursor that the page before gave")
_LIMIT = Number("limit", "每页项数", "Items a page", 1, 100, 50)
_PAGE_PARAMETERS = (_PREFIX, _AFTER, _LIMIT)
_KEY_PARTS_MAX = 16


async def state(request: Request) -> Response:
    """A state fact: presence with the value, or absence, with its proof."""
    known_only(request, (_HEIGHT,))
    collection, key = _key(request, "/v1/state/")
    height = _HEIGHT.read(request)
    context = context_of(request)
    try:
        fact = await context.read(context.ledger.state([collection, *key], height))
    except Refusal as refused:
        if height is not None and refused.code == "ledger/5" and height > refused.fields["oldest"]:
            raise NoSuchBlock(height=height) from None  # not gone but still to come
        raise
    return tagged(request, encoded(fact))


async def collection(request: Request) -> Response:
    """A page of a collection in the order of its keys."""
    known_only(request, _PAGE_PARAMETERS)
    name, rest = _key(request, "/v1/collections/")
    if rest:
        raise BadPath(
            why=Words(
                "集合名由两部分组成，如 evidence/deposits；键的各部分请用 prefix 给出",
                "a collection has two parts, such as evidence/deposits; give the key's parts as prefix",
            )
        )
    prefix = request.query_params.getlist("prefix")
    cursor = request.query_params.get("after")
    after = None if cursor is None else open_cursor(cursor, name, prefix)
    limit = _LIMIT.read(request) or 50
    context = context_of(request)
    found = await context.read(context.ledger.page(name, prefix, after, limit))
    answer = {"items": found["items"]}
    if found.get("next") is not None:
        answer["next"] = seal_cursor(name, prefix, found["next"])
    return plain(answer)


def _key(request: Request, route: str) -> tuple[str, list[str]]:
    """`evidence/deposits/x` or `evidence%2Fdeposits/x`: the collection's name of two parts, and the rest of the key."""
    parts = segments(request, route)
    whole = "/" in parts[0]
    if len(parts) < 2 and not whole:
        raise BadPath(
            why=Words("集合名由两部分组成，如 evidence/deposits", "a collection has two parts, such as evidence/deposits")
        )
    if len(parts) > _KEY_PARTS_MAX:
        raise BadPath(why=Words(f"超过 {_KEY_PARTS_MAX} 个部分", f"it has more than {_KEY_PARTS_MAX} parts"))
    return (parts[0], parts[1:]) if whole else (f"{parts[0]}/{parts[1]}", parts[2:])


_TAG = "state"
_COLLECTION = PathPart(
    "collection", Both("集合名，如 evidence/deposits", "The collection, such as evidence/deposits"), example="evidence/deposits"
)

ROUTES = (
    Route(
        "GET",
        "/v1/state/{collection}/{key}",
        state,
        "get_state",
        _TAG,
        Both("读取一个状态及其证明", "A state value with its proof"),
        Both(
            "证明该键在某高度的取值；没有该键时证明其不存在。键有多段时以斜线分隔，段内的斜线写作 %2F。",
            "Proves the value at a height, or proves that there is none. A key of several parts is written with slashes between them; a slash within a part is %2F.",
        ),
        {200: (Both("状态及证明", "The fact with its proof"), Content(JSON, "StateFact"))},
        (400, 404, 409, 410),
        parts=(_COLLECTION, PathPart("key", Both("键", "The key"), example="4f7a" * 16)),
        parameters=(_HEIGHT,),
        pattern="/v1/state/{key:path}",
    ),
    Route(
        "GET",
        "/v1/collections/{collection}",
        collection,
        "list_collection",
        _TAG,
        Both("分页读取集合", "A collection, page by page"),
        Both(
            "按键的顺序分页。翻页标记不可自行拼写，且只适用于给出它的集合。",
            "In the order of keys. Cursors are opaque and good only for the collection that gave them.",
        ),
        {200: (Both("一页", "A page"), Content(JSON, "Page"))},
        (400, 404),
        parts=(_COLLECTION,),
        parameters=_PAGE_PARAMETERS,
        pattern="/v1/collections/{key:path}",
    ),
)
