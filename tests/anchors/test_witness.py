"""What a witness checks before it signs, against a node that shows what it likes; and the gateway's shelf."""

import copy
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from tests.solo import Solo, open_solo
from tests.world import key_of
from zhulian.anchors.errors import AlreadyThere, HeadersDoNotLink, NoAnchorYet, SealedOtherwise
from zhulian.client.anchors import Seen, checked_headers
from zhulian.client.core import Core
from zhulian.client.errors import StrangeAnswer
from zhulian.client.flow import Answer, Call, drive
from zhulian.client.journal import Journal
from zhulian.crypto import SoftwareSigner
from zhulian.gateway.app import build
from zhulian.gateway.settings import Settings
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.heads import speak
from zhulian.ledger.types import Header
from zhulian.modules.evidence.messages import Deposit


class Shown:
    """A line to a node that has five blocks; `headers` may be spoiled by a test."""

    def __init__(self, solo: Solo) -> None:
        hasher = solo.trusted.hasher
        made = [solo.application.prover.receipt(solo.run(Deposit(commitment=f"{number:064x}"))) for number in range(5)]
        self.headers: list[Any] = [each["header"] for each in made]
        newest = header_digest(hasher, msgspec.convert(self.headers[-1], Header)).hex()
        signer = SoftwareSigner(solo.genesis.crypto(), key_of(solo.genesis.suite, "org1.seal"))
        said = speak(hasher, signer, "org1", newest, solo.now_ms)
        self.head = {"format": "zhulian/head/1", "header": self.headers[-1], "seals": made[-1]["seals"], "spoken": said}
        self.digests = [header_digest(hasher, msgspec.convert(each, Header)).hex() for each in self.headers]

    def perform(self, effect: Any) -> Any:
        assert isinstance(effect, Call)
        if effect.path == "/v1/head/spoken":
            return Answer(200, msgspec.json.encode(self.head))
        query = {name: int(value) for name, value in effect.query}
        found = [each for each in self.headers if isinstance(each, dict) and each["height"] < query["before"]]
        if any(not isinstance(each, dict) for each in self.headers):
            return Answer(200, msgspec.json.encode({"items": [{"header": None}]}))
        return Answer(200, msgspec.json.encode({"items": [{"header": each} for each in found[::-1][: query["limit"]]]}))


@pytest.fixture
def scene(tmp_path: Path) -> tuple[Core, Shown]:
    solo = open_solo(tmp_path, orgs=2)
    core = Core("http://node.test", solo.trusted, lambda _: None, Journal(tmp_path / "journal"))  # type: ignore[arg-type,return-value]
    return core, Shown(solo)


def test_witness__takes_headers_that_link_back_to_what_it_has_seen(scene: tuple[Core, Shown]) -> None:
    core, node = scene
    genesis = core.trusted.digest.hex()
    assert [each.hex() for each in drive(checked_headers(core, Seen(0, genesis), 100), node)] == node.digests
    assert len(drive(checked_headers(core, Seen(0, genesis), 2), node)) == 2
    assert len(drive(checked_headers(core, Seen(3, node.digests[2]), 100), node)) == 2
    with pytest.raises(AlreadyThere):
        drive(checked_headers(core, Seen(5, node.digests[4]), 100), node)
    with pytest.raises(AlreadyThere):  # a node that lags behind what the witness has signed
        drive(checked_headers(core, Seen(9, "0" * 64), 100), node)
    for seen in (Seen(5, "0" * 64), Seen(3, "0" * 64), Seen(0, "0" * 64)):
        with pytest.raises(SealedOtherwise):
            drive(checked_headers(core, seen, 100), node)


def test_witness__refuses_headers_that_do_not_belong_together(scene: tuple[Core, Shown]) -> None:
    core, node = scene
    good = copy.deepcopy(node.headers)
    for spoiled in (good[:2] + good[3:], good[:4], [*good[:3], good[3] | {"time_ms": 1}, good[4]], []):
        node.headers = spoiled
        with pytest.raises(HeadersDoNotLink):
            drive(checked_headers(core, Seen(0, core.trusted.digest.hex()), 100), node)
    node.headers = [None]
    with pytest.raises(StrangeAnswer):
        drive(checked_headers(core, Seen(0, core.trusted.digest.hex()), 100), node)


@pytest.mark.anyio
async def test_gateway__says_where_nothing_is_anchored_and_takes_no_junk(tmp_path: Path, scene: tuple[Core, Shown]) -> None:
    core, _ = scene

    class Ledger:
        async def genesis(self) -> dict[str, Any]:
            return {"genesis": msgspec.to_builtins(core.genesis), "digest": core.trusted.digest.hex(), "chain": core.chain}

    gateway = build(Ledger(), Settings(), tokens=tmp_path / "t", anchors=tmp_path / "anchors")  # type: ignore[arg-type]
    transport = httpx.ASGITransport(app=gateway.asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        assert (await http.get("/v1/anchors")).json() == {"items": []}
        missing = await http.get("/v1/anchors/7")
        assert (missing.status_code, missing.json()["code"]) == (404, NoAnchorYet.code)
        for body, code in ((b"{}", "anchor/1"), (b"junk", "form/1"), (b"", "gateway/16")):
            answer = await http.post("/v1/anchors", content=body, headers={"Content-Type": "application/json"})
            assert answer.json()["code"] == code, body
        assert (await http.post("/v1/anchors", content=b"{}", headers={"Content-Type": "text/plain"})).status_code == 415
