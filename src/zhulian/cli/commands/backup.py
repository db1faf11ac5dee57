"""`zhulian backup`: one archive of everything, also while the node runs."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from zhulian.cli.output import answer, progress, remark
from zhulian.cli.parser import subcommand
from zhulian.cli.session import ask_new_passphrase
from zhulian.cli.state import home
from zhulian.cli.words import say

app, register = subcommand("backup", "backup.help")


@register
def backup(
    file: Annotated[Path, typer.Argument(help="backup.file", metavar="FILE")],
    keys: Annotated[bool, typer.Option("--keys", help="backup.keys")] = False,
) -> None:
    """Back up ledger and settings, with `--keys` also keys, sealed under a passphrase of their own."""
    from zhulian.node.archive import back_up

    passphrase = ask_new_passphrase() if keys else None
    with progress("progress.bytes", None) as bar:
        made = back_up(home(), file, passphrase, bar.advance, bar.total)
    answer(
        msgspec.to_builtins(made),
        say("backup.done", path=made.path, height=made.height, files=made.files, megabytes=f"{made.size / 1e6:.1f}"),
        say("backup.with_keys" if made.has_keys else "backup.without_keys"),
    )
    remark(say("backup.seal_log", path=home().seal_log))
