"""What the share module needs of others; filled where the application is put together."""

from collections.abc import Sequence
from typing import Protocol

from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView

__all__ = ["EncryptionKeys", "Parties", "People"]


class Parties(Protocol):
    """For whom a transaction acts."""

    def acting_for(self, context: Context, party: str | None, counterparties: Sequence[str] = ()) -> tuple[str, str | None]:
        """The party for which the transaction acts, and the agent that carries its act, None where it signs itself.

        `party` is what the message names; None means the one party that signs. `counterparties` are those on the other
        side of the matter, among whom no agent of the party may be.

        Raises:
            Refusal: if nobody who signs may act for the party.
        """


class EncryptionKeys(Protocol):
    """To which key content is sealed, and who keeps shares of keys."""

    def key_for(self, state: StateView, holder: str, time: int) -> str | None:
        """The fingerprint of the holder's encryption key that is valid at `time` (Unix seconds); None if there is none."""

    def is_keeper(self, state: StateView, signer: str) -> bool:
        """Whether it is a service with the duty `keeper` of an active organisation, and is not revoked."""


class People(Protocol):
    """Which organisations and people there are."""

    def is_organisation(self, state: StateView, organisation: str) -> bool:
        """Whether it is a member and has not left."""

    def person(self, state: StateView, handle: str) -> tuple[str, str | None] | None:
        """The application that a person's handle was opened for, and its agent; None if unknown or closed."""
