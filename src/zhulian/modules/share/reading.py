"""Openings of guarded content: by grant, by the regulator's mandate, in an emergency; what keepers serve, and the owner's review."""

from msgspec.structs import replace

from zhulian.ledger.module import Context
from zhulian.modules.share import events
from zhulian.modules.share.errors import (
    AlreadyReviewed,
    AlreadyServed,
    BlobNamed,
    EmergencyNotAllowed,
    MandateNeedsTwo,
    NeedsEmergencyDuty,
    NoEncryptionKey,
    NotKeeperHere,
    NotTheOwner,
    OneOpening,
    OtherKind,
    ReviewDueFirst,
    UnknownOpening,
)
from zhulian.modules.share.guards import GUARDED_DUE, find_grant, judge_grant, live_content, signers
from zhulian.modules.share.messages import BreakGlass, Open, Review, Serve
from zhulian.modules.share.needs import EncryptionKeys, Parties
from zhulian.modules.share.state import (
    BLOBS,
    GRANTS,
    OPENINGS,
    READERS,
    REVIEWS,
    SHARES,
    Blob,
    Content,
    Opening,
    Reader,
    ReviewDue,
    Reviewed,
    Served,
)

__all__ = ["ReadingHandlers", "reading_key", "save_opening"]


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
        content = _guarded(context, message.content, message.owner)
        found = find_grant(context.state, message.owner, (message.content, content.scope), reader)
        is_mandate = message.basis is not None and _is_regulator(context, reader)
        if is_mandate and len({each.signer for each in context.acting if each.kind == "officer" and each.party == reader}) < 2:
            raise MandateNeedsTwo()
        grant = found[1] if found else None
        if not is_mandate:
            grant = judge_grant(grant, message.owner, reader, message.purpose, message.fields, context.block.time)
        key = reading_key(context, self._encryption, reader)

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
        context.emit(_opened(context, opening))

    def handle_break_glass(self, context: Context, message: BreakGlass) -> None:
        """Log an emergency opening, which alerts the owner and waits for its review."""
        # AUTHORIZE
        reader, via = self._parties.acting_for(context, message.party, (message.owner,))
        if not any(
            each.organisation == reader and each.kind == "officer" and "emergency" in each.duties for each in context.acting
        ):
            raise NeedsEmergencyDuty(organisation=reader)

        # VALIDATE
        content = _guarded(context, message.content, message.owner)
        if not content.emergency:
            raise EmergencyNotAllowed(content=message.content)
        due = REVIEWS.find(context.state, message.owner, reader)
        if due is not None:
            raise ReviewDueFirst(opening=due.opening, owner=message.owner)
        key = reading_key(context, self._encryption, reader)

        # APPLY
        opening = Opening(
            basis=message.text,
            content=message.content,
            height=context.block.height,
            key=key,
            kind="emergency",
            owner=message.owner,
            purpose=message.reason,
            reader=reader,
            signers=signers(context),
            time_ms=context.block.time_ms,
            via=via,
        )
        save_opening(context, opening)
        REVIEWS.set(
            context.state, message.owner, reader, value=ReviewDue(height=context.block.height, opening=context.transaction)
        )

        # EMIT
        context.emit(_opened(context, opening))
        context.emit(
            events.EmergencyOpened(
                content=message.content, opening=context.transaction, owner=message.owner, reader=reader, reason=message.reason
            )
        )

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
        review = Reviewed(height=context.block.height, text=message.text, verdict=message.verdict)
        OPENINGS.set(context.state, message.opening, value=replace(opening, review=review))
        REVIEWS.delete(context.state, opening.owner, opening.reader)

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


def reading_key(context: Context, encryption: EncryptionKeys, reader: str) -> str:
    """The key to which keepers release their shares.

    Raises:
        OneOpening: this transaction has opened already. NoEncryptionKey.
    """
    if OPENINGS.has(context.state, context.transaction):
        raise OneOpening()
    key = encryption.key_for(context.state, reader, context.block.time)
    if key is None:
        raise NoEncryptionKey(party=reader)
    return key


def save_opening(context: Context, opening: Opening) -> None:
    """Log the opening, and let the reader fetch the sealed bytes."""
    OPENINGS.set(context.state, context.transaction, value=opening)
    before = READERS.find(context.state, opening.content, opening.owner, opening.reader)
    if before is None or before.ended is not None:
        reader = Reader(height=context.block.height, transaction=context.transaction)
        READERS.set(context.state, opening.content, opening.owner, opening.reader, value=reader)


def _guarded(context: Context, name: str, owner: str) -> Content:
    content = live_content(context.state, name, owner)
    if not content.keepers:
        raise OtherKind(content=name, why=GUARDED_DUE)
    return content


def _is_regulator(context: Context, party: str) -> bool:
    mandate = context.block.genesis.regulator
    return mandate is not None and mandate.organisation == party and "open" in mandate.powers


def _opened(context: Context, opening: Opening) -> events.Opened:
    return events.Opened(
        content=opening.content,
        kind=opening.kind,
        opening=context.transaction,
        owner=opening.owner,
        purpose=opening.purpose,
        reader=opening.reader,
        via=opening.via,
    )
