"""What an owner does with sealed content later: hand it to others, grant, withdraw, review, restrict, erase; and the emergency opening."""

import re
from collections.abc import Sequence
from typing import Any, Literal

from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.flow import Flow, work
from zhulian.client.reading import state
from zhulian.client.sealed.describing import descriptor_of
from zhulian.client.sealed.errors import NoKeyOnChain, NotForYou
from zhulian.client.sealed.holders import holders, regulator_of
from zhulian.client.sealed.objects import hand_over, vaults
from zhulian.client.sealed.opening import Content, data_key, find_content, party_of
from zhulian.client.submit import Outcome, submit

__all__ = ["break_glass", "erase", "grant", "restrict", "review", "rewrap", "withdraw"]

Signer = str | Identity | None
_DIGEST = re.compile("[0-9a-f]{64}")


def rewrap(core: Core, content: str, readers: Sequence[str], *, owner: str | None = None, signer: Signer = None) -> Flow[Outcome]:
    """Hand the key of private content to later readers, and that of what describes it; the owner's own envelopes give them.

    Raises:
        NoSealedContent, NotForYou, NoKeyOnChain, NoDecryptionKey, ObjectLost. FromNode, ProofFault, Unreachable, NoSigner.
    """
    identities = yield from work(core.identities, None if signer is None else [signer])
    found = yield from find_content(core, content, owner)
    messages = [(yield from _handing(core, found, readers, identities))]
    messages += yield from _handing_descriptor(core, content, found.owner, readers, identities)
    return (yield from submit(core, messages, signers=list(identities)))


def _handing(core: Core, found: Content, readers: Sequence[str], identities: Sequence[Identity]) -> Flow[dict[str, Any]]:
    """The message that hands the key of private content to readers."""
    where = yield from vaults(core)
    key, _ = yield from data_key(core, found, where, signers=list(identities))
    chosen = yield from holders(core, readers)
    given = yield from hand_over(core, found.content, found.value["blob"], key, chosen)
    return {"type": "share.rewrap", "content": found.content, "party": found.owner, "readers": given}


def _handing_descriptor(
    core: Core, content: str, owner: str, readers: Sequence[str], identities: Sequence[Identity]
) -> Flow[list[dict[str, Any]]]:
    """The message by which later readers may search by what describes the content; none where it is undescribed, or they have no key."""
    named = yield from descriptor_of(core, content, owner)
    if named is None:
        return []
    try:
        return [(yield from _handing(core, (yield from find_content(core, named, owner)), readers, identities))]
    except (NoKeyOnChain, NotForYou):
        return []


def grant(
    core: Core,
    scope: str,
    to: str,
    *,
    purposes: Sequence[str] = (),
    fields: Sequence[str] = (),
    uses: int | None = None,
    until: int | None = None,
    party: str | None = None,
    signer: Signer = None,
) -> Flow[Outcome]:
    """Allow a party to open what `scope` covers: a content's commitment, a catalogue entry, or a record.

    Raises:
        NoSuchReader. FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    reader = regulator_of(core, to)
    message: dict[str, Any] = {"type": "share.grant", "scope": scope, "to": reader}
    more = {"fields": list(fields), "party": party, "purposes": list(purposes), "until": until, "uses": uses}
    messages = [message | {name: value for name, value in more.items() if value}]
    identities = yield from work(core.identities, None if signer is None else [signer])
    if _DIGEST.fullmatch(scope):  # one content, whose name a party may know that may open it for any purpose
        messages += yield from _handing_descriptor(core, scope, party or party_of(identities[0]), [reader], identities)
    return (yield from submit(core, messages, signers=list(identities)))


def withdraw(core: Core, scope: str, to: str, *, party: str | None = None, signer: Signer = None) -> Flow[Outcome]:
    """Take back what a party may read: nothing new is opened to it, and vaults hand it nothing more.

    What it has read or copied before stays with it.

    Raises:
        NoSuchReader. FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message: dict[str, Any] = {"type": "share.withdraw", "scope": scope, "to": regulator_of(core, to)}
    return (yield from _send(core, message | ({"party": party} if party else {}), signer))


def restrict(
    core: Core, content: str, *, text: str | None = None, party: str | None = None, signer: Signer = None
) -> Flow[Outcome]:
    """Keep content and let nobody read it any more but its owner, and the regulator by its mandate: for what may not be erased yet.

    Vaults hand it to earlier readers no more; what they have read or copied before stays with them. It is not taken back.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message: dict[str, Any] = {"type": "share.restrict", "content": content}
    message |= {name: value for name, value in (("party", party), ("text", text)) if value}
    return (yield from _send(core, message, signer))


def erase(
    core: Core,
    content: str,
    basis: Literal["consent_withdrawn", "order", "request", "retention_over"] = "request",
    *,
    text: str | None = None,
    party: str | None = None,
    signer: Signer = None,
) -> Flow[Outcome]:
    """Erase content for good, with what describes it: vaults destroy sealed bytes and envelopes; the chain keeps the commitment and the fact.

    Of a deposit that lies in no vault, what describes it is erased.

    Raises:
        FromNode: a rule said no, as before `keep_until`. Unreachable, OutcomeUnknown, NoSigner.
    """
    (identity,) = yield from work(core.identities, None if signer is None else [signer])
    mine = party or party_of(identity)
    if not (yield from state(core, ("share/contents", content, mine))).present:
        content = (yield from descriptor_of(core, content, mine)) or content
    message: dict[str, Any] = {"type": "share.erase", "basis": basis, "content": content}
    message |= {name: value for name, value in (("party", party), ("text", text)) if value}
    return (yield from _send(core, message, signer))


def break_glass(
    core: Core,
    content: str,
    owner: str,
    reason: Literal["danger_to_life", "order", "public_safety"],
    *,
    text: str | None = None,
    signer: Signer = None,
) -> Flow[Outcome]:
    """Log an emergency opening; the outcome's transaction is the `opening` that `open_content` goes on with.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message: dict[str, Any] = {"type": "share.break_glass", "content": content, "owner": owner, "reason": reason}
    return (yield from _send(core, message | ({"text": text} if text else {}), signer))


def review(
    core: Core, opening: str, verdict: Literal["justified", "unjustified"], *, text: str | None = None, signer: Signer = None
) -> Flow[Outcome]:
    """The owner's verdict on an emergency opening.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message: dict[str, Any] = {"type": "share.review", "opening": opening, "verdict": verdict}
    return (yield from _send(core, message | ({"text": text} if text else {}), signer))


def _send(core: Core, message: dict[str, Any], signer: Signer) -> Flow[Outcome]:
    return (yield from submit(core, [message], signers=None if signer is None else [signer]))
