"""Signing in with a key that lies in the browser: a challenge, and the browser's own request signed as signed requests are.

The key stays in the browser; what comes here is a signature over this one request, held against the key that the chain has registered.
"""

import json
import secrets
import time
from typing import Any

from nicegui import app
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from zhulian.client.chain import AsyncChain
from zhulian.console.context import Context
from zhulian.console.door import bake, safe_path
from zhulian.console.errors import NotYourKey
from zhulian.console.parts.html import Safe, note, tag
from zhulian.console.parts.plain import Plain
from zhulian.console.words import LANGUAGES
from zhulian.errors import Refusal, Words
from zhulian.gateway.access.signatures import Credentials, check_time, describe, parse_credentials, verify

__all__ = ["register", "shown"]

_SKEW_S = 300
_BODY_MAX = 4096
_TEXTS = (
    "again", "away", "badFile", "badName", "bring", "brought", "copy", "differ", "enter", "file", "filePassphrase", "made", "make", "more", "name", "new",
    "newPassphrase", "newSays", "none", "old", "oldSays", "passphrase", "remove", "removed", "request", "short", "sure", "there", "wrong",
)  # fmt: skip


def register(context: Context) -> None:
    """The addresses /enter/key/begin and /enter/key."""
    desk = context.desk

    async def begin(request: Request) -> Response:
        page = Plain(request)
        try:
            desk.attempts.begin(page.address)
        except Refusal as why:
            return JSONResponse({"refusal": _told(page, why)}, 429)
        token, visitor = desk.sessions.begin(page.address, page.agent)
        visitor.asked = {"nonce": secrets.token_hex(16)}
        answer = JSONResponse({"nonce": visitor.asked["nonce"], "time": int(time.time())})
        bake(answer, request.scope, token)
        return answer

    async def enter(request: Request) -> Response:
        page, body = Plain(request), await _body(request)
        before = page.visitor
        nonce = before.asked.pop("nonce", "") if before is not None else ""
        token, visitor = desk.sessions.begin(page.address, page.agent)
        named = ""
        try:
            credentials = parse_credentials(request.headers.get("authorization", "").partition(" ")[2])
            named = credentials.signer
            await _judge(await context.anybody(), request, credentials, body, nonce)
        except Refusal as why:
            desk.sessions.close(visitor, "refused")
            return JSONResponse({"refusal": _told(page, desk.refuse(visitor, "key", named, why))}, 403)
        if before is not None:
            desk.leave(before)
        desk.sign_in(visitor, "key", credentials.signer, key=credentials.key)
        answer = JSONResponse({"next": safe_path(_wanted(body))})
        bake(answer, request.scope, token)
        return answer

    app.add_route("/enter/key/begin", begin, methods=["POST"])
    app.add_route("/enter/key", enter, methods=["POST"])


def shown(page: Plain, wanted: str, chain: AsyncChain | None) -> Safe:
    """The place that the key script fills; without a node there is no telling of which chain a key would be."""
    title = tag("h2", page.say("key.title"))
    if chain is None:
        return tag("section", title, note(page.say("home.away"), "warn"), class_="card")
    texts = {each: LANGUAGES[page.language][f"key.{each}"] for each in _TEXTS}
    place = tag(
        "div",
        id="keys",
        data_texts=json.dumps(texts, ensure_ascii=False),
        data_genesis=chain.core.hasher.genesis.hex(),
        data_suite=chain.core.hasher.suite.name,
        data_next=wanted,
    )
    return tag(
        "section", title, note(page.say("key.says")), place, tag("noscript", note(page.say("key.noscript"))), class_="card"
    )


async def _judge(chain: AsyncChain, request: Request, credentials: Credentials, body: bytes, nonce: str) -> None:
    """See that the request was signed now, for this challenge, by a key that is registered and good.

    Raises:
        NotYourKey. UnsignedProperly, WrongTime. Refusal: the node does not answer.
    """
    if not nonce or not secrets.compare_digest(nonce, credentials.nonce):
        raise NotYourKey(why=Words("登录请求已用过或不属于本浏览器", "the challenge is another browser's, or was used"))
    check_time(credentials, time.time(), _SKEW_S)
    found = await _value(chain, "identity/keys", credentials.key)
    holder = await _value(chain, "identity/signers", credentials.signer)
    organisation = await _value(chain, "identity/organisations", credentials.signer.partition(".")[0])
    if found is None or found["signer"] != credentials.signer or holder is None:
        raise NotYourKey(why=Words("链上没有登记该主体的这把密钥", "the chain has no such key of that signer"))
    if found.get("revoked") is not None or holder.get("revoked") is not None or credentials.key not in holder["keys"]:
        raise NotYourKey(why=Words("密钥已吊销", "the key is revoked"))
    if not found["not_before"] <= time.time() <= found["not_after"]:
        raise NotYourKey(why=Words("数字证书不在有效期内", "its certificate is not valid now"))
    if organisation is None or organisation["status"] != "active":
        raise NotYourKey(why=Words("机构不是有效成员", "the organisation is no active member"))
    hasher = chain.core.hasher
    description = describe(hasher.suite, credentials, "POST", request.headers.get("host", "").lower(), request.url.path, body)
    verify(hasher, bytes.fromhex(found["public_key"]), credentials, description)


async def _value(chain: AsyncChain, *key: str) -> dict[str, Any] | None:
    found = (await chain.state(key)).value
    return found if isinstance(found, dict) else None


async def _body(request: Request) -> bytes:
    return b"" if int(request.headers.get("content-length") or _BODY_MAX + 1) > _BODY_MAX else await request.body()


def _wanted(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return "/"
    return str(found.get("next", "/")) if isinstance(found, dict) else "/"


def _told(page: Plain, why: Refusal) -> str:
    return f"{why.code}　{why.say(page.language)}"
