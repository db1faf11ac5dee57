"""The catalogue: what data an organisation offers, who asks to read it, and what became of that. A grant accepts a request."""

from collections.abc import Sequence
from typing import Any

from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.flow import Flow
from zhulian.client.reading import page
from zhulian.client.submit import Outcome, submit

__all__ = ["decline", "offer", "offers", "request", "requests"]

Signer = str | Identity | None
_PAGE = 100


def offer(
    core: Core,
    entry: str,
    zh: str,
    en: str,
    *,
    fields: Sequence[str] = (),
    withdrawn: bool = False,
    party: str | None = None,
    signer: Signer = None,
) -> Flow[Outcome]:
    """Put an entry into the catalogue, change it, or take it back; its title, in both languages, is public.

    Content that is sealed with this `entry` as its `scope` is read by whoever has a grant for it.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message: dict[str, Any] = {"type": "share.offer", "entry": entry, "title": {"en": en, "zh": zh}}
    return (yield from _send(core, message, signer, fields=list(fields), party=party, withdrawn=withdrawn))


def request(
    core: Core,
    entry: str,
    owner: str,
    purpose: str,
    *,
    fields: Sequence[str] = (),
    until: int | None = None,
    party: str | None = None,
    signer: Signer = None,
) -> Flow[Outcome]:
    """Ask the owner of a catalogue entry for a grant, for a stated purpose, until a moment (Unix seconds).

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message: dict[str, Any] = {"type": "share.request", "entry": entry, "owner": owner, "purpose": purpose}
    return (yield from _send(core, message, signer, fields=list(fields), party=party, until=until))


def decline(core: Core, entry: str, requester: str, *, party: str | None = None, signer: Signer = None) -> Flow[Outcome]:
    """Decline an open request.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    return (yield from _send(core, {"type": "share.decline", "entry": entry, "requester": requester}, signer, party=party))


def offers(core: Core, owner: str | None = None) -> Flow[list[dict[str, Any]]]:
    """The catalogue, of one owner or of all, as the node says: `{owner, entry, title, fields, height, withdrawn}` each.

    Raises:
        FromNode, Unreachable.
    """
    return (yield from _every(core, "share/catalogue", ("owner", "entry"), owner))


def requests(core: Core, owner: str | None = None) -> Flow[list[dict[str, Any]]]:
    """Requests, to one owner or to all, as the node says: `{owner, entry, requester, purpose, status, fields, until, height}` each.

    Raises:
        FromNode, Unreachable.
    """
    return (yield from _every(core, "share/requests", ("owner", "entry", "requester"), owner))


def _every(core: Core, collection: str, names: Sequence[str], owner: str | None) -> Flow[list[dict[str, Any]]]:
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        got = yield from page(core, collection, prefix=() if owner is None else (owner,), after=after, limit=_PAGE)
        for each in got.items:
            key = [str(part) for part in each["key"][-len(names) :]]
            found.append({**dict(zip(names, key, strict=True)), **each["value"]})
        after = got.next
        if after is None:
            return found


def _send(core: Core, message: dict[str, Any], signer: Signer, **more: Any) -> Flow[Outcome]:
    messages = [message | {name: value for name, value in more.items() if value}]
    return (yield from submit(core, messages, signers=None if signer is None else [signer]))
