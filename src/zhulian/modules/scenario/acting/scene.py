"""Where an action plays: the transaction, the instance, and the definition that its records live under."""

from collections.abc import Mapping
from typing import Any

import msgspec

from zhulian.language.compile import INSTANCE, Compiled
from zhulian.language.expressions.tree import Ref, Value
from zhulian.language.lending import AssetName, RecordName
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.scenario.books import Shelf, as_of
from zhulian.modules.scenario.errors import NotYetFilled, SettingMissing, UsedWrongly
from zhulian.modules.scenario.state import Instance
from zhulian.modules.scenario.values import Unfit, key_texts, read_value

__all__ = ["Scene", "open_scene"]


class Scene(msgspec.Struct, frozen=True):
    """One instance at work under one version of its definition.

    `stack` are the instances whose actions have called each other to get here, this one last; `settings` and `uses` are those
    of the version. `quiet` is the transaction's state without its meter.
    """

    context: Context
    shelf: Shelf
    name: str
    instance: Instance
    compiled: Compiled
    version: int
    settings: Mapping[str, Any]
    uses: Mapping[str, str]
    stack: tuple[str, ...]
    quiet: StateView

    @property
    def scenario(self) -> str:
        """The scenario's name, which codes of its refusals begin with."""
        return self.compiled.tree.scenario

    def under(self, version: int) -> "Scene":
        """The same place under another version of the definition."""
        if version == self.version:
            return self
        return _scene(self.context, self.shelf, self.name, self.instance, version, self.stack)

    def record_name(self, ref: Ref) -> RecordName:
        """The name on chain of a record of this instance, or of one that it uses.

        Raises:
            NotYetFilled: if it is still being made and has no key.
        """
        if ref.record in self.compiled.records:
            if not ref.key and ref.record != INSTANCE:
                raise NotYetFilled(record=ref.record, field=self.compiled.records[ref.record].key[0])
            return RecordName(self.name, ref.record, key_texts(ref))
        return RecordName(self.uses.get(ref.record, ""), self.compiled.uses[ref.record].what, key_texts(ref))

    def asset_name(self, name: str) -> AssetName:
        """The asset class that a local name means."""
        own = self.compiled.assets.get(name)
        if own is not None:
            return AssetName(self.name, name, own.per or None)
        return AssetName(self.uses.get(name, ""), self.compiled.uses[name].what)

    def setting_values(self) -> dict[str, Value]:
        """The settings as expressions see them, defaults filled in; None for what may be absent and is.

        Raises:
            SettingMissing, UsedWrongly: where the instance was opened with others than the definition asks for.
        """
        known = self.shelf.known_settings(self.name, self.instance, self.version)
        if not known and self.compiled.settings:
            known.update(self._read_settings())
        return known

    def _read_settings(self) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name, field in self.compiled.settings.items():
            wire = self.settings.get(name, field.default)
            if wire is None and not field.optional:
                raise SettingMissing(name=name)
            try:
                found[name] = None if wire is None else read_value(field, wire, self.compiled.keys)
            except Unfit as unfit:
                raise UsedWrongly(instance=self.name, why=unfit.why) from None
        return found


def open_scene(context: Context, shelf: Shelf, name: str, instance: Instance, version: int, stack: tuple[str, ...]) -> Scene:
    """The place of an action on records that live under `version`."""
    return _scene(context, shelf, name, instance, version, stack)


def _scene(context: Context, shelf: Shelf, name: str, instance: Instance, version: int, stack: tuple[str, ...]) -> Scene:
    there = as_of(instance, version)
    quiet = context.state.quiet
    compiled = shelf.compiled(quiet, there.definition)
    return Scene(context, shelf, name, instance, compiled, version, there.settings, there.uses, stack, quiet)
