"""`zhulian evidence`: deposit files, show them, remake receipts, witness, withdraw, extract from a pack."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.bundling import make
from zhulian.cli.certifying import try_to_certify
from zhulian.cli.days import day_end
from zhulian.cli.describing import describing_of
from zhulian.cli.errors import NO, BadValue, FileMissing, IsFolder, SomeFailed
from zhulian.cli.output import answer, progress, when
from zhulian.cli.parser import application, command
from zhulian.cli.receipts import write_receipt
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.state import genesis_near, settings
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.client import Chain, Deposit, Failed
    from zhulian.client.sealed.deposit import Sealing
    from zhulian.client.sealed.describing import Describing

app = application("evidence")

Files = Annotated[list[Path], typer.Argument(help="evidence.files", metavar="FILES…")]
OneFile = Annotated[Path, typer.Argument(help="evidence.file", metavar="FILE")]
NoCertificate = Annotated[bool, typer.Option("--no-certificate", help="evidence.no_certificate")]
PACK = ".receipts"


@command(app, "deposit", "evidence.deposit.help")
def deposit(
    files: Files,
    public: Annotated[bool, typer.Option("--public", help="evidence.public")] = False,
    source: Annotated[str, typer.Option("--source", help="evidence.source", metavar="SOURCE")] = "own_file",
    signer: As = None,
    node: Node = None,
    batch: Annotated[bool, typer.Option("--batch", help="evidence.batch")] = False,
    no_certificate: NoCertificate = False,
    seal_for: Annotated[list[str] | None, typer.Option("--seal-for", help="evidence.seal_for", metavar="PARTY")] = None,
    guarded: Annotated[bool, typer.Option("--guarded", help="evidence.guarded")] = False,
    keeper: Annotated[list[str] | None, typer.Option("--keeper", help="evidence.keeper", metavar="ORG.SERIAL")] = None,
    threshold: Annotated[int, typer.Option("--threshold", help="evidence.threshold", metavar="T", min=2, max=32)] = 2,
    emergency: Annotated[bool, typer.Option("--emergency", help="evidence.emergency")] = False,
    entry: Annotated[str | None, typer.Option("--entry", help="evidence.entry", metavar="ENTRY")] = None,
    keep_until: Annotated[str | None, typer.Option("--keep-until", help="evidence.keep_until", metavar="DATE")] = None,
    about: Annotated[str | None, typer.Option("--about", help="evidence.about", metavar="TEXT")] = None,
    undescribed: Annotated[bool, typer.Option("--undescribed", help="evidence.undescribed")] = False,
) -> None:
    """Deposit files and write their receipts beside them; sealed for readers where these are named."""
    is_sealed = bool(seal_for) or guarded
    if entry is not None and not guarded:
        raise BadValue(command="zhulian evidence deposit", name="--entry", why=say("evidence.entry_alone"))
    if is_sealed and (public or batch):
        raise BadValue(command="zhulian evidence deposit", name="--seal-for", why=say("evidence.seal_alone"))
    for file in files:
        if file.is_dir() and not batch:
            raise IsFolder(path=str(file))
        if not (file.is_dir() if batch else file.is_file()):
            raise FileMissing(path=str(file))
    describing = describing_of("zhulian evidence deposit", about, undescribed)
    with open_chain(node, signer) as chain:
        chain.resume()
        if batch:
            answered = [_deposit_folder(chain, folder, source, describing) for folder in files]
            answer({"batches": [document for document, _ in answered]}, *(line for _, lines in answered for line in lines))
        elif is_sealed:
            end = (
                None
                if keep_until is None
                else day_end(keep_until, chain.core.genesis.zone, "zhulian evidence deposit", "--keep-until")
            )
            from zhulian.client.sealed.deposit import Sealing

            sealing = Sealing(tuple(seal_for or ()), guarded, threshold, tuple(keeper or ()), emergency, end, entry)
            _answer_deposits([_seal_file(chain, each, sealing, source, describing) for each in files], chain, no_certificate)
        elif len(files) == 1:
            _answer_deposits([_deposit_file(chain, files[0], public, source, describing)], chain, no_certificate)
        else:
            with progress("progress.files", len(files)) as bar:
                done = chain.evidence.deposit_many(
                    files, public=public, source=_source(source), progress=bar.advance, describing=describing
                )
            _answer_deposits(done, chain, no_certificate)


def _deposit_file(chain: "Chain", file: Path, public: bool, source: str, describing: "Describing | None") -> "Deposit":
    with progress("progress.reading", file.stat().st_size, is_bytes=True) as bar:
        return chain.evidence.deposit(file, public=public, source=_source(source), progress=bar.advance, describing=describing)


def _seal_file(chain: "Chain", file: Path, sealing: "Sealing", source: str, describing: "Describing | None") -> "Deposit":
    with progress("progress.sealing", file.stat().st_size, is_bytes=True) as bar:
        return chain.sealed.deposit(file, sealing, source=_source(source), progress=bar.advance, describing=describing)


def _source(given: str) -> Any:
    from typing import get_args

    from zhulian.client.evidence import Source

    if given not in get_args(Source):
        raise BadValue(command="zhulian evidence deposit", name="--source", why=", ".join(get_args(Source)))
    return given


def _answer_deposits(
    done: "list[Deposit] | list[Deposit | Failed]", chain: "Chain", no_certificate: bool, beside: Sequence[Path] = ()
) -> None:
    from zhulian.client import Failed
    from zhulian.ledger.agreements import encode_agreement

    documents: list[dict[str, Any]] = []
    lines: list[str] = []
    for each in done:
        if isinstance(each, Failed):
            documents.append({"file": each.path, "refused": each.why.as_problem()})
            lines.append(say("deposit.failed", file=each.path, why=f"{each.why.code} {each.why.say(language())}"))
            continue
        written = [write_receipt(Path(each.path), each.receipt.document), *beside]
        if not no_certificate:
            agreements = [encode_agreement(one) for one in chain.core.trusted.agreements]
            written += try_to_certify(Path(each.path), each.receipt.document, chain.core.genesis_bytes, agreements)
        proved = each.receipt.proved
        lines += _deposit_lines(each, chain.core.genesis.zone, written)
        documents.append(
            {
                "file": each.path,
                "digest": each.digest,
                "deposit": each.deposit,
                "public": each.public,
                "found": each.found,
                "sealed": each.sealed,
                "described": each.described,
                "transaction": proved.transaction,
                "height": proved.height,
                "time_ms": proved.not_before_ms,
                "sealed_ms": proved.not_after_ms,
                "written": [str(path) for path in written],
            }
        )
    answer({"deposits": documents}, *lines)
    failed = sum(isinstance(each, Failed) for each in done)
    if failed and settings.json:
        raise typer.Exit(NO)  # the document says it
    if failed:
        raise SomeFailed(count=len(done), failed=failed)


def _deposit_lines(done: "Deposit", zone: str, written: list[Path]) -> list[str]:
    proved = done.receipt.proved
    return [
        say("deposit.found" if done.found else "deposit.sealed" if done.sealed else "deposit.done", file=done.path),
        *([say("deposit.content", content=done.deposit)] if done.sealed else []),
        say("deposit.where", height=proved.height, time=when(proved.not_before_ms, zone), transaction=proved.transaction),
        *(say("line.written", path=path) for path in written),
    ]


def _deposit_folder(
    chain: "Chain", folder: Path, source: str, describing: "Describing | None"
) -> tuple[dict[str, Any], list[str]]:
    from zhulian.client.gather import Gathered
    from zhulian.client.pack import PackWriter

    path = Path(os.path.normpath(folder.absolute()))
    path = path.with_name(path.name + PACK)
    writers: list[PackWriter] = []

    def keep(gathered: Gathered) -> None:
        writers.append(PackWriter(path, gathered))

    with progress("progress.files", None) as bar:
        told = 0

        def advance(done: int, count: int) -> None:
            nonlocal told
            bar.total(count)
            bar.advance(done - told)
            told = done

        resume = path.with_name(f".{path.name}.gathering")
        made = chain.evidence.deposit_batch(
            folder, source=_source(source), progress=advance, before_submitting=keep, resume=resume, describing=describing
        )
    writers[0].finish(made.receipt.document)
    proved = made.receipt.proved
    document = {
        "folder": str(folder),
        "count": made.count,
        "root": made.root,
        "found": made.found,
        "described": made.described,
        "transaction": proved.transaction,
        "height": proved.height,
        "time_ms": proved.not_before_ms,
        "written": [str(path)],
    }
    lines = [
        say("batch.found" if made.found else "batch.done", folder=folder, count=made.count),
        say(
            "deposit.where",
            height=proved.height,
            time=when(proved.not_before_ms, chain.core.genesis.zone),
            transaction=proved.transaction,
        ),
        say("line.written", path=path),
        say("batch.extract", pack=path),
    ]
    return document, lines


@command(app, "show", "evidence.show.help")
def show(file: OneFile, signer: As = None, node: Node = None) -> None:
    """Show what the chain holds of a file, proved."""
    _require(file)
    with open_chain(node, signer) as chain:
        found = chain.evidence.find(file)
        witnesses = chain.page("evidence/witnesses", prefix=(found.deposit, found.party)).items
        zone = chain.core.genesis.zone
    value = found.value
    document = {
        "file": str(file),
        "digest": found.digest,
        "deposit": found.deposit,
        "party": found.party,
        "public": found.public,
        "record": value,
        "proved_at_height": found.height,
        "witnesses": witnesses,
    }
    lines = [
        say("show.found", file=file.name, party=found.party),
        say("deposit.where", height=value["height"], time=when(value["time_ms"], zone), transaction=value["transaction"]),
        say(
            "show.kind",
            kind=say("kind.digest" if found.public else "kind.commitment"),
            source=say(f"source.{value.get('source', 'own_file')}"),
        ),
        say("show.signers", signers=", ".join(value["signers"])),
        say("show.proved", height=found.height),
    ]
    lines += [_witness_line(each) for each in witnesses]
    if "withdrawn" in value:
        lines.append(
            say("show.withdrawn", height=value["withdrawn"]["height"], reason=say(f"reason.{value['withdrawn']['reason']}"))
        )
    answer(document, *lines)


def _witness_line(found: dict[str, Any]) -> str:
    organisation, kind = found["key"][-2:]
    return say("show.witness", organisation=organisation, kind=say(f"witness.{kind}"), height=found["value"]["height"])


@command(app, "receipt", "evidence.receipt.help")
def receipt(
    file: OneFile,
    signer: As = None,
    node: Node = None,
    no_certificate: NoCertificate = False,
    anchored: Annotated[bool, typer.Option("--anchored", help="evidence.anchored")] = False,
) -> None:
    """Remake the lost receipt of a file that was deposited from here, with its anchors where they are asked for."""
    from zhulian.cli.anchoring import write_anchors

    _require(file)
    with open_chain(node, signer) as chain:
        made = chain.evidence.remake(file)
        beside = write_anchors(chain, file, made.receipt.proved) if anchored else []
        _answer_deposits([made], chain, no_certificate, beside)


@command(app, "extract", "evidence.extract.help")
def extract(
    pack: Annotated[Path, typer.Argument(help="extract.pack", metavar="PACK")],
    files: Annotated[list[Path], typer.Argument(help="extract.files", metavar="FILES…")],
) -> None:
    """Write the ordinary receipts of files of a pack; needs no node."""
    from zhulian.client.pack import Pack
    from zhulian.ledger.receipts import trust, verify_receipt

    trusted = trust(genesis_near(None, pack))
    written = []
    with Pack(pack) as opened:
        for file in files:
            digest = _digest_of(file, trusted.hasher.suite)
            index = opened.by_name(str(file)) if digest is None else opened.by_digest(digest)
            document = opened.receipt(trusted.hasher, index)
            verify_receipt(document, trusted, file_digest=digest)
            written.append(write_receipt(file if digest is not None else Path(file.name), document))
    answer({"written": [str(path) for path in written]}, *(say("line.written", path=path) for path in written))


def _digest_of(file: Path, suite: Any) -> bytes | None:
    """The digest of a file that is here; None for a name that only the pack knows."""
    from zhulian.client.files import file_digest

    return file_digest(suite, file) if file.is_file() else None


@command(app, "witness", "evidence.witness.help")
def witness(
    deposited: Annotated[str, typer.Argument(help="witness.deposit", metavar="DEPOSIT|RECEIPT")],
    kind: Annotated[str, typer.Option("--kind", help="witness.kind", metavar="KIND")] = "recomputed",
    party: Annotated[str | None, typer.Option("--party", help="witness.party", metavar="PARTY")] = None,
    report: Annotated[Path | None, typer.Option("--report", help="witness.report", metavar="FILE")] = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Witness another organisation's deposit."""
    choices = ("examined", "recomputed", "saw_capture")
    if kind not in choices:
        raise BadValue(command="zhulian evidence witness", name="--kind", why=", ".join(choices))
    with open_chain(node, signer) as chain:
        name, of = _deposit_named(chain, deposited, party)
        digest = None if report is None else _report(chain, report)
        done = chain.evidence.witness(name, of, kind, report=digest)  # type: ignore[arg-type]  # checked above
    answer(
        {"deposit": name, "party": of, "kind": kind, "transaction": done.transaction, "height": done.height},
        say("witness.done", deposit=name, party=of, height=done.height),
    )


