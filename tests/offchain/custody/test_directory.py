"""Sign-in through a directory: with a real provider, and with one that lies.

The real one is npm's `oidc-provider`. The liar is a small server of our own, since no honest provider gives out the tokens of these attacks.
"""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import msgspec
import pytest
import sqlalchemy as sa
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.offchain.custody.conftest import Custody, Someone
from tests.offchain.custody.provider_process import SECRET, Provider
from zhulian.home import BadConfig, DirectoryConfig
from zhulian.offchain.custody import errors
from zhulian.offchain.custody.directory import Directory, Returned
from zhulian.offchain.custody.directory_doors import DirectoryDoors
from zhulian.offchain.custody.models import DirectoryLink, DirectoryVisit
from zhulian.offchain.custody.process import open_directory

pytestmark = pytest.mark.anyio
BACK = "http://127.0.0.1:9/back"
_OUTSIDE = time.time
"""The clock that a real provider goes by, before a test puts another in its place."""
Change = Callable[[dict[str, Any]], None]


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    made = Provider(BACK)
    yield made
    made.stop()


class Liar:
    """A provider whose tokens a test makes up."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, parameters={"kid": "one"})
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {"alg": "RS256", "kid": "one"}
        self.signer: Any = self.key
        self.raw = ""
        self.description: dict[str, Any] = {}
        self.status = 200
        self.asked: list[dict[str, str]] = []
        liar = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/jwks":
                    self._answer({"keys": [liar.key.as_dict(private=False)]})
                else:
                    self._answer(liar.described())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                liar.asked.append({**dict(parse_qsl(body)), "authorization": self.headers["authorization"]})
                self._answer({"id_token": liar.raw or liar.token(), "token_type": "Bearer", "access_token": "x"})

            def _answer(self, document: Any) -> None:
                data = json.dumps(document).encode()
                self.send_response(liar.status)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def described(self) -> dict[str, Any]:
        right = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "authorization_response_iss_parameter_supported": True,
        }
        return right | self.description

    def token(self) -> str:
        return jwt.encode(self.header, self.claims, self.signer, algorithms=["RS256", "HS256", "none"])

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def liar() -> Iterator[Liar]:
    made = Liar()
    yield made
    made.close()


def _with(custody: Custody, issuer: str, clock: Callable[[], float] | None = None) -> None:
    """Custody with this directory, by the clock that the directory goes by."""
    config = DirectoryConfig(issuer=issuer, client="custody", redirect=BACK)
    custody.desk.config = msgspec.structs.replace(custody.desk.config, directory=config)
    doors = DirectoryDoors(custody.desk, Directory(config, SECRET, clock or (lambda: custody.now)))
    custody.process.handlers |= {
        "directory_begin": doors.begin,
        "directory_finish": doors.finish,
        "directory_unlink": doors.unlink,
    }


async def _finish(custody: Custody, someone: Someone | None, came: str, binding: str) -> dict[str, Any]:
    brought = dict(parse_qsl(urlsplit(came).query))
    return await custody.ask(
        "directory_finish", someone, state=brought["state"], code=brought["code"], iss=brought.get("iss", ""), binding=binding
    )


async def test_directory__links_signs_in_and_acts(custody: Custody, provider: Provider) -> None:
    _with(custody, provider.issuer, _OUTSIDE)
    first, _ = await custody.officers()
    person = await custody.person(first)
    handle = (await person.ask("open_handle", instance="clinic"))["handle"]
    begun = await custody.ask("directory_begin", None)
    with pytest.raises(errors.NotLinked):
        await _finish(custody, None, provider.visit(begun["address"], "wei"), begun["binding"])
    with pytest.raises(errors.SignInAgain):
        await custody.ask("directory_begin", None, link=True)
    begun = await person.ask("directory_begin", link=True)
    came = provider.visit(begun["address"], "wei")
    assert await _finish(custody, person, came, begun["binding"]) == {"linked": True}
    assert (await person.ask("me"))["linked"] is True
    begun = await custody.ask("directory_begin", None)
    came = provider.visit(begun["address"], "wei")
    found = await _finish(custody, None, came, begun["binding"])
    assert (found["login"], found["linked"]) == ("zhang.wei", True)
    person.token = found["token"]
    done = await person.ask("act", handle=handle, messages=[{"type": "evidence.deposit", "digest": "ab" * 32}])
    assert done["status"] == "applied"
    with pytest.raises(errors.NotFromDirectory):  # the same address once more
        await _finish(custody, None, came, begun["binding"])
    assert (await person.ask("directory_unlink", code=person.code())) == {"linked": False}
    with pytest.raises(errors.NotLinked):
        await person.ask("directory_unlink", code=person.code())
    with custody.desk.database.session() as session:
        assert session.scalars(sa.select(DirectoryLink)).all() == []


async def test_provider__takes_a_code_once_and_only_with_its_verifier(provider: Provider) -> None:
    directory = Directory(DirectoryConfig(issuer=provider.issuer, client="custody", redirect=BACK), SECRET)
    for verifier_is_right in (False, True):
        begun = await directory.begin()
        brought = dict(parse_qsl(urlsplit(provider.visit(begun.address, "wei")).query))
        returned = Returned(brought["code"], brought["iss"])
        verifier = begun.verifier if verifier_is_right else "x" * 43
        if not verifier_is_right:
            with pytest.raises(errors.NotFromDirectory):
                await directory.subject(returned, begun.nonce, verifier)
            continue
        assert await directory.subject(returned, begun.nonce, verifier) == "wei"
        with pytest.raises(errors.NotFromDirectory):  # replayed
            await directory.subject(returned, begun.nonce, verifier)


def _set(**claims: Any) -> Change:
    return lambda found: found.update(claims)


def _drop(name: str) -> Change:
    return lambda found: found.pop(name)


@pytest.mark.parametrize(
    "change",
    [
        _set(aud="another"),
        _set(aud=["another"]),
        _set(aud=["custody", "another"]),
        _set(aud=["custody", "another"], azp="another"),
        _set(azp="another"),
        _set(nonce="another"),
        _drop("nonce"),
        _set(nonce=None),
        _set(iss="https://elsewhere.example"),
        _drop("iss"),
        _set(exp=1),
        _drop("exp"),
        _set(exp="tomorrow"),
        _set(exp=True),
        _set(iat=2**33),
        _set(iat=5),
        _drop("iat"),
        _drop("sub"),
        _set(sub=""),
        _set(sub="x" * 256),
        _set(sub=7),
    ],
)
async def test_token__that_does_not_fit_is_refused(liar: Liar, change: Change) -> None:
    with pytest.raises(errors.NotFromDirectory):
        await _subject(liar, change)


async def test_token__that_fits_says_who_it_is(liar: Liar) -> None:
    assert await _subject(liar) == "wei"
    assert await _subject(liar, _set(aud=["custody", "other"], azp="custody")) == "wei"
    asked = liar.asked[-1]
    assert base64.b64decode(asked["authorization"].removeprefix("Basic ")).decode().startswith("custody:")
    assert (asked["grant_type"], asked["redirect_uri"]) == ("authorization_code", BACK)


async def _subject(liar: Liar, change: Change | None = None, issuer: str | None = None) -> str:
    now = 2_000_000_000
    directory = Directory(DirectoryConfig(issuer=liar.issuer, client="custody", redirect=BACK), SECRET, lambda: now)
    begun = await directory.begin()
    asked = parse_qs(urlsplit(begun.address).query)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    assert (asked["code_challenge"], asked["code_challenge_method"]) == ([challenge], ["S256"])
    liar.claims = {"iss": liar.issuer, "aud": "custody", "sub": "wei", "nonce": begun.nonce, "iat": now, "exp": now + 60}
    if change is not None:
        change(liar.claims)
    if liar.raw == "none":
        head, body = ({"alg": "none"}, liar.claims)
        liar.raw = (
            ".".join(base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=").decode() for each in (head, body)) + "."
        )
    return await directory.subject(Returned("code", liar.issuer if issuer is None else issuer), begun.nonce, begun.verifier)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


async def test_token__unsigned_is_refused(liar: Liar) -> None:
    liar.raw = "none"
    with pytest.raises(errors.NotFromDirectory):
        await _subject(liar)


@pytest.mark.parametrize("case", ["public key as secret", "client secret", "another key", "unknown key", "garbage"])
async def test_token__signed_by_anything_else_is_refused(liar: Liar, case: str) -> None:
    if case == "public key as secret":
        liar.raw = "hmac"
    elif case == "client secret":
        liar.header, liar.signer = {"alg": "HS256"}, OctKey.import_key(SECRET)
    elif case == "another key":
        liar.signer = RSAKey.generate_key(2048, parameters={"kid": "one"})
    elif case == "unknown key":
        liar.header = {"alg": "RS256", "kid": "two"}
    else:
        liar.raw = "a.b.c"
    with pytest.raises(errors.NotFromDirectory):
        await _subject(liar)


@pytest.mark.parametrize("issuer", ["https://elsewhere.example", ""])
async def test_answer__of_another_issuer_is_refused(liar: Liar, issuer: str) -> None:
    with pytest.raises(errors.NotFromDirectory):
        await _subject(liar, issuer=issuer)
    assert liar.asked == []  # the code went nowhere


@pytest.mark.parametrize(
    "description",
    [
        {"issuer": "https://elsewhere.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"jwks_uri": "ftp://127.0.0.1/keys"},
        {"authorization_endpoint": 7},
    ],
)
async def test_description__that_leads_elsewhere_is_refused(liar: Liar, description: dict[str, Any]) -> None:
    liar.description = description
    with pytest.raises(errors.NotFromDirectory):
        await _subject(liar)


async def test_directory__that_is_down_is_named(liar: Liar) -> None:
    liar.status = 503
    with pytest.raises(errors.DirectorySilent):
        await _subject(liar)
    gone = Directory(DirectoryConfig(issuer="http://127.0.0.1:1", client="custody", redirect=BACK), SECRET)
    with pytest.raises(errors.DirectorySilent):
        await gone.begin()


async def test_visit__belongs_to_the_browser_that_began_it_and_to_its_time(custody: Custody, liar: Liar) -> None:
    _with(custody, liar.issuer)
    back = {"code": "x", "iss": liar.issuer}
    begun = await custody.ask("directory_begin", None)
    state = parse_qs(urlsplit(begun["address"]).query)["state"][0]
    with pytest.raises(errors.NotFromDirectory):  # a victim is led to finish the attacker's sign-in
        await custody.ask("directory_finish", None, state=state, binding="another", **back)
    with pytest.raises(errors.NotFromDirectory):  # and the state is gone with that
        await custody.ask("directory_finish", None, state=state, binding=begun["binding"], **back)
    begun = await custody.ask("directory_begin", None)
    state = parse_qs(urlsplit(begun["address"]).query)["state"][0]
    custody.later(601)
    with pytest.raises(errors.NotFromDirectory):
        await custody.ask("directory_finish", None, state=state, binding=begun["binding"], **back)
    with pytest.raises(errors.NotFromDirectory):
        await custody.ask("directory_finish", None, state="made up", binding="x", **back)
    assert liar.asked == []
    await custody.ask("directory_begin", None)
    with custody.desk.database.session() as session:
        assert len(session.scalars(sa.select(DirectoryVisit)).all()) == 1


async def test_link__is_one_account_and_only_of_who_began_it(custody: Custody, liar: Liar) -> None:
    _with(custody, liar.issuer)
    first, second = await custody.officers()

    async def through(someone: Someone, finisher: Someone) -> dict[str, Any]:
        begun = await someone.ask("directory_begin", link=True)
        asked = parse_qs(urlsplit(begun["address"]).query)
        now = int(custody.now)
        liar.claims = {
            "iss": liar.issuer,
            "aud": "custody",
            "sub": "wei",
            "nonce": asked["nonce"][0],
            "iat": now,
            "exp": now + 60,
        }
        body = {"state": asked["state"][0], "code": "x", "iss": liar.issuer, "binding": begun["binding"]}
        return await finisher.ask("directory_finish", **body)

    with pytest.raises(errors.SignInAgain):
        await through(first, second)
    assert await through(first, first) == {"linked": True}
    with pytest.raises(errors.LinkedElsewhere):
        await through(second, second)


async def test_directory__is_told_of_where_none_is_set(custody: Custody) -> None:
    with pytest.raises(errors.NoDirectory):
        await custody.ask("directory_begin", None)


@pytest.mark.parametrize("lines", ['issuer = "http://elsewhere.example"', 'issuer = "https://sso.example"', ""])
def test_settings__of_a_directory_are_complete_or_refused(custody: Custody, lines: str) -> None:
    home = custody.home
    whole = f'[custody]\nagent = "org2.counter"\n[custody.directory]\nredirect = "{BACK}"\n{lines}\n'
    home.config_file.write_text(whole + ('client = "custody"\n' if "http:" in lines else ""))
    if not lines:
        assert open_directory(home) is None
        return
    with pytest.raises(BadConfig):
        open_directory(home)
    (home.root / "custody" / "directory.secret").write_text("secret")
    with pytest.raises(BadConfig):
        open_directory(home)
