"""Which event shows as what sentence in the history of a record. `{…}` are values of the event, as pages show them."""

from zhulian.language.definition.shapes import Action, Alert, Notify, Record, Timer
from zhulian.language.view.refusals import below
from zhulian.language.view.shapes import Both, TimelineView
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.words import both, low, title_or_name

__all__ = ["timeline_of"]


def timeline_of(speaker: Speaker, name: str, record: Record) -> list[TimelineView]:
    """The sentences for a record type: actions, timers, alerts and notices of both, then tasks, corrections and upgrades."""
    found: list[TimelineView] = []
    for action in speaker.tree.actions:
        if name in (action.on, action.creates):
            match = {"action": action.name}
            found.append(TimelineView(event="scenario.acted", match=match, says=_acted(speaker, action), tone="done"))
            found += _loud(action.name, (*action.do, *action.otherwise))
    for timer in speaker.tree.timers:
        if timer.on == name:
            title = speaker.timer(timer)
            match = {"timer": timer.name}
            ran = Both(f"到期事项“{title.zh}”自动执行", f"{title.en}, by itself when the time came")
            rested = Both(f"到期事项“{title.zh}”未能执行（{{code}}）", f"{title.en} was due but refused ({{code}})")
            found.append(TimelineView(event="scenario.timer_ran", match=match, says=ran, tone="time"))
            found.append(TimelineView(event="scenario.timer_rested", match=match, says=rested, tone="alert"))
            found += _loud(timer.name, timer.do)
        if timer.sweep and _swept_for(speaker, timer) == name:
            found.append(_swept(speaker, timer))
    for task in record.tasks.items if record.tasks is not None else ():
        title = title_or_name(task.title, task.name)
        says = Both(f"{{party}}办结“{title.zh}”", f"{{party}} finished “{title.en}”")
        found.append(TimelineView(event="scenario.completed", match={"task": task.name}, says=says, tone="done"))
    if record.correct:
        says = Both("更正：{fields}（理由：{reason}）", "Put right: {fields} (reason: {reason})")
        found.append(TimelineView(event="scenario.corrected", match={}, says=says, tone="change"))
    if speaker.tree.upgrade is not None:
        says = Both("改按第 {version} 版规则办理", "Under version {version} of the rules from here")
        found.append(TimelineView(event="scenario.migrated", match={}, says=says, tone="change"))
    return found


def _swept_for(speaker: Speaker, timer: Timer) -> str:
    """The type of the records that a sweep is begun for."""
    return next((each.record for each in speaker.records[timer.on].fields if each.name == timer.sweep), "")


def _swept(speaker: Speaker, timer: Timer) -> TimelineView:
    """How far a sweep for the record has come."""
    title = speaker.timer(timer)
    says = Both(f"“{title.zh}”已办 {{done}} 条，未通过 {{rested}} 条", f"{title.en}: done on {{done}}, {{rested}} refused")
    return TimelineView(event="scenario.swept", match={"sweep": timer.name}, says=says, tone="time")


def _acted(speaker: Speaker, action: Action) -> Both:
    """Who did what: every signatory by the name of the event's `by`."""
    title = both(action.title)
    if len(action.by) == 1:
        name = action.by[0].name or "actor"
        return Both(f"{{by.{name}}}办理“{title.zh}”", f"{{by.{name}}}: {title.en}")
    zh = "、".join(f"{{by.{each.name}}}（{speaker.signatory(action, each).zh}）" for each in action.by)
    en = ", ".join(f"{{by.{each.name}}} ({low(speaker.signatory(action, each).en)})" for each in action.by)
    return Both(f"{zh}共同办理“{title.zh}”", f"{en}: {title.en}")


def _loud(cause: str, effects: tuple[object, ...]) -> list[TimelineView]:
    """Alerts and notices among the effects."""
    found = []
    for effect in below(effects):  # type: ignore[arg-type]
        if isinstance(effect, Alert):
            match = {"cause": cause, **({"name": effect.name} if effect.name else {})}
            says = Both(f"预警：{effect.say.zh}", f"Alert: {effect.say.en}")
            found.append(TimelineView(event="scenario.alerted", match=match, says=says, tone="alert"))
        elif isinstance(effect, Notify):
            says = Both(f"已通知{{party}}：{effect.say.zh}", f"{{party}} was told: {effect.say.en}")
            found.append(TimelineView(event="scenario.notified", match={"cause": cause}, says=says, tone="done"))
    return found
