"""EPCIS 2.0 documents (JSON-LD): read strictly within bounds, down to what the chain must know of each event."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from zhulian.client.epcis.errors import DocumentWrong, EventNotTaken, EventWrong
from zhulian.crypto import Suite
from zhulian.errors import Words
from zhulian.identifiers import IdentifierFault, normalise

__all__ = ["EVENTS_MAX", "EpcisEvent", "read_document", "read_event"]

DOCUMENT_MAX = 16 * 1024 * 1024
"""The longest document that is read, in bytes."""
EVENTS_MAX = 10_000
_KINDS: Mapping[str, Literal["aggregation", "object", "transformation"]] = {
    "AggregationEvent": "aggregation",
    "ObjectEvent": "object",
    "TransformationEvent": "transformation",
}
_ACTIONS = ("ADD", "OBSERVE", "DELETE")
_BEFORE = ("cbv:BizStep-", "cbv:Disp-", "https://ref.gs1.org/cbv/BizStep-", "https://ref.gs1.org/cbv/Disp-",
           "urn:epcglobal:cbv:bizstep:", "urn:epcglobal:cbv:disp:")  # fmt: skip
"""How the words of the Core Business Vocabulary may be written out."""


@dataclass(frozen=True)
class EpcisEvent:
    """One event: its document (compact JSON, as it is committed to), and what the chain must know of it.

    `step` and `disposition` are words of the CBV, empty for others. `corrected_by` holds the ids of events that stand in for this one, if it
    is declared wrong; the declaration is no part of `document`.
    """

    document: bytes
    kind: Literal["aggregation", "object", "transformation"]
    event: str
    time_ms: int
    things: tuple[str, ...]
    made: tuple[str, ...]
    action: str
    step: str
    disposition: str
    corrected_by: tuple[str, ...] = ()
    is_declared_wrong: bool = False


def read_document(data: bytes, suite: Suite) -> list[EpcisEvent]:
    """The events of an EPCISDocument, an EPCISQueryDocument or a single event, in the order of their times.

    Raises:
        DocumentWrong, EventWrong, EventNotTaken.
    """
    document = _json(data)
    found = _events(document)
    if len(found) > EVENTS_MAX:
        raise _wrong(f"超过 {EVENTS_MAX} 个事件", f"it has more than {EVENTS_MAX} events")
    events = [read_event(each, place, suite) for place, each in enumerate(found, 1)]
    return sorted(events, key=lambda each: each.time_ms)


def read_event(raw: Any, place: int, suite: Suite) -> EpcisEvent:
    """Read one event; one without an id gets one that follows from its content.

    Raises:
        EventWrong, EventNotTaken.
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("type"), str):
        raise EventWrong(place=place, why=Words("缺少 type", "it has no type"))
    kind = _KINDS.get(raw["type"])
    if kind is None:
        raise EventNotTaken(place=place, kind=raw["type"][:40])
    stays = {
        name: value for name, value in raw.items() if name != "errorDeclaration"
    }  # it is added to an event that stands already
    document = json.dumps(stays, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    action = raw.get("action", "")
    if (action not in _ACTIONS) == (kind != "transformation"):
        raise EventWrong(place=place, why=Words("action 有误", "its action is wrong"))
    things, made = _named(raw, kind, place)
    declared = raw.get("errorDeclaration")
    return EpcisEvent(
        document=document,
        kind=kind,
        event=_name(raw, document, place, suite),
        time_ms=_time(raw.get("eventTime"), place),
        things=tuple(sorted(set(things))),
        made=tuple(sorted(set(made))),
        action=action,
        step=_word(raw.get("bizStep")),
        disposition=_word(raw.get("disposition")),
        corrected_by=tuple(str(each) for each in declared.get("correctiveEventIDs", ())) if isinstance(declared, dict) else (),
        is_declared_wrong=isinstance(declared, dict),
    )


def _json(data: bytes) -> Any:
    if len(data) > DOCUMENT_MAX:
        raise _wrong(f"超过 {DOCUMENT_MAX} 字节", f"it has more than {DOCUMENT_MAX} bytes")
    try:
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as wrong:
        raise _wrong(f"不是 JSON（{wrong}）"[:200], f"it is no JSON ({wrong})"[:200]) from None


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(text)


def _events(document: Any) -> list[Any]:
    """The list of events, wherever this kind of document has it (EPCIS 2.0 §10)."""
    if isinstance(document, dict) and document.get("type") in _KINDS:
        return [{name: value for name, value in document.items() if name != "@context"}]
    body = document.get("epcisBody") if isinstance(document, dict) else None
    if isinstance(body, dict):
        results = body.get("queryResults")
        if isinstance(results, dict) and isinstance(results.get("resultsBody"), dict):
            body = results["resultsBody"]
        if isinstance(body.get("event"), dict):
            return [body["event"]]
        if isinstance(body.get("eventList"), list):
            return list(body["eventList"])
    raise _wrong("其中没有 epcisBody.eventList", "it has no epcisBody.eventList")


def _named(raw: Mapping[str, Any], kind: str, place: int) -> tuple[list[str], list[str]]:
    """The identifiers of what an event is about, and of what came of it."""
    match kind:
        case "object":
            return _identifiers(raw, ("epcList",), ("quantityList",), place), []
        case "aggregation":
            parent = raw.get("parentID")
            made = [] if parent is None else [_identifier(parent, place)]
            return _identifiers(raw, ("childEPCs",), ("childQuantityList",), place), made
        case _:
            inputs = _identifiers(raw, ("inputEPCList",), ("inputQuantityList",), place)
            return inputs, _identifiers(raw, ("outputEPCList",), ("outputQuantityList",), place)


def _identifiers(raw: Mapping[str, Any], plain: Sequence[str], counted: Sequence[str], place: int) -> list[str]:
    found: list[Any] = []
    for name in (*plain, *counted):
        listed = raw.get(name, [])
        if not isinstance(listed, list):
            raise EventWrong(place=place, why=Words(f"{name} 不是列表", f"{name} is no list"))
        found += [each.get("epcClass") if name in counted and isinstance(each, dict) else each for each in listed]
    return [_identifier(each, place) for each in found]


def _identifier(value: Any, place: int) -> str:
    if not isinstance(value, str):
        raise EventWrong(place=place, why=Words("标识不是文本", "an identifier is no text"))
    try:
        return normalise(value)
    except IdentifierFault as wrong:
        raise EventWrong(place=place, why=wrong.words()) from None


def _name(raw: Mapping[str, Any], document: bytes, place: int, suite: Suite) -> str:
    given = raw.get("eventID")
    if given is None:
        digest = suite.digest(document)[:16].hex()
        return f"urn:uuid:{digest[:8]}-{digest[8:12]}-8{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"
    if not isinstance(given, str) or not 0 < len(given) <= 200 or any(not "!" <= each <= "~" for each in given):
        raise EventWrong(place=place, why=Words("eventID 有误", "its eventID is wrong"))
    return given


def _time(value: Any, place: int) -> int:
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise EventWrong(place=place, why=Words("eventTime 有误", "its eventTime is wrong")) from None
    if found.tzinfo is None:
        raise EventWrong(place=place, why=Words("eventTime 未写时区", "its eventTime has no zone"))
    since = found - datetime(1970, 1, 1, tzinfo=UTC)
    milliseconds = (since.days * 86_400 + since.seconds) * 1000 + since.microseconds // 1000
    if milliseconds < 0:
        raise EventWrong(place=place, why=Words("eventTime 早于 1970 年", "its eventTime is before 1970"))
    return milliseconds


def _word(value: Any) -> str:
    if not isinstance(value, str):
        return ""
    word = next((value.removeprefix(each) for each in _BEFORE if value.startswith(each)), value)
    return word if 0 < len(word) <= 40 and all(each.islower() or each == "_" for each in word) and word.isascii() else ""


def _wrong(zh: str, en: str) -> DocumentWrong:
    return DocumentWrong(why=Words(zh, en))
