"""Sources are opened and closed by the organisation whose name they bear; quotes are their readers' word."""

from msgspec.structs import replace

from zhulian.ledger.module import Context
from zhulian.modules.oracle import events
from zhulian.modules.oracle.judging import judge_ask, judge_quote, judge_report, judge_source, live_source, standing
from zhulian.modules.oracle.messages import Ask, Close, HandIn, Open, Quote
from zhulian.modules.oracle.needs import Keys, Parties
from zhulian.modules.oracle.recording import record_quote
from zhulian.modules.oracle.state import ASKS, REPORTS, SOURCES, Asked, Source

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

    def handle_ask(self, context: Context, message: Ask) -> None:
        """Ask the readers of a source for a new quote."""
        # AUTHORIZE
        party, _ = self._parties.acting_for(context, None)

        # VALIDATE
        number = judge_ask(context, message.source)

        # APPLY
        asked = Asked(height=context.block.height, number=number, party=party, time=context.block.time)
        ASKS.set(context.state, message.source, value=asked)

        # EMIT
        context.emit(events.Asked(number=number, party=party, source=message.source))

    def handle_report(self, context: Context, message: HandIn) -> None:
        """Keep one reader's report, and quote the value where enough agree by now. The reader's signature is what gives it weight."""
        # AUTHORIZE
        report = message.report.report

        # VALIDATE
        source, organisation = judge_report(context, self._keys, message.report)

        # APPLY
        REPORTS.set(context.state, report.source, organisation, value=message.report)
        agreed = standing(context, self._keys, report.source, source)

        # EMIT
        context.emit(events.Reported(reader=organisation, source=report.source, time=report.time, value=report.value))
        if agreed is not None:
            record_quote(context, report.source, *agreed)
