"""The framework's files are compressed once; what may change, or is asked for in part, is asked for each time."""

import httpx
import pytest
from nicegui import __version__
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from zhulian.console.squeezed import Squeezed

pytestmark = pytest.mark.anyio
_FILES = f"/_nicegui/{__version__}/static"
_TEXT = "let a = 1;\n" * 1000


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Files:
    """Answers every path, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.asked.append(request.url.path)
        status = 404 if "gone" in request.url.path else 200
        answer: Response = PlainTextResponse(_TEXT, status)
        if "cookie" in request.url.path:
            answer.set_cookie("a", "b")
        await answer(scope, receive, send)


async def test_files__that_never_change_are_compressed_once() -> None:
    files = Files()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Squeezed(files)), base_url="http://c") as http:
        answers = [await http.get(f"{_FILES}/vue.js") for _ in range(3)]
        assert len(files.asked) == 1
        assert {each.text for each in answers} == {_TEXT}
        assert {each.headers["content-encoding"] for each in answers} == {"gzip"}
        assert int(answers[2].headers["content-length"]) < len(_TEXT) // 10
        assert answers[0].headers == answers[2].headers
        plain = await http.get(f"{_FILES}/vue.js", headers={"Accept-Encoding": "identity"})
        assert plain.text == _TEXT
        assert "content-encoding" not in plain.headers
        assert len(files.asked) == 2


@pytest.mark.parametrize("path", ["/_nicegui/0/static/vue.js", f"/_nicegui/{__version__}/dynamic_resources/a.js", f"{_FILES}/gone.js", f"{_FILES}/cookie.js", "/static/vue.js", f"{_FILES}/vue.js?x=1"])  # fmt: skip
async def test_files__that_may_change_are_asked_for_each_time(path: str) -> None:
    files = Files()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Squeezed(files)), base_url="http://c") as http:
        assert {(await http.get(path)).text for _ in range(2)} == {_TEXT}
    assert len(files.asked) == 2
