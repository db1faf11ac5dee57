"""Answers: canonical JSON with an ETag, so that what does not change need not travel twice."""

import hashlib
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

__all__ = ["JSON", "encoded", "plain", "tagged"]

JSON = "application/json"
_ENCODER = msgspec.json.Encoder(order="sorted")

encoded = _ENCODER.encode
"""A tree or struct as JSON with sorted keys: what the ledger hashes comes out as it was hashed."""


def plain(value: Any, status: int = 200) -> Response:
    """An answer of the moment, never kept by anyone on the way."""
    return Response(encoded(value), status, {"Cache-Control": "no-store"}, JSON)


def tagged(request: Request, data: bytes, media_type: str = JSON) -> Response:
    """An answer that may be kept and asked after: 304 where `If-None-Match` names it (RFC 9110 §13.1.2).

    Whoever keeps it asks again before use (`no-cache`): another chain may run at this address tomorrow.
    """
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    wanted = request.headers.get("if-none-match")
    if wanted is not None and (wanted.strip() == "*" or tag in (each.strip().removeprefix("W/") for each in wanted.split(","))):
        return Response(status_code=304, headers=headers)
    return Response(data, 200, headers, media_type)
