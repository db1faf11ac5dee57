"""The normalised tree of a definition: one way to say each thing, every order that a person sees a list.

Expressions stand in it as text; what they mean is decided by `check.py`. Written as RFC 8785 JSON it is what the chain
keeps, and its digest is the definition's name.
"""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

__all__ = [
    "Action", "Alert", "Asset", "Assign", "Call", "CodesOf", "Correction", "Create", "Each", "Effect", "Ensure", "Field", "Guard",
    "If", "Index", "Input", "Kind", "Lent", "Let", "Move", "Moved", "NamedText", "Notify", "Option", "Promise", "Record", "Refuse",
    "Role", "Sealed", "Seat", "SeatNeed", "Set", "Shape", "Signatory", "State", "States", "Sweep", "Task", "Tasks", "Text", "Ticket",
    "Timer", "Total", "Upgrade", "Use", "Value", "Who",
]  # fmt: skip

Name = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,30}\Z")]
"""What a definition calls something."""
NameOrEmpty = Annotated[str, Meta(pattern=r"\A(?:[a-z][a-z0-9_]{0,30})?\Z")]
Dotted = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,30}(?:\.[a-z][a-z0-9_]{0,30})?\Z")]
Said = Annotated[str, Meta(min_length=1, max_length=1000)]
Code = Annotated[str, Meta(min_length=1, max_length=4096)]
"""The text of an expression."""
Literal_ = Annotated[str, Meta(max_length=256)]
Currency = Annotated[str, Meta(pattern=r"\A(?:[A-Z]{3})?\Z")]
Span = Annotated[str, Meta(pattern=r"\A(?:0|[1-9][0-9]{0,6})(?:d|h|min|s)\Z")]
"""A span of time."""
Unit = Annotated[str, Meta(max_length=16)]
RoleName = Annotated[str, Meta(pattern=r"\A(?:[a-z][a-z0-9_]{0,30})?\Z")]
Count = Annotated[int, Meta(ge=1, le=1_000_000)]


