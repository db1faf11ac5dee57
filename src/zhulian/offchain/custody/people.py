"""What a person does through custody: open handles, act, take the key home."""

import secrets
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from zhulian.crypto import PrivateKey
from zhulian.crypto.keyfile import sealed_key
from zhulian.node.errors import RemoteRefusal
from zhulian.offchain.custody import methods
from zhulian.offchain.custody.desk import Desk, Present
from zhulian.offchain.custody.errors import HandleThere, NoSuchHandle, NotInCustody
from zhulian.offchain.custody.keys import borrowed, open_under, seal_under
from zhulian.offchain.custody.methods import Asked
from zhulian.offchain.custody.models import Act, Held
from zhulian.offchain.custody.names import require_name
from zhulian.offchain.custody.rules import BY_PROPOSAL, Named, for_person
from zhulian.offchain.custody.sending import instruct, send, signed

__all__ = ["People", "handle_key"]

_ACTS_SHOWN: Final = 200


class People:
    """The doors for accounts of the kind person."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def open_handle(self, asked: Asked[methods.OpenHandle]) -> dict[str, Any]:
        """Open a fresh handle in an application; one that was begun and got no answer goes on.

        Raises:
            HandleThere. Refusal: what the chain says.
        """
        desk, instance = self._desk, asked.body.instance
        with desk.database.session() as session:
            present = desk.present(session, asked.who, kind="person")
            require_name(desk, session, present.account.id)
            mine = sa.select(Held).where(Held.account == present.account.id, Held.instance == instance, Held.state != "closed")
            held = session.scalar(mine)
            if held is not None and held.state != "opening":
                raise HandleThere(instance=instance, handle=held.handle)
            if held is None:
                name = "~" + secrets.token_hex(16)
                held = Held(handle=name, account=present.account.id, instance=instance, state="opening", made_ms=desk.now_ms)
                session.add(held)
            handle_key(desk, session, present, held)
            account = present.account.id
        tx = signed(desk, [{"type": "identity.open_handle", "handle": held.handle, "instance": instance}])
        outcome = await send(desk, tx.envelope, tx.transaction)
        _require_done(outcome, allowed="identity/27")  # it was opened when no answer came
        if outcome["status"] != "sent":
            with desk.database.session() as session:
                session.get_one(Held, held.handle).state = "custody"
                desk.note(session, account, "handle-opened", held.handle, instance=instance, transaction=tx.transaction)
        return {**_shown(held), "state": "opening" if outcome["status"] == "sent" else "custody", "outcome": outcome}

    async def handles(self, session: Session, account: str) -> list[dict[str, Any]]:
        """An account's handles, the newest first."""
        found = session.scalars(sa.select(Held).where(Held.account == account).order_by(Held.made_ms.desc()))
        return [_shown(each) for each in found]

    async def me(self, asked: Asked[methods.Nothing]) -> list[dict[str, Any]]:
        """One's own handles."""
        with self._desk.database.session() as session:
            present = self._desk.present(session, asked.who, writes=False)
            return await self.handles(session, present.account.id)

    async def act(self, asked: Asked[methods.DoAct]) -> dict[str, Any]:
        """Do something for one's handle: the handle's key signs the wish, the agent signs the transaction.

        Raises:
            NoSuchHandle, NotInCustody, NotForCustody. Refusal: what the chain says.
        """
        desk, body = self._desk, asked.body
        with desk.database.session() as session:
            desk.present(session, asked.who, kind="person")
        proposed = [await self._proposed(each) for each in body.messages]
        with desk.database.session() as session:
            present = desk.present(session, asked.who, kind="person")
            require_name(desk, session, present.account.id)
            held = _in_custody(session, present, body.handle)
            pairs = zip(body.messages, proposed, strict=True)
            messages = [for_person(each, held.handle, desk.organisation, by) for each, by in pairs]
            tx = signed(desk, messages)
            word = instruct(desk, handle_key(desk, session, present, held), held.handle, tx.transaction)
            types = [str(each["type"]) for each in messages]
            row = Act(
                transaction=tx.transaction, account=present.account.id, handle=held.handle, types=" ".join(types),
                at_ms=desk.now_ms, expires=tx.expires, envelope=tx.envelope.decode(), instruction=word, status="sent",
            )  # fmt: skip
            session.add(row)
            desk.note(
                session, present.account.id, "act", held.handle,
                instruction=word, key=held.public_key, transaction=tx.transaction, types=types,
            )  # fmt: skip
        return await self._follow(row)

    async def acts(self, asked: Asked[methods.Nothing]) -> list[dict[str, Any]]:
        """What was done for the account, the newest first."""
        with self._desk.database.session() as session:
            present = self._desk.present(session, asked.who, writes=False)
            mine = sa.select(Act).where(Act.account == present.account.id)
            return [_shown_act(each) for each in session.scalars(mine.order_by(Act.at_ms.desc()).limit(_ACTS_SHOWN))]

    async def one_act(self, asked: Asked[methods.OneAct]) -> dict[str, Any]:
        """One act; where no answer came when it was sent, the same bytes are sent again, which count once.

        Raises:
            NoSuchHandle: it is none of this account's.
        """
        with self._desk.database.session() as session:
            present = self._desk.present(session, asked.who, writes=False)
            found = session.get(Act, asked.body.transaction)
            if found is None or found.account != present.account.id:
                raise NoSuchHandle(handle=asked.body.transaction)
        return await self._follow(found) if found.status == "sent" else _shown_act(found)

    async def export(self, asked: Asked[methods.Export]) -> dict[str, Any]:
        """A handle's key as a key file under the person's own passphrase. Custody keeps it until it is handed over on the chain.

        Raises:
            FreshCodeDue, NoSuchHandle, NotInCustody, PassphraseEmpty.
        """
        desk, body = self._desk, asked.body
        with desk.database.session() as session:
            present = desk.present(session, asked.who, kind="person")
            desk.require_fresh(session, present, body.code)
            held = _in_custody(session, present, body.handle)
            file = sealed_key(handle_key(desk, session, present, held), body.passphrase, name=held.handle)
            desk.note(session, present.account.id, "key-exported", held.handle, key=held.public_key)
        return {"file": file.decode(), "handle": held.handle}

    async def hand_over(self, asked: Asked[methods.HandOver]) -> dict[str, Any]:
        """Let a handle out of custody for good; its key here is erased, and the chain takes nothing more from the agent.

        Raises:
            FreshCodeDue, NoSuchHandle, NotInCustody. Refusal: what the chain says, as of a key that its holder does not have.
        """
        desk, body = self._desk, asked.body
        own = {"not_after": body.not_after, "possession": body.possession, "public_key": body.public_key}
        with desk.database.session() as session:
            present = desk.present(session, asked.who, kind="person")
            desk.require_fresh(session, present, body.code)
            held = _in_custody(session, present, body.handle)
            account = present.account.id
        tx = signed(desk, [{"type": "identity.hand_over", "handle": held.handle, "own": own}])
        outcome = await send(desk, tx.envelope, tx.transaction)
        _require_done(outcome, allowed="identity/29")  # it was handed over when no answer came
        if outcome["status"] != "sent":
            with desk.database.session() as session:
                row = session.get_one(Held, held.handle)
                row.state, row.key, row.public_key = "own", "", body.public_key
                desk.note(session, account, "handed-over", held.handle, key=body.public_key, transaction=tx.transaction)
        return {"handle": held.handle, "outcome": outcome}

    async def _proposed(self, message: Mapping[str, Any]) -> Named | None:
        """The parties of the proposal that a message is about, as the chain has them."""
        if message.get("type") not in BY_PROPOSAL:
            return None
        place = ["scenario/proposals", str(message.get("instance", "")), str(message.get("proposal", ""))]
        value = (await self._desk.ledger.state(place)).get("value")
        return dict(value["by"]) if isinstance(value, dict) else None

    async def _follow(self, row: Act) -> dict[str, Any]:
        outcome = await send(self._desk, row.envelope.encode(), row.transaction)
        with self._desk.database.session() as session:
            found = session.get_one(Act, row.transaction)
            found.status, found.height = outcome["status"], int(outcome.get("height") or 0)
            if "refusal" in outcome:
                found.refusal = msgspec.json.encode(outcome["refusal"]).decode()
            return _shown_act(found)


