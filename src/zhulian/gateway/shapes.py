"""The shapes of what the gateway takes and gives, for the API page. What the chain proves is defined in docs/formats.md."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from zhulian.gateway.apps.shapes import APP_SHAPES
from zhulian.gateway.custody_shapes import CUSTODY_SHAPES

__all__ = ["components", "reference"]

Hex32 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="32 bytes, lower-case hex", examples=["9f3c" * 16])]
Hex64 = Annotated[str, Meta(pattern="^[0-9a-f]{128}$", description="64 bytes, lower-case hex")]
Height = Annotated[int, Meta(ge=1)]
Milliseconds = Annotated[int, Meta(ge=0, description="Unix time in milliseconds")]


class Message(msgspec.Struct):
    """One message; further members depend on its type."""

    type: Annotated[str, Meta(examples=["evidence.deposit"])]


class Body(msgspec.Struct):
    """What signers sign (docs/formats.md §4). Canonical JSON only: RFC 8785, integers only."""

    chain: str
    expires: Annotated[int, Meta(ge=0, description="Unix time in seconds")]
    messages: list[Message]
    nonce: Annotated[str, Meta(pattern="^[0-9a-f]{32}$")]
    signers: list[str]


class Signature(msgspec.Struct):
    """One signer's signature, r ‖ s, and the fingerprint of the key."""

    key: Hex32
    signature: Hex64
    signer: str


class Envelope(msgspec.Struct):
    """A transaction: the body and one signature for each of its signers, in their order."""

    body: Body
    signatures: list[Signature]


class Refusal(msgspec.Struct):
    """A rule's no: its stable number, one sentence in each language, and the fields that they use."""

    code: Annotated[str, Meta(examples=["tx/3"])]
    zh: str
    en: str
    fields: dict[str, Any]


class Problem(msgspec.Struct, omit_defaults=True):
    """RFC 9457. `detail` is the sentence in the language asked for; `path` names the fault's place where it is known."""

    type: Annotated[str, Meta(examples=["urn:zhulian:refusal:tx/3"])]
    title: str
    status: int
    detail: str
    code: Annotated[str, Meta(examples=["tx/3"])]
    zh: str
    en: str
    fields: dict[str, Any]
    path: str | None = None
    outcome: Literal["refused", "turned_away"] | None = None
    transaction: str | None = None
    height: int | None = None
    index: int | None = None


class Outcome(msgspec.Struct, omit_defaults=True):
    """What became of one envelope. `height` and `index` where it is in a block, `refusal` where a rule said no."""

    transaction: str | None
    status: Literal["admitted", "applied", "refused", "turned_away"]
    height: Height | None = None
    index: int | None = None
    refusal: Refusal | None = None


class BatchOutcome(msgspec.Struct):
    """One outcome for each item, in order."""

    outcomes: list[Outcome]


class Status(msgspec.Struct, omit_defaults=True):
    """Whether deposits are accepted, and how far the chain is; further members are the node's own. `filing`: 备案号."""

    accepting: bool
    height: Annotated[int, Meta(ge=0)]
    chain: str
    filing: str = ""


class Header(msgspec.Struct):
    """docs/formats.md §8."""

    chain: str
    height: Height
    next_sealers_root: Hex32
    previous: Hex32
    results_root: Hex32
    state_root: Hex32
    time_ms: Milliseconds
    transactions_root: Hex32


class Seal(msgspec.Struct):
    """A sealer's signature over a header and the time of its clock."""

    key: Hex32
    sealer: str
    signature: Hex64
    time_ms: Milliseconds


class Head(msgspec.Struct):
    """The newest header, its digest and seals. Before the first block the header is null and the digest is the genesis's."""

    digest: Hex32
    header: Header | None
    height: Annotated[int, Meta(ge=0)]
    seals: list[Seal]


class SpokenHead(msgspec.Struct, omit_defaults=True):
    """A sealed header that a sealer called its newest (docs/formats.md §22)."""

    format: Literal["zhulian/head/1"]
    header: Header
    seals: list[Seal]
    spoken: Seal
    next_sealers: list[dict[str, Any]] = []
    sealer_changes: list[dict[str, Any]] = []


class HeaderWithDigest(msgspec.Struct):
    """A header and its digest."""

    digest: Hex32
    header: Header


