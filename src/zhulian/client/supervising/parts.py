"""Parts of the client for supervision, blocking and awaiting."""

from zhulian.client.core import Core
from zhulian.client.flow import AsyncLine, Line, awaiting, blocking
from zhulian.client.part import Part
from zhulian.client.supervising import alerts, cases

__all__ = ["Alerts", "AsyncAlerts", "AsyncCases", "Cases"]


class Alerts(Part):
    """What watch rules have raised at one's own organisation's node, and what is done about it."""

    core: Core
    line: Line
    list = blocking(alerts.every)
    show = blocking(alerts.show)
    assign = blocking(alerts.assign)
    acknowledge = blocking(alerts.acknowledge)
    close = blocking(alerts.close)
    rules = blocking(alerts.rules)


class AsyncAlerts(Part):
    """What watch rules have raised at one's own organisation's node, and what is done about it."""

    core: Core
    line: AsyncLine
    list = awaiting(alerts.every)
    show = awaiting(alerts.show)
    assign = awaiting(alerts.assign)
    acknowledge = awaiting(alerts.acknowledge)
    close = awaiting(alerts.close)
    rules = awaiting(alerts.rules)


class Cases(Part):
    """Cases that the regulator follows through all applications, and everything that it did."""

    core: Core
    line: Line
    inspect = blocking(cases.inspect)
    case = blocking(cases.case)
    log = blocking(cases.log)


class AsyncCases(Part):
    """Cases that the regulator follows through all applications, and everything that it did."""

    core: Core
    line: AsyncLine
    inspect = awaiting(cases.inspect)
    case = awaiting(cases.case)
    log = awaiting(cases.log)
