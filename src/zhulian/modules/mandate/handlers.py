"""Freezing and thawing, each by two officers of the regulator."""

from typing import Final

from zhulian.ledger.module import Context
from zhulian.modules.mandate import events
from zhulian.modules.mandate.errors import FreezeEnds, FreezeShortened, NoMandate, NotFrozen, TwoOfficers
from zhulian.modules.mandate.messages import Freeze, Thaw
from zhulian.modules.mandate.state import FROZEN, STANDING, Frozen

__all__ = ["DAYS_MAX", "handle_freeze", "handle_thaw"]

DAYS_MAX: Final = 366
"""The longest that one document freezes; the law of civil procedure lets no freeze of deposits last longer without another."""
_OFFICERS = 2


def handle_freeze(context: Context, message: Freeze) -> None:
    """Freeze something, or prolong its freeze."""
    # AUTHORIZE
    officers = _officers(context)

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
    officers = _officers(context)

    # VALIDATE
    before = FROZEN.find(context.state, message.target)
    if before is None or context.block.time >= before.until:
        raise NotFrozen(target=message.target)

    # APPLY
    FROZEN.delete(context.state, message.target)
    STANDING.set(context.state, (STANDING.find(context.state) or 0) - 1)

    # EMIT
    context.emit(events.Thawed(document=message.document, officers=officers, target=message.target))


def _officers(context: Context) -> tuple[str, ...]:
    """The officers who sign, if the mandate lets them.

    Raises:
        NoMandate, TwoOfficers.
    """
    mandate = context.block.genesis.regulator
    if mandate is None or "freeze" not in mandate.powers:
        raise NoMandate()
    ours = all(each.kind == "officer" and each.organisation == mandate.organisation for each in context.acting)
    if not ours or len(context.acting) < _OFFICERS:
        raise TwoOfficers(regulator=mandate.organisation)
    return tuple(each.signer for each in context.acting)