class Block(msgspec.Struct):
    """A block: header, digest, seals, its transactions with their results, and `ran`, what happened by itself (docs/formats.md §5)."""

    digest: Hex32
    header: Header
    ran: list[dict[str, Any]]
    seals: list[Seal]
    transactions: list[dict[str, Any]]


class Blocks(msgspec.Struct, omit_defaults=True):
    """Headers, the newest first; `next` is the `before` of the following page, absent on the last."""

    items: list[HeaderWithDigest]
    next: int | None = None


class Times(msgspec.Struct, omit_defaults=True):
    """When a transaction passed each station, by the clock of the node that answers; Unix milliseconds, no part of any proof."""

    received_ms: Annotated[int, Meta(ge=0)] = 0
    verified_ms: Annotated[int, Meta(ge=0)] = 0
    proposed_ms: Annotated[int, Meta(ge=0)] = 0
    committed_ms: Annotated[int, Meta(ge=0)] = 0
    sealed_ms: Annotated[int, Meta(ge=0)] = 0


class Transaction(msgspec.Struct, omit_defaults=True):
    """A transaction with its result and its place; body and signatures are null where they are not kept.

    `times` is there where this node took the transaction in itself, and of its newest some thousand only.
    """

    body: Body | None
    height: Height
    index: Annotated[int, Meta(ge=0)]
    result: dict[str, Any]
    signatures: list[Signature] | None
    times: Times | None = None


class Receipt(msgspec.Struct, omit_defaults=True):
    """The proof that a transaction is in a sealed block (docs/formats.md §9), without what only the depositor knows."""

    body: Body
    certificates: list[list[str]]
    format: Literal["zhulian/receipt/1"]
    header: Header
    result: dict[str, Any]
    result_path: dict[str, Any]
    seals: list[Seal]
    signatures: list[Signature]
    transaction_path: dict[str, Any]
    facts: list[dict[str, Any]] = []
    sealer_changes: list[dict[str, Any]] = []


class ReceiptOrRefusal(msgspec.Struct, omit_defaults=True):
    """One id's receipt, or why there is none."""

    transaction: Hex32
    receipt: Receipt | None = None
    refusal: Refusal | None = None


class Receipts(msgspec.Struct):
    """One entry for each id, in order."""

    items: list[ReceiptOrRefusal]


class Ids(msgspec.Struct):
    """Transaction ids."""

    transactions: list[Hex32]


class StateProof(msgspec.Struct, omit_defaults=True):
    """docs/formats.md §7."""

    siblings: list[Hex32]
    other: dict[str, Hex32] | None = None


class StateFact(msgspec.Struct, omit_defaults=True):
    """A value at a height with its proof (docs/formats.md §10); without `value` it proves absence."""

    format: Literal["zhulian/state/1"]
    header: Header
    key: list[str]
    proof: StateProof
    seals: list[Seal]
    sealer_changes: list[dict[str, Any]] = []
    value: Any = None


class Item(msgspec.Struct):
    """A key and its value."""

    key: list[str]
    value: Any


class Page(msgspec.Struct, omit_defaults=True):
    """A page of a collection in the order of its keys; `next` is the `after` of the following page, absent on the last."""

    items: list[Item]
    next: str | None = None


class Kept(msgspec.Struct):
    """What a party keeps in the vault, and how much it may."""

    name: str
    objects: int
    bytes: int
    bytes_max: int


class Vault(msgspec.Struct):
    """The vault: who operates it, other vaults to ask, limits in bytes."""

    operator: str
    elsewhere: list[str]
    object_bytes_max: int
    piece_bytes_max: int
    party: Kept


class Upload(msgspec.Struct):
    """How far an upload is: the next byte due, and whether the object is there."""

    offset: int
    complete: bool


class Genesis(msgspec.Struct):
    """What all members agreed on before the first block (docs/formats.md §3), abridged here."""

    name: str
    suite: Literal["gm", "intl"]
    format: Literal["zhulian/genesis/1"]
    organisations: list[dict[str, Any]]
    sealers: list[dict[str, Any]]


class Spoken(msgspec.Struct):
    """Words in both languages."""

    zh: str
    en: str


