"""Goods on the command line against a running node: EPCIS documents in, the whole way and what is affected, documents out; and a node that lies."""

import json
from pathlib import Path
from typing import Any

import httpx
import jsonschema_rs
import pytest

from tests.cli.conftest import LiveNode, Run
from tests.meta.source import ROOT
from zhulian.client.epcis import ways

APP = "food-2026"
LOT, MILK, PALLET = (
    "https://id.gs1.org/01/06901234567908/10/MP-1001",
    "https://id.gs1.org/01/06901234567892/10/RM-1001",
    "https://id.gs1.org/00/069012340000000016",
)
PACK = ROOT / "src" / "zhulian" / "scenarios" / "food_trace" / "scenario.yaml"
JUDGE = jsonschema_rs.validator_for(json.loads((ROOT / "vectors" / "epcis" / "EPCIS-JSON-Schema.json").read_text("utf-8")))


def done(found: Any) -> Any:
    assert found.status == 0, found.err
    return found


def refused(found: Any) -> str:
    assert found.status == 1
    return str(found.err.split()[0])


def event(kind: str, step: str, minute: int, **more: Any) -> dict[str, Any]:
    stands = {"type": kind, "bizStep": step, "eventID": f"urn:uuid:{minute}", "eventTimeZoneOffset": "+08:00"}
    return stands | {"eventTime": f"2026-01-06T15:{minute:02d}:00+08:00"} | more


def write(name: str, *events: dict[str, Any]) -> str:
    whole = {"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"], "type": "EPCISDocument"}
    whole |= {"schemaVersion": "2.0", "creationDate": "2026-01-06T18:00:00+08:00", "epcisBody": {"eventList": list(events)}}
    assert [each.message for each in JUDGE.iter_errors(whole)] == []
    Path(name).write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
    return name


