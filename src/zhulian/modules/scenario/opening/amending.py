"""Moving records to the present version without acting on them, so that totals and timers of that version hold for them too."""

from zhulian.ledger.module import Context
from zhulian.modules.scenario.acting.records import Open
from zhulian.modules.scenario.acting.scene import open_scene
from zhulian.modules.scenario.acting.work import Work
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.errors import NoSuchRecord
from zhulian.modules.scenario.messages import Amend, RecordAt
from zhulian.modules.scenario.opening.errors import NothingToMove
from zhulian.modules.scenario.opening.handlers import acting_instance
from zhulian.modules.scenario.values import key_leaf

__all__ = ["CAUSE", "Amending"]

CAUSE = "upgrade"
"""The cause of what an upgrade changes in a record."""


class Amending:
    """Needs the shelf alone."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def handle_amend(self, context: Context, message: Amend) -> None:
        """Move records, all or none; strangers were turned away at admission, and all others may."""
        # AUTHORIZE
        instance = acting_instance(self._shelf, context, message.instance)
        scene = open_scene(context, self._shelf, message.instance, instance, instance.version, (message.instance,))
        work = Work(scene)

        # VALIDATE
        records = [_moving(work, each) for each in message.on]

        # APPLY
        for record in records:
            record.amend(record.held)
        work.require_promises()

        # EMIT
        work.save(CAUSE)


def _moving(work: Work, at: RecordAt) -> Open:
    """A record that is still of an earlier version and can move.

    Raises:
        NoSuchRecord, NothingToMove.
    """
    if at.record not in work.scene.compiled.records:
        raise NoSuchRecord(record=at.record, key=key_leaf(at.key)[:200])
    record = work.records.at_key(at.record, at.key)
    if record.stored is None or record.stored.version == record.held.version:
        raise NothingToMove(record=at.record, key=record.leaf[:200], version=record.held.version)
    return record
