"""What this node is: its state, the chain's genesis, the newest header."""

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.answers import JSON, plain, tagged
from zhulian.gateway.catalogue import Both, Content, Route
from zhulian.gateway.context import context_of, filing_number, language_of
from zhulian.gateway.errors import LedgerSilent
from zhulian.gateway.parameters import known_only
from zhulian.gateway.problems import RETRY_AFTER_S, problem_answer

__all__ = ["ROUTES"]


async def status(request: Request) -> Response:
    """200 with the node's state while deposits are accepted, else a problem with 503."""
    known_only(request, ())
    context = context_of(request)
    found = await context.read(context.ledger.status())
    if not found.get("accepting"):
        return problem_answer(LedgerSilent(retry_after_s=RETRY_AFTER_S), language_of(request), node=found)
    filing = await filing_number(context)
    return plain({**found, "filing": filing} if filing else found)


async def genesis(request: Request) -> Response:
    """The canonical bytes of the genesis document, whose digest names the chain."""
    known_only(request, ())
    context = context_of(request)
    return tagged(request, (await context.read(context.chain.get())).data)


async def head(request: Request) -> Response:
    """The newest header with its seals."""
    known_only(request, ())
    context = context_of(request)
    return plain(await context.read(context.ledger.head()))


async def spoken_head(request: Request) -> Response:
    """The newest header with this node's signed word that it is the newest it has."""
    known_only(request, ())
    context = context_of(request)
    return plain(await context.read(context.ledger.spoken_head()))


_TAG = "about"

ROUTES = (
    Route(
        "GET",
        "/v1/status",
        status,
        "get_status",
        _TAG,
        Both("节点状态", "State of the node"),
        Both("受理存证时返回 200，否则返回 503。", "Answers 200 while deposits are accepted, else 503."),
        {
            200: (
                Both("正在受理", "Deposits are accepted"),
                Content(JSON, "Status", {"accepting": True, "chain": "zl-demo." + "9f3c" * 16, "height": 1288, "pending": 0}),
            )
        },
        open=True,
    ),
    Route(
        "GET",
        "/v1/genesis",
        genesis,
        "get_genesis",
        _TAG,
        Both("创世配置", "Genesis"),
        Both(
            "返回规范 JSON 原文。请将其摘要与公布的创世摘要核对后，再用于验证回执。",
            "The exact canonical bytes. Compare their digest with the published one before you verify receipts with them.",
        ),
        {200: (Both("创世配置原文", "The genesis document"), Content(JSON, "Genesis"))},
        open=True,
    ),
    Route(
        "GET",
        "/v1/head",
        head,
        "get_head",
        _TAG,
        Both("最新区块头", "Newest header"),
        Both("最新区块头及其签章。", "The newest header and its seals."),
        {200: (Both("区块头与签章", "Header and seals"), Content(JSON, "Head"))},
    ),
    Route(
        "GET",
        "/v1/head/spoken",
        spoken_head,
        "get_spoken_head",
        _TAG,
        Both("最新高度声明", "Spoken head"),
        Both(
            "最新区块头及其签章，并由本节点以签章密钥声明：被询问时，这是它所有的最新区块头。轻客户端据此识别过时的状态。",
            "The newest header with its seals, and this node's word, signed with its seal key, that it was the newest it had when "
            "it was asked. By it a light client tells that a state is not an old one.",
        ),
        {200: (Both("最新高度声明", "The spoken head"), Content(JSON, "SpokenHead"))},
        (404, 409),
    ),
)
