"""The view model: one description of a definition for all who show it (console, routes, typed client, manual). `VERSION` counts.

Everything that people read is `Both`. Every field is always present; where there is nothing, it is null, empty or false. Lists stand
in the order in which people should see them. docs/en/reference/view.md and docs/zh/reference/view.md explain each field; a new
field keeps the version, a changed or lost one raises it.
"""

from typing import Any, Final, Literal, TypeAlias

import msgspec

__all__ = [
    "VERSION",
    "ActionView",
    "ApiCall",
    "AssetView",
    "Both",
    "ChartView",
    "ColumnView",
    "CorrectionView",
    "DebitView",
    "DiagramView",
    "Digests",
    "EdgeView",
    "EffectView",
    "FieldView",
    "FormatView",
    "GuardView",
    "ListView",
    "NodeView",
    "OptionView",
    "PersonView",
    "PromiseView",
    "PublicView",
    "ReaderView",
    "RecordView",
    "RefusalView",
    "RoleView",
    "SealedView",
    "SeatView",
    "SignatoryView",
    "StateView",
    "StepView",
    "StoryView",
    "TaskView",
    "TicketView",
    "TimelineView",
    "TimerView",
    "TotalView",
    "UpgradeView",
    "UseView",
    "View",
    "VisibleView",
    "WatchView",
]

