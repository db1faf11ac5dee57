"""Documents that prove something by themselves: receipts without a file, state facts, histories; and openings of private content."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from zhulian.cli.output import when
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.client.apps.openings import Opening
    from zhulian.ledger.receipts import Break, Trusted

__all__ = [
    "DOCUMENTS",
    "Shown",
    "break_lines",
    "filed_report",
    "is_document",
    "open_content",
    "prove_document",
    "values_of_receipt",
]

DOCUMENTS = ("zhulian/receipt/1", "zhulian/state/1", "zhulian/history/1")
_VALUE_MAX = 2000
_BYTES_MAX = 8 * 1024 * 1024


def is_document(path: Path) -> bool:
    """Whether a file is one of ours that proves something by itself."""
    try:
        if path.stat().st_size > _BYTES_MAX:
            return False
        data = path.read_bytes()
        found = json.loads(data) if data.lstrip()[:1] == b"{" else None
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and found.get("format") in DOCUMENTS


def prove_document(document: Mapping[str, Any], trusted: "Trusted") -> tuple[dict[str, Any], list[str], "list[Shown]"]:
    """What a state fact or a history proves: as data, as lines, and the values by field that private content opens against.

    Raises:
        ProofFault, HistoryBroken: naming what is wrong.
    """
    from zhulian.client.apps.history import verify_history
    from zhulian.ledger.receipts import verify_state_fact

    zone = trusted.genesis.zone
    if document["format"] == "zhulian/history/1":
        fact, events = verify_history(document, trusted)
        time = when(fact.time_ms, zone)
        lines = [say("verify.history", record="/".join(fact.key[1:]), count=len(events), height=fact.height, time=time)]
        told = {"key": list(fact.key), "height": fact.height, "time_ms": fact.time_ms, "events": events}
        return told, lines, [Shown.of(each, [each["key"]], each.get("fields", {})) for each in events]
    fact = verify_state_fact(dict(document), trusted)
    time = when(fact.time_ms, zone)
    told = {"key": list(fact.key), "present": fact.present, "height": fact.height, "time_ms": fact.time_ms}
    told["breaks"] = [msgspec.to_builtins(each) for each in fact.breaks]
    words = "verify.present" if fact.present else "verify.absent"
    lines = [say(words, key="/".join(fact.key), height=fact.height, time=time)]
    if fact.present:
        told["value"] = fact.value
        lines.append(say("verify.value", value=json.dumps(fact.value, ensure_ascii=False)[:_VALUE_MAX]))
    lines += break_lines(fact.breaks)
    held = fact.value.get("fields", {}) if fact.present and isinstance(fact.value, dict) else {}
    about = {"instance": fact.key[1], "record": fact.key[2]} if len(fact.key) == 4 else {}
    return told, lines, [Shown.of(about, [fact.key[-1]], held)]


def filed_report(messages: Any, digest: bytes | None) -> dict[str, Any] | None:
    """The message that files a prover's report of this digest, among the messages of a receipt; None where there is none."""
    if digest is None or not isinstance(messages, list):
        return None
    for each in messages:
        if isinstance(each, dict) and each.get("type") == "scenario.file_report" and each.get("report") == digest.hex():
            return each
    return None


def break_lines(breaks: "Sequence[Break]") -> list[str]:
    """One line for each place where a proof rests on some members' agreement instead of seals."""
    return [
        say(
            "verify.break",
            height=each.height,
            members=", ".join(each.members),
            power=each.power,
            whole=each.whole,
            made=datetime.fromtimestamp(each.made, UTC).strftime("%Y-%m-%d"),
            reason=each.reason,
            agreement=each.agreement,
        )
        for each in breaks
    ]


