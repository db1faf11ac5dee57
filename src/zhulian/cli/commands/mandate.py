"""`zhulian mandate`: freeze, thaw and recall as the regulator, and see what is frozen."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer, table, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import Node, open_chain
from zhulian.cli.state import settings
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.client import Chain

app = application("mandate")

Target = Annotated[str, typer.Argument(help="mandate.target", metavar="TARGET")]
Document = Annotated[Path, typer.Option("--document", help="mandate.document", metavar="FILE")]
Officers = Annotated[list[str], typer.Option("--as", help="mandate.officers", metavar="SIGNER")]


@command(app, "freeze", "mandate.freeze.help")
def freeze(
    target: Target,
    document: Document,
    days: Annotated[int, typer.Option("--days", help="mandate.days", min=1, max=366)],
    officers: Officers,
    node: Node = None,
) -> None:
    """Let nothing go out of a party, an instance or a record for so many days."""
    _ordered("freeze", target, document, days, officers, node)


@command(app, "thaw", "mandate.thaw.help")
def thaw(target: Target, document: Document, officers: Officers, node: Node = None) -> None:
    """End a freeze before its time."""
    with open_chain(node) as chain:
        digest = _digest(chain, document)
        done = chain.mandate.thaw(target, document=digest, signers=_two(officers))
    answer(
        {"target": target, "document": digest, "transaction": done.transaction, "height": done.height},
        say("mandate.thawed", target=target, height=done.height),
    )


@command(app, "recall", "mandate.recall.help")
def recall(
    target: Annotated[str, typer.Argument(help="mandate.thing", metavar="RECORD")],
    document: Document,
    days: Annotated[int, typer.Option("--days", help="mandate.term", min=1, max=366)],
    officers: Officers,
    node: Node = None,
) -> None:
    """Recall a thing and all that comes from it, to be carried out within so many days."""
    _ordered("recall", target, document, days, officers, node)


@command(app, "list", "mandate.list.help")
def list_(node: Node = None) -> None:
    """List what is frozen now."""
    found: list[dict[str, Any]] = []
    with open_chain(node) as chain:
        after: str | None = None
        while True:
            page = chain.page("mandate/frozen", after=after, limit=100)
            found += page.items
            after = page.next
            if after is None:
                break
        now, zone = int(chain.core.clock()), chain.core.genesis.zone
    standing = [{"target": each["key"][-1], **each["value"]} for each in found if each["value"]["until"] > now]
    if settings.json:
        answer({"frozen": standing})
    elif not standing:
        answer({}, say("mandate.none"))
    else:
        rows = [
            [each["target"], when(each["until"] * 1000, zone), ", ".join(each["officers"]), each["document"]] for each in standing
        ]
        table([say("column.target"), say("column.until"), say("column.officers"), say("column.document")], rows)


def _ordered(
    what: Literal["freeze", "recall"], target: str, document: Path, days: int, officers: list[str], node: str | None
) -> None:
    """Use the mandate on a target for so many days, and say how it stands."""
    with open_chain(node) as chain:
        until = int(chain.core.clock()) + days * 86_400
        digest = _digest(chain, document)
        use = chain.mandate.freeze if what == "freeze" else chain.mandate.recall
        done = use(target, document=digest, until=until, signers=_two(officers))
        zone = chain.core.genesis.zone
    told = "mandate.frozen" if what == "freeze" else "mandate.recalled"
    answer(
        {"target": target, "document": digest, "until": until, "transaction": done.transaction, "height": done.height},
        say(told, target=target, until=when(until * 1000, zone), height=done.height),
    )


def _two(officers: list[str]) -> list[str]:
    if len(officers) != 2 or officers[0] == officers[1]:
        raise BadValue(command="zhulian mandate", name="--as", why=say("mandate.two"))
    return officers


def _digest(chain: "Chain", document: Path) -> str:
    """The digest of the legal document by the chain's suite; the document itself stays here."""
    if not document.is_file():
        raise FileMissing(path=str(document))
    return chain.core.hasher.suite.digest(document.read_bytes()).hex()
