"""What all stories of a definition have played together, and what none of them plays, each with the reason."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from zhulian.assure.stories.judging import refused_as
from zhulian.assure.stories.stage import Stage
from zhulian.assure.stories.steps import Done
from zhulian.errors import Words
from zhulian.language.definition.shapes import Each, Effect, If, Move, Record, Refuse
from zhulian.language.definition.views import Step, Tree
from zhulian.modules.scenario.events import Acted, Completed, Corrected, RecordChanged, TimerRan, TimerRested

__all__ = ["Coverage", "Unplayed"]

Kind = Literal["action", "refusal", "timer", "transition", "task", "correction"]


@dataclass(frozen=True, slots=True)
class Unplayed:
    """Something that no story plays: `name` in the definition, what it is called, and why it was not played."""

    kind: Kind
    name: str
    title: Words
    reason: Words


@dataclass
class Coverage:
    """Gathers what stories play. A transition is written `record: from → to`, and belongs to the action or timer that makes it."""

    tree: Tree
    actions: dict[str, None] = field(default_factory=dict)
    refusals: dict[str, None] = field(default_factory=dict)
    timers: dict[str, None] = field(default_factory=dict)
    transitions: dict[tuple[str, str, str, str], None] = field(default_factory=dict)
    tasks: dict[str, None] = field(default_factory=dict)
    corrections: dict[str, None] = field(default_factory=dict)
    _states: dict[tuple[str, str], str] = field(default_factory=dict)
    _tried: dict[str, None] = field(default_factory=dict)

    def begin(self) -> None:
        """A story begins: its records are none of those before."""
        self._states.clear()

    def note(self, stage: Stage, step: Step, done: Done) -> None:
        """Take in what a step did."""
        main = stage.main.name
        if step.does:
            self._tried[step.does] = None
        if done.refusal is not None:
            for name in refused_as(done.refusal):
                self.refusals[name] = None
        for event in done.events:
            if getattr(event, "instance", "") != main:
                continue
            match event:
                case Acted(action=action):
                    self.actions[action] = None
                case TimerRan(timer=timer) | TimerRested(timer=timer):
                    self.timers[timer] = None
                case Completed(record=record, task=task):
                    self.tasks[f"{record}.{task}"] = None
                case Corrected(record=record):
                    self.corrections[record] = None
                case RecordChanged():
                    self._moved(event)

    def _moved(self, event: RecordChanged) -> None:
        if event.state is None:
            return
        at = (event.record, event.key)
        before = "" if event.new else self._states.get(at, "")
        self._states[at] = event.state
        self.transitions[(event.cause, event.record, before, event.state)] = None

    def unplayed(self) -> tuple[Unplayed, ...]:
        """What no story has played, in the order of the definition."""
        return (
            *self._unplayed_actions(),
            *self._unplayed_refusals(),
            *self._unplayed_timers(),
            *self._unplayed_moves(),
            *self._rest(),
        )

    def _unplayed_actions(self) -> Iterable[Unplayed]:
        for action in self.tree.actions:
            if action.name not in self.actions:
                tried = action.name in self._tried
                reason = Words("各故事中该操作都被拒绝", "it is refused in every story") if tried else _NOBODY
                yield Unplayed("action", action.name, Words(action.title.zh, action.title.en), reason)

    def _unplayed_refusals(self) -> Iterable[Unplayed]:
        givers: dict[str, list[str]] = {}
        for action in self.tree.actions:
            for name in (*(guard.refusal for guard in action.require), *_refusals((*action.do, *action.otherwise))):
                givers.setdefault(name, []).append(action.name)
        for each in self.tree.refusals:
            if each.name in self.refusals:
                continue
            by = list(dict.fromkeys(givers.get(each.name, [])))
            zh = f"没有故事触犯操作 {'、'.join(by)} 的这条规则" if by else "没有规则给出"
            en = f"no story breaks this rule of {', '.join(by)}" if by else "no rule gives it"
            yield Unplayed("refusal", each.name, Words(each.text.zh, each.text.en), Words(zh, en))

    def _unplayed_timers(self) -> Iterable[Unplayed]:
        for timer in self.tree.timers:
            if timer.name not in self.timers:
                title = Words(timer.title.zh, timer.title.en) if timer.title else Words(timer.name, timer.name)
                reason = Words("没有故事等到其时间", "no story waits until its time")
                yield Unplayed("timer", timer.name, title, reason)

    def _unplayed_moves(self) -> Iterable[Unplayed]:
        for cause, record, before, after in _transitions(self.tree):
            if (cause, record, before, after) not in self.transitions and cause in (*self.actions, *self.timers):
                name = f"{record}: {before or '—'} → {after}"
                reason = Words(f"{cause} 未在此状态演练", f"{cause} is not played from that state to this one")
                yield Unplayed("transition", name, Words(name, name), reason)

    def _rest(self) -> Iterable[Unplayed]:
        for record in self.tree.records:
            for task in record.tasks.items if record.tasks is not None else ():
                name = f"{record.name}.{task.name}"
                if name not in self.tasks:
                    yield Unplayed("task", name, Words(name, name), _NOBODY)
            if record.correct and record.name not in self.corrections:
                yield Unplayed("correction", record.name, Words(record.title.zh, record.title.en), _NOBODY)


_NOBODY = Words("没有故事演练", "no story plays it")


def _transitions(tree: Tree) -> Iterable[tuple[str, str, str, str]]:
    """Every transition that the definition spells out, with its cause; those inside a condition may never happen and are left out."""
    records = {each.name: each for each in tree.records}
    for action in tree.actions:
        if action.creates in records:
            yield from _created(records[action.creates], action.name, action.to or _moves(action.do))
        elif action.on in records and (to := action.to or _moves(action.do)):
            for before in action.froms:
                yield action.name, action.on, before, to
    for timer in tree.timers:
        if to := timer.to or _moves(timer.do):
            for before in timer.froms:
                yield timer.name, timer.on, before, to


def _created(record: Record, cause: str, to: str) -> Iterable[tuple[str, str, str, str]]:
    if record.states is not None:
        yield cause, record.name, "", to or record.states.start.name


def _moves(effects: Iterable[Effect]) -> str:
    """The state that effects move their own record to without any condition; empty where they do not."""
    return next((each.to for each in effects if isinstance(each, Move) and not each.of), "")


def _refusals(effects: Iterable[Effect]) -> list[str]:
    found: list[str] = []
    for each in effects:
        match each:
            case Refuse(refusal=name):
                found.append(name)
            case If(then=then, otherwise=otherwise):
                found += _refusals((*then, *otherwise))
            case Each(do=do):
                found += _refusals(do)
    return found
