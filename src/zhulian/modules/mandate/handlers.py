"""Freezing, thawing, gathering a case and recalling, each by two officers of the regulator."""

from typing import Final

from zhulian.ledger.module import Context
from zhulian.modules.mandate import events
from zhulian.modules.mandate.errors import (
    FreezeEnds,
    FreezeShortened,
    InspectionEnds,
    NoMandate,
    NoPower,
    NotFrozen,
    NothingFollowed,
    RecallEnds,
    TwoOfficers,
)
from zhulian.modules.mandate.messages import Freeze, Inspect, Recall, Thaw
from zhulian.modules.mandate.needs import Recalls
from zhulian.modules.mandate.state import FROZEN, INSPECTIONS, RECALLS, STANDING, Frozen, Inspection
from zhulian.modules.mandate.state import Recall as Kept

__all__ = ["DAYS_MAX", "Recaller", "handle_freeze", "handle_inspect", "handle_thaw"]

DAYS_MAX: Final = 366
"""The longest that one document freezes; the law of civil procedure lets no freeze of deposits last longer without another."""
_OFFICERS = 2


def handle_freeze(context: Context, message: Freeze) -> None:
    """Freeze something, or prolong its freeze."""
    # AUTHORIZE
    officers = _officers(context, "freeze")

    # VALIDATE
    now = context.block.time
    if not now < message.until <= now + DAYS_MAX * 86_400:
        raise FreezeEnds(most=DAYS_MAX)
    before = FROZEN.find(context.state, message.target)
    if before is not None and now < before.until and message.until <= before.until:
        raise FreezeShortened(target=message.target, until=before.until)

    # APPLY
    value = Frozen(
        document=message.document,
        height=context.block.height,
        officers=officers,
        transaction=context.transaction,
        until=message.until,
    )
    FROZEN.set(context.state, message.target, value=value)
    if before is None:
        STANDING.set(context.state, (STANDING.find(context.state) or 0) + 1)

    # EMIT
    context.emit(events.Frozen(document=message.document, officers=officers, target=message.target, until=message.until))


def handle_thaw(context: Context, message: Thaw) -> None:
    """End a freeze that stands."""
    # AUTHORIZE
    officers = _officers(context, "freeze")

    # VALIDATE
    before = FROZEN.find(context.state, message.target)
    if before is None or context.block.time >= before.until:
        raise NotFrozen(target=message.target)

    # APPLY
    FROZEN.delete(context.state, message.target)
    STANDING.set(context.state, (STANDING.find(context.state) or 0) - 1)

    # EMIT
    context.emit(events.Thawed(document=message.document, officers=officers, target=message.target))


def handle_inspect(context: Context, message: Inspect) -> None:
    """Say that a case is gathered."""
    # AUTHORIZE
    officers = _officers(context, "open")

    # VALIDATE
    now = context.block.time
    if not now < message.until <= now + DAYS_MAX * 86_400:
        raise InspectionEnds(most=DAYS_MAX)

    # APPLY
    value = Inspection(
        document=message.document, height=context.block.height, officers=officers, scope=message.scope, until=message.until
    )
    INSPECTIONS.set(context.state, context.transaction, value=value)

    # EMIT
    context.emit(events.Inspected(document=message.document, officers=officers, scope=message.scope, until=message.until))


class Recaller:
    """Orders recalls on a chain that follows things by `recalls`; None where it follows none."""

    def __init__(self, recalls: Recalls | None) -> None:
        self._recalls = recalls

    def handle_recall(self, context: Context, message: Recall) -> None:
        """Recall a thing by order."""
        # AUTHORIZE
        officers = _officers(context, "recall")

        # VALIDATE
        now = context.block.time
        if not now < message.until <= now + DAYS_MAX * 86_400:
            raise RecallEnds(most=DAYS_MAX)
        if self._recalls is None:
            raise NothingFollowed()

        # APPLY
        self._recalls.recall(context, message.target, officers[0].partition(".")[0])  # refuses before anything is written
        value = Kept(
            document=message.document,
            height=context.block.height,
            officers=officers,
            transaction=context.transaction,
            until=message.until,
        )
        RECALLS.set(context.state, message.target, value=value)

        # EMIT
        context.emit(events.Recalled(document=message.document, officers=officers, target=message.target, until=message.until))


def _officers(context: Context, power: str) -> tuple[str, ...]:
    """The officers who sign, if the mandate lets them.

    Raises:
        NoMandate, NoPower, TwoOfficers.
    """
    mandate = context.block.genesis.regulator
    if power == "freeze" and (mandate is None or power not in mandate.powers):
        raise NoMandate()
    if mandate is None or power not in mandate.powers:
        raise NoPower(power=power)
    ours = all(each.kind == "officer" and each.organisation == mandate.organisation for each in context.acting)
    if not ours or len(context.acting) < _OFFICERS:
        raise TwoOfficers(regulator=mandate.organisation)
    return tuple(each.signer for each in context.acting)
