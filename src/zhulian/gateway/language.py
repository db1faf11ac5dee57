"""Which of the two languages somebody reads (RFC 9110 §12.5.4)."""

from collections.abc import Iterable

from starlette.types import Scope

__all__ = ["preferred", "spoken"]


def preferred(accept: str, otherwise: str) -> str:
    """`zh` or `en`, whichever `accept`, an Accept-Language value, ranks higher; `otherwise` where it names neither."""
    best, rank = otherwise, 0.0
    for part in accept[:512].split(","):
        tag, _, quality = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language not in ("zh", "en"):
            continue
        weight = _weight(quality)
        if weight > rank:
            best, rank = language, weight
    return best


def spoken(scope: Scope, otherwise: str) -> str:
    """The language of a request: `?lang=` first, then Accept-Language, then `otherwise`."""
    query: bytes = scope.get("query_string", b"")
    if b"lang=" in query:
        for part in query.split(b"&"):
            if part in (b"lang=zh", b"lang=en"):
                return part[5:].decode()
    return preferred(_header(scope.get("headers", ()), b"accept-language"), otherwise)


def _header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    for key, value in headers:
        if key == name:
            return value.decode("latin-1")
    return ""


def _weight(quality: str) -> float:
    name, _, value = quality.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
