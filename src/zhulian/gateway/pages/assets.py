"""The few files that the pages use, read once from the packages."""

from functools import cache
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.answers import tagged
from zhulian.gateway.pages.packing import packed

__all__ = ["icon", "public_script", "script", "style", "verifier_script", "verifier_style"]

_CSS, _JS = "text/css; charset=utf-8", "text/javascript; charset=utf-8"


async def style(request: Request) -> Response:
    """The style sheet."""
    return packed(request, tagged(request, _file("gateway", "gateway.css"), _CSS))


async def script(request: Request) -> Response:
    """The script."""
    return packed(request, tagged(request, _file("gateway", "gateway.js"), _JS))


async def public_script(request: Request) -> Response:
    """The script of a record's public page."""
    return packed(request, tagged(request, _file("gateway", "public.js"), _JS))


async def verifier_script(request: Request) -> Response:
    """The verifier, as the certificates and the verifier page have it."""
    return packed(request, tagged(request, _file("certificate", "verifier.js"), _JS))


async def verifier_style(request: Request) -> Response:
    """The verifier page's style sheet."""
    return packed(request, tagged(request, _file("certificate", "verifier.css"), _CSS))


async def icon(request: Request) -> Response:
    """The icon."""
    return tagged(request, _file("gateway", "icon.svg"), "image/svg+xml")


@cache
def _file(package: str, name: str) -> bytes:
    return (resources.files(f"zhulian.{package}") / "assets" / name).read_bytes()
