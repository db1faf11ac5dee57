"""`zhulian certificate`: the certificates of evidence that people read, made anew from a receipt."""

from pathlib import Path
from typing import Annotated

import typer

from zhulian.cli.certifying import certify
from zhulian.cli.errors import FileMissing, ReceiptMissing
from zhulian.cli.output import answer
from zhulian.cli.parser import subcommand
from zhulian.cli.state import genesis_near
from zhulian.cli.words import say

app, register = subcommand("certificate", "certificate.help")


@register
def certificate(
    receipt: Annotated[Path, typer.Argument(help="certificate.receipt", metavar="FILE.receipt.json")],
    genesis: Annotated[Path | None, typer.Option("--genesis", help="verify.genesis", metavar="FILE")] = None,
    agreement: Annotated[list[Path] | None, typer.Option("--agreement", help="verify.agreement", metavar="FILE")] = None,
) -> None:
    """Write FILE.certificate.html and FILE.certificate.pdf beside the receipt."""
    from zhulian import canonical

    if not receipt.is_file():
        raise ReceiptMissing(path=str(receipt))
    for named in (genesis, *(agreement or ())):
        if named is not None and not named.is_file():
            raise FileMissing(path=str(named))
    file = receipt.with_name(receipt.name.removesuffix(".receipt.json"))
    agreements = [each.read_bytes() for each in agreement or ()]
    written = certify(file, canonical.read(receipt.read_bytes()), genesis_near(genesis, receipt), agreements)
    answer({"written": [str(path) for path in written]}, *(say("line.written", path=path) for path in written))
