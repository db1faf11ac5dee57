"""`zhulian govern`: propose to the members, vote, and see what is proposed."""

from pathlib import Path
from typing import Annotated, Any

import typer

from zhulian.cli.deciding import decide
from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer, table, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.state import settings
from zhulian.cli.words import say

app = application("govern")


@command(app, "propose", "govern.propose.help")
def propose(
    actions: Annotated[Path, typer.Argument(help="govern.actions", metavar="ACTIONS.json")],
    at_once: Annotated[bool, typer.Option("--vote", help="govern.all")] = False,
    signer: As = None,
    node: Node = None,
) -> None:
    """Propose the actions of a JSON file: one governed message, or a list of them."""
    from zhulian import canonical

    if not actions.is_file():
        raise FileMissing(path=str(actions))
    found: Any = canonical.read(actions.read_bytes())
    listed = found if isinstance(found, list) else [found]
    if not all(isinstance(each, dict) and isinstance(each.get("type"), str) for each in listed):
        raise BadValue(command="zhulian govern propose", name="ACTIONS.json", why=say("govern.shape"))
    with open_chain(node, signer) as chain:
        if at_once:
            decided = decide(chain, listed)
            if decided is None:
                raise BadValue(command="zhulian govern propose", name="--vote", why=say("govern.nobody"))
            proposal, status = decided
            answer({"proposal": proposal, "status": status}, say("govern.decided", status=say(f"proposal.{status}")))
            return
        done = chain.govern.propose(listed)
    answer(
        {"proposal": done.transaction, "height": done.height},
        say("govern.proposed", height=done.height),
        say("govern.vote_so", proposal=done.transaction),
    )


@command(app, "vote", "govern.vote.help")
def vote(
    proposal: Annotated[str, typer.Argument(help="govern.proposal", metavar="PROPOSAL")],
    choice: Annotated[str, typer.Argument(help="govern.choice", metavar="yes|no")],
    signer: As = None,
    node: Node = None,
) -> None:
    """Vote for the signer's organisation."""
    if choice not in ("yes", "no"):
        raise BadValue(command="zhulian govern vote", name="yes|no", why=choice[:20])
    with open_chain(node, signer) as chain:
        done = chain.govern.vote(proposal, choice)  # type: ignore[arg-type]  # checked above
        stands = chain.state(("govern/proposals", proposal)).value
    status = stands.get("status", "open") if isinstance(stands, dict) else "open"
    answer(
        {"proposal": proposal, "vote": choice, "transaction": done.transaction, "height": done.height, "status": status},
        say("govern.voted", height=done.height, status=say(f"proposal.{status}")),
    )


@command(app, "list", "govern.list.help")
def list_(node: Node = None) -> None:
    """List the proposals as the node shows them."""
    found: list[dict[str, Any]] = []
    with open_chain(node) as chain:
        after: str | None = None
        while True:
            page = chain.page("govern/proposals", after=after, limit=100)
            found += page.items
            after = page.next
            if after is None:
                break
        now = int(chain.core.clock())
        zone = chain.core.genesis.zone
    rows, documents = [], []
    for each in found:
        value = each["value"]
        status = "expired" if value["status"] == "open" and now >= value["closes"] else value["status"]
        votes = list(value["votes"].values())
        documents.append({"proposal": each["key"][-1], **value, "status": status})
        types = ", ".join(action["type"] for action in value["actions"])
        rows.append(
            [
                each["key"][-1],
                types,
                f"{votes.count('yes')} / {votes.count('no')}",
                say(f"proposal.{status}"),
                when(value["closes"] * 1000, zone),
            ]
        )
    if settings.json:
        answer({"proposals": documents})
    elif not rows:
        answer({}, say("govern.none"))
    else:
        table(
            [say("column.proposal"), say("column.actions"), say("column.votes"), say("column.status"), say("column.closes")], rows
        )
