import pytest
from gateway_fake import FakeLedger, Make, envelope

pytestmark = pytest.mark.anyio


async def test_seals_snapshots_and_engine__answer_other_members(client: Make, ledger: FakeLedger) -> None:
    async with client() as http:
        await http.post("/v1/transactions", content=envelope(1))
        seals = await http.get("/v1/seals/1")
        none = await http.get("/v1/seals/9")
        snapshots = await http.get("/v1/snapshots")
        agreements = await http.get("/v1/agreements")
        commit = await http.get("/v1/engine/commit?height=7")
        validators = await http.get("/v1/engine/validators?height=7&page=2&per_page=5")
    assert (seals.json()["height"], none.status_code) == (1, 404)
    assert agreements.json()["items"][0]["reason"] == "two members are lost"
    assert snapshots.json()["items"][0]["engine_height"] == 7
    assert commit.json()["result"] == {"method": "commit", "height": 7, "page": 1, "per_page": 100}
    assert validators.json()["result"] == {"method": "validators", "height": 7, "page": 2, "per_page": 5}


async def test_engine__answers_nothing_else(client: Make, ledger: FakeLedger) -> None:
    async with client() as http:
        for path in ("/v1/engine/broadcast_tx_sync?height=1", "/v1/engine/commit?height=0", "/v1/engine/commit?other=1"):
            assert (await http.get(path)).status_code == 400
    assert "engine" not in [method for method, _ in ledger.calls]
