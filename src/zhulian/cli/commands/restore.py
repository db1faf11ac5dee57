"""`zhulian restore`: put a backup back, on this machine or another."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from zhulian.cli.errors import FileMissing
from zhulian.cli.output import answer, progress
from zhulian.cli.parser import subcommand
from zhulian.cli.session import ask_backup_passphrase
from zhulian.cli.state import home
from zhulian.cli.words import say

app, register = subcommand("restore", "restore.help")


@register
def restore(
    file: Annotated[Path, typer.Argument(help="backup.file", metavar="FILE")],
    keys: Annotated[bool, typer.Option("--keys", help="restore.keys")] = False,
    ledger: Annotated[bool, typer.Option("--ledger", help="restore.ledger")] = False,
) -> None:
    """Put the whole backup into an empty home, or with `--ledger` the ledger alone into the home that is there."""
    from zhulian.node.archive import restore as put_back
    from zhulian.node.archive import restore_ledger

    if not file.is_file():
        raise FileMissing(path=str(file))
    passphrase = ask_backup_passphrase() if keys and not ledger else None
    with progress("progress.bytes", None) as bar:
        if ledger:
            done = restore_ledger(file, home(), bar.advance, bar.total)
        else:
            done = put_back(file, home(), passphrase, bar.advance, bar.total)
    lines = [say("restore.done", home=done.home, height=done.height, files=done.files)]
    if not ledger:
        lines.append(say("restore.with_keys" if done.keys else "restore.without_keys"))
    answer(msgspec.to_builtins(done), *lines, say("restore.seal_log", path=home().seal_log))
