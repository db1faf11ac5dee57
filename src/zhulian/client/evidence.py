"""Evidence: deposit files, find and remake their receipts, witness and withdraw (docs/formats.md §2, §9)."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, get_args

from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.errors import FromNode, NoSuchRecord, OutcomeUnknown, WrongSource
from zhulian.client.files import file_digest
from zhulian.client.flow import Flow, work
from zhulian.client.gather import Gathered, gather
from zhulian.client.gathering import Gathering
from zhulian.client.journal import DepositNote, Intent
from zhulian.client.reading import Receipt, open_receipt, receipt, receipts, state
from zhulian.client.sealed.describing import NO_BLOCK, Describing, descriptor_of, descriptors
from zhulian.client.submit import Outcome, claim, deliver, deliver_many, prepare, resume, submit
from zhulian.errors import Refusal

__all__ = [
    "ALREADY",
    "BatchDeposit",
    "Deposit",
    "Failed",
    "Plan",
    "Record",
    "Source",
    "deposit",
    "deposit_batch",
    "deposit_many",
    "find",
    "made_of",
    "plan_of",
    "record_of",
    "remade",
    "remake",
    "withdraw",
    "witness",
]

Source = Literal["own_file", "web_capture", "device", "third_party"]
"""How the content came to the depositor."""

COLLECTION = "evidence/deposits"
ALREADY = "evidence/1"
"""The refusal of what this party has deposited before."""

_NAMES_MAX = 4_000
"""A descriptor holds 8,000 characters of names."""
_FilePath = str | os.PathLike[str]


@dataclass(frozen=True)
class Deposit:
    """A deposited file. `deposit` is its id on the chain: the commitment or, for a public one, the file's digest (hex).

    `found` says that the record was there before, and the receipt was remade; `sealed`, that the content lies sealed in a vault;
    `described`, that its readers find it by its name and words.
    """

    path: str
    digest: str
    deposit: str
    public: bool
    found: bool
    receipt: Receipt
    sealed: bool = False
    described: bool = False


@dataclass(frozen=True)
class Failed:
    """A file of many that was not deposited, and why."""

    path: str
    why: Refusal


@dataclass(frozen=True)
class BatchDeposit:
    """A folder deposited by one root. `gathered` and `receipt` go into a pack."""

    root: str
    count: int
    found: bool
    gathered: Gathered
    receipt: Receipt
    described: bool = False


@dataclass(frozen=True)
class Record:
    """What the chain holds of a file, proved: the state value, and the height at which it was read."""

    digest: str
    deposit: str
    public: bool
    party: str
    value: dict[str, Any]
    height: int


def deposit(
    core: Core,
    path: _FilePath,
    *,
    public: bool = False,
    source: Source = "own_file",
    signer: str | Identity | None = None,
    progress: Callable[[int], None] | None = None,
    describing: Describing | None = None,
) -> Flow[Deposit]:
    """Deposit a file and return its verified receipt; a file that was deposited before gets its receipt remade.

    On the chain stands a salted commitment or, with `public`, the plain digest. `progress` is told of bytes read. With `describing`
    the depositor finds it by its name, words and text: these lie sealed in the vault, and go up with the deposit or later.

    Raises:
        FromNode: a rule said no. FileGone, Unreachable, OutcomeUnknown, NoSigner, ProofFault. NoKeyOnChain: `describing` requires it.
    """
    (identity,) = yield from work(core.identities, None if signer is None else [signer])
    digest = yield from work(file_digest, core.hasher.suite, path, progress)
    plan = yield from work(plan_of, core, os.fspath(path), digest, public, source, identity)
    known = yield from _known(core, plan)
    if known is not None:
        return (yield from _described_later(core, known, plan, describing, identity))
    outcome = yield from claim(core, plan.key)
    described: list[dict[str, Any]] = []
    if outcome is None:
        described = yield from _descriptors(core, plan, describing)
        prepared = yield from work(prepare, core, [plan.message, *described], [identity], plan.key)
        note = DepositNote(core.chain, plan.digest, plan.salt, prepared.transaction)
        (chosen,) = yield from work(core.journal.begin, [prepared], [note])
        outcome = yield from deliver(core, chosen, "sealed")
    if outcome.refusal is None:
        opened = yield from receipt(core, outcome.transaction, opening=plan.opening)
        made = made_of(plan, opened, found=False)
        if described:
            return replace(made, described=True)
        return (yield from _described_later(core, made, plan, describing, identity))
    if outcome.refusal.code != ALREADY:
        raise outcome.refusal
    return (yield from _described_later(core, (yield from remade(core, plan)), plan, describing, identity))


def _descriptors(core: Core, plan: "Plan", describing: Describing | None) -> Flow[list[dict[str, Any]]]:
    """The messages that describe the file; none on a chain without a block, where the deposit comes first by itself.

    Raises:
        NoKeyOnChain, FromNode, Unreachable, ProofFault.
    """
    return (yield from _messages_describing(core, plan.deposit, plan.party, plan.path, describing))


def _messages_describing(
    core: Core, deposit: str, party: str, path: _FilePath, describing: Describing | None
) -> Flow[list[dict[str, Any]]]:
    try:
        return (yield from descriptors(core, deposit, party, path, describing))
    except FromNode as no:
        if no.code != NO_BLOCK:
            raise
        return []


def _described_later(core: Core, done: Deposit, plan: "Plan", describing: Describing | None, identity: Identity) -> Flow[Deposit]:
    """A deposit that stands on the chain, which gets a descriptor where it has none and one can be sealed."""
    described = yield from _describe_later(core, plan.deposit, plan.party, plan.path, describing, identity)
    return replace(done, described=True) if described else done


def _describe_later(
    core: Core, deposit: str, party: str, path: _FilePath, describing: Describing | None, identity: Identity
) -> Flow[bool]:
    """Describe what stands on the chain, where nothing describes it; whether something does then."""
    if describing is None:
        return False
    if (yield from descriptor_of(core, deposit, party)) is not None:
        return True
    messages = yield from descriptors(core, deposit, party, path, describing)
    if not messages:
        return False
    yield from submit(core, messages, signers=[identity], intent=f"describe:{deposit}:{party}")
    return True


def deposit_many(
    core: Core,
    paths: Sequence[_FilePath],
    *,
    public: bool = False,
    source: Source = "own_file",
    signer: str | Identity | None = None,
    progress: Callable[[int], None] | None = None,
    describing: Describing | None = None,
) -> Flow[list[Deposit | Failed]]:
    """Deposit many files, one transaction each, submitted together; one result each, in order.

    `progress` is told how many more files are done; `describing` as in `deposit`.

    Raises:
        Unreachable, NoSigner: nothing could be sent, or signed.
    """
    (identity,) = yield from work(core.identities, None if signer is None else [signer])
    yield from resume(core)
    done: dict[int, Deposit | Failed] = {}
    fresh: dict[int, Plan] = {}
    for place, path in enumerate(paths):
        try:
            digest = yield from work(file_digest, core.hasher.suite, path)
            plan = yield from work(plan_of, core, os.fspath(path), digest, public, source, identity)
            known = yield from _known(core, plan)
        except Refusal as why:
            done[place] = Failed(os.fspath(path), why)
            continue
        if known is None:
            fresh[place] = plan
        else:
            done[place] = known
    described: dict[str, list[dict[str, Any]]] = {}
    for plan in fresh.values():
        described[plan.deposit] = yield from _descriptors(core, plan, describing)
    intents = yield from work(_begin, core, list(fresh.values()), described, identity)
    outcomes = yield from deliver_many(core, intents, "sealed", progress)
    plain = yield from receipts(
        core, [each.transaction for each in outcomes if isinstance(each, Outcome) and each.refusal is None]
    )
    for (place, plan), outcome in zip(fresh.items(), outcomes, strict=True):
        try:
            made = yield from _opened(core, plan, outcome, plain)
            if described[plan.deposit] and not made.found:
                done[place] = replace(made, described=True)
            else:
                done[place] = yield from _described_later(core, made, plan, describing, identity)
        except Refusal as why:
            done[place] = Failed(plan.path, why)
    return [done[place] for place in range(len(paths))]


def deposit_batch(
    core: Core,
    folder: _FilePath,
    *,
    source: Source = "own_file",
    signer: str | Identity | None = None,
    progress: Callable[[int, int], None] | None = None,
    before_submitting: Callable[[Gathered], None] | None = None,
    resume: _FilePath | None = None,
    describing: Describing | None = None,
) -> Flow[BatchDeposit]:
    """Deposit all files below a folder by one root; `before_submitting` may put what was gathered on disk.

    `resume` names a file that keeps what is hashed until the root is sealed, so that a deposit that was cut off goes on. With `describing`
    the depositor finds it by the folder's name, by words, and by the names of its first files.

    Raises:
        FolderEmpty, FileGone, FromNode, Unreachable, OutcomeUnknown, NoSigner, ProofFault. NoKeyOnChain: `describing` requires it.
    """
    (identity,) = yield from work(core.identities, None if signer is None else [signer])
    kept = None
    if resume is not None:
        kept = yield from work(Gathering, Path(resume), core.hasher.genesis, core.salts.secret, Path(folder).absolute())
    try:
        gathered = yield from work(gather, core.hasher, core.salts.secret, Path(folder), progress=progress, gathering=kept)
    finally:
        if kept is not None:
            kept.close()
    if before_submitting is not None:
        yield from work(before_submitting, gathered)
    root, count = gathered.root.hex(), len(gathered.names)
    message = _sourced({"type": "evidence.deposit_batch", "count": count, "root": root}, source)
    found, party = False, _party(identity)
    place, saying = (yield from work(Path(folder).resolve)), _saying(gathered, describing)
    described: list[dict[str, Any]] = []
    if (yield from descriptor_of(core, root, party)) is None:
        described = yield from _messages_describing(core, root, party, place, saying)
    try:
        outcome = yield from submit(core, [message, *described], signers=[identity], intent=f"batch:{root}:{identity.name}")
        transaction = outcome.transaction
    except FromNode as no:
        if no.code != ALREADY:
            raise
        record = yield from record_of(core, root, party)
        if record is None:
            raise
        found, transaction = True, str(record["transaction"])
    is_described = yield from _describe_later(core, root, party, place, saying, identity)
    made = BatchDeposit(root, count, found, gathered, (yield from receipt(core, transaction)), is_described)
    if resume is not None:
        yield from work(Path(resume).unlink, missing_ok=True)
    return made


def _saying(gathered: Gathered, describing: Describing | None) -> Describing | None:
    """What is said of a folder: the names of its files are its text, as many as a descriptor holds."""
    if describing is None or describing.text is not None:
        return describing
    return replace(describing, text="\n".join(os.fsdecode(each) for each in gathered.names[:_NAMES_MAX]))


def find(core: Core, path: _FilePath, *, signer: str | Identity | None = None) -> Flow[Record]:
    """What the chain holds of this file under the signer's party, proved: by commitment first, then by plain digest.

    Raises:
        NoSuchRecord: nothing. FileGone, FromNode, Unreachable, ProofFault.
    """
    (identity,) = yield from work(core.identities, None if signer is None else [signer])
    digest = yield from work(file_digest, core.hasher.suite, path)
    for public in (False, True):
        plan = yield from work(plan_of, core, os.fspath(path), digest, public, "own_file", identity)
        fact = yield from state(core, (COLLECTION, *_key(plan.deposit, plan.party)))
        if fact.present:
            return Record(digest.hex(), plan.deposit, public, plan.party, fact.value, fact.height)
    raise NoSuchRecord(name=Path(path).name, digest=digest.hex())


def remake(core: Core, path: _FilePath, *, signer: str | Identity | None = None) -> Flow[Deposit]:
    """Remake the lost receipt of a file that this client deposited; the journal is not needed, the client secret is.

    Raises:
        NoSuchRecord: the chain has none. FileGone, FromNode, Unreachable, ProofFault.
    """
    (identity,) = yield from work(core.identities, None if signer is None else [signer])
    found = yield from find(core, path, signer=identity)
    plan = yield from work(plan_of, core, os.fspath(path), bytes.fromhex(found.digest), found.public, "own_file", identity)
    return (yield from remade(core, plan))


def witness(
    core: Core,
    deposit: str,
    party: str,
    kind: Literal["examined", "recomputed", "saw_capture"],
    *,
    report: str | None = None,
    signer: str | Identity | None = None,
) -> Flow[Outcome]:
    """Witness another organisation's deposit; `report` is the digest (hex) of a report kept off the chain.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"type": "evidence.witness", "deposit": deposit, "kind": kind, "party": party}
    return (
        yield from submit(core, [message | ({"report": report} if report else {})], signers=None if signer is None else [signer])
    )