class Hit(msgspec.Struct, omit_defaults=True):
    """What a search found. `place` is its state key, `content` what the index knows of the value there; neither is a proof."""

    kind: Literal["alert", "definition", "evidence", "instance", "organisation", "record", "signer", "transaction"]
    key: str
    title: Spoken
    text: Spoken
    state: str
    height: int
    time_ms: Milliseconds
    first_height: int
    first_ms: Milliseconds
    transaction: str
    place: list[str]
    content: dict[str, Any]
    private: bool
    instance: str = ""
    record: str = ""
    definition: str = ""
    marked: dict[str, Any] = {}


class SearchPage(msgspec.Struct, omit_defaults=True):
    """A page of hits; `height` is how far the index has come, `ledger_height` how far the ledger has."""

    hits: list[Hit]
    height: int
    ledger_height: int
    next: str | None = None


class Figure(msgspec.Struct):
    """One group: its name, its count or sum as text, and of how many records it is."""

    count: int
    group: str
    title: Spoken
    value: str
    shown: Spoken


class Figures(msgspec.Struct, omit_defaults=True):
    """Groups in their order, at the height of the index; for a board, `hidden` counts those that are left out."""

    rows: list[Figure]
    height: int
    ledger_height: int
    hidden: int = 0


class IndexStatus(msgspec.Struct, omit_defaults=True):
    """How far the index has come; `fault` where it waits for its database or the ledger."""

    height: int
    ledger_height: int
    database: Literal["sqlite", "postgresql"]
    fault: Refusal | None = None


class NewWebhook(msgspec.Struct, omit_defaults=True):
    """Where to deliver what. `after_height`: from above which height on; what comes from now on where it is absent."""

    url: Annotated[str, Meta(examples=["https://office.example.org/zhulian"])]
    topics: Annotated[list[str], Meta(min_length=1, max_length=32, examples=[["evidence.*", "scenario.alerted"]])]
    instance: str = ""
    after_height: int | None = None


class Webhook(msgspec.Struct, omit_defaults=True):
    """A subscription; `height` is the newest block that its target has. `secret` is shown once, when it is made."""

    name: str
    url: str
    topics: list[str]
    height: int
    instance: str = ""
    ended: str = ""
    secret: str = ""


class Webhooks(msgspec.Struct):
    """The asker's webhooks."""

    items: list[Webhook]


class Delivery(msgspec.Struct, omit_defaults=True):
    """One try: the answer's HTTP status (0: none came), and why it counts as failed."""

    height: int
    at_ms: Milliseconds
    attempt: int
    status: int
    why: Refusal | None = None


class Deliveries(msgspec.Struct):
    """The newest tries first."""

    items: list[Delivery]


class Tested(msgspec.Struct):
    """What the target answered to a test."""

    status: int


class Both(msgspec.Struct):
    """A sentence in both languages."""

    zh: str
    en: str


class AlertDone(msgspec.Struct, omit_defaults=True):
    """What somebody did about an alert."""

    what: Literal["assigned", "acknowledged", "closed"]
    who: str
    at_ms: Milliseconds
    why: str = ""
    assigned: str = ""


class Alert(msgspec.Struct, omit_defaults=True):
    """An alert: its rule or cause, what it is about, how it stands; `ended_height` once what it tells of is no longer so."""

    id: Annotated[str, Meta(pattern="^al-[0-9a-f]{16}$")]
    source: Literal["rule", "own", "definition", "chain"]
    instance: str
    rule: str
    level: Literal["low", "medium", "high"]
    title: Both
    about: str
    height: Height
    time_ms: Milliseconds
    figures: dict[str, Any]
    state: Literal["open", "acknowledged", "closed"]
    assigned: str = ""
    record: str = ""
    transaction: str = ""
    ended_height: int = 0
    ended_ms: int = 0
    history: list[AlertDone] = []


class AlertPage(msgspec.Struct, omit_defaults=True):
    """A page of alerts, and the height that the index has reached."""

    items: list[Alert]
    height: int
    next: str | None = None


class AlertHandling(msgspec.Struct, omit_defaults=True):
    """What is to be done about an alert: assigned to somebody, acknowledged, or closed with a reason."""

    what: Literal["assigned", "acknowledged", "closed"]
    why: Annotated[str, Meta(max_length=500)] = ""
    assigned: Annotated[str, Meta(max_length=64)] = ""


