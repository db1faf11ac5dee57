"""Asking for an action: from what people fill in to the body that the client signs, and whether it would be allowed now."""

import secrets
import time
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from zhulian import canonical
from zhulian.canonical import Malformed, WrongShape
from zhulian.errors import Words
from zhulian.gateway.answers import JSON, plain
from zhulian.gateway.apps.places import app_of
from zhulian.gateway.apps.showing import moment_of
from zhulian.gateway.bodies import media_type
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.chain import Chain
from zhulian.gateway.context import body_of, context_of
from zhulian.gateway.errors import SignersDue, WrongMedia
from zhulian.gateway.parameters import known_only
from zhulian.gateway.routes.apps import INSTANCE
from zhulian.language.asking import Asked, ask, read_expiry

__all__ = ["ROUTES"]

_BODY_MAX = 256 * 1024
_EXPIRY_SHARE = 2
"""A body expires after this fraction of the chain's window, so that clocks may differ by the rest."""


class _Ask(msgspec.Struct, forbid_unknown_fields=True):
    """What is filled in; values as people write them, what is private as its commitment."""

    by: dict[str, str] = {}
    input: dict[str, Any] = {}
    on: list[str | list[str]] = []
    propose: str = ""
    signers: list[str] = []


_ASK = msgspec.json.Decoder(_Ask)


async def act(request: Request) -> Response:
    """The message of an action and, where the signers are named, the body that they sign."""
    asked, message, given, chain = await _read(request)
    answer: dict[str, Any] = {"action": asked.action.name, "message": message, "record": asked.record}
    if asked.key is not None:
        answer["key"] = list(asked.key)
    if given.signers:
        body = _body(chain, message, given.signers)
        data = canonical.encode(body)
        answer |= {
            "body": body,
            "preimage": chain.hasher.preimage("body", data).hex(),
            "transaction": chain.hasher.digest("body", data).hex(),
        }
    return plain(answer)


async def check(request: Request) -> Response:
    """Whether the action would be allowed now, and otherwise which rule says no."""
    _, message, given, chain = await _read(request)
    if not given.signers:
        raise SignersDue()
    context = context_of(request)
    return plain(await context.read(context.ledger.rehearse(canonical.encode(_body(chain, message, given.signers)))))


async def _read(request: Request) -> tuple[Asked, dict[str, Any], _Ask, Chain]:
    known_only(request, ())
    if media_type(request.scope) not in ("", JSON):
        raise WrongMedia(wanted=JSON)
    context = context_of(request)
    app = await app_of(request)
    try:
        given = _ASK.decode(await body_of(request, _BODY_MAX))
    except msgspec.ValidationError as wrong:
        raise WrongShape(why=Words.quote(wrong)) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise Malformed(why=Words.quote(wrong)) from None
    chain = await context.chain.get()
    moment = moment_of(chain, int(time.time()))
    parties = {each if each.startswith("~") else each.partition(".")[0] for each in given.signers}
    asked = ask(
        app.tree,
        str(request.path_params["action"]),
        given.input,
        moment,
        on=given.on,
        by=given.by or None,
        all_named=bool(given.propose),
        party=parties.pop() if len(parties) == 1 else None,
    )
    if given.propose:
        return asked, asked.propose(app.name, read_expiry(given.propose, moment)), given, chain
    return asked, asked.act(app.name), given, chain


def _body(chain: Chain, message: dict[str, Any], signers: list[str]) -> dict[str, Any]:
    window = int(chain.document.get("limits", {}).get("expiry_window_s", 600))
    return {
        "chain": chain.chain,
        "expires": int(time.time()) + max(1, window // _EXPIRY_SHARE),
        "messages": [message],
        "nonce": secrets.token_hex(16),
        "signers": sorted(set(signers)),
    }


_TAG = "apps"
_ACTION = PathPart("action", Both("操作的名称", "The action's name"), example="draw")
_EXAMPLE = {
    "input": {"amount": "1000000", "contract": "7d0e" * 16, "debtor": "meidi", "due": "+90d", "number": "AR-2026-001"},
    "signers": ["anchor.clerk"],
}

ROUTES = (
    Route(
        "POST",
        "/v1/apps/{instance}/actions/{action}",
        act,
        "build_action",
        _TAG,
        Both("填报一个操作", "Fill in an action"),
        Both(
            "按定义读取填报内容，返回待签名的交易内容；签名由客户端完成，再以 POST /v1/transactions 提交。保密内容只填承诺值。各应用的填报项见其 openapi.json。",
            "Reads what is filled in by the definition and answers the body to sign. Keys stay with the client, which signs and submits with POST /v1/transactions. What is private is given as its commitment. Each application's own inputs stand in its openapi.json.",
        ),
        {200: (Both("待签名的内容", "What is to be signed"), Content(JSON, "Asked"))},
        (400, 404, 408, 413, 415, 422),
        parts=(INSTANCE, _ACTION),
        body=(Content(JSON, "Ask", _EXAMPLE),),
    ),
    Route(
        "POST",
        "/v1/apps/{instance}/actions/{action}/check",
        check,
        "check_action",
        _TAG,
        Both("试办一个操作", "Check an action"),
        Both(
            "在最新状态上试办，不写入任何内容；不能办理时给出编号与办法。到提交时情形可能已变。",
            "Tries it on the newest state and writes nothing; where a rule says no, its number and what to do. Things may have changed by the time it is submitted.",
        ),
        {200: (Both("试办结果", "The verdict"), Content(JSON, "Verdict"))},
        (400, 404, 408, 413, 415, 422),
        parts=(INSTANCE, _ACTION),
        body=(Content(JSON, "Ask", _EXAMPLE),),
    ),
)
