"""`zhulian duties`: what an information service owes: its filing number, logs of six months and more, and their export."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from zhulian import canonical
from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, acting_home, open_chain
from zhulian.cli.taking_down import COLLECTION, taken_down_line
from zhulian.cli.words import say
from zhulian.files import write_atomically

if TYPE_CHECKING:
    from zhulian.home import Home

app = application("duties")
_REASONS = ("infringing", "order", "personal", "unlawful")


@command(app, "status", "duties.status.help")
def status(node: Node = None) -> None:
    """Show filing number, how long logs are kept, and how far they go back."""
    found, lines = look_at_duties(acting_home(node))
    answer(found, *lines)


@command(app, "export", "duties.export.help")
def export(
    out: Annotated[Path, typer.Argument(help="duties.out", metavar="FILE")],
    since: Annotated[str, typer.Option("--since", help="duties.since", metavar="DAY")],
    until: Annotated[str, typer.Option("--until", help="duties.until", metavar="DAY")],
    node: Node = None,
) -> None:
    """Write the access log of some days, with custody's sign-ins and acts of those days, and show the file's digest."""
    from zhulian.gateway.access.records import lines
    from zhulian.ledger.genesis import parse_genesis

    for name, day in (("--since", since), ("--until", until)):
        try:
            datetime.date.fromisoformat(day)
        except ValueError:
            raise BadValue(command="zhulian duties export", name=name, why=say("search.bad_day")) from None
    chosen = acting_home(node)
    found = [b'{"source":"gateway",' + each[1:] for each in lines(chosen.logs / "access", since, until)]
    found += _of_custody(chosen, since, until)
    data = b"".join(found)
    write_atomically(out, data, mode=0o600)
    digest = parse_genesis(chosen.genesis_bytes()).crypto().digest(data).hex()
    answer(
        {"digest": digest, "entries": len(found), "file": str(out)},
        say("duties.exported", count=len(found), path=out, digest=digest),
    )


@command(app, "take-down", "duties.take_down.help")
def take_down(
    transaction: Annotated[str, typer.Argument(help="duties.transaction", metavar="TRANSACTION")],
    reason: Annotated[str, typer.Option("--reason", help="duties.reason", metavar="REASON")],
    basis: Annotated[Path, typer.Option("--basis", help="duties.basis", metavar="FILE")],
    signer: As = None,
    node: Node = None,
) -> None:
    """Propose to the members that a transaction's content be taken down."""
    from zhulian.client.files import file_digest

    if reason not in _REASONS:
        raise BadValue(command="zhulian duties take-down", name="--reason", why=", ".join(_REASONS))
    if not basis.is_file():
        raise FileMissing(path=str(basis))
    with open_chain(node, signer) as chain:
        digest = file_digest(chain.core.hasher.suite, basis).hex()
        action = {"type": "govern.take_down", "basis": digest, "reason": reason, "transaction": transaction}
        done = chain.govern.propose([action])
    answer(
        {"proposal": done.transaction, "basis": digest, "height": done.height},
        say("govern.proposed", height=done.height),
        say("govern.vote_so", proposal=done.transaction),
    )


@command(app, "taken-down", "duties.taken.help")
def taken_down(
    transaction: Annotated[str, typer.Argument(help="duties.transaction", metavar="TRANSACTION")],
    out: Annotated[Path | None, typer.Option("--out", help="duties.fact", metavar="FILE")] = None,
    node: Node = None,
) -> None:
    """Show, proved, whether a transaction's content was taken down; and write the proof for whoever verifies later."""
    from zhulian.client.flow import drive
    from zhulian.client.reading import fact as read_fact

    with open_chain(node) as chain:
        found = drive(read_fact(chain.core, (COLLECTION, transaction)), chain.line)
        zone = chain.core.genesis.zone
    if out is not None:
        write_atomically(out, canonical.encode(found.document))
    fact = found.proved
    value = fact.value if fact.present else None
    lines = [taken_down_line(value, zone) if isinstance(value, dict) else say("duties.not_taken", height=fact.height)]
    answer({"taken_down": value, "height": fact.height}, *lines, *([say("line.written", path=out)] if out is not None else []))


def look_at_duties(chosen: "Home") -> tuple[dict[str, Any], list[str]]:
    """What the settings declare, how far the logs go back, and lines that say so; `kept` is false where a filed service keeps none."""
    from zhulian.gateway.access.records import days_kept
    from zhulian.gateway.settings import load_settings
    from zhulian.ledger.genesis import parse_genesis

    settings = load_settings(chosen.root / "gateway.toml")
    filed = parse_genesis(chosen.genesis_bytes()).filing if chosen.exists else None
    filing = settings.filing or (filed.number if filed is not None else "")
    days = days_kept(chosen.logs / "access")
    kept = settings.log_days is not None or not filing
    found = {"filing": filing, "kept": kept, "log_days": settings.log_days, "oldest": days[0] if days else None}
    lines = [say("duties.filing", filing=filing) if filing else say("duties.unfiled")]
    if settings.log_days is not None:
        lines.append(say("duties.kept", days=settings.log_days, oldest=days[0] if days else "—"))
    elif filing:
        lines.append(say("duties.not_kept"))
    return found, lines


def _of_custody(chosen: "Home", since: str, until: str) -> list[bytes]:
    """Custody's entries of those days, where it is set up on this machine, its chain held first."""
    from zhulian.offchain.custody.founding import is_set_up

    if not is_set_up(chosen):
        return []
    import sqlalchemy as sa

    from zhulian.offchain.custody import log
    from zhulian.offchain.custody.founding import open_custody
    from zhulian.offchain.custody.models import Entry

    begin = datetime.datetime.fromisoformat(since).replace(tzinfo=datetime.UTC)
    end = datetime.datetime.fromisoformat(until).replace(tzinfo=datetime.UTC) + datetime.timedelta(days=1)
    database, _, hasher, _, _ = open_custody(chosen)
    try:
        with database.session() as session:
            log.verify(session, hasher)
            first, last = int(begin.timestamp() * 1000), int(end.timestamp() * 1000)
            asked = sa.select(Entry).where(Entry.at_ms >= first, Entry.at_ms < last).order_by(Entry.number)
            return [msgspec.json.encode({"source": "custody", **log.shown(each)}) + b"\n" for each in session.scalars(asked)]
    finally:
        database.close()