@command(app, "bundle", "evidence.bundle.help")
def bundle(
    files: Annotated[list[Path] | None, typer.Argument(help="proofs.files", metavar="[FILES…]")] = None,
    trail: Annotated[list[str] | None, typer.Option("--trail", help="proofs.trails", metavar="APP/RECORD/KEY")] = None,
    opening: Annotated[list[Path] | None, typer.Option("--opening", help="proofs.openings", metavar="FILE")] = None,
    out: Annotated[Path, typer.Option("--out", help="proofs.out", metavar="FILE")] = Path("evidence.zip"),
    node: Node = None,
) -> None:
    """Put originals, receipts, witnesses and whole trails into one file that verifies without a network."""
    for each in (*(files or ()), *(opening or ())):
        _require(each)
    with open_chain(node, None) as chain:
        make(chain, files or [], trail or [], opening or [], out)


@command(app, "withdraw", "evidence.withdraw.help")
def withdraw(
    deposited: Annotated[str, typer.Argument(help="withdraw.deposit", metavar="DEPOSIT|RECEIPT")],
    reason: Annotated[str, typer.Option("--reason", help="withdraw.reason", metavar="REASON")],
    party: Annotated[str | None, typer.Option("--party", help="withdraw.party", metavar="PARTY")] = None,
    text: Annotated[Path | None, typer.Option("--text", help="withdraw.text", metavar="FILE")] = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Mark an own deposit as withdrawn; it stays provable."""
    choices = ("consent_withdrawn", "mistaken", "order", "superseded")
    if reason not in choices:
        raise BadValue(command="zhulian evidence withdraw", name="--reason", why=", ".join(choices))
    with open_chain(node, signer) as chain:
        name, of = _deposit_named(chain, deposited, party)
        digest = None if text is None else _report(chain, text)
        done = chain.evidence.withdraw(name, of, reason, text=digest)  # type: ignore[arg-type]  # checked above
    answer(
        {"deposit": name, "party": of, "reason": reason, "transaction": done.transaction, "height": done.height},
        say("withdraw.done", deposit=name, height=done.height),
    )


def _deposit_named(chain: "Chain", given: str, party: str | None) -> tuple[str, str]:
    """The deposit's id and its party: from a receipt, or an id with `--party` (else the signer's own organisation)."""
    from zhulian import canonical
    from zhulian.ledger.receipts import verify_receipt

    path = Path(given)
    if not path.is_file():
        return given, party or chain.core.find_identity(None).name.partition(".")[0]
    document = canonical.read(path.read_bytes())
    proved = verify_receipt(document, chain.core.trusted)
    for event in proved.result.get("events", []):
        if event.get("type") in ("evidence.deposited", "evidence.batch_deposited"):
            return event["deposit"], party or event["party"]
    raise BadValue(command="zhulian evidence", name="DEPOSIT|RECEIPT", why=given)


def _report(chain: "Chain", file: Path) -> str:
    from zhulian.client.files import file_digest

    return file_digest(chain.core.hasher.suite, file).hex()


def _require(file: Path) -> None:
    if not file.is_file():
        raise FileMissing(path=str(file))