def withdraw(
    core: Core,
    deposit: str,
    party: str,
    reason: Literal["consent_withdrawn", "mistaken", "order", "superseded"],
    *,
    text: str | None = None,
    signer: str | Identity | None = None,
) -> Flow[Outcome]:
    """Mark an own deposit as withdrawn; it stays provable. `text` is the digest (hex) of an explanation kept off the chain.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"type": "evidence.withdraw", "deposit": deposit, "party": party, "reason": reason}
    return (yield from submit(core, [message | ({"text": text} if text else {})], signers=None if signer is None else [signer]))


@dataclass(frozen=True)
class Plan:
    """One file's deposit, worked out: what goes on the chain and what opens it."""

    path: str
    digest: str
    salt: str
    deposit: str
    party: str
    message: dict[str, Any]
    signer: str

    @property
    def public(self) -> bool:
        """Whether the plain digest goes on the chain."""
        return not self.salt

    @property
    def key(self) -> str:
        """The intent's key in the journal."""
        return f"deposit:{self.deposit}:{self.party}"

    @property
    def opening(self) -> dict[str, str] | None:
        """What opens the commitment; None for a public deposit."""
        return {"digest": self.digest, "salt": self.salt} if self.salt else None


def plan_of(core: Core, path: str, digest: bytes, public: bool, source: Source, identity: Identity) -> Plan:
    """What depositing a file comes to, worked out from its digest."""
    if public:
        message, salt, name = {"type": "evidence.deposit", "digest": digest.hex()}, "", digest.hex()
    else:
        salt, name = core.salts.salt(digest).hex(), core.salts.commitment(digest).hex()
        message = {"type": "evidence.deposit", "commitment": name}
    return Plan(path, digest.hex(), salt, name, _party(identity), _sourced(message, source), identity.name)


