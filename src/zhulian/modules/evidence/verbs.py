"""Deposits and witnesses that a definition orders, for parties that sign the action."""

import re

from zhulian.language.lending import Arguments, Caller, the_text
from zhulian.ledger.module import Context
from zhulian.modules.evidence import events
from zhulian.modules.evidence.errors import (
    AlreadyDeposited,
    AlreadyWitnessed,
    DepositWithdrawn,
    NotAFile,
    NotSignedFor,
    UnknownDeposit,
    WitnessIsDepositor,
    WitnessNotOrganisation,
)
from zhulian.modules.evidence.state import DEPOSITS, WITNESSES, Deposited, Witnessed

__all__ = ["deposit", "witness"]

_DIGEST = re.compile(r"[0-9a-f]{64}")


def deposit(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Deposit a file for a party (`file`, `party`, `public`): its commitment, or with `public` its plain digest.

    Raises:
        NotSignedFor, NotAFile, AlreadyDeposited.
    """
    # AUTHORIZE
    party = _signing(caller, arguments, "party")

    # VALIDATE
    name = _file(arguments, "file")
    before = DEPOSITS.find(context.state, name, party)
    if before is not None:
        raise AlreadyDeposited(deposit=name, party=party, height=before.height, transaction=before.transaction)

    # APPLY
    value = Deposited(
        height=context.block.height,
        kind="digest" if arguments.get("public") is True else "commitment",
        signers=tuple(each.signer for each in context.acting),
        time_ms=context.block.time_ms,
        transaction=context.transaction,
    )
    DEPOSITS.set(context.state, name, party, value=value)

    # EMIT
    context.emit(events.Deposited(deposit=name, party=party))


def witness(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Witness a deposit of `party` as the organisation `by` (`file`, `party`, `by`, `how`, `report`).

    Raises:
        NotSignedFor, WitnessNotOrganisation, NotAFile, UnknownDeposit, DepositWithdrawn, WitnessIsDepositor, AlreadyWitnessed.
    """
    # AUTHORIZE
    organisation = _signing(caller, arguments, "by")
    if organisation.startswith("~"):
        raise WitnessNotOrganisation(party=organisation)

    # VALIDATE
    name, party, how = _file(arguments, "file"), the_text(arguments, "party"), the_text(arguments, "how")
    report = None if arguments.get("report") is None else _file(arguments, "report")
    found = DEPOSITS.find(context.state, name, party)
    if found is None:
        raise UnknownDeposit(deposit=name, party=party)
    if found.withdrawn is not None:
        raise DepositWithdrawn(deposit=name, height=found.withdrawn.height)
    if party == organisation or any(each.partition(".")[0] == organisation for each in found.signers):
        raise WitnessIsDepositor(organisation=organisation)
    before = WITNESSES.find(context.state, name, party, organisation, how)
    if before is not None:
        raise AlreadyWitnessed(height=before.height, organisation=organisation)

    # APPLY
    value = Witnessed(
        height=context.block.height,
        report=report,
        signers=tuple(each.signer for each in context.acting),
        time_ms=context.block.time_ms,
        transaction=context.transaction,
    )
    WITNESSES.set(context.state, name, party, organisation, how, value=value)

    # EMIT
    context.emit(events.Witnessed(deposit=name, kind=how, organisation=organisation, party=party))


def _signing(caller: Caller, arguments: Arguments, name: str) -> str:
    party = the_text(arguments, name)
    if party not in caller.parties:
        raise NotSignedFor(party=party[:80])
    return party


def _file(arguments: Arguments, name: str) -> str:
    found = the_text(arguments, name)
    if _DIGEST.fullmatch(found) is None:
        raise NotAFile()
    return found
