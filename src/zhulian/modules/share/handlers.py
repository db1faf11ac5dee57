"""Sealed content: register it, hand it to later readers, grant and withdraw, erase."""

from collections.abc import Sequence

from msgspec.structs import replace

from zhulian.errors import Words
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import State
from zhulian.modules.share import events
from zhulian.modules.share.declaring import mark_erased, mark_restricted, require_erasable, require_restrictable
from zhulian.modules.share.describing import end_reading, note_descriptor, require_describing
from zhulian.modules.share.errors import (
    AlreadyRegistered,
    BlobNamed,
    KeepersTogether,
    NoEncryptionKey,
    NotAKeeper,
    NotAParty,
    NotReader,
    OtherKind,
    ReaderUnfit,
    ThresholdUnfit,
    UnknownContent,
    VaultKeeps,
    WasErased,
    WrongKey,
)
from zhulian.modules.share.guards import ended, live_content, require_open, require_party, signers, terms_of
from zhulian.modules.share.messages import Erase, Grant, Guard, KeeperShare, Reading, Register, Restrict, Rewrap, Withdraw
from zhulian.modules.share.needs import EncryptionKeys, Parties, People
from zhulian.modules.share.proposed import KIND_DUE, note_proposed, require_proposable
from zhulian.modules.share.state import (
    BLOBS,
    CONTENTS,
    GRANTS,
    READERS,
    REQUESTS,
    SHARES,
    TERMS,
    Blob,
    Content,
    KeptShare,
    Reader,
    Terms,
)
from zhulian.modules.share.state import Grant as Granted

__all__ = ["Handlers"]


