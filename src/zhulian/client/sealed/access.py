"""What an owner does with sealed content later: hand it to others, grant, withdraw, review, restrict, erase; and the emergency opening."""

from collections.abc import Sequence
from typing import Any, Literal

from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.flow import Flow, work
from zhulian.client.sealed.deposit import hand_over
from zhulian.client.sealed.holders import holders, regulator_of
from zhulian.client.sealed.objects import vaults
from zhulian.client.sealed.opening import data_key, find_content
from zhulian.client.submit import Outcome, submit

__all__ = ["break_glass", "erase", "grant", "restrict", "review", "rewrap", "withdraw"]

Signer = str | Identity | None


def rewrap(core: Core, content: str, readers: Sequence[str], *, owner: str | None = None, signer: Signer = None) -> Flow[Outcome]:
    """Hand the key of private content to later readers; the owner's own envelope gives it.

    Raises:
        NoSealedContent, NotForYou, NoKeyOnChain, NoDecryptionKey, ObjectLost. FromNode, ProofFault, Unreachable, NoSigner.
    """
    identities = yield from work(core.identities, None if signer is None else [signer])
    found = yield from find_content(core, content, owner)
    where = yield from vaults(core)
    key, _ = yield from data_key(core, found, where, signers=list(identities))
    chosen = yield from holders(core, readers)
    given = yield from hand_over(core, content, found.value["blob"], key, chosen)
    message = {"type": "share.rewrap", "content": content, "party": found.owner, "readers": given}
    return (yield from submit(core, [message], signers=list(identities)))


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
    message: dict[str, Any] = {"type": "share.grant", "scope": scope, "to": regulator_of(core, to)}
    more = {"fields": list(fields), "party": party, "purposes": list(purposes), "until": until, "uses": uses}
    return (yield from _send(core, message | {name: value for name, value in more.items() if value}, signer))


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
    """Erase content for good: vaults destroy sealed bytes and envelopes; the chain keeps the commitment and the fact.

    Raises:
        FromNode: a rule said no, as before `keep_until`. Unreachable, OutcomeUnknown, NoSigner.
    """
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
