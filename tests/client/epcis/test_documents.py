"""EPCIS documents: GS1's own examples are read, what is no EPCIS is refused, and what is written holds to GS1's schema."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian.client.epcis.documents import DOCUMENT_MAX, EVENTS_MAX, EpcisEvent, read_document
from zhulian.crypto import GM
from zhulian.errors import Refusal
from zhulian.identifiers.epcis import declaration, document, shown

FOLDER = Path(__file__).parents[3] / "vectors" / "epcis"
EXAMPLES = sorted(FOLDER.glob("examples/*.jsonld"))
JUDGE = jsonschema_rs.validator_for(json.loads((FOLDER / "EPCIS-JSON-Schema.json").read_text("utf-8")))
SAMPLE = FOLDER.parents[1] / "src" / "zhulian" / "scenarios" / "food_trace" / "files" / "epcis-production.jsonld"


def read(value: Any) -> list[EpcisEvent]:
    return read_document(json.dumps(value).encode(), GM)


def refusal(value: Any) -> str:
    with pytest.raises(Refusal) as no:
        read_document(value if isinstance(value, bytes) else json.dumps(value).encode(), GM)
    return no.value.code


def event(**changed: Any) -> dict[str, Any]:
    found = {
        "type": "ObjectEvent",
        "action": "OBSERVE",
        "bizStep": "shipping",
        "epcList": ["https://id.gs1.org/01/09506000134352/21/7"],
        "eventTime": "2026-01-06T15:30:00+08:00",
        "eventTimeZoneOffset": "+08:00",
    }
    return {name: value for name, value in (found | changed).items() if value is not None}


def whole(*events: Any) -> dict[str, Any]:
    return {"type": "EPCISDocument", "schemaVersion": "2.0", "epcisBody": {"eventList": list(events)}}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda each: each.stem)
def test_examples__are_read_whole(path: Path) -> None:
    data = json.loads(path.read_text("utf-8"))
    assert JUDGE.is_valid(data)
    body = data["epcisBody"].get("queryResults", {}).get("resultsBody", data["epcisBody"])
    found = read_document(path.read_bytes(), GM)
    assert len(found) == len(body["eventList"])
    assert sorted(each.event for each in found) == sorted(
        each.get("eventID", one.event) for each, one in zip(body["eventList"], found, strict=True)
    )
    assert all(each.things and each.time_ms > 10**12 for each in found)


def test_examples__say_the_same_as_urns_and_as_links() -> None:
    urns = read_document((FOLDER / "examples" / "Example_9.6.1-ObjectEvent.jsonld").read_bytes(), GM)
    links = read_document((FOLDER / "examples" / "Example_9.6.1-ObjectEventWithDigitalLink.jsonld").read_bytes(), GM)
    assert [(each.step, each.time_ms, each.kind) for each in urns] == [(each.step, each.time_ms, each.kind) for each in links]
    assert [len(each.things) for each in urns] == [len(each.things) for each in links] == [2, 1]


def test_corrections__come_from_error_declarations() -> None:
    wrong, right = read_document((FOLDER / "examples" / "ErrorDeclarationAndCorrectiveEvent.jsonld").read_bytes(), GM)
    assert wrong.is_declared_wrong
    assert wrong.corrected_by == (right.event,)
    assert b"errorDeclaration" not in wrong.document
    assert not right.is_declared_wrong


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (b"{", "client/230"),
        (b"\xff", "client/230"),
        (b'{"type":"EPCISDocument","type":"EPCISDocument"}', "client/230"),
        (b'{"type":NaN}', "client/230"),
        (b"[" * 100_000, "client/230"),
        (b" " * (DOCUMENT_MAX + 1), "client/230"),
        ([], "client/230"),
        ({"type": "EPCISDocument", "epcisBody": {}}, "client/230"),
        (whole(*[0] * (EVENTS_MAX + 1)), "client/230"),
        (whole(7), "client/231"),
        (whole(event(type=None)), "client/231"),
        (whole(event(type="TransactionEvent")), "client/232"),
        (whole(event(type="AssociationEvent")), "client/232"),
        (whole(event(action="MOVE")), "client/231"),
        (whole(event(eventTime=None)), "client/231"),
        (whole(event(eventTime="2026-01-06T15:30:00")), "client/231"),
        (whole(event(eventTime="1969-12-31T00:00:00Z")), "client/231"),
        (whole(event(eventTime=5)), "client/231"),
        (whole(event(eventID="two words")), "client/231"),
        (whole(event(eventID="u" * 201)), "client/231"),
        (whole(event(epcList="https://id.gs1.org/01/09506000134352/21/7")), "client/231"),
        (whole(event(epcList=[7])), "client/231"),
        (whole(event(epcList=["https://id.gs1.org/01/09506000134353/21/7"])), "client/231"),
        (whole(event(quantityList=[{"quantity": 3}])), "client/231"),
    ],
)
def test_read__names_what_is_wrong(value: Any, code: str) -> None:
    assert refusal(value) == code


def test_read__brings_words_and_ids_to_one_spelling() -> None:
    spelt = [
        event(bizStep=f"{before}shipping")
        for before in ("", "cbv:BizStep-", "https://ref.gs1.org/cbv/BizStep-", "urn:epcglobal:cbv:bizstep:")
    ]
    found = read(whole(*spelt))
    assert {each.step for each in found} == {"shipping"}
    assert len({each.event for each in found}) == 4  # they have no ids of their own, and are four documents
    assert read(whole(event()))[0].event == read(event())[0].event
    assert read(whole(event(bizStep="https://example.com/steps/Pickling")))[0].step == ""


IDENTIFIERS = st.sampled_from(
    [
        "https://id.gs1.org/01/09506000134352/21/7",
        "https://id.gs1.org/01/09506000134352/10/L",
        "https://id.gs1.org/00/106141412345678908",
        "hdl:86.1/A",
    ]
)


@given(
    st.sampled_from(["object", "aggregation", "transformation"]),
    st.lists(IDENTIFIERS, min_size=1, max_size=4, unique=True),
    st.lists(IDENTIFIERS, min_size=1, max_size=2, unique=True),
    st.sampled_from(["", "shipping", "inspecting"]),
    st.integers(0, 2**41),
    st.booleans(),
)
def test_written__holds_to_the_schema_and_is_read_again(
    kind: str, things: list[str], made: list[str], step: str, time_ms: int, is_wrong: bool
) -> None:
    stands = {
        "kind": kind,
        "things": things,
        "time_ms": time_ms,
        "by": "org1",
        "content": "ab" * 32,
        "height": 7,
        "recorded_ms": time_ms,
        "transaction": "cd" * 32,
    }
    stands |= {"step": step} if step else {}
    stands |= {} if kind == "object" else {"made": made}
    stands |= {} if kind == "transformation" else {"action": "OBSERVE"}
    stands |= {"declared_wrong_by": "urn:uuid:2"} if is_wrong else {}
    written = document([shown("urn:uuid:1", stands) | declaration(stands, None)], time_ms)
    errors = [each.message for each in JUDGE.iter_errors(written)]
    assert errors == []
    (found,) = read(written)
    assert (found.kind, found.step, found.time_ms, set(found.things)) == (kind, step, time_ms, set(things))
    assert found.is_declared_wrong == is_wrong


def test_schema__can_say_no() -> None:
    good = document([event(eventID="urn:uuid:1")], 0)
    assert JUDGE.is_valid(good)
    bad = copy.deepcopy(good)
    bad["epcisBody"]["eventList"][0]["action"] = "MOVE"
    assert not JUDGE.is_valid(bad)


def test_sample__of_the_pack_holds_to_the_schema() -> None:
    assert [each.message for each in JUDGE.iter_errors(json.loads(SAMPLE.read_text("utf-8")))] == []
    assert len(read_document(SAMPLE.read_bytes(), GM)) == 1
