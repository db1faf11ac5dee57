"""Sources are opened and closed by the organisation whose name they bear; quotes are their readers' word."""

from msgspec.structs import replace

from zhulian.ledger.module import Context
from zhulian.modules.oracle import events
from zhulian.modules.oracle.judging import judge_quote, judge_source, live_source
from zhulian.modules.oracle.messages import Close, Open, Quote
from zhulian.modules.oracle.needs import Keys, Parties
from zhulian.modules.oracle.recording import record_quote
from zhulian.modules.oracle.state import SOURCES, Source

__all__ = ["Handlers"]


class Handlers:
    """`parties` says for whom a transaction acts, `keys` whose a key is."""

    def __init__(self, parties: Parties, keys: Keys) -> None:
        self._parties = parties
        self._keys = keys

    def handle_open(self, context: Context, message: Open) -> None:
        """Open a source."""
        # AUTHORIZE
        owner, _ = self._parties.acting_for(context, message.source.partition(".")[0])

        # VALIDATE
        judge_source(context.state, message)

        # APPLY
        source = Source(
            about=message.about,
            agreement=message.agreement,
            fresh_s=message.fresh_s,
            height=context.block.height,
            needed=message.needed,
            owner=owner,
            readers=tuple(message.readers),
            scale=message.scale,
            signers=tuple(each.signer for each in context.acting),
            tolerance=message.tolerance,
            unit=message.unit,
        )
        SOURCES.set(context.state, message.source, value=source)

        # EMIT
        context.emit(events.Opened(needed=message.needed, readers=list(message.readers), source=message.source))

    def handle_close(self, context: Context, message: Close) -> None:
        """Let a source take no more quotes."""
        # AUTHORIZE
        self._parties.acting_for(context, message.source.partition(".")[0])

        # VALIDATE
        source = live_source(context.state, message.source)

        # APPLY
        SOURCES.set(context.state, message.source, value=replace(source, closed=context.block.height))

        # EMIT
        context.emit(events.Closed(source=message.source))

    def handle_quote(self, context: Context, message: Quote) -> None:
        """Record a quote. The readers' signatures are what gives it weight, so anyone who may sign carries it."""
        # AUTHORIZE
        paper = message.quote

        # VALIDATE
        _, agreed, number = judge_quote(context, self._keys, paper)

        # APPLY
        # EMIT
        record_quote(context, paper.source, agreed, number)
