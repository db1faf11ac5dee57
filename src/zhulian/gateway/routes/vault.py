"""The vault: sealed bytes and envelopes by digest. Whoever comes signs the request; what is served is ciphertext only."""

import asyncio
import re

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from zhulian.gateway.answers import JSON, plain
from zhulian.gateway.catalogue import Both, Content, PathPart, Route
from zhulian.gateway.context import body_of, context_of
from zhulian.gateway.errors import RangeNotThere
from zhulian.gateway.parameters import Number, Text, digest, known_only

__all__ = ["ROUTES"]

BYTES = "application/octet-stream"
_DIGEST = "9f3c" * 16
_OFFSET = Number("offset", "本段的起始字节", "The byte at which this piece begins", 0, 2**50, 0)
_SIZE = Number("size", "对象的总字节数", "Size of the whole object", 1, 2**50, None)
_ABOUT = Text(
    "about", "对象所属内容的承诺值，便于删除时清理", "The content's commitment, by which the object is found when that is erased"
)
_RANGE = re.compile(r"bytes=([0-9]{1,16})-([0-9]{0,16})")


async def about(request: Request) -> Response:
    """Who operates the vault, its limits, and how much the asking party keeps there."""
    known_only(request, ())
    context = context_of(request)
    vault = await context.vault.vault()
    party = str(request.scope["zhulian.party"])
    objects, size = vault.held(party)
    return plain(
        {
            "elsewhere": vault.config.elsewhere,
            "object_bytes_max": vault.config.object_bytes_max,
            "operator": vault.config.operator,
            "party": {"bytes": size, "bytes_max": vault.config.party_bytes_max, "name": party, "objects": objects},
            "piece_bytes_max": context.settings.vault_piece_bytes_max,
        }
    )


async def progress(request: Request) -> Response:
    """How far an upload is."""
    known_only(request, ())
    vault = await context_of(request).vault.vault()
    found = vault.progress(_named(request))
    return plain({"complete": found.complete, "offset": found.offset})


async def upload(request: Request) -> Response:
    """Take a piece; with the last one the object is there, once its digest has been found right."""
    known_only(request, (_OFFSET, _SIZE, _ABOUT))
    context = context_of(request)
    vault = await context.vault.vault()
    name, offset, size = _named(request), _OFFSET.read(request) or 0, _SIZE.read(request)
    is_end = (
        bool(size) and offset == size and request.headers.get("content-length") == "0"
    )  # all came, and the storage failed then
    piece = b"" if is_end else await body_of(request, context.settings.vault_piece_bytes_max)
    about = request.query_params.get("about", "")
    if about:
        digest(about, "about")
    party = str(request.scope["zhulian.party"])
    found = await asyncio.to_thread(vault.accept, party, name, offset, len(piece) if size is None else size, piece, about)
    return plain({"complete": found.complete, "offset": found.offset}, 201 if found.complete else 200)


async def download(request: Request) -> Response:
    """The object's bytes, all of them or one range."""
    known_only(request, ())
    desk = context_of(request).vault
    vault, name = await desk.vault(), _named(request)
    size = await asyncio.to_thread(vault.size, name)
    await desk.require_reader(name, str(request.scope["zhulian.party"]))
    first, last = _range(request.headers.get("range"), size)
    is_part = (first, last) != (0, size - 1)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "no-store",
        "Content-Length": str(last - first + 1),
        "ETag": f'"{name}"',
    }
    if is_part:
        headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return StreamingResponse(vault.read(name, first, last - first + 1), 206 if is_part else 200, headers, BYTES)


def _named(request: Request) -> str:
    return digest(str(request.path_params["digest"]), "digest")


def _range(given: str | None, size: int) -> tuple[int, int]:
    """First and last byte of what is asked for (RFC 9110 §14.2, a single range of bytes).

    Raises:
        RangeNotThere.
    """
    if given is None:
        return 0, size - 1
    found = _RANGE.fullmatch(given)
    first = int(found[1]) if found else size
    last = min(int(found[2]), size - 1) if found and found[2] else size - 1
    if found is None or not first <= last:
        raise RangeNotThere(size=size)
    return first, last


_TAG = "vault"
_PART = PathPart("digest", Both("对象的摘要", "The object's digest"), {"type": "string", "pattern": "^[0-9a-f]{64}$"}, _DIGEST)
_PROGRESS = Content(JSON, "Upload", {"complete": False, "offset": 8388608})

ROUTES = (
    Route(
        "GET",
        "/v1/vault",
        about,
        "get_vault",
        _TAG,
        Both("密存库概况", "About the vault"),
        Both(
            "运营方、上限与本参与方的用量。密存库各接口一律须签名请求或令牌。",
            "Who operates it, its limits, and what the asking party keeps. Every request to the vault is signed or bears a token.",
        ),
        {200: (Both("概况", "What it is"), Content(JSON, "Vault"))},
        (400, 401, 404, 503),
    ),
    Route(
        "GET",
        "/v1/vault/uploads/{digest}",
        progress,
        "get_upload",
        _TAG,
        Both("上传进度", "How far an upload is"),
        Both("续传从所示字节开始。", "An upload is resumed at the byte shown."),
        {200: (Both("进度", "Progress"), _PROGRESS)},
        (400, 401, 404, 503),
        (_PART,),
    ),
    Route(
        "PUT",
        "/v1/vault/objects/{digest}",
        upload,
        "put_object",
        _TAG,
        Both("上传对象", "Upload an object"),
        Both(
            "按序分段上传密文；末段到齐后核对摘要，相符才收存。须先密封再上传，密存库不加密也不解密。",
            "Send ciphertext piece by piece, in order; with the last one the digest is checked, and only then the object is kept. "
            "Seal before you send: the vault neither seals nor opens.",
        ),
        {200: (Both("已收本段", "The piece was taken"), _PROGRESS), 201: (Both("已收存", "The object is kept"), _PROGRESS)},
        (400, 401, 404, 408, 409, 413, 503),
        (_PART,),
        (_OFFSET, _SIZE, _ABOUT),
        body=(Content(BYTES, {"type": "string", "format": "binary"}),),
    ),
    Route(
        "GET",
        "/v1/vault/objects/{digest}",
        download,
        "get_object",
        _TAG,
        Both("取回对象", "Fetch an object"),
        Both(
            "返回密文，支持单一字节范围。仅内容所有方、现有可阅读方与相应的密钥保管方可取。",
            "Answers ciphertext, also a single range of it. Only the owner, present readers and the keepers that it concerns may fetch it.",
        ),
        {
            200: (Both("密文", "Ciphertext"), Content(BYTES, {"type": "string", "format": "binary"})),
            206: (Both("密文的一段", "A part of it"), Content(BYTES, {"type": "string", "format": "binary"})),
        },
        (400, 401, 403, 404, 416, 451, 503),
        (_PART,),
    ),
)
