"""A prover's report as a file: which definition it is about, its digest, and how many promises it proves, refutes or leaves to run time."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from zhulian import canonical
from zhulian.client.errors import FileGone
from zhulian.client.reporting.errors import ReportOfAnother, ReportUnread
from zhulian.crypto import Hasher
from zhulian.errors import Refusal, Words

__all__ = ["Paper", "paper_of", "read_report"]

FORMAT: Final = "zhulian-proof/1"
_BYTES_MAX = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Paper:
    """What is filed of a report: its digest by the chain's suite, and how many promises have each verdict."""

    digest: str
    proved: int
    refuted: int
    run_time: int


def read_report(path: str | os.PathLike[str], hasher: Hasher, tree: bytes) -> Paper:
    """Read a report that the prover wrote about the definition whose tree is `tree`, as the chain keeps it.

    Raises:
        FileGone, ReportUnread, ReportOfAnother.
    """
    name = os.fspath(path)
    try:
        with Path(path).open("rb") as file:
            data = file.read(_BYTES_MAX + 1)
    except OSError as fault:
        raise FileGone(path=name, why=Words.quote(fault.strerror or fault)) from None
    return paper_of(data, name, hasher, tree)


def paper_of(data: bytes, name: str, hasher: Hasher, tree: bytes) -> Paper:
    """What is filed of a report that the prover wrote about the definition whose tree is `tree`; refusals call it `name`.

    Raises:
        ReportUnread, ReportOfAnother.
    """
    try:
        report: Any = canonical.read(data, _BYTES_MAX)
    except Refusal as fault:
        raise ReportUnread(path=name, why=fault.words()) from None
    if not isinstance(report, dict) or report.get("format") != FORMAT:
        raise ReportUnread(path=name, why=Words(f"format 不是 {FORMAT}", f"its format is not {FORMAT}"))
    kind = "definition_sm3" if hasher.suite.name == "gm" else "definition_sha256"
    wanted = hasher.suite.digest(tree).hex()
    if report.get(kind) != wanted:
        raise ReportOfAnother(path=name, found=str(report.get(kind))[:64], wanted=wanted)
    counts = _counts(report.get("promises"))
    if counts is None:
        raise ReportUnread(path=name, why=Words("promises 中有无法识别的结论", "promises holds a verdict that is none"))
    digest = hasher.suite.digest(canonical.encode(report)).hex()
    return Paper(digest, counts["proved"], counts["refuted"], counts["runtime"])


def _counts(promises: Any) -> dict[str, int] | None:
    """How many promises have each verdict; None where one has none of them."""
    found = {"proved": 0, "refuted": 0, "runtime": 0}
    for each in promises if isinstance(promises, list) else [None]:
        verdict = each.get("verdict") if isinstance(each, dict) else None
        if verdict not in found:
            return None
        found[verdict] += 1
    return found
