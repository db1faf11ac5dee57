"""From what happened in blocks to documents: a fold over events, which gives the same rows whoever runs it and how often."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zhulian.errors import Words
from zhulian.language.definition.shapes import Record
from zhulian.language.definition.views import Tree
from zhulian.language.values import key_text
from zhulian.offchain.index.blocks import Background, Happened, ReadBlock
from zhulian.offchain.index.telling import (
    Telling,
    plain,
    tell_deposit,
    tell_instance,
    tell_organisation,
    tell_record,
    tell_signer,
)

__all__ = ["Draft", "Drafts", "document_json", "same_of", "taken_down_by", "touched"]

_RECORDS = "scenario/records"


@dataclass(slots=True)
class Draft:
    """A document in the making. `id` is 0 until it has one; `content` is what the index knows of the value at `place`."""

    kind: str
    key: str
    content: dict[str, Any]
    place: tuple[str, ...] = ()
    instance: str = ""
    record: str = ""
    definition: str = ""
    transaction: str = ""
    height: int = 0
    time_ms: int = 0
    first_height: int = 0
    first_ms: int = 0
    id: int = 0
    holder: str = ""
    telling: Telling | None = None


def same_of(kind: str, key: str, holder: str = "") -> str:
    """The digest by which a document is found again."""
    return hashlib.sha256(f"{kind}\x00{holder}\x00{key}".encode("utf-8", "surrogatepass")).hexdigest()


def taken_down_by(blocks: Iterable[ReadBlock]) -> list[str]:
    """The transactions that the members took down in these blocks."""
    return [
        str(each.event["transaction"]) for block in blocks for each in block.events if each.event["type"] == "govern.taken_down"
    ]


def document_json(value: Any) -> str:
    """JSON with sorted keys, in ASCII, as the tables keep it."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def touched(blocks: Iterable[ReadBlock]) -> set[tuple[str, str]]:
    """Kind and key of the documents that were there before these blocks, and change in them."""
    found: set[tuple[str, str]] = set()
    for block in blocks:
        for each in block.events:
            event = each.event
            match event["type"]:
                case "scenario.record_changed" if not event.get("new"):
                    found.add(("record", _record_key(event)))
                case "evidence.withdrawn":
                    found.add(("evidence", f"{event['deposit']}/{event['party']}"))
                case "scenario.upgraded" | "scenario.called_off" | "scenario.migrated":
                    found.add(("instance", event["instance"]))
                case kind if kind.startswith("identity."):
                    found |= {("organisation", event[name]) for name in ("organisation",) if name in event}
                    found |= {("signer", event[name]) for name in ("signer", "admin") if name in event}
    return found


