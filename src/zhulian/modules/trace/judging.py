"""What every event is held to before it is recorded: a flat list of guards, in the order of their numbers."""

from zhulian.errors import Words
from zhulian.language.lending import Arguments, ArgumentWrong, Caller, the_record, the_text
from zhulian.ledger.module import Context
from zhulian.modules.trace.errors import (
    AlreadyDeclared,
    EventAhead,
    EventKnown,
    EventNotForThis,
    EventUnfit,
    NoSuchEvent,
    NotYourEvent,
    PartyNotSigning,
    ThingElsewhere,
)
from zhulian.modules.trace.format import EventPaper, Kind, read_event
from zhulian.modules.trace.limits import EARLY_MS
from zhulian.modules.trace.state import EVENTS, Recorded

__all__ = ["judge_event", "own_record", "recorded", "require_kind", "signing_party"]


def own_record(caller: Caller, arguments: Arguments, name: str) -> str:
    """The full name of a record of the acting instance.

    Raises:
        ThingElsewhere.
    """
    record = the_record(arguments, name)
    if record is None:
        raise ArgumentWrong(name=name, wanted="record")
    if record.instance != caller.instance:
        raise ThingElsewhere(record=record.text[:200])
    return record.text


def signing_party(caller: Caller, arguments: Arguments, name: str = "party") -> str:
    """The party in whose name it is done, which must sign.

    Raises:
        PartyNotSigning.
    """
    party = the_text(arguments, name)
    if party not in caller.parties:
        raise PartyNotSigning(party=party[:80])
    return party


def judge_event(context: Context, caller: Caller, arguments: Arguments, party: str) -> EventPaper:
    """The event that is handed in, new and made for this instance and party.

    Raises:
        EventMalformed, EventNotForThis, EventKnown, EventAhead, EventUnfit, NoSuchEvent, NotYourEvent, AlreadyDeclared.
    """
    paper = read_event(the_text(arguments, "event"))
    if paper.instance != caller.instance:
        raise EventNotForThis(given=paper.instance, wanted=caller.instance)
    if paper.by != party:
        raise EventNotForThis(given=paper.by, wanted=party)
    before = EVENTS.find(context.state, caller.instance, paper.event)
    if before is not None:
        raise EventKnown(event=paper.event, height=before.height)
    if paper.time_ms > context.block.time_ms + EARLY_MS:
        raise EventAhead(time_ms=paper.time_ms)
    if len({*paper.things, *paper.made}) < len(paper.things) + len(paper.made) and paper.kind != "transformation":
        raise EventUnfit(why=Words("同一物品出现两次", "a thing stands in it twice"))
    if len(set(paper.things)) < len(paper.things) or len(set(paper.made)) < len(paper.made):
        raise EventUnfit(why=Words("同一物品出现两次", "a thing stands in it twice"))
    if paper.wrong:
        _require_wrong(context, caller, paper)
    return paper


def require_kind(paper: EventPaper, kind: Kind, *actions: str) -> None:
    """Require an event of this kind, with one of these actions.

    Raises:
        EventUnfit.
    """
    if paper.kind != kind:
        raise EventUnfit(
            why=Words(f"事件类型为 {paper.kind}，应为 {kind}", f"it is of the kind {paper.kind}, which should be {kind}")
        )
    if paper.action not in actions:
        there, due = paper.action or "-", " / ".join(actions)
        raise EventUnfit(why=Words(f"动作为 {there}，应为 {due}", f"its action is {there}, which should be {due}"))


def recorded(context: Context, paper: EventPaper) -> Recorded:
    """The event as it stands on the chain."""
    return Recorded(
        action=paper.action,
        by=paper.by,
        content=paper.content,
        disposition=paper.disposition,
        height=context.block.height,
        kind=paper.kind,
        made=paper.made,
        recorded_ms=context.block.time_ms,
        step=paper.step,
        things=paper.things,
        time_ms=paper.time_ms,
        transaction=context.transaction,
        wrong=paper.wrong,
    )


def _require_wrong(context: Context, caller: Caller, paper: EventPaper) -> None:
    wrong = EVENTS.find(context.state, caller.instance, paper.wrong)
    if wrong is None:
        raise NoSuchEvent(event=paper.wrong)
    if wrong.by != paper.by:
        raise NotYourEvent(event=paper.wrong, party=wrong.by)
    if wrong.declared_wrong_by:
        raise AlreadyDeclared(event=paper.wrong, by=wrong.declared_wrong_by)
