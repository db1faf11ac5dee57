"""The words that the trace module lends to definitions, as data."""

from zhulian.language.expressions.types import ANY_RECORD, BOOL, INT, PARTY, PERSON, TEXT, AnyOf, Said, Thing
from zhulian.language.registry import Contract, Parameter, Read, Verb
from zhulian.modules.trace.limits import DEPTH_MAX, EVENT_STEPS, MARK_STEPS, RECALLED_STEPS, TRACK_STEPS

__all__ = ["READS", "VERBS"]

_WHO = AnyOf((PARTY, PERSON))
_THING, _PARTY, _EVENT = Parameter("thing", ANY_RECORD), Parameter("party", _WHO), Parameter("event", Thing("paper"))
_HELD = (
    "!held_by(thing, party) || tracked(thing)",
    "!bound_for(thing, party) || tracked(thing)",
    "!recalled(thing) || tracked(thing)",
)

READS = (
    Read(
        "recalled",
        (_THING,),
        BOOL,
        RECALLED_STEPS,
        Said("{0}或其来源已召回", "{0}, or what it comes from, is recalled"),
        "trace",
        contract=Contract(axioms=_HELD[2:]),
    ),
    Read("tracked", (_THING,), BOOL, 1, Said("{0}在追溯之中", "{0} is followed"), "trace"),
    Read(
        "held_by",
        (_THING, _PARTY),
        BOOL,
        DEPTH_MAX + 2,
        Said("{0}由{1}持有", "{0} is held by {1}"),
        "trace",
        contract=Contract(axioms=_HELD[:1]),
    ),
    Read(
        "bound_for",
        (_THING, _PARTY),
        BOOL,
        1,
        Said("{0}正在发往{1}", "{0} is on its way to {1}"),
        "trace",
        contract=Contract(axioms=_HELD[1:2]),
    ),
    Read(
        "events_of",
        (_THING,),
        INT,
        1,
        Said("{0}的事件数", "how many events {0} has"),
        "trace",
        contract=Contract(axioms=("events_of(thing) >= 0",)),
    ),
)

_MORE = ("events_of(thing) == was(events_of(thing)) + 1", "events_of(other) >= was(events_of(other))")
_STAYS = "!was(recalled(other)) || recalled(other)"
_HANDS = "!held_by(other, owner) || tracked(other)"
"""Of any other thing and any party: what a verb may change beside the thing that it names."""
_NOTED = Contract(before=("tracked(thing)",), after=_MORE)
_GROWN = Contract(before=("tracked(thing)",), after=(*_MORE, _STAYS))
_PACKED = Contract(before=("tracked(thing)",), after=(*_MORE, _STAYS, _HANDS))

VERBS = (
    Verb(
        "track",
        (_THING, Parameter("identifier", TEXT), _PARTY, Parameter("overseer", _WHO, optional=True)),
        ("party",),
        TRACK_STEPS,
        Said("以标识{identifier}登记{thing}，由{party}持有", "follow {thing} under {identifier}, held by {party}"),
        "trace",
        Contract(
            before=("!tracked(thing)",),
            after=("tracked(thing)", "held_by(thing, owner) == (owner == party)", "events_of(thing) == 0"),
        ),
    ),
    Verb(
        "observe",
        (_THING, _PARTY, _EVENT),
        ("party",),
        EVENT_STEPS,
        Said("{party}登记{thing}的事件{event}", "{party} records the event {event} of {thing}"),
        "trace",
        _NOTED,
    ),
    Verb(
        "ship",
        (_THING, _PARTY, Parameter("to", _WHO), _EVENT),
        ("party",),
        EVENT_STEPS,
        Said("{party}将{thing}发往{to}（{event}）", "{party} sends {thing} to {to} ({event})"),
        "trace",
        Contract(before=("held_by(thing, party)",), after=("bound_for(thing, owner) == (owner == to)", *_MORE)),
    ),
    Verb(
        "receive",
        (_THING, _PARTY, _EVENT),
        ("party",),
        EVENT_STEPS,
        Said("{party}收取{thing}（{event}）", "{party} takes in {thing} ({event})"),
        "trace",
        Contract(
            before=("bound_for(thing, party)",),
            after=("held_by(thing, owner) == (owner == party)", "!bound_for(thing, owner)", _HANDS, *_MORE),
        ),
    ),
    Verb(
        "aggregate",
        (_THING, _PARTY, _EVENT),
        ("party",),
        EVENT_STEPS,
        Said("{party}装入或拆出{thing}（{event}）", "{party} packs or unpacks {thing} ({event})"),
        "trace",
        _PACKED,
    ),
    Verb(
        "transform",
        (_THING, _PARTY, _EVENT),
        ("party",),
        EVENT_STEPS,
        Said("{party}登记{thing}的加工（{event}）", "{party} records what {thing} was made of ({event})"),
        "trace",
        _GROWN,
    ),
    Verb(
        "recall",
        (_THING, _PARTY),
        ("party",),
        MARK_STEPS + DEPTH_MAX,
        Said("{party}召回{thing}", "{party} recalls {thing}"),
        "trace",
        Contract(before=("tracked(thing)",), after=("recalled(thing)", _STAYS)),
    ),
)
