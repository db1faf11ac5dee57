"""`zhulian search`: find records, deposits, members and applications, each held against the chain."""

from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.errors import NO, BadValue
from zhulian.cli.output import answer, when
from zhulian.cli.parser import subcommand
from zhulian.cli.session import As, Node, open_chain
from zhulian.cli.words import language, say
from zhulian.zones import offset_of

if TYPE_CHECKING:
    from zhulian.client import Hit

app, register = subcommand("search", "search.help")

_DAY_MS = 86_400_000


@register
def search(
    text: Annotated[str, typer.Argument(help="search.text", metavar="[TEXT]")] = "",
    kind: Annotated[str | None, typer.Option("--kind", help="search.kind", metavar="KIND")] = None,
    party: Annotated[str | None, typer.Option("--party", help="search.party", metavar="PARTY")] = None,
    instance: Annotated[str | None, typer.Option("--app", help="search.app", metavar="APP")] = None,
    record: Annotated[str | None, typer.Option("--record", help="search.record", metavar="TYPE")] = None,
    state: Annotated[str | None, typer.Option("--state", help="search.state", metavar="STATE")] = None,
    since: Annotated[str | None, typer.Option("--since", help="search.since", metavar="DAY")] = None,
    until: Annotated[str | None, typer.Option("--until", help="search.until", metavar="DAY")] = None,
    own: Annotated[bool, typer.Option("--own", help="search.own")] = False,
    prove: Annotated[Path | None, typer.Option("--prove", help="search.prove", metavar="FOLDER")] = None,
    no_check: Annotated[bool, typer.Option("--no-check", help="search.no_check")] = False,
    after: Annotated[str | None, typer.Option("--after", help="search.after", metavar="CURSOR")] = None,
    limit: Annotated[int, typer.Option("--limit", help="search.limit", metavar="N", min=1, max=100)] = 20,
    node: Node = None,
    signer: As = None,
) -> None:
    """Search through the node's index; exit status 1 where a hit does not agree with the chain."""
    with open_chain(node, signer) as chain:
        zone = chain.core.genesis.zone
        page = chain.search(
            text,
            kind=kind,
            party=party,
            instance=instance,
            record=record,
            state=state,
            since_ms=_moment("--since", since, zone),
            until_ms=_moment("--until", until, zone, days=1),
            own=own,
            after=after,
            limit=limit,
            check=not no_check,
        )
        written = [path for hit in page.hits for path in _write(prove, hit)] if prove is not None else []
    lines = [line for hit in page.hits for line in _lines(hit, zone)]
    lines += [say("line.written", path=path) for path in written]
    if not page.hits:
        lines.append(say("search.none", height=page.height))
    else:
        lines.append(say("search.height", height=page.height, ledger_height=page.ledger_height))
        wrong = any(hit.fault is not None for hit in page.hits)
        lines += [say("search.unchecked")] if no_check else [] if wrong else [say("search.checked")]
    lines += [say("search.more", cursor=page.next)] if page.next else []
    document = {"height": page.height, "ledger_height": page.ledger_height, "hits": [_document(hit) for hit in page.hits]}
    answer(document | ({"next": page.next} if page.next else {}), *lines)
    if any(hit.fault is not None for hit in page.hits):
        raise typer.Exit(NO)


def _moment(name: str, day: str | None, zone: str, days: int = 0) -> int | None:
    """The beginning of a day of the chain, `days` later, in Unix milliseconds.

    Raises:
        BadValue: it is no day.
    """
    if day is None:
        return None
    try:
        start = datetime.combine(date.fromisoformat(day) + timedelta(days=days), time.min, UTC)
    except (ValueError, OverflowError):
        raise BadValue(command="zhulian search", name=name, why=say("search.bad_day")) from None
    seconds = int(start.timestamp())
    return max(1, (seconds - offset_of(zone, seconds)) * 1000)


def _lines(hit: "Hit", zone: str) -> list[str]:
    spoken = language()
    said = [
        say("search.hit", title=hit.title.say(spoken), state=hit.state or "-", height=hit.height, time=when(hit.time_ms, zone))
    ]
    piece = hit.marked.get(f"text_{spoken}", {})
    said += [f"    {_marked(piece)}"] if piece.get("text") else []
    return said if hit.fault is None else [*said, f"    {hit.fault.code}  {hit.fault.say(spoken)}"]


def _marked(piece: dict[str, Any]) -> str:
    """The piece of text with the words searched for in 【】."""
    text, at, parts = str(piece["text"]), 0, []
    for start, end in piece.get("marks", []):
        parts += [text[at:start], "【", text[start:end], "】"]
        at = end
    return "".join([*parts, text[at:]])


def _document(hit: "Hit") -> dict[str, Any]:
    kept = [each.name for each in fields(hit) if each.name not in ("fault", "fact", "receipt")]
    found: dict[str, Any] = {name: getattr(hit, name) for name in kept}
    for name in ("title", "text"):
        found[name] = {"zh": found[name].zh, "en": found[name].en}
    found["proved"] = hit.fact is not None or hit.receipt is not None
    return found if hit.fault is None else {**found, "fault": hit.fault.as_problem()}


def _write(folder: Path, hit: "Hit") -> list[str]:
    """Write the proofs of a hit as files that `zhulian verify` takes."""
    from zhulian.client.apps.saving import file_name, save_document

    stem = file_name(hit.kind, hit.key)
    found = []
    for ending, document in ((".proof.json", hit.fact), (".receipt.json", hit.receipt)):
        if document is not None and hit.fault is None:
            found.append(str(save_document(folder / f"{stem}{ending}", document)))
    return found
