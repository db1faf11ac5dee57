"""Submitting transactions, one or many, and asking what became of one."""

import asyncio
from typing import Any, cast

from starlette.requests import Request
from starlette.responses import Response

from zhulian.canonical import TooLong
from zhulian.gateway.answers import JSON, encoded, plain, tagged
from zhulian.gateway.bodies import media_type
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import body_of, context_of, language_of
from zhulian.gateway.envelopes import NDJSON, split_lines, split_list
from zhulian.gateway.errors import LedgerSilent, NoSuchTransaction, StillPending, WrongMedia
from zhulian.gateway.ledger import Wait
from zhulian.gateway.parameters import Choice, Text, digest, known_only
from zhulian.gateway.problems import RETRY_AFTER_S, outcome_problem

__all__ = ["ROUTES"]

_WAIT = Choice(
    "wait",
    "等到哪一步再答复：已受理、已入块、已签章",
    "How far the transaction must have come before the answer",
    ("admitted", "committed", "sealed"),
    "sealed",
)
_SUBMIT_PARAMETERS = (_WAIT,)


async def submit(request: Request) -> Response:
    """Submit one envelope: 200 applied, 202 admitted, or the problem that a rule found."""
    known_only(request, _SUBMIT_PARAMETERS)
    wait = cast("Wait", _WAIT.read(request))
    if media_type(request.scope) not in ("", JSON, "application/octet-stream"):
        raise WrongMedia(wanted=JSON)
    context = context_of(request)
    raw = await body_of(request, context.settings.envelope_bytes_max)
    outcome = await _waited(request, context.coalescer.submit(raw, wait))
    if outcome["status"] in ("turned_away", "refused"):
        return outcome_problem(outcome, language_of(request))
    return plain(outcome, 202 if outcome["status"] == "admitted" else 200)


async def submit_batch(request: Request) -> Response:
    """Submit many envelopes; each has its own outcome, in order."""
    known_only(request, _SUBMIT_PARAMETERS)
    wait = cast("Wait", _WAIT.read(request))
    kind = media_type(request.scope)
    if kind not in (JSON, NDJSON):
        raise WrongMedia(wanted=f"{JSON}, {NDJSON}")
    context = context_of(request)
    settings = context.settings
    body = await body_of(request, settings.batch_bytes_max)
    items = (split_lines if kind == NDJSON else split_list)(body, settings.batch_items_max)
    most = settings.envelope_bytes_max
    over = {place: TooLong(size=len(raw), most=most) for place, raw in enumerate(items) if len(raw) > most}
    if over:
        items = [raw for place, raw in enumerate(items) if place not in over]
    outcomes = await _waited(request, context.ledger.submit(items, wait)) if items else []
    for place, refused in over.items():
        outcomes.insert(place, {"transaction": None, "status": "turned_away", "refusal": refused.as_problem()})
    return plain({"outcomes": outcomes})


async def _waited(request: Request, asked: Any) -> Any:
    settings = context_of(request).settings
    try:
        async with asyncio.timeout(settings.wait_s):
            return await asked
    except TimeoutError:
        raise StillPending(seconds=int(settings.wait_s)) from None
    except ConnectionError:
        raise LedgerSilent(retry_after_s=RETRY_AFTER_S) from None


async def transaction(request: Request) -> Response:
    """One transaction with its result and its place."""
    known_only(request, ())
    name = digest(request.path_params["id"], "id")
    context = context_of(request)
    found = await context.read(context.ledger.transaction(name))
    if found is None:
        raise NoSuchTransaction(transaction=name)
    return tagged(request, encoded(found))


