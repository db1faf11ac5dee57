"""Deposits, witnesses and withdrawals. A deposit reads and writes one value, since it is what most transactions do."""

from msgspec.structs import replace

from zhulian.ledger.module import Context
from zhulian.modules.evidence import events
from zhulian.modules.evidence.errors import (
    AlreadyDeposited,
    AlreadyWithdrawn,
    AlreadyWitnessed,
    DepositWithdrawn,
    OneContent,
    UnknownDeposit,
    WitnessIsDepositor,
    WitnessNotOrganisation,
)
from zhulian.modules.evidence.messages import Deposit, DepositBatch, Withdraw, Witness
from zhulian.modules.evidence.needs import Parties
from zhulian.modules.evidence.state import DEPOSITS, WITNESSES, Deposited, Withdrawal, Witnessed

__all__ = ["Handlers"]


class Handlers:
    """`parties` says for whom a transaction acts."""

    def __init__(self, parties: Parties) -> None:
        self._parties = parties

    def handle_deposit(self, context: Context, message: Deposit) -> None:
        """Record a commitment or a digest for a party."""
        # AUTHORIZE
        party, via = self._parties.acting_for(context, message.party)

        # VALIDATE
        deposit = message.digest if message.commitment is None else message.commitment
        if deposit is None or (message.commitment is not None and message.digest is not None):
            raise OneContent()
        _require_new(context, deposit, party)

        # APPLY
        value = Deposited(
            height=context.block.height,
            kind="digest" if message.commitment is None else "commitment",
            signers=_signers(context),
            source=message.source,
            time_ms=context.block.time_ms,
            transaction=context.transaction,
            via=via,
        )
        DEPOSITS.set(context.state, deposit, party, value=value)

        # EMIT
        context.emit(events.Deposited(deposit=deposit, party=party, via=via))

    def handle_deposit_batch(self, context: Context, message: DepositBatch) -> None:
        """Record the root of many commitments for a party."""
        # AUTHORIZE
        party, via = self._parties.acting_for(context, message.party)

        # VALIDATE
        _require_new(context, message.root, party)

        # APPLY
        value = Deposited(
            count=message.count,
            height=context.block.height,
            kind="batch",
            signers=_signers(context),
            source=message.source,
            time_ms=context.block.time_ms,
            transaction=context.transaction,
            via=via,
        )
        DEPOSITS.set(context.state, message.root, party, value=value)

        # EMIT
        context.emit(events.BatchDeposited(count=message.count, deposit=message.root, party=party, via=via))

    def handle_witness(self, context: Context, message: Witness) -> None:
        """Record what an organisation that had no part in a deposit says about it, once in each way."""
        # AUTHORIZE
        organisation, _ = self._parties.acting_for(context, None)
        if organisation.startswith("~"):
            raise WitnessNotOrganisation(party=organisation)

        # VALIDATE
        deposited = _require_deposit(context, message.deposit, message.party)
        if deposited.withdrawn is not None:
            raise DepositWithdrawn(deposit=message.deposit, height=deposited.withdrawn.height)
        if any(each.partition(".")[0] == organisation for each in deposited.signers):
            raise WitnessIsDepositor(organisation=organisation)
        before = WITNESSES.find(context.state, message.deposit, message.party, organisation, message.kind)
        if before is not None:
            raise AlreadyWitnessed(height=before.height, organisation=organisation)

        # APPLY
        value = Witnessed(
            height=context.block.height,
            report=message.report,
            signers=_signers(context),
            time_ms=context.block.time_ms,
            transaction=context.transaction,
        )
        WITNESSES.set(context.state, message.deposit, message.party, organisation, message.kind, value=value)

        # EMIT
        event = events.Witnessed(deposit=message.deposit, kind=message.kind, organisation=organisation, party=message.party)
        context.emit(event)

    def handle_withdraw(self, context: Context, message: Withdraw) -> None:
        """Mark a deposit of the party as withdrawn; nothing is deleted."""
        # AUTHORIZE
        self._parties.acting_for(context, message.party)

        # VALIDATE
        deposited = _require_deposit(context, message.deposit, message.party)
        if deposited.withdrawn is not None:
            raise AlreadyWithdrawn(deposit=message.deposit, height=deposited.withdrawn.height)

        # APPLY
        withdrawal = Withdrawal(
            height=context.block.height,
            reason=message.reason,
            text=message.text,
            time_ms=context.block.time_ms,
            transaction=context.transaction,
        )
        DEPOSITS.set(context.state, message.deposit, message.party, value=replace(deposited, withdrawn=withdrawal))

        # EMIT
        context.emit(events.Withdrawn(deposit=message.deposit, party=message.party, reason=message.reason))


def _signers(context: Context) -> tuple[str, ...]:
    return tuple([each.signer for each in context.acting])


def _require_new(context: Context, deposit: str, party: str) -> None:
    before = DEPOSITS.find(context.state, deposit, party)
    if before is not None:
        raise AlreadyDeposited(deposit=deposit, party=party, height=before.height, transaction=before.transaction)


def _require_deposit(context: Context, deposit: str, party: str) -> Deposited:
    found = DEPOSITS.find(context.state, deposit, party)
    if found is None:
        raise UnknownDeposit(deposit=deposit, party=party)
    return found
