"""A task, and for whom tasks are looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from zhulian.client.chain import AsyncChain
from zhulian.language.view.shapes import View

__all__ = ["Asker", "Task", "held", "listed"]


@dataclass(frozen=True)
class Task:
    """Something that waits for somebody. `kind` is the key of its words, `fields` fill them: texts, or words with `zh` and `en`.

    `due_s` is block time in Unix seconds, None where nothing says until when.
    """

    kind: str
    href: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    due_s: int | None = None


@dataclass(frozen=True)
class Asker:
    """Whose tasks are asked for. `parties` is the organisation, or the handles of a person; `people` whose keys the asker looks after.

    `token` is the session at custody of an officer of its desk, else empty. `node_days` is how long the node's certificates last.
    """

    chain: AsyncChain
    person: str
    parties: tuple[str, ...]
    now_s: int
    people: Sequence[str] = ()
    organisation: str = ""
    token: str = ""
    node_days: int | None = None
    views: dict[tuple[str, str], View] = field(default_factory=dict)
    """View models that were read before, by instance and definition."""


async def held(chain: AsyncChain, collection: str, *key: str) -> dict[str, Any] | None:
    """What the node shows at one key, unproved; None where there is nothing.

    Raises:
        Refusal: it could not be read.
    """
    found = (await chain.page(collection, prefix=key, limit=1)).items
    return dict(found[0]["value"]) if found and found[0]["key"][1:] == list(key) else None


async def listed(chain: AsyncChain, collection: str, *prefix: str, pages: int = 1) -> list[dict[str, Any]]:
    """The first items of a collection below a prefix, a hundred for each of `pages`.

    Raises:
        Refusal: they could not be read.
    """
    items: list[dict[str, Any]] = []
    after: str | None = None
    for _ in range(pages):
        got = await chain.page(collection, prefix=prefix, after=after, limit=100)
        items += got.items
        after = got.next
        if after is None:
            break
    return items
