"""What other members' nodes ask: seals they lack, snapshots to begin from, and what proves the engine's chain to a new engine."""

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.answers import JSON, plain
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import context_of
from zhulian.gateway.errors import NoSuchBlock, NotAChoice
from zhulian.gateway.parameters import HEIGHT_MAX, Choice, Number, known_only, parse_number

__all__ = ["ROUTES"]

_HEIGHT = Number("height", "共识引擎的高度", "The engine's height", 1)
_PAGE = Number("page", "页码，从 1 起", "The page, from 1", 1, 1000, 1)
_PER_PAGE = Number("per_page", "每页项数", "Items a page", 1, 100, 100)
_ASKED = Choice("what", "所问内容", "What is asked", ("commit", "consensus_params", "validators"))


async def seals(request: Request) -> Response:
    """The seals of one header."""
    known_only(request, ())
    height = parse_number(request.path_params["height"], "height", 1, HEIGHT_MAX)
    context = context_of(request)
    found = await context.read(context.ledger.seals(height))
    if found is None:
        raise NoSuchBlock(height=height)
    return plain(found)


async def snapshots(request: Request) -> Response:
    """The snapshots on offer."""
    known_only(request, ())
    context = context_of(request)
    return plain({"items": await context.read(context.ledger.snapshots())})


async def agreements(request: Request) -> Response:
    """The agreements in force."""
    known_only(request, ())
    context = context_of(request)
    return plain({"items": await context.read(context.ledger.agreements())})


async def engine(request: Request) -> Response:
    """One of the three answers that a new node's engine checks by itself."""
    known_only(request, (_HEIGHT, _PAGE, _PER_PAGE))
    what = request.path_params["what"]
    if what not in _ASKED.choices:
        raise NotAChoice(name=_ASKED.name, choices=", ".join(_ASKED.choices))
    context = context_of(request)
    height = _HEIGHT.read(request) or 0
    asked = context.ledger.engine(what, height, _PAGE.read(request) or 1, _PER_PAGE.read(request) or 100)
    return plain(await context.read(asked))


_TAG = "members"

ROUTES = (
    Route(
        "GET",
        "/v1/seals/{height}",
        seals,
        "get_seals",
        _TAG,
        Both("读取一个区块头的签章", "The seals of one header"),
        Both(
            "供缺少签章的节点补齐；签章为空表示本节点也尚未集齐。",
            "For nodes that lack them; an empty list means that this node has no quorum either.",
        ),
        {200: (Both("区块头摘要与签章", "The header's digest and its seals"), Content(JSON, {"type": "object"}))},
        (400, 404),
        open=True,
        parts=(PathPart("height", Both("高度，从 1 起", "The height, from 1"), {"type": "integer", "minimum": 1}, 1288),),
    ),
    Route(
        "GET",
        "/v1/snapshots",
        snapshots,
        "list_snapshots",
        _TAG,
        Both("可供新节点使用的快照", "Snapshots for new nodes"),
        Both(
            "由新到旧，含区块头与签章。快照内容由共识引擎在节点之间传送，逐块核验。",
            "The newest first, with header and seals. The engines carry the content from node to node, and every part is checked.",
        ),
        {200: (Both("快照列表", "The list"), Content(JSON, {"type": "object"}))},
        open=True,
    ),
    Route(
        "GET",
        "/v1/agreements",
        agreements,
        "list_agreements",
        _TAG,
        Both("链外协议", "Agreements outside the chain"),
        Both(
            "本节点生效的链外协议（跳过交易、失去成员后继续运行），验证恢复之后的回执时需要。",
            "Agreements of the members that are in force here: to skip a transaction, or to go on without lost members. "
            "Receipts from after the latter are verified with it.",
        ),
        {200: (Both("协议列表", "The list"), Content(JSON, {"type": "object"}))},
        open=True,
    ),
    Route(
        "GET",
        "/v1/engine/{what}",
        engine,
        "ask_engine",
        _TAG,
        Both("供新节点的共识引擎核对的内容", "What a new node's engine checks"),
        Both(
            "共识引擎的提交、验证人或参数，由提问方的轻客户端自行核验。",
            "A commit, the validators or the parameters of the engine's chain; the light client of whoever asks checks them.",
        ),
        {200: (Both("引擎的回答", "The engine's answer"), Content(JSON, {"type": "object"}))},
        (400, 404),
        open=True,
        parameters=(_HEIGHT, _PAGE, _PER_PAGE),
        parts=(PathPart("what", Both("所问内容", "What is asked"), _ASKED.schema(), "commit"),),
    ),
)
