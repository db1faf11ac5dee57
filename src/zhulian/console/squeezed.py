"""Files that never change under their address, the framework's and our own, compressed once and kept: a first visit asks for a megabyte of them."""

from typing import Final

from nicegui import __version__
from starlette.datastructures import Headers
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zhulian.console.files import PLACE

__all__ = ["Squeezed"]

_FILES: Final = (f"/_nicegui/{__version__}/static/", f"/_nicegui/{__version__}/components/", PLACE)
"""What never changes under its address: the framework says so of its own, and ours name their content."""
_KEPT_MAX, _BYTES_MAX = 200, 8 * 1024 * 1024
"""How many answers are kept, and how large they may be together once compressed."""
_CONDITIONS: Final = ("range", "if-none-match", "if-modified-since")


class Squeezed:
    """Around `app`, inside the door. Only whole answers are kept, and none that gives a cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._squeezing = GZipMiddleware(app, minimum_size=256, compresslevel=9)
        self._kept: dict[str, list[Message]] = {}
        self._size = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer from what is kept, or keep the answer where it may be kept."""
        if not _is_asked_for(scope):
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if path not in self._kept:
            said: list[Message] = []

            async def note(message: Message) -> None:
                said.append(message)

            await self._squeezing(scope, receive, note)
            if not self._keep(path, said):
                for each in said:
                    await send(each)
                return
        for each in self._kept[path]:
            await send({**each, "headers": list(each["headers"])} if "headers" in each else each)

    def _keep(self, path: str, said: list[Message]) -> bool:
        size = sum(len(each.get("body", b"")) for each in said)
        start = said[0]
        whole = start["status"] == 200 and "set-cookie" not in Headers(raw=start["headers"])
        if not whole or len(self._kept) >= _KEPT_MAX or self._size + size > _BYTES_MAX:
            return False
        self._kept[path] = said
        self._size += size
        return True


def _is_asked_for(scope: Scope) -> bool:
    """Whether a whole file of the framework is asked for, compressed."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"] or not scope["path"].startswith(_FILES):
        return False
    headers = Headers(scope=scope)
    return "gzip" in headers.get("accept-encoding", "") and not any(each in headers for each in _CONDITIONS)
