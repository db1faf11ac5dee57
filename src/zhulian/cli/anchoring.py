"""What several commands do with anchors: write them beside a receipt, and say what they bind."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhulian.cli.output import when
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.anchors import ProvedAnchor
    from zhulian.client import Chain
    from zhulian.ledger.receipts import ProvedReceipt, Trusted

__all__ = ["ANCHORS", "anchor_lines", "verify_anchors", "write_anchors"]

ANCHORS = ".anchors.json"


def write_anchors(chain: "Chain", file: Path, proved: "ProvedReceipt") -> list[Path]:
    """Fetch the anchors of a receipt, verify them, and write them beside the file.

    Raises:
        FromNode: `anchor/5` where there is none yet. AnchorFault, TimestampFault.
    """
    from zhulian.anchors import Held
    from zhulian.client.anchors import attached
    from zhulian.client.flow import drive
    from zhulian.files import write_atomically

    document, _ = drive(attached(chain.core, proved, Held()), chain.line)
    path = file.with_name(file.name + ANCHORS)
    write_atomically(path, json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")
    return [path]


def verify_anchors(
    file: Path, named: Path | None, proved: "ProvedReceipt", trusted: "Trusted", roots: Sequence[Path], genesis: Sequence[Path]
) -> tuple[list[dict[str, Any]], list[str]] | None:
    """What the anchors beside a file prove, as data and as lines; None where there are none and none was named.

    Raises:
        AnchorFault, TimestampFault: they do not hold. CertificateMalformed: a root is none. ProofFault: a genesis is none.
    """
    from zhulian import canonical
    from zhulian.anchors import Held, verify_attached
    from zhulian.crypto.certificates import from_pem
    from zhulian.ledger.blocks import header_digest
    from zhulian.ledger.limits import HARD
    from zhulian.ledger.receipts import trust

    path = named or file.with_name(file.name + ANCHORS)
    if named is None and not path.is_file():
        return None
    held = Held(
        tsa_roots=[der for each in roots for der in from_pem(each.read_bytes())],
        chains=[trust(each.read_bytes()) for each in genesis],
    )
    document = canonical.read(path.read_bytes(), HARD.receipt_bytes_max)
    found = verify_attached(document, header_digest(trusted.hasher, proved.header), proved.height, trusted, held)
    told = [
        {
            "kind": each.kind,
            "by": each.by,
            "time_ms": each.time_ms,
            "height": each.height,
            "rests_on": each.rests_on,
            "held": each.is_held,
        }
        for each in found
    ]
    return told, [line for each in found for line in anchor_lines(each, trusted.genesis.zone)]


def anchor_lines(proved: "ProvedAnchor", zone: str) -> list[str]:
    """What one anchor binds, and what that rests on."""
    if proved.time_ms is None:
        return [say("verify.by_chain_unknown", by=proved.by)]
    lines = [say(f"verify.by.{proved.kind}", by=proved.by, time=when(proved.time_ms, zone))]
    if proved.kind == "timestamp" and not proved.is_held:
        lines.append(say("verify.anchor_compare", digest=proved.rests_on))
    elif proved.kind != "co_seal":
        lines.append(say("verify.anchor_held", digest=proved.rests_on))
    return lines
