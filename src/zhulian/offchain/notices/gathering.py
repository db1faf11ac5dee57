"""From events to notices: who is told of what, in the words of the definition where there are such."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from zhulian.errors import Words
from zhulian.language.definition.causes import words_at
from zhulian.offchain.index.blocks import Background, ReadBlock
from zhulian.offchain.notices.book import Kind, Notice, Person
from zhulian.offchain.notices.words import say

__all__ = ["Told", "of_alert", "of_blocks", "of_certificates"]

Told = tuple[Person, Notice]
_DAYS = (1, 7, 30)
_DAY_S = 86_400
_KEY_SHOWN = 80


def of_blocks(blocks: Iterable[ReadBlock], background: Background, people: Sequence[Person]) -> Iterator[Told]:
    """What people are told of the events of these blocks."""
    for block in blocks:
        for happened in block.events:
            found = _notice(happened.event, f"{block.height}/{happened.number}", background, block.time_ms)
            if found is None:
                continue
            notice, party = found
            instance = str(happened.event.get("instance", ""))
            yield from ((each, notice) for each in people if each.wants(notice.kind, instance) and party in ("", each.party))


def of_alert(number: int, event: Mapping[str, Any], people: Sequence[Person]) -> Iterator[Told]:
    """What people are told of an entry of the alert desk's feed: whoever wants alerts, of new ones; and whom one is assigned to."""
    title = Words(str(event["title"]["zh"]), str(event["title"]["en"]))
    level = say(f"level.{event['level']}") if event.get("level") in ("low", "medium", "high") else Words("—", "—")
    instance = str(event.get("instance", ""))
    if event["type"] == "alert.raised":
        notice = Notice(
            "alerts", f"alert/{number}", title, say("text.alert", level=level, about=str(event.get("about", ""))[:_KEY_SHOWN])
        )
        yield from ((each, notice) for each in people if each.wants("alerts", instance))
    elif event["type"] == "alert.assigned":
        notice = Notice("tasks", f"alert/{number}", title, say("text.assigned", why=str(event.get("why", ""))[:200]))
        yield from ((each, notice) for each in people if each.name == event.get("assigned") and each.wants("tasks", instance))


def of_certificates(
    ends: Iterable[tuple[str, str, int]], background: Background, people: Sequence[Person], now_s: int
) -> Iterator[Told]:
    """What people are told of certificates that end soon: signer, fingerprint, end in Unix seconds; once within each of 30, 7 and 1 days."""
    for signer, fingerprint, end in ends:
        days = next((each for each in _DAYS if end - now_s <= each * _DAY_S), None)
        if days is None:
            continue
        said = say("text.certificate", signer=signer, time=_moment(end, background), days=days)
        notice = Notice("expiries", f"certificate/{fingerprint}/{days}", say("title.certificate"), said)
        party = signer.partition(".")[0]
        yield from ((each, notice) for each in people if each.party == party and each.wants("expiries", ""))


def _notice(event: Mapping[str, Any], key: str, background: Background, time_ms: int) -> tuple[Notice, str] | None:
    """What an event is worth saying, and to which party (empty: everybody here)."""
    _ = time_ms
    kind = event["type"]
    if kind in ("scenario.notified", "scenario.timer_ran", "scenario.timer_rested"):
        return _of_record(event, key, background)
    if kind == "scenario.proposed":
        app, action = _app(event, background), _title(background, event, "actions", str(event["action"]))
        said = say(
            "text.proposal", action=action, proposal=str(event["proposal"])[:16], time=_moment(event["expires"], background)
        )
        return Notice("tasks", key, say("title.proposal", app=app), said), ""
    if kind == "govern.proposed":
        said = say("text.vote", proposal=str(event["proposal"])[:16], time=_moment(event["closes"], background))
        return Notice("tasks", key, say("title.vote"), said), ""
    if kind == "share.requested":
        fields = {name: str(event[name])[:_KEY_SHOWN] for name in ("requester", "entry", "purpose")}
        return Notice("tasks", key, say("title.request"), say("text.request", **fields)), str(event["owner"])
    if kind == "share.emergency_opened":
        said = say("text.emergency", reader=str(event["reader"]), content=str(event["content"])[:16])
        return Notice("alerts", key, say("title.emergency"), said), str(event["owner"])
    return None


def _of_record(event: Mapping[str, Any], key: str, background: Background) -> tuple[Notice, str]:
    title = say(
        "title.app",
        app=_app(event, background),
        record=_title(background, event, "records", str(event.get("record", ""))),
        key=str(event.get("key", ""))[:_KEY_SHOWN],
    )
    if event["type"] == "scenario.notified":
        tree = background.tree(str(event["instance"]))
        words = None if tree is None else words_at(tree, str(event["cause"]))
        return Notice("tasks", key, title, words or say("text.told")), str(event["party"])
    timer = _title(background, event, "timers", str(event["timer"]))
    rested = event["type"] == "scenario.timer_rested"
    said = say("text.rested", timer=timer, code=str(event["code"])) if rested else say("text.timer", timer=timer)
    kind: Kind = "alerts" if rested else "expiries"
    return Notice(kind, key, title, said), ""


def _app(event: Mapping[str, Any], background: Background) -> Words:
    tree = background.tree(str(event["instance"]))
    return Words(str(event["instance"]), str(event["instance"])) if tree is None else Words(tree.title.zh, tree.title.en)


def _title(background: Background, event: Mapping[str, Any], part: str, name: str) -> Words:
    """The title that the definition gives to an action, record type or timer; its name where there is none."""
    tree = background.tree(str(event["instance"]))
    listed = () if tree is None else getattr(tree, part)
    title = next((each.title for each in listed if each.name == name), None)
    return Words(name, name) if title is None else Words(title.zh, title.en)


def _moment(unix_s: int, background: Background) -> str:
    """A time in the chain's zone."""
    offset = background.calendar(int(unix_s) * 1000).offset
    at = datetime.fromtimestamp(int(unix_s), UTC) + timedelta(seconds=offset)
    return f"{at:%Y-%m-%d %H:%M}"
