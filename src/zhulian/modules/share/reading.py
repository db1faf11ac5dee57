"""Openings of guarded content: by grant, by the regulator's mandate, in an emergency; what keepers serve, and the owner's review."""

from msgspec.structs import replace

from zhulian.ledger.module import Context
from zhulian.modules.share import events
from zhulian.modules.share.errors import (
    AlreadyReviewed,
    AlreadyServed,
    BlobNamed,
    ClosedToRegulator,
    EmergencyNotAllowed,
    MandateNeedsTwo,
    NeedsEmergencyDuty,
    NoEncryptionKey,
    NotKeeperHere,
    NotTheOwner,
    OneOpening,
    ReviewDueFirst,
    UnknownOpening,
)
from zhulian.modules.share.guards import (
    Guarded,
    find_grant,
    guarded_content,
    judge_grant,
    live_content,
    require_open,
    restricted_since,
    signers,
    terms_of,
)
from zhulian.modules.share.messages import BreakGlass, Open, Review, Serve
from zhulian.modules.share.needs import EncryptionKeys, Parties
from zhulian.modules.share.state import (
    BLOBS,
    CONTENTS,
    GRANTS,
    OPENINGS,
    READERS,
    REVIEWS,
    SHARES,
    Blob,
    Opening,
    Reader,
    ReviewDue,
    Reviewed,
    Served,
)

__all__ = [
    "ReadingHandlers",
    "close_review",
    "emergency_event",
    "judge_emergency",
    "opened_event",
    "reading_key",
    "save_emergency",
    "save_opening",
]


class ReadingHandlers:
    """`parties` says for whom a transaction acts, `encryption` to which key shares are released."""

    def __init__(self, parties: Parties, encryption: EncryptionKeys) -> None:
        self._parties = parties
        self._encryption = encryption

    def handle_open(self, context: Context, message: Open) -> None:
        """Log an opening by a grant, or by the regulator's mandate; with it the keepers may release their shares."""
        # AUTHORIZE
        reader, via = self._parties.acting_for(context, message.party, (message.owner,))

        # VALIDATE
        there = guarded_content(context.state, message.content, message.owner)
        found = find_grant(context.state, message.owner, (message.content, there.scope), reader)
        is_mandate = message.basis is not None and _is_regulator(context, reader)
        if is_mandate and there.terms is not None and not there.terms.regulator:
            raise ClosedToRegulator(content=message.content)
        if not is_mandate:
            require_open(message.content, there.content, there.terms)
        if is_mandate and len({each.signer for each in context.acting if each.kind == "officer" and each.party == reader}) < 2:
            raise MandateNeedsTwo()
        grant = found[1] if found else None
        if not is_mandate:
            grant = judge_grant(grant, message.owner, reader, message.purpose, message.fields, context.block.time)
        key = reading_key(context, self._encryption, reader, there)

        # APPLY
        if not is_mandate and found is not None and grant is not None:
            GRANTS.set(context.state, message.owner, found[0], reader, value=replace(grant, used=grant.used + 1))
        opening = Opening(
            basis=message.basis,
            content=message.content,
            fields=tuple(message.fields),
            height=context.block.height,
            key=key,
            kind="mandate" if is_mandate else "granted",
            owner=message.owner,
            purpose=message.purpose,
            reader=reader,
            signers=signers(context),
            time_ms=context.block.time_ms,
            via=via,
        )
        save_opening(context, opening)

        # EMIT
        context.emit(opened_event(context, opening))

    def handle_break_glass(self, context: Context, message: BreakGlass) -> None:
        """Log an emergency opening, which alerts the owner and waits for its review."""
        # AUTHORIZE
        reader, via = self._parties.acting_for(context, message.party, (message.owner,))

        # VALIDATE
        opening = judge_emergency(
            context, self._encryption, message.content, message.owner, reader, message.reason, basis=message.text, via=via
        )

        # APPLY
        save_emergency(context, opening)

        # EMIT
        context.emit(opened_event(context, opening))
        context.emit(emergency_event(context, opening))

    def handle_review(self, context: Context, message: Review) -> None:
        """Record the owner's verdict on an emergency opening; then the reader may come again in an emergency."""
        # AUTHORIZE
        opening = OPENINGS.find(context.state, message.opening)
        if opening is None:
            raise UnknownOpening(opening=message.opening)
        if not any(each.party == opening.owner for each in context.acting):
            if not opening.owner.startswith("~"):
                raise NotTheOwner(opening=message.opening, owner=opening.owner)
            self._parties.acting_for(context, opening.owner, (opening.reader,))

        # VALIDATE
        if opening.kind != "emergency" or opening.review is not None:
            raise AlreadyReviewed(opening=message.opening)

        # APPLY
        close_review(
            context, message.opening, opening, Reviewed(height=context.block.height, text=message.text, verdict=message.verdict)
        )

        # EMIT
        context.emit(events.Reviewed(opening=message.opening, owner=opening.owner, verdict=message.verdict))

    def handle_serve(self, context: Context, message: Serve) -> None:
        """Record that a keeper has released its share to the reader of an opening."""
        # AUTHORIZE
        opening = OPENINGS.find(context.state, message.opening)
        if opening is None:
            raise UnknownOpening(opening=message.opening)
        acting = [each.signer for each in context.acting]
        keeper = next((each for each in acting if SHARES.has(context.state, opening.content, opening.owner, each)), None)
        if keeper is None:
            raise NotKeeperHere(opening=message.opening)

        # VALIDATE
        live_content(context.state, opening.content, opening.owner)
        before = next((each for each in opening.served if each.keeper == keeper), None)
        if before is not None:
            raise AlreadyServed(height=before.height, keeper=keeper)
        if BLOBS.has(context.state, message.envelope):
            raise BlobNamed(blob=message.envelope)

        # APPLY
        served = Served(envelope=message.envelope, height=context.block.height, keeper=keeper)
        OPENINGS.set(context.state, message.opening, value=replace(opening, served=(*opening.served, served)))
        blob = Blob(content=opening.content, kind="release", owner=opening.owner, reader=opening.reader)
        BLOBS.set(context.state, message.envelope, value=blob)

        # EMIT
        context.emit(events.Served(keeper=keeper, opening=message.opening, reader=opening.reader))


