"""Refusals of tasks."""

from typing import ClassVar

from zhulian.errors import Refusal

__all__ = ["NoSuchTask", "TaskDone", "TasksClosed", "TasksOver"]


class NoSuchTask(
    Refusal,
    code="scenario/120",
    zh="{record} 没有并行事项 {task}，只有：{known}。请更正 task。",
    en="A {record} has no task {task}, only: {known}. Correct task.",
):
    story: ClassVar[str] = "bad_input"
    record: str
    task: str
    known: str


class TasksClosed(
    Refusal,
    code="scenario/121",
    zh="{record} {key} 处于状态 {state}，现在不办理并行事项。请先将其转入办理状态。",
    en="The {record} {key} is in the state {state}, in which no tasks are done. Move it to where they are.",
):
    story: ClassVar[str] = "wrong_state"
    record: str
    key: str
    state: str


class TaskDone(
    Refusal,
    code="scenario/122",
    zh="{record} {key} 的事项 {task} 已由 {party} 办结，无需再办。",
    en="The task {task} of the {record} {key} was done by {party} already. Nothing is left to do.",
):
    story: ClassVar[str] = "already_there"
    record: str
    key: str
    task: str
    party: str


class TasksOver(
    Refusal,
    code="scenario/123",
    zh="{record} {key} 的并行事项已过办理期限。请重新发起。",
    en="The time for the tasks of the {record} {key} is over. Begin them anew.",
):
    story: ClassVar[str] = "expired"
    record: str
    key: str
