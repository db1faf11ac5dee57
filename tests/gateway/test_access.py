import time
from pathlib import Path
from typing import Any

import pytest
from gateway_fake import FakeLedger, Make, envelope

from zhulian import canonical
from zhulian.crypto import GM, PrivateKey, fingerprint
from zhulian.gateway.access.nonces import NonceMemory
from zhulian.gateway.access.tokens import issue_token, withdraw_token
from zhulian.gateway.errors import Overloaded, TokenNotValid, UsedNonce

pytestmark = pytest.mark.anyio
HOST = "127.0.0.1:8420"
KEY = GM.generate()


@pytest.fixture
def signer(ledger: FakeLedger) -> FakeLedger:
    """A ledger that knows org1.o7 with KEY."""
    ledger.facts["identity/keys", fingerprint(GM, KEY.public_key)] = {
        "not_after": int(time.time()) + 3600,
        "not_before": 0,
        "public_key": KEY.public_key.hex(),
        "signer": "org1.o7",
    }
    ledger.facts["identity/signers", "org1.o7"] = {"duties": [], "keys": [], "kind": "officer"}
    ledger.facts["identity/organisations", "org1"] = {"status": "active"}
    return ledger


def signed(
    ledger: FakeLedger, method: str, path: str, body: bytes = b"", key: PrivateKey = KEY, **changes: Any
) -> dict[str, str]:
    """The Authorization header; `changes` are made to what is signed and sent alike."""
    parts = {"nonce": f"{time.monotonic_ns():032x}", "signer": "org1.o7", "time": int(time.time())} | changes
    description = parts | {"body": GM.digest(body).hex(), "host": HOST, "method": method, "path": path}
    signature = GM.sign(key, ledger.hasher.preimage("request", canonical.encode(description))).hex()
    sent = parts | {"key": fingerprint(GM, key.public_key), "signature": signature}
    return {"Authorization": "Zhulian-Signature " + ", ".join(f'{name}="{value}"' for name, value in sorted(sent.items()))}


async def test_required__nobody_reads_without_credentials_but_the_open_pages(client: Make, ledger: FakeLedger) -> None:
    async with client(authentication="required") as http:
        closed = [await http.get(path) for path in ("/v1/head", "/v1/blocks", "/v1/state/a/b", "/v1/nothing")]
        opened = [await http.get(path) for path in ("/v1/status", "/v1/genesis", "/v1/openapi.json", "/docs", "/")]
        posted = await http.post("/v1/transactions", content=envelope(1))
    assert {each.status_code for each in (*closed, posted)} == {401}
    assert {each.json()["code"] for each in (*closed, posted)} == {"gateway/25"}
    assert "Zhulian-Signature" in posted.headers["www-authenticate"]
    assert {each.status_code for each in opened} == {200}
    assert not ledger.log


async def test_signed__reads_and_submits(client: Make, signer: FakeLedger) -> None:
    path, body = "/v1/transactions?wait=committed", envelope(1)
    async with client(authentication="required") as http:
        read = await http.get("/v1/blocks?limit=5", headers=signed(signer, "GET", "/v1/blocks?limit=5"))
        written = await http.post(path, content=body, headers=signed(signer, "POST", path, body))
    assert (read.status_code, written.status_code) == (200, 200)
    assert written.json()["status"] == "applied"


async def test_signed__covers_everything(client: Make, signer: FakeLedger) -> None:
    body = envelope(1)
    path = "/v1/transactions"
    async with client(authentication="required") as http:
        other_path = await http.post(path + "?wait=admitted", content=body, headers=signed(signer, "POST", path, body))
        other_body = await http.post(path, content=envelope(2), headers=signed(signer, "POST", path, body))
        other_method = await http.get("/v1/head", headers=signed(signer, "POST", "/v1/head"))
        other_host = await http.get("/v1/head", headers=signed(signer, "GET", "/v1/head") | {"Host": "localhost:8420"})
        other_key = await http.get("/v1/head", headers=signed(signer, "GET", "/v1/head", key=GM.generate()))
        other_signer = await http.get("/v1/head", headers=signed(signer, "GET", "/v1/head", signer="org1.o8"))
        good = signed(signer, "GET", "/v1/head")
        moved = await http.get("/v1/head", headers={"Authorization": good["Authorization"].replace('nonce="0', 'nonce="1')})
    answers = [other_path, other_body, other_method, other_host, other_key, other_signer, moved]
    assert [each.json()["code"] for each in answers] == ["gateway/26"] * 7
    assert [each.json()["fields"]["part"] for each in answers] == ["signature"] * 4 + ["key", "key", "signature"]
    assert not signer.log


