"""Records and their values as people read them, in both languages, beside what stands on the chain."""

from collections.abc import Mapping
from typing import Any

from zhulian.errors import Words
from zhulian.gateway.chain import Chain
from zhulian.language.definition.shapes import Field, Record, Text
from zhulian.language.definition.views import Tree
from zhulian.language.expressions.dates import Calendar
from zhulian.language.values import Moment, shown, split_key
from zhulian.zones import offset_of

__all__ = ["calendar_of", "moment_of", "parties_of", "record_type", "show_record", "sweeps_for", "words"]


def calendar_of(chain: Chain, time: int) -> Calendar:
    """The chain's zone as it is at `time` (Unix seconds); workdays are no matter of reading and showing values."""
    return Calendar(offset=offset_of(str(chain.document.get("zone", "UTC")), time))


def moment_of(chain: Chain, time: int) -> Moment:
    """What reading a value needs to know of now."""
    return Moment(time, calendar_of(chain, time))


def parties_of(chain: Chain) -> dict[str, Words]:
    """What the founding organisations are called; others go by their names."""
    listed = chain.document.get("organisations", [])
    return {each["organisation"]: Words(each["title"]["zh"], each["title"]["en"]) for each in listed}


def words(text: Text | None, name: str) -> dict[str, str]:
    """A title in both languages, or the name where there is none."""
    return {"zh": name, "en": name} if text is None else {"zh": text.zh, "en": text.en}


def record_type(tree: Tree, name: str) -> Record | None:
    """The record type of that name, `instance` included."""
    if name == "instance":
        return tree.instance
    return next((each for each in tree.records if each.name == name), None)


def sweeps_for(tree: Tree, record: str) -> list[str]:
    """The names of the sweeps that are begun for records of a type."""
    fields = {(kind.name, each.name): each.record for kind in tree.records for each in kind.fields if each.type == "record"}
    return [each.name for each in tree.timers if each.sweep and fields.get((each.on, each.sweep)) == record]


def show_record(
    kind: Record, key: str, held: Mapping[str, Any], calendar: Calendar, parties: Mapping[str, Words]
) -> dict[str, Any]:
    """A record: what the chain holds, with each field's value in both languages."""
    found: dict[str, Any] = {"key": key, "parts": list(split_key(key)), "since": held["since"]}
    found |= {name: held[name] for name in ("trail", "state", "owner", "done", "timers", "version") if name in held}
    if kind.states is not None and "state" in held:
        states = {each.name: each.title for each in kind.states.every}
        found["state_title"] = words(states.get(held["state"]), held["state"])
    found["fields"] = {each.name: _value(each, held["fields"].get(each.name), calendar, parties) for each in kind.fields}
    return found


def _value(field: Field, value: Any, calendar: Calendar, parties: Mapping[str, Words]) -> dict[str, Any]:
    said = shown(field, value, calendar, parties)
    found = {"title": words(field.title, field.name), "zh": said.zh, "en": said.en}
    if value is not None:
        found["value"] = value
    if field.visibility != "public":
        found["visibility"] = field.visibility
    return found
