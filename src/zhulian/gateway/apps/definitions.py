"""Definitions as the chain keeps them, read once and kept while they are used."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from zhulian.errors import check
from zhulian.gateway.chain import ChainSource
from zhulian.gateway.errors import NoSuchApp, NoSuchDefinition
from zhulian.gateway.ledger import Ledger
from zhulian.language.definition.check import Checked
from zhulian.language.definition.views import Tree

__all__ = ["App", "Definitions", "Loaded"]

_KEPT = 64
_PARTS_MAX = 16


@dataclass(frozen=True)
class Loaded:
    """A published definition: its digest, what the chain says of it, its tree as bytes, what checking it has found, its view model."""

    digest: str
    published: dict[str, Any]
    text: bytes
    checked: Checked
    view: dict[str, Any]

    @property
    def tree(self) -> Tree:
        """The normalised tree."""
        return self.checked.definition.tree


@dataclass(frozen=True)
class App:
    """An open instance: its name, what the chain keeps of it, and its present definition."""

    name: str
    value: dict[str, Any]
    loaded: Loaded

    @property
    def tree(self) -> Tree:
        """The normalised tree of the present definition."""
        return self.loaded.tree


class Definitions:
    """Reads definitions and instances from the ledger; a definition never changes, so the newest used ones are kept."""

    def __init__(self, ledger: Ledger, chain: ChainSource) -> None:
        self._ledger = ledger
        self._chain = chain
        self._kept: OrderedDict[str, Loaded] = OrderedDict()
        self._lock = asyncio.Lock()

    async def get(self, digest: str) -> Loaded:
        """The definition of that digest.

        Raises:
            NoSuchDefinition. Refusal, ConnectionError: the ledger's.
        """
        found = self._kept.get(digest)
        if found is None:
            async with self._lock:  # many ask for the same at once, and checking takes a moment
                found = self._kept.get(digest) or await self._load(digest)
                self._kept[digest] = found
                if len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        self._kept.move_to_end(digest)
        return found

    async def app(self, name: str) -> App:
        """The instance of that name, under the version that it follows by now.

        Raises:
            NoSuchApp. Refusal, ConnectionError: the ledger's.
        """
        value = await self._one("scenario/instances", [name])
        if value is None:
            raise NoSuchApp(instance=name[:64])
        return await self.opened(name, value)

    async def opened(self, name: str, value: dict[str, Any]) -> App:
        """The instance that the chain keeps as `value`; an upgrade counts from its time on, whether or not it is written in."""
        coming = value.get("coming")
        if coming is not None and coming["since"] <= time.time():
            earlier = {each: value[each] for each in ("definition", "settings", "uses")}
            before = {**value.get("before", {}), str(value["version"]): earlier}
            value = {**value, **{each: coming[each] for each in ("definition", "settings", "uses", "version")}, "before": before}
            del value["coming"]
        return App(name, value, await self.get(str(value["definition"])))

    async def of_version(self, app: App, version: int) -> Loaded:
        """The definition that a record of `version` of an instance lives under."""
        before = app.value.get("before", {}).get(str(version))
        return app.loaded if before is None else await self.get(str(before["definition"]))

    async def _load(self, digest: str) -> Loaded:
        published = await self._one("scenario/definitions", [digest])
        if published is None:
            raise NoSuchDefinition(definition=digest[:64])
        found = await self._ledger.page("scenario/parts", [digest], None, _PARTS_MAX)
        parts = {int(each["key"][2]): str(each["value"]) for each in found["items"]}
        text = "".join(parts[number] for number in sorted(parts)).encode()
        chain = await self._chain.get()
        checked, view = await asyncio.to_thread(_prepare, text, chain.hasher.digest)  # a large one takes a second
        return Loaded(digest, published, text, checked, view)

    async def _one(self, collection: str, key: list[str]) -> Any:
        found = await self._ledger.page(collection, key, None, 1)
        items = found["items"]
        check(len(items) < 2, "a whole key names one value")
        return items[0]["value"] if items and items[0]["key"][1:] == key else None


def _prepare(text: bytes, digest: Callable[[str, bytes], bytes]) -> tuple[Checked, dict[str, Any]]:
    from zhulian.language.definition.check import check_definition
    from zhulian.language.definition.reading import load_definition
    from zhulian.language.view import view_json, view_of
    from zhulian.node.vocabulary import vocabulary

    checked = check_definition(load_definition(text), vocabulary())
    return checked, view_json(view_of(checked, digest))
