"""Asking one's own node for a link."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhulian import canonical
from zhulian.client.answers import as_json, path_of
from zhulian.client.core import Core
from zhulian.client.errors import StrangeAnswer
from zhulian.client.flow import Call, Flow, call
from zhulian.client.linking.errors import NoOpening
from zhulian.errors import Words

__all__ = ["Link", "certificate", "record"]


@dataclass(frozen=True)
class Link:
    """A link: its whole address, its path at the node's gateway, and until when it opens (Unix seconds; 0: for good)."""

    url: str
    path: str
    until: int


def record(core: Core, instance: str, record: str, key: str, *, until: int = 0) -> Flow[Link]:
    """The link to a record's public page, which shows what `pages.public` of the definition lists and nothing else.

    Raises:
        FromNode: the record has no public page, or the signer's party takes no part in the instance. Unreachable.
    """
    return (yield from _ask(core, {"instance": instance, "key": key, "record": record, "until": until}))


def certificate(core: Core, receipt: Mapping[str, Any], *, name: str = "", until: int = 0) -> Flow[Link]:
    """The link to a deposit's certificate; who opens it sees what the certificate says and can compare the original, called `name`.

    Raises:
        NoOpening. FromNode: the receipt does not open what the chain has. Unreachable.
    """
    opening = receipt.get("opening")
    result = receipt.get("result")
    if not isinstance(opening, Mapping) or not isinstance(result, Mapping):
        raise NoOpening()
    asked = {"name": name, "opening": dict(opening), "transaction": str(result.get("transaction", "")), "until": until}
    return (yield from _ask(core, asked))


def _ask(core: Core, asked: dict[str, Any]) -> Flow[Link]:
    found = as_json((yield from call(Call("POST", path_of("links"), body=canonical.encode(asked)))), core.url)
    try:
        return Link(str(found["url"]), str(found["path"]), int(found["until"]))
    except (KeyError, TypeError, ValueError):
        raise StrangeAnswer(url=core.url, why=Words("链接的结构不符", "a link of another shape")) from None
