"""The way to the certificates of evidence; what cannot be made is named, and the rest is made all the same."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from zhulian.cli.output import remark
from zhulian.cli.words import language, say
from zhulian.errors import Refusal

__all__ = ["certify", "try_to_certify"]


def certify(file: Path, receipt: dict[str, Any], genesis: bytes, agreements: Sequence[bytes] = ()) -> list[Path]:
    """Write the certificates beside `file`, which need not exist; the paths written. What could not be made is remarked on.

    `agreements` are those by which the members went on without others, as far as the caller holds them.

    Raises:
        Refusal: the receipt does not hold, or proves no deposit.
    """
    from zhulian.certificate import write_certificates

    done = write_certificates(receipt, genesis, file, language=language(), file_name=file.name, agreements=agreements)
    for notice in done.notices:
        remark(say("certificate.not_made", why=f"{notice.code}  {notice.say(language())}"))
    return [path for path in (done.html, done.pdf) if path is not None]


def try_to_certify(file: Path, receipt: dict[str, Any], genesis: bytes, agreements: Sequence[bytes] = ()) -> list[Path]:
    """As `certify`, for a deposit that has succeeded: no fault of a certificate makes it fail."""
    try:
        return certify(file, receipt, genesis, agreements)
    except Refusal as no:
        remark(say("certificate.not_made", why=f"{no.code}  {no.say(language())}"))
        return []
