"""What the scenario module keeps. A record is one value, its trail and timers included, so that an action reads and writes it once."""

from typing import Any, Literal

from zhulian.ledger.collections import Item, Map
from zhulian.ledger.types import Wire

__all__ = [
    "CHECKED",
    "DEFINITIONS",
    "INDEXES",
    "INSTANCES",
    "MEMBERS",
    "OFFICERS",
    "PARTS",
    "PROPOSALS",
    "QUEUES",
    "RECORDS",
    "REPORTS",
    "REPORTS_NEEDED",
    "ROLLS",
    "SCENARIOS",
    "SWEEPS",
    "SWEPT",
    "SWEPT_COUNTS",
    "TOTALS",
    "UNIQUE",
    "UPLOADING",
    "UPLOADS",
    "VERSIONS",
    "Approval",
    "CheckedHere",
    "Coming",
    "Earlier",
    "Filed",
    "Held",
    "Instance",
    "Member",
    "Proposal",
    "Published",
    "Reported",
    "Scenario",
    "Seal",
    "Sweeping",
    "Trail",
    "Uploading",
    "Waiting",
]


class Published(Wire, frozen=True):
    """A definition on chain; its tree stands in `parts` values of `scenario/parts`."""

    height: int
    parts: int
    publisher: str
    rules: str
    scenario: str
    transaction: str
    version: int
    source: str | None = None


class Filed(Wire, frozen=True):
    """A prover's report that an organisation has filed: its digest, how many verdicts of each kind, who signed, when and where."""

    height: int
    officer: str
    proved: int
    refuted: int
    report: str
    run_time: int
    transaction: str


class Reported(Wire, frozen=True):
    """The newest report of each organisation about one definition."""

    by: dict[str, Filed]


class Scenario(Wire, frozen=True):
    """The organisation to which a scenario's name belongs, the first that published one, and the newest version."""

    newest: int
    owner: str


class Uploading(Wire, frozen=True):
    """The definitions of which an organisation has stored parts, the oldest first."""

    definitions: tuple[str, ...]


class CheckedHere(Wire, frozen=True):
    """How many steps checking definitions took at a height."""

    height: int
    steps: int


class Earlier(Wire, frozen=True):
    """A version that an instance followed before, as it was then; records that were kept still finish under it."""

    definition: str
    settings: dict[str, Any]
    uses: dict[str, str]


class Coming(Wire, frozen=True):
    """An upgrade that was announced and takes effect at block time `since` (Unix seconds)."""

    definition: str
    settings: dict[str, Any]
    since: int
    uses: dict[str, str]
    version: int


class Instance(Wire, frozen=True):
    """An opened definition.

    Attributes:
        before: Earlier versions, by version.
        coming: An upgrade; from its time on it counts, whether or not anything has been written since (`opening.versions`).
        module: The module that this instance presents, such as `evidence`; nothing is done through its definition.
    """

    definition: str
    height: int
    operator: str
    scenario: str
    settings: dict[str, Any]
    uses: dict[str, str]
    version: int
    before: dict[str, Earlier] = {}
    coming: Coming | None = None
    module: str = ""


class Member(Wire, frozen=True):
    """A party in a role: who admitted it, and when."""

    admitted_by: str
    height: int


class Trail(Wire, frozen=True):
    """A hash chain over a record's events and how many there are, so that nobody can show the good half of a history."""

    count: int
    head: str


class Burden(Wire, frozen=True):
    """A right of somebody else on a title: a pledge, or a seizure by order. A pledge that `follows` stays when the title passes."""

    holder: str
    kind: Literal["pledge", "seizure"]
    follows: bool = False


class Seal(Wire, frozen=True):
    """What a party has sealed in a group: the commitment; `opened` says whether what was shown later was true, absent before."""

    commitment: str
    party: str
    opened: bool | None = None


class Held(Wire, frozen=True):
    """A record as the chain holds it.

    Attributes:
        fields: Values by field; optional ones that are absent are left out, private ones are commitments in hex.
        since: Block time (Unix seconds) at which it entered its state.
        timers: Times (Unix seconds) of the timers of its present state, by timer; −1 for one that has run or rests.
        done: Tasks that are done, with the party that did each.
        version: The version of the definition that it lives under.
        owner: Of a title, who owns it; where several do, the one with the greatest part.
        shares: Parts of a title by owner in parts per million, which sum to 1,000,000; empty where one owns it all.
        burdens: Rights on a title: seizures in their order, then pledges by rank.
        sealed: What is sealed in each group of fields, and whether it was opened truly.
    """

    fields: dict[str, Any]
    since: int
    trail: Trail
    version: int
    burdens: tuple[Burden, ...] = ()
    done: dict[str, str] = {}
    owner: str | None = None
    sealed: dict[str, Seal] = {}
    shares: dict[str, int] = {}
    state: str | None = None
    timers: dict[str, int] = {}