def judge_emergency(
    context: Context,
    encryption: EncryptionKeys,
    name: str,
    owner: str,
    reader: str,
    reason: str,
    *,
    basis: str | None = None,
    via: str | None = None,
) -> Opening:
    """An emergency opening by one of the reader's officers on emergency duty, where it is allowed.

    Raises:
        NeedsEmergencyDuty, UnknownContent, WasErased, OtherKind, ContentRestricted, EmergencyNotAllowed, ReviewDueFirst;
        those of `reading_key`.
    """
    if not any(each.organisation == reader and each.kind == "officer" and "emergency" in each.duties for each in context.acting):
        raise NeedsEmergencyDuty(organisation=reader)
    there = guarded_content(context.state, name, owner)
    require_open(name, there.content, there.terms)
    if not there.emergency:
        raise EmergencyNotAllowed(content=name)
    due = REVIEWS.find(context.state, owner, reader)
    if due is not None:
        raise ReviewDueFirst(opening=due.opening, owner=owner)
    return Opening(
        basis=basis,
        content=name,
        height=context.block.height,
        key=reading_key(context, encryption, reader, there),
        kind="emergency",
        owner=owner,
        purpose=reason,
        reader=reader,
        signers=signers(context),
        time_ms=context.block.time_ms,
        via=via,
    )


def save_emergency(context: Context, opening: Opening) -> None:
    """Log an emergency opening, which then waits for its review."""
    save_opening(context, opening)
    due = ReviewDue(height=context.block.height, opening=context.transaction)
    REVIEWS.set(context.state, opening.owner, opening.reader, value=due)


def emergency_event(context: Context, opening: Opening) -> events.EmergencyOpened:
    """What alerts the owner."""
    return events.EmergencyOpened(
        content=opening.content,
        opening=context.transaction,
        owner=opening.owner,
        reader=opening.reader,
        reason=opening.purpose,
    )


def close_review(context: Context, name: str, opening: Opening, review: Reviewed) -> None:
    """Keep the owner's verdict on an emergency opening; the reader may come again in an emergency."""
    OPENINGS.set(context.state, name, value=replace(opening, review=review))
    REVIEWS.delete(context.state, opening.owner, opening.reader)


def reading_key(context: Context, encryption: EncryptionKeys, reader: str, there: Guarded) -> str | None:
    """The key to which keepers release their shares; None where there are none, since the content is in no vault.

    Raises:
        OneOpening: this transaction has opened already. NoEncryptionKey.
    """
    if OPENINGS.has(context.state, context.transaction):
        raise OneOpening()
    key = encryption.key_for(context.state, reader, context.block.time)
    if key is None and there.content is not None:
        raise NoEncryptionKey(party=reader)
    return key


def save_opening(context: Context, opening: Opening) -> None:
    """Log the opening, and let the reader fetch the sealed bytes."""
    OPENINGS.set(context.state, context.transaction, value=opening)
    before = READERS.find(context.state, opening.content, opening.owner, opening.reader)
    content = CONTENTS.find(context.state, opening.content, opening.owner)
    shut = restricted_since(content, terms_of(context.state, opening.content, opening.owner)) is not None
    if before is None or before.ended is not None or shut:  # a vault hands out what is restricted by later openings alone
        reader = Reader(height=context.block.height, transaction=context.transaction)
        READERS.set(context.state, opening.content, opening.owner, opening.reader, value=reader)


def _is_regulator(context: Context, party: str) -> bool:
    mandate = context.block.genesis.regulator
    return mandate is not None and mandate.organisation == party and "open" in mandate.powers


def opened_event(context: Context, opening: Opening) -> events.Opened:
    """What tells of an opening."""
    return events.Opened(
        content=opening.content,
        kind=opening.kind,
        opening=context.transaction,
        owner=opening.owner,
        purpose=opening.purpose,
        reader=opening.reader,
        via=opening.via,
    )
