"""Files from the browser: streamed, bounded, called by names that can be shown, and gone with their page."""

from collections.abc import AsyncIterator, Callable
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from zhulian.console.errors import NotEntered, TooLarge, WrongKind
from zhulian.console.uploads import Upload, Uploads

pytestmark = pytest.mark.anyio
MOST = 100_000


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class _Client(nullcontext[None]):
    def __init__(self) -> None:
        super().__init__()
        self.ends: list[Callable[[], None]] = []

    def on_delete(self, end: Callable[[], None]) -> None:
        self.ends.append(end)


class Place:
    """Uploads behind HTTP, and a page that takes files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "uploads"
        self.uploads = Uploads(self.folder, MOST)
        self.page: Any = SimpleNamespace(client=_Client(), language="en", present=self.present)
        self.over = False
        self.taken: list[Upload] = []
        routes = [
            Route("/upload/{place}", self.uploads.receive, methods=["PUT"]),
            Route("/upload/{place}", self.uploads.judge, methods=["GET"]),
        ]
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app=Starlette(routes=routes)), base_url="http://x")

    def present(self) -> None:
        if self.over:
            raise NotEntered()

    def open(self, kinds: tuple[str, ...] = (), most: int | None = None) -> str:
        async def take(upload: Upload) -> None:
            self.taken.append(upload)

        return self.uploads.open(self.page, take, kinds, most)

    async def send(self, address: str, body: Any, name: str = "a.txt") -> httpx.Response:
        return await self.client.put(address, content=body, headers={"X-File-Name": quote(name)})

    def files(self) -> list[Path]:
        return [each for each in self.folder.rglob("*") if each.is_file()]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


async def test_upload__arrives_whole_under_a_name_of_our_own(place: Place) -> None:
    answer = await place.send(place.open(), b"x" * MOST, "..\\..\\合同/<b>一\n.txt")
    assert answer.json() == {"taken": True}
    (taken,) = place.taken
    assert taken.name == "<b>一.txt"
    assert taken.path.read_bytes() == b"x" * MOST
    assert taken.path.is_relative_to(place.folder)
    for end in place.page.client.ends:
        end()
    assert place.files() == []


async def test_upload__that_is_too_large_is_refused_before_or_while_it_comes(place: Place) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(200):
            yield b"x" * 1000

    for body in (b"x" * (MOST + 1), endless()):
        answer = await place.send(place.open(), body)
        assert answer.status_code == 413
        assert TooLarge.code in answer.json()["refusal"]
    assert place.files() == []
    assert place.taken == []


async def test_upload__of_another_kind_or_to_no_place_is_refused(place: Place) -> None:
    assert WrongKind.code in (await place.send(place.open((".json",)), b"{}", "a.exe")).json()["refusal"]
    assert (await place.send(place.open((".json",)), b"{}", "A.JSON")).json() == {"taken": True}
    assert NotEntered.code in (await place.send("/upload/guessed", b"x")).json()["refusal"]
    place.over = True
    assert NotEntered.code in (await place.send(place.open(), b"x")).json()["refusal"]
    assert len(place.taken) == 1


async def test_upload__is_judged_before_it_comes(place: Place) -> None:
    async def ask(address: str, size: str, name: str = "a.txt") -> str:
        answer = await place.client.get(f"{address}?bytes={size}", headers={"X-File-Name": quote(name)})
        return str(answer.json().get("refusal", ""))

    assert await ask(place.open(), str(MOST)) == ""
    assert "97.6 KB" in await ask(place.open(), str(MOST + 1))
    for size in ("", "-1", "x", "²", "9" * 5_000):
        assert TooLarge.code in await ask(place.open(), size)
    assert "1,000 B" not in await ask(place.open(most=1000), "1000")
    assert "1000 B" in await ask(place.open(most=1000), "1001")
    assert WrongKind.code in await ask(place.open((".json",)), "1")
    assert NotEntered.code in await ask("/upload/guessed", "1")
    assert place.taken == []
    assert place.files() == []


async def test_upload__stops_where_its_session_ends(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zhulian.console.uploads._STEP_BYTES", 5_000)

    async def piecemeal() -> AsyncIterator[bytes]:
        for number in range(20):
            place.over = number > 10
            yield b"x" * 1000

    answer = await place.send(place.open(), piecemeal())
    assert NotEntered.code in answer.json()["refusal"]
    assert place.files() == []


def test_uploads__begin_with_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "uploads" / "old").mkdir(parents=True)
    (tmp_path / "uploads" / "old" / "file").write_text("left")
    Uploads(tmp_path / "uploads", MOST)
    assert list((tmp_path / "uploads").iterdir()) == []
