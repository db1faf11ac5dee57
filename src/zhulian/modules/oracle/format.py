"""What readers sign, and the quote that is handed in (docs/formats.md, "Quotes of the oracle")."""

from typing import Annotated, Literal

from msgspec import Meta

from zhulian import canonical
from zhulian.crypto import Hasher
from zhulian.errors import Refusal
from zhulian.ledger.types import Digest, Seconds, SignatureHex, Wire
from zhulian.modules.oracle.errors import QuoteMalformed
from zhulian.modules.oracle.limits import PAPER_BYTES_MAX, READERS_MAX, VALUE_MAX

__all__ = [
    "PAPER",
    "REPORT",
    "SIGNED_REPORT",
    "Organisation",
    "QuotePaper",
    "Report",
    "SignedReport",
    "SourceName",
    "Value",
    "read_quote",
    "report_preimage",
]

SourceName = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,30}\Z", max_length=63)]
"""`org.name`: the organisation that opened the source, and its name there."""

Organisation = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\Z")]
Value = Annotated[int, Meta(ge=-VALUE_MAX, le=VALUE_MAX)]


class Report(Wire, frozen=True):
    """What one reader read: the value, when by its own clock (Unix seconds), and the plain digest of the raw answer."""

    digest: Digest
    source: SourceName
    time: Seconds
    value: Value


class SignedReport(Wire, frozen=True):
    """A report with the signature of an officer or service of the organisation, by the key of this fingerprint."""

    key: Digest
    report: Report
    signature: SignatureHex
    signer: Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9-]{0,30}\.[a-z0-9][a-z0-9-]{0,30}\Z", max_length=63)]


class QuotePaper(Wire, frozen=True):
    """The reports of one source, one for each organisation that was heard, in the order of their names."""

    format: Literal["zhulian/quote/1"]
    reports: Annotated[list[SignedReport], Meta(min_length=1, max_length=READERS_MAX)]
    source: SourceName


REPORT: canonical.Codec[Report] = canonical.Codec(Report)
SIGNED_REPORT: canonical.Codec[SignedReport] = canonical.Codec(SignedReport)
PAPER: canonical.Codec[QuotePaper] = canonical.Codec(QuotePaper)


def report_preimage(hasher: Hasher, report: Report) -> bytes:
    """What a reader signs: `preimage("report", jcs(report))`."""
    return hasher.preimage("report", REPORT.encode(report))


def read_quote(text: str) -> QuotePaper:
    """Read a quote from its canonical JSON.

    Raises:
        QuoteMalformed.
    """
    try:
        return PAPER.decode(text.encode("utf-8", "surrogatepass"), PAPER_BYTES_MAX)
    except Refusal as refusal:
        raise QuoteMalformed(why=refusal.words()) from None
