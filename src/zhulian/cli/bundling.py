"""`zhulian evidence bundle`, and what `zhulian verify` says of such a bundle."""

import json
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from zhulian.cli.errors import NO, BadValue, ReceiptMissing
from zhulian.cli.output import answer, when
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.client import Chain
    from zhulian.client.bundles.bundling import Exhibit, Item
    from zhulian.ledger.receipts import Trusted

__all__ = ["is_bundle", "make", "tell"]

RECEIPT = ".receipt.json"
_MANIFEST_MAX = 16 * 1024 * 1024
_PART = {"original": "proofs.original", "trail": "proofs.trail", "witness": "proofs.witness"}


def is_bundle(path: Path) -> bool:
    """Whether a file is an evidence bundle by its looks."""
    try:
        with zipfile.ZipFile(path) as archive, archive.open("manifest.json") as entry:
            return b'"zhulian/evidence-bundle/' in entry.read(_MANIFEST_MAX)
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, NotImplementedError, RuntimeError):
        return False


def make(chain: "Chain", files: Sequence[Path], trails: Sequence[str], openings: Sequence[Path], out: Path) -> None:
    """Write the bundle."""
    exhibits = [_exhibit(each, openings) for each in files]
    documents = []
    for each in trails:
        instance, _, rest = each.partition("/")
        record, _, key = rest.partition("/")
        if not record or not key:
            raise BadValue(command="zhulian evidence bundle", name="--trail", why=say("proofs.trail_form"))
        documents.append(chain.app(instance).history(record, key.split("/") if "/" in key else key).document)
    path = chain.evidence.bundle(out, exhibits, documents)
    lines = [say("proofs.made", path=path, files=len(exhibits), trails=len(documents)), say("proofs.verify", path=path)]
    answer({"path": str(path), "files": len(exhibits), "trails": len(documents)}, *lines)


def _exhibit(file: Path, openings: Sequence[Path]) -> "Exhibit":
    from zhulian.client.bundles.bundling import Exhibit

    receipt = file.with_name(file.name + RECEIPT)
    opening = next((each for each in openings if _opens(each, file.name)), None)
    if not receipt.is_file() and opening is None:
        raise ReceiptMissing(path=str(receipt))
    return Exhibit(file, receipt if receipt.is_file() else None, opening)


def _opens(opening: Path, name: str) -> bool:
    try:
        found = json.loads(opening.read_bytes())
        return any(each.get("file") == name for each in found.get("fields", []))
    except (OSError, ValueError, AttributeError):
        return False


def tell(file: Path, trusted: "Trusted") -> None:
    """Verify every part and say of each what it proves; exit status 1 where one does not hold."""
    from zhulian.client.bundles.bundling import verify_bundle

    items = verify_bundle(file, trusted)
    holds = bool(items) and all(each.fault is None for each in items)
    told: dict[str, Any] = {
        "valid": holds,
        "file": str(file),
        "chain": trusted.chain,
        "genesis_digest": trusted.digest.hex(),
        "items": [_as_json(each) for each in items],
    }
    first = say("proofs.holds" if holds else "proofs.fails", file=file.name, count=len(items))
    rests = [say("line.genesis", digest=trusted.digest.hex()), say("verify.compare")]
    answer(told, first, *(_line(each, trusted) for each in items), *rests)
    if not holds:
        raise typer.Exit(NO)


def _as_json(item: "Item") -> dict[str, Any]:
    found = {"kind": item.kind, "name": item.name, "holds": item.fault is None, **item.told}
    if item.fault is not None:
        return found | {"fault": {"zh": item.fault.zh, "en": item.fault.en}}
    if item.kind == "trail":
        found["events"] = item.count
    return found | ({"height": item.height, "time_ms": item.time_ms} if item.height else {})


def _line(item: "Item", trusted: "Trusted") -> str:
    what = say(_PART[item.kind])
    if item.fault is not None:
        return say("proofs.item_fails", what=what, name=item.name, why=item.fault.say(language()))
    if item.kind == "trail":
        time = when(item.time_ms, trusted.genesis.zone)
        return say("proofs.whole", name=item.name, count=item.count, height=item.height, time=time)
    return say("proofs.item_holds", what=what, name=item.name)