class Sweeping(Wire, frozen=True):
    """How far a sweep has come over the list of all records with one value of a field.

    Attributes:
        by: The record type and the field, as `can.lot`.
        began: When it began, in Unix seconds.
        queued: When its next page is due; −1 once it is at its end.
        page: The most records of a page.
        next: The place in the list of the first record that it has not reached.
        alone: Up to which place it goes one record at a time, since a page was refused.
        done: On how many records it ran.
        rested: How many records refused.
    """

    began: int
    by: str
    page: int
    queued: int
    alone: int = 0
    done: int = 0
    next: int = 0
    rested: int = 0


class Approval(Wire, frozen=True):
    """One signature on a proposal: the signer, the party that it signs for, its key and duties when it signed, and when."""

    duties: tuple[str, ...]
    height: int
    key: str
    party: str
    signer: str


class Proposal(Wire, frozen=True):
    """An action whose input and parties are fixed and whose signatures are being gathered until `expires` (Unix seconds).

    `definition` is what the instance followed when it was made; under another it is void. `proposer` is the party that made it,
    `counted` the organisation or handle in whose queue it waits.
    """

    action: str
    approvals: tuple[Approval, ...]
    by: dict[str, str]
    counted: str
    definition: str
    expires: int
    height: int
    input: dict[str, Any]
    on: tuple[tuple[str, ...], ...]
    proposer: str


class Waiting(Wire, frozen=True):
    """A proposal in a queue, and when it expires (Unix seconds)."""

    expires: int
    proposal: str


DEFINITIONS: Map[Published] = Map("scenario/definitions", Published, ("definition",))
PARTS: Map[str] = Map("scenario/parts", str, ("definition", "part"))
"""The tree of a published definition as text, cut into parts."""
UPLOADS: Map[str] = Map("scenario/uploads", str, ("organisation", "definition", "part"))
"""Parts that an organisation has handed in and not published yet; nobody else's count."""
UPLOADING: Map[Uploading] = Map("scenario/uploading", Uploading, ("organisation",))
CHECKED: Item[CheckedHere] = Item("scenario/checked", CheckedHere)
REPORTS: Map[Reported] = Map("scenario/reports", Reported, ("definition",))
REPORTS_NEEDED: Item[int] = Item("scenario/reports_needed", int)
"""How many organisations' reports an instance needs to open, once the members have voted; before, genesis says it."""
SCENARIOS: Map[Scenario] = Map("scenario/scenarios", Scenario, ("scenario",))
VERSIONS: Map[str] = Map("scenario/versions", str, ("scenario", "version"))
"""The one definition of each version."""
INSTANCES: Map[Instance] = Map("scenario/instances", Instance, ("instance",))
MEMBERS: Map[Member] = Map("scenario/members", Member, ("instance", "role", "party"))
ROLLS: Map[int] = Map("scenario/rolls", int, ("instance", "role"))
"""How many have the role."""
RECORDS: Map[Held] = Map("scenario/records", Held, ("instance", "record", "key"), traced=True)
"""By instance, record type and key; the parts of a key are joined by `/`, with `%25` and `%2F` for `%` and `/` in a part."""
TOTALS: Map[int] = Map("scenario/totals", int, ("instance", "total", "of"))
"""Sums and counts; `of` is the key of the record that they are kept for, or empty."""
INDEXES: Map[str] = Map("scenario/indexes", str, ("instance", "index", "values"))
"""The key of the one record with these values."""
UNIQUE: Map[str] = Map("scenario/unique", str, ("instance", "field", "value"))
"""The key of the record that has the value; `field` is `record.field`."""
SWEPT: Map[str] = Map("scenario/swept", str, ("instance", "by", "of", "place"))
"""The keys of all records of a type with one value of a field (`by`, as `can.lot`), in the order in which they were made."""
SWEPT_COUNTS: Map[int] = Map("scenario/swept_counts", int, ("instance", "by", "of"))
"""How long each of these lists is."""
SWEEPS: Map[Sweeping] = Map("scenario/sweeps", Sweeping, ("instance", "sweep", "of"))
"""The newest sweep of each name for each record."""
PROPOSALS: Map[Proposal] = Map("scenario/proposals", Proposal, ("instance", "proposal"))
OFFICERS: Map[tuple[str, ...]] = Map("scenario/officers", tuple[str, ...], ("record", "action"))
"""The signers of an action when it was last done on the record `instance/type/key/…`; only of actions that some `apart` names."""
QUEUES: Map[tuple[Waiting, ...]] = Map("scenario/queues", tuple[Waiting, ...], ("instance", "proposer"))
"""The proposals that an organisation or handle has waiting in an instance, in the order in which they were made."""
