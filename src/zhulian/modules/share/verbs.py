"""Grants, openings, deliveries and erasures that a definition orders, for parties that sign the action."""

from typing import Literal

from msgspec.structs import replace

from zhulian.language.lending import Arguments, Caller, the_number, the_text
from zhulian.ledger.module import Context
from zhulian.modules.share import events
from zhulian.modules.share.declaring import mark_erased, mark_restricted, require_erasable, require_restrictable
from zhulian.modules.share.errors import (
    NoReviewDue,
    NotHandedOver,
    NotReader,
    NotSignedFor,
)
from zhulian.modules.share.guards import (
    ended,
    guarded_content,
    judge_grant,
    live_content,
    require_open,
    require_party,
    signers,
    terms_of,
)
from zhulian.modules.share.needs import EncryptionKeys, People
from zhulian.modules.share.reading import (
    close_review,
    emergency_event,
    judge_emergency,
    opened_event,
    reading_key,
    save_emergency,
    save_opening,
)
from zhulian.modules.share.reads import scope_of
from zhulian.modules.share.state import GRANTS, OPENINGS, READERS, REVIEWS, Grant, Opening, Reviewed

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
        there = guarded_content(context.state, name, owner)
        require_open(name, there.content, there.terms)
        scope = scope_of(arguments)
        grant = None
        if reader != owner:
            found = GRANTS.find(context.state, owner, scope, reader)
            grant = judge_grant(found, owner, reader, purpose, (), context.block.time)
        key = reading_key(context, self._encryption, reader, there)

        # APPLY
        if grant is not None:
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
        context.emit(opened_event(context, opening))

    def break_glass(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Log an opening of `file` by `reader` without a grant, in an emergency; the owner is alerted and reviews it.

        Raises:
            NotSignedFor; those of `judge_emergency`.
        """
        # AUTHORIZE
        reader = _signing(caller, arguments, "reader")

        # VALIDATE
        file, owner, purpose = the_text(arguments, "file"), the_text(arguments, "owner"), the_text(arguments, "purpose")
        opening = judge_emergency(context, self._encryption, file, owner, reader, purpose)

        # APPLY
        save_emergency(context, opening)

        # EMIT
        context.emit(opened_event(context, opening))
        context.emit(emergency_event(context, opening))

    def review(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Keep the verdict of `owner` on the emergency opening of `reader` that waits for it.

        Raises:
            NotSignedFor, NoReviewDue.
        """
        # AUTHORIZE
        owner = _signing(caller, arguments, "owner")

        # VALIDATE
        reader = the_text(arguments, "reader")
        due = REVIEWS.find(context.state, owner, reader)
        if due is None:
            raise NoReviewDue(owner=owner, reader=reader)

        # APPLY
        verdict: Literal["justified", "unjustified"] = "justified" if arguments.get("justified") is True else "unjustified"
        opening = OPENINGS.get(context.state, due.opening)
        close_review(context, due.opening, opening, Reviewed(height=context.block.height, verdict=verdict))

        # EMIT
        context.emit(events.Reviewed(opening=due.opening, owner=owner, verdict=verdict))

    def restrict(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Keep `file` of `owner` and hand it out no more, but to the regulator by its mandate: for what may not be erased yet.

        Raises:
            NotSignedFor, UnknownContent, AlreadyErased, ContentRestricted.
        """
        # AUTHORIZE
        owner = _signing(caller, arguments, "owner")

        # VALIDATE
        file = the_text(arguments, "file")
        require_restrictable(context, file, owner)

        # APPLY
        said = mark_restricted(context, file, owner)

        # EMIT
        for event in said:
            context.emit(event)

    def rewrap(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Hold that the key of private content was handed to `to`: `share.rewrap` comes earlier in the same transaction, or came before.

        Raises:
            NotSignedFor, UnknownContent, WasErased, NotHandedOver.
        """
        # AUTHORIZE
        owner = _signing(caller, arguments, "owner")

        # VALIDATE
        name, to = the_text(arguments, "file"), the_text(arguments, "to")
        content = live_content(context.state, name, owner)
        require_open(name, content, terms_of(context.state, name, owner))
        found = READERS.find(context.state, name, owner, to)
        if found is None or found.ended is not None or found.envelope is None:
            raise NotHandedOver(content=name, reader=to)

    def erase(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Erase `file` of `owner`; vaults then destroy it.

        Raises:
            NotSignedFor; those of `require_erasable`.
        """
        # AUTHORIZE
        owner = _signing(caller, arguments, "owner")

        # VALIDATE
        file = the_text(arguments, "file")
        require_erasable(context, file, owner)

        # APPLY
        said = mark_erased(context, file, owner, "request")

        # EMIT
        for event in said:
            context.emit(event)


def _signing(caller: Caller, arguments: Arguments, name: str) -> str:
    party = the_text(arguments, name)
    if party not in caller.parties:
        raise NotSignedFor(party=party[:80])
    return party