class Drafts:
    """Folds the events of blocks into the documents that they make and change."""

    def __init__(self, background: Background, known: Mapping[tuple[str, str], Draft]) -> None:
        """`known` are the documents of `touched` that were there before."""
        self._background = background
        self.drafts: dict[tuple[str, str], Draft] = dict(known)
        self.changed: dict[tuple[str, str], Draft] = {}
        self._handlers: dict[str, Callable[[ReadBlock, Happened], None]] = {
            "evidence.deposited": self._deposited,
            "evidence.batch_deposited": self._deposited,
            "evidence.withdrawn": self._withdrawn,
            "scenario.record_changed": self._record_changed,
            "scenario.opened": self._instance,
            "scenario.upgraded": self._instance,
            "scenario.called_off": self._instance,
            "scenario.published": self._published,
            "scenario.alerted": self._alerted,
        }

    def take(self, block: ReadBlock) -> None:
        """Fold one block in."""
        for each in block.events:
            kind = each.event["type"]
            handler = self._handlers.get(kind)
            if handler is not None:
                handler(block, each)
            elif kind.startswith("identity."):
                self._identity(block, each)

    def finish(self) -> list[Draft]:
        """The documents that are new or changed, put into words, in the order in which they first changed."""
        for draft in self.changed.values():
            draft.telling = self._tell(draft)
        return list(self.changed.values())

    def put(self, kind: str, key: str, content: dict[str, Any], block: ReadBlock, transaction: str, **places: Any) -> Draft:
        """A document with its newest content, new or changed in this block."""
        found = self.drafts.get((kind, key))
        if found is None:
            found = Draft(kind, key, content, first_height=block.height, first_ms=block.time_ms, **places)
            self.drafts[kind, key] = found
        found.content = content
        found.transaction, found.height, found.time_ms = transaction, block.height, block.time_ms
        for name, value in places.items():
            setattr(found, name, value)
        self.changed[kind, key] = found
        return found

    def _deposited(self, block: ReadBlock, happened: Happened) -> None:
        event = happened.event
        content = {
            name: event[name] for name in ("deposit", "party", "via", "count", "source", "kind") if event.get(name) is not None
        }
        if event["type"] == "evidence.batch_deposited":
            content["kind"] = "batch"
        place = ("evidence/deposits", event["deposit"], event["party"])
        self.put("evidence", f"{event['deposit']}/{event['party']}", content, block, happened.transaction, place=place)

    def _withdrawn(self, block: ReadBlock, happened: Happened) -> None:
        event = happened.event
        key = f"{event['deposit']}/{event['party']}"
        found = self.drafts.get(("evidence", key))
        if found is not None:
            content = {**found.content, "withdrawn": {"height": block.height, "reason": event["reason"]}}
            self.put("evidence", key, content, block, happened.transaction)

    def _record_changed(self, block: ReadBlock, happened: Happened) -> None:
        event = happened.event
        key = _record_key(event)
        found = self.drafts.get(("record", key))
        before = found.content if found is not None else {"fields": {}}
        if before.get("trail", {}).get("count", 0) >= event["trail"]["count"]:
            return  # a state that was read later than this block
        fields = {**before["fields"], **event.get("fields", {})}
        content = {"fields": {name: value for name, value in fields.items() if value is not None}, "trail": event["trail"]}
        for name in ("state", "owner"):
            value = event[name] if event.get(name) is not None else before.get(name)
            if value is not None:
                content[name] = value
        self.put(
            "record",
            key,
            content,
            block,
            happened.transaction,
            place=(_RECORDS, event["instance"], event["record"], event["key"]),
            instance=event["instance"],
            record=event["record"],
            definition=self._background.definition(event["instance"]),
        )

    def _instance(self, block: ReadBlock, happened: Happened) -> None:
        name = happened.event["instance"]
        value = self._background.instances.get(name)
        if value is None:
            return
        kept = {each: value[each] for each in ("operator", "scenario", "version", "definition")}
        definition = self._background.definition(name)
        place = ("scenario/instances", name)
        self.put("instance", name, kept, block, happened.transaction, place=place, instance=name, definition=definition)

    def _published(self, block: ReadBlock, happened: Happened) -> None:
        event = happened.event
        content = {name: event[name] for name in ("definition", "scenario", "version")}
        place = ("scenario/definitions", event["definition"])
        self.put("definition", event["definition"], content, block, happened.transaction, place=place)

    def _alerted(self, block: ReadBlock, happened: Happened) -> None:
        event = happened.event
        content = {name: event.get(name, "") for name in ("cause", "instance", "key", "level", "name", "record")}
        definition = self._background.definition(event["instance"])
        places = {"instance": event["instance"], "record": event.get("record", ""), "definition": definition}
        self.put("alert", f"{block.height}/{happened.number}", content, block, happened.transaction, **places)

    def _identity(self, block: ReadBlock, happened: Happened) -> None:
        event = happened.event
        for kind, collection, names in (
            ("organisation", "identity/organisations", ("organisation",)),
            ("signer", "identity/signers", ("signer", "admin")),
        ):
            for name in (event[each] for each in names if each in event):
                value = self._background.values.get((collection, name))
                if value is not None:
                    self.member(kind, collection, name, value, block, happened.transaction)

    def member(self, kind: str, collection: str, name: str, value: dict[str, Any], block: ReadBlock, transaction: str) -> None:
        """An organisation or a signer, as its value stands."""
        names = ("admitted", "status", "title") if kind == "organisation" else ("duties", "kind", "revoked")
        content = {each: value[each] for each in names if each in value}
        self.put(kind, name, content, block, transaction, place=(collection, name))

    def deposit(self, key: list[str], value: dict[str, Any]) -> None:
        """A deposit, as its value stands; of a ledger that lacks the blocks before a snapshot."""
        content = {"deposit": key[0], "party": key[1]}
        content |= {each: value[each] for each in ("via", "count", "source", "kind", "withdrawn") if value.get(each) is not None}
        block = ReadBlock(value["height"], "", value["time_ms"], [], [])
        self.put("evidence", "/".join(key), content, block, value["transaction"], place=("evidence/deposits", *key))

    def record(self, key: list[str], value: dict[str, Any], block: ReadBlock) -> None:
        """A record, as its value stands; of a ledger that lacks the blocks before a snapshot."""
        content = {each: value[each] for each in ("fields", "trail", "state", "owner") if value.get(each) is not None}
        places = {"instance": key[0], "record": key[1], "definition": self._background.definition(key[0])}
        self.put("record", key_text(key), content, block, "", place=(_RECORDS, *key), **places)

    def _tell(self, draft: Draft) -> Telling:
        background = self._background
        match draft.kind:
            case "evidence":
                return tell_deposit(draft.place[1], draft.place[2], draft.content, background.parties)
            case "organisation":
                return tell_organisation(draft.key, draft.content)
            case "signer":
                return tell_signer(draft.key, draft.content, background.parties)
        tree = background.trees.get(draft.definition)
        if tree is not None and draft.kind == "instance":
            return tell_instance(draft.key, draft.content, tree, background.parties)
        kind = _type_of(tree, draft.record)
        if tree is not None and kind is not None and draft.kind == "record":
            calendar = background.calendar(draft.time_ms)
            return tell_record(tree, kind, draft.place[3], draft.content, calendar, background.parties)
        if tree is not None and draft.kind == "alert":
            return _tell_alert(tree, kind, draft)
        name = plain(str(draft.content.get("scenario") or draft.content.get("name") or draft.key))
        version = draft.content.get("version")
        title = Words(f"{name} 第 {version} 版", f"{name} version {version}") if version else Words(name, name)
        return Telling(title, Words("", ""))


def _tell_alert(tree: Tree, kind: Record | None, draft: Draft) -> Telling:
    content = draft.content
    level = {"low": "低", "medium": "中", "high": "高"}.get(content["level"], content["level"])
    of = Words(kind.title.zh, kind.title.en) if kind is not None else Words("", "")
    title = Words(f"预警：{tree.title.zh}", f"Alert: {tree.title.en}")
    key = plain(content["key"])
    zh = f"级别：{level}；{of.zh} {key}；{content['name'] or content['cause']}"
    return Telling(title, Words(zh, f"level: {content['level']}; {of.en} {key}; {content['name'] or content['cause']}"))


def _record_key(event: Mapping[str, Any]) -> str:
    return key_text((event["instance"], event["record"], event["key"]))


def _type_of(tree: Tree | None, name: str) -> Record | None:
    if tree is None or name == "instance":
        return tree.instance if tree is not None else None
    return next((each for each in tree.records if each.name == name), None)
