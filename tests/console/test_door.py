"""What every request to the console passes: hosts, origins, who is signed in; and how answers are dressed."""

import re
from contextlib import nullcontext
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from zhulian.console.door import Door, safe_path, visitor_of
from zhulian.console.entering import Desk
from zhulian.console.errors import TooOften
from zhulian.console.sessions import COOKIE
from zhulian.home import BadConfig, ConsoleConfig, Home

pytestmark = pytest.mark.anyio
HERE = "http://127.0.0.1:8556"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def _page(request: Request) -> Response:
    text = '<html><script type="module">one</script><script>two</script></html>'
    return HTMLResponse(text, headers={"X-NiceGUI-Content": "page"})


async def _who(request: Request) -> Response:
    visitor = visitor_of(request.scope)
    return PlainTextResponse(f"{visitor.person if visitor else ''}|{request.scope['zhulian.language']}")


async def _from(request: Request) -> Response:
    client, said = request.client, [each for each in request.headers if each.startswith("x-forwarded")]
    return JSONResponse({"address": client.host if client else "", "scheme": request.url.scheme, "said": said})


class Way:
    """A door around a small application, and a client at it."""

    def __init__(self, home: Home, config: ConsoleConfig) -> None:
        self.desk = Desk(home, config)
        routes = [
            Route("/page", _page),
            Route("/who", _who, methods=["GET", "POST"]),
            Route("/enter", _who),
            Route("/from", _from),
        ]
        transport = httpx.ASGITransport(app=Door(Starlette(routes=routes), self.desk, config))
        self.client = httpx.AsyncClient(transport=transport, base_url=HERE)
        token, visitor = self.desk.sessions.begin("127.0.0.1", "x")
        self.desk.sign_in(visitor, "home", "org1.clerk")
        self.headers = {"cookie": f"{COOKIE}={token}"}


@pytest.fixture
def way(tmp_path: Path) -> Way:
    return Way(Home(tmp_path), ConsoleConfig())


async def test_door__sends_strangers_to_the_entrance_and_back_to_where_they_went(way: Way) -> None:
    answer = await way.client.get("/who?a=1&b=2")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/enter?next=%2Fwho%3Fa%3D1%26b%3D2"
    assert (await way.client.get("/who", headers=way.headers)).text == "org1.clerk|zh"


@pytest.mark.parametrize("host", ["evil.example:8556", "127.0.0.1.evil.example", ""])
async def test_door__knows_its_own_names_only(way: Way, host: str) -> None:
    answer = await way.client.get("/who", headers={**way.headers, "host": host})
    assert answer.status_code == 403
    assert "console/5" in answer.text


async def test_door__goes_by_the_names_of_the_settings(tmp_path: Path) -> None:
    way = Way(Home(tmp_path), ConsoleConfig(host="0.0.0.0", names=("console.example.gov.cn",)))
    good = await way.client.get("/who", headers={**way.headers, "host": "console.example.gov.cn"})
    assert good.status_code == 200
    assert (await way.client.get("/who", headers=way.headers)).status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": HERE}, 200),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({}, 200),
    ],
)
async def test_door__takes_writes_from_its_own_pages_only(way: Way, headers: dict[str, str], status: int) -> None:
    answer = await way.client.post("/who", headers={**way.headers, **headers})
    assert answer.status_code == status


async def test_door__lets_scripts_run_only_with_the_nonce_of_the_answer(way: Way) -> None:
    one, two = [await way.client.get("/page", headers=way.headers) for _ in range(2)]
    nonces = [re.findall(r'<script nonce="([\w-]+)"', each.text) for each in (one, two)]
    assert len(nonces[0]) == 2
    assert len(set(nonces[0] + nonces[1])) == 2
    policy = one.headers["content-security-policy"]
    assert f"'nonce-{nonces[0][0]}'" in policy
    assert "script-src 'self' 'nonce-" in policy
    assert "'unsafe-inline'" not in policy.split("style-src")[0]
    assert "frame-ancestors 'none'" in policy
    assert int(one.headers["content-length"]) == len(one.content)
    plain = (await way.client.get("/enter")).headers
    assert "unsafe" not in plain["content-security-policy"]
    assert plain["x-content-type-options"] == "nosniff"
    assert one.headers["cache-control"] == "no-store"


