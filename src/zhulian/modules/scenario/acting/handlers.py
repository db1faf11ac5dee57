"""The message by which somebody acts; all that it means stands in `act.py`."""

from zhulian.ledger.module import Context
from zhulian.modules.scenario.acting.act import act
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.messages import Act

__all__ = ["ActHandlers"]


class ActHandlers:
    """`shelf` has the instances and the modules that lend words."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def handle_act(self, context: Context, message: Act) -> None:
        """Do what an action of an instance says; authorizing, validating, applying and emitting are the phases of `act`."""
        act(context, self._shelf, message.instance, message.action, message.on, message.by, message.input, context.acting)
