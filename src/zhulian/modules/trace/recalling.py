"""A recall that no definition orders: by whoever the chain gives that power, for whatever thing is followed."""

from msgspec.structs import replace

from zhulian.ledger.module import Context
from zhulian.modules.trace import events
from zhulian.modules.trace.errors import AlreadyRecalled, NotTracked
from zhulian.modules.trace.state import MARKS, THINGS, Mark, number_text

__all__ = ["Recalling"]


class Recalling:
    """What others ask of things that are followed; who may order a recall is for them to say."""

    def recall(self, context: Context, record: str, party: str) -> None:
        """Recall a thing in the name of `party`, as the verb `recall` does: from this block on it and all that comes from it.

        Raises:
            NotTracked, AlreadyRecalled; before anything is written.
        """
        thing = THINGS.find(context.state, record)
        if thing is None:
            raise NotTracked(item=record[:200])
        instance, number = record.partition("/")[0], number_text(thing.number)
        before = MARKS.find(context.state, instance, number)
        if before is not None:
            raise AlreadyRecalled(item=thing.identifier, height=before.height)
        mark = Mark(by=party, height=context.block.height, time_ms=context.block.time_ms)
        MARKS.set(context.state, instance, number, value=mark)
        THINGS.set(context.state, record, value=replace(thing, marked=True))
        context.emit(events.LotRecalled(by=party, record=record))
