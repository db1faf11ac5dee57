"""Open and close sources, sign reports, hand in quotes, and look at the newest, proved."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from zhulian.client import reading
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.flow import Flow, work
from zhulian.client.quoting.errors import NoQuote, SourceUnknown
from zhulian.client.submit import Outcome, submit
from zhulian.crypto import fingerprint
from zhulian.modules.oracle.format import PAPER, QuotePaper, Report, SignedReport, report_preimage
from zhulian.modules.oracle.state import ASKS, QUOTES, REPORTS, SOURCES, Asked, Quote, Source

__all__ = ["ask", "asked", "close", "find", "gather", "hand_in", "newest", "open_source", "quote", "reported", "sign_report"]


def open_source(
    core: Core,
    source: str,
    *,
    readers: Sequence[str],
    needed: int,
    about: str,
    unit: str,
    scale: int = 0,
    agreement: Literal["exact", "median"] = "exact",
    tolerance: int = 0,
    fresh_s: int = 3600,
    signers: Sequence[str | Identity] | None = None,
) -> Flow[Outcome]:
    """Open a source: `needed` of the organisations `readers` must agree. `about` is the digest of the document that describes it.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {
        "about": about,
        "agreement": agreement,
        "fresh_s": fresh_s,
        "needed": needed,
        "readers": sorted(readers),
        "scale": scale,
        "source": source,
        "type": "oracle.open",
        "unit": unit,
        **({"tolerance": tolerance} if tolerance else {}),
    }
    return (yield from submit(core, [message], signers=signers))


def close(core: Core, source: str, *, signers: Sequence[str | Identity] | None = None) -> Flow[Outcome]:
    """Let a source take no more quotes.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    return (yield from submit(core, [{"source": source, "type": "oracle.close"}], signers=signers))


def sign_report(
    core: Core, source: str, value: int, raw: bytes, *, time: int | None = None, signer: str | Identity | None = None
) -> Flow[SignedReport]:
    """Sign what was read: the value in the source's smallest unit, and the raw answer in which it stood. Nothing is sent.

    Raises:
        NoSigner.
    """
    (identity,) = yield from work(core.identities, None if signer is None else [signer])
    digest = core.hasher.suite.digest(raw).hex()
    report = Report(digest=digest, source=source, time=int(core.clock()) if time is None else time, value=value)
    signature = identity.signer.sign(report_preimage(core.hasher, report)).hex()
    key = fingerprint(core.hasher.suite, identity.signer.public_key)
    return SignedReport(key=key, report=report, signature=signature, signer=identity.name)


def gather(core: Core, source: str, reports: Sequence[SignedReport]) -> Flow[str]:
    """The reports as one quote, for an input of the type `paper` too. Nothing is sent."""
    ordered = sorted(reports, key=lambda each: each.signer)
    paper = QuotePaper(format="zhulian/quote/1", reports=ordered, source=source)
    return (yield from work(lambda: PAPER.encode(paper).decode()))


def quote(
    core: Core, source: str, reports: Sequence[SignedReport], *, signers: Sequence[str | Identity] | None = None
) -> Flow[Outcome]:
    """Hand in the reports of several organisations as one quote.

    Raises:
        FromNode: a rule said no, such as that too few agree. Unreachable, OutcomeUnknown, NoSigner.
    """
    text = yield from gather(core, source, reports)
    message = {"quote": msgspec.json.decode(text), "type": "oracle.quote"}
    return (yield from submit(core, [message], signers=signers))


def ask(core: Core, source: str, *, signers: Sequence[str | Identity] | None = None) -> Flow[Outcome]:
    """Ask the readers of a source for a new quote.

    Raises:
        FromNode: a rule said no, such as that one was asked for already. Unreachable, OutcomeUnknown, NoSigner.
    """
    return (yield from submit(core, [{"source": source, "type": "oracle.ask"}], signers=signers))


def hand_in(core: Core, report: SignedReport, *, signers: Sequence[str | Identity] | None = None) -> Flow[Outcome]:
    """Hand in one reader's report by itself; as soon as enough readers agree, the value is quoted.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"report": msgspec.to_builtins(report), "type": "oracle.report"}
    return (yield from submit(core, [message], signers=signers))


def asked(core: Core, source: str) -> Flow[Asked | None]:
    """By whom and when the newest quote was asked for, proved; None where nobody ever asked.

    Raises:
        ProofFault, NotOurs, FromNode, Unreachable.
    """
    there = yield from reading.state(core, (ASKS.name, source))
    return msgspec.convert(there.value, Asked) if there.present else None


def reported(core: Core, source: str, organisation: str) -> Flow[SignedReport | None]:
    """The newest report that a reader handed in by itself, proved; None where there is none.

    Raises:
        ProofFault, NotOurs, FromNode, Unreachable.
    """
    there = yield from reading.state(core, (REPORTS.name, source, organisation))
    return msgspec.convert(there.value, SignedReport) if there.present else None


def find(core: Core, source: str) -> Flow[Source]:
    """A source as it stands on the chain, proved.

    Raises:
        SourceUnknown. ProofFault, NotOurs, FromNode, Unreachable.
    """
    there = yield from reading.state(core, (SOURCES.name, source))
    if not there.present:
        raise SourceUnknown(source=source[:80])
    return msgspec.convert(there.value, Source)


def newest(core: Core, source: str) -> Flow[Quote]:
    """The newest quote of a source, proved.

    Raises:
        NoQuote. ProofFault, NotOurs, FromNode, Unreachable.
    """
    there = yield from reading.state(core, (QUOTES.name, source))
    if not there.present:
        raise NoQuote(source=source[:80])
    return msgspec.convert(there.value, Quote)
