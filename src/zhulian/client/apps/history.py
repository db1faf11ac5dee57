"""A record's history, held against the trail that the chain keeps: nobody can show the good half of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhulian import canonical
from zhulian.client.answers import as_json, path_of
from zhulian.client.apps.acting import AppCore
from zhulian.client.apps.errors import HistoryBroken
from zhulian.client.apps.reading import moment
from zhulian.client.errors import StrangeAnswer
from zhulian.client.flow import Call, Flow, call, work
from zhulian.client.reading import Fact, fact
from zhulian.crypto import Hasher
from zhulian.errors import Refusal, Words
from zhulian.language.asking import record_of
from zhulian.language.expressions.dates import Calendar
from zhulian.language.values import key_parts, key_text, keys_of, shown
from zhulian.ledger.receipts import ProvedFact, Trusted, verify_state_fact

__all__ = ["HISTORY", "Event", "History", "RecordFact", "history", "record", "verify_history"]

RECORDS = "scenario/records"
HISTORY = "zhulian/history/1"
_CHANGED = "scenario.record_changed"
_PAGE = 100


@dataclass(frozen=True)
class RecordFact:
    """A record, or its absence, with the proof that holds offline (`document` goes into a file).

    `value` is what the chain holds; `shown` its fields as people read them, by language.
    """

    instance: str
    record: str
    key: str
    present: bool
    value: dict[str, Any]
    shown: dict[str, Words]
    height: int
    time_ms: int
    document: dict[str, Any]

    @property
    def state(self) -> str | None:
        """The state that the record is in."""
        return self.value.get("state")

    @property
    def fields(self) -> dict[str, Any]:
        """The values by field, as the chain holds them."""
        return dict(self.value.get("fields", {}))


@dataclass(frozen=True)
class Event:
    """One thing that happened to a record. `change` is proved by the trail; place and time are as the node tells them.

    `events` are all events of the same transaction that concern the record; `transaction` is None for what ran by itself.
    """

    height: int
    time_ms: int
    transaction: str | None
    cause: str
    events: tuple[dict[str, Any], ...]
    change: dict[str, Any] | None


@dataclass(frozen=True)
class History:
    """All that happened to a record up to the height of `fact`, complete by its trail. `document` goes into a file."""

    fact: RecordFact
    events: tuple[Event, ...]
    document: dict[str, Any]


def record(app: AppCore, record: str, key: object = "", *, height: int | None = None) -> Flow[RecordFact]:
    """A record with its proof, or the proof that there is none.

    Raises:
        UnknownRecordType, ValueFault: no such type, or a key of another form. ProofFault, FromNode, Unreachable.
    """
    name = yield from work(_key, app, record, key)
    found = yield from fact(app.core, (RECORDS, app.info.instance, record, name), height=height)
    return _record_fact(app, record, name, found)


def history(app: AppCore, record: str, key: object = "") -> Flow[History]:
    """What happened to a record, the oldest first, verified to be all of it.

    Raises:
        HistoryBroken: the events are not those of the trail. UnknownRecordType, ValueFault, ProofFault, FromNode, Unreachable.
    """
    proof = yield from _proved(app, record, key)
    items: list[dict[str, Any]] = []
    after = 0
    while True:
        path = path_of("apps", app.info.instance, "records", record, proof.key or "-", "history")
        query = [("after_height", str(after)), ("limit", str(_PAGE))]
        answer = as_json((yield from call(Call("GET", path, query))), app.core.url)
        if not isinstance(answer, dict) or not isinstance(answer.get("items"), list):
            raise StrangeAnswer(url=app.core.url, why=Words("经过的结构不符", "a history of another shape"))
        items += answer["items"]
        if not answer.get("next"):
            break
        after = int(answer["next"])
    events = _events(items, proof.height)
    changes = [change for each in events for change in each.events if change.get("type") == _CHANGED]
    yield from work(_require_trail, app.core.hasher, proof, changes)
    return History(proof, events, {"events": changes, "fact": proof.document, "format": HISTORY})


def verify_history(document: Any, trusted: Trusted) -> tuple[ProvedFact, list[dict[str, Any]]]:
    """Verify a history file: the record at the height of its fact, and all events that made it so.

    Raises:
        HistoryBroken: the events are not those of the trail. ProofFault: the fact does not hold.
    """
    if not isinstance(document, Mapping) or document.get("format") != HISTORY or not isinstance(document.get("events"), list):
        raise HistoryBroken(record="-", why=Words(f"格式名应为 {HISTORY}", f"it is not {HISTORY}"))
    proved = verify_state_fact(document.get("fact"), trusted)
    name = "/".join(proved.key[1:])
    if proved.key[0] != RECORDS or len(proved.key) != 4:
        raise HistoryBroken(record=name, why=Words("所附证明不是业务记录", "its fact is about no record"))
    _follow(trusted.hasher, name, proved.key[1:], proved.value if proved.present else None, document["events"])
    return proved, list(document["events"])


def _require_trail(hasher: Hasher, proof: RecordFact, changes: Sequence[dict[str, Any]]) -> None:
    key = (proof.instance, proof.record, proof.key)
    _follow(hasher, "/".join(key), key, proof.value if proof.present else None, changes)


def _follow(hasher: Hasher, name: str, key: Sequence[str], value: Any, changes: Sequence[Any]) -> None:
    """Compute the trail's heads one after the other up to the proved one."""
    trail = {"count": 0, "head": "00" * 32} if value is None else value.get("trail", {})
    head, count = bytes(32), 0
    for change in changes:
        plain = {member: each for member, each in change.items() if member != "trail"} if isinstance(change, dict) else {}
        if (plain.get("type"), plain.get("instance"), plain.get("record"), plain.get("key")) != (_CHANGED, *key):
            raise HistoryBroken(
                record=name, why=Words(f"第 {count + 1} 个事件属于另一记录", f"event {count + 1} is another record's")
            )
        try:
            head = hasher.digest("trail", head + canonical.encode(plain))
        except Refusal as wrong:
            raise HistoryBroken(record=name, why=wrong.words()) from None
        count += 1
        if change.get("trail") != {"count": count, "head": head.hex()}:
            raise HistoryBroken(
                record=name, why=Words(f"第 {count} 个事件的轨迹不符", f"the trail of event {count} does not follow")
            )
    if (count, head.hex()) != (trail.get("count"), trail.get("head")):
        why = Words(
            f"共 {count} 个事件，轨迹记为 {trail.get('count')} 个",
            f"there are {count} events, the trail counts {trail.get('count')}",
        )
        raise HistoryBroken(record=name, why=why)


