"""Whether sources and quotes hold: flat lists of guards, in the order of their numbers. Nothing is written here."""

from typing import NamedTuple

from zhulian.crypto import BadSignature
from zhulian.errors import Refusal, Words, check
from zhulian.ledger.errors import StepsExceeded
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import SIGNATURE_STEPS, StateView
from zhulian.modules.oracle.errors import (
    AskedAlready,
    Disagreement,
    OracleFault,
    QuoteOld,
    ReaderNotAsked,
    ReaderRefused,
    ReaderTwice,
    ReportForAnother,
    ReportLate,
    ReportOld,
    ReportSignatureWrong,
    SourceClosed,
    SourceExists,
    SourceUnfit,
    UnknownSource,
)
from zhulian.modules.oracle.format import QuotePaper, Report, SignedReport, report_preimage
from zhulian.modules.oracle.limits import AHEAD_S
from zhulian.modules.oracle.messages import Open
from zhulian.modules.oracle.needs import Keys
from zhulian.modules.oracle.state import ASKS, QUOTES, REPORTS, SOURCES, Source

__all__ = ["Agreed", "agree", "judge_ask", "judge_quote", "judge_report", "judge_source", "live_source", "standing"]


class Agreed(NamedTuple):
    """The value in which readers agree, as of when, and who they are."""

    value: int
    time: int
    readers: tuple[str, ...]


def live_source(state: StateView, name: str) -> Source:
    """The source, which is not closed.

    Raises:
        UnknownSource, SourceClosed.
    """
    found = SOURCES.find(state, name)
    if found is None:
        raise UnknownSource(source=name[:80])
    if found.closed is not None:
        raise SourceClosed(source=name, height=found.closed)
    return found


def judge_source(state: StateView, message: Open) -> None:
    """Hold that a source can be opened.

    Raises:
        SourceExists, SourceUnfit.
    """
    before = SOURCES.find(state, message.source)
    if before is not None:
        raise SourceExists(source=message.source, height=before.height)
    if list(message.readers) != sorted(set(message.readers)):
        raise SourceUnfit(
            why=Words("采集方重复，或没有按名称排序", "its readers are not in the order of their names, or one comes twice")
        )
    if message.needed > len(message.readers):
        raise SourceUnfit(why=Words("须一致的家数超过采集方总数", "more readers must agree than there are"))
    if 2 * message.needed <= len(message.readers):
        raise SourceUnfit(
            why=Words("须一致的家数应超过半数", "more than half of its readers must agree, or two values could both be right")
        )
    if message.agreement == "exact" and message.tolerance:
        raise SourceUnfit(why=Words("要求完全一致的数据源不设容差", "a source of exact agreement has no tolerance"))


def judge_quote(context: Context, keys: Keys, paper: QuotePaper) -> tuple[Source, Agreed, int]:
    """Hold that enough readers agree; the source, in what they agree, and the number of the quote.

    Raises:
        UnknownSource, SourceClosed, ReportForAnother, ReaderNotAsked, ReaderTwice, ReportLate, ReaderRefused,
        ReportSignatureWrong, Disagreement, QuoteOld.
    """
    source = live_source(context.state, paper.source)
    before = ""
    for each in paper.reports:
        organisation = each.signer.partition(".")[0]
        if each.report.source != paper.source:
            raise ReportForAnother(given=each.report.source, wanted=paper.source)
        if organisation not in source.readers:
            raise ReaderNotAsked(organisation=organisation, source=paper.source)
        if organisation <= before:
            raise ReaderTwice(organisation=organisation)
        _require_fresh(context, source, organisation, each.report)
        _require_signature(context, keys, organisation, each)
        before = organisation
    agreed = agree(source, [(each.signer.partition(".")[0], each.report) for each in paper.reports])
    if len(agreed.readers) < source.needed:
        raise Disagreement(found=len(agreed.readers), needed=source.needed, source=paper.source)
    last = QUOTES.find(context.state, paper.source)
    if last is not None and agreed.time <= last.time:
        raise QuoteOld(last=last.time, source=paper.source, time=agreed.time)
    return source, agreed, 0 if last is None else last.number + 1


