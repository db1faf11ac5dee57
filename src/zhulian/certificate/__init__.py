"""Certificates of evidence (存证证书): the facts of a verified receipt as an HTML page that checks itself and as a PDF."""

from zhulian.certificate.errors import AfterRecovery, CertificateNotice, CjkFontMissing, NotADeposit, NotRecorded, NotWritten
from zhulian.certificate.facts import Facts
from zhulian.certificate.html import digests
from zhulian.certificate.writing import CertificatesWritten, facts_of, render_html, render_pdf, write_certificates

__all__ = [
    "AfterRecovery",
    "CertificateNotice",
    "CertificatesWritten",
    "CjkFontMissing",
    "Facts",
    "NotADeposit",
    "NotRecorded",
    "NotWritten",
    "digests",
    "facts_of",
    "render_html",
    "render_pdf",
    "write_certificates",
]
