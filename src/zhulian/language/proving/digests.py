"""What an obligation depends on, as one digest: where it is the same as in an earlier report, nothing has to be proved again."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from zhulian.language.compile import INSTANCE
from zhulian.language.definition.check import Checked
from zhulian.language.definition.locks import held_by
from zhulian.language.definition.shapes import Upgrade
from zhulian.language.expressions import types
from zhulian.language.expressions.tree import Ask, Typed, walk
from zhulian.language.proving.doing import Doer
from zhulian.language.proving.owning import whole_titles
from zhulian.language.proving.promises import Promised, home_of
from zhulian.language.proving.report import Engine

__all__ = ["Digests"]

_NOT_RULES = ("title", "help", "say", "about", "text")


class Digests:
    """Digests of the obligations of one definition."""

    def __init__(self, checked: Checked, engine: Engine, names: frozenset[tuple[str, str]]) -> None:
        self._checked = checked
        tree = checked.definition.tree
        shapes = [*tree.records, *([tree.instance] if tree.instance is not None else [])]
        self._records: Mapping[str, Any] = {each.name: each for each in shapes}
        self._doers = {f"actions.{each.name}": each for each in tree.actions} | {
            f"timers.{each.name}": each for each in tree.timers
        }
        self._under: dict[str, list[Typed]] = {}
        for path, typed in checked.typed.items():
            home = INSTANCE if path.startswith(f"{INSTANCE}.") else ".".join(path.partition("[")[0].split(".")[:2])
            self._under.setdefault(home, []).append(typed)
        registry = checked.registry
        contracts = [[name, each.contract] for name, each in sorted(registry.reads.items()) if each.contract is not None]
        contracts += [[name, each.contract] for name, each in sorted(registry.verbs.items()) if each.contract is not None]
        held = sorted(held_by(tree, checked.found))
        shared = [engine, sorted(names), held, tree.assets, tree.uses, tree.settings, contracts]
        shared += [sorted(whole_titles(checked)), tree.upgrade is None]
        self._shared = [_bare(msgspec.to_builtins(each)) for each in shared]

    def of(self, promise: Promised, doer: Doer) -> str:
        """The digest of a promise over something that happens: SHA-256 in hex."""
        records = sorted(self._reached(promise, doer))
        totals = [each for each in self._checked.definition.tree.totals if each.record in records]
        parts = [
            self._shared,
            [promise.record, promise.name, promise.path or ""],
            [doer.kind, doer.name],
            _bare(msgspec.to_builtins(self._doers.get(doer.path))),
            [_bare(msgspec.to_builtins(self._records[each])) for each in records],
            _bare(msgspec.to_builtins(totals)),
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def of_passage(self, promise: Promised, before: "Digests", upgrade: Upgrade | None) -> str:
        """The digest of a promise over the upgrade from another version, of which `before` has the digests: SHA-256 in hex."""
        about = Doer("upgrade", "upgrade", promise.record, "upgrade")
        records = sorted(self._reached(promise, about))
        moved = [each for each in (upgrade.move if upgrade is not None else ()) if each.record in records]
        parts = [
            [promise.record, promise.name, promise.path or ""],
            _bare(msgspec.to_builtins(moved)),
            [] if upgrade is None else [upgrade.version, upgrade.notice, sorted(set(upgrade.keep) & set(records))],
            self.of_records(records),
            before.of_records(before.reach(records)),
        ]
        return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def reach(self, records: Iterable[str]) -> list[str]:
        """The record types that these speak of, themselves among them."""
        return sorted(self._closed([each for each in records if each in self._records]))

    def of_records(self, records: Sequence[str]) -> list[Any]:
        """All that some record types are and promise, and what everything rests on."""
        totals = [each for each in self._checked.definition.tree.totals if each.record in records]
        shapes = [_bare(msgspec.to_builtins(self._records[each])) for each in records]
        return [self._shared, shapes, _bare(msgspec.to_builtins(totals))]

    def _reached(self, promise: Promised, doer: Doer) -> set[str]:
        """The record types that the promise or the doer can speak of, over the promises of these."""
        return self._closed([promise.record, doer.record, *self._named(doer.path)])

    def _closed(self, queue: list[str]) -> set[str]:
        found: set[str] = set()
        while queue:
            record = queue.pop()
            if record in found or record not in self._records:
                continue
            found.add(record)
            queue += [each.record for each in self._records[record].fields if each.type == "record"]
            queue += self._named(home_of(record))
        return found

    def _named(self, path: str) -> Iterator[str]:
        totals = {each.name: each.record for each in self._checked.definition.tree.totals}
        shape = self._doers.get(path)
        yield from _made(msgspec.to_builtins(shape)) if shape is not None else ()
        for typed in self._under.get(path, []):
            for each in walk(typed):
                if isinstance(each.type, types.Record) and each.type.name:
                    yield each.type.name
                if isinstance(each, Ask) and each.read in totals:
                    yield totals[each.read]


def _made(value: Any) -> Iterator[str]:
    """The record types that effects make."""
    if isinstance(value, dict):
        if value.get("verb") in ("create", "ensure"):
            yield str(value["record"])
        for each in value.values():
            yield from _made(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _made(each)


def _bare(value: Any) -> Any:
    """The value without what only people read."""
    if isinstance(value, dict):
        return {key: _bare(each) for key, each in value.items() if key not in _NOT_RULES}
    if isinstance(value, list | tuple):
        return [_bare(each) for each in value]
    return value
