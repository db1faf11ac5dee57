"""An application through the SDK, blocking and awaiting, and through bare REST with keys that stay with the client."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.cli.conftest import LiveNode, Run
from zhulian.client import Chain, FromNode, connect, connect_async
from zhulian.client.apps.errors import NoSuchApp, NoSuchMethod
from zhulian.client.body import sign_body
from zhulian.language.values.errors import ValueFault

GOODS = Path(__file__).parent.parent / "client" / "goods.yaml"
APP = "sdk-goods"


def _url(live: LiveNode) -> str:
    return str(json.loads((live.home / "run" / "node.json").read_bytes())["url"])


def _open(chain: Chain) -> None:
    """The application, open and with its parties; set up by whichever test comes first."""
    try:
        chain.app(APP)
    except NoSuchApp:
        chain.scenario.publish(GOODS)
        chain.scenario.open("goods", as_=APP, settings={"longest": "90d"})
        app = chain.app(APP)
        app.admit("seller", "org3")
        app.admit("buyer", "org2", signers="org3.clerk")


def test_sdk__acts_reads_and_proves(at_home: LiveNode, tmp_path: Path) -> None:
    contract = tmp_path / "contract.pdf"
    contract.write_bytes(b"%PDF")
    with connect(_url(at_home), home=at_home.home) as chain:
        _open(chain)
        app = chain.app(APP)
        due = (datetime.now(UTC) + timedelta(days=400)).date()
        done = app.draw(
            number="AR-1",
            buyer="org2",
            amount=Decimal("1000.50"),
            due=due,
            contract=contract,
            signers="org3.clerk",
            save=tmp_path,
        )
        assert (done.record, done.key, done.receipt.proved.signers[0].organisation) == ("order", "AR-1", "org3")
        assert [path.name for path in done.written] == ["AR-1.draw.receipt.json", "AR-1.opening.json"]
        fact = app.record("order", "AR-1")
        assert (fact.fields["amount"], fact.shown["amount"].en, fact.state) == (100_050, "CNY 1,000.50", "drawn")
        assert not app.record("order", "AR-2").present
        app.confirm("AR-1", signers="org2.clerk")
        assert [each.cause for each in app.history("order", "AR-1").events] == ["draw", "confirm"]
        assert app.totals()[0]["value"] == 100_050
        settled = app.settle("AR-1", by={"seller": "org3", "buyer": "org2"}, signers=["org3.clerk", "org2.clerk"])
        assert settled.events[0]["state"] == "settled"
        with pytest.raises(FromNode) as no:
            app.confirm("AR-1", signers="org2.clerk")
        assert no.value.code == "scenario/10"
        with pytest.raises(NoSuchMethod, match="Did you mean “settle”"):
            app.setle("AR-1")
        assert not hasattr(app, "nothing_of_that_kind")
        assert {"draw", "confirm", "settle"} <= set(dir(app))
        with pytest.raises(ValueFault):
            app.draw(number="nonsense", buyer="org2", amount="1", due="+1d", contract=contract, signers="org3.clerk")


def test_sdk__a_second_publication_finds_the_first(at_home: LiveNode) -> None:
    with connect(_url(at_home), home=at_home.home) as chain:
        _open(chain)
        again = chain.scenario.publish(GOODS)
        assert again.found
        assert again.definition == chain.app(APP).definition


def test_sdk__long_definitions_go_in_parts(at_home: LiveNode, tmp_path: Path) -> None:
    roles = "".join(
        f"  role_{number}: {{title: {{zh: 第{number}类参与方{'甲' * 300}, en: Party {number} {'x' * 300}}}, admitted_by: operator}}\n"
        for number in range(60)
    )
    text = GOODS.read_text().replace("scenario: goods", "scenario: goods_long").replace("roles:\n", "roles:\n" + roles)
    path = tmp_path / "long.yaml"
    path.write_text(text)
    told: list[tuple[int, int]] = []
    with connect(_url(at_home), home=at_home.home) as chain:
        done = chain.scenario.publish(path, progress=lambda at, count: told.append((at, count)))
        assert done.parts > 1
        assert told[-1] == (done.parts + 1, done.parts + 1)
        assert chain.scenario.open("goods_long", as_="long").definition == done.definition
        assert len(chain.app("long").tree.roles) == 62


@pytest.mark.anyio
async def test_sdk__awaits_the_same(at_home: LiveNode, tmp_path: Path) -> None:
    contract = tmp_path / "contract.pdf"
    contract.write_bytes(b"%PDF")
    with connect(_url(at_home), home=at_home.home) as chain:
        _open(chain)
    async with await connect_async(_url(at_home), home=at_home.home) as chain:
        app = await chain.app(APP)
        done = await app.draw(number="AR-7", buyer="org2", amount="1", due="+9d", contract=contract, signers="org3.clerk")
        assert done.key == "AR-7"
        assert (await app.record("order", "AR-7")).state == "drawn"
        assert len((await app.history("order", "AR-7")).events) == 1
        with pytest.raises(NoSuchMethod):
            await app.setle("AR-7")


def test_rest__builds_checks_signs_and_submits(at_home: LiveNode, run: Run) -> None:
    with connect(_url(at_home), home=at_home.home) as chain, httpx.Client(base_url=_url(at_home), trust_env=False) as http:
        _open(chain)
        base = f"/v1/apps/{APP}"
        asked: dict[str, Any] = {
            "input": {"number": "AR-70", "buyer": "org2", "amount": "12.34", "due": "+5d", "contract": "ab" * 32},
            "signers": ["org3.clerk"],
        }
        assert http.post(f"{base}/actions/draw/check", json=asked).json()["allowed"]
        stranger = http.post(f"{base}/actions/draw/check", json={**asked, "signers": ["org4.clerk"]}).json()
        assert (stranger["allowed"], stranger["refusal"]["code"].split("/")[0]) == (False, "scenario")
        built = http.post(f"{base}/actions/draw", json=asked).json()
        signed = sign_body(chain.core.hasher, built["body"], [chain.core.find_identity("org3.clerk")])
        assert signed.transaction == built["transaction"]
        done = http.post("/v1/transactions", content=signed.envelope).json()
        assert done["status"] == "applied"
        found = http.get(f"{base}/records/order/AR-70").json()
        assert (found["fields"]["amount"]["zh"], found["state_title"]["zh"]) == ("12.34 元", "待确认")
        (item,) = http.get(f"{base}/records/order/AR-70/history").json()["items"]
        assert (item["transaction"], item["title"]["en"]) == (built["transaction"], "Draw")
        assert "value" in http.get(f"{base}/records/order/AR-70/proof").json()
        assert [each["key"] for each in http.get(f"{base}/records/order", params={"starts": "AR-70"}).json()["items"]] == [
            "AR-70"
        ]
        whole = http.get("/v1/openapi.json").json()
        assert f"{base}/actions/draw" in whole["paths"]
        manual = http.get(f"/v1/definitions/{chain.app(APP).definition}/manual", headers={"Accept-Language": "zh"})
        assert "货物订单" in manual.text
