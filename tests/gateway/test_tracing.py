"""Identifiers that lead to records, the page of a thing, and its way as a document."""

from typing import Any

import pytest
from gateway_fake import FakeLedger, Make

pytestmark = pytest.mark.anyio

LOT, MILK = "https://id.gs1.org/01/06901234567908/10/MP%2F1", "https://id.gs1.org/01/06901234567892/10/RM-1"
RECORD, SOURCE = "food/lot/MP%2F1", "food/lot/RM-1"


def event(**changed: Any) -> dict[str, Any]:
    stands = {"by": "org1", "content": "ab" * 32, "height": 3, "kind": "object", "action": "OBSERVE", "recorded_ms": 1_767_600_000_000,
              "things": [LOT], "time_ms": 1_767_500_000_000, "transaction": "cd" * 32}  # fmt: skip
    return stands | changed


@pytest.fixture
def followed(ledger: FakeLedger) -> FakeLedger:
    facts = ledger.facts
    facts[("trace/identifiers", LOT, "food")] = RECORD
    facts[("trace/identifiers", "hdl:86.1/A", "food")] = SOURCE
    facts[("trace/things", RECORD)] = {"holder": "org1", "identifier": LOT, "maker": "org2", "number": 2, "events": 2}
    facts[("trace/things", SOURCE)] = {"holder": "~" + "a" * 32, "identifier": MILK, "maker": "org2", "number": 1, "events": 1}
    facts[("trace/ancestors", RECORD)] = [1]
    facts[("trace/numbers", "food", f"{1:016d}")] = SOURCE
    facts[("trace/ways", RECORD, f"{0:016d}")] = "urn:e:1"
    facts[("trace/ways", RECORD, f"{1:016d}")] = "urn:e:2"
    facts[("trace/ways", SOURCE, f"{0:016d}")] = "urn:e:1"
    facts[("trace/events", "food", "urn:e:1")] = event(
        kind="transformation", action="", things=[MILK], made=[LOT], step="creating_class_instance", declared_wrong_by="urn:e:2"
    )
    facts[("trace/events", "food", "urn:e:2")] = event(
        step="<script>alert(1)</script>", wrong="urn:e:1", time_ms=1_767_500_000_001
    )
    return ledger


async def test_id__leads_a_browser_to_the_page(client: Make, followed: FakeLedger) -> None:
    async with client() as http:
        for path in (
            "01/06901234567908/10/MP%2F1",
            "01/6901234567908/10/MP%2F1/21/77?17=261231&x=1",
            "some/way/01/06901234567908/10/MP%2F1",
        ):
            answer = await http.get(f"/id/{path}", headers={"Accept-Language": "en"})
            assert answer.status_code == 307
            assert answer.headers["location"] == "/way/food/lot/MP%252F1?lang=en"
            assert 'rel="linkset"' in answer.headers["link"]
        answer = await http.get("/id/hdl/86.1/a", headers={"Accept-Language": "zh"})
        assert answer.headers["location"] == "/way/food/lot/RM-1?lang=zh"


async def test_id__lists_all_links(client: Make, followed: FakeLedger) -> None:
    async with client() as http:
        asked = await http.get("/id/01/06901234567908/10/MP%2F1", headers={"Accept": "application/linkset+json"})
        typed = await http.get("/id/01/06901234567908/10/MP%2F1?linkType=linkset")
        epcis = await http.get("/id/01/06901234567908/10/MP%2F1?linkType=gs1:epcis")
    assert asked.headers["content-type"] == "application/linkset+json"
    assert asked.json() == typed.json()
    (context,) = asked.json()["linkset"]
    assert context["anchor"] == LOT
    assert [each["hreflang"] for each in context["https://gs1.org/voc/traceability"]] == [["zh"], ["en"]]
    assert context["https://gs1.org/voc/masterData"][0]["href"] == "/v1/apps/food/records/lot/MP%252F1"
    assert epcis.headers["location"] == "/v1/way/food/lot/MP%252F1"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("01/06901234567908/10/OTHER", 404, "gateway/44"),
        ("00/106141412345678908", 404, "gateway/44"),
        ("hdl/86.1/B", 404, "gateway/44"),
        ("01/06901234567909/10/MP", 400, "identifier/4"),
        ("10/MP", 400, "identifier/2"),
        ("x/y", 400, "identifier/1"),
        ("01/06901234567908/10/%E8", 400, "identifier/5"),
        ("01/06901234567908/21/1/10/2", 400, "identifier/6"),
        ("01/1", 400, "identifier/3"),
        ("01/" + "0" * 600, 400, "identifier/1"),
    ],
)
async def test_id__says_what_is_wrong(client: Make, followed: FakeLedger, path: str, status: int, code: str) -> None:
    async with client() as http:
        answer = await http.get(f"/id/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_way__is_an_epcis_document(client: Make, followed: FakeLedger) -> None:
    async with client() as http:
        answer = await http.get("/v1/way/food/lot/MP%252F1")
        none = await http.get("/v1/way/food/lot/other")
    assert answer.headers["content-type"] == "application/ld+json"
    made, later = answer.json()["epcisBody"]["eventList"]
    assert made["errorDeclaration"]["correctiveEventIDs"] == ["urn:e:2"]
    assert made["outputQuantityList"] == [{"epcClass": LOT}]
    assert later["zhulian:height"] == 3
    assert none.json()["code"] == "gateway/44"


async def test_page__shows_the_way_and_a_recall_and_nothing_harmful(client: Make, followed: FakeLedger) -> None:
    async with client() as http:
        fine = await http.get("/way/food/lot/MP%252F1?lang=en")
        followed.facts[("trace/things", SOURCE)]["marked"] = True
        followed.facts[("trace/marks", "food", f"{1:016d}")] = {"by": "org1", "height": 5, "time_ms": 1_767_600_000_000}
        recalled = await http.get("/way/food/lot/MP%252F1?lang=zh")
        none = await http.get("/way/food/lot/none?lang=zh")
    assert "Not recalled" in fine.text
    assert "Harbour Bank" in fine.text
    assert "<script>alert" not in fine.text
    assert "(corrected)" in fine.text
    assert "已召回，请勿食用或使用" in recalled.text
    assert "~" + "a" * 32 not in recalled.text
    assert none.status_code == 404
    assert "gateway/44" in none.text
