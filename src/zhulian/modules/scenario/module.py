"""The scenario module: definitions on chain, instances of them, and every action, timer and proposal that their rules allow."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import Lender
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Authority, Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.scenario import events, messages
from zhulian.modules.scenario.acting.act import act, call_out
from zhulian.modules.scenario.acting.handlers import ActHandlers
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.correcting.handlers import Correcting
from zhulian.modules.scenario.needs import Calendars, Claims, Contents, Freezes, Holding, Members, Parties, People, Spaces
from zhulian.modules.scenario.opening.amending import Amending
from zhulian.modules.scenario.opening.doorkeeper import ScenarioDoor
from zhulian.modules.scenario.opening.handlers import Opening
from zhulian.modules.scenario.opening.membership import Membership
from zhulian.modules.scenario.opening.presenting import Presented, found_presented
from zhulian.modules.scenario.proposing.handlers import ProposalHandlers
from zhulian.modules.scenario.publishing.handlers import Publishing
from zhulian.modules.scenario.reporting.handlers import Reporting, ReportRules
from zhulian.modules.scenario.saying import speaking
from zhulian.modules.scenario.tasking.handlers import Tasking
from zhulian.modules.scenario.timing.run import Timers

__all__ = ["ScenarioModule"]


class ScenarioModule:
    """Needs the words that modules lend, and what the Protocols of `needs.py` say.

    `clockwork` and `doorkeeper` fill needs of the ledger; `governed` is left to a vote.
    """

    name: str = "scenario"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (
        events.Acted,
        events.Admitted,
        events.Alerted,
        events.Approved,
        events.CalledOff,
        events.Completed,
        events.Corrected,
        events.Dismissed,
        events.Migrated,
        events.Notified,
        events.Opened,
        events.Proposed,
        events.Published,
        events.RecordChanged,
        events.ReportFiled,
        events.ReportsSet,
        events.Stored,
        events.Swept,
        events.TimerRan,
        events.TimerRested,
        events.Upgraded,
        events.Withdrawn,
    )

    def __init__(
        self,
        genesis: Genesis,
        registry: Registry,
        lenders: Sequence[Lender],
        *,
        authority: Authority,
        parties: Parties,
        people: People,
        calendars: Calendars,
        holding: Holding | None,
        claims: Claims | None,
        spaces: Spaces | None,
        members: Members,
        freezes: Freezes | None = None,
        contents: Contents | None = None,
        presented: Sequence[Presented] = (),
    ) -> None:
        self._presented = tuple(presented)
        self.governed: Mapping[type[Message], Handler] = ReportRules(members).governed
        shelf = self.shelf = Shelf(registry, lenders, parties, calendars, holding, claims, freezes, contents)
        self.clockwork = Timers(shelf, call_out)
        shelf.run_due = self.clockwork.run_due
        self.doorkeeper = ScenarioDoor(shelf, people, genesis)
        publishing = Publishing(shelf)
        opening = Opening(shelf, spaces, members)
        membership = Membership(shelf, people)
        amending = Amending(shelf)
        acting = ActHandlers(shelf)
        reporting = Reporting(shelf)
        proposing = ProposalHandlers(shelf, authority, act)
        tasking = Tasking(shelf)
        correcting = Correcting(shelf)
        handlers: Mapping[type[Message], Handler] = {
            messages.Store: publishing.handle_store,
            messages.Publish: publishing.handle_publish,
            messages.Open: opening.handle_open,
            messages.Upgrade: opening.handle_upgrade,
            messages.CallOff: opening.handle_call_off,
            messages.Amend: amending.handle_amend,
            messages.FileReport: reporting.handle_file_report,
            messages.Admit: membership.handle_admit,
            messages.Dismiss: membership.handle_dismiss,
            messages.Act: acting.handle_act,
            messages.Propose: proposing.handle_propose,
            messages.Approve: proposing.handle_approve,
            messages.Withdraw: proposing.handle_withdraw,
            messages.Complete: tasking.handle_complete,
            messages.Correct: correcting.handle_correct,
        }
        self.handlers: Mapping[type[Message], Handler] = {kind: speaking(shelf, each) for kind, each in handlers.items()}

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """Write what shows modules as applications; nothing else is published at the start."""
        found_presented(state, genesis, hasher, self._presented)