class LinkPath(msgspec.Struct, forbid_unknown_fields=True):
    """The path of a commitment in its batch."""

    count: Annotated[int, Meta(ge=1, le=2**53 - 1)]
    index: Annotated[int, Meta(ge=0, le=2**53 - 1)]
    siblings: Annotated[list[Hex32], Meta(max_length=40)]


class LinkOpening(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What opens a deposit's commitment, as its receipt has it."""

    digest: Hex32
    salt: Hex32
    path: LinkPath | None = None


class NewLink(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What a link is to lead to: a record, or the certificate of a deposit."""

    instance: Annotated[str, Meta(max_length=31)] = ""
    record: Annotated[str, Meta(max_length=31)] = ""
    key: Annotated[str, Meta(max_length=512)] = ""
    transaction: Annotated[str, Meta(pattern=r"\A(?:[0-9a-f]{64})?\Z")] = ""
    opening: LinkOpening | None = None
    name: Annotated[str, Meta(max_length=200)] = ""
    until: Annotated[int, Meta(ge=0, le=2**40)] = 0


class Link(msgspec.Struct):
    """A link to a public page; `until` in Unix seconds, 0 for good."""

    code: str
    path: str
    until: int
    url: str


class CaseEntry(msgspec.Struct):
    """An event; `transaction` is empty for what ran by itself."""

    height: Height
    time_ms: Milliseconds
    transaction: str
    event: dict[str, Any]


class CasePage(msgspec.Struct, omit_defaults=True):
    """Events, the oldest first, and the height that the index has reached."""

    entries: list[CaseEntry]
    index_height: int
    next: str | None = None


class WatchRules(msgspec.Struct, omit_defaults=True):
    """Rules that are followed with the height above which they are; rules that are not, with the reason; a fault of the file."""

    followed: list[dict[str, Any]]
    rest: list[dict[str, Any]]
    fault: Refusal | None = None


class ProofProgress(msgspec.Struct):
    """How many questions are answered, of how many; 0 of 0 while they are not counted yet."""

    done: Annotated[int, Meta(ge=0)]
    total: Annotated[int, Meta(ge=0)]


class ProofCounts(msgspec.Struct):
    """How many promises have which verdict."""

    proved: int
    refuted: int
    run_time: int


class DefinitionFault(msgspec.Struct):
    """What is wrong at one place of a definition; `path` is the way to it within the definition."""

    line: int
    column: int
    path: str
    code: Annotated[str, Meta(examples=["language/52"])]
    zh: str
    en: str


class ProofJob(msgspec.Struct, omit_defaults=True):
    """`done` with the report and its digests, `refused` with the definition's faults, `failed` with the reason; `place` counts those taken up before, itself included."""

    id: Annotated[str, Meta(pattern="^[0-9a-f]{16}$", examples=["5b215b215b215b21"])]
    state: Literal["waiting", "running", "done", "refused", "failed", "ended"]
    progress: ProofProgress
    place: int = 0
    verdict: Literal["proved", "refuted", "runtime"] | None = None
    counts: ProofCounts | None = None
    digest: dict[str, Hex32] | None = None
    report: dict[str, Any] | None = None
    refusal: Refusal | None = None
    faults: list[DefinitionFault] | None = None


_SHAPES: tuple[type[msgspec.Struct], ...] = (
    Alert, AlertHandling, AlertPage, BatchOutcome, Block, Blocks, CasePage, Deliveries, Envelope, Figures, Genesis, Head, Ids, IndexStatus, Link, NewLink, NewWebhook, Outcome, Page, Problem, ProofJob, Receipt, Receipts, SearchPage, SpokenHead, StateFact, Status, Tested, Transaction, Upload, Vault, WatchRules, Webhook, Webhooks,
)  # fmt: skip


def components() -> dict[str, Any]:
    """The JSON schemas of all shapes by name."""
    _, found = msgspec.json.schema_components(
        (*_SHAPES, *APP_SHAPES, *CUSTODY_SHAPES), ref_template="#/components/schemas/{name}"
    )
    return dict(sorted(found.items()))


def reference(name: str) -> dict[str, Any]:
    """A reference to the schema `name`."""
    return {"$ref": f"#/components/schemas/{name}"}