def _sourced(message: Mapping[str, Any], source: str) -> dict[str, Any]:
    """The message with its source, which is left out where it is the usual one (canonical JSON writes no defaults)."""
    if source not in get_args(Source):
        raise WrongSource(source=source, choices=", ".join(get_args(Source)))
    return dict(message) if source == "own_file" else {**message, "source": source}


def _party(identity: Identity) -> str:
    return identity.name if identity.name.startswith("~") else identity.name.partition(".")[0]


def _key(deposit: str, party: str) -> tuple[str, str]:
    return deposit, party


def record_of(core: Core, deposit: str, party: str) -> Flow[dict[str, Any] | None]:
    """What the chain holds of a deposit, proved; None if there is none."""
    fact = yield from state(core, (COLLECTION, *_key(deposit, party)))
    return fact.value if fact.present and isinstance(fact.value, dict) else None


def _known(core: Core, plan: Plan) -> Flow[Deposit | None]:
    """The deposit that the journal remembers, where the chain still has it."""
    for note in (yield from work(core.journal.deposits, core.chain, plan.digest)):
        if note.salt != plan.salt or (yield from work(core.journal.find_open, core.chain, plan.key)) is not None:
            continue
        try:
            found = yield from receipt(core, note.transaction, opening=plan.opening)
        except FromNode as no:
            if no.status != 404:
                raise
            continue  # the journal is of a chain that was set up anew
        if found.proved.applied and plan.party in {each.organisation or each.signer for each in found.proved.signers}:
            return made_of(plan, found, found=True)
    return None