async def test_signed__counts_once_and_now(client: Make, signer: FakeLedger) -> None:
    header = signed(signer, "GET", "/v1/head")
    async with client(authentication="required") as http:
        answers = [await http.get("/v1/head", headers=header) for _ in range(2)]
        old = await http.get("/v1/head", headers=signed(signer, "GET", "/v1/head", time=int(time.time()) - 120))
        ahead = await http.get("/v1/head", headers=signed(signer, "GET", "/v1/head", time=int(time.time()) + 120))
    assert [each.status_code for each in answers] == [200, 401]
    assert [each.json()["code"] for each in (answers[1], old, ahead)] == ["gateway/28", "gateway/27", "gateway/27"]


@pytest.mark.parametrize(
    ("key", "change", "part"),
    [
        (("identity/keys", fingerprint(GM, KEY.public_key)), {"revoked": {"height": 3}}, "key"),
        (("identity/keys", fingerprint(GM, KEY.public_key)), {"not_after": 1}, "key"),
        (("identity/keys", fingerprint(GM, KEY.public_key)), {"not_before": 2**40}, "key"),
        (("identity/signers", "org1.o7"), {"revoked": {"height": 3}}, "signer"),
        (("identity/organisations", "org1"), {"status": "suspended"}, "signer"),
    ],
)
async def test_signed__by_one_who_may_no_longer_act(
    client: Make, signer: FakeLedger, key: tuple[str, ...], change: dict[str, Any], part: str
) -> None:
    async with client(authentication="required", key_cache_s=0.0) as http:
        before = await http.get("/v1/head", headers=signed(signer, "GET", "/v1/head"))
        signer.facts[key] = signer.facts[key] | change
        after = await http.get("/v1/head", headers=signed(signer, "GET", "/v1/head"))
    assert (before.status_code, after.status_code, after.json()["fields"]) == (200, 401, {"part": part})


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic YTpi",
        "Zhulian-Signature",
        "Zhulian-Signature x",
        'Zhulian-Signature key="zz"',
        "Bearer zlt_no",
        "Zhulian-Signature " + 'a="b",' * 500,
    ],
)
async def test_credentials__that_cannot_be_read(client: Make, signer: FakeLedger, header: str) -> None:
    async with client(authentication="required") as http:
        answer = await http.get("/v1/head", headers={"Authorization": header})
    assert answer.status_code == 401


async def test_signed__a_body_too_long_is_refused_unread(client: Make, signer: FakeLedger) -> None:
    body = b"x" * 300_000
    async with client(authentication="required") as http:
        answer = await http.post("/v1/transactions", content=body, headers=signed(signer, "POST", "/v1/transactions", body))
    assert answer.status_code == 413


async def test_signed__without_a_ledger_is_503(client: Make, signer: FakeLedger) -> None:
    signer.away = True
    async with client(authentication="required") as http:
        answer = await http.get("/v1/head", headers=signed(signer, "GET", "/v1/head"))
    assert (answer.status_code, answer.json()["code"]) == (503, "gateway/6")


async def test_tokens__are_bound_expire_and_are_withdrawn(client: Make, ledger: FakeLedger, tmp_path: Path) -> None:
    file = tmp_path / "tokens.json"
    good = issue_token(file, "org1", int(time.time()) + 60)
    old = issue_token(file, "org1", int(time.time()) - 1)
    assert good.encode() not in file.read_bytes()
    assert file.stat().st_mode & 0o777 == 0o600
    async with client(authentication="required") as http:
        assert (await http.get("/v1/head", headers={"Authorization": f"Bearer {good}"})).status_code == 200
        assert (await http.get("/v1/head", headers={"Authorization": f"Bearer {old}"})).json()["code"] == "gateway/29"
        withdraw_token(file, good)
        assert (await http.get("/v1/head", headers={"Authorization": f"Bearer {good}"})).status_code == 401
    with pytest.raises(TokenNotValid):
        withdraw_token(file, good)


def test_nonces__are_kept_for_the_window_and_never_more_than_fit() -> None:
    memory = NonceMemory(100, 3)
    memory.spend("k", "a", 0)
    with pytest.raises(UsedNonce):
        memory.spend("k", "a", 99)
    memory.spend("j", "a", 50)
    memory.spend("k", "b", 50)
    with pytest.raises(Overloaded) as full:
        memory.spend("k", "c", 60)
    assert 40 <= full.value.retry_after_s <= 42
    memory.spend("k", "a", 100)
    assert len(memory) == 3
