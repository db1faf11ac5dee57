"""`zhulian share`: open sealed content, hand it on, grant and withdraw, review, restrict, erase; the catalogue and requests."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.days import day_end
from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer, progress, table, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.state import settings
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.client import Chain
    from zhulian.client.submit import Outcome

app = application("share")

What = Annotated[str, typer.Argument(help="share.what", metavar="CONTENT|RECEIPT")]
Owner = Annotated[str | None, typer.Option("--owner", help="share.owner", metavar="PARTY")]
Party = Annotated[str | None, typer.Option("--party", help="share.party", metavar="PARTY")]
Entry = Annotated[str, typer.Argument(help="share.entry", metavar="ENTRY")]
Out = Annotated[str | None, typer.Option("--out", help="share.out", metavar="PATH")]
To = Annotated[list[str], typer.Option("--to", help="share.to", metavar="PARTY")]
BASES = ("consent_withdrawn", "order", "request", "retention_over")
REASONS = ("danger_to_life", "order", "public_safety")
_COMMITMENT = re.compile(r"[0-9a-f]{64}")
VERDICTS = ("justified", "unjustified")


@command(app, "show", "share.show.help")
def show(what: What, owner: Owner = None, node: Node = None) -> None:
    """Show what the chain holds of sealed content, proved, and who may read it."""
    with open_chain(node) as chain:
        content, of = _named(chain, what, owner)
        found = chain.sealed.find(content, of)
        readers = chain.page("share/readers", prefix=(content, found.owner), limit=100).items
        zone = chain.core.genesis.zone
    value = found.value
    listed = [{"reader": each["key"][-1], **each["value"]} for each in readers]
    document = {"content": content, "owner": found.owner, "guarded": found.guarded, "record": value, "readers": listed}
    lines = [
        say("share.guarded" if found.guarded else "share.private", owner=found.owner, size=value["size"], vault=value["vault"]),
        say("deposit.where", height=value["height"], time=when(value["time_ms"], zone), transaction=value["transaction"]),
    ]
    if found.guarded:
        lines.append(say("share.keepers", keepers=", ".join(value["keepers"]), threshold=value["threshold"]))
    now = [each["reader"] for each in listed if "ended" not in each]
    lines.append(say("share.readers", readers=", ".join(now) or "—"))
    if "restricted" in value:
        lines.append(say("share.is_restricted", height=value["restricted"]["height"]))
    if "erased" in value:
        lines.append(say("share.was_erased", height=value["erased"]["height"], basis=say(f"basis.{value['erased']['reason']}")))
    answer(document, *lines)


@command(app, "open", "share.open.help")
def open_(
    what: What,
    owner: Owner = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="share.purpose", metavar="TEXT")] = None,
    opening: Annotated[str | None, typer.Option("--opening", help="share.opening", metavar="ID")] = None,
    out: Out = None,
    party: Party = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Open sealed content into a file, and hold it against the chain."""
    with open_chain(node, signer) as chain, progress("progress.opening", None, is_bytes=True) as bar:
        content, of = _named(chain, what, owner)
        if opening is None and purpose is None and chain.sealed.find(content, of).guarded:
            raise BadValue(command="zhulian share open", name="--purpose", why=say("share.purpose_due"))
        done = chain.sealed.open(content, owner=of, out=out, purpose=purpose, opening=opening, party=party, progress=bar.advance)
    document = {
        "content": content,
        "owner": done.content.owner,
        "written": str(done.path),
        "name": done.head.name,
        "media": done.head.media,
        "size": done.head.size,
        "digest": done.head.digest,
        "opening": done.opening,
    }
    lines = [say("share.opened", owner=done.content.owner, size=done.head.size), say("line.written", path=done.path)]
    if done.opening is not None:
        lines.insert(1, say("share.logged", opening=done.opening))
    answer(document, *lines)


@command(app, "rewrap", "share.rewrap.help")
def rewrap(what: What, to: To, owner: Owner = None, signer: As = None, node: Node = None) -> None:
    """Hand the key of private content to later readers."""
    with open_chain(node, signer) as chain:
        content, of = _named(chain, what, owner)
        done = chain.sealed.rewrap(content, to, owner=of)
    answer(_done(done, content=content, to=to), say("share.rewrapped", to=", ".join(to), height=done.height))