class Handlers:
    """`parties` says for whom a transaction acts, `people` who there is, `encryption` to which keys content is sealed."""

    def __init__(self, parties: Parties, people: People, encryption: EncryptionKeys) -> None:
        self._parties = parties
        self._people = people
        self._encryption = encryption

    def handle_register(self, context: Context, message: Register) -> None:
        """Name sealed content with its first readers or its keepers."""
        # AUTHORIZE
        owner, via = self._parties.acting_for(context, message.party)
        terms = TERMS.find(context.state, message.content)
        if terms is not None and owner in (*terms.depositors, terms.owner):  # whose it is, the definition says
            by_owner = owner == terms.owner
            owner, via = terms.owner, via if by_owner else owner
        else:
            terms, by_owner = None, True

        # VALIDATE
        before = CONTENTS.find(context.state, message.content, owner)
        if before is not None:
            raise AlreadyRegistered(content=message.content, height=before.height, owner=owner)
        if not self._people.is_organisation(context.state, message.vault):
            raise NotAParty(party=message.vault)
        is_proposed = message.proposed and terms is None
        if terms is not None:
            _require_terms(message, terms, by_owner=by_owner)
        elif is_proposed:
            require_proposable(context, message)
        if message.describes is not None:
            require_describing(context, message, message.describes, owner)
        envelopes = self._judge_readers(context, owner, message.readers, is_guarded=message.guard is not None)
        if message.guard is not None:
            self._judge_guard(context, message.guard, message.vault)
            envelopes += [each.envelope for each in message.guard.shares]
        _require_unnamed(context, [message.blob, *envelopes])

        # APPLY
        shares = message.guard.shares if message.guard is not None else []
        content = _content(context, message, terms, via)
        CONTENTS.set(context.state, message.content, owner, value=content)
        BLOBS.set(context.state, message.blob, value=Blob(content=message.content, kind="content", owner=owner))
        _save_shares(context, message.content, owner, shares)
        _save_readers(context, message.content, owner, message.readers)
        if is_proposed:
            note_proposed(context, message, owner)
        if message.describes is not None:
            note_descriptor(context, message, message.describes, owner)
        if message.guard is not None:  # they may open for any purpose until that is withdrawn
            for each in message.readers:
                granted = Granted(height=context.block.height, transaction=context.transaction, via=via)
                GRANTS.set(context.state, owner, message.content, each.reader, value=granted)

        # EMIT
        context.emit(
            events.Registered(
                content=message.content,
                describes=message.describes,
                guarded=message.guard is not None,
                owner=owner,
                proposed=is_proposed,
                readers=tuple(each.reader for each in message.readers),
                via=via,
            )
        )

    def handle_rewrap(self, context: Context, message: Rewrap) -> None:
        """Hand the key of private content to later readers, or again to those whose key has changed."""
        # AUTHORIZE
        owner, _ = self._parties.acting_for(context, message.party)

        # VALIDATE
        content = live_content(context.state, message.content, owner)
        if content.keepers:
            why = Words("该内容为受控调阅，须以授权与调阅阅读", "it is guarded and read by grants and openings")
            raise OtherKind(content=message.content, why=why)
        require_open(message.content, content, terms_of(context.state, message.content, owner))
        envelopes = self._judge_readers(context, owner, message.readers, is_guarded=False)
        _require_unnamed(context, envelopes)

        # APPLY
        _save_readers(context, message.content, owner, message.readers)

        # EMIT
        readers = tuple(each.reader for each in message.readers)
        context.emit(events.Rewrapped(content=message.content, owner=owner, readers=readers))

    def handle_grant(self, context: Context, message: Grant) -> None:
        """Allow a party to open what the scope covers; an open request of that party for the entry is thereby accepted."""
        # AUTHORIZE
        owner, via = self._parties.acting_for(context, message.party)

        # VALIDATE
        require_party(self._people, context.state, message.to, owner)
        content = CONTENTS.find(context.state, message.scope, owner)
        if content is not None:
            live_content(context.state, message.scope, owner)
            if not content.keepers:
                why = Words("该内容为定向可见，须以 share.rewrap 交付", "it is private and handed over by share.rewrap")
                raise OtherKind(content=message.scope, why=why)
        elif len(message.scope) == 64 and "/" not in message.scope:
            raise UnknownContent(content=message.scope, owner=owner)

        # APPLY
        granted = Granted(
            fields=tuple(message.fields),
            height=context.block.height,
            purposes=tuple(message.purposes),
            transaction=context.transaction,
            until=message.until,
            uses=message.uses,
            via=via,
        )
        GRANTS.set(context.state, owner, message.scope, message.to, value=granted)
        request = REQUESTS.find(context.state, owner, message.scope, message.to)
        if request is not None and request.status == "open":
            REQUESTS.set(context.state, owner, message.scope, message.to, value=replace(request, status="granted"))

        # EMIT
        context.emit(events.Granted(owner=owner, scope=message.scope, to=message.to, via=via))

    def handle_withdraw(self, context: Context, message: Withdraw) -> None:
        """Take back what a party may read: nothing new is opened to it, and vaults hand it nothing more."""
        # AUTHORIZE
        owner, via = self._parties.acting_for(context, message.party)

        # VALIDATE
        grant = GRANTS.find(context.state, owner, message.scope, message.to)
        reader = READERS.find(context.state, message.scope, owner, message.to)
        has_grant = grant is not None and grant.ended is None
        has_place = reader is not None and reader.ended is None
        if not has_grant and not has_place:
            raise NotReader(reader=message.to, scope=message.scope)

        # APPLY
        end = ended(context, "withdrawn")
        if grant is not None and has_grant:
            GRANTS.set(context.state, owner, message.scope, message.to, value=replace(grant, ended=end))
        if reader is not None and has_place:
            READERS.set(context.state, message.scope, owner, message.to, value=replace(reader, ended=end))
        end_reading(context, message.scope, owner, message.to, end)

        # EMIT
        context.emit(events.Withdrawn(owner=owner, scope=message.scope, to=message.to, via=via))

    def handle_erase(self, context: Context, message: Erase) -> None:
        """Mark content as erased, upon which vaults destroy it; the chain keeps the commitment and this."""
        # AUTHORIZE
        owner, via = self._parties.acting_for(context, message.party)

        # VALIDATE
        require_erasable(context, message.content, owner)

        # APPLY
        said = mark_erased(context, message.content, owner, message.basis, message.text, via)

        # EMIT
        for event in said:
            context.emit(event)

    def handle_restrict(self, context: Context, message: Restrict) -> None:
        """Mark content as kept and not handed out, as for what may not be erased yet."""
        # AUTHORIZE
        owner, via = self._parties.acting_for(context, message.party)

        # VALIDATE
        require_restrictable(context, message.content, owner)

        # APPLY
        said = mark_restricted(context, message.content, owner, message.text, via)

        # EMIT
        for event in said:
            context.emit(event)

    def _judge_readers(self, context: Context, owner: str, readers: Sequence[Reading], *, is_guarded: bool) -> list[str]:
        """Check the readers, and answer their envelopes. The owner itself may be one: it then can rewrap.

        Raises:
            ReaderUnfit, NotAParty, NoEncryptionKey, WrongKey.
        """
        found: list[str] = []
        last = ""
        for each in readers:
            fits = (each.envelope is None) == is_guarded and (each.key is None) == is_guarded
            if not fits or each.reader <= last:
                raise ReaderUnfit(reader=each.reader)
            last = each.reader
            if each.reader != owner:
                require_party(self._people, context.state, each.reader, owner)
            key = self._encryption.key_for(context.state, each.reader, context.block.time)
            if key is None:
                raise NoEncryptionKey(party=each.reader)
            if each.key is not None and each.key != key:
                raise WrongKey(key=each.key, party=each.reader)
            if each.envelope is not None:
                found.append(each.envelope)
        return found

    def _judge_guard(self, context: Context, guard: Guard, vault: str) -> None:
        """Check threshold and keepers: each of another organisation, none that of the vault.

        Raises:
            ThresholdUnfit, NotAKeeper, KeepersTogether, VaultKeeps, NoEncryptionKey, WrongKey.
        """
        if guard.threshold > len(guard.shares):
            raise ThresholdUnfit(keepers=len(guard.shares), threshold=guard.threshold)
        last = ""
        for each in guard.shares:
            if not self._encryption.is_keeper(context.state, each.keeper):
                raise NotAKeeper(keeper=each.keeper)
            organisation = each.keeper.partition(".")[0]
            if organisation <= last:
                raise KeepersTogether(organisation=organisation)
            last = organisation
            if organisation == vault:
                raise VaultKeeps(organisation=vault)
            key = self._encryption.key_for(context.state, each.keeper, context.block.time)
            if key is None:
                raise NoEncryptionKey(party=each.keeper)
            if each.key != key:
                raise WrongKey(key=each.key, party=each.keeper)


