"""Grants, openings, deliveries and erasures that a definition orders, for parties that sign the action."""

from msgspec.structs import replace

from zhulian.language.lending import Arguments, Caller, the_number, the_text
from zhulian.ledger.module import Context
from zhulian.modules.share import events
from zhulian.modules.share.errors import (
    AlreadyErased,
    KeptUntil,
    NotHandedOver,
    NotReader,
    NotSignedFor,
    OtherKind,
    UnknownContent,
)
from zhulian.modules.share.guards import GUARDED_DUE, ended, judge_grant, live_content, require_party, signers
from zhulian.modules.share.needs import EncryptionKeys, People
from zhulian.modules.share.reading import reading_key, save_opening
from zhulian.modules.share.reads import scope_of
from zhulian.modules.share.state import CONTENTS, GRANTS, READERS, Grant, Opening

__all__ = ["Verbs"]


class Verbs:
    """`people` says who there is, `encryption` to which key shares are released."""

    def __init__(self, people: People, encryption: EncryptionKeys) -> None:
        self._people = people
        self._encryption = encryption

    def grant(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Let `to` open what is sealed in the record `of`, for `purpose`, so many times (`uses`), until then (`until`).

        Raises:
            NotSignedFor, SameParty, NotAParty.
        """
        # AUTHORIZE
        owner = _signing(caller, arguments, "owner")

        # VALIDATE
        to = the_text(arguments, "to")
        require_party(self._people, context.state, to, owner)

        # APPLY
        purpose = arguments.get("purpose")
        value = Grant(
            height=context.block.height,
            purposes=(str(purpose),) if purpose is not None else (),
            transaction=context.transaction,
            until=None if arguments.get("until") is None else the_number(arguments, "until"),
            uses=None if arguments.get("uses") is None else the_number(arguments, "uses"),
        )
        scope = scope_of(arguments)
        GRANTS.set(context.state, owner, scope, to, value=value)

        # EMIT
        context.emit(events.Granted(owner=owner, scope=scope, to=to))

    def withdraw(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Take back from `to` what was granted for the record `of`.

        Raises:
            NotSignedFor, NotReader.
        """
        # AUTHORIZE
        owner = _signing(caller, arguments, "owner")

        # VALIDATE
        to, scope = the_text(arguments, "to"), scope_of(arguments)
        found = GRANTS.find(context.state, owner, scope, to)
        if found is None or found.ended is not None:
            raise NotReader(reader=to, scope=scope)

        # APPLY
        GRANTS.set(context.state, owner, scope, to, value=replace(found, ended=ended(context, "withdrawn")))

        # EMIT
        context.emit(events.Withdrawn(owner=owner, scope=scope, to=to))

    def open(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Log an opening of `file` in the record `of` by `reader` for `purpose`.

        Raises:
            NotSignedFor, UnknownContent, WasErased, OtherKind; those of `judge_grant`; OneOpening, NoEncryptionKey.
        """
        # AUTHORIZE
        reader = _signing(caller, arguments, "reader")

        # VALIDATE
        owner, name, purpose = the_text(arguments, "owner"), the_text(arguments, "file"), the_text(arguments, "purpose")
        content = live_content(context.state, name, owner)
        if not content.keepers:
            raise OtherKind(content=name, why=GUARDED_DUE)
        scope = scope_of(arguments)
        grant = judge_grant(GRANTS.find(context.state, owner, scope, reader), owner, reader, purpose, (), context.block.time)
        key = reading_key(context, self._encryption, reader)

        # APPLY
        GRANTS.set(context.state, owner, scope, reader, value=replace(grant, used=grant.used + 1))
        opening = Opening(
            content=name,
            height=context.block.height,
            key=key,
            kind="granted",
            owner=owner,
            purpose=purpose,
            reader=reader,
            signers=signers(context),
            time_ms=context.block.time_ms,
        )
        save_opening(context, opening)

        # EMIT
        context.emit(
            events.Opened(content=name, kind="granted", opening=context.transaction, owner=owner, purpose=purpose, reader=reader)
        )

    def rewrap(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Hold that the key of private content was handed to `to`: `share.rewrap` comes earlier in the same transaction, or came before.

        Raises:
            NotSignedFor, UnknownContent, WasErased, NotHandedOver.
        """
        # AUTHORIZE
        owner = _signing(caller, arguments, "owner")

        # VALIDATE
        name, to = the_text(arguments, "file"), the_text(arguments, "to")
        live_content(context.state, name, owner)
        found = READERS.find(context.state, name, owner, to)
        if found is None or found.ended is not None or found.envelope is None:
            raise NotHandedOver(content=name, reader=to)

    def erase(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Erase `file` of `owner`; vaults then destroy it.

        Raises:
            NotSignedFor, UnknownContent, AlreadyErased, KeptUntil.
        """
        # AUTHORIZE
        owner = _signing(caller, arguments, "owner")

        # VALIDATE
        name = the_text(arguments, "file")
        content = CONTENTS.find(context.state, name, owner)
        if content is None:
            raise UnknownContent(content=name, owner=owner)
        if content.erased is not None:
            raise AlreadyErased(content=name, height=content.erased.height)
        if content.keep_until is not None and context.block.time < content.keep_until:
            raise KeptUntil(content=name, until=content.keep_until)

        # APPLY
        CONTENTS.set(context.state, name, owner, value=replace(content, erased=ended(context, "request")))

        # EMIT
        context.emit(events.Erased(basis="request", blob=content.blob, content=name, owner=owner))


def _signing(caller: Caller, arguments: Arguments, name: str) -> str:
    party = the_text(arguments, name)
    if party not in caller.parties:
        raise NotSignedFor(party=party[:80])
    return party
