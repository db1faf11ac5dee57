"""What the settle module needs of others; filled where the application is put together."""

from collections.abc import Sequence
from typing import Protocol

from zhulian.language.lending import Arguments, Caller
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView

__all__ = ["Assets", "Freezes"]


class Assets(Protocol):
    """Classes, balances and moves; the asset module fills it. Each method names its refusals there."""

    def class_of(self, arguments: Arguments) -> tuple[str, str, str]:
        """The class that the arguments `asset` and `of` name."""

    def owner(self, caller: Caller, arguments: Arguments, name: str) -> str:
        """The owner that an argument names; a record must be one of the caller's instance."""

    def held(self, state: StateView, key: tuple[str, str, str], owner: str) -> int:
        """The units of a class that an owner holds."""

    def move(self, context: Context, key: tuple[str, str, str], moves: Sequence[tuple[str, str, int]]) -> None:
        """Carry out all moves, each a giver, a taker and its units, as one, or refuse before anything is written."""


class Freezes(Protocol):
    """What the regulator has frozen; the mandate module fills it."""

    def standing(self, state: StateView) -> bool:
        """Whether anything at all may be frozen."""

    def until(self, state: StateView, target: str, time: int) -> int | None:
        """Until when a party, `@instance` or record is frozen at block time `time`, in Unix seconds; None: it is not."""
