"""How many organisations stand behind one report of a definition, and whether that is enough for an instance to open."""

from collections.abc import Mapping, Sequence

from zhulian.errors import Words
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.scenario.needs import Members
from zhulian.modules.scenario.reporting.errors import ReportsDue
from zhulian.modules.scenario.state import REPORTS, REPORTS_NEEDED, Filed

__all__ = ["agreed_on", "reports_needed", "require_reports"]

_NAMES_MAX = 20


def reports_needed(context: Context, state: StateView) -> int:
    """How many organisations' reports an instance needs: as the members have voted, else as genesis says."""
    voted = REPORTS_NEEDED.find(state)
    return context.block.genesis.governance.reports if voted is None else voted


def agreed_on(filed: Mapping[str, Filed], active: Sequence[str]) -> tuple[str, ...]:
    """The active organisations behind the report that most of them have filed, among reports that refute nothing; sorted."""
    by_report: dict[str, list[str]] = {}
    for organisation in active:
        report = filed.get(organisation)
        if report is not None and report.refuted == 0:
            by_report.setdefault(report.report, []).append(organisation)
    agreeing = sorted(by_report.values(), key=lambda each: -len(each))
    return tuple(agreeing[0]) if agreeing else ()  # of two with as many, the one whose first organisation comes first


def require_reports(context: Context, members: Members, definition: str) -> None:
    """That enough organisations have filed one and the same report about a definition.

    Raises:
        ReportsDue: with those who have, and those who have not.
    """
    needed = reports_needed(context, context.state.quiet)
    if needed == 0:
        return
    found = REPORTS.find(context.state, definition)
    active = members.voting_organisations(context.state)
    signed = agreed_on({} if found is None else found.by, active)
    if len(signed) < needed:
        missing = [each for each in active if each not in signed]
        raise ReportsDue(needed=needed, signed=_names(signed), missing=_names(missing))


def _names(organisations: Sequence[str]) -> Words:
    if not organisations:
        return Words("无", "nobody")
    shown, more = organisations[:_NAMES_MAX], len(organisations) - _NAMES_MAX
    zh, en = "、".join(shown), ", ".join(shown)
    return Words(f"{zh} 等 {len(organisations)} 家", f"{en} and {more} more") if more > 0 else Words(zh, en)
