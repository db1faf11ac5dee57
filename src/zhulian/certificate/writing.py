"""Make both certificates of a receipt and put them beside the file."""

import os
import secrets
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from zhulian.certificate import html
from zhulian.certificate.errors import AfterRecovery, CjkFontMissing, NotADeposit, NotRecorded, NotWritten
from zhulian.certificate.facts import Facts, extract
from zhulian.certificate.sections import Section
from zhulian.errors import Refusal, Words
from zhulian.ledger.receipts import trust, verify_receipt

__all__ = ["CertificatesWritten", "facts_of", "render_html", "render_pdf", "visible", "write_certificates"]


@dataclass(frozen=True)
class CertificatesWritten:
    """Where the certificates lie; None for one that could not be made, and `notices` say why."""

    html: Path | None
    pdf: Path | None
    notices: list[Refusal] = field(default_factory=list)


def facts_of(receipt: dict[str, Any], genesis: bytes, agreements: Sequence[bytes] = ()) -> Facts:
    """The facts that a certificate of `receipt` states; the receipt is verified first, with the recovery agreements that the caller holds.

    Raises:
        ProofFault: where the receipt does not hold. NotRecorded, NotADeposit: where it proves no deposit.
    """
    trusted = trust(genesis, agreements=agreements)
    facts = extract(receipt, verify_receipt(receipt, trusted), trusted)
    if not facts.applied:
        raise NotRecorded(transaction=facts.transaction, refusal=facts.code or "")
    if facts.deposit.form == "other":
        raise NotADeposit(transaction=facts.transaction)
    return facts


def render_html(receipt: dict[str, Any], genesis: bytes, *, file_name: str, language: str = "zh") -> str:
    """The HTML certificate, complete in one page, which opens in `language`; it checks itself in a browser without network.

    Raises:
        Refusal: as `facts_of`, to which no agreement is given: a page cannot check one.
    """
    return html.render(facts_of(receipt, genesis), receipt, genesis, visible(file_name), language)


def render_pdf(
    receipt: dict[str, Any], genesis: bytes, *, file_name: str, language: str = "zh", agreements: Sequence[bytes] = ()
) -> bytes:
    """The PDF certificate, with receipt, genesis and the agreements that the proof needs attached; the same input gives the same bytes.

    Raises:
        CjkFontMissing: where no Chinese font is installed. Refusal: as `facts_of`.
    """
    from zhulian.certificate import pdf  # the typesetter is loaded where a sheet is made, and not to verify

    return pdf.render(facts_of(receipt, genesis, agreements), receipt, genesis, visible(file_name), language, agreements)


def write_certificates(
    receipt: dict[str, Any],
    genesis: bytes,
    beside: Path,
    *,
    language: str = "zh",
    file_name: str,
    agreements: Sequence[bytes] = (),
    collected: Section | None = None,
) -> CertificatesWritten:
    """Write `FILE.certificate.html` and `FILE.certificate.pdf` beside the file `beside`, which need not exist.

    `file_name` is what the certificates call the file; `agreements` are those by which the members went on without others, `collected` is a section on how the content was collected. What cannot be made is left out and noticed; the rest is made.

    Raises:
        ProofFault: where the receipt does not hold. NotRecorded, NotADeposit: where it proves no deposit.
    """
    from zhulian.certificate import pdf

    facts = facts_of(receipt, genesis, agreements)
    notices: list[Refusal] = []
    file_name = visible(file_name)
    page_path = pdf_path = None
    if facts.breaks:
        notices.append(AfterRecovery(height=facts.breaks[0].height))
    else:
        page = html.render(facts, receipt, genesis, file_name, language, collected).encode()
        page_path = _write(beside.with_name(beside.name + ".certificate.html"), page, notices)
    try:
        sheet = pdf.render(facts, receipt, genesis, file_name, language, agreements, collected)
    except CjkFontMissing as missing:
        notices.append(missing)
    else:
        pdf_path = _write(beside.with_name(beside.name + ".certificate.pdf"), sheet, notices)
    return CertificatesWritten(page_path, pdf_path, notices)


def visible(name: str) -> str:
    """A file's name without what would hide in print: controls, marks of direction, bytes that are no text."""
    return "".join("\ufffd" if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") else each for each in name)


def _write(path: Path, data: bytes, notices: list[Refusal]) -> Path | None:
    """Write whole or not at all: beside, then in place of what was there."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as wrong:
        draft.unlink(missing_ok=True)
        notices.append(NotWritten(path=str(path), why=Words.quote(wrong.strerror or wrong)))
        return None
    return path