@pytest.fixture
def food(run: Run, at_home: LiveNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Milk, powder and a pallet of org2; org1 is the authority, org3 the shop."""
    monkeypatch.chdir(tmp_path)
    done(run("scenario", "publish", PACK))
    done(run("scenario", "open", "food_trace", "--as", APP))
    done(run("app", APP, "admit", "authority", "org1"))
    for role, party in (("producer", "org2"), ("shop", "org3")):
        done(run("app", APP, "admit", role, party))
    for number, identifier in (("RM-1001", MILK), ("MP-1001", LOT)):
        words = (f"number={number}", f"identifier={identifier}", "name=乳", "authority=org1", "expires=2036-01-01")
        done(run("app", APP, "enter_lot", *words, "--as", "org2.clerk"))
    done(run("app", APP, "build", "number=TP-1", f"identifier={PALLET}", "lot=MP-1001", "--as", "org2.clerk"))
    return APP


def test_trace__goods_from_document_to_document(run: Run, food: str, at_home: LiveNode, monkeypatch: pytest.MonkeyPatch) -> None:
    made = event("TransformationEvent", "creating_class_instance", 1, inputQuantityList=[{"epcClass": "urn:epc:class:lgtin:6901234.056789.RM-1001", "quantity": 812.5, "uom": "KGM"}],
                 outputQuantityList=[{"epcClass": LOT, "quantity": 90}], readPoint={"id": "https://id.gs1.org/414/6901234000009"})  # fmt: skip
    packed = event(
        "AggregationEvent", "packing", 2, action="ADD", parentID=PALLET, childQuantityList=[{"epcClass": LOT, "quantity": 90}]
    )
    stored = event("ObjectEvent", "storing", 3, action="OBSERVE", quantityList=[{"epcClass": LOT}])
    sent = event("ObjectEvent", "shipping", 5, action="OBSERVE", epcList=[PALLET])
    Path("plan.txt").write_text("production\n")
    first = write("first.jsonld", packed, made, stored)
    with_plan = ("--with", "events=plan.txt", "--as", "org2.clerk")
    found = done(run("trace", "import", food, first, *with_plan, "--json")).document
    assert [each["action"] for each in found] == ["make", "load", "note"]
    assert done(run("trace", "import", food, first, *with_plan)).out.splitlines()[-1] == "Events recorded: 0."

    mended = stored | {
        "errorDeclaration": {
            "declarationTime": "2026-01-06T16:00:00+08:00",
            "reason": "incorrect_data",
            "correctiveEventIDs": ["urn:uuid:4"],
        }
    }
    again = event("ObjectEvent", "storing", 4, action="OBSERVE", quantityList=[{"epcClass": LOT}])
    done(run("trace", "import", food, write("second.jsonld", mended, again), "--as", "org2.clerk"))
    assert (
        refused(run("trace", "import", food, write("third.jsonld", sent), "--with", "to=org2", "--as", "org3.clerk"))
        == "trace/12"
    )
    assert (
        refused(
            run("trace", "import", food, "third.jsonld", "--action", "shipping=load", "--with", "to=org3", "--as", "org2.clerk")
        )
        == "client/234"
    )
    done(run("trace", "import", food, "third.jsonld", "--with", "to=org3", "--as", "org2.clerk"))

    way = done(run("trace", "way", food, PALLET, "--json")).document
    assert [each["step"] for each in way["events"]] == ["creating_class_instance", "packing", "storing", "storing", "shipping"]
    assert [each["declared_wrong_by"] for each in way["events"]] == ["", "", "urn:uuid:4", "", ""]
    assert sorted(each["identifier"] for each in way["sources"]) == sorted([LOT, MILK])
    assert not way["recalled"]
    affected = done(run("trace", "affected", food, "lot", "RM-1001", "--json")).document
    assert [(each["identifier"], each["holder"]) for each in affected] == [(LOT, "org2"), (PALLET, "org2")]
    done(run("app", food, "recall", "RM-1001", "--as", "org1.clerk"))
    assert "RECALLED: " + MILK in done(run("trace", "way", food, PALLET)).out
    assert "已召回" in done(run("trace", "way", food, "pallet", "TP-1", "--lang", "zh")).out
    assert "Things affected: 2." in done(run("trace", "affected", food, MILK)).out

    done(run("trace", "export", food, PALLET, "--out", "way.jsonld", "--original", "first.jsonld", "--original", "third.jsonld"))
    whole = json.loads(Path("way.jsonld").read_text("utf-8"))
    assert [each.message for each in JUDGE.iter_errors(whole)] == []
    events = {each["eventID"]: each for each in whole["epcisBody"]["eventList"]}
    assert events["urn:uuid:1"]["inputQuantityList"][0]["quantity"] == 812.5
    assert events["urn:uuid:3"]["errorDeclaration"]["correctiveEventIDs"] == ["urn:uuid:4"]
    assert "readPoint" not in events["urn:uuid:4"]
    write("forged.jsonld", made | {"inputQuantityList": [{"epcClass": MILK, "quantity": 900.0}]})
    assert refused(run("trace", "export", food, PALLET, "--out", "x.jsonld", "--original", "forged.jsonld")) == "client/236"
    assert not Path("x.jsonld").exists()

    done(run("trace", "paper", food, "third.jsonld", "--as", "org2.clerk"))
    assert json.loads(Path("third-1.paper.json").read_text())["format"] == "zhulian/trace-event/1"
    assert refused(run("trace", "way", food, "https://id.gs1.org/00/106141412345678908")) == "client/233"
    assert refused(run("trace", "way", food, "https://id.gs1.org/00/106141412345678909")) == "identifier/4"
    assert done(run("trace", "identifier", "urn:epc:id:sscc:6901234.0000000001")).out.strip() == PALLET
    _scanned(at_home, run)
    monkeypatch.setattr(ways, "_find", _nothing_behind(ways._find))
    assert refused(run("trace", "way", food, "pallet", "TP-1")) == "client/235"


def _scanned(node: LiveNode, run: Run) -> None:
    """What whoever scans a code finds at the gateway."""
    base = json.loads((node.home / "run" / "node.json").read_text())["url"]
    with httpx.Client(base_url=base) as http:
        found = http.get("/id/01/06901234567908/10/MP-1001/21/ANY?17=270101", headers={"Accept-Language": "en"})
        assert found.status_code == 307
        page = http.get(found.headers["location"])
        assert "Recalled" in page.text
        assert "MP-1001" in page.text
        links = http.get("/id/01/06901234567908/10/MP-1001", headers={"Accept": "application/linkset+json"}).json()
        (epcis,) = links["linkset"][0]["https://gs1.org/voc/epcis"]
        assert [each.message for each in JUDGE.iter_errors(http.get(epcis["href"]).json())] == []
        assert http.get(links["linkset"][0]["https://gs1.org/voc/masterData"][0]["href"]).json()["key"] == "MP-1001"


def _nothing_behind(find: Any) -> Any:
    def lying(core: Any, key: Any, shape: Any) -> Any:
        found = yield from find(core, key, shape)
        return None if key[0] == "trace/numbers" else found

    return lying
