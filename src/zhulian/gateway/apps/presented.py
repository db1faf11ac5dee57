"""Records of the built-in instances, which a module keeps in collections of its own and a definition only shows."""

from collections.abc import Mapping
from typing import Any

from zhulian.gateway.apps.places import RecordPlace
from zhulian.language.values import key_text, split_key

__all__ = ["as_held", "collection_of", "happened", "state_key"]

_COLLECTIONS = {("evidence", "deposit"): "evidence/deposits"}


def collection_of(place: RecordPlace) -> str | None:
    """The collection in which a module keeps these records; None where the scenario module keeps them."""
    return _COLLECTIONS.get((place.app.value.get("module", ""), place.record))


def state_key(place: RecordPlace, key: str) -> list[str]:
    """The state key of a record."""
    collection = collection_of(place)
    return ["scenario/records", place.app.name, place.record, key] if collection is None else [collection, *split_key(key)]


def as_held(parts: list[str], value: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """A deposit in the shape in which records are kept: its key, and what it holds."""
    fields = {"deposit": parts[0], "party": parts[1], "kind": value["kind"], "source": value.get("source", "own_file")}
    if "count" in value:
        fields["count"] = value["count"]
    gone = value.get("withdrawn")
    held = {
        "fields": fields,
        "since": (gone or value)["time_ms"] // 1000,
        "state": "standing" if gone is None else "withdrawn",
        "version": 1,
    }
    return key_text(parts), held


def happened(value: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The history of a deposit: that it was made and, where it was, withdrawn."""
    made = "deposit_batch" if value["kind"] == "batch" else "deposit"
    items = [{"cause": made, "events": [], **{name: value[name] for name in ("height", "time_ms", "transaction")}}]
    gone = value.get("withdrawn")
    if gone is not None:
        items.append({"cause": "withdraw", "events": [], **{name: gone[name] for name in ("height", "time_ms", "transaction")}})
    return items
