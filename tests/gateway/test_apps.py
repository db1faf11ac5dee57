"""Applications through the gateway: read as people read them, asked for as people write them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from apps_fake import KEY, NAME, AppLedger, definition

from zhulian import canonical
from zhulian.gateway.app import build
from zhulian.gateway.settings import Settings
from zhulian.language.definition.reading import load_definition

pytestmark = pytest.mark.anyio
APP = f"/v1/apps/{NAME}"
DRAW = {
    "input": {"number": "AR-2020-009", "debtor": "meidi", "amount": "1,000,000.5", "due": "2026-03-01", "contract": "ab" * 32},
    "signers": ["anchor.clerk"],
}


@pytest.fixture
def ledger() -> AppLedger:
    return AppLedger()


@pytest.fixture
async def http(ledger: AppLedger, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with _open(ledger, tmp_path) as client:
        yield client


@asynccontextmanager
async def _open(ledger: AppLedger, folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    gateway = build(ledger, Settings(), tokens=folder / "tokens.json")
    transport = httpx.ASGITransport(app=gateway.asgi, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8420") as client:
        yield client
    await gateway.context.hub.close()


async def test_definition__tree_is_the_one_that_was_published(http: httpx.AsyncClient, ledger: AppLedger) -> None:
    (listed,) = (await http.get("/v1/definitions")).json()["items"]
    assert listed["definition"] == ledger.digest
    answer = await http.get(f"/v1/definitions/{ledger.digest}")
    assert load_definition(canonical.encode(answer.json()["tree"])).tree == definition().tree
    assert answer.json()["view"]
    assert answer.json()["publisher"] == "org1"
    again = await http.get(f"/v1/definitions/{ledger.digest}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    missing = await http.get("/v1/definitions/" + "00" * 32)
    assert (missing.status_code, missing.json()["code"]) == (404, "gateway/33")


async def test_app__says_what_it_is_in_both_languages(http: httpx.AsyncClient) -> None:
    (listed,) = (await http.get("/v1/apps")).json()["items"]
    assert listed["title"] == {"zh": "应收账款多级流转", "en": "Multi-tier receivables"}
    found = (await http.get(APP)).json()
    assert [each["action"] for each in found["actions"]] == ["draw", "confirm", "decline", "pass_on", "finance", "repay"]
    assert found["settings"]["confirm_within"]["zh"] == "10 天"
    missing = await http.get("/v1/apps/nobody")
    assert (missing.status_code, missing.json()["code"]) == (404, "gateway/32")


async def test_record__is_shown_with_units_and_as_it_stands(http: httpx.AsyncClient) -> None:
    answer = await http.get(f"{APP}/records/receivable/{KEY}")
    found = answer.json()
    amount = found["fields"]["amount"]
    assert (amount["value"], amount["en"]) == (100_000_000, "CNY 1,000,000.00")
    assert found["fields"]["contract"]["visibility"] == "private"
    assert found["trail"]["count"] == 1
    assert answer.headers["etag"]
    missing = await http.get(f"{APP}/records/receivable/AR-9")
    assert (missing.status_code, missing.json()["code"]) == (404, "gateway/35")
    wrong = await http.get(f"{APP}/records/receivables/AR-9")
    assert (wrong.status_code, wrong.json()["code"]) == (404, "gateway/34")


async def test_record__says_how_far_its_sweeps_have_come(http: httpx.AsyncClient, ledger: AppLedger) -> None:
    ledger.open_plant()
    found = (await http.get("/v1/apps/plant/records/lot/11")).json()
    assert found["sweeps"] == {"stop": {"began": 1_766_880_000, "done": 38, "ended": False, "next": 40, "rested": 0}}
    ledger.facts[("scenario/sweeps", "plant", "stop", "11")]["queued"] = -1
    assert (await http.get("/v1/apps/plant/records/lot/11")).json()["sweeps"]["stop"]["ended"] is True
    assert "sweeps" not in (await http.get("/v1/apps/plant/records/lot/1")).json()


async def test_record__key_with_slashes_is_one_part_of_the_path(http: httpx.AsyncClient) -> None:
    found = (await http.get(f"{APP}/records/receivable/B%2F2%252F1")).json()
    assert (found["key"], found["parts"]) == ("B/2%2F1", ["B", "2/1"])
    assert (await http.get(f"{APP}/records/receivable/B/2%2F1")).status_code == 404


async def test_records__page_by_the_beginning_of_the_key(http: httpx.AsyncClient) -> None:
    first = (await http.get(f"{APP}/records/receivable", params={"starts": "AR-", "limit": 2})).json()
    assert [each["key"] for each in first["items"]] == ["AR-2020-001", "AR-2020-002"]
    rest = (await http.get(f"{APP}/records/receivable", params={"starts": "AR-", "limit": 2, "after": first["next"]})).json()
    assert [each["key"] for each in rest["items"]] == ["AR-2020-003"]
    assert "next" not in rest
    moved = await http.get(f"{APP}/records/receivable", params={"starts": "B", "after": first["next"]})
    assert moved.json()["code"] == "gateway/13"


async def test_history__names_what_happened_and_where(http: httpx.AsyncClient) -> None:
    items = (await http.get(f"{APP}/records/receivable/{KEY}/history")).json()["items"]
    assert [(each["height"], each["cause"], each["transaction"] is None) for each in items] == [
        (7, "draw", False),
        (9, "lapse", True),
    ]
    assert items[0]["title"] == {"zh": "开立", "en": "Draw"}
    later = (await http.get(f"{APP}/records/receivable/{KEY}/history", params={"after_height": 7})).json()["items"]
    assert [each["height"] for each in later] == [9]


async def test_proof__of_presence_and_of_absence(http: httpx.AsyncClient, ledger: AppLedger) -> None:
    ledger.add_block()
    there = (await http.get(f"{APP}/records/receivable/{KEY}/proof")).json()
    assert there["key"] == ["scenario/records", NAME, "receivable", KEY]
    assert there["value"]["state"] == "drawn"
    absent = (await http.get(f"{APP}/records/receivable/AR-9/proof")).json()
    assert "value" not in absent
    assert (await http.get(f"{APP}/records/receivable/{KEY}/proof", params={"height": 99})).json()["code"] == "gateway/21"


async def test_lists__members_balances_totals_proposals(http: httpx.AsyncClient) -> None:
    members = (await http.get(f"{APP}/roles")).json()["items"]
    assert [(each["role"], each["party"]) for each in members] == [("core", "meidi"), ("supplier", "anchor")]
    (supplier,) = (await http.get(f"{APP}/roles", params={"role": "supplier"})).json()["items"]
    assert supplier["title"]["zh"] == "供应商"
    (balance,) = (await http.get(f"{APP}/balances", params={"asset": "claim"})).json()["items"]
    assert (balance["owner"], balance["units"], balance["unit"]) == ("anchor", 100_000_000, "fen")
    assert (await http.get(f"{APP}/totals")).json() == {"items": []}
    assert (await http.get(f"{APP}/proposals")).json() == {"items": []}


async def test_action__is_read_as_people_write_it_and_is_ready_to_sign(http: httpx.AsyncClient, ledger: AppLedger) -> None:
    found = (await http.post(f"{APP}/actions/draw", json=DRAW)).json()
    assert found["message"] == {
        "type": "scenario.act",
        "action": "draw",
        "instance": NAME,
        "input": {"number": "AR-2020-009", "debtor": "meidi", "amount": 100_000_050, "due": 20_513, "contract": "ab" * 32},
    }
    assert found["key"] == ["AR-2020-009"]
    assert found["body"]["messages"] == [found["message"]]
    assert found["body"]["chain"] == ledger.chain
    assert found["preimage"] == ledger.hasher.preimage("body", canonical.encode(found["body"])).hex()


@pytest.mark.parametrize(
    ("path", "change", "status", "code"),
    [
        ("darw", {}, 404, "language/220"),
        ("draw", {"input": {**DRAW["input"], "amount": "1.005"}}, 422, "language/203"),
        ("draw", {"input": {**DRAW["input"], "contract": "contract.pdf"}}, 422, "language/211"),
        ("draw", {"input": {}}, 422, "language/200"),
        ("confirm", {"input": {}, "on": []}, 422, "language/"),
        ("finance", {"input": {"amount": "1", "price": "1"}, "on": [KEY]}, 422, "language/222"),
        ("draw", {"spare": 1}, 400, "form/9"),
        ("draw", {"propose": "soon", "by": {"actor": "anchor"}}, 422, "language/224"),
    ],
)
async def test_action__refuses_with_the_number_and_the_place(
    http: httpx.AsyncClient, path: str, change: dict[str, object], status: int, code: str
) -> None:
    answer = await http.post(f"{APP}/actions/{path}", json={**DRAW, **change})
    assert answer.status_code == status, answer.text
    assert answer.json()["code"].startswith(code)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_action__proposes_until_a_time(http: httpx.AsyncClient) -> None:
    asked = {"on": [KEY], "input": {"amount": "1", "price": "1"}, "by": {"seller": "a", "financier": "b"}, "propose": "3d"}
    message = (await http.post(f"{APP}/actions/finance", json=asked)).json()["message"]
    assert message["type"] == "scenario.propose"
    assert message["on"] == [[KEY]]
    assert message["expires"] > 1_766_880_000


async def test_check__asks_the_ledger_and_writes_nothing(http: httpx.AsyncClient, ledger: AppLedger) -> None:
    refusal = {"code": "receivable:due_past", "zh": "到期日须晚于今日。", "en": "The due date must be after today.", "fields": {}}
    ledger.verdict = {"allowed": False, "cost": {"bytes": 0, "steps": 1}, "refusal": refusal}
    found = (await http.post(f"{APP}/actions/draw/check", json=DRAW)).json()
    assert found["refusal"]["code"] == "receivable:due_past"
    assert ledger.rehearsed[0]["signers"] == ["anchor.clerk"]
    assert ledger.log == []
    unsigned = await http.post(f"{APP}/actions/draw/check", json={**DRAW, "signers": []})
    assert unsigned.json()["code"] == "gateway/36"


async def test_openapi__has_each_action_with_its_inputs_in_both_languages(http: httpx.AsyncClient) -> None:
    whole = (await http.get("/v1/openapi.json")).json()
    own = (await http.get(f"{APP}/openapi.json")).json()
    draw = whole["paths"][f"{APP}/actions/draw"]["post"]
    assert draw == own["paths"][f"{APP}/actions/draw"]["post"]
    inputs = draw["requestBody"]["content"]["application/json"]["schema"]["properties"]["input"]
    assert inputs["required"] == ["number", "debtor", "amount", "due", "contract"]
    assert "CNY" in inputs["properties"]["amount"]["description"]
    assert "0.01" in inputs["properties"]["amount"]["description"]
    assert inputs["properties"]["contract"]["pattern"] == "^[0-9a-f]{64}$"
    assert [each["code"] for each in draw["x-refusals"]] == ["receivable:due_past"]
    assert draw["summary"] == "开立 · Draw"
    english = (await http.get(f"{APP}/openapi.json?lang=en")).json()
    assert english["paths"][f"{APP}/actions/draw"]["post"]["summary"] == "Draw"
    text = (await http.get("/v1/openapi.json")).text
    for part in text.split('"#/components/schemas/')[1:]:
        assert part.partition('"')[0] in whole["components"]["schemas"]


async def test_openapi__tells_strangers_of_no_application(ledger: AppLedger, tmp_path: Path) -> None:
    gateway = build(ledger, Settings(authentication="required"), tokens=tmp_path / "tokens.json")
    transport = httpx.ASGITransport(app=gateway.asgi, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8420") as client:
        assert not any(NAME in path for path in (await client.get("/v1/openapi.json")).json()["paths"])
        assert (await client.get(f"{APP}/openapi.json")).status_code == 401
        assert (await client.get(APP)).status_code == 401


async def test_evidence__its_deposits_are_records(http: httpx.AsyncClient, ledger: AppLedger) -> None:
    ledger.present_evidence()
    at = {"height": 2, "time_ms": 1_766_880_001_000, "transaction": "5b" * 32}
    gone = {"reason": "mistaken", "height": 3, "time_ms": 1_766_880_009_000, "transaction": "6c" * 32}
    deposit = {"kind": "commitment", "signers": ["org1.clerk"], **at}
    ledger.facts[("evidence/deposits", "ab" * 32, "org1")] = deposit
    ledger.facts[("evidence/deposits", "cd" * 32, "org2")] = deposit | {"withdrawn": gone}
    base = "/v1/apps/evidence/records/deposit"
    items = (await http.get(base)).json()["items"]
    assert [each["key"] for each in items] == ["ab" * 32 + "/org1", "cd" * 32 + "/org2"]
    assert [each["state_title"]["en"] for each in items] == ["Standing", "Withdrawn"]
    assert [each["key"] for each in (await http.get(base, params={"starts": "cd" * 32})).json()["items"]] == ["cd" * 32 + "/org2"]
    one = (await http.get(f"{base}/{'cd' * 32}%2Forg2")).json()
    assert (one["fields"]["party"]["zh"], one["fields"]["kind"]["en"], one["since"]) == ("市公证处", "Commitment", 1_766_880_009)
    history = (await http.get(f"{base}/{'cd' * 32}%2Forg2/history")).json()["items"]
    assert [(each["height"], each["title"]["zh"]) for each in history] == [(2, "存证"), (3, "撤回")]
    fact = (await http.get(f"{base}/{'ab' * 32}%2Forg1/proof")).json()
    assert fact["key"] == ["evidence/deposits", "ab" * 32, "org1"]
    assert (await http.get(f"{base}/{'ab' * 32}%2Forg9")).json()["code"] == "gateway/35"
