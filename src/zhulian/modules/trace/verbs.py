"""How things are entered, observed, handed on, packed, made into others and recalled."""

from collections.abc import Sequence

from msgspec.structs import replace

from zhulian.errors import Words
from zhulian.identifiers import IdentifierFault, is_class, normalise
from zhulian.language.lending import Arguments, Caller, the_text
from zhulian.ledger.module import Context
from zhulian.modules.trace import events
from zhulian.modules.trace.book import Book, holder_of
from zhulian.modules.trace.errors import (
    AlreadyTracked,
    EventUnfit,
    IdentifierTaken,
    IdentifierUnfit,
    NotBoundFor,
    NotHolder,
    NotRecaller,
    NotTracked,
    PackedAway,
    PackedTooDeep,
    ThingClosed,
    TooManyAncestors,
    TraceCircle,
)
from zhulian.modules.trace.format import EventPaper
from zhulian.modules.trace.judging import judge_event, own_record, recorded, require_kind, signing_party
from zhulian.modules.trace.limits import ANCESTORS_MAX, DEPTH_MAX
from zhulian.modules.trace.recalling import Recalling
from zhulian.modules.trace.state import COUNTS, EVENTS, IDENTIFIERS, NUMBERS, THINGS, Thing, number_text

__all__ = ["aggregate", "observe", "recall", "receive", "ship", "track", "transform"]


