"""Receipts: the proofs that go into somebody's files."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from zhulian.canonical import Malformed, WrongShape
from zhulian.errors import Refusal, Words
from zhulian.gateway.answers import JSON, encoded, plain, tagged
from zhulian.gateway.bodies import media_type
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import body_of, context_of, language_of
from zhulian.gateway.errors import BatchTooLong, NoSuchReceipt, ReceiptNotReady, WrongMedia
from zhulian.gateway.parameters import digest, known_only
from zhulian.gateway.problems import RETRY_AFTER_S, problem_answer

__all__ = ["ROUTES"]


class _Ids(msgspec.Struct, forbid_unknown_fields=True):
    transactions: list[str]


_IDS = msgspec.json.Decoder(_Ids)


async def receipt(request: Request) -> Response:
    """The receipt of one transaction, once its block is sealed."""
    known_only(request, ())
    name = digest(request.path_params["id"], "id")
    context = context_of(request)
    (found,) = await context.read(context.ledger.receipts([name]))
    if found.get("receipt") is None:
        refused = _why(name, found)
        return problem_answer(refused, language_of(request), transaction=name)
    return tagged(request, encoded(found["receipt"]))


async def receipts(request: Request) -> Response:
    """Receipts of many transactions; one entry for each, in order."""
    known_only(request, ())
    if media_type(request.scope) not in ("", JSON):
        raise WrongMedia(wanted=JSON)
    context = context_of(request)
    most = context.settings.ids_max
    body = await body_of(request, 80 * most + 1024)
    try:
        asked = _IDS.decode(body).transactions
    except msgspec.ValidationError as wrong:
        raise WrongShape(why=Words.quote(wrong)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Malformed(why=Words.quote(wrong)) from None
    if len(asked) > most:
        raise BatchTooLong(count=len(asked), most=most)
    names = [digest(each, f"transactions[{place}]") for place, each in enumerate(asked)]
    found = await context.read(context.ledger.receipts(names)) if names else []
    return plain({"items": [_entry(name, each) for name, each in zip(names, found, strict=True)]})


def _entry(name: str, found: dict[str, Any]) -> dict[str, Any]:
    if found.get("receipt") is None:
        return {"transaction": name, "refusal": _as_data(_why(name, found))}
    return {"transaction": name, "receipt": found["receipt"]}


def _why(name: str, found: dict[str, Any]) -> Refusal | dict[str, Any]:
    if found.get("refusal") is not None:  # the ledger's own, such as a body taken down
        given: dict[str, Any] = found["refusal"]
        return given
    if found.get("why") == "unsealed":
        return ReceiptNotReady(transaction=name, retry_after_s=RETRY_AFTER_S)
    return NoSuchReceipt(transaction=name)


def _as_data(refused: Refusal | dict[str, Any]) -> dict[str, Any]:
    return refused.as_problem() if isinstance(refused, Refusal) else refused


_TAG = "receipts"
_ID = "5b21" * 16

ROUTES = (
    Route(
        "GET",
        "/v1/receipts/{id}",
        receipt,
        "get_receipt",
        _TAG,
        Both("取交易回执", "Receipt of a transaction"),
        Both(
            "回执可脱离本网关、离线验证。存证的盐值与原文摘要只在存证方手中，不在其中。",
            "It can be verified offline, without this gateway. What only the depositor knows (salt, file digest) is not in it.",
        ),
        {200: (Both("回执", "The receipt"), Content(JSON, "Receipt"))},
        (400, 404, 409, 410, 422),
        parts=(PathPart("id", Both("交易编号", "Transaction id"), {"type": "string", "pattern": "^[0-9a-f]{64}$"}, _ID),),
    ),
    Route(
        "POST",
        "/v1/receipts",
        receipts,
        "get_receipts",
        _TAG,
        Both("批量取回执", "Receipts of many transactions"),
        Both(
            "至多 500 个编号。逐个答复，没有回执的说明原因。",
            "At most 500 ids. One entry each, in order; where there is no receipt it says why.",
        ),
        {200: (Both("逐个结果", "One entry an id"), Content(JSON, "Receipts"))},
        (400, 408, 413, 415),
        body=(Content(JSON, "Ids", {"transactions": [_ID]}),),
    ),
)