VERSION: Final = 1


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of the view model."""


class Both(_Part, frozen=True, kw_only=False):
    """The same words in Chinese and in English."""

    zh: str
    en: str


class Digests(_Part, frozen=True):
    """Digests in hex: of the tree (the definition's name), of its rules alone, and of the source text where it is at hand."""

    definition: str
    rules: str
    source: str | None


class OptionView(_Part, frozen=True):
    """One value of a choice."""

    name: str
    title: Both


class FormatView(_Part, frozen=True):
    """What a text must look like: the pattern as written, in words, by an example, and how long it can be."""

    pattern: str
    says: Both
    example: str
    least: int
    most: int


class ReaderView(_Part, frozen=True):
    """Who may read a private field, or keeps its key: the party in a field of the record, or all of a role."""

    kind: Literal["field", "role"]
    name: str
    title: Both


Widget: TypeAlias = Literal[
    "switch", "number", "text", "textarea", "money", "price", "percent", "quantity", "date", "time", "days", "duration", "party",
    "person", "file", "tag", "choice", "choices", "list", "record", "codes", "bulk", "proof", "ticket", "paper",
]  # fmt: skip


class FieldView(_Part, frozen=True):
    """A field of a record, an input of an action, or a setting: how it is asked for and shown."""

    name: str
    title: Both
    titled: bool
    help: Both | None
    type: str
    widget: Widget
    of: "FieldView | None"
    currency: str | None
    unit: Both | None
    scale: int | None
    role: str | None
    record: str | None
    options: list[OptionView]
    format: FormatView | None
    length: int | None
    items: int | None
    least: str | None
    most: str | None
    bounds: Both | None
    forbids: Both | None
    optional: bool
    required: bool
    default: str | None
    default_says: Both | None
    unique: Literal["", "instance", "everywhere"]
    space: str | None
    visibility: Literal["public", "private", "guarded"]
    readers: list[ReaderView]
    keepers: list[ReaderView]
    threshold: int | None
    owner: str | None
    regulator: bool
    erasable: bool
    keep: str | None
    visible: Both
    align: Literal["left", "right"]
    example: str
    fills: bool


class SeatView(_Part, frozen=True):
    """A duty of officers, and how many of them must sign where that is asked."""

    name: str
    title: Both
    count: int


class RoleView(_Part, frozen=True):
    """A role: who admits to it, its seats, and the actions that it can take part in."""

    name: str
    title: Both
    admitted_by: str
    admitted_by_title: Both
    seats: list[SeatView]
    persons: bool
    own_keys: bool
    actions: list[str]


class PersonView(_Part, frozen=True):
    """One way to be the signatory: of a role, and (where `is` is given) the very party that the expression names."""

    role: str | None
    role_title: Both | None
    equals: str | None
    equals_says: Both | None
    says: Both


class SignatoryView(_Part, frozen=True):
    """One party that signs. `name` is `actor` where the action names nobody; any one of `any` will do."""

    name: str
    title: Both
    any: list[PersonView]
    says: Both
    seats: list[SeatView]
    officers: int
    apart: list[OptionView]
    own_keys: bool
    officers_say: Both | None


class GuardView(_Part, frozen=True):
    """A condition that must hold, with the refusal that tells of it."""

    refusal: str
    that: str
    says: Both
    text: Both


class EffectView(_Part, frozen=True):
    """What is done, one sentence each. `says` of an `if` or `each` is its condition; what stands under it follows below."""

    verb: str
    says: Both
    then: list["EffectView"]
    otherwise: list["EffectView"]


class RefusalView(_Part, frozen=True):
    """A refusal: `story` is its name in stories, `codes` are the numbers that it comes with, `title` is short."""

    story: str
    title: Both
    kind: Literal["declared", "kernel", "promise"]
    codes: list[str]
    text: Both


class ActionView(_Part, frozen=True):
    """What somebody can do: who, on what, when, what is asked, what must hold, what happens."""

    name: str
    title: Both
    help: Both | None
    record: str
    creates: bool
    many: int
    states: list[str]
    leads_to: list[str]
    by: list[SignatoryView]
    by_says: Both
    one_party: bool
    form: list[FieldView]
    guards: list[GuardView]
    does: list[EffectView]
    otherwise: list[EffectView]
    refusals: list[str]
    opens: str | None
    break_glass: bool
    purpose: Both | None
    seals: str | None
    within: Both | None
    pays_less: bool
    steps: int
    says: Both


class StateView(_Part, frozen=True):
    """A state of a record: what can be done in it, and which timers run."""

    name: str
    title: Both
    kind: Literal["start", "open", "final"]
    actions: list[str]
    timers: list[str]


class PromiseView(_Part, frozen=True):
    """What holds of every record after every action (`always`), or between before and after (`steps`)."""

    name: str
    kind: Literal["always", "steps"]
    record: str
    that: str
    says: Both


class CorrectionView(_Part, frozen=True):
    """Fields that may be put right, by whom and until when."""

    fields: list[str]
    by: list[SignatoryView]
    until: Both | None
    says: Both


class TaskView(_Part, frozen=True):
    """A part that is done side by side with others."""

    name: str
    title: Both
    by: list[SignatoryView]


class SealedView(_Part, frozen=True):
    """Fields that are committed together first and opened later."""

    name: str
    title: Both
    fields: list[str]


class NodeView(_Part, frozen=True):
    """A node of the state diagram; `start` is where records come from. `stays` are the actions that leave the state as it is."""

    id: str
    title: Both
    kind: Literal["begin", "start", "open", "final"]
    stays: list[str]


class EdgeView(_Part, frozen=True):
    """A way from one state to another, by an action, a timer, or the end of the time for tasks."""

    source: str
    target: str
    by: Literal["action", "timer", "tasks"]
    name: str
    title: Both


class DiagramView(_Part, frozen=True):
    """The life of a record type."""

    nodes: list[NodeView]
    edges: list[EdgeView]


class TimelineView(_Part, frozen=True):
    """Which event shows as what sentence in the history of a record; `{…}` in it are values of the event."""

    event: str
    match: dict[str, str]
    says: Both
    tone: Literal["done", "time", "alert", "change"]


class VisibleView(_Part, frozen=True):
    """What of a record anybody on the chain sees, and who reads the rest."""

    public: list[str]
    committed: list[str]
    says: list[Both]


class RecordView(_Part, frozen=True):
    """A record type. `instance` is the one that belongs to the whole."""

    name: str
    title: Both
    key: list[str]
    fields: list[FieldView]
    states: list[StateView]
    owned: bool
    promises: list[PromiseView]
    indexes: list[list[str]]
    corrections: list[CorrectionView]
    tasks: list[TaskView]
    tasks_within: Both | None
    codes: int | None
    lazy: str | None
    sealed: list[SealedView]
    diagram: DiagramView | None
    timeline: list[TimelineView]
    visible: VisibleView


class UseView(_Part, frozen=True):
    """What another instance lends: bound when this one is opened."""

    name: str
    kind: Literal["asset", "record"]
    scenario: str
    what: str
    title: Both
    unit: Both | None
    currency: str | None
    scale: int
    fields: list[FieldView]
    says: Both


class AssetView(_Part, frozen=True):
    """A class of assets that this scenario issues."""

    name: str
    title: Both
    unit: Both | None
    currency: str | None
    scale: int
    per: str | None
    taken_by: list[str]
    says: Both


class TicketView(_Part, frozen=True):
    """A holder's offline consent to one use by one agency."""

    name: str
    title: Both
    holder: str
    agency: str
    record: str | None
    valid: Both | None
    says: Both


class TotalView(_Part, frozen=True):
    """A sum or count that is kept as records change."""

    name: str
    title: Both
    kind: Literal["sum", "count"]
    record: str
    field: FieldView | None
    of: str | None
    says: Both


class TimerView(_Part, frozen=True):
    """What happens by itself: on which records, when, and what."""

    name: str
    title: Both
    record: str
    states: list[str]
    at: str
    at_says: Both
    leads_to: list[str]
    does: list[EffectView]
    says: Both


class WatchView(_Part, frozen=True):
    """A rule that runs after the block and raises an alert."""

    name: str
    title: Both
    level: Literal["low", "medium", "high"]
    over: str
    of: str
    window: Both
    says: Both


class DebitView(_Part, frozen=True):
    """A debit that its owner does not sign, and why it is allowed."""

    action: str
    asset: str
    owner: Both
    order: Both | None
    says: Both


class ColumnView(_Part, frozen=True):
    """A column, or a fact of a public page: a field by its path, such as `debtor.name`."""

    path: str
    title: Both
    type: str
    align: Literal["left", "right"]


class ListView(_Part, frozen=True):
    """A table of records; where the definition gives none, one is made from key, state and the first public fields."""

    record: str
    columns: list[ColumnView]
    filters: list[ColumnView]
    declared: bool


class PublicView(_Part, frozen=True):
    """What everyone with the code sees of a record."""

    record: str
    shows: list[ColumnView]


class ChartView(_Part, frozen=True):
    """A picture of many records."""

    chart: Literal["bar", "line", "pie", "number"]
    title: Both
    record: str
    kind: Literal["sum", "count"]
    field: str | None
    by: str | None
    unit: Both | None


class ApiCall(_Part, frozen=True):
    """A call of the gateway: `name` is the operation, `{instance}` in the path the instance's name."""

    name: str
    method: Literal["GET", "POST"]
    path: str
    title: Both
    body: dict[str, Any] | None


class StepView(_Part, frozen=True):
    """A step of a story in words, and how it ends."""

    says: Both
    refused: str | None
    alerts: list[str]
    outcome: Both | None


class StoryView(_Part, frozen=True):
    """A story: its cast with their roles, what there is before, and its steps."""

    name: str
    title: Both
    cast: list[Both]
    given: list[Both]
    steps: list[StepView]


class UpgradeView(_Part, frozen=True):
    """How this version follows another: what finishes under the old one, what moves."""

    version: int
    keeps: list[str]
    moves: list[str]
    notice: Both
    says: Both


class View(_Part, frozen=True):
    """A definition as it is shown. `view` is the version of this description."""

    view: Literal[1]
    scenario: str
    version: int
    language: int
    digests: Digests
    title: Both
    about: Both | None
    covers: list[str]
    uses: list[UseView]
    settings: list[FieldView]
    roles: list[RoleView]
    assets: list[AssetView]
    tickets: list[TicketView]
    records: list[RecordView]
    totals: list[TotalView]
    actions: list[ActionView]
    timers: list[TimerView]
    refusals: list[RefusalView]
    debits: list[DebitView]
    watch: list[WatchView]
    lists: list[ListView]
    public: list[PublicView]
    board: list[ChartView]
    assumes: list[Both]
    visible: list[Both]
    upgrade: UpgradeView | None
    api: list[ApiCall]
    stories: list[StoryView]
