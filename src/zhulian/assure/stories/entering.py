"""From what a story writes to the values of a message: players become parties, private values their commitments, tickets are made out.

Bounds, patterns and roles are left to the chain to judge, so that a story tries the chain and not the form that people fill in.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from zhulian import canonical
from zhulian.assure.stories.making import make_thing, shown_again
from zhulian.assure.stories.papers import make_paper
from zhulian.assure.stories.stage import Opened, Stage
from zhulian.assure.stories.tickets import make_ticket
from zhulian.client.apps.openings import commitment_of, record_text
from zhulian.errors import Refusal
from zhulian.language.definition.shapes import Field, Input, Kind, Record
from zhulian.language.definition.views import With
from zhulian.language.values import key_text, keys_of, read_value, split_key

__all__ = ["Entry", "enter_inputs", "enter_key", "enter_keys"]

_FILE = "file:"
_FILE_MAX = 16 * 1024 * 1024
_PARTIES = ("party", "person")


@dataclass
class Entry:
    """What a step hands in, with what the narrator says of it; `folder` is where files of the story are."""

    stage: Stage
    opened: Opened
    record: str
    folder: Path | None
    key: tuple[str, ...] | None = None
    """The key of the record, where it is known beforehand."""

    def party(self, word: str) -> str:
        """A player's party; any other word stands for itself."""
        player = self.stage.company.players.get(word.strip())
        return word.strip() if player is None else player.party

    def value(self, field: Kind, given: With) -> Any:
        """One input as it stands in the message; what cannot be read as its type goes as it was written."""
        if given.ticket is not None:
            return make_ticket(self.stage, self.opened, given.ticket, lambda record, on: enter_key(self, record, on))
        if field.type == "ticket" and given.value in self.stage.tickets:
            return self.stage.tickets[given.value]
        if given.made is not None:
            if given.made.kind == "paper":
                return make_paper(self.stage, (self.opened.name, self.record, self.key or ()), given.made)
            return make_thing(self.stage, field, given.made)
        if field.type in ("codes", "bulk", "proof", "paper") and given.value in self.stage.made:
            return shown_again(self.stage, given.value)
        words: Any = given.value if given.values is None else [self._word(field.of or field, each) for each in given.values]
        if given.values is None:
            words = self._word(field, given.value)
        try:
            keys = keys_of(self.opened.tree)
            value = read_value(_unbound(field), words, self.stage.moment, given.name, keys=keys, commit=self.commit)
        except Refusal:
            return words
        return _key_parts(field, value)

    def commit(self, kind: Kind, value: Any) -> str:
        """The commitment of a private value, with a salt that is the same in every run; a public file's digest."""
        hasher = self.stage.chain.world.hasher
        content = self._content(str(value)) if kind.type == "file" else canonical.encode(value)
        digest = hasher.suite.digest(content)
        if kind.type == "file" and isinstance(kind, Field) and kind.visibility == "public":
            return digest.hex()
        field, record = kind.name if isinstance(kind, Field) else "value", record_text(self.record, self.key)
        salt = hashlib.sha256(f"{self.stage.story.name} {record} {field} ".encode() + digest).digest()
        return commitment_of(hasher, self.opened.name, record, field, salt, digest).hex()

    def _word(self, kind: Kind, word: str) -> Any:
        if kind.type in _PARTIES:
            return self.party(word)
        if kind.type == "list" and kind.of is not None and kind.of.type in _PARTIES:
            return [self.party(each) for each in word.split(",")]
        if kind.type == "record":
            fields = keys_of(self.opened.tree).get(kind.record, ())
            parts = split_key(word) if len(fields) > 1 else (word,)
            if len(parts) == len(fields):
                return [self._word(each, part) for each, part in zip(fields, parts, strict=True)]
        return word

    def _content(self, word: str) -> bytes:
        """A file beside the definition or in its folder `files`; the words themselves where there is none."""
        name = word.removeprefix(_FILE)
        if word.startswith(_FILE) and self.folder is not None:
            for path in (self.folder / name, self.folder / "files" / name):
                if path.is_file() and path.resolve().is_relative_to(self.folder.resolve()):
                    with path.open("rb") as file:
                        return file.read(_FILE_MAX)
        return name.encode()


def enter_inputs(entry: Entry, fields: Sequence[Input] | Sequence[Field], given: Sequence[With]) -> dict[str, Any]:
    """The inputs of a step by name."""
    known: Mapping[str, Field] = {each.name: each for each in fields}
    return {each.name: entry.value(known[each.name], each) for each in given if each.name in known}


def enter_key(entry: Entry, record: Record | None, on: Sequence[str]) -> tuple[str, ...]:
    """The parts of a record's key as they stand in messages."""
    if record is None:
        return tuple(on)
    fields = {each.name: each for each in record.fields}
    parts = []
    for name, word in zip(record.key, on, strict=False):
        value = entry.value(fields[name], With(name=name, value=word))
        parts.append(key_text(value) if isinstance(value, list) else str(value))
    return (*parts, *on[len(parts) :])


def enter_keys(entry: Entry, record: Record | None, on: Sequence[str], *, many: bool) -> tuple[tuple[str, ...], ...]:
    """The keys of the records that a step is about: one of several parts, or several."""
    if not on and (record is None or record.key):
        return ()
    if not many:
        return (enter_key(entry, record, on),)
    parts = 1 if record is None else len(record.key)
    return tuple(enter_key(entry, record, split_key(each) if parts > 1 else (each,)) for each in on)


def _key_parts(kind: Kind, value: Any) -> Any:
    """A record stands in messages by the parts of its key."""
    if kind.type == "record" and isinstance(value, str):
        return list(split_key(value))
    if kind.type == "list" and kind.of is not None and kind.of.type == "record":
        return [_key_parts(kind.of, each) for each in value]
    return value


def _unbound(kind: Kind) -> Kind:
    """The kind without what the chain is to judge."""
    free = replace(kind, min=None, max=None, pattern=None, forbid=None)
    return free if kind.of is None else replace(free, of=_unbound(kind.of))