def judge_ask(context: Context, name: str) -> int:
    """Hold that a new quote can be asked for; the number that it will have.

    Raises:
        UnknownSource, SourceClosed, AskedAlready.
    """
    source = live_source(context.state, name)
    last, asked = QUOTES.find(context.state, name), ASKS.find(context.state, name)
    number = 0 if last is None else last.number + 1
    if asked is not None and asked.number == number and context.block.time <= asked.time + source.fresh_s:
        raise AskedAlready(fresh=source.fresh_s, height=asked.height, source=name)
    return number


def judge_report(context: Context, keys: Keys, signed: SignedReport) -> tuple[Source, str]:
    """Hold that one reader's report counts; the source, and the reader.

    Raises:
        UnknownSource, SourceClosed, ReaderNotAsked, ReportLate, ReaderRefused, ReportSignatureWrong, ReportOld.
    """
    report, organisation = signed.report, signed.signer.partition(".")[0]
    source = live_source(context.state, report.source)
    if organisation not in source.readers:
        raise ReaderNotAsked(organisation=organisation, source=report.source)
    _require_fresh(context, source, organisation, report)
    _require_signature(context, keys, organisation, signed)
    before, quote = REPORTS.find(context.state, report.source, organisation), QUOTES.find(context.state, report.source)
    last = max(-1 if before is None else before.report.time, -1 if quote is None else quote.time)
    if report.time <= last:
        raise ReportOld(last=last, organisation=organisation, source=report.source, time=report.time)
    return source, organisation


def standing(context: Context, keys: Keys, name: str, source: Source) -> tuple[Agreed, int] | None:
    """In what enough readers agree by the reports that they handed in one by one, and the number of the quote; None while too few do.

    What is older than the newest quote or than the source allows, or signed with a key that counts no more, is left out.
    """
    last = QUOTES.find(context.state, name)
    counted: list[tuple[str, Report]] = []
    for organisation in source.readers:
        signed = REPORTS.find(context.state, name, organisation)
        if signed is None or (last is not None and signed.report.time <= last.time):
            continue
        try:
            _require_fresh(context, source, organisation, signed.report)
            _require_key(context, keys, organisation, signed)
        except OracleFault:
            continue
        counted.append((organisation, signed.report))
    agreed = agree(source, counted) if len(counted) >= source.needed else None
    if agreed is None or len(agreed.readers) < source.needed:
        return None
    return agreed, 0 if last is None else last.number + 1


def agree(source: Source, reports: list[tuple[str, Report]]) -> Agreed:
    """The value that most readers share, to the digit, or the lower median and who is within the tolerance of it."""
    values = sorted(report.value for _, report in reports)
    if source.agreement == "median":
        value, tolerance = values[(len(values) - 1) // 2], source.tolerance
    else:
        value, tolerance = max(values, key=lambda each: (values.count(each), -each)), 0
    near = [(name, report) for name, report in reports if abs(report.value - value) <= tolerance]
    return Agreed(value, min(report.time for _, report in near), tuple(name for name, _ in near))


def _require_fresh(context: Context, source: Source, organisation: str, report: Report) -> None:
    now = context.block.time
    if not now - source.fresh_s <= report.time <= now + AHEAD_S:
        raise ReportLate(fresh=source.fresh_s, now=now, organisation=organisation, time=report.time)


def _require_signature(context: Context, keys: Keys, organisation: str, signed: SignedReport) -> None:
    context.state.charge(SIGNATURE_STEPS)
    _require_key(context, keys, organisation, signed)
    holder = keys.holder(context.state, signed.key)
    check(holder is not None, "a key that may sign is registered")
    public_key = b"" if holder is None else holder.public_key
    preimage = report_preimage(context.block.hasher, signed.report)
    try:
        context.block.hasher.suite.verify(public_key, preimage, bytes.fromhex(signed.signature))
    except BadSignature:
        raise ReportSignatureWrong(organisation=organisation) from None


def _require_key(context: Context, keys: Keys, organisation: str, signed: SignedReport) -> None:
    try:
        keys.judge(context.state, signed.signer, signed.key, context.block.time)
    except StepsExceeded:
        raise
    except Refusal as refusal:
        raise ReaderRefused(inner=refusal.code, organisation=organisation, why=refusal.words()) from None