def handle_key(desk: Desk, session: Session, present: Present, held: Held) -> PrivateKey:
    """The key of a handle, opened by the session; made at first need. The caller lets go of it at once."""
    about = f"handle/{held.handle}"
    if held.key:
        with borrowed(open_under(desk.suite, bytes(present.key), about, held.key)) as secret:
            return desk.suite.private_key(bytes(secret))
    key = desk.suite.generate()
    held.key, held.public_key = seal_under(desk.suite, bytes(present.key), about, key.reveal()), key.public_key.hex()
    session.flush()
    desk.note(session, present.account.id, "key-made", held.handle, key=held.public_key)
    return key


def _in_custody(session: Session, present: Present, handle: str) -> Held:
    found = session.get(Held, handle)
    if found is None or found.account != present.account.id:
        raise NoSuchHandle(handle=handle)
    if found.state != "custody":
        raise NotInCustody(handle=handle)
    return found


def _require_done(outcome: Mapping[str, Any], allowed: str) -> None:
    """Pass on the chain's no, unless it says that the thing is done already."""
    refusal = outcome.get("refusal")
    if refusal is not None and refusal["code"] != allowed:
        raise RemoteRefusal(**refusal)


def _shown(held: Held) -> dict[str, Any]:
    return {"handle": held.handle, "instance": held.instance, "made_ms": held.made_ms, "state": held.state}


def _shown_act(row: Act) -> dict[str, Any]:
    found: dict[str, Any] = {
        "at_ms": row.at_ms,
        "handle": row.handle,
        "status": row.status,
        "transaction": row.transaction,
        "types": row.types.split(" "),
    }
    if row.height:
        found["height"] = row.height
    if row.refusal:
        found["refusal"] = msgspec.json.decode(row.refusal)
    return found
