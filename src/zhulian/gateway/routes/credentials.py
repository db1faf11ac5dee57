"""DID documents of organisations, and the tokens of status lists, each held against the chain."""

import asyncio
import re
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from zhulian.credentials.dids import CONTENT_TYPE, did_document, did_of, read_did
from zhulian.credentials.jose import TOKEN_BYTES_MAX, SuiteJose
from zhulian.files import write_atomically
from zhulian.gateway.answers import JSON, encoded, plain, tagged
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import Context, body_of, context_of
from zhulian.gateway.errors import NoSuchDid, NoSuchStatusList, StatusListNotNamed
from zhulian.gateway.parameters import known_only

__all__ = ["ROUTES"]

_MEDIA = "application/statuslist+jwt"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


async def did(request: Request) -> Response:
    """The DID document of an organisation, with the state fact that proves its keys (DID 1.0 §7.1)."""
    known_only(request, ())
    context = context_of(request)
    chain = await context.read(context.chain.get())
    named = read_did(str(request.path_params["did"]), chain.hasher.genesis)
    fact = await context.read(context.ledger.state(["credential/issuers", named.organisation]))
    value = fact.get("value")
    if not isinstance(value, dict) or named.kind:
        raise NoSuchDid(did=did_of(chain.hasher.genesis, named.organisation))
    keys: list[dict[str, Any]] = value["keys"]
    changed = max([each["height"] for each in keys] + [each["retired"]["height"] for each in keys if each.get("retired")])
    answer = {
        "didDocument": did_document(SuiteJose(chain.hasher.suite), chain.hasher.genesis, named.organisation, keys),
        "didDocumentMetadata": {"versionId": str(changed)},
        "didResolutionMetadata": {"contentType": CONTENT_TYPE},
        "proof": fact,
    }
    return tagged(request, encoded(answer))


async def status_list(request: Request) -> Response:
    """The newest token of a status list that this gateway has (Token Status List, section 8.2)."""
    known_only(request, ())
    context, issuer, name = _named(request)
    try:
        data = await asyncio.to_thread(_file(context, issuer, name).read_bytes)
    except OSError:
        raise NoSuchStatusList(issuer=issuer, list=name) from None
    return tagged(request, data, _MEDIA)


async def put_status_list(request: Request) -> Response:
    """Take the token of a status list: the one whose digest the chain has as the newest, and no other."""
    known_only(request, ())
    context, issuer, name = _named(request)
    data = await body_of(request, TOKEN_BYTES_MAX)
    chain = await context.read(context.chain.get())
    fact = await context.read(context.ledger.state(["credential/lists", issuer, name]))
    value = fact.get("value")
    if not isinstance(value, dict) or value["digest"] != chain.hasher.digest("status-list", data).hex():
        raise StatusListNotNamed(issuer=issuer, list=name)

    def save() -> None:
        file = _file(context, issuer, name)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(file, data)

    await asyncio.to_thread(save)
    return plain({"digest": value["digest"], "sequence": value["sequence"]})


def _named(request: Request) -> tuple[Context, str, str]:
    issuer, name = str(request.path_params["issuer"]), str(request.path_params["list"])
    if _NAME.fullmatch(issuer) is None or _NAME.fullmatch(name) is None:
        raise NoSuchStatusList(issuer=issuer[:63], list=name[:63])
    return context_of(request), issuer, name


def _file(context: Context, issuer: str, name: str) -> Path:
    return context.status_lists / f"{issuer}.{name}.jwt"


_TAG = "credentials"
_DID = PathPart(
    "did",
    Both("机构的标识（did:zhulian:…）", "The organisation's DID (did:zhulian:…)"),
    example="did:zhulian:" + "9f3c" * 8 + ":org1",
)
_PARTS = (
    PathPart("issuer", Both("签发机构", "The issuing organisation"), example="org1"),
    PathPart("list", Both("清单名称", "The list's name"), example="2026"),
)

ROUTES = (
    Route(
        "GET",
        "/v1/dids/{did}",
        did,
        "resolve_did",
        _TAG,
        Both("解析机构标识", "Resolve a DID"),
        Both(
            "机构的 DID 文档（W3C DID 1.0）：由链上登记的签发密钥得出，proof 为其状态证明，可离线验证。",
            "The DID document of an organisation (W3C DID 1.0), from its issuing keys on the chain; `proof` is the state fact, to be verified offline.",
        ),
        {200: (Both("文档与证明", "The document with its proof"), Content(JSON, {"type": "object"}))},
        (400, 404),
        parts=(_DID,),
    ),
    Route(
        "GET",
        "/v1/status-lists/{issuer}/{list}",
        status_list,
        "get_status_list",
        _TAG,
        Both("获取凭证状态清单", "A status list"),
        Both(
            "签发机构签名的状态清单（IETF Token Status List），其摘要登记在链上 credential/lists。",
            "The issuer's signed status list (IETF Token Status List); its digest stands on the chain under credential/lists.",
        ),
        {200: (Both("清单", "The list"), Content(_MEDIA, {"type": "string"}))},
        (404,),
        parts=_PARTS,
    ),
    Route(
        "PUT",
        "/v1/status-lists/{issuer}/{list}",
        put_status_list,
        "put_status_list",
        _TAG,
        Both("提交凭证状态清单", "Hand in a status list"),
        Both(
            "只接收摘要与链上最新登记一致的清单，因此由谁提交都可以。",
            "Taken only if its digest is the newest that the chain has, so that anybody may hand it in.",
        ),
        {200: (Both("已接收", "Taken"), Content(JSON, {"type": "object"}))},
        (400, 404, 408, 413, 422),
        parts=_PARTS,
        body=(Content(_MEDIA, {"type": "string"}),),
    ),
)
