"""What the members decide about spaces. Only a passed proposal reaches this handler."""

from zhulian.ledger.module import Context
from zhulian.modules.registry.errors import ClaimantsNotSorted
from zhulian.modules.registry.events import SpaceSet
from zhulian.modules.registry.messages import SetSpace
from zhulian.modules.registry.state import SPACES, Space

__all__ = ["handle_set_space"]


def handle_set_space(context: Context, message: SetSpace) -> None:
    """Set up a space, or replace its rules."""
    # AUTHORIZE: by the passed proposal

    # VALIDATE
    if message.claimants != sorted(dict.fromkeys(message.claimants)) or (message.open and message.claimants):
        raise ClaimantsNotSorted()

    # APPLY
    value = Space(claimants=tuple(message.claimants), height=context.block.height, open=message.open, title=message.title)
    SPACES.set(context.state, message.space, value=value)

    # EMIT
    context.emit(SpaceSet(space=message.space))
