"""Filing a prover's report: its digest and the counts of its verdicts stand beside the definition, signed by the transaction."""

from collections.abc import Mapping

from msgspec.structs import replace

from zhulian.ledger.module import Context, Handler
from zhulian.ledger.types import Message
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.events import ReportFiled, ReportsSet
from zhulian.modules.scenario.messages import FileReport, SetReports
from zhulian.modules.scenario.needs import Members
from zhulian.modules.scenario.opening.errors import NoSuchDefinition
from zhulian.modules.scenario.publishing.handlers import organisation_of
from zhulian.modules.scenario.reporting.errors import MoreReportsThanMembers, ReportFiledBefore, ReportNotByOfficer
from zhulian.modules.scenario.state import DEFINITIONS, REPORTS, REPORTS_NEEDED, Filed, Reported

__all__ = ["ReportRules", "Reporting"]


class Reporting:
    """Keeps the newest report of each organisation for each definition."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def handle_file_report(self, context: Context, message: FileReport) -> None:
        """Keep the digest and the counts of a report; one that the organisation filed before is replaced."""
        # AUTHORIZE
        organisation = organisation_of(self._shelf.parties, context)
        officer = next((each for each in context.acting if each.party == organisation), None)
        if officer is None or officer.kind != "officer":
            raise ReportNotByOfficer(signer=officer.signer if officer is not None else organisation)

        # VALIDATE
        if not DEFINITIONS.has(context.state, message.definition):
            raise NoSuchDefinition(definition=message.definition)
        before = REPORTS.find(context.state, message.definition) or Reported(by={})
        own = before.by.get(organisation)
        if own is not None and own.report == message.report:
            raise ReportFiledBefore(organisation=organisation, height=own.height)

        # APPLY
        filed = Filed(
            height=context.block.height,
            officer=officer.signer,
            proved=message.proved,
            refuted=message.refuted,
            report=message.report,
            run_time=message.run_time,
            transaction=context.transaction,
        )
        REPORTS.set(context.state, message.definition, value=replace(before, by={**before.by, organisation: filed}))

        # EMIT
        context.emit(
            ReportFiled(definition=message.definition, organisation=organisation, refuted=message.refuted, report=message.report)
        )


class ReportRules:
    """What the members decide about reports. Only a passed proposal reaches its handler."""

    def __init__(self, members: Members) -> None:
        self._members = members
        self.governed: Mapping[type[Message], Handler] = {SetReports: self.handle_set_reports}

    def handle_set_reports(self, context: Context, message: SetReports) -> None:
        """Ask for so many organisations' reports from now on; instances that are open stay so."""
        # AUTHORIZE: by the passed proposal

        # VALIDATE
        members = len(self._members.voting_organisations(context.state))
        if message.needed > members:
            raise MoreReportsThanMembers(needed=message.needed, members=members)

        # APPLY
        REPORTS_NEEDED.set(context.state, message.needed)

        # EMIT
        context.emit(ReportsSet(needed=message.needed))
