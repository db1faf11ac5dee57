"""What the members decide together about the chain itself. Only a passed proposal reaches these handlers."""

from msgspec.structs import replace

from zhulian.ledger.genesis import Workdays
from zhulian.ledger.module import Context
from zhulian.ledger.types import Sealer
from zhulian.modules.govern.calendar import first_wrong_day
from zhulian.modules.govern.errors import (
    AlreadyTakenDown,
    CalendarWrong,
    HeightNotAhead,
    UnknownModule,
    VersionNotNewer,
)
from zhulian.modules.govern.events import LimitsSet, SealersSet, TakenDownNow, VersionSet, WorkdaysSet
from zhulian.modules.govern.messages import SetLimits, SetSealers, SetVersion, SetWorkdays, TakeDown
from zhulian.modules.govern.needs import Membership
from zhulian.modules.govern.queries import version_at
from zhulian.modules.govern.seating import require_alive, require_seats, retire_left
from zhulian.modules.govern.state import RULES, SEALERS, TAKEN_DOWN, VALIDATORS, WORKDAYS, Sealers, Switch, TakenDown, Validators
from zhulian.modules.govern.workable import require_workable

__all__ = ["GovernedHandlers"]


class GovernedHandlers:
    """Sets what `Rules` are made of, the sealers, the calendar; takes bodies down."""

    def __init__(self, membership: Membership) -> None:
        self._membership = membership

    def handle_set_limits(self, context: Context, message: SetLimits) -> None:
        """Replace all limits, from the next block."""
        # AUTHORIZE: by the passed proposal

        # VALIDATE
        require_workable(message.limits)
        book = RULES.get(context.state)

        # APPLY
        RULES.set(context.state, replace(book, limits=message.limits))

        # EMIT
        context.emit(LimitsSet())

    def handle_set_version(self, context: Context, message: SetVersion) -> None:
        """Switch a module to a higher version at a height to come; a switch planned for that height or later is dropped."""
        # AUTHORIZE: by the passed proposal

        # VALIDATE
        book = RULES.get(context.state)
        height = context.block.height
        if message.module not in book.versions:
            raise UnknownModule(module=message.module)
        if message.from_height <= height:
            raise HeightNotAhead(from_height=message.from_height, height=height)
        earlier = [each for each in book.versions[message.module] if each.from_height < message.from_height]
        current = version_at(earlier, message.from_height)
        if message.version <= current:
            raise VersionNotNewer(module=message.module, current=current)

        # APPLY
        past = Switch(from_height=0, version=version_at(earlier, height))
        planned = [each for each in earlier if each.from_height > height]
        switches = (past, *planned, Switch(from_height=message.from_height, version=message.version))
        RULES.set(context.state, replace(book, versions=book.versions | {message.module: switches}))

        # EMIT
        context.emit(VersionSet(from_height=message.from_height, module=message.module, version=message.version))

    def handle_set_sealers(self, context: Context, message: SetSealers) -> None:
        """Replace the sealer set, from the next block, and the engines' keys with it."""
        # AUTHORIZE: by the passed proposal

        # VALIDATE
        require_seats(context, self._membership, message)
        require_alive(context, message)

        # APPLY
        retire_left(context, [key for each in message.sealers for key in (each.public_key, each.validator)])
        sealers = tuple(Sealer(power=each.power, public_key=each.public_key, sealer=each.sealer) for each in message.sealers)
        SEALERS.set(context.state, Sealers(sealers=sealers))
        VALIDATORS.set(
            context.state, Validators(keys={each.sealer: each.validator for each in message.sealers if each.validator})
        )

        # EMIT
        context.emit(SealersSet(sealers=tuple(each.sealer for each in sealers)))

    def handle_take_down(self, context: Context, message: TakeDown) -> None:
        """Take down the body of a transaction; whether there is one only the block store knows, and no harm is done if not."""
        # AUTHORIZE: by the passed proposal

        # VALIDATE
        before = TAKEN_DOWN.find(context.state, message.transaction)
        if before is not None:
            raise AlreadyTakenDown(height=before.height, transaction=message.transaction)

        # APPLY
        block = context.block
        value = TakenDown(basis=message.basis, height=block.height, reason=message.reason, time_ms=block.time_ms)
        TAKEN_DOWN.set(context.state, message.transaction, value=value)
        context.taken_down.append(message.transaction)

        # EMIT
        context.emit(TakenDownNow(reason=message.reason, transaction=message.transaction))

    def handle_set_workdays(self, context: Context, message: SetWorkdays) -> None:
        """Replace the calendar of workdays."""
        # AUTHORIZE: by the passed proposal

        # VALIDATE
        _require_calendar(message.workdays)

        # APPLY
        WORKDAYS.set(context.state, message.workdays)

        # EMIT
        context.emit(WorkdaysSet())


def _require_calendar(workdays: Workdays) -> None:
    wrong = first_wrong_day(workdays)
    if wrong is not None:
        raise CalendarWrong(date=wrong)