_TAG = "transactions"
_ID = "5b21" * 16
_ENVELOPE: dict[str, Any] = {
    "body": {
        "chain": "zl-demo." + "9f3c" * 16,
        "expires": 1766880000,
        "messages": [{"commitment": "7d0e" * 16, "type": "evidence.deposit"}],
        "nonce": "00112233445566778899aabbccddeeff",
        "signers": ["org1.o7"],
    },
    "signatures": [{"key": "c41a" * 16, "signature": "e8" * 64, "signer": "org1.o7"}],
}
_APPLIED = {"height": 1288, "index": 0, "status": "applied", "transaction": _ID}
_RETRY = Text(
    "Idempotency-Key",
    "可选，仅供中间设备使用：相同内容重发本就只入账一次",
    "Optional, for devices between us: the same bytes count once anyway",
)

ROUTES = (
    Route(
        "POST",
        "/v1/transactions",
        submit,
        "submit_transaction",
        _TAG,
        Both("提交一笔交易", "Submit one transaction"),
        Both(
            "正文为一笔已签名交易的规范 JSON。签名由客户端完成，网关只转交原文。相同内容可放心重发：已入块的返回 409（tx/5）并附其位置。",
            "The body is one signed envelope in canonical JSON. Keys stay with the client; the gateway hands on the bytes. Sending the same bytes again is safe: what is in a block already is answered by 409 (tx/5) with its place.",
        ),
        {
            200: (
                Both("已入块（wait=sealed 时已签章）", "In a block (and sealed, with wait=sealed)"),
                Content(JSON, "Outcome", _APPLIED),
            ),
            202: (
                Both("已受理，尚未入块", "Admitted, in no block yet"),
                Content(JSON, "Outcome", {"status": "admitted", "transaction": _ID}),
            ),
        },
        (400, 403, 408, 409, 413, 415, 422, 504),
        parameters=_SUBMIT_PARAMETERS,
        hot=True,
        headers=(_RETRY,),
        body=(Content(JSON, "Envelope", _ENVELOPE),),
    ),
    Route(
        "POST",
        "/v1/transactions/batch",
        submit_batch,
        "submit_batch",
        _TAG,
        Both("批量提交交易", "Submit many transactions"),
        Both(
            "JSON 数组，或每行一笔的 application/x-ndjson；至多 10000 笔、16 MiB。逐笔答复，一笔有误不影响其他。",
            "A JSON list, or one envelope a line as application/x-ndjson; at most 10,000 items and 16 MiB. Each item has its own outcome; a bad one does not sink the others.",
        ),
        {
            200: (
                Both("逐笔结果，顺序与提交一致", "One outcome an item, in order"),
                Content(
                    JSON,
                    "BatchOutcome",
                    {
                        "outcomes": [
                            _APPLIED,
                            {
                                "refusal": {
                                    "code": "tx/8",
                                    "en": "The signature of org1.o7 is not valid. Sign again with the registered key.",
                                    "fields": {"signer": "org1.o7"},
                                    "zh": "org1.o7 的签名无效。请用登记的密钥重新签名。",
                                },
                                "status": "turned_away",
                                "transaction": "60aa" * 16,
                            },
                        ]
                    },
                ),
            )
        },
        (400, 408, 413, 415, 504),
        parameters=_SUBMIT_PARAMETERS,
        hot=True,
        headers=(_RETRY,),
        body=(
            Content(
                JSON,
                {"type": "array", "items": {"$ref": "#/components/schemas/Envelope"}, "minItems": 1, "maxItems": 10_000},
                [_ENVELOPE],
            ),
            Content(NDJSON, {"type": "string"}),
        ),
    ),
    Route(
        "GET",
        "/v1/transactions/{id}",
        transaction,
        "get_transaction",
        _TAG,
        Both("查询一笔交易", "One transaction"),
        Both(
            "已入块的交易、其结果与位置。未通过的交易只留编号与费用。",
            "A transaction in a block, its result and place. Of a refused one only number and cost stay.",
        ),
        {200: (Both("交易与结果", "The transaction and its result"), Content(JSON, "Transaction"))},
        (400, 404),
        parts=(PathPart("id", Both("交易编号", "Transaction id"), {"type": "string", "pattern": "^[0-9a-f]{64}$"}, _ID),),
    ),
)
