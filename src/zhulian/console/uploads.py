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
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from zhulian.console.errors import NotEntered, TooLarge, WrongKind
from zhulian.errors import Refusal

if TYPE_CHECKING:
    from zhulian.console.context import Page

__all__ = ["Upload", "Uploads"]

_LEFT_BYTES: Final = 512 * 1024 * 1024
"""What an upload leaves free on the disk."""
_STEP_BYTES: Final = 32 * 1024 * 1024
"""After so many bytes it is looked again whether the disk has room and the session lasts."""
_DIGITS_MAX: Final = 18
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
    most: int
    folder: Path


class Uploads:
    """All places of one console. `most` is how many bytes a file may have."""

    def __init__(self, folder: Path, most: int) -> None:
        self._folder = folder
        self._most = most
        self._places: dict[str, _Place] = {}
        shutil.rmtree(folder, ignore_errors=True)  # what a process before this one left
        folder.mkdir(mode=0o700, parents=True)

    def open(
        self, page: "Page", take: Callable[[Upload], Awaitable[None]], kinds: tuple[str, ...] = (), most: int | None = None
    ) -> str:
        """An address to which a page's files can be sent until the page is closed; `kinds` are the endings that it takes, `most` the bytes."""
        name = secrets.token_urlsafe(24)
        bytes_max = self._most if most is None else min(most, self._most)
        place = _Place(page, take, kinds, bytes_max, self._folder / secrets.token_hex(8))
        place.folder.mkdir(mode=0o700)
        self._places[name] = place
        page.client.on_delete(lambda: self._close(name))
        return f"/upload/{name}"

    async def judge(self, request: Request) -> Response:
        """Say whether a file would be taken, of `?bytes=` and named as it will be: a browser hears no answer while it still sends."""
        try:
            self._may_come(self._place(request), request.headers, request.query_params.get("bytes", ""))
        except Refusal as why:
            return self._refused(request, why)
        return JSONResponse({"taken": False})

    async def receive(self, request: Request) -> Response:
        """Take a file in, then hand it to its page."""
        try:
            place = self._place(request)
            taken = await self._taken(request, place)
        except Refusal as why:
            return self._refused(request, why)
        except ClientDisconnect:
            return Response(status_code=499)
        with place.page.client:
            try:
                await place.take(taken)
            except Exception:  # noqa: BLE001 (logged; the page shows what became of the file, and the console stays)
                _LOG.exception("a page fell over a file")
        return JSONResponse({"taken": True})

    def _place(self, request: Request) -> _Place:
        place = self._places.get(str(request.path_params["place"]))
        if place is None:
            raise NotEntered()
        place.page.present()
        return place

    def _refused(self, request: Request, why: Refusal) -> Response:
        place = self._places.get(str(request.path_params["place"]))
        language = place.page.language if place is not None else "zh"
        return JSONResponse({"refusal": f"{why.code}　{why.say(language)}"}, 413 if isinstance(why, TooLarge) else 422)

    def _room(self, place: _Place, came: int = 0) -> int:
        """How many bytes a file may have, of which some lie on the disk already."""
        return max(0, min(place.most, came + shutil.disk_usage(self._folder).free - _LEFT_BYTES))

    def _may_come(self, place: _Place, headers: Headers, size: str) -> str:
        """What the file is called.

        Raises:
            WrongKind. TooLarge: it is said to be.
        """
        name = _named(headers.get("x-file-name", ""))
        if place.kinds and not name.lower().endswith(place.kinds):
            raise WrongKind(kinds=", ".join(place.kinds))
        room = self._room(place)
        if not (size.isascii() and size.isdigit()) or len(size) > _DIGITS_MAX or int(size) > room:
            raise TooLarge(most=_size(room))
        return name

    async def _taken(self, request: Request, place: _Place) -> Upload:
        """The file on the disk, under a name of our own.

        Raises:
            WrongKind. TooLarge: it is said to be, or turns out to be. NotEntered: the session ended meanwhile.
        """
        name = self._may_come(place, request.headers, request.headers.get("content-length", "0"))
        room = self._room(place)
        path = place.folder / secrets.token_hex(8)
        size = looked = 0
        try:
            async with await anyio.open_file(path, "xb") as file:
                async for piece in request.stream():
                    size += len(piece)
                    if size - looked > _STEP_BYTES:
                        looked = size
                        place.page.present()
                        room = self._room(place, size)
                    if size > room:
                        raise TooLarge(most=_size(room))
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


def _size(count: int) -> str:
    """A number of bytes as people say it, never more than there are."""
    for power, unit in ((3, "GB"), (2, "MB"), (1, "KB")):
        if count >= 1024**power:
            return f"{count * 10 // 1024**power / 10:,g} {unit}"
    return f"{count} B"


def _named(given: str) -> str:
    """What the file is called, without folders and signs that cannot be shown."""
    name: Any = unquote(given[: 6 * _NAME_MAX]).replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in name if each.isprintable())[:_NAME_MAX] or "file"