def _events(items: Sequence[dict[str, Any]], height: int) -> tuple[Event, ...]:
    """The items up to the height of the proof; what came later is not covered by it."""
    found = []
    for each in items:
        if each["height"] > height:
            break
        events = tuple(each["events"])
        change = next((one for one in events if one.get("type") == _CHANGED), None)
        cause = str(change["cause"]) if change is not None else str(each.get("cause") or "")
        found.append(Event(each["height"], each["time_ms"], each.get("transaction"), cause, events, change))
    return tuple(found)


def _proved(app: AppCore, kind: str, key: object) -> Flow[RecordFact]:
    return (yield from record(app, kind, key))


def _record_fact(app: AppCore, record: str, key: str, found: Fact) -> RecordFact:
    value = found.proved.value if found.proved.present else {}
    calendar: Calendar = moment(app.core).calendar
    held = value.get("fields", {})
    parties = {each.organisation: Words(each.title.zh, each.title.en) for each in app.core.genesis.organisations}
    said = (
        {each.name: shown(each, held.get(each.name), calendar, parties) for each in record_of(app.info.tree, record).fields}
        if value
        else {}
    )
    proved = found.proved
    return RecordFact(app.info.instance, record, key, proved.present, value, said, proved.height, proved.time_ms, found.document)


def _key(app: AppCore, record: str, key: object) -> str:
    kind = record_of(app.info.tree, record)
    return key_text(key_parts(kind, key, moment(app.core), keys=keys_of(app.info.tree))) if kind.key else ""
