"""Recording events of documents in an application, and handing out the ways of things as documents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from zhulian.client.apps import acting
from zhulian.client.apps.acting import AppCore
from zhulian.client.apps.reading import open_app
from zhulian.client.core import Core
from zhulian.client.epcis.documents import EpcisEvent, read_document
from zhulian.client.epcis.errors import ActionUnclear
from zhulian.client.epcis.exporting import epcis_document
from zhulian.client.epcis.papers import event_paper, salt_of
from zhulian.client.epcis.ways import find, whole_way
from zhulian.client.flow import Flow, work
from zhulian.client.reading import state
from zhulian.language.definition.shapes import Action, Each, Effect, If, Lent
from zhulian.language.definition.views import Tree
from zhulian.modules.trace.state import EVENTS

__all__ = ["Noted", "export", "import_document", "papers"]


@dataclass(frozen=True)
class Noted:
    """An event that was recorded: its id, by which action on which record, and its place on the chain."""

    event: str
    action: str
    record: str
    transaction: str
    height: int


def papers(core: Core, instance: str, data: bytes, signer: str | None = None) -> Flow[dict[str, str]]:
    """The papers of a document's events by their ids, to hand in to actions of an application.

    Raises:
        DocumentWrong, EventWrong, EventNotTaken. NoSigner, SecretMissing.
    """
    events = yield from work(read_document, data, core.hasher.suite)
    party = _party(core, signer)
    wrong = _corrections(events)
    return {each.event: _paper(core, instance, party, each, wrong) for each in events}


def import_document(
    core: Core,
    instance: str,
    data: bytes,
    *,
    actions: Mapping[str, str] | None = None,
    given: Mapping[str, object] | None = None,
    signer: str | None = None,
) -> Flow[list[Noted]]:
    """Record every event of a document, in the order of their times, each by an action of the application.

    Which action follows from the definition: the one that a single party signs, that records such events, and that asks for no more than is given. Where there are several, `actions` names one for a
    business step; `given` are further inputs for all of them. It stops at the first that is refused; what was recorded stays, and is
    passed over when the document is imported again.

    Raises:
        DocumentWrong, EventWrong, EventNotTaken, NotFollowed, ActionUnclear. FromNode: a rule said no. NoSigner, Unreachable.
    """
    info = yield from open_app(core, instance)
    events = yield from work(read_document, data, core.hasher.suite)
    party = _party(core, signer)
    wrong = _corrections(events)
    found = []
    for each in sorted(events, key=lambda one: (one.time_ms, one.event in wrong)):
        record, action = yield from _place(core, info.tree, instance, each, actions or {}, given or {})
        known = yield from _is_known(core, instance, each.event)
        if known and each.is_declared_wrong and not each.corrected_by:
            each, wrong = _declaration(each, wrong)
            known = yield from _is_known(core, instance, each.event)
        if known:
            continue
        taker = _papers_of(action)[0]
        inputs = {**(given or {}), taker: _paper(core, instance, party, each, wrong)}
        asked = {name: value for name, value in inputs.items() if name in {one.name for one in action.input}}
        done = yield from acting.act(AppCore(core, info), action.name, *_key(record), signers=signer, given=asked)
        found.append(Noted(each.event, action.name, record, done.transaction, done.height))
    return found


def export(core: Core, record: str, originals: Sequence[bytes] = ()) -> Flow[dict[str, Any]]:
    """The whole way of a thing as an EPCIS 2.0 document; `originals` are documents of which this home recorded events.

    Raises:
        NotFollowed, WayBroken, NotTheContent, DocumentWrong, EventWrong, EventNotTaken. ProofFault, FromNode, Unreachable.
    """
    way = yield from whole_way(core, record)
    events: list[EpcisEvent] = []
    for each in originals:
        events += yield from work(read_document, each, core.hasher.suite)
    return (yield from work(epcis_document, core, way, events))


def _declaration(event: EpcisEvent, wrong: Mapping[str, str]) -> tuple[EpcisEvent, dict[str, str]]:
    """The event that declares a recorded one wrong where no other stands in for it."""
    name = f"{event.event}#declared"
    return replace(event, event=name), {**wrong, name: event.event}


def _key(record: str) -> list[str]:
    """The parts of the key in a record's full name."""
    return [part.replace("%2F", "/").replace("%25", "%") for part in record.split("/")[2:]]


def _party(core: Core, signer: str | None) -> str:
    (identity,) = core.identities(None if signer is None else [signer])
    return identity.name.partition(".")[0]


def _corrections(events: Sequence[EpcisEvent]) -> dict[str, str]:
    """For each event that stands in for another, the one that is declared wrong."""
    return {later: each.event for each in events for later in each.corrected_by}


def _paper(core: Core, instance: str, party: str, event: EpcisEvent, wrong: Mapping[str, str]) -> str:
    salt = salt_of(core.salts, core.hasher, event.document)
    return event_paper(core.hasher, instance, party, event, salt, wrong.get(event.event, ""))


def _is_known(core: Core, instance: str, event: str) -> Flow[bool]:
    return (yield from state(core, (EVENTS.name, instance, event))).present


def _place(
    core: Core, tree: Tree, instance: str, event: EpcisEvent, chosen: Mapping[str, str], given: Mapping[str, object]
) -> Flow[tuple[str, Action]]:
    """The record and the action by which an event is recorded."""
    named = event.things if event.kind == "object" else event.made
    records = []
    for each in named:
        record = yield from find(core, instance, each)
        records.append(record)
    types = {record.split("/")[1]: record for record in reversed(records)}
    verb = _verb(event)
    may = [
        each for each in tree.actions if each.on in types and len(each.by) == 1 and verb in _verbs(each.do) and _papers_of(each)
    ]
    step = event.step or event.kind
    wanted = chosen.get(step)
    fitting = [each for each in may if (each.name == wanted if wanted else _asks_for(each) <= set(given))]
    if len(fitting) != 1:
        raise ActionUnclear(step=step, known=", ".join(each.name for each in may) or "-")
    return types[fitting[0].on], fitting[0]


def _verb(event: EpcisEvent) -> str:
    if event.kind != "object":
        return "aggregate" if event.kind == "aggregation" else "transform"
    return {"shipping": "ship", "receiving": "receive"}.get(event.step, "observe")


def _verbs(effects: Sequence[Effect]) -> Iterator[str]:
    for each in effects:
        match each:
            case Lent():
                yield each.name
            case If():
                yield from _verbs((*each.then, *each.otherwise))
            case Each():
                yield from _verbs(each.do)


def _asks_for(action: Action) -> set[str]:
    """The inputs that must be given beside the event."""
    return {each.name for each in action.input if each.type != "paper" and not each.optional and each.default is None}


def _papers_of(action: Action) -> list[str]:
    return [each.name for each in action.input if each.type == "paper"]