def _content(context: Context, message: Register, terms: Terms | None, via: str | None) -> Content:
    """What stands on the chain of the content; where a definition has terms for it, by these."""
    shares = message.guard.shares if message.guard is not None else []
    return Content(
        blob=message.blob,
        describes=message.describes,
        emergency=message.emergency if terms is None else terms.emergency,
        height=context.block.height,
        keep_until=message.keep_until if terms is None else terms.keep_until,
        restricted=None if terms is None else terms.restricted,
        keepers=tuple(each.keeper for each in shares),
        scope=message.scope if terms is None else terms.scope,
        signers=signers(context),
        size=message.size,
        threshold=message.guard.threshold if message.guard is not None else 0,
        time_ms=context.block.time_ms,
        transaction=context.transaction,
        vault=message.vault,
        via=via,
    )


def _require_terms(message: Register, terms: Terms, *, by_owner: bool) -> None:
    """Check that content is sealed as its definition says; who deposits it for its owner names no readers of guarded content.

    Raises:
        WasErased, OtherKind, ThresholdUnfit, ReaderUnfit.
    """
    if terms.erased is not None:
        raise WasErased(content=message.content, height=terms.erased.height)
    if (message.guard is not None) != bool(terms.threshold):
        raise OtherKind(content=message.content, why=KIND_DUE)
    if message.guard is not None and message.guard.threshold < terms.threshold:
        raise ThresholdUnfit(keepers=len(message.guard.shares), threshold=message.guard.threshold)
    if message.guard is not None and message.readers and not by_owner:
        raise ReaderUnfit(reader=message.readers[0].reader)


def _require_unnamed(context: Context, blobs: Sequence[str]) -> None:
    seen: list[str] = []
    for each in blobs:
        if each in seen or BLOBS.has(context.state, each):
            raise BlobNamed(blob=each)
        seen.append(each)


def _save_shares(context: Context, content: str, owner: str, shares: Sequence[KeeperShare]) -> None:
    state: State = context.state
    for index, share in enumerate(shares, 1):
        kept = KeptShare(check=share.check, envelope=share.envelope, index=index, key=share.key)
        SHARES.set(state, content, owner, share.keeper, value=kept)
        blob = Blob(content=content, kind="share", owner=owner, reader=share.keeper.partition(".")[0])
        BLOBS.set(state, share.envelope, value=blob)


def _save_readers(context: Context, content: str, owner: str, readers: Sequence[Reading]) -> None:
    state: State = context.state
    for each in readers:
        value = Reader(envelope=each.envelope, height=context.block.height, key=each.key, transaction=context.transaction)
        READERS.set(state, content, owner, each.reader, value=value)
        if each.envelope is not None:
            BLOBS.set(state, each.envelope, value=Blob(content=content, kind="key", owner=owner, reader=each.reader))