def remade(core: Core, plan: Plan) -> Flow[Deposit]:
    """The deposit that stands on the chain, with its receipt made again.

    Raises:
        NoSuchRecord. FromNode, Unreachable, ProofFault.
    """
    record = yield from record_of(core, plan.deposit, plan.party)
    if record is None:
        raise NoSuchRecord(name=Path(plan.path).name, digest=plan.digest)
    transaction = str(record["transaction"])
    made = made_of(plan, (yield from receipt(core, transaction, opening=plan.opening)), found=True)
    yield from work(core.journal.note, DepositNote(core.chain, plan.digest, plan.salt, transaction))
    return made


def _begin(core: Core, plans: Sequence[Plan], described: Mapping[str, list[dict[str, Any]]], identity: Identity) -> list[Intent]:
    prepared = [prepare(core, [plan.message, *described[plan.deposit]], [identity], plan.key) for plan in plans]
    notes = [DepositNote(core.chain, plan.digest, plan.salt, one.transaction) for plan, one in zip(plans, prepared, strict=True)]
    return core.journal.begin(prepared, notes)


def _opened(core: Core, plan: Plan, outcome: Outcome | OutcomeUnknown, plain: Mapping[str, dict[str, Any]]) -> Flow[Deposit]:
    if isinstance(outcome, OutcomeUnknown):
        raise outcome
    if outcome.refusal is not None and outcome.refusal.code != ALREADY:
        raise outcome.refusal
    if outcome.refusal is not None:
        return (yield from remade(core, plan))
    document = plain.get(outcome.transaction)
    if document is None:
        return made_of(plan, (yield from receipt(core, outcome.transaction, opening=plan.opening)), found=False)
    opened = yield from work(open_receipt, core, outcome.transaction, document, plan.opening)
    return made_of(plan, opened, found=False)


def made_of(plan: Plan, opened: Receipt, *, found: bool) -> Deposit:
    """A deposit with its receipt."""
    return Deposit(plan.path, plan.digest, plan.deposit, plan.public, found, opened)
