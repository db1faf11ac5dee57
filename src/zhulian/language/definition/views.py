"""The parts of the normalised tree that no rule of the chain reads: pages, watch rules and stories; and the whole tree."""

from typing import Annotated, Literal

from msgspec import Meta

from zhulian.language.definition.shapes import (
    Action,
    Asset,
    Code,
    Count,
    Dotted,
    Field,
    Literal_,
    Name,
    NamedText,
    NameOrEmpty,
    Record,
    Role,
    Shape,
    Span,
    Text,
    Ticket,
    Timer,
    Total,
    Upgrade,
    Use,
)

__all__ = [
    "Amount",
    "Cast",
    "Chart",
    "Consent",
    "Given",
    "Item",
    "ListPage",
    "Made",
    "Named",
    "Pages",
    "PublicPage",
    "Step",
    "Story",
    "Tree",
    "Voice",
    "Watch",
    "With",
]

Shown = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,30}(?:\.[a-z][a-z0-9_]{0,30}){0,2}\Z")]
SpanOrEmpty = Annotated[str, Meta(pattern=r"\A(?:(?:0|[1-9][0-9]{0,6})(?:d|h|min|s))?\Z")]
DottedOrEmpty = Annotated[str, Meta(pattern=r"\A(?:[a-z][a-z0-9_]{0,30}\.[a-z][a-z0-9_]{0,30})?\Z")]
Spoken = Annotated[str, Meta(max_length=4096)]
Actor = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,30}(?:\.[a-z][a-z0-9_]{0,30})?\Z")]


class PublicPage(Shape, frozen=True, kw_only=True):
    """What everyone sees of a record behind its code."""

    record: Name
    show: tuple[Shown, ...]


class ListPage(Shape, frozen=True, kw_only=True):
    """A table of records."""

    record: Name
    columns: tuple[Shown, ...]
    filter: tuple[Shown, ...] = ()


class Chart(Shape, frozen=True, kw_only=True):
    """A picture of many records: a sum of `field`, or their count, grouped by a field, the state or a time."""

    chart: Literal["bar", "line", "pie", "number"]
    kind: Literal["sum", "count"]
    field: NameOrEmpty = ""
    record: Name
    by: NameOrEmpty = ""
    title: Text | None = None


class Pages(Shape, frozen=True, kw_only=True):
    """Pages in their order."""

    public: tuple[PublicPage, ...] = ()
    lists: tuple[ListPage, ...] = ()
    board: tuple[Chart, ...] = ()


class Watch(Shape, frozen=True, kw_only=True):
    """A rule that runs after the block over events: `raises` is asked of the events of a window, grouped by `by`; `sum` adds up."""

    name: Name
    title: Text
    kind: Literal["actions", "records", "timers", "totals"]
    of: Name
    by: Code | None = None
    distinct: Code | None = None
    sum: Code | None = None
    window: Span
    raises: Code
    level: Literal["low", "medium", "high"]


class Cast(Shape, frozen=True, kw_only=True):
    """A player of a story and its roles; `person` for people without an organisation, for whom `agent` may act.

    A role of an instance that is used is named after the use, as `cash.bank`.
    """

    name: Name
    roles: tuple[Dotted, ...]
    agent: NameOrEmpty = ""


class Amount(Shape, frozen=True, kw_only=True):
    """What a player holds at the start."""

    who: Name
    amount: Literal_


class Given(Shape, frozen=True, kw_only=True):
    """What holds before the first step: balances of an asset, a setting, or today's date."""

    kind: Literal["balance", "setting", "today"]
    of: NameOrEmpty = ""
    value: Literal_ = ""
    amounts: tuple[Amount, ...] = ()


class Consent(Shape, frozen=True, kw_only=True):
    """A ticket that a holder makes out offline for one use by one agency, about the record with the key `of`.

    It holds from `since` (a span from now; empty: at once) for `valid`. `signer` is who really signs where that is not the
    holder; with `forged` a word is changed after signing. Later steps show the same ticket by the name that `called` gives it.
    """

    use: Name
    holder: Name
    agency: Name
    of: tuple[Spoken, ...] = ()
    valid: SpanOrEmpty = ""
    since: SpanOrEmpty = ""
    signer: NameOrEmpty = ""
    forged: bool = False
    called: NameOrEmpty = ""


class Item(Shape, frozen=True, kw_only=True):
    """An item of a bulk with its amount as a person types it."""

    item: Spoken
    amount: Literal_


