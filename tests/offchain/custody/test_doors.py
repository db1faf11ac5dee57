"""Custody's door in the gateway, and what keeps the process from starting."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.offchain.custody.conftest import Custody
from zhulian.crypto import GM, SoftwareSigner, save_key
from zhulian.gateway.app import build
from zhulian.gateway.settings import Settings
from zhulian.home import Home
from zhulian.ledger.signing import Identity
from zhulian.node.errors import RemoteRefusal
from zhulian.offchain.custody import errors
from zhulian.offchain.custody.founding import is_set_up, open_database
from zhulian.offchain.custody.methods import Asked
from zhulian.offchain.custody.process import _require_agent, open_desk

sys.path.insert(0, str(Path(__file__).parents[2] / "gateway"))
from gateway_fake import FakeLedger

pytestmark = pytest.mark.anyio


class _Line:
    """Hands on to custody in this process, or is dead."""

    def __init__(self, custody: Custody | None) -> None:
        self._custody = custody

    async def ask(self, method: str, params: Asked[Any]) -> Any:
        if self._custody is None:
            raise ConnectionError
        try:
            return await self._custody.process.handlers[method](params)
        except errors.WrongSignIn as no:
            raise RemoteRefusal(**no.as_problem()) from None


def _browser(tmp_path: Path, custody: Custody | None, scheme: str = "http") -> httpx.AsyncClient:
    settings = Settings(authentication="required")
    gateway = build(FakeLedger(), settings, tokens=tmp_path / "tokens.json", custody=_Line(custody))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=gateway.asgi), base_url=f"{scheme}://127.0.0.1:8420")


async def test_door__is_open_to_people_without_keys_where_others_must_sign(custody: Custody, tmp_path: Path) -> None:
    async with _browser(tmp_path, custody, "https") as browser:
        assert (await browser.get("/v1/custody")).json()["agent"] == "org2.counter"
        first, _ = await custody.officers()
        wrong = {"login": first.login, "password": "wrong wrong wrong", "code": "123456"}
        answer = await browser.post("/v1/custody/sign-in", json=wrong)
        assert (answer.status_code, answer.json()["code"]) == (401, "custody/9")
        right = {"login": first.login, "password": first.password, "code": first.code(), "cookie": True}
        cookie = (await browser.post("/v1/custody/sign-in", json=right)).headers["set-cookie"]
        assert "Secure" in cookie
        assert (await browser.get("/v1/custody/log", params={"limit": 1})).json()["entries"][0]["act"] == "set-up"
        assert (await browser.get("/v1/custody/log", params={"limit": 0})).status_code == 400
        unknown = await browser.get(f"/v1/custody/acts/{'00' * 32}")  # not taken for a request that the gateway itself judges
        assert (unknown.status_code, unknown.json()["code"]) == (404, "custody/19")
        assert (await browser.post("/v1/custody/sign-in", content=b"[]")).status_code == 400
        # a bearer token of one's own is not helped by the cookie
        assert (await browser.get("/v1/custody/me", headers={"Authorization": "Bearer zlc_none"})).status_code == 401


async def test_door__says_so_where_no_custody_runs(tmp_path: Path) -> None:
    async with _browser(tmp_path, None) as browser:
        answer = await browser.get("/v1/custody")
    assert (answer.status_code, answer.json()["code"]) == (503, errors.CustodySilent.code)


async def test_door__is_not_there_where_nobodys_keys_are_kept(tmp_path: Path) -> None:
    gateway = build(FakeLedger(), Settings(authentication="required"), tokens=tmp_path / "tokens.json")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=gateway.asgi), base_url="http://127.0.0.1:8420") as browser:
        answer = await browser.get("/v1/custody")
    assert (answer.status_code, answer.json()["code"]) == (404, errors.NoCustodyHere.code)


async def test_agent__must_have_a_key_here_and_the_duty_on_the_chain(custody: Custody, tmp_path: Path) -> None:
    with pytest.raises(errors.NoAgentKey):
        open_desk(custody.home, custody.ledger)  # type: ignore[arg-type]
    await _require_agent(custody.desk)
    for other in ("org2.clerk", "org2.nobody"):
        custody.desk.agent = Identity(other, custody.desk.agent.signer)
        with pytest.raises(errors.NoAgentKey):
            await _require_agent(custody.desk)


def test_process__opens_with_the_agents_key(custody: Custody, monkeypatch: pytest.MonkeyPatch) -> None:
    custody.home.keys.mkdir()
    key = GM.generate()
    save_key(custody.home.keys / "org2.counter.key.json", key, "secret", name="org2.counter")
    monkeypatch.setenv("ZHULIAN_PASSPHRASE", "secret")
    desk = open_desk(custody.home, custody.ledger)  # type: ignore[arg-type]
    assert (desk.organisation, desk.agent.signer.public_key) == ("org2", SoftwareSigner(GM, key).public_key)
    desk.close()


def test_process__says_why_it_does_not_start(custody: Custody) -> None:
    assert is_set_up(custody.home)
    words = [sys.executable, "-m", "zhulian.offchain.custody.process", str(custody.home.root)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 3
    assert '"custody/8"' in done.stderr


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("mysql://host/name", errors.WrongCustodyDatabase),
        ("no address", errors.WrongCustodyDatabase),
        ("postgresql://nobody@127.0.0.1:1/none", errors.CustodyDatabaseFailed),
    ],
)
def test_database__that_cannot_be_used_is_named(address: str, refusal: Any, tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.config_file.write_text(f'[custody]\ndatabase = "{address}"\n')
    with pytest.raises(refusal):
        open_database(home)
