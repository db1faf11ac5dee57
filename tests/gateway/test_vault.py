"""The vault at the gateway: nobody comes unsigned, readers fetch ciphertext and its ranges, erasures are carried out."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from gateway_fake import FakeLedger

from tests.gateway.test_access import KEY, signed
from zhulian.crypto import GM, PrivateKey, Suite, fingerprint
from zhulian.errors import Words
from zhulian.gateway.app import Gateway, build
from zhulian.gateway.settings import Settings
from zhulian.home import VaultConfig
from zhulian.offchain.vault import Vault
from zhulian.offchain.vault.catalogue import Catalogue
from zhulian.offchain.vault.disk import DiskStore
from zhulian.offchain.vault.errors import StoreFails

pytestmark = pytest.mark.anyio
OTHER = GM.generate()
CONTENT = "cc" * 32
TX = "7a" * 32


def enrol(ledger: FakeLedger, signer: str, key: PrivateKey) -> None:
    """Let the ledger know a signer."""
    ledger.facts["identity/keys", fingerprint(GM, key.public_key)] = {
        "not_after": int(time.time()) + 3600,
        "not_before": 0,
        "public_key": key.public_key.hex(),
        "signer": signer,
    }
    ledger.facts["identity/signers", signer] = {"duties": [], "keys": [], "kind": "officer"}
    ledger.facts["identity/organisations", signer.partition(".")[0]] = {"status": "active"}


@asynccontextmanager
async def front(ledger: FakeLedger, folder: Path, **settings: Any) -> AsyncIterator[tuple[httpx.AsyncClient, Gateway]]:
    """A client in front of a gateway with a vault in `folder`."""
    enrol(ledger, "org1.o7", KEY)
    enrol(ledger, "org2.o1", OTHER)

    def opens(suite: Suite) -> Vault:
        (folder / "objects").mkdir(exist_ok=True)
        config = VaultConfig(operator="org1", elsewhere=["http://127.0.0.1:9"], object_bytes_max=10_000_000)
        return Vault(suite, DiskStore(folder / "objects"), Catalogue(folder / "c"), folder / "staging", config, time.time)

    gateway = build(ledger, Settings(**settings), tokens=folder / "tokens.json", vault=opens)
    transport = httpx.ASGITransport(app=gateway.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8420") as http:
        yield http, gateway
    await gateway.context.vault.close()
    assert gateway.context.gate.bytes == 0


async def put(http: httpx.AsyncClient, ledger: FakeLedger, data: bytes, about: str = "", *, piece: int = 1 << 20) -> str:
    """Upload an object in pieces; answers its digest."""
    name = GM.digest(data).hex()
    for start in range(0, len(data), piece):
        path = f"/v1/vault/objects/{name}?offset={start}&size={len(data)}" + (f"&about={about}" if about else "")
        body = data[start : start + piece]
        answer = await http.put(path, content=body, headers=signed(ledger, "PUT", path, body))
        assert answer.status_code in (200, 201), answer.text
    assert answer.json() == {"complete": True, "offset": len(data)}
    return name


async def get(
    http: httpx.AsyncClient, ledger: FakeLedger, path: str, key: PrivateKey = KEY, signer: str = "org1.o7", **headers: str
) -> httpx.Response:
    """A signed GET."""
    return await http.get(path, headers={**signed(ledger, "GET", path, key=key, signer=signer), **headers})


async def test_vault__asks_who_comes_even_where_the_gateway_is_open(ledger: FakeLedger, tmp_path: Path) -> None:
    async with front(ledger, tmp_path) as (http, _):
        paths = ["/v1/vault", f"/v1/vault/uploads/{CONTENT}", f"/v1/vault/objects/{CONTENT}"]
        closed = [await http.get(path) for path in paths]
        closed.append(await http.put(f"/v1/vault/objects/{CONTENT}", content=b"x"))
        assert [each.json()["code"] for each in closed] == ["gateway/25"] * 4
        assert (await http.get("/v1/head")).status_code == 200
        assert (await get(http, ledger, "/v1/vault")).json()["operator"] == "org1"


async def test_object__goes_up_in_pieces_and_comes_down_in_ranges(ledger: FakeLedger, tmp_path: Path) -> None:
    data = os.urandom(2_500_000)
    async with front(ledger, tmp_path) as (http, _):
        name = await put(http, ledger, data)
        path = f"/v1/vault/objects/{name}"
        whole = await get(http, ledger, path)
        part = await get(http, ledger, path, Range="bytes=1000000-1000009")
        tail = await get(http, ledger, path, Range="bytes=2499990-")
        assert (whole.status_code, whole.content) == (200, data)
        assert (part.status_code, part.content) == (206, data[1_000_000:1_000_010])
        assert part.headers["content-range"] == "bytes 1000000-1000009/2500000"
        assert tail.content == data[-10:]
        for given in ("bytes=9-1", "bytes=2500000-", "bytes=0-1,5-6", "chunks=1-2", "bytes=-5"):
            no = await get(http, ledger, path, Range=given)
            assert (no.status_code, no.json()["code"]) == (416, "gateway/42")
        assert (await get(http, ledger, "/v1/vault")).json()["party"]["objects"] == 1


async def test_object__is_finished_by_an_empty_piece_where_the_storage_had_failed(
    ledger: FakeLedger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = os.urandom(1000)
    name = GM.digest(data).hex()
    path = f"/v1/vault/objects/{name}?offset=%d&size=1000"

    def fails(*_: object) -> None:
        raise StoreFails(why=Words("试验", "a trial"))

    async with front(ledger, tmp_path) as (http, _):

        async def send(offset: int, body: bytes) -> tuple[int, Any]:
            answer = await http.put(path % offset, content=body, headers=signed(ledger, "PUT", path % offset, body))
            return answer.status_code, answer.json()

        with monkeypatch.context() as patch:
            patch.setattr(DiskStore, "put", fails)
            assert (await send(0, data))[1]["code"] == StoreFails.code
        reached = (await get(http, ledger, f"/v1/vault/uploads/{name}")).json()
        assert reached == {"complete": False, "offset": 1000}
        assert (await send(0, b""))[1]["code"] == "gateway/16"
        assert await send(1000, b"") == (201, {"complete": True, "offset": 1000})
        assert (await get(http, ledger, f"/v1/vault/objects/{name}")).content == data


async def test_object__is_for_its_readers(ledger: FakeLedger, tmp_path: Path) -> None:
    async with front(ledger, tmp_path) as (http, _):
        name = await put(http, ledger, b"sealed bytes")
        path = f"/v1/vault/objects/{name}"
        assert (await get(http, ledger, path, OTHER, "org2.o1")).json()["code"] == "gateway/41"
        ledger.facts["share/blobs", name] = {"content": CONTENT, "owner": "org1", "kind": "content"}
        ledger.facts["share/contents", CONTENT, "org1"] = {"blob": name, "transaction": TX}
        assert (await get(http, ledger, path, OTHER, "org2.o1")).status_code == 403
        ledger.facts["share/readers", CONTENT, "org1", "org2"] = {"height": 1}
        assert (await get(http, ledger, path, OTHER, "org2.o1")).content == b"sealed bytes"
        ledger.facts["share/readers", CONTENT, "org1", "org2"] = {"height": 1, "ended": {"height": 2}}
        assert (await get(http, ledger, path, OTHER, "org2.o1")).status_code == 403


async def test_object__of_content_that_was_taken_down_is_kept_and_given_to_nobody(ledger: FakeLedger, tmp_path: Path) -> None:
    async with front(ledger, tmp_path) as (http, gateway):
        name = await put(http, ledger, b"sealed bytes")
        path = f"/v1/vault/objects/{name}"
        ledger.facts["share/blobs", name] = {"content": CONTENT, "owner": "org1", "kind": "content"}
        ledger.facts["share/contents", CONTENT, "org1"] = {"blob": name, "transaction": TX}
        ledger.facts["share/readers", CONTENT, "org1", "org2"] = {"height": 1}
        assert (await get(http, ledger, path, OTHER, "org2.o1")).status_code == 200
        ledger.facts["govern/taken_down", TX] = {"basis": "cc" * 32, "height": 7, "reason": "unlawful", "time_ms": 1}
        for key, signer in ((OTHER, "org2.o1"), (KEY, "org1.o7")):  # its owner neither
            no = await get(http, ledger, path, key, signer)
            assert (no.status_code, no.json()["code"], no.json()["fields"]["basis"]) == (451, "gateway/46", "cc" * 32)
        vault = await gateway.context.vault.vault()
        assert b"".join(vault.read(name)) == b"sealed bytes"  # so that an authority may have it


async def test_object__hostile_names_sizes_and_offsets(ledger: FakeLedger, tmp_path: Path) -> None:
    async with front(ledger, tmp_path, vault_piece_bytes_max=1000) as (http, _):
        for path, code in (
            ("/v1/vault/objects/..%2F..%2Fetc%2Fpasswd", "gateway/1"),
            ("/v1/vault/objects/" + "AB" * 32, "gateway/10"),
            (f"/v1/vault/objects/{CONTENT}", "vault/2"),
            (f"/v1/vault/objects/{CONTENT}?path=/etc", "gateway/11"),
        ):
            answer = await get(http, ledger, path)
            assert answer.json()["code"] == code, (path, answer.text)
        for path, body, code in (
            (f"/v1/vault/objects/{CONTENT}?offset=0&size=99999999", b"x", "vault/3"),
            (f"/v1/vault/objects/{CONTENT}?offset=5&size=10", b"x", "vault/5"),
            (f"/v1/vault/objects/{CONTENT}", b"not that", "vault/6"),
            (f"/v1/vault/objects/{CONTENT}?about=../x", b"x", "gateway/10"),
            (f"/v1/vault/objects/{CONTENT}?size=2000", b"x" * 1001, "gateway/3"),
        ):
            answer = await http.put(path, content=body, headers=signed(ledger, "PUT", path, body))
            assert answer.json()["code"] == code, (path, answer.text)
        lost = await get(http, ledger, f"/v1/vault/objects/{CONTENT}")
        assert lost.json()["fields"]["elsewhere"] == "http://127.0.0.1:9"


async def test_erasure__removes_what_belongs_to_the_content_and_nothing_else(ledger: FakeLedger, tmp_path: Path) -> None:
    async with front(ledger, tmp_path) as (http, gateway):
        gone, stays = await put(http, ledger, b"gone", CONTENT), await put(http, ledger, b"stays", CONTENT)
        gateway.context.vault.start()
        await asyncio.sleep(0.05)
        ledger.facts["share/blobs", gone] = {"content": CONTENT, "owner": "org1", "kind": "content"}
        ledger.facts["share/contents", CONTENT, "org1"] = {"blob": gone, "erased": {"height": 1}}
        event = {"type": "share.erased", "blob": gone, "content": CONTENT, "owner": "org1", "basis": "request"}
        ledger.add_block([{"transaction": "ab" * 32, "status": "applied", "events": [event]}])
        vault = await gateway.context.vault.vault()
        for _ in range(100):
            if vault.followed == 1:
                break
            await asyncio.sleep(0.02)
        assert vault.brought_for(CONTENT) == [stays]
        assert vault.followed == 1
        assert list((tmp_path / "objects").rglob(gone)) == []


async def test_gateway__without_a_vault_says_so(ledger: FakeLedger, tmp_path: Path) -> None:
    enrol(ledger, "org1.o7", KEY)
    gateway = build(ledger, Settings(), tokens=tmp_path / "tokens.json")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=gateway.asgi), base_url="http://127.0.0.1:8420") as http:
        answer = await get(http, ledger, "/v1/vault")
    assert (answer.status_code, answer.json()["code"]) == (404, "gateway/43")