class Made(Shape, frozen=True, kw_only=True):
    """What a player makes away from the chain; later steps show it, or show something of it, by the name that `called` gives it.

    A group is sealed with `values`, and opened (`of`) with other `values` in place of those that were sealed, to cheat. Codes are
    listed; a bulk has `items`, and a `total` only where it lies. A proof is about one code or item `about` of the codes or bulk
    `of`: that it is there, or (`absent`) that it is not; `forged` ones are changed after they were made. A paper of the form
    `paper` is made by the player `by`, for the record `about` (type and key) or that of the step, with `codes` as what stands in it.
    """

    kind: Literal["seal", "open", "codes", "bulk", "proof", "paper"]
    called: NameOrEmpty = ""
    of: NameOrEmpty = ""
    values: tuple["With", ...] = ()
    codes: Annotated[tuple[Spoken, ...], Meta(max_length=4096)] = ()
    items: Annotated[tuple[Item, ...], Meta(max_length=4096)] = ()
    total: Literal_ = ""
    about: Spoken = ""
    absent: bool = False
    forged: bool = False
    paper: NameOrEmpty = ""
    by: NameOrEmpty = ""


class With(Shape, frozen=True, kw_only=True):
    """An input as a person types it; several for a list; a ticket or something else that is made for it."""

    name: Name
    value: Spoken = ""
    values: tuple[Spoken, ...] | None = None
    ticket: Consent | None = None
    made: Made | None = None


class Voice(Shape, frozen=True, kw_only=True):
    """The officers that sign for one party."""

    name: NameOrEmpty = ""
    signers: tuple[Actor, ...]


class Named(Shape, frozen=True, kw_only=True):
    """A player under a name: a signatory of what is proposed, or a role."""

    name: Name
    player: Name


class Step(Shape, frozen=True, kw_only=True):
    """Something done, a wait, or something seen. `on` holds the parts of the key, or one key for each record of a `many`.

    Done is an action (`does`), a task of a record (`completes: lot.tax`) or a correction of one (`corrects: lot`), or moving one to the
    present version (`amends: lot`); an action that
    is proposed, under a name (`called`), for a time (`valid`), with its parties (`by`), and later approved or withdrawn; a player
    who is admitted to a role or dismissed from it; what the regulator orders under its mandate (`freeze`, `thaw`, `recall`); or the upgrade of the instance to the definition in another file.
    """

    who: tuple[Voice, ...] = ()
    does: NameOrEmpty = ""
    completes: DottedOrEmpty = ""
    corrects: NameOrEmpty = ""
    amends: NameOrEmpty = ""
    proposes: NameOrEmpty = ""
    by: tuple[Named, ...] = ()
    valid: SpanOrEmpty = ""
    called: NameOrEmpty = ""
    approves: NameOrEmpty = ""
    withdraws: NameOrEmpty = ""
    admits: tuple[Named, ...] = ()
    dismisses: tuple[Named, ...] = ()
    upgrades: Spoken = ""
    orders: NameOrEmpty = ""
    on: tuple[Spoken, ...] = ()
    inputs: tuple[With, ...] = ()
    refused: NameOrEmpty = ""
    alerts: tuple[Name, ...] = ()
    wait: SpanOrEmpty = ""
    see: Spoken = ""
    say: Text | None = None


class Story(Shape, frozen=True, kw_only=True):
    """A play that must end as it says."""

    name: Name
    title: Text
    cast: tuple[Cast, ...]
    given: tuple[Given, ...] = ()
    steps: tuple[Step, ...]


class Tree(Shape, frozen=True, kw_only=True):
    """A whole definition, normalised; `language` is the version of the language that it is written in."""

    language: Literal[1]
    scenario: Name
    version: Count
    title: Text
    about: Text | None = None
    covers: tuple[Annotated[str, Meta(pattern=r"\A[A-Z][0-9]{1,2}\Z")], ...] = ()
    uses: tuple[Use, ...] = ()
    settings: tuple[Field, ...] = ()
    roles: tuple[Role, ...] = ()
    assets: tuple[Asset, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    refusals: tuple[NamedText, ...] = ()
    records: tuple[Record, ...] = ()
    instance: Record | None = None
    totals: tuple[Total, ...] = ()
    actions: tuple[Action, ...] = ()
    timers: tuple[Timer, ...] = ()
    upgrade: Upgrade | None = None
    watch: tuple[Watch, ...] = ()
    pages: Pages | None = None
    assumes: tuple[Text, ...] = ()
    stories: tuple[Story, ...] = ()
