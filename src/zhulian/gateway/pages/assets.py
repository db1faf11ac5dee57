"""The few files that the pages use, read once from the package."""

from functools import cache
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.answers import tagged

__all__ = ["icon", "script", "style"]


async def style(request: Request) -> Response:
    """The style sheet."""
    return tagged(request, _file("gateway.css"), "text/css; charset=utf-8")


async def script(request: Request) -> Response:
    """The script."""
    return tagged(request, _file("gateway.js"), "text/javascript; charset=utf-8")


async def icon(request: Request) -> Response:
    """The icon."""
    return tagged(request, _file("icon.svg"), "image/svg+xml")


@cache
def _file(name: str) -> bytes:
    return (resources.files("zhulian.gateway") / "assets" / name).read_bytes()
