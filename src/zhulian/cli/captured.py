"""Bundles of captured pages among the files that are verified: which part was altered, and what they say."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from zhulian.cli.output import when
from zhulian.cli.words import say

__all__ = ["capture_lines", "captured"]


@contextmanager
def captured(file: Path, *, alone: bool) -> Iterator[dict[str, Any] | None]:
    """The manifest of a bundle, around the check of its digest; None for any other file, and for a receipt `alone`.

    Raises:
        MemberAltered, BundleBroken, BundleTooLarge: a member does not fit the manifest. ManifestAltered: all do, and the digest does not.
    """
    from zhulian.offchain.capture.bundle import is_bundle

    if alone or not is_bundle(file):
        yield None
        return
    from zhulian.merkle import ProofFault
    from zhulian.offchain.capture.bundle import read_bundle
    from zhulian.offchain.capture.errors import ManifestAltered

    manifest = read_bundle(file).manifest
    try:
        yield manifest
    except ProofFault as fault:
        if fault.part != "file":
            raise
        raise ManifestAltered() from None


def capture_lines(manifest: Mapping[str, Any], zone: str) -> list[str]:
    """What a bundle says of its page."""
    page, found = manifest["page"], manifest["resources"]
    return [
        say("capture.done", title=page["title"] or "—", url=page["url"], status=page["status"]),
        say("capture.when", time=when(manifest["ended_ms"], zone), answered=found["answered"], asked=found["asked"]),
        say("capture.members", count=len(manifest["members"])),
    ]
