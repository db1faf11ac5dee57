"""Real names behind accounts: checked by an officer, sealed here, and on the chain only as a salted commitment of the agent organisation.

One person has one account: a keyed tag of the identity number tells whether it is here already, and says nothing to whoever lacks the service key. Erasing removes
name, number and salt; the commitment that stays proves nothing without them.
"""

import secrets
import unicodedata
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from zhulian import canonical
from zhulian.errors import Words
from zhulian.offchain.custody import methods
from zhulian.offchain.custody.desk import Desk
from zhulian.offchain.custody.errors import NameDue, NoSuchAccount, NotAnIdentity, PersonHasAccount
from zhulian.offchain.custody.methods import Asked
from zhulian.offchain.custody.models import Account, RealName
from zhulian.offchain.custody.sending import send, signed

__all__ = ["Names", "check_number", "erase_name", "require_name", "revealed"]

_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS: Final = "10X98765432"


class Names:
    """The door by which an officer binds an account to a person."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def bind(self, asked: Asked[methods.BindName]) -> dict[str, Any]:
        """Bind an account to the person whose papers an officer has seen; the commitment goes on the chain.

        Raises:
            NoSuchAccount, NotAnIdentity, PersonHasAccount. Refusal: what the chain says.
        """
        desk, body = self._desk, asked.body
        name, number = _tidy(body.name), _tidy(body.number).upper().replace(" ", "")
        if body.kind == "resident":
            check_number(number)
        person = desk.service.tag("person", f"{body.kind}/{number}")
        salt = secrets.token_bytes(32)
        told = canonical.encode({"kind": body.kind, "name": name, "number": number})
        commitment = desk.hasher.digest("commitment", salt + desk.suite.digest(told)).hex()
        with desk.database.session() as session:
            present = desk.present(session, asked.who, kind="officer")
            account = session.get(Account, body.account)
            if account is None or account.kind != "person" or account.state == "closed":
                raise NoSuchAccount(account=body.account)
            other = session.scalar(sa.select(RealName.account).where(RealName.person == person))
            if session.get(RealName, account.id) is not None or other is not None:
                raise PersonHasAccount()
            tx = signed(desk, [{"type": "evidence.deposit", "commitment": commitment, "source": "third_party"}])
            sealed = desk.service.seal("real-name", account.id, salt + told)
            session.add(
                RealName(
                    account=account.id, person=person, sealed=sealed, commitment=commitment, transaction=tx.transaction,
                    officer=present.account.id, made_ms=desk.now_ms,
                )
            )  # fmt: skip
            desk.note(session, present.account.id, "name-bound", account.id, commitment=commitment, transaction=tx.transaction)
        outcome = await send(desk, tx.envelope, tx.transaction)
        return {"account": body.account, "commitment": commitment, "outcome": outcome}


def check_number(number: str) -> None:
    """Hold an identity number of the mainland to its form and its check character (GB 11643-1999, ISO 7064 MOD 11-2).

    Raises:
        NotAnIdentity.
    """
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()) or number[17] not in _CHECKS:
        raise NotAnIdentity(why=Words("应为 18 位", "it has 18 characters"))
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    if _CHECKS[total % 11] != number[17]:
        raise NotAnIdentity(why=Words("校验码不符", "its check character does not fit"))


def require_name(desk: Desk, session: Session, account: str) -> None:
    """That an account is bound to a person, where the settings ask for it.

    Raises:
        NameDue.
    """
    if desk.config.real_names and session.get(RealName, account) is None:
        raise NameDue()


def revealed(desk: Desk, session: Session, account: str) -> dict[str, Any]:
    """Name and number behind an account, with the salt that opens the commitment; two officers have agreed to that.

    Raises:
        NoSuchAccount: nobody is bound to it.
    """
    found = session.get(RealName, account)
    if found is None:
        raise NoSuchAccount(account=account)
    opened = desk.service.open("real-name", account, found.sealed)
    person: dict[str, Any] = canonical.decode(opened[32:])
    return {**person, "commitment": found.commitment, "salt": opened[:32].hex()}


def erase_name(session: Session, account: str) -> bool:
    """Destroy what names the person behind an account; whether there was anything."""
    return session.scalar(sa.delete(RealName).where(RealName.account == account).returning(RealName.account)) is not None


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
