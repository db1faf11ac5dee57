"""Files from the browser: streamed to the disk as they come, so that memory stays small whatever their size.

A page opens a place for files under an address that nobody can guess; the browser's script sends each file there as the body of one request
and shows how far it is. What came lies in the home until its page is done with it.
"""

import contextlib
import logging
import secrets
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from zhulian.console.errors import NotEntered, TooLarge, WrongKind
from zhulian.errors import Refusal

if TYPE_CHECKING:
    from zhulian.console.context import Page

__all__ = ["Upload", "Uploads"]

_LEFT_BYTES: Final = 512 * 1024 * 1024
"""What an upload leaves free on the disk."""
_NAME_MAX: Final = 200
_LOG = logging.getLogger("zhulian.console")


@dataclass(frozen=True)
class Upload:
    """A file that came whole: where it lies here, and what it was called there."""

    path: Path
    name: str


@dataclass(frozen=True)
class _Place:
    page: "Page"
    take: Callable[[Upload], Awaitable[None]]
    kinds: tuple[str, ...]
    folder: Path


class Uploads:
    """All places of one console. `most` is how many bytes a file may have."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._places: dict[str, _Place] = {}
        shutil.rmtree(folder, ignore_errors=True)  # what a process before this one left
        folder.mkdir(mode=0o700, parents=True)

    def open(self, page: "Page", take: Callable[[Upload], Awaitable[None]], kinds: tuple[str, ...] = ()) -> str:
        """An address to which a page's files can be sent until the page is closed; `kinds` are the endings that it takes."""
        name = secrets.token_urlsafe(24)
        place = _Place(page, take, kinds, self._folder / secrets.token_hex(8))
        place.folder.mkdir(mode=0o700)
        self._places[name] = place
        page.client.on_delete(lambda: self._close(name))
        return f"/upload/{name}"

    async def receive(self, request: Request) -> Response:
        """Take a file in, then hand it to its page."""
        place = self._places.get(str(request.path_params["place"]))
        language = place.page.language if place is not None else "zh"
        try:
            if place is None:
                raise NotEntered()
            place.page.present()
            taken = await self._taken(request, place)
        except Refusal as why:
            return JSONResponse({"refusal": f"{why.code}　{why.say(language)}"}, 413 if isinstance(why, TooLarge) else 422)
        except ClientDisconnect:
            return Response(status_code=499)
        with place.page.client:
            try:
                await place.take(taken)
            except Exception:  # noqa: BLE001 (logged; the page shows what became of the file, and the console stays)
                _LOG.exception("a page fell over a file")
        return JSONResponse({"taken": True})

    async def _taken(self, request: Request, place: _Place) -> Upload:
        """The file on the disk, under a name of our own.

        Raises:
            WrongKind. TooLarge: it is said to be, or turns out to be.
        """
        name = _named(request.headers.get("x-file-name", ""))
        if place.kinds and not name.lower().endswith(place.kinds):
            raise WrongKind(kinds=", ".join(place.kinds))
        room = min(self._most, shutil.disk_usage(self._folder).free - _LEFT_BYTES)
        declared = request.headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > room:
            raise TooLarge(most_bytes=max(room, 0))
        path = place.folder / secrets.token_hex(8)
        size = 0
        try:
            async with await anyio.open_file(path, "xb") as file:
                async for piece in request.stream():
                    size += len(piece)
                    if size > room:
                        raise TooLarge(most_bytes=max(room, 0))
                    await file.write(piece)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return Upload(path, name)

    def _close(self, name: str) -> None:
        place = self._places.pop(name, None)
        if place is not None:
            with contextlib.suppress(OSError):
                shutil.rmtree(place.folder)


def _named(given: str) -> str:
    """What the file is called, without folders and signs that cannot be shown."""
    name: Any = unquote(given[: 6 * _NAME_MAX]).replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in name if each.isprintable())[:_NAME_MAX] or "file"