def values_of_receipt(messages: list[dict[str, Any]], result: Mapping[str, Any]) -> "list[Shown]":
    """The values by field or input that a receipt shows, with the records that they were handed in for."""
    events = result.get("events", [])
    found = [
        Shown.of(each, [each["key"]], each["fields"]) for each in events if isinstance(each.get("fields"), dict) and "key" in each
    ]
    acted = [each for each in events if each.get("type") == "scenario.acted"]
    asked = [each for each in messages if each["type"] == "scenario.act" and isinstance(each.get("input"), dict)]
    found += [Shown.of(event, event.get("on", []), message["input"]) for event, message in zip(acted, asked, strict=False)]
    for each in messages:  # a proposal's record type is known to its definition alone
        if each["type"] == "scenario.propose" and isinstance(each.get("input"), dict):
            found.append(Shown(str(each.get("instance")), None, each["input"]))
    return found


@dataclass(frozen=True)
class Shown:
    """Values that a proof shows, and the records (type, slash, key) that they belong to; None: of any record of the instance."""

    instance: str
    records: tuple[str, ...] | None
    values: dict[str, Any]

    @classmethod
    def of(cls, event: Mapping[str, Any], keys: Sequence[str], values: dict[str, Any]) -> "Shown":
        """The values of an event's record, whose key may have been unknown when they were handed in."""
        record = str(event.get("record", ""))
        return cls(str(event.get("instance")), (f"{record}/", *(f"{record}/{key}" for key in keys)), values)

    def fits(self, opening: "Opening") -> bool:
        """Whether an opening is of these records."""
        return opening.instance == self.instance and (self.records is None or opening.record in self.records)


def open_content(
    path: Path, trusted: "Trusted", values: "Sequence[Shown]", digest: bytes | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """Hold an opening file against proved values; `digest` is that of the file that is shown, if one is.

    Raises:
        NotAnOpening, OpeningFails: naming what is wrong.
    """
    from zhulian.client.apps.errors import NotAnOpening, OpeningFails
    from zhulian.client.apps.openings import read_opening, verify_opening
    from zhulian.errors import Words

    try:
        document = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as wrong:
        raise NotAnOpening(path=str(path), why=Words.quote(wrong)) from None
    openings = read_opening(document, str(path))
    if document.get("chain") != trusted.chain:
        raise NotAnOpening(path=str(path), why=Words("属于另一条链", "it is of another chain"))
    told: list[dict[str, Any]] = []
    lines: list[str] = []
    shown = False
    elsewhere: list[str] = []  # content that another transaction handed in; a receipt tells of its own alone
    for each in openings:
        is_file = each.path is not None
        fitting = [one for one in values if one.fits(each)]
        on_chain = {f"{place}.{name}": value for place, one in enumerate(fitting) for name, value in one.values.items()}
        named = any(each.field in one.values for one in fitting)
        if not named and each.commitment not in on_chain.values():
            elsewhere.append(each.field)
            told.append(_told(each, shown=False))
            lines.append(say("verify.not_here", field=each.field, instance=each.instance, record=each.record))
            continue
        if is_file and (digest is None or digest.hex() != each.digest):
            told.append(_told(each, shown=False))
            lines.append(say("verify.not_shown", field=each.field, instance=each.instance, record=each.record))
            continue
        verify_opening(trusted.hasher, each, on_chain, content=digest if is_file else None)
        shown = shown or is_file
        told.append(_told(each, shown=True))
        lines.append(say("verify.opened", field=each.field, instance=each.instance, record=each.record, digest=_content(each)))
    if len(elsewhere) == len(openings):
        raise OpeningFails(field=", ".join(elsewhere), why=Words("链上的承诺值不同", "the chain has another commitment"))
    if digest is not None and not shown:
        raise OpeningFails(
            field=", ".join(each.field for each in openings),
            why=Words("所示文件不是其中任何一项", "the file that is shown is none of these"),
        )
    return told, lines


def _told(opening: "Opening", *, shown: bool) -> dict[str, Any]:
    found = {
        "field": opening.field,
        "instance": opening.instance,
        "record": opening.record,
        "digest": opening.digest,
        "shown": shown,
    }
    return found if opening.path is not None else found | {"value": opening.value}


def _content(opening: "Opening") -> str:
    return opening.digest if opening.path is not None else json.dumps(opening.value, ensure_ascii=False)
