"""`zhulian verify`: hold a file against its receipt, without any node."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from zhulian.cli.anchoring import verify_anchors
from zhulian.cli.bundling import is_bundle, tell
from zhulian.cli.captured import capture_lines, captured
from zhulian.cli.errors import NO, FileMissing, MissingValue, ReceiptMissing
from zhulian.cli.output import answer, remark, when
from zhulian.cli.parser import subcommand
from zhulian.cli.state import genesis_near
from zhulian.cli.taking_down import taken_down
from zhulian.cli.verifying import (
    DOCUMENTS,
    break_lines,
    filed_report,
    is_document,
    open_content,
    prove_document,
    values_of_receipt,
)
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.ledger.receipts import ProvedReceipt, Trusted

app, register = subcommand("verify", "verify.help")


@register
def verify(
    file: Annotated[Path, typer.Argument(help="verify.file", metavar="FILE")],
    receipt: Annotated[Path | None, typer.Option("--receipt", help="verify.receipt", metavar="FILE")] = None,
    genesis: Annotated[Path | None, typer.Option("--genesis", help="verify.genesis", metavar="FILE")] = None,
    genesis_digest: Annotated[str | None, typer.Option("--genesis-digest", help="verify.digest", metavar="HEX")] = None,
    checkpoint: Annotated[Path | None, typer.Option("--checkpoint", help="verify.checkpoint", metavar="FILE")] = None,
    opening: Annotated[Path | None, typer.Option("--opening", help="verify.opening", metavar="FILE")] = None,
    agreement: Annotated[list[Path] | None, typer.Option("--agreement", help="verify.agreement", metavar="FILE")] = None,
    anchors: Annotated[Path | None, typer.Option("--anchors", help="verify.anchors", metavar="FILE")] = None,
    tsa_root: Annotated[list[Path] | None, typer.Option("--tsa-root", help="verify.tsa_root", metavar="PEM")] = None,
    anchor_genesis: Annotated[
        list[Path] | None, typer.Option("--anchor-genesis", help="verify.anchor_genesis", metavar="FILE")
    ] = None,
    taken: Annotated[Path | None, typer.Option("--taken-down", help="verify.taken_down", metavar="FILE")] = None,
) -> None:
    """Verify and say what is proved; exit status 1 where the proof fails."""
    from zhulian import canonical
    from zhulian.client.files import file_digest
    from zhulian.ledger.limits import HARD
    from zhulian.ledger.receipts import trust, verify_receipt

    if not file.is_file():
        raise FileMissing(path=str(file))
    if receipt is None and is_bundle(file):
        _verify_bundle(file, genesis, genesis_digest, checkpoint, agreement or ())
        return
    at = receipt or file.with_name(file.name + ".receipt.json")
    alone = receipt is None and not at.is_file() and is_document(file)
    at = file if alone else at
    if not at.is_file():
        raise ReceiptMissing(path=str(at))
    for named in (genesis, checkpoint, opening, anchors, *(agreement or ()), *(tsa_root or ()), *(anchor_genesis or ())):
        if named is not None and not named.is_file():
            raise FileMissing(path=str(named))
    document = canonical.read(_bytes(at), HARD.receipt_bytes_max)
    held = None if checkpoint is None else canonical.read(_bytes(checkpoint), HARD.receipt_bytes_max) or {}  # `null` is none
    trusted = trust(
        genesis_near(genesis, file, at),
        genesis_digest=genesis_digest,
        checkpoint=held,
        agreements=[_bytes(each) for each in agreement or ()],
    )
    _warn_of_sandbox(document, trusted)
    digest = None if alone else file_digest(trusted.hasher.suite, file)
    if isinstance(document, dict) and document.get("format") in DOCUMENTS[1:]:
        _verify_fact(file, document, trusted, opening, digest)
        return
    asked = digest if opening is None and filed_report(_messages(document), digest) is None else None
    with captured(file, alone=alone or opening is not None) as manifest:
        proved = verify_receipt(document, trusted, file_digest=asked)
    told, lines = _told(file, proved, trusted), _lines(file, proved, trusted)
    _tell_report(filed_report(proved.messages, digest), trusted, told, lines)
    if manifest is not None:
        told["capture"] = manifest
        lines[1:1] = capture_lines(manifest, trusted.genesis.zone)
    down, said = taken_down(taken, proved.transaction, trusted)
    if down is not None:
        told["taken_down"] = down
        lines[1:1] = said
    anchored = verify_anchors(file, anchors, proved, trusted, tsa_root or [], anchor_genesis or [])
    if anchored is not None:
        told["anchors"], bound = anchored
        lines[-2:-2] = bound
    if opening is not None:
        values = values_of_receipt(proved.messages, proved.result)
        told["opened"], opened = open_content(opening, trusted, values, digest)
        lines[1:1] = opened
    answer(told, *lines)
    if not proved.applied:
        raise typer.Exit(NO)


_FILED = ("definition", "proved", "refuted", "run_time")


def _messages(document: Any) -> Any:
    """The messages that an unverified receipt shows."""
    body = document.get("body") if isinstance(document, dict) else None
    return body.get("messages") if isinstance(body, dict) else None


def _tell_report(filed: dict[str, Any] | None, trusted: "Trusted", told: dict[str, Any], lines: list[str]) -> None:
    """Where a report was filed, say what it says of which definition in place of what a deposit says."""
    if filed is None:
        return
    told |= {"digest": filed["report"], "report": {name: filed[name] for name in _FILED}}
    lines[1:2] = [
        say("verify.what", kind=say("kind.report"), digest=filed["report"], name=_DIGEST_NAME[trusted.genesis.suite]),
        say("scenario.digest", digest=filed["definition"]),
        say("report.counts", proved=filed["proved"], refuted=filed["refuted"], run_time=filed["run_time"]),
    ]


def _warn_of_sandbox(document: Any, trusted: "Trusted") -> None:
    """Say that a paper, or the genesis that it is held against, is a sandbox's."""
    header = document.get("header") if isinstance(document, dict) else None
    named = str(header.get("chain", "")) if isinstance(header, dict) else ""
    if trusted.genesis.sandbox is not None:
        remark(say("verify.sandbox", name=trusted.genesis.name))
    elif named.startswith("sandbox-"):
        remark(say("verify.sandbox", name=named.partition(".")[0][:40]))


