"""Whether a ticket holds for a use: a flat list of guards, in the order of their numbers."""

from typing import NamedTuple

from zhulian.crypto import BadSignature
from zhulian.errors import Refusal, Words, check
from zhulian.language.lending import Arguments, Caller, RecordName, the_number, the_record, the_text
from zhulian.ledger.errors import StepsExceeded
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.ticket.errors import (
    AlreadyBurnt,
    HolderKeyRefused,
    TicketExpired,
    TicketForAnother,
    TicketLastsTooLong,
    TicketNotYetValid,
    TicketOfAnother,
    TicketSignatureWrong,
    WrongAgency,
    WrongRecord,
    WrongUse,
)
from zhulian.modules.ticket.format import Signed, read_ticket, ticket_id, ticket_preimage
from zhulian.modules.ticket.needs import Keys
from zhulian.modules.ticket.state import BURNT

__all__ = ["LASTS_MAX", "Judged", "Wanted", "judge_ticket", "wanted_use"]

LASTS_MAX = 366 * 86_400
"""The longest that any ticket holds, in seconds; a definition asks for less by `valid`."""


class Wanted(NamedTuple):
    """What a ticket is shown for."""

    text: str
    use: str
    agency: str
    holder: str
    record: list[str] | None
    lasts_max: int


class Judged(NamedTuple):
    """A ticket that holds, with its id."""

    ticket: str
    signed: Signed


def wanted_use(arguments: Arguments) -> Wanted:
    """What the arguments of `burn` and `ticket_ok` ask for.

    Raises:
        ArgumentWrong.
    """
    valid = arguments.get("valid")
    return Wanted(
        text=the_text(arguments, "ticket"),
        use=the_text(arguments, "use"),
        agency=the_text(arguments, "agency"),
        holder=the_text(arguments, "holder"),
        record=_record(the_record(arguments, "of")),
        lasts_max=LASTS_MAX if valid is None else min(the_number(arguments, "valid"), LASTS_MAX),
    )


def judge_ticket(keys: Keys, block: Block, state: StateView, caller: Caller, wanted: Wanted) -> Judged:
    """Judge a ticket by everything but who signs the action.

    Raises:
        TicketFault: ticket/1 and ticket/3 to ticket/13, whichever holds first in this order.
    """
    signed = read_ticket(wanted.text)
    consent, now = signed.consent, block.time
    if consent.instance != caller.instance:
        raise TicketForAnother(given=consent.instance, wanted=caller.instance)
    if consent.holder != wanted.holder:
        raise TicketOfAnother(given=consent.holder, wanted=wanted.holder)
    if consent.agency != wanted.agency:
        raise WrongAgency(given=consent.agency, wanted=wanted.agency)
    if consent.use != wanted.use:
        raise WrongUse(given=consent.use, wanted=wanted.use)
    if consent.record != wanted.record:
        raise WrongRecord(given=_said(consent.record), wanted=_said(wanted.record))
    if now < consent.issued:
        raise TicketNotYetValid(issued=consent.issued, now=now)
    if now > consent.expires:
        raise TicketExpired(expires=consent.expires, now=now)
    if consent.expires - consent.issued > wanted.lasts_max:
        raise TicketLastsTooLong(lasts=consent.expires - consent.issued, most=wanted.lasts_max)
    ticket = ticket_id(block.hasher, consent)
    before = BURNT.find(state, ticket)
    if before is not None:
        raise AlreadyBurnt(height=before.height)
    _require_signature(block, signed, _require_key(keys, state, signed, now))
    return Judged(ticket, signed)


def _require_key(keys: Keys, state: StateView, signed: Signed, now: int) -> bytes:
    """The public key that signed, which must be able to sign for the holder now, whenever it did."""
    holder = signed.consent.holder
    try:
        acting = keys.judge(state, signed.signer, signed.key, now)
    except StepsExceeded:
        raise
    except Refusal as refusal:
        raise HolderKeyRefused(holder=holder, inner=refusal.code, why=refusal.words()) from None
    if acting.party != holder:
        why = Words(f"{signed.signer} 不属于 {holder}", f"{signed.signer} is none of {holder}")
        raise HolderKeyRefused(holder=holder, inner="ticket/4", why=why)
    found = keys.holder(state, signed.key)
    check(found is not None, "a key that may sign is registered")
    return b"" if found is None else found.public_key


def _require_signature(block: Block, signed: Signed, public_key: bytes) -> None:
    preimage = ticket_preimage(block.hasher, signed.consent)
    try:
        block.hasher.suite.verify(public_key, preimage, bytes.fromhex(signed.signature))
    except BadSignature:
        raise TicketSignatureWrong() from None


def _record(record: RecordName | None) -> list[str] | None:
    return None if record is None else [record.record, *record.key]


def _said(record: list[str] | None) -> str:
    return "-" if record is None else "/".join(record)[:200]
