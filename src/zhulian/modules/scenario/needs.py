"""What the scenario module needs of others; filled where the application is put together."""

from collections.abc import Sequence
from typing import Protocol

from zhulian.language.expressions.dates import Calendar
from zhulian.language.lending import Caller, ContentRules, Owner, RecordName
from zhulian.ledger.module import Block, Context
from zhulian.ledger.overlay import StateView

__all__ = ["Calendars", "Claims", "Contents", "Freezes", "Holding", "Members", "Parties", "People", "Spaces"]


class Parties(Protocol):
    """For whom a transaction acts; the identity module fills it."""

    def acting_for(self, context: Context, party: str | None, counterparties: Sequence[str] = ()) -> tuple[str, str | None]:
        """The party for which the transaction acts, and the agent that carries its act, None where it signs itself.

        `counterparties` are those on the other side of the matter, among whom no agent of the party may be.

        Raises:
            Refusal: if nobody who signs may act for the party.
        """


class Members(Protocol):
    """The organisations of the chain; the identity module fills it."""

    def voting_organisations(self, state: StateView) -> tuple[str, ...]:
        """Those that have not left, sorted; never empty."""


class Holding(Protocol):
    """Whether a record owns anything; the asset module fills it, in constant time."""

    def holds(self, state: StateView, owner: Owner) -> bool:
        """Whether the owner, which must be a record, has units of any class, or a share of a payout still to collect."""


class Freezes(Protocol):
    """What the regulator has frozen; the mandate module fills it."""

    def standing(self, state: StateView) -> bool:
        """Whether anything at all may be frozen."""

    def until(self, state: StateView, target: str, time: int) -> int | None:
        """Until when a party, `@instance` or record (`RecordName.text`) is frozen at block time `time`, both in Unix seconds; None: it is not."""


class Claims(Protocol):
    """Numbers that are unique across the chain; the registry module fills it."""

    def taken(self, block: Block, state: StateView, space: str, issuer: str, number: str) -> bool:
        """Whether somebody has claimed the number of an issuer in a space."""

    def claim(self, context: Context, caller: Caller, space: str, issuer: str, number: str, record: RecordName) -> None:
        """Claim a number for a record; the first wins.

        Raises:
            Refusal: if it is taken, or the instance may not claim in the space.
        """

    def free(self, context: Context, caller: Caller, space: str, issuer: str, number: str, record: RecordName) -> None:
        """Let a number be claimed again that the record holds.

        Raises:
            Refusal: if the record does not hold it, or no action asks for it.
        """


class Contents(Protocol):
    """Content of private and guarded fields, which is kept off the chain; the share module fills it."""

    def declare(
        self, context: Context, caller: Caller, content: str, owner: str, record: RecordName, rules: ContentRules
    ) -> None:
        """Note whose the content with this commitment is and what may be done with it, once a record holds the commitment.

        Raises:
            Refusal: another record or field holds it.
        """


class Calendars(Protocol):
    """Zone and workdays of the chain; the govern module fills it."""

    def calendar(self, state: StateView, block: Block) -> Calendar:
        """The calendar as governance has it now."""


class Spaces(Protocol):
    """Spaces in which numbers are unique across the chain; the registry module fills it."""

    def may_claim(self, state: StateView, space: str, instance: str) -> bool:
        """Whether the members have set up the space and admitted the instance to it."""


class People(Protocol):
    """Organisations and people that a message names; the identity module fills it."""

    def is_organisation(self, state: StateView, organisation: str) -> bool:
        """Whether it is a member and has not left."""

    def person(self, state: StateView, handle: str) -> tuple[str, str | None] | None:
        """The application that a person's handle was opened for, and the agent that acts for it; None if unknown or closed."""
