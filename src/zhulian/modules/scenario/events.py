"""What the scenario module announces."""

from typing import Any

from zhulian.ledger.module import Event
from zhulian.modules.scenario.state import Burden, Seal, Trail

__all__ = [
    "Acted", "Admitted", "Alerted", "Approved", "CalledOff", "Completed", "Corrected", "Dismissed", "Migrated", "Notified", "Opened",
    "Proposed", "Published", "RecordChanged", "ReportFiled", "ReportsSet", "Stored", "Swept", "TimerRan", "TimerRested", "Upgraded", "Withdrawn",
]  # fmt: skip


class Stored(Event, frozen=True, tag="scenario.stored"):
    """A part of a definition was handed in."""

    definition: str
    part: int


class Published(Event, frozen=True, tag="scenario.published"):
    """A definition was published."""

    definition: str
    scenario: str
    version: int


class ReportFiled(Event, frozen=True, tag="scenario.report_filed"):
    """An organisation has filed a prover's report about a definition."""

    definition: str
    organisation: str
    refuted: int
    report: str


class ReportsSet(Event, frozen=True, tag="scenario.reports_set"):
    """The members have decided how many organisations' reports an instance needs to open."""

    needed: int


class Opened(Event, frozen=True, tag="scenario.opened"):
    """An instance was opened."""

    definition: str
    instance: str
    operator: str


class Admitted(Event, frozen=True, tag="scenario.admitted"):
    """A party has a role."""

    by: str
    instance: str
    party: str
    role: str


class Dismissed(Event, frozen=True, tag="scenario.dismissed"):
    """A party has a role no longer."""

    by: str
    instance: str
    party: str
    role: str


class Acted(Event, frozen=True, tag="scenario.acted"):
    """An action was done, by these parties under the names that the action gives them; `on` are the keys of its records."""

    action: str
    by: dict[str, str]
    instance: str
    on: tuple[str, ...] = ()
    record: str = ""


class RecordChanged(Event, frozen=True, tag="scenario.record_changed"):
    """A record is new or changed: what it has now where it differs (None: gone), and its trail after this.

    `cause` is the action, timer, task, correction or upgrade. The trail's head is the digest of the head before it and of this
    event without its trail.
    """

    cause: str
    instance: str
    key: str
    record: str
    trail: Trail
    burdens: tuple[Burden, ...] | None = None
    fields: dict[str, Any] = {}
    new: bool = False
    owner: str | None = None
    sealed: dict[str, Seal] | None = None
    shares: dict[str, int] | None = None
    state: str | None = None


class TimerRan(Event, frozen=True, tag="scenario.timer_ran"):
    """A timer did what it says."""

    due: int
    instance: str
    key: str
    record: str
    timer: str


class Swept(Event, frozen=True, tag="scenario.swept"):
    """A sweep for a record has come to place `next` of its list: it ran on `done` records, `rested` refused; `ended` if that was all."""

    done: int
    instance: str
    key: str
    next: int
    record: str
    rested: int
    sweep: str
    ended: bool = False


class TimerRested(Event, frozen=True, tag="scenario.timer_rested"):
    """A timer was refused with `code`; it rests until its record enters the state again."""

    code: str
    due: int
    instance: str
    key: str
    record: str
    timer: str


class Alerted(Event, frozen=True, tag="scenario.alerted"):
    """Somebody should look; the words stand in the definition under `cause`."""

    cause: str
    instance: str
    level: str
    name: str
    key: str = ""
    record: str = ""


class Notified(Event, frozen=True, tag="scenario.notified"):
    """A party is told; the words stand in the definition under `cause`."""

    cause: str
    instance: str
    party: str
    key: str = ""
    record: str = ""


class Proposed(Event, frozen=True, tag="scenario.proposed"):
    """A proposal waits for signatures."""

    action: str
    expires: int
    instance: str
    proposal: str


class Approved(Event, frozen=True, tag="scenario.approved"):
    """A proposal has one signature more."""

    instance: str
    proposal: str
    signer: str


class Withdrawn(Event, frozen=True, tag="scenario.withdrawn"):
    """A proposal (`whole`) or the signature of `signer` on it was taken back, or a signature counts no longer."""

    instance: str
    proposal: str
    signer: str
    whole: bool = False


class Completed(Event, frozen=True, tag="scenario.completed"):
    """A task of a record is done."""

    instance: str
    key: str
    party: str
    record: str
    task: str


class Corrected(Event, frozen=True, tag="scenario.corrected"):
    """Fields of a record were put right; old and new values both stand here."""

    fields: dict[str, Any]
    instance: str
    key: str
    old: dict[str, Any]
    reason: str
    record: str


class Upgraded(Event, frozen=True, tag="scenario.upgraded"):
    """An instance will follow a later definition from block time `since` (Unix seconds)."""

    definition: str
    instance: str
    since: int
    version: int


class CalledOff(Event, frozen=True, tag="scenario.called_off"):
    """An upgrade that was announced will not take place."""

    definition: str
    instance: str


class Migrated(Event, frozen=True, tag="scenario.migrated"):
    """A record now lives under a later version."""

    instance: str
    key: str
    record: str
    version: int
