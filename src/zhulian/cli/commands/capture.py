"""`zhulian capture`: take a page from the web with a real browser, and deposit what it was."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from zhulian.cli.certifying import try_to_certify
from zhulian.cli.output import answer, remark, when
from zhulian.cli.parser import subcommand
from zhulian.cli.receipts import write_receipt
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.client.capturing import Captured
    from zhulian.offchain.capture.taking import Options

app, register = subcommand("capture", "capture.help")

_Texts = list[str] | None


@register
def capture(
    url: Annotated[str, typer.Argument(help="capture.url", metavar="URL")],
    out: Annotated[Path | None, typer.Option("--out", help="capture.out", metavar="FILE")] = None,
    allow: Annotated[_Texts, typer.Option("--allow-address", help="capture.allow", metavar="NETWORK")] = None,
    trust: Annotated[_Texts, typer.Option("--trust-ca", help="capture.trust", metavar="PEM")] = None,
    time_server: Annotated[_Texts, typer.Option("--time-server", help="capture.time_server", metavar="HOST")] = None,
    browser: Annotated[str | None, typer.Option("--browser", help="capture.browser", metavar="PROGRAMME")] = None,
    timeout: Annotated[int, typer.Option("--timeout", help="capture.timeout", metavar="SECONDS", min=5, max=600)] = 90,
    bytes_max: Annotated[
        int, typer.Option("--bytes-max", help="capture.bytes_max", metavar="BYTES", min=1_000_000, max=256 * 1024 * 1024)
    ] = 64 * 1024 * 1024,
    width: Annotated[int, typer.Option("--width", help="capture.width", metavar="PIXELS", min=320, max=3840)] = 1440,
    no_certificate: Annotated[bool, typer.Option("--no-certificate", help="evidence.no_certificate")] = False,
    signer: As = None,
    node: Node = None,
) -> None:
    """Capture a page and deposit the bundle; bundle, receipt and certificates lie beside each other."""
    from zhulian.ledger.agreements import encode_agreement

    options = _options(allow, trust, time_server, browser, timeout, bytes_max, width)
    with open_chain(node, signer) as chain:
        chain.resume()
        remark(say("capture.begins", url=url))
        done = chain.evidence.capture(url, out, options=options)
        path = Path(done.deposit.path)
        written = [path, write_receipt(path, done.deposit.receipt.document)]
        if not no_certificate:
            agreements = [encode_agreement(one) for one in chain.core.trusted.agreements]
            written += try_to_certify(path, done.deposit.receipt.document, chain.core.genesis_bytes, agreements)
        _answer(done, written, chain.core.genesis.zone)


def _options(
    allow: _Texts, trust: _Texts, time_servers: _Texts, browser: str | None, timeout: int, bytes_max: int, width: int
) -> "Options":
    from zhulian.offchain.capture.clock import SERVERS
    from zhulian.offchain.capture.limits import Limits
    from zhulian.offchain.capture.taking import Options

    return Options(
        allow=tuple(allow or ()),
        trust=tuple(trust or ()),
        time_servers=tuple(each for each in time_servers if each != "none") if time_servers else SERVERS,
        browser=browser,
        language=language(),
        limits=Limits(total_s=timeout, bytes_max=bytes_max, width_px=width),
    )


def _answer(done: "Captured", written: list[Path], zone: str) -> None:
    manifest, proved = done.manifest, done.deposit.receipt.proved
    page, found = manifest["page"], manifest["resources"]
    document = {
        "bundle": done.deposit.path,
        "deposit": done.deposit.deposit,
        "digest": done.deposit.digest,
        "height": proved.height,
        "manifest": manifest,
        "time_ms": proved.not_before_ms,
        "transaction": proved.transaction,
        "written": [str(each) for each in written],
    }
    lines = [
        say("capture.done", title=page["title"] or "—", url=page["url"], status=page["status"]),
        say("capture.when", time=when(manifest["ended_ms"], zone), answered=found["answered"], asked=found["asked"]),
        say("deposit.where", height=proved.height, time=when(proved.not_before_ms, zone), transaction=proved.transaction),
    ]
    refused = manifest["network"]["refused"]
    if refused:
        lines.append(say("capture.refused", hosts=", ".join(dict.fromkeys(each["host"] for each in refused))))
    answer(document, *lines, *(say("line.written", path=each) for each in written))
