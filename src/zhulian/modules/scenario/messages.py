"""What one may ask of the scenario module.

Values stand in messages as the evaluator holds them (docs/formats.md): money in fen, dates as days since 1970-01-01, times in
Unix seconds, lists as lists, what is private as its commitment in hex. An optional value that is absent is left out.
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from zhulian.ledger.limits import HARD
from zhulian.ledger.types import Digest, Message, Seconds

__all__ = [
    "Act",
    "Admit",
    "Admittable",
    "Amend",
    "Approve",
    "CallOff",
    "Complete",
    "Correct",
    "Dismiss",
    "FileReport",
    "InstanceName",
    "KeyParts",
    "LocalName",
    "Open",
    "Party",
    "Propose",
    "Publish",
    "RecordAt",
    "SetReports",
    "Store",
    "Upgrade",
    "Values",
    "Withdraw",
]

LocalName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]{0,30}\Z")]
"""What a definition calls something."""
InstanceName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\Z")]
"""What an instance is called on its chain."""
Party = Annotated[str, Meta(pattern=r"\A(?:[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32})\Z")]
"""An organisation, or a person's handle."""
Admittable = Annotated[str, Meta(pattern=r"\A(?:@?[a-z][a-z0-9-]{0,30}|~[0-9a-f]{32})\Z")]
"""A party, or with `@` an instance, which acts by what its own definition does."""
KeyParts = Annotated[tuple[Annotated[str, Meta(max_length=256)], ...], Meta(max_length=4)]
"""The parts of a record's key as text; none for the record `instance`."""
Values = Annotated[dict[LocalName, Any], Meta(max_length=64)]
"""Values by the names of inputs, settings or fields."""


class RecordAt(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A record of an instance: its type and the parts of its key."""

    key: KeyParts
    record: LocalName


class Store(Message, frozen=True, tag="scenario.store"):
    """Hand in one part of a definition that is longer than a transaction may be; `definition` is the digest of the whole tree."""

    definition: Digest
    part: Annotated[int, Meta(ge=0, le=15)]
    text: Annotated[str, Meta(min_length=1, max_length=48 * 1024)]


class Publish(Message, frozen=True, tag="scenario.publish"):
    """Publish a definition: the whole tree as `text` (RFC 8785 JSON), or the number of `parts` that were stored before.

    `source` is the digest of the text that the tree was made from; the text itself stays with the publisher.
    """

    definition: Digest
    parts: Annotated[int, Meta(ge=0, le=16)] = 0
    source: Digest | None = None
    text: Annotated[str, Meta(max_length=48 * 1024)] = ""


Verdicts = Annotated[int, Meta(ge=0, le=100_000)]
"""How many of a report's verdicts are of one kind."""


class FileReport(Message, frozen=True, tag="scenario.file_report"):
    """File a prover's report about a published definition for the organisation that signs, in place of one it has filed before.

    `report` is the plain digest of the report's RFC 8785 JSON by the chain's suite, as `zhulian scenario prove` shows it; anyone can
    make the report again from the definition. The counts are of its promises: proved, refuted, checked at run time only.
    """

    definition: Digest
    proved: Verdicts
    refuted: Verdicts
    report: Digest
    run_time: Verdicts


class SetReports(Message, frozen=True, tag="scenario.set_reports"):
    """Ask for one and the same report of so many organisations before an instance opens; 0 for none. Needs a passed proposal."""

    needed: Annotated[int, Meta(ge=0, le=HARD.organisations_max)]


class Open(Message, frozen=True, tag="scenario.open"):
    """Open an instance of a published definition, with settings and with the instances that its `uses` are bound to.

    The organisation that signs becomes its operator.
    """

    definition: Digest
    instance: InstanceName
    settings: Values = {}
    uses: Annotated[dict[LocalName, InstanceName], Meta(max_length=64)] = {}


class Admit(Message, frozen=True, tag="scenario.admit"):
    """Admit a party to a role of an instance; who may is the definition's `admitted_by`."""

    instance: InstanceName
    party: Admittable
    role: LocalName


class Dismiss(Message, frozen=True, tag="scenario.dismiss"):
    """End a party's role in an instance; what it holds and has signed stays."""

    instance: InstanceName
    party: Admittable
    role: LocalName


class Act(Message, frozen=True, tag="scenario.act"):
    """Do what an action of an instance says.

    Attributes:
        by: Which party is which signatory, by its name in the action; `actor` where the action does not name it. It may be
            left out where one party signs and the action has one signatory.
        on: The keys of the records that it is about: one, or up to `many`; none where the action creates its record.
        input: What the action asks for.
    """

    action: LocalName
    instance: InstanceName
    by: Annotated[dict[LocalName, Party], Meta(max_length=8)] = {}
    input: Values = {}
    on: Annotated[tuple[KeyParts, ...], Meta(max_length=200)] = ()


class Propose(Message, frozen=True, tag="scenario.propose"):
    """Fix an action's input and parties so that its signatures can come one by one until `expires`, block time in Unix seconds.

    `by` names every party; the proposer's own signature counts at once. The proposal's id is the transaction's.
    """

    action: LocalName
    by: Annotated[dict[LocalName, Party], Meta(min_length=1, max_length=8)]
    expires: Seconds
    instance: InstanceName
    input: Values = {}
    on: Annotated[tuple[KeyParts, ...], Meta(max_length=200)] = ()


class Approve(Message, frozen=True, tag="scenario.approve"):
    """Sign a proposal; with the last signature that is due the action is judged and done."""

    instance: InstanceName
    proposal: Digest


class Withdraw(Message, frozen=True, tag="scenario.withdraw"):
    """Take a proposal back, or the own signature from one; for any of its parties."""

    instance: InstanceName
    proposal: Digest


class Complete(Message, frozen=True, tag="scenario.complete"):
    """Report one of a record's tasks, which agencies do side by side, as done. `by` is as in `Act`."""

    instance: InstanceName
    on: RecordAt
    task: LocalName
    by: Annotated[dict[LocalName, Party], Meta(max_length=8)] = {}


class Correct(Message, frozen=True, tag="scenario.correct"):
    """Put fields of a record right; old, new and reason all stay. A field that may be absent is taken away by null; `by` is as in `Act`."""

    fields: Annotated[dict[LocalName, Any], Meta(min_length=1, max_length=64)]
    instance: InstanceName
    on: RecordAt
    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    by: Annotated[dict[LocalName, Party], Meta(max_length=8)] = {}


class Upgrade(Message, frozen=True, tag="scenario.upgrade"):
    """Let an instance follow a later definition, whose `upgrade` says what is kept and what moves; it takes effect after its notice."""

    definition: Digest
    instance: InstanceName
    settings: Values = {}
    uses: Annotated[dict[LocalName, InstanceName], Meta(max_length=64)] = {}


class CallOff(Message, frozen=True, tag="scenario.call_off"):
    """Call off an upgrade that was announced and has not begun."""

    instance: InstanceName


class Amend(Message, frozen=True, tag="scenario.amend"):
    """Move records of the version before to the present one without acting on them; for whoever has any role, who pays the steps."""

    instance: InstanceName
    on: Annotated[tuple[RecordAt, ...], Meta(min_length=1, max_length=50)]
