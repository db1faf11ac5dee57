"""Complete: agencies report their tasks of one record, in any order, until the time for them is over."""

from msgspec.structs import replace

from zhulian.language.definition.shapes import Task
from zhulian.ledger.module import Context
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.events import Completed
from zhulian.modules.scenario.messages import Complete
from zhulian.modules.scenario.tasking.desk import Desk
from zhulian.modules.scenario.tasking.errors import NoSuchTask, TaskDone, TasksClosed, TasksOver
from zhulian.modules.scenario.timing.schedule import OVER, TASKS

__all__ = ["Tasking"]


class Tasking:
    """Needs the shelf alone."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def handle_complete(self, context: Context, message: Complete) -> None:
        """Report a task as done."""
        # AUTHORIZE
        desk = Desk(context, self._shelf, message.instance, message.on, f"tasks.{message.task}")
        task = _task(desk, message.task)
        signed = desk.judge(f"records.{message.on.record}.tasks.{message.task}", task.by, message.by)

        # VALIDATE
        desk = desk.signed(signed)
        _require_open(desk, message.task)

        # APPLY
        record = desk.record
        party = signed.parties[0]
        record.amend(replace(record.held, done={**record.held.done, message.task: party}))
        desk.work.require_promises()
        desk.work.save(f"tasks.{message.task}")

        # EMIT
        place = message.on
        context.emit(Completed(instance=message.instance, key=record.leaf, party=party, record=place.record, task=message.task))


def _task(desk: Desk, name: str) -> Task:
    tasks = desk.record.rules.shape.tasks
    items = tasks.items if tasks is not None else ()
    for each in items:
        if each.name == name:
            return each
    raise NoSuchTask(record=desk.record.rules.name, task=name, known=", ".join(each.name for each in items) or "–")


def _require_open(desk: Desk, task: str) -> None:
    record = desk.record
    held, rules = record.held, record.rules
    tasks = rules.shape.tasks
    during = tasks.during if tasks is not None else ""
    if (during and held.state != during) or held.state in rules.finals:
        raise TasksClosed(record=rules.name, key=record.leaf, state=held.state or "")
    if task in held.done:
        raise TaskDone(record=rules.name, key=record.leaf, task=task, party=held.done[task])
    if held.timers.get(TASKS, OVER) == OVER:
        raise TasksOver(record=rules.name, key=record.leaf)
