"""The shapes of applications, for the API page; what a definition itself decides stands in each application's description."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

__all__ = ["APP_SHAPES"]

Hex32 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="32 bytes, lower-case hex", examples=["9f3c" * 16])]


class Both(msgspec.Struct):
    """The same words in Chinese and English."""

    zh: str
    en: str


class Rows(msgspec.Struct, omit_defaults=True):
    """A page of items; `next` goes into the following request (`after`, or `after_height` in a history), absent on the last.

    `height` is how far the search index has come, where that found them.
    """

    items: list[dict[str, Any]]
    next: str | int | None = None
    height: int | None = None


class Definition(msgspec.Struct):
    """A published definition: who published it and where, its normalised tree, and the view model made from it."""

    definition: Hex32
    scenario: str
    version: int
    title: Both
    publisher: str
    height: int
    transaction: str
    rules: Hex32
    tree: dict[str, Any]
    view: dict[str, Any]


class App(msgspec.Struct):
    """An open instance of a definition, with its settings as people read them and its view model."""

    instance: str
    title: Both
    scenario: str
    version: int
    definition: Hex32
    operator: str
    height: int
    actions: list[dict[str, Any]]
    settings: dict[str, dict[str, Any]]
    uses: dict[str, str]
    view: dict[str, Any]


class Value(msgspec.Struct, omit_defaults=True):
    """A field: its title, the value as people read it in both languages, and as the chain holds it (`value`, absent where there is none)."""

    title: Both
    zh: str
    en: str
    value: Any = None
    visibility: str = "public"


class Trail(msgspec.Struct):
    """How many events changed the record, and the head of the hash chain over them."""

    count: int
    head: Hex32


class Sweep(msgspec.Struct):
    """How far a sweep has come: the next place in its list, on how many records it ran, how many refused; since when, Unix seconds."""

    began: int
    done: int
    ended: bool
    next: int
    rested: int


class Record(msgspec.Struct, omit_defaults=True):
    """A record as people read it; `since` is when it entered its state, Unix seconds; `sweeps` are those begun for it, of one record asked for."""

    instance: str
    record: str
    key: str
    parts: list[str]
    since: int
    fields: dict[str, Value]
    version: int
    trail: Trail | None = None
    state: str | None = None
    state_title: Both | None = None
    owner: str | None = None
    done: dict[str, str] = {}
    timers: dict[str, int] = {}
    sweeps: dict[str, Sweep] = {}


class FiledReport(msgspec.Struct):
    """A prover's report that an organisation has filed: its digest, promises by verdict, who signed for it, and where."""

    organisation: str
    report: Hex32
    proved: int
    refuted: int
    run_time: int
    officer: str
    height: int
    transaction: Hex32


class Reports(msgspec.Struct):
    """Reports about a definition, how many organisations must agree on one before an instance opens, and who does."""

    definition: Hex32
    needed: int
    agreed: list[str]
    enough: bool
    reports: list[FiledReport]


class Ask(msgspec.Struct, omit_defaults=True):
    """What is filled in for an action. `on` are the keys of its records; with `propose` (such as `3d`) signatures may come one by one."""

    by: dict[str, str] = {}
    input: dict[str, Any] = {}
    on: list[str | list[str]] = []
    propose: str = ""
    signers: list[str] = []


class Asked(msgspec.Struct, omit_defaults=True):
    """The message of an action; where the signers are named also the body, its id, and the bytes (hex) that each of them signs."""

    action: str
    record: str
    message: dict[str, Any]
    key: list[str] = []
    body: dict[str, Any] | None = None
    preimage: str | None = None
    transaction: Hex32 | None = None


class Verdict(msgspec.Struct, omit_defaults=True):
    """Whether a body would be applied now: what it would cost and announce, or the rule that says no."""

    allowed: bool
    cost: dict[str, int] | None = None
    events: list[dict[str, Any]] | None = None
    refusal: dict[str, Any] | None = None


APP_SHAPES: tuple[type[msgspec.Struct], ...] = (App, Ask, Asked, Definition, Record, Reports, Rows, Verdict)
"""Those that routes name; the others come with them."""
