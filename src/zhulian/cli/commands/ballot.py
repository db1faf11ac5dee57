"""`zhulian ballot`: the papers of secret votes, their counts, and the recount that anyone may make."""

from pathlib import Path
from typing import Annotated

import typer

from zhulian.cli.errors import BadValue
from zhulian.cli.output import answer, progress
from zhulian.cli.papers import record_name, write_paper
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.words import say

app = application("ballot")

Instance = Annotated[str, typer.Argument(help="ballot.instance", metavar="INSTANCE")]
Record = Annotated[list[str], typer.Argument(help="ballot.record", metavar="RECORD KEY…")]
Out = Annotated[Path | None, typer.Option("--out", help="ballot.out", metavar="FILE")]


@command(app, "key", "ballot.key.help")
def key(instance: Instance, record: Record, out: Out = None, signer: As = None, node: Node = None) -> None:
    """Write a trustee's key for shares."""
    with open_chain(node, signer) as chain:
        text = chain.voting.key_paper(record_name(instance, record), signer)
    write_paper("zhulian ballot", text, instance, record, "key", out)


@command(app, "deal", "ballot.deal.help")
def deal(instance: Instance, record: Record, out: Out = None, signer: As = None, node: Node = None) -> None:
    """Write a trustee's part of the key."""
    with open_chain(node, signer) as chain:
        text = chain.voting.deal_paper(record_name(instance, record), signer)
    write_paper("zhulian ballot", text, instance, record, "deal", out)


@command(app, "look", "ballot.look.help")
def look(instance: Instance, record: Record, signer: As = None, node: Node = None) -> None:
    """Check the shares that were dealt to a trustee."""
    with open_chain(node, signer) as chain:
        chain.voting.look_at_shares(record_name(instance, record), signer)
        (identity,) = chain.core.identities(None if signer is None else [signer])
    party = identity.name.partition(".")[0]
    answer({"box": record_name(instance, record), "trustee": party, "sound": True}, say("ballot.sound", party=party))


@command(app, "fill", "ballot.fill.help")
def fill(
    instance: Instance,
    record: Record,
    voter: Annotated[str, typer.Option("--voter", help="ballot.voter", metavar="PARTY")],
    mark: Annotated[list[str] | None, typer.Option("--mark", help="ballot.mark", metavar="NUMBER")] = None,
    out: Out = None,
    node: Node = None,
) -> None:
    """Write an encrypted ballot."""
    if any(not each.isascii() or not each.isdigit() for each in mark or ()):
        raise BadValue(command="zhulian ballot fill", name="--mark", why=", ".join(mark or ()))
    with open_chain(node, None) as chain:
        text = chain.voting.ballot_paper(record_name(instance, record), [int(each) for each in mark or ()], voter)
    write_paper("zhulian ballot", text, instance, record, "ballot", out)


@command(app, "part", "ballot.part.help")
def part(instance: Instance, record: Record, out: Out = None, signer: As = None, node: Node = None) -> None:
    """Write a trustee's part of the opening."""
    with open_chain(node, signer) as chain:
        text = chain.voting.part_paper(record_name(instance, record), signer)
    write_paper("zhulian ballot", text, instance, record, "part", out)


@command(app, "count", "ballot.count.help")
def count(instance: Instance, record: Record, node: Node = None) -> None:
    """Show the counts that the parts open."""
    with open_chain(node, None) as chain:
        counts = chain.voting.counts(record_name(instance, record))
    answer({"box": record_name(instance, record), "counts": counts}, *_choices(counts))


@command(app, "recount", "ballot.recount.help")
def recount(instance: Instance, record: Record, node: Node = None) -> None:
    """Check a vote again from the chain; exit status 1 where anything does not agree."""
    with open_chain(node, None) as chain, progress("ballot.recounting", None) as bar:

        def tell(_: int, count: int) -> None:
            bar.total(count)
            bar.advance(1)

        found = chain.voting.recount(record_name(instance, record), tell)
    document = {"agrees": True, "ballots": found.ballots, "boxes": list(found.boxes), "counts": list(found.counts)}
    lines = [say("ballot.agrees", ballots=found.ballots, boxes=len(found.boxes))]
    answer(document, *lines, *(_choices(found.counts) if found.counts else [say("ballot.uncounted")]))


def _choices(counts: list[int] | tuple[int, ...]) -> list[str]:
    return [say("ballot.choice", choice=choice, count=count) for choice, count in enumerate(counts, 1)]
