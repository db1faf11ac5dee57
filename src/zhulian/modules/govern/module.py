"""The govern module: what the members decide by vote, and the rules that follow for every block."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.errors import Words
from zhulian.ledger.errors import BadGenesis
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.govern import events
from zhulian.modules.govern.calendar import first_wrong_day
from zhulian.modules.govern.errors import LimitsUnworkable
from zhulian.modules.govern.governed import GovernedHandlers
from zhulian.modules.govern.handlers import Handlers
from zhulian.modules.govern.messages import Propose, SetLimits, SetSealers, SetVersion, SetWorkdays, TakeDown, Vote
from zhulian.modules.govern.needs import Membership
from zhulian.modules.govern.queries import Decisions
from zhulian.modules.govern.seating import require_recent
from zhulian.modules.govern.state import RULES, SEALERS, VALIDATORS, WORKDAYS, RuleBook, Sealers, Switch, Validators
from zhulian.modules.govern.workable import require_workable
from zhulian.modules.govern.workdays import ChainCalendar

__all__ = ["GovernModule"]


class GovernModule:
    """`governed` are the governed messages of the other modules with their handlers; `governing` fills a need of the kernel."""

    name: str = "govern"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (
        events.LimitsSet,
        events.Passed,
        events.Proposed,
        events.Recovered,
        events.Rejected,
        events.SealersSet,
        events.TakenDownNow,
        events.VersionSet,
        events.Voted,
        events.WorkdaysSet,
    )

    def __init__(self, membership: Membership, governed: Mapping[type[Message], Handler]) -> None:
        own = GovernedHandlers(membership)
        self.governed: Mapping[type[Message], Handler] = {
            SetLimits: own.handle_set_limits,
            SetVersion: own.handle_set_version,
            SetSealers: own.handle_set_sealers,
            TakeDown: own.handle_take_down,
            SetWorkdays: own.handle_set_workdays,
        }
        handlers = Handlers(membership, {**governed, **self.governed}, {SetSealers: require_recent})
        self.handlers: Mapping[type[Message], Handler] = {Propose: handlers.handle_propose, Vote: handlers.handle_vote}
        self.refuse_direct = handlers.refuse_direct
        self.governing = Decisions()
        self.calendars = ChainCalendar()

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """Write the first rules, sealers and calendar.

        Raises:
            BadGenesis: if no chain could run by them.
        """
        try:
            require_workable(genesis.limits)
        except LimitsUnworkable as refusal:
            raise BadGenesis(why=refusal.words()) from None
        wrong = first_wrong_day(genesis.workdays)
        if wrong is not None:
            raise BadGenesis(why=Words(f"工作日历有误，见 {wrong}", f"the calendar is wrong at {wrong}"))
        versions: dict[str, tuple[Switch, ...]] = {
            module: (Switch(from_height=0, version=version),) for module, version in genesis.modules.items()
        }
        RULES.set(state, RuleBook(limits=genesis.limits, versions=versions))
        SEALERS.set(state, Sealers(sealers=tuple(genesis.sealers)))
        VALIDATORS.set(state, Validators(keys=dict(genesis.validators)))
        WORKDAYS.set(state, genesis.workdays)
