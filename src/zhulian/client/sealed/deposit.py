"""Depositing a file as evidence and sealing it for readers, in one transaction."""

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.errors import FromNode
from zhulian.client.evidence import Deposit, Plan, Source, deposit, made_of, plan_of, record_of, remade
from zhulian.client.files import file_digest
from zhulian.client.flow import Flow, work
from zhulian.client.journal import DepositNote
from zhulian.client.reading import receipt
from zhulian.client.sealed.describing import Describing, descriptors
from zhulian.client.sealed.holders import choose_keepers, holders, reads_own
from zhulian.client.sealed.making import Head, Holder, Sealed, harmless_name, media_of, seal_file, shares_for
from zhulian.client.sealed.objects import hand_over, upload, upload_bytes, vaults
from zhulian.client.submit import claim, deliver, prepare

__all__ = ["Sealing", "deposit_sealed", "registration"]

_NO_BLOCK = "ledger/12"
"""Nothing can be proved yet: the chain has no sealed block."""


@dataclass(frozen=True)
class Sealing:
    """For whom content is sealed and how. `guarded`: its key is shared among keepers, of whom `threshold` give it back.

    Without `keepers` one of each organisation is taken, but the vault operator's. `keep_until` (Unix seconds) bars erasure before.
    """

    readers: Sequence[str] = ()
    guarded: bool = False
    threshold: int = 2
    keepers: Sequence[str] = ()
    emergency: bool = False
    keep_until: int | None = None
    scope: str | None = None


def deposit_sealed(
    core: Core,
    path: str | os.PathLike[str],
    sealing: Sealing,
    *,
    source: Source = "own_file",
    signer: str | Identity | None = None,
    progress: Callable[[int], None] | None = None,
    describing: Describing | None = None,
) -> Flow[Deposit]:
    """Seal a file, put it into the node's vault, and deposit its commitment with its readers or keepers.

    A file that was deposited before is sealed and registered beside its deposit. `progress` is told of bytes sealed. With `describing`
    its readers find it by name and words, and by its text where it is private; what is guarded shows no text before it is opened.

    Raises:
        FromNode: a rule or the vault said no. NoKeyOnChain, NoSuchReader, TooFewKeepers, FileGone, Unreachable, OutcomeUnknown,
        NoSigner, ProofFault.
    """
    (identity,) = yield from work(core.identities, None if signer is None else [signer])
    digest = yield from work(file_digest, core.hasher.suite, path)
    plan = yield from work(plan_of, core, os.fspath(path), digest, False, source, identity)
    key = f"sealed:{plan.deposit}:{plan.party}"
    outcome = yield from claim(core, key)
    described: list[dict[str, Any]] = []
    if outcome is None:
        before = yield from _deposited_before(core, path, plan, source, identity)
        head = Head(plan.digest, plan.salt, Path(path).stat().st_size, harmless_name(Path(path).name), media_of(Path(path).name))
        out = core.drafts / secrets.token_hex(16)
        try:
            sealed = yield from work(seal_file, core.hasher.suite, Path(path), head, out, progress)
            message = yield from registration(core, plan.deposit, plan.party, sealed, sealing)
        finally:
            yield from work(out.unlink, missing_ok=True)
        described = yield from descriptors(
            core,
            plan.deposit,
            plan.party,
            path,
            None if describing is None else replace(describing, with_text=describing.with_text and not sealing.guarded),
            readers=sealing.readers,
            keep_until=sealing.keep_until,
        )
        messages = [*([] if before is not None else [plan.message]), message, *described]
        prepared = yield from work(prepare, core, messages, [identity], key)
        note = DepositNote(core.chain, plan.digest, plan.salt, prepared.transaction)
        (chosen,) = yield from work(core.journal.begin, [prepared], [] if before is not None else [note])
        outcome = yield from deliver(core, chosen, "sealed")
    if outcome.refusal is not None:
        raise outcome.refusal
    record = yield from record_of(core, plan.deposit, plan.party)
    if record is not None and record["transaction"] != outcome.transaction:  # it was deposited before, and is now sealed
        return replace((yield from remade(core, plan)), sealed=True, found=False, described=bool(described))
    opened = yield from receipt(core, outcome.transaction, opening=plan.opening)
    return replace(made_of(plan, opened, found=False), sealed=True, described=bool(described))


def _deposited_before(
    core: Core, path: str | os.PathLike[str], plan: Plan, source: Source, identity: Identity
) -> Flow[dict[str, Any] | None]:
    """What the chain holds of the file; on a chain without a block, which proves nothing yet, the deposit comes first by itself."""
    try:
        return (yield from record_of(core, plan.deposit, plan.party))
    except FromNode as no:
        if no.code != _NO_BLOCK:
            raise
    yield from deposit(core, path, source=source, signer=identity)
    return (yield from record_of(core, plan.deposit, plan.party))


def registration(core: Core, content: str, party: str, sealed: Sealed, sealing: Sealing) -> Flow[dict[str, Any]]:
    """Upload the sealed bytes and the envelopes, and answer the message that names them.

    Raises:
        FromNode, NoKeyOnChain, NoSuchReader, TooFewKeepers, Unreachable, ProofFault.
    """
    where = yield from vaults(core)
    named = list(sealing.readers)
    if not sealing.guarded and (yield from reads_own(core, party)):
        named.append(party)
    readers: list[Holder] = yield from holders(core, named)
    keepers: list[Holder] = []
    if sealing.guarded:
        readers = [each for each in readers if each.name != party]
        keepers = yield from choose_keepers(core, where.operator, sealing.keepers, sealing.threshold)
    yield from upload(core, sealed.blob, sealed.path, content, where.piece_bytes, None)
    message: dict[str, Any] = {
        "type": "share.register",
        "blob": sealed.blob,
        "content": content,
        "party": party,
        "size": sealed.size,
        "vault": where.operator,
    }
    if sealing.guarded:
        message["readers"] = [{"reader": each.name} for each in readers]
        made = yield from work(shares_for, core.hasher, sealed.blob, keepers, sealing.threshold, sealed.key)
        shares = []
        for share in made:
            envelope = yield from upload_bytes(core, share.envelope, content)
            shares.append({"check": share.check, "envelope": envelope, "keeper": share.keeper.name, "key": share.keeper.key})
        message["guard"] = {"shares": shares, "threshold": sealing.threshold}
    else:
        message["readers"] = yield from hand_over(core, content, sealed.blob, sealed.key, readers)
    optional = {"keep_until": sealing.keep_until, "scope": sealing.scope, "emergency": sealing.emergency or None}
    return message | {name: value for name, value in optional.items() if value is not None}
