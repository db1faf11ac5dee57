"""`zhulian anchor`: anchor headers, co-seal another organisation's, and fetch anchors for a receipt."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.errors import FileMissing, ReceiptMissing
from zhulian.cli.output import answer, remark, table
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, acting_home, node_url, open_chain
from zhulian.cli.state import settings
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.client import Chain
    from zhulian.client.anchors import Seen
    from zhulian.home import Home

app = application("anchor")


@command(app, "now", "anchor.now.help")
def now(node: Node = None) -> None:
    """Anchor what is new with every service that is configured."""
    from zhulian.errors import Refusal
    from zhulian.network.anchoring import anchor_once, load_anchor_settings

    home = acting_home(node)
    done = anchor_once(home, node_url(node), load_anchor_settings(home))
    made = [each for each in done if not isinstance(each, Refusal)]
    failed = [each for each in done if isinstance(each, Refusal)]
    lines = [say("anchor.made", kind=say(f"anchor.kind.{each.kind}"), first=each.first, height=each.height) for each in made]
    lines += [say("anchor.failed", why=f"{each.code} {each.say(language())}") for each in failed]
    document = {
        "made": [{"kind": each.kind, "first": each.first, "height": each.height} for each in made],
        "failed": [each.as_problem() for each in failed],
    }
    answer(document, *(lines or [say("anchor.nothing")]))
    if failed:
        raise typer.Exit(1)


@command(app, "list", "anchor.list.help")
def list_(
    node: Node = None,
    before: Annotated[int | None, typer.Option("--before", help="anchor.before", metavar="HEIGHT", min=1)] = None,
) -> None:
    """The node's anchors, the newest first."""
    from zhulian.client.answers import as_json, path_of
    from zhulian.client.flow import Call

    query = [] if before is None else [("before", str(before))]
    with open_chain(node) as chain:
        found = as_json(chain.line.perform(Call("GET", path_of("anchors"), query)), chain.core.url)
    if settings.json:
        answer(found)
        return
    rows = [
        [str(each["height"]), str(each["first"]), say(f"anchor.kind.{each['kind']}"), each["maker"]] for each in found["items"]
    ]
    table([say("column.height"), say("column.first"), say("column.kind"), say("column.maker")], rows)


@command(app, "co-seal", "anchor.co_seal.help")
def co_seal(
    signer: As = None,
    node: Node = None,
    every: Annotated[float | None, typer.Option("--every", help="anchor.every", metavar="SECONDS", min=1)] = None,
    out: Annotated[Path | None, typer.Option("--out", help="anchor.out", metavar="FILE")] = None,
) -> None:
    """Check the headers that are new since the last time, sign them, and hand the co-seal in."""
    from zhulian.anchors.errors import AlreadyThere

    home = acting_home(None)
    with open_chain(node, signer) as chain:
        while True:
            try:
                told = _co_seal(chain, home, signer, out)
                answer(told, say("anchor.sealed", first=told["first"], height=told["height"], signer=told["signer"]))
            except AlreadyThere as none:
                if every is None:
                    raise
                remark(none.say(language()))
            if every is None:
                return
            time.sleep(every)


def _co_seal(chain: "Chain", home: "Home", signer: str | None, out: Path | None) -> dict[str, Any]:
    from zhulian.anchors.receiving import TAKEN_SPAN_MAX
    from zhulian.anchors.shapes import canonical_bytes
    from zhulian.client.anchors import Seen, checked_headers, hand_in, make_co_seal, statement_after
    from zhulian.client.flow import drive
    from zhulian.files import write_atomically

    identity = chain.core.find_identity(signer)
    kept = home.client / f"co-seals.{identity.name}.{chain.core.trusted.digest.hex()[:16]}.json"
    seen = _seen(kept, chain)
    digests = drive(checked_headers(chain.core, seen, TAKEN_SPAN_MAX), chain.line)
    statement = statement_after(chain.core, seen, digests)
    # Written down before it is signed: a witness that forgets could be made to sign two histories.
    write_atomically(kept, canonical_bytes(Seen(statement.height, statement.header)), mode=0o600)
    anchor = make_co_seal(chain.core, statement, identity, home.certificates(identity.name), int(time.time() * 1000))
    if out is not None:
        write_atomically(out, canonical_bytes(anchor) + b"\n")
    drive(hand_in(chain.core, anchor), chain.line)
    return {"first": statement.first, "height": statement.height, "header": statement.header, "signer": identity.name}


def _seen(kept: Path, chain: "Chain") -> "Seen":
    """What this witness has sealed before.

    Raises:
        BadAnchorSettings: what it remembers cannot be read.
    """
    import msgspec

    from zhulian.anchors.errors import BadAnchorSettings
    from zhulian.client.anchors import Seen
    from zhulian.errors import Words

    try:
        return msgspec.json.decode(kept.read_bytes(), type=Seen)
    except FileNotFoundError:
        return Seen(0, chain.core.trusted.digest.hex())
    except msgspec.DecodeError as wrong:
        raise BadAnchorSettings(path=str(kept), why=Words.quote(wrong)) from None


@command(app, "attach", "anchor.attach.help")
def attach(
    file: Annotated[Path, typer.Argument(help="evidence.file", metavar="FILE")],
    receipt: Annotated[Path | None, typer.Option("--receipt", help="verify.receipt", metavar="FILE")] = None,
    node: Node = None,
) -> None:
    """Write FILE.anchors.json for a receipt that is there."""
    from zhulian import canonical
    from zhulian.cli.anchoring import write_anchors
    from zhulian.ledger.receipts import verify_receipt

    at = receipt or file.with_name(file.name + ".receipt.json")
    if not file.is_file():
        raise FileMissing(path=str(file))
    if not at.is_file():
        raise ReceiptMissing(path=str(at))
    with open_chain(node) as chain:
        proved = verify_receipt(canonical.read(at.read_bytes()), chain.core.trusted)
        written = write_anchors(chain, file, proved)
    answer({"written": [str(path) for path in written]}, *(say("line.written", path=path) for path in written))
