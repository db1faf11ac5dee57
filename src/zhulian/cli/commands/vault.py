"""`zhulian vault`: how this machine's vault stands; check every object, remove what no record names."""

from typing import TYPE_CHECKING, Any

import typer

from zhulian.cli.errors import NO
from zhulian.cli.output import answer, progress
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, acting_home, open_chain
from zhulian.cli.state import home
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.offchain.vault import Vault

app = application("vault")


@command(app, "status", "vault.status.help")
def status(signer: As = None, node: Node = None) -> None:
    """Show who operates the node's vault and what the own party keeps there."""
    from zhulian.client.flow import drive
    from zhulian.client.sealed.objects import vault_info

    with open_chain(node, signer) as chain:
        found = drive(vault_info(chain.core), chain.line)
    mine = found["party"]
    answer(
        found,
        say("vault.operator", operator=found["operator"]),
        say("vault.held", party=mine["name"], objects=mine["objects"], bytes=mine["bytes"], most=mine["bytes_max"]),
    )


@command(app, "scrub", "vault.scrub.help")
def scrub(node: Node = None) -> None:
    """Read every object of this machine's vault again and hold it against its digest."""
    vault = _vault(node)
    _, size = vault.held()
    with progress("progress.scrubbing", size, is_bytes=True) as bar:
        done = vault.scrub(bar.advance)
    vault.close()
    faults = [*done.damaged, *done.missing]
    answer(
        {"objects": done.objects, "bytes": done.bytes, "damaged": list(done.damaged), "missing": list(done.missing)},
        say("vault.scrubbed", objects=done.objects, bytes=done.bytes),
        *(say("vault.damaged", digest=each) for each in done.damaged),
        *(say("vault.missing", digest=each) for each in done.missing),
        *([say("vault.others")] if faults else []),
    )
    if faults:
        raise typer.Exit(NO)  # the lines above say it


@command(app, "sweep", "vault.sweep.help")
def sweep(signer: As = None, node: Node = None) -> None:
    """Remove from this machine's vault what was erased, and what no record on the chain has ever named."""
    from zhulian.offchain.vault import settle, standing_of

    vault = _vault(node)
    with open_chain(node, signer) as chain:

        def find(key: tuple[str, ...]) -> dict[str, Any] | None:
            fact = chain.state(key)
            return fact.value if fact.present else None

        done = vault.sweep(lambda digest: settle(standing_of(digest), find))
    vault.close()
    answer(
        {"looked": done.looked, "removed": list(done.removed), "freed_bytes": done.freed_bytes},
        say("vault.swept", looked=done.looked, removed=len(done.removed), bytes=done.freed_bytes),
    )


def _vault(node: str | None) -> "Vault":
    from zhulian.ledger.genesis import parse_genesis
    from zhulian.offchain.vault import open_vault

    chosen = acting_home(node) if node is not None else home()
    return open_vault(chosen, parse_genesis(chosen.genesis_bytes()).crypto())