def _verify_bundle(
    file: Path, genesis: Path | None, genesis_digest: str | None, checkpoint: Path | None, agreements: Sequence[Path]
) -> None:
    """An evidence bundle, part by part."""
    from zhulian import canonical
    from zhulian.ledger.limits import HARD
    from zhulian.ledger.receipts import trust

    for named in (genesis, checkpoint, *agreements):
        if named is not None and not named.is_file():
            raise FileMissing(path=str(named))
    held = None if checkpoint is None else canonical.read(_bytes(checkpoint), HARD.receipt_bytes_max) or {}
    known = [_bytes(each) for each in agreements]
    tell(file, trust(genesis_near(genesis, file), genesis_digest=genesis_digest, checkpoint=held, agreements=known))


def _verify_fact(file: Path, document: dict[str, Any], trusted: "Trusted", opening: Path | None, digest: bytes | None) -> None:
    """A state fact or a history; a file beside it is only shown against an opening."""
    if digest is not None and opening is None:
        raise MissingValue(command="zhulian verify", name="--opening")
    told, lines, values = prove_document(document, trusted)
    opened: list[str] = []
    if opening is not None:
        told["opened"], opened = open_content(opening, trusted, values, digest)
    rests = [say("line.genesis", digest=trusted.digest.hex()), say("verify.compare")]
    shown = {"valid": True, "file": str(file), "chain": trusted.chain, "genesis_digest": trusted.digest.hex(), **told}
    answer(shown, say("verify.document", file=file.name), *lines, *opened, *rests)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise FileMissing(path=os.fspath(path)) from None


def _told(file: Path, proved: "ProvedReceipt", trusted: "Trusted") -> dict[str, Any]:
    return {
        "valid": proved.applied,
        "file": str(file),
        "applied": proved.applied,
        "digest": proved.digest,
        "suite": trusted.genesis.suite,
        "transaction": proved.transaction,
        "messages": [each["type"] for each in proved.messages],
        "signers": [{"signer": each.signer, "organisation": each.organisation, "key": each.key} for each in proved.signers],
        "height": proved.height,
        "not_before_ms": proved.not_before_ms,
        "not_after_ms": proved.not_after_ms,
        "sealers": [each.sealer for each in proved.seals],
        "sealer_set": proved.sealers,
        "chain": proved.chain,
        "genesis_digest": proved.genesis_digest,
        "from_checkpoint": proved.from_checkpoint,
        "breaks": [msgspec.to_builtins(each) for each in proved.breaks],
    }


def _lines(file: Path, proved: "ProvedReceipt", trusted: "Trusted") -> list[str]:
    zone = trusted.genesis.zone
    lines = [say("verify.holds" if proved.applied else "verify.refused", file=file.name, code=proved.result.get("code", ""))]
    lines.append(say("verify.what", kind=_kind(proved), digest=proved.digest or "—", name=_DIGEST_NAME[trusted.genesis.suite]))
    lines += [say("verify.who", signer=each.signer, organisation=_title(each.organisation, trusted)) for each in proved.signers]
    lines.append(say("verify.when", first=when(proved.not_before_ms, zone), last=when(proved.not_after_ms, zone)))
    lines.append(say("verify.block", height=proved.height, transaction=proved.transaction))
    if proved.sealers > 1:
        lines.append(say("verify.sealed", sealers=", ".join(each.sealer for each in proved.seals)))
    lines.append(say("verify.rests", sealing=_sealing(proved, trusted)))
    lines += break_lines(proved.breaks)
    if proved.from_checkpoint is not None:
        lines.append(say("verify.rests_checkpoint", height=proved.from_checkpoint))
    lines.append(say("line.genesis", digest=proved.genesis_digest))
    lines.append(say("verify.compare"))
    return lines


_DIGEST_NAME = {"gm": "SM3", "intl": "SHA-256"}


def _kind(proved: "ProvedReceipt") -> str:
    for message in proved.messages:
        if message["type"] == "evidence.deposit":
            return say("kind.commitment" if "commitment" in message else "kind.digest")
        if message["type"] == "evidence.deposit_batch":
            return say("kind.batch", count=message.get("count"))
        if message["type"] == "device.measure":
            return say("kind.readings", count=message["batch"]["count"], device=message["batch"]["device"])
    return ", ".join(str(message["type"]) for message in proved.messages)


def _sealing(proved: "ProvedReceipt", trusted: "Trusted") -> str:
    """Whose honesty the proof rests on, in the certificate's words."""
    from zhulian.certificate.sections import rests_on_sealing
    from zhulian.certificate.texts import Phrase, plain

    first = proved.seals[0].sealer
    founding = trusted.genesis.organisation(first)
    title = plain(first) if founding is None else Phrase(founding.title.zh, founding.title.en)
    return rests_on_sealing(first, title, len(proved.seals), proved.sealers).say(language())


def _title(organisation: str | None, trusted: "Trusted") -> str:
    if organisation is None:
        return say("kind.person")
    founding = trusted.genesis.organisation(organisation)
    if founding is None:
        return organisation
    return founding.title.zh if language() == "zh" else founding.title.en
