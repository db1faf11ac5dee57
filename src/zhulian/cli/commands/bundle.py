"""`zhulian bundle`: one file that installs everything on a machine without a network."""

from pathlib import Path
from typing import Annotated

import typer

from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer, remark
from zhulian.cli.parser import subcommand
from zhulian.cli.words import language, say

app, register = subcommand("bundle", "bundle.help")


@register
def bundle(
    out: Annotated[Path, typer.Option("--out", help="bundle.out", metavar="FILE")] = Path("zhulian.tar.gz"),
    source: Annotated[Path | None, typer.Option("--source", help="bundle.source", metavar="FOLDER")] = None,
    wheels: Annotated[Path | None, typer.Option("--wheels", help="bundle.wheels", metavar="FOLDER")] = None,
    engine: Annotated[Path | None, typer.Option("--engine", help="bundle.engine", metavar="FILE")] = None,
    no_engine: Annotated[bool, typer.Option("--no-engine", help="bundle.no_engine")] = False,
    fonts: Annotated[Path | None, typer.Option("--fonts", help="bundle.fonts", metavar="FOLDER")] = None,
    machine: Annotated[str | None, typer.Option("--machine", help="bundle.machine", metavar="x86_64|aarch64")] = None,
) -> None:
    """Gather wheels, engine, fonts, documents and units, and write the file with its digest."""
    import hashlib

    from zhulian.network.bundle import find_source, make_bundle
    from zhulian.node.comet.binary import build_engine
    from zhulian.node.comet.starting import engine_cache

    if machine not in (None, "x86_64", "aarch64"):
        raise BadValue(command="zhulian bundle", name="--machine", why=str(machine)[:20])
    for named in (wheels, engine, fonts):
        if named is not None and not named.exists():
            raise FileMissing(path=str(named))
    at = find_source(source)
    program = engine
    if program is None and not no_engine:
        program = build_engine(engine_cache(), lambda words: remark(words.say(language())))
    made = make_bundle(
        at,
        out,
        engine=program,
        wheels=wheels,
        fonts=fonts,
        machine=machine,
        said=lambda piece: remark(say("bundle.piece", piece=say(f"bundle.piece.{piece}"))),
    )
    with made.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = made.stat().st_size
    answer(
        {"bundle": str(made), "bytes": size, "sha256": digest},
        say("bundle.made", path=made, megabytes=f"{size / 1e6:.0f}"),
        say("bundle.digest", digest=digest),
        say("bundle.install", path=made.name),
    )
