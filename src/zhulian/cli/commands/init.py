"""`zhulian init`: a home with a sample consortium."""

import time
from typing import Annotated

import typer

from zhulian.cli.output import answer
from zhulian.cli.parser import subcommand
from zhulian.cli.state import home
from zhulian.cli.words import say

app, register = subcommand("init", "init.help")


@register
def init(
    name: Annotated[str, typer.Option("--name", help="init.name", metavar="NAME")] = "zl-demo",
    suite: Annotated[str, typer.Option("--suite", help="init.suite", metavar="gm|intl")] = "gm",
) -> None:
    """Found the sample consortium in the home."""
    from zhulian.network import found_sample

    genesis = found_sample(home(), int(time.time()), name=name, suite_name=suite)
    signers = home().signers()
    document = {"home": str(home().root), "chain": genesis.chain(), "genesis_digest": genesis.digest().hex(), "signers": signers}
    answer(
        document,
        say("init.done", home=home().root),
        say("line.chain", chain=genesis.name),
        say("line.genesis", digest=genesis.digest().hex()),
        say("init.signers", signers=", ".join(signers), default=home().config().client.signer),
        say("init.passphrase", path=home().passphrase_file),
    )
