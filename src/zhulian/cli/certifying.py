"""The way to the certificates of evidence; what cannot be made is named, and the rest is made all the same."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhulian.cli.output import remark
from zhulian.cli.words import language, say
from zhulian.errors import Refusal

if TYPE_CHECKING:
    from zhulian.certificate.sections import Section

__all__ = ["certify", "try_to_certify"]


def certify(file: Path, receipt: dict[str, Any], genesis: bytes, agreements: Sequence[bytes] = ()) -> list[Path]:
    """Write the certificates beside `file`, which need not exist; the paths written. What could not be made is remarked on.

    `agreements` are those by which the members went on without others, as far as the caller holds them.

    Raises:
        Refusal: the receipt does not hold, or proves no deposit.
    """
    from zhulian.certificate import write_certificates

    section = _collected(file, receipt, genesis, agreements)
    done = write_certificates(
        receipt, genesis, file, language=language(), file_name=file.name, agreements=agreements, collected=section
    )
    for notice in done.notices:
        remark(say("certificate.not_made", why=f"{notice.code}  {notice.say(language())}"))
    return [path for path in (done.html, done.pdf) if path is not None]


def _collected(file: Path, receipt: dict[str, Any], genesis: bytes, agreements: Sequence[bytes]) -> "Section | None":
    """How a captured page was collected, where `file` is the bundle of which the receipt is."""
    from zhulian.offchain.capture.bundle import is_bundle, read_bundle

    if not (file.is_file() and is_bundle(file)):
        return None
    from zhulian.certificate import facts_of
    from zhulian.client.files import file_digest
    from zhulian.crypto import suite
    from zhulian.offchain.capture.telling import collected

    facts = facts_of(receipt, genesis, agreements)
    if facts.deposit.file_digest != file_digest(suite(facts.suite), file).hex():
        return None
    return collected(read_bundle(file).manifest, facts.zone)


def try_to_certify(file: Path, receipt: dict[str, Any], genesis: bytes, agreements: Sequence[bytes] = ()) -> list[Path]:
    """As `certify`, for a deposit that has succeeded: no fault of a certificate makes it fail."""
    try:
        return certify(file, receipt, genesis, agreements)
    except Refusal as no:
        remark(say("certificate.not_made", why=f"{no.code}  {no.say(language())}"))
        return []
