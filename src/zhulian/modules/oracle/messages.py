"""What one may ask of the oracle module."""

from typing import Annotated, Literal

from msgspec import Meta

from zhulian.ledger.types import Digest, Message
from zhulian.modules.oracle.format import Organisation, QuotePaper, SignedReport, SourceName
from zhulian.modules.oracle.limits import FRESH_S_MAX, READERS_MAX, VALUE_MAX

__all__ = ["Ask", "Close", "HandIn", "Open", "Quote"]


class Open(Message, frozen=True, tag="oracle.open"):
    """Open a source of one's organisation. `about` is the digest of the document that says what is read where; readers in order of name."""

    about: Digest
    agreement: Literal["exact", "median"]
    fresh_s: Annotated[int, Meta(ge=1, le=FRESH_S_MAX)]
    needed: Annotated[int, Meta(ge=1, le=READERS_MAX)]
    readers: Annotated[list[Organisation], Meta(min_length=1, max_length=READERS_MAX)]
    scale: Annotated[int, Meta(ge=0, le=9)]
    source: SourceName
    unit: Annotated[str, Meta(min_length=1, max_length=16)]
    tolerance: Annotated[int, Meta(ge=0, le=VALUE_MAX)] = 0


class Close(Message, frozen=True, tag="oracle.close"):
    """Let a source take no more quotes; the last one stays."""

    source: SourceName


class Quote(Message, frozen=True, tag="oracle.quote"):
    """Hand in a quote, whoever gathered it; its readers have signed."""

    quote: QuotePaper


class Ask(Message, frozen=True, tag="oracle.ask"):
    """Ask the readers of a source for a new quote; the next one answers it."""

    source: SourceName


class HandIn(Message, frozen=True, tag="oracle.report"):
    """Hand in the report of one reader, whoever carries it; as soon as enough readers agree, the value is quoted."""

    report: SignedReport
