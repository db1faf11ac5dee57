"""EPCIS 2.0 documents of what a chain knows of events: values as the state has them in, JSON-LD out."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from zhulian.identifiers.names import is_class

__all__ = ["CONTEXT", "NAMESPACE", "declaration", "document", "shown", "standing"]

CONTEXT = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
NAMESPACE = "https://zhulian.dev/ns/trace#"
"""Of the extensions that say where an event stands on the chain."""
_TYPES = {"aggregation": "AggregationEvent", "object": "ObjectEvent", "transformation": "TransformationEvent"}


def document(events: list[dict[str, Any]], created_ms: int) -> dict[str, Any]:
    """An EPCISDocument of events; `created_ms` is Unix milliseconds."""
    return {
        "@context": [CONTEXT, {"zhulian": NAMESPACE}],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": _time(created_ms),
        "epcisBody": {"eventList": events},
    }


def shown(name: str, event: Mapping[str, Any]) -> dict[str, Any]:
    """An event as the chain knows it, by its id."""
    found: dict[str, Any] = {
        "type": _TYPES[event["kind"]],
        "eventID": name,
        "eventTime": _time(event["time_ms"]),
        "eventTimeZoneOffset": "+00:00",
    }
    words = {"action": event.get("action"), "bizStep": event.get("step"), "disposition": event.get("disposition")}
    found |= {name: word for name, word in words.items() if word}
    things, made = event["things"], event.get("made", ())
    match event["kind"]:
        case "object":
            found |= _lists(things, "epcList", "quantityList")
        case "aggregation":
            found |= {"parentID": made[0]} | _lists(things, "childEPCs", "childQuantityList")
        case _:
            found |= _lists(things, "inputEPCList", "inputQuantityList")
            found |= _lists(made, "outputEPCList", "outputQuantityList")
    return found | standing(event)


def standing(event: Mapping[str, Any]) -> dict[str, Any]:
    """Where an event stands on the chain, as extensions."""
    return {
        "recordTime": _time(event["recorded_ms"]),
        "zhulian:by": event["by"],
        "zhulian:content": event["content"],
        "zhulian:height": event["height"],
        "zhulian:transaction": event["transaction"],
    }


def declaration(event: Mapping[str, Any], later: Mapping[str, Any] | None) -> dict[str, Any]:
    """The error declaration of an event that a later one declares wrong (EPCIS 2.0 §7.4.1.4); nothing for the others."""
    by = event.get("declared_wrong_by")
    if not by:
        return {}
    when = (event if later is None else later)["recorded_ms"]
    return {"errorDeclaration": {"declarationTime": _time(when), "reason": "incorrect_data", "correctiveEventIDs": [by]}}


def _lists(things: Iterable[str], plain: str, counted: str) -> dict[str, Any]:
    items: list[str] = []
    classes: list[str] = []
    for each in things:
        (classes if is_class(each) else items).append(each)
    found: dict[str, Any] = {plain: items} if items else {}
    return found | ({counted: [{"epcClass": each} for each in classes]} if classes else {})


def _time(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
