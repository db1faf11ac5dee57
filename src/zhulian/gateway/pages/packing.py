"""Answers as small as the asker can take them: gzip where it is accepted (RFC 9110 §8.4.1.3)."""

import gzip
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

__all__ = ["packed"]

_LEAST = 1024
_LEVEL = 6


def packed(request: Request, response: Response) -> Response:
    """The response, packed where that is accepted and worth it."""
    body = bytes(response.body)
    response.headers["Vary"] = ", ".join(filter(None, (response.headers.get("vary"), "Accept-Encoding")))
    if response.status_code == 304 or len(body) < _LEAST or not _takes_gzip(request):
        return response
    response.body = _packed(body) if response.headers.get("etag") else gzip.compress(body, _LEVEL, mtime=0)
    response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.body))
    return response


def _takes_gzip(request: Request) -> bool:
    given = request.headers.get("accept-encoding", "")[:256].lower()
    for part in given.split(","):
        name, _, quality = part.strip().partition(";")
        if name.strip() == "gzip":
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


@cache
def _packed(body: bytes) -> bytes:
    """Files of the package, which never change."""
    return gzip.compress(body, 9, mtime=0)
