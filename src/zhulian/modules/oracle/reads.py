"""What guards and pages may ask about quotes."""

from zhulian.language.lending import Arguments, Caller, the_number, the_text
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.oracle.errors import NeverQuoted, QuoteStale
from zhulian.modules.oracle.state import QUOTES, Quote

__all__ = ["quoted", "quoted_at"]


def quoted(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """The newest value of a source, in its smallest unit, which is no older than `max_age` seconds.

    Raises:
        NeverQuoted, QuoteStale.
    """
    name = the_text(arguments, "source")
    quote = _quote(state, name)
    most, age = the_number(arguments, "max_age"), block.time - quote.time
    if age > most:
        raise QuoteStale(age=age, most=most, source=name)
    return quote.value


def quoted_at(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """As of when the newest value of a source was read, Unix seconds.

    Raises:
        NeverQuoted.
    """
    return _quote(state, the_text(arguments, "source")).time


def _quote(state: StateView, name: str) -> Quote:
    found = QUOTES.find(state, name)
    if found is None:
        raise NeverQuoted(source=name[:80])
    return found