@command(app, "grant", "share.grant.help")
def grant(
    scope: Annotated[str, typer.Argument(help="share.scope", metavar="SCOPE|RECEIPT")],
    to: Annotated[str, typer.Option("--to", help="share.to", metavar="PARTY")],
    purpose: Annotated[list[str] | None, typer.Option("--purpose", help="share.purposes", metavar="TEXT")] = None,
    field: Annotated[list[str] | None, typer.Option("--field", help="share.fields", metavar="FIELD")] = None,
    uses: Annotated[int | None, typer.Option("--uses", help="share.uses", metavar="N", min=1)] = None,
    until: Annotated[str | None, typer.Option("--until", help="share.until", metavar="DATE")] = None,
    party: Party = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Allow a party to open guarded content."""
    with open_chain(node, signer) as chain:
        wide, _ = _named(chain, scope, None, is_scope=True)
        end = None if until is None else day_end(until, chain.core.genesis.zone, "zhulian share grant", "--until")
        done = chain.sealed.grant(wide, to, purposes=purpose or (), fields=field or (), uses=uses, until=end, party=party)
    answer(_done(done, scope=wide, to=to), say("share.granted", to=to, height=done.height))


@command(app, "withdraw", "share.withdraw.help")
def withdraw(
    scope: Annotated[str, typer.Argument(help="share.scope", metavar="SCOPE|RECEIPT")],
    to: Annotated[str, typer.Option("--from", help="share.from", metavar="PARTY")],
    party: Party = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Take back what a party may read."""
    with open_chain(node, signer) as chain:
        wide, _ = _named(chain, scope, None, is_scope=True)
        done = chain.sealed.withdraw(wide, to, party=party)
    answer(_done(done, scope=wide, to=to), say("share.withdrawn", to=to, height=done.height), say("share.copies_stay"))


@command(app, "restrict", "share.restrict.help")
def restrict(what: What, party: Party = None, signer: As = None, node: Node = None) -> None:
    """Keep content and hand it out no more."""
    with open_chain(node, signer) as chain:
        content, _ = _named(chain, what, None)
        done = chain.sealed.restrict(content, party=party)
    answer(_done(done, content=content), say("share.restricted", height=done.height), say("share.copies_stay"))


@command(app, "erase", "share.erase.help")
def erase(
    what: What,
    basis: Annotated[str, typer.Option("--basis", help="share.basis", metavar="BASIS")] = "request",
    party: Party = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Erase content for good; the chain keeps the commitment and the fact."""
    _require("erase", "--basis", basis, BASES)
    with open_chain(node, signer) as chain:
        content, _ = _named(chain, what, None)
        done = chain.sealed.erase(content, basis, party=party)  # type: ignore[arg-type]  # checked above
    answer(_done(done, content=content, basis=basis), say("share.erased", height=done.height))


@command(app, "break-glass", "share.break_glass.help")
def break_glass(
    what: What,
    reason: Annotated[str, typer.Option("--reason", help="share.reason", metavar="REASON")],
    owner: Owner = None,
    out: Out = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Open guarded content in an emergency; the owner is alerted and has to review it."""
    _require("break-glass", "--reason", reason, REASONS)
    with open_chain(node, signer) as chain:
        content, of = _named(chain, what, owner)
        found = chain.sealed.find(content, of)
        done = chain.sealed.break_glass(content, found.owner, reason)  # type: ignore[arg-type]  # checked above
        opened = chain.sealed.open(content, owner=found.owner, out=out, opening=done.transaction)
    answer(
        _done(done, content=content, owner=found.owner, reason=reason, written=str(opened.path), opening=done.transaction),
        say("share.emergency", owner=found.owner, opening=done.transaction),
        say("line.written", path=opened.path),
    )


@command(app, "review", "share.review.help")
def review(
    opening: Annotated[str, typer.Argument(help="share.opening", metavar="OPENING")],
    verdict: Annotated[str, typer.Option("--verdict", help="share.verdict", metavar="justified|unjustified")],
    signer: As = None,
    node: Node = None,
) -> None:
    """Say whether an emergency opening of own content was justified."""
    _require("review", "--verdict", verdict, VERDICTS)
    with open_chain(node, signer) as chain:
        done = chain.sealed.review(opening, verdict)  # type: ignore[arg-type]  # checked above
    answer(_done(done, opening=opening, verdict=verdict), say("share.reviewed", height=done.height))


@command(app, "offer", "share.offer.help")
def offer(
    entry: Entry,
    zh: Annotated[str, typer.Option("--zh", help="share.title_zh", metavar="TEXT")],
    en: Annotated[str, typer.Option("--en", help="share.title_en", metavar="TEXT")],
    field: Annotated[list[str] | None, typer.Option("--field", help="share.offered_fields", metavar="FIELD")] = None,
    end: Annotated[bool, typer.Option("--end", help="share.end")] = False,
    party: Party = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Put an entry into the catalogue, change it, or take it back."""
    with open_chain(node, signer) as chain:
        done = chain.sealed.offer(entry, zh, en, fields=field or (), withdrawn=end, party=party)
    said = say("share.offer_ended" if end else "share.offered", entry=entry, height=done.height)
    answer(_done(done, entry=entry, withdrawn=end), said)


@command(app, "catalogue", "share.catalogue.help")
def catalogue(
    owner: Annotated[str | None, typer.Option("--owner", help="share.of_owner", metavar="PARTY")] = None,
    node: Node = None,
) -> None:
    """List what is offered."""
    with open_chain(node) as chain:
        found = [each for each in chain.sealed.offers(owner) if not each.get("withdrawn")]
    rows = [[each["owner"], each["entry"], each["title"][language()], ", ".join(each.get("fields", ())) or "—"] for each in found]
    _listed("offers", found, ("owner", "entry", "offered", "fields"), rows)


@command(app, "request", "share.request.help")
def request(
    entry: Entry,
    owner: Annotated[str, typer.Option("--owner", help="share.of_owner", metavar="PARTY")],
    purpose: Annotated[str, typer.Option("--purpose", help="share.purpose", metavar="TEXT")],
    field: Annotated[list[str] | None, typer.Option("--field", help="share.wanted_fields", metavar="FIELD")] = None,
    until: Annotated[str | None, typer.Option("--until", help="share.until", metavar="DATE")] = None,
    party: Party = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Ask the owner of a catalogue entry for a grant."""
    with open_chain(node, signer) as chain:
        end = None if until is None else day_end(until, chain.core.genesis.zone, "zhulian share request", "--until")
        done = chain.sealed.request(entry, owner, purpose, fields=field or (), until=end, party=party)
    answer(_done(done, entry=entry, owner=owner), say("share.requested", owner=owner, entry=entry, height=done.height))


@command(app, "requests", "share.requests.help")
def requests(
    owner: Annotated[str | None, typer.Option("--owner", help="share.of_owner", metavar="PARTY")] = None,
    node: Node = None,
) -> None:
    """List requests and what became of them."""
    with open_chain(node) as chain:
        found = chain.sealed.requests(owner)
    rows = [
        [each["owner"], each["entry"], each["requester"], each["purpose"], say(f"share.status.{each['status']}")]
        for each in found
    ]
    _listed("requests", found, ("owner", "entry", "requester", "purpose", "state"), rows)


@command(app, "decline", "share.decline.help")
def decline(
    entry: Entry,
    requester: Annotated[str, typer.Option("--from", help="share.requester", metavar="PARTY")],
    party: Party = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Decline a request; a grant accepts it."""
    with open_chain(node, signer) as chain:
        done = chain.sealed.decline(entry, requester, party=party)
    answer(_done(done, entry=entry, requester=requester), say("share.declined", requester=requester, height=done.height))


def _listed(name: str, found: list[dict[str, Any]], heads: tuple[str, ...], rows: list[list[str]]) -> None:
    if settings.json or not rows:
        answer({name: found}, say("share.none_listed"))
        return
    table([say(f"column.{each}") for each in heads], rows)


def _named(chain: "Chain", given: str, owner: str | None, *, is_scope: bool = False) -> tuple[str, str | None]:
    """The content and its owner: from a receipt, else as they are given. What can only be a path has to be there.

    Raises:
        FileMissing. ProofFault, BadValue: the receipt is of something else.
    """
    from zhulian import canonical
    from zhulian.ledger.receipts import verify_receipt

    path = Path(given)
    if not path.is_file():
        if not (_COMMITMENT.fullmatch(given) or (is_scope and path.suffix != ".json" and not path.is_absolute())):
            raise FileMissing(path=given)
        return given, owner
    proved = verify_receipt(canonical.read(path.read_bytes()), chain.core.trusted)
    for event in proved.result.get("events", []):
        if event.get("type") == "evidence.deposited":
            return str(event["deposit"]), owner or str(event["party"])
        if event.get("type") == "share.registered":
            said = None if event.get("proposed") else str(event["owner"])  # another's, once what was proposed is done
            return str(event["content"]), owner or said
        if event.get("type") == "share.taken_over":
            return str(event["content"]), owner or str(event["owner"])
    raise BadValue(command="zhulian share", name="CONTENT|RECEIPT", why=given)


def _done(done: "Outcome", **more: Any) -> dict[str, Any]:
    return {**more, "transaction": done.transaction, "height": done.height}


def _require(name: str, option: str, given: str, choices: tuple[str, ...]) -> None:
    if given not in choices:
        raise BadValue(command=f"zhulian share {name}", name=option, why=", ".join(choices))
