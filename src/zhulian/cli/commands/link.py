"""`zhulian link`: links and codes of public pages, which open without signing in."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhulian.cli.days import day_end
from zhulian.cli.errors import BadValue, ReceiptMissing
from zhulian.cli.output import answer, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.state import settings
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.client import Chain
    from zhulian.client.linking.flows import Link

app = application("link")
Until = Annotated[str | None, typer.Option("--until", help="link.until", metavar="YYYY-MM-DD")]
Qr = Annotated[Path | None, typer.Option("--qr", help="link.qr", metavar="FILE.svg")]


@command(app, "record", "link.record.help")
def record(
    instance: Annotated[str, typer.Argument(help="link.instance", metavar="INSTANCE")],
    record: Annotated[str, typer.Argument(help="link.type", metavar="RECORD")],
    key: Annotated[str, typer.Argument(help="link.key", metavar="KEY")],
    until: Until = None,
    qr: Qr = None,
    node: Node = None,
    signer: As = None,
) -> None:
    """Make the code of a record's public page."""
    with open_chain(node, signer) as chain:
        made = chain.links.record(instance, record, key, until=_until(chain, until))
        _tell(chain, made, qr, say("link.shows.record"))


@command(app, "certificate", "link.certificate.help")
def certificate(
    receipt: Annotated[Path, typer.Argument(help="certificate.receipt", metavar="FILE.receipt.json")],
    name: Annotated[str | None, typer.Option("--name", help="link.name", metavar="NAME")] = None,
    until: Until = None,
    qr: Qr = None,
    node: Node = None,
    signer: As = None,
) -> None:
    """Make a link to the certificate of a deposit."""
    from zhulian import canonical

    if not receipt.is_file():
        raise ReceiptMissing(path=str(receipt))
    document = canonical.read(receipt.read_bytes())
    called = receipt.name.removesuffix(".receipt.json") if name is None else name
    with open_chain(node, signer) as chain:
        made = chain.links.certificate(document, name=called, until=_until(chain, until))
        _tell(chain, made, qr, say("link.shows.certificate"))


def _until(chain: "Chain", text: str | None) -> int:
    return 0 if text is None else day_end(text, chain.core.genesis.zone, "zhulian link", "--until")


def _tell(chain: "Chain", made: "Link", qr: Path | None, shows: str) -> None:
    import segno

    code = segno.make(made.url, error="m", micro=False)
    if qr is not None:
        try:
            code.save(str(qr), kind="svg", scale=4, border=4)
        except OSError as wrong:
            raise BadValue(command="zhulian link", name="--qr", why=f"{qr}: {wrong.strerror}") from None
    ends = say("link.ends", time=when(made.until * 1000, chain.core.genesis.zone)) if made.until else say("link.endless")
    written = [] if qr is None else [say("line.written", path=qr)]
    document = {"path": made.path, "until": made.until, "url": made.url} | ({} if qr is None else {"qr": str(qr)})
    answer(document, made.url, shows, ends, *written)
    if qr is None and not settings.json:
        code.terminal(compact=True, border=2)
