"""`zhulian oracle`: open sources, read and sign as one of their readers, hand in what several have signed."""

from pathlib import Path
from typing import Annotated

import typer

from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, acting_home, open_chain
from zhulian.cli.words import say

app = application("oracle")

Source = Annotated[str, typer.Argument(help="oracle.source", metavar="ORG.NAME")]
_REPORT_BYTES_MAX = 4096


@command(app, "open", "oracle.open.help")
def open_(
    source: Source,
    reader: Annotated[list[str], typer.Option("--reader", help="oracle.reader", metavar="ORG")],
    needed: Annotated[int, typer.Option("--needed", help="oracle.needed", metavar="N", min=1, max=16)],
    about: Annotated[Path, typer.Option("--about", help="oracle.about", metavar="FILE")],
    unit: Annotated[str, typer.Option("--unit", help="device.unit", metavar="UNIT")],
    scale: Annotated[int, typer.Option("--scale", help="device.scale", metavar="N", min=0, max=9)] = 0,
    within: Annotated[int | None, typer.Option("--within", help="oracle.within", metavar="N", min=0)] = None,
    fresh: Annotated[int, typer.Option("--fresh", help="oracle.fresh", metavar="SECONDS", min=1)] = 3600,
    signer: As = None,
    node: Node = None,
) -> None:
    """Open a source: exact agreement, or with `--within` the median and its tolerance."""
    from zhulian.client.files import file_digest

    if not about.is_file():
        raise FileMissing(path=str(about))
    with open_chain(node, signer) as chain:
        done = chain.quoting.open(
            source,
            readers=reader,
            needed=needed,
            about=file_digest(chain.core.hasher.suite, about).hex(),
            unit=unit,
            scale=scale,
            agreement="exact" if within is None else "median",
            tolerance=within or 0,
            fresh_s=fresh,
        )
    told = {"source": source, "height": done.height, "transaction": done.transaction}
    answer(told, say("oracle.opened", source=source, height=done.height))


@command(app, "close", "oracle.close.help")
def close(source: Source, signer: As = None, node: Node = None) -> None:
    """Let a source take no more quotes."""
    with open_chain(node, signer) as chain:
        done = chain.quoting.close(source)
    told = {"source": source, "height": done.height, "transaction": done.transaction}
    answer(told, say("oracle.closed", source=source, height=done.height))


@command(app, "read", "oracle.read.help")
def read(
    source: Source,
    sources: Annotated[Path | None, typer.Option("--sources", help="oracle.sources", metavar="FILE")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="oracle.out", metavar="FILE")] = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Read a source once, as the file says where, and write a signed report with the raw answer beside it."""
    from zhulian.files import write_atomically
    from zhulian.modules.oracle.format import SIGNED_REPORT
    from zhulian.offchain.addresses import networks_of
    from zhulian.reader.describing import load_descriptions
    from zhulian.reader.reading import read_source, scaled

    where = "zhulian oracle read"
    described = load_descriptions(sources or acting_home(node).root / "sources.toml")
    one = described.sources.get(source)
    if one is None:
        raise BadValue(command=where, name="ORG.NAME", why=", ".join(sorted(described.sources))[:200] or "—")
    try:
        allowed = networks_of(described.allow)
    except ValueError as wrong:
        raise BadValue(command=where, name="allow", why=str(wrong)) from None
    with open_chain(node, signer) as chain:
        there = chain.quoting.find(source)
        found = read_source(source, one, allowed)
        report = chain.quoting.sign_report(source, scaled(source, found.value, there.scale), found.raw, signer=signer)
    path = out or Path(f"{source}-{report.signer.partition('.')[0]}.report.json")
    try:
        write_atomically(path, SIGNED_REPORT.encode(report))
        write_atomically(path.with_name(path.name + ".raw"), found.raw)
    except OSError as wrong:
        raise BadValue(command=where, name="--out", why=f"{path}: {wrong.strerror}") from None
    told = {"report": str(path), "value": report.report.value, "time": report.report.time}
    answer(told, say("oracle.read", source=source, value=f"{found.value} {there.unit}"), say("line.written", path=path))


@command(app, "quote", "oracle.quote.help")
def quote(
    source: Source,
    reports: Annotated[list[Path], typer.Argument(help="oracle.reports", metavar="FILE…")],
    signer: As = None,
    node: Node = None,
) -> None:
    """Hand in what several organisations have signed."""
    from zhulian.modules.oracle.format import SIGNED_REPORT

    signed = []
    for path in reports:
        if not path.is_file():
            raise FileMissing(path=str(path))
        signed.append(SIGNED_REPORT.decode(path.read_bytes()[: _REPORT_BYTES_MAX + 1], _REPORT_BYTES_MAX))
    with open_chain(node, signer) as chain:
        done = chain.quoting.quote(source, signed)
        newest = chain.quoting.newest(source)
    told = {"source": source, "height": done.height, "value": newest.value, "readers": list(newest.readers)}
    answer(told, say("oracle.quoted", source=source, value=newest.value, readers=", ".join(newest.readers)))


@command(app, "ask", "oracle.ask.help")
def ask(source: Source, signer: As = None, node: Node = None) -> None:
    """Ask the readers of a source for a new quote."""
    with open_chain(node, signer) as chain:
        done = chain.quoting.ask(source)
    told = {"source": source, "height": done.height, "transaction": done.transaction}
    answer(told, say("oracle.asked", source=source, height=done.height))


@command(app, "show", "oracle.show.help")
def show(source: Source, node: Node = None) -> None:
    """Show a source and its newest quote, proved."""
    import msgspec

    from zhulian.client.quoting.errors import NoQuote

    with open_chain(node) as chain:
        there = chain.quoting.find(source)
        zone = chain.core.genesis.zone
        try:
            newest = chain.quoting.newest(source)
        except NoQuote:
            newest = None
        asked = chain.quoting.asked(source)
    agreement = say(f"oracle.{there.agreement}", tolerance=there.tolerance)
    lines = [say("oracle.is", source=source, needed=there.needed, readers=", ".join(there.readers), agreement=agreement)]
    if newest is not None:
        time = when(newest.time * 1000, zone)[:19]
        lines.append(say("oracle.newest", value=newest.value, scale=there.scale, unit=there.unit, time=time))
    if asked is not None and asked.number == (0 if newest is None else newest.number + 1):
        lines.append(say("oracle.waits", party=asked.party, height=asked.height))
    told = {"source": source, "record": msgspec.to_builtins(there), "newest": msgspec.to_builtins(newest)}
    answer({**told, "asked": msgspec.to_builtins(asked)}, *lines)
