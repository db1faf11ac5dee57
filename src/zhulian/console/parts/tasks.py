"""What waits for the visitor, as a short list: what it is, where it belongs, until when."""

from typing import TYPE_CHECKING, Any, Final

from zhulian.console.parts.html import Safe, join, link, note, number, state, table, tag

if TYPE_CHECKING:
    from zhulian.console.context import Page
    from zhulian.console.tasks.finding import Found
    from zhulian.console.tasks.shapes import Task

__all__ = ["task_list"]

_ROWS: Final = 10
_SOON_S: Final = 86_400
_WHERE: Final = {
    "task.vote": "task.vote.where",
    "task.request": "task.request.where",
    "task.review": "task.review.where",
    "task.desk": "task.desk.where",
    "task.certificate": "task.certificate.where",
    "task.node": "task.node.where",
}
"""Where a task belongs that is of no application."""


def task_list(page: "Page", found: "Found", now_s: int) -> Safe:
    """The first tasks by due time, how many more there are, and what could not be read."""
    rows: list[tuple[object, ...]] = [_row(page, each, now_s) for each in found.tasks[:_ROWS]]
    heads = [page.say("task.what"), page.say("task.where"), page.say("task.due")]
    if not any(each.due_s for each in found.tasks[:_ROWS]):
        rows, heads = [each[:2] for each in rows], heads[:2]
    more = len(found.tasks) - len(rows)
    missed = page.say("list.comma").join(page.say(each) for each in found.missed)
    empty = "" if missed else page.say("task.none")
    return join(
        [
            table(heads, rows, empty=empty) if rows or empty else "",
            tag("p", page.say("task.others", count=number(more)), class_="soft small") if more > 0 else "",
            note(page.say("task.missed", what=missed), "warn") if missed else "",
        ]
    )


def _row(page: "Page", task: "Task", now_s: int) -> tuple[object, ...]:
    fields = {name: _words(page, value) for name, value in task.fields.items()}
    if task.kind == "task.desk":
        fields["what"] = page.say(f"desk.kind.{fields['kind']}")
    shown = link(task.href, page.say(task.kind, **fields))
    where = fields.get("app") or page.say(_WHERE[task.kind])
    if task.due_s is None:
        return shown, where, "—"
    due = page.moment(task.due_s * 1000)
    return shown, where, join([due, " ", state("wait", page.say("task.soon"))]) if task.due_s - now_s < _SOON_S else due


def _words(page: "Page", value: Any) -> str:
    return value if isinstance(value, str) else page.both(value)