def track(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Follow a thing from now on (`thing`) under its identifier (`identifier`); `party` holds it, and `overseer` may recall it besides.

    Raises:
        ThingElsewhere, PartyNotSigning, IdentifierUnfit, IdentifierTaken, AlreadyTracked.
    """
    # AUTHORIZE
    record, party = own_record(caller, arguments, "thing"), signing_party(caller, arguments)

    # VALIDATE
    try:
        identifier = normalise(the_text(arguments, "identifier"))
    except IdentifierFault as wrong:
        raise IdentifierUnfit(why=wrong.words()) from None
    taken = IDENTIFIERS.find(context.state, identifier, caller.instance)
    if taken is not None:
        raise IdentifierTaken(item=identifier, record=taken[:200])
    if THINGS.has(context.state, record):
        raise AlreadyTracked(record=record[:200])
    overseer = the_text(arguments, "overseer") if arguments.get("overseer") is not None else ""
    number = (COUNTS.find(context.state, caller.instance) or 0) + 1

    # APPLY
    COUNTS.set(context.state, caller.instance, value=number)
    NUMBERS.set(context.state, caller.instance, number_text(number), value=record)
    IDENTIFIERS.set(context.state, identifier, caller.instance, value=record)
    thing = Thing(holder=party, identifier=identifier, maker=party, number=number, overseer=overseer)
    THINGS.set(context.state, record, value=thing)

    # EMIT
    context.emit(events.ThingTracked(holder=party, identifier=identifier, record=record))


def observe(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Record an object event (`event`) of a thing (`thing`) by a party (`party`); whoever holds what it names must sign.

    Raises:
        TraceFault: trace/1 and trace/2, trace/6 to trace/12, trace/21 to trace/23.
    """
    # AUTHORIZE
    record, party = own_record(caller, arguments, "thing"), signing_party(caller, arguments)

    # VALIDATE
    paper = judge_event(context, caller, arguments, party)
    require_kind(paper, "object", "ADD", "OBSERVE", "DELETE")
    book = Book(context, caller)
    _require_named(book, record, paper.things)
    for each in paper.things:
        named = book.by_identifier(each)
        book.require_held(named)
        book.note(named, paper.event)

    # APPLY
    book.write(set())
    _record(context, caller, paper)

    # EMIT
    _emit(context, record, paper)


def ship(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Send a thing to another party (`thing`, `party`, `to`, `event`); it is held by the sender until it is received.

    Raises:
        TraceFault: trace/1 and trace/2, trace/6 to trace/13, trace/21 to trace/23.
    """
    # AUTHORIZE
    record, party = own_record(caller, arguments, "thing"), signing_party(caller, arguments)
    to = the_text(arguments, "to")

    # VALIDATE
    paper = judge_event(context, caller, arguments, party)
    require_kind(paper, "object", "OBSERVE")
    book = Book(context, caller)
    thing = _the_one(book, record, paper)
    if thing.holder != party:
        raise NotHolder(item=thing.identifier, holder=thing.holder)
    if thing.within:
        raise PackedAway(item=thing.identifier, within=thing.within[:200])
    book.change(record, replace(thing, bound_for=to, moved=True))
    book.note(record, paper.event)

    # APPLY
    book.write(set())
    _record(context, caller, paper)

    # EMIT
    _emit(context, record, paper)


def receive(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take in a thing that was sent to a party (`thing`, `party`, `event`), which holds it from then on, with all that is packed in it.

    Raises:
        TraceFault: trace/1 and trace/2, trace/6 to trace/11, trace/18, trace/21 to trace/23.
    """
    # AUTHORIZE
    record, party = own_record(caller, arguments, "thing"), signing_party(caller, arguments)

    # VALIDATE
    paper = judge_event(context, caller, arguments, party)
    require_kind(paper, "object", "OBSERVE", "ADD")
    book = Book(context, caller)
    thing = _the_one(book, record, paper)
    if thing.bound_for != party:
        raise NotBoundFor(item=thing.identifier, party=party)
    book.change(record, replace(thing, bound_for="", holder=party))
    book.note(record, paper.event)

    # APPLY
    book.write(set())
    _record(context, caller, paper)

    # EMIT
    _emit(context, record, paper)
    context.emit(events.HolderChanged(holder=party, record=record))


def aggregate(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Pack things into one (`thing`, `party`, `event` with the action ADD), or take them out (DELETE).

    Items are in one thing at a time and go where it goes. A lot is many items alike: some of it may be in many pallets, each of which
    comes from it from then on.

    Raises:
        TraceFault: trace/1 and trace/2, trace/6 to trace/17, trace/21 to trace/23.
    """
    # AUTHORIZE
    record, party = own_record(caller, arguments, "thing"), signing_party(caller, arguments)

    # VALIDATE
    paper = judge_event(context, caller, arguments, party)
    require_kind(paper, "aggregation", "ADD", "DELETE")
    book = Book(context, caller)
    _require_named(book, record, paper.made)
    if len(paper.made) != 1:
        raise EventUnfit(why=Words("须恰有一个外包装", "it must name just one parent"))
    parent = book.require_held(record)
    children = [book.by_identifier(each) for each in paper.things]
    for child in children:
        if child == record or parent.number in book.ancestors(child):
            raise TraceCircle(item=parent.identifier)
        book.require_held(child)
    if paper.action == "ADD":
        _pack(book, record, children)
    else:
        _unpack(book, record, children, parent.holder)
    for each in (record, *children):
        book.note(each, paper.event)

    # APPLY
    book.write({record} if paper.action == "ADD" else set())
    _record(context, caller, paper)

    # EMIT
    _emit(context, record, paper)


def transform(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Record what was made of what (`thing`, one of the outputs; `party`; `event`): outputs come from the inputs and all that those come from.

    Raises:
        TraceFault: trace/1 and trace/2, trace/6 to trace/13, trace/15 to trace/17, trace/21 to trace/23.
    """
    # AUTHORIZE
    record, party = own_record(caller, arguments, "thing"), signing_party(caller, arguments)

    # VALIDATE
    paper = judge_event(context, caller, arguments, party)
    require_kind(paper, "transformation", "")
    book = Book(context, caller)
    _require_named(book, record, paper.made)
    inputs = [book.by_identifier(each) for each in paper.things]
    outputs = [book.by_identifier(each) for each in paper.made]
    for each in inputs:
        thing = book.require_held(each)
        if thing.within:
            raise PackedAway(item=thing.identifier, within=thing.within[:200])
    for each in outputs:
        book.require_held(each)
        _grow(book, each, inputs)
    for each in (*inputs, *(out for out in outputs if out not in inputs)):
        book.note(each, paper.event)

    # APPLY
    book.write(set(outputs))
    _record(context, caller, paper)

    # EMIT
    _emit(context, record, paper)


def recall(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Recall a thing (`thing`) in the name of `party`: from this block on it and all that comes from it are `recalled`, however much that is.

    Raises:
        ThingElsewhere, PartyNotSigning, NotTracked, NotRecaller, AlreadyRecalled.
    """
    # AUTHORIZE
    record, party = own_record(caller, arguments, "thing"), signing_party(caller, arguments)
    thing = THINGS.find(context.state, record)
    if thing is None:
        raise NotTracked(item=record[:200])
    if party not in (thing.maker, thing.overseer, holder_of(context.state, record, thing)):
        raise NotRecaller(item=thing.identifier, party=party)

    # VALIDATE, APPLY, EMIT
    Recalling().recall(context, record, party)


def _the_one(book: Book, record: str, paper: EventPaper) -> Thing:
    """The thing, which must be the only one that the event names."""
    _require_named(book, record, paper.things)
    if len(paper.things) != 1:
        raise EventUnfit(
            why=Words("收发每次只涉及一件；多件请先装入一个包装", "one thing is handed on at a time; pack several into one first")
        )
    return book.thing(record)


def _require_named(book: Book, record: str, named: Sequence[str]) -> None:
    thing = book.thing(record)
    if thing.identifier not in named:
        raise EventUnfit(why=Words(f"其中没有 {thing.identifier}", f"it does not name {thing.identifier}"))


def _pack(book: Book, record: str, children: list[str]) -> None:
    for child in children:
        thing = book.thing(child)
        if is_class(thing.identifier):
            continue
        if thing.within:
            raise PackedAway(item=thing.identifier, within=thing.within[:200])
        parent = book.thing(record)
        if thing.depth + 1 > DEPTH_MAX:
            raise PackedTooDeep(most=DEPTH_MAX)
        book.change(record, replace(parent, depth=max(parent.depth, thing.depth + 1)))
        book.change(child, replace(thing, bound_for="", moved=True, within=record))
    _grow(book, record, children)


def _unpack(book: Book, record: str, children: list[str], holder: str) -> None:
    """What is taken out is held by whoever holds the outermost; of a lot some is taken out, which changes nothing."""
    outer = book.require_held(record)
    for child in children:
        thing = book.thing(child)
        if is_class(thing.identifier):
            continue
        if thing.within != record:
            raise EventUnfit(why=Words(f"{thing.identifier} 不在其中", f"{thing.identifier} is not in it"))
        if outer.within:
            raise PackedAway(item=outer.identifier, within=outer.within[:200])
        book.change(child, replace(thing, holder=holder, within=""))


def _grow(book: Book, record: str, sources: list[str]) -> None:
    """Let a thing come from others and from all that those come from.

    Raises:
        TraceCircle, ThingClosed, TooManyAncestors.
    """
    thing = book.thing(record)
    if record in sources or any(thing.number in book.ancestors(each) for each in sources):
        raise TraceCircle(item=thing.identifier)
    if thing.moved or thing.uses or thing.within:
        raise ThingClosed(item=thing.identifier)
    found = set(book.ancestors(record))
    for each in sources:
        found |= {book.thing(each).number, *book.ancestors(each)}
    if len(found) > ANCESTORS_MAX:
        raise TooManyAncestors(item=thing.identifier, most=ANCESTORS_MAX)
    book.descend(record, tuple(sorted(found)), sources)


def _record(context: Context, caller: Caller, paper: EventPaper) -> None:
    EVENTS.set(context.state, caller.instance, paper.event, value=recorded(context, paper))
    if paper.wrong:
        wrong = EVENTS.get(context.state, caller.instance, paper.wrong)
        EVENTS.set(context.state, caller.instance, paper.wrong, value=replace(wrong, declared_wrong_by=paper.event))


def _emit(context: Context, record: str, paper: EventPaper) -> None:
    context.emit(events.EventRecorded(by=paper.by, event=paper.event, record=record, step=paper.step))
    if paper.wrong:
        context.emit(events.ErrorDeclared(by=paper.by, event=paper.event, wrong=paper.wrong))