async def test_door__keeps_the_language_that_was_chosen(way: Way) -> None:
    answer = await way.client.get("/who?lang=en", headers=way.headers)
    assert answer.text.endswith("|en")
    assert "zhulian-language=en" in answer.headers["set-cookie"]
    later = await way.client.get("/who", headers={"cookie": f"{way.headers['cookie']}; zhulian-language=en"})
    assert later.text.endswith("|en")
    assert (await way.client.get("/enter", headers={"accept-language": "en-GB"})).text == "|en"
    assert (await way.client.get("/enter?lang=fr", headers={"cookie": 'x="a\x01'})).text == "|zh"


async def test_door__believes_what_a_trusted_proxy_says_and_nobody_else(tmp_path: Path) -> None:
    said = {
        "x-forwarded-for": "203.0.113.9, 198.51.100.7",
        "x-forwarded-proto": "https",
        "x-forwarded-host": "console.example.gov.cn",
    }
    names = ("console.example.gov.cn", "127.0.0.1:8556")
    alone = Way(Home(tmp_path / "a"), ConsoleConfig(names=names))
    assert (await alone.client.get("/from", headers=alone.headers | said)).json() == {
        "address": "127.0.0.1",
        "scheme": "http",
        "said": [],
    }
    behind = Way(Home(tmp_path / "b"), ConsoleConfig(names=names, trusted_proxies=("127.0.0.0/8",)))
    answer = await behind.client.get("/from", headers=behind.headers | said)
    assert answer.json() == {"address": "198.51.100.7", "scheme": "https", "said": []}, "what stands to the left may be made up"
    assert answer.headers["strict-transport-security"]
    two = Way(Home(tmp_path / "c"), ConsoleConfig(names=names, trusted_proxies=("127.0.0.1", "198.51.100.0/24")))
    assert (await two.client.get("/from", headers=two.headers | said)).json()["address"] == "203.0.113.9"
    elsewhere = said | {"x-forwarded-host": "evil.example"}
    assert (await behind.client.get("/from", headers=behind.headers | elsewhere)).status_code == 403


async def test_attempts__are_counted_by_whom_the_proxy_names(tmp_path: Path) -> None:
    way = Way(Home(tmp_path), ConsoleConfig(trusted_proxies=("127.0.0.1",)))
    for number in range(30):
        made_up = {"x-forwarded-for": f"203.0.113.{number}, 198.51.100.7"}
        address = (await way.client.get("/from", headers=way.headers | made_up)).json()["address"]
        with pytest.raises(TooOften) if number >= 20 else nullcontext():
            way.desk.attempts.begin(address)
    way.desk.attempts.begin("203.0.113.1")


def test_config__takes_addresses_and_networks_of_proxies_only(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.config_file.write_text('[console]\ntrusted_proxies = ["10.8.0.0/24", "::1"]\n')
    assert home.config().console.trusted_proxies == ("10.8.0.0/24", "::1")
    for wrong in ("proxy.example", "10.0.0.0/33", "10.8.0.1/24"):
        home.config_file.write_text(f'[console]\ntrusted_proxies = ["{wrong}"]\n')
        with pytest.raises(BadConfig):
            home.config()


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/apps?x=1", "/apps?x=1"),
        ("//evil.example", "/"),
        ("https://evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/enter?ticket=1", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\nb", "/"),
        ("", "/"),
    ],
)
def test_safe_path__stays_within_the_console(wanted: str, given: str) -> None:
    assert safe_path(wanted) == given
