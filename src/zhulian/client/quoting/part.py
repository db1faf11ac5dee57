"""The sources of a chain, blocking and awaiting, over the same flows."""

from zhulian.client.core import Core
from zhulian.client.flow import AsyncLine, Line, awaiting, blocking
from zhulian.client.quoting import flows

__all__ = ["AsyncQuoting", "Quoting"]


class Quoting:
    """Open sources, sign what was read, hand in quotes, and look at the newest."""

    def __init__(self, core: Core, line: Line) -> None:
        self.core = core
        self.line = line

    open = blocking(flows.open_source)
    close = blocking(flows.close)
    sign_report = blocking(flows.sign_report)
    gather = blocking(flows.gather)
    quote = blocking(flows.quote)
    find = blocking(flows.find)
    newest = blocking(flows.newest)
    ask = blocking(flows.ask)
    asked = blocking(flows.asked)
    hand_in = blocking(flows.hand_in)
    reported = blocking(flows.reported)


class AsyncQuoting:
    """Open sources, sign what was read, hand in quotes, and look at the newest."""

    def __init__(self, core: Core, line: AsyncLine) -> None:
        self.core = core
        self.line = line

    open = awaiting(flows.open_source)
    close = awaiting(flows.close)
    sign_report = awaiting(flows.sign_report)
    gather = awaiting(flows.gather)
    quote = awaiting(flows.quote)
    find = awaiting(flows.find)
    newest = awaiting(flows.newest)
    ask = awaiting(flows.ask)
    asked = awaiting(flows.asked)
    hand_in = awaiting(flows.hand_in)
    reported = awaiting(flows.reported)
