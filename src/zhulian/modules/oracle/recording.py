"""How a quote that was judged is written and announced; the message and the verb share it."""

from zhulian.ledger.module import Context
from zhulian.modules.oracle import events
from zhulian.modules.oracle.judging import Agreed
from zhulian.modules.oracle.state import QUOTES, Quote

__all__ = ["record_quote"]


def record_quote(context: Context, source: str, agreed: Agreed, number: int) -> None:
    """Let a value be the newest of its source."""
    quote = Quote(
        height=context.block.height,
        number=number,
        readers=agreed.readers,
        time=agreed.time,
        transaction=context.transaction,
        value=agreed.value,
    )
    QUOTES.set(context.state, source, value=quote)
    context.emit(events.Quoted(readers=list(agreed.readers), source=source, time=agreed.time, value=agreed.value))