class Shape(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """A part of the tree."""


class Text(Shape, frozen=True, kw_only=True):
    """A sentence that people read, in both languages."""

    zh: Said
    en: Said


class NamedText(Shape, frozen=True, kw_only=True):
    """A refusal with its sentence."""

    name: Name
    text: Text


class Option(Shape, frozen=True, kw_only=True):
    """One value of a choice."""

    name: Name
    title: Text | None = None


KindWord = Literal[
    "bool", "int", "text", "money", "price", "rate", "quantity", "date", "time", "days", "duration", "party", "person", "file",
    "tag", "choice", "list", "record", "codes", "bulk", "proof", "ticket", "paper",
]  # fmt: skip


class Kind(Shape, frozen=True, kw_only=True):
    """A type with its unit and bounds; `min`, `max` are literals of it, `forbid` an expression that it may not equal."""

    type: KindWord
    currency: Currency = ""
    unit: Annotated[str, Meta(max_length=16)] = ""
    scale: Annotated[int, Meta(ge=0, le=9)] | None = None
    role: RoleName = ""
    record: NameOrEmpty = ""
    values: tuple[Option, ...] = ()
    of: "Kind | None" = None
    most: Count | None = None
    min: Literal_ | None = None
    max: Literal_ | None = None
    pattern: Annotated[str, Meta(min_length=1, max_length=256)] | None = None
    forbid: Code | None = None
    space: Annotated[str, Meta(max_length=64)] = ""
    sum: Annotated[str, Meta(max_length=31)] = ""


class Field(Kind, frozen=True, kw_only=True):
    """A field, input or setting. `readers` are fields or roles; `keepers` of them (guarded) share the data key.

    `owner` is the field with the party whose content it is: who grants openings, reviews them and erases.
    """

    name: Name
    title: Text | None = None
    help: Text | None = None
    optional: bool = False
    default: Literal_ | None = None
    unique: Literal["", "instance", "everywhere"] = ""
    visibility: Literal["public", "private", "guarded"]
    readers: tuple[Name, ...] = ()
    keepers: tuple[Name, ...] = ()
    threshold: Count | None = None
    regulator: bool = True
    erasable: bool = False
    keep: Span | None = None
    owner: NameOrEmpty = ""


class Input(Field, frozen=True, kw_only=True):
    """What an action asks for; `field` where it is declared by a field of the record, which it fills when one is created."""

    field: bool = False


class Use(Shape, frozen=True, kw_only=True):
    """What another instance lends: an asset class or a record type with the fields that are read here."""

    name: Name
    kind: Literal["asset", "record"]
    scenario: Name
    what: Name
    title: Text | None = None
    currency: Currency = ""
    unit: Unit = ""
    scale: Annotated[int, Meta(ge=0, le=9)] = 0
    key: tuple[Name, ...] = ()
    fields: tuple[Field, ...] = ()
    actions: tuple[Name, ...] = ()


class Seat(Shape, frozen=True, kw_only=True):
    """A duty of officers within an organisation of a role."""

    name: Name
    title: Text


class Role(Shape, frozen=True, kw_only=True):
    """Who takes part, and who admits; `persons` also admits handles of people, `keys` own forbids agents."""

    name: Name
    title: Text
    admitted_by: Name
    seats: tuple[Seat, ...] = ()
    persons: bool = False
    keys: Literal["", "own"] = ""


class Asset(Shape, frozen=True, kw_only=True):
    """A fungible class in integer units, one for each record of type `per`; `taken_by` names actions that may debit anyone."""

    name: Name
    title: Text
    unit: Unit
    scale: Annotated[int, Meta(ge=0, le=9)] = 0
    currency: Currency = ""
    per: NameOrEmpty = ""
    taken_by: tuple[Name, ...] = ()


class Ticket(Shape, frozen=True, kw_only=True):
    """A holder's offline consent to one use by one agency; `valid` is how long it holds."""

    name: Name
    title: Text
    holder: Name
    agency: Name
    record: NameOrEmpty = ""
    valid: Span | None = None


class State(Shape, frozen=True, kw_only=True):
    """A state of a record."""

    name: Name
    title: Text | None = None


class States(Shape, frozen=True, kw_only=True):
    """A record's life: where it begins, where it may be, where it ends."""

    start: State
    open: tuple[State, ...] = ()
    final: tuple[State, ...] = ()

    @property
    def every(self) -> tuple[State, ...]:
        """All states: start, open, final."""
        return (self.start, *self.open, *self.final)


class Promise(Shape, frozen=True, kw_only=True):
    """What holds after every action, or between before and after (`was`)."""

    name: Name
    that: Code
    say: Text | None = None


class Index(Shape, frozen=True, kw_only=True):
    """A way to read one record by fields other than its key."""

    name: Name
    fields: tuple[Name, ...]


class Who(Shape, frozen=True, kw_only=True):
    """One who may sign: of `role` (may be `anyone`), and the one that the expression `equals` names, if given."""

    role: RoleName = ""
    equals: Code | None = None


class SeatNeed(Shape, frozen=True, kw_only=True):
    """So many different officers with a duty."""

    seat: Name
    count: Count = 1


class Signatory(Shape, frozen=True, kw_only=True):
    """A party that signs: any one of `any`. Without a name it is `actor`, otherwise `by.name`."""

    name: NameOrEmpty = ""
    any: Annotated[tuple[Who, ...], Meta(min_length=1, max_length=8)]
    seats: tuple[SeatNeed, ...] = ()
    officers: Count = 1
    apart: tuple[Name, ...] = ()
    keys: Literal["", "own"] = ""


Signatories = Annotated[tuple[Signatory, ...], Meta(min_length=1, max_length=8)]


class Correction(Shape, frozen=True, kw_only=True):
    """Fields that may be put right, by whom, and until when (an expression)."""

    fields: tuple[Name, ...]
    by: Signatories
    until: Code | None = None


class Task(Shape, frozen=True, kw_only=True):
    """A part that one agency does side by side with others."""

    name: Name
    title: Text | None = None
    by: Signatories


class Tasks(Shape, frozen=True, kw_only=True):
    """Tasks of a record in state `during`, done `within` a time; then the record moves to `expired`."""

    items: tuple[Task, ...]
    within: Span
    during: NameOrEmpty = ""
    expired: NameOrEmpty = ""


class CodesOf(Shape, frozen=True, kw_only=True):
    """Codes by the million under one root."""

    max: Count


class Sealed(Shape, frozen=True, kw_only=True):
    """Fields that are committed together first and opened later; with `replace`, who sealed may seal anew before it is opened."""

    name: Name
    fields: Annotated[tuple[Name, ...], Meta(min_length=1, max_length=64)]
    replace: bool = False
    title: Text | None = None


class Record(Shape, frozen=True, kw_only=True):
    """A record type."""

    name: Name
    title: Text
    key: tuple[Name, ...] = ()
    fields: tuple[Field, ...] = ()
    states: States | None = None
    always: tuple[Promise, ...] = ()
    steps: tuple[Promise, ...] = ()
    indexes: tuple[Index, ...] = ()
    owned: bool = False
    correct: tuple[Correction, ...] = ()
    tasks: Tasks | None = None
    codes: CodesOf | None = None
    lazy: NameOrEmpty = ""
    sealed: tuple[Sealed, ...] = ()


class Total(Shape, frozen=True, kw_only=True):
    """A sum or count over records of a type, kept in constant time; for each record that the field `of` names, or one in all."""

    name: Name
    title: Text | None = None
    kind: Literal["sum", "count"]
    record: Name
    field: NameOrEmpty = ""
    of: NameOrEmpty = ""
    where: Code | None = None


class Let(Shape, frozen=True, kw_only=True):
    """A value computed once, before `require`."""

    name: Name
    value: Code


class Guard(Shape, frozen=True, kw_only=True):
    """A condition with the refusal that tells of it."""

    refusal: Name
    that: Code


class Value(Shape, frozen=True, kw_only=True):
    """An argument by name."""

    name: Name
    value: Code


class Assign(Shape, frozen=True, kw_only=True):
    """A field of `of` (empty: this record) that gets a value."""

    of: str = ""
    field: Name
    value: Code


class Set(Shape, frozen=True, kw_only=True, tag_field="verb", tag="set"):
    """Fields get values; all right sides are read first."""

    values: tuple[Assign, ...]


class Create(Shape, frozen=True, kw_only=True, tag_field="verb", tag="create"):
    """A new record of another type."""

    record: Name
    values: tuple[Value, ...] = ()
    called: NameOrEmpty = ""


class Ensure(Shape, frozen=True, kw_only=True, tag_field="verb", tag="ensure"):
    """A record that is created if it is absent."""

    record: Name
    values: tuple[Value, ...] = ()
    called: NameOrEmpty = ""


class Move(Shape, frozen=True, kw_only=True, tag_field="verb", tag="move"):
    """A record (`of`, empty: this one) enters a state."""

    to: Name
    of: str = ""


class If(Shape, frozen=True, kw_only=True, tag_field="verb", tag="if"):
    """Effects under a condition."""

    that: Code
    then: tuple["Effect", ...] = ()
    otherwise: tuple["Effect", ...] = ()


class Each(Shape, frozen=True, kw_only=True, tag_field="verb", tag="each"):
    """Effects for each item of a bounded list."""

    item: Name
    among: Code
    do: tuple["Effect", ...]


class Refuse(Shape, frozen=True, kw_only=True, tag_field="verb", tag="refuse"):
    """The action is refused after all."""

    refusal: Name


class Alert(Shape, frozen=True, kw_only=True, tag_field="verb", tag="alert"):
    """Somebody should look."""

    level: Literal["low", "medium", "high"]
    say: Text
    name: NameOrEmpty = ""


class Notify(Shape, frozen=True, kw_only=True, tag_field="verb", tag="notify"):
    """A party is told."""

    to: Code
    say: Text


class Sweep(Shape, frozen=True, kw_only=True, tag_field="verb", tag="sweep"):
    """The sweep `name` begins over all records that name the record `of` (empty: this one)."""

    name: Name
    of: str = ""


class Call(Shape, frozen=True, kw_only=True, tag_field="verb", tag="call"):
    """An action of another instance, by `uses`."""

    use: Name
    action: Name
    on: tuple[Code, ...] = ()
    values: tuple[Value, ...] = ()


class Lent(Shape, frozen=True, kw_only=True, tag_field="verb", tag="lent"):
    """A verb that a module lends."""

    name: Name
    values: tuple[Value, ...] = ()


Effect: TypeAlias = Set | Create | Ensure | Move | If | Each | Refuse | Alert | Notify | Sweep | Call | Lent


class Action(Shape, frozen=True, kw_only=True):
    """What the signatories can do, on a record of type `on` or by creating one.

    `opens` is a sealed group, or `this.field` of a guarded field, which an effect of `do` opens; with `break_glass` in an emergency.
    """

    name: Name
    title: Text
    by: Signatories
    one_party: bool = False
    on: NameOrEmpty = ""
    creates: NameOrEmpty = ""
    many: Annotated[int, Meta(ge=1, le=200)] = 1
    froms: tuple[Name, ...] = ()
    to: NameOrEmpty = ""
    input: tuple[Input, ...] = ()
    let: tuple[Let, ...] = ()
    require: tuple[Guard, ...] = ()
    do: tuple[Effect, ...] = ()
    otherwise: tuple[Effect, ...] = ()
    opens: str = ""
    purpose: Text | None = None
    seals: NameOrEmpty = ""
    within: Span | None = None
    short: Literal["", "pay_less"] = ""
    break_glass: bool = False
    help: Text | None = None


class Timer(Shape, frozen=True, kw_only=True):
    """What happens by itself: at a time, when a sweep comes to the record, or behind the end of one.

    A time that the record names is `at`, once for each entry into a state of `froms`. A sweep over all records with the same
    value of the field `sweep` takes `page` of them at a time. What comes `after` a sweep is of the record that it was begun for.
    Exactly one of the three is given.
    """

    name: Name
    title: Text | None = None
    on: Name
    froms: tuple[Name, ...] = ()
    at: Code | None = None
    sweep: NameOrEmpty = ""
    page: Annotated[int, Meta(ge=0, le=500)] = 0
    after: NameOrEmpty = ""
    to: NameOrEmpty = ""
    do: tuple[Effect, ...] = ()


class Moved(Shape, frozen=True, kw_only=True):
    """How a record of the version before becomes one of this: a total function, field by field; `states` maps old to new."""

    record: Name
    values: tuple[Value, ...] = ()
    states: tuple[Value, ...] = ()


class Upgrade(Shape, frozen=True, kw_only=True):
    """How this version follows another."""

    version: Count
    keep: tuple[Name, ...] = ()
    move: tuple[Moved, ...] = ()
    notice: Span
