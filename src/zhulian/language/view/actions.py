"""Actions and timers: who, on what, when, what is asked, what must hold, what happens."""

from zhulian.language.definition.shapes import Action, Input, Timer
from zhulian.language.expressions.tree import Apply, Field, Typed, Variable
from zhulian.language.view.diagram import leads_to
from zhulian.language.view.effects import effect_views
from zhulian.language.view.fields import field_view
from zhulian.language.view.people import by_says, signatories
from zhulian.language.view.refusals import action_refusals
from zhulian.language.view.shapes import ActionView, Both, FieldView, GuardView, SignatoryView, TimerView
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.words import both, either, low, span_words, tidy

__all__ = ["action_view", "timer_view"]


def action_view(speaker: Speaker, action: Action) -> ActionView:
    """One action."""
    path, record = f"actions.{action.name}", action.on or action.creates
    more = speaker.of_action(action)
    people = signatories(speaker, action)
    texts = {each.name: both(each.text) for each in speaker.tree.refusals}
    guards = []
    for index, each in enumerate(action.require):
        says = speaker.at(f"{path}.require[{index}].that", more) or Both("", "")
        text = texts.get(each.refusal) or Both(each.refusal, each.refusal)
        guards.append(GuardView(refusal=each.refusal, that=each.that, says=says, text=text))
    return ActionView(
        name=action.name,
        title=both(action.title),
        help=either(action.help),
        record=record,
        creates=bool(action.creates),
        many=action.many,
        states=list(action.froms),
        leads_to=leads_to(speaker, action, path, record),
        by=people,
        by_says=by_says(action, people),
        one_party=action.one_party,
        form=[_input(speaker, action, each) for each in action.input],
        guards=guards,
        does=effect_views(speaker, action.do, f"{path}.do", record, more),
        otherwise=effect_views(speaker, action.otherwise, f"{path}.else", record, more),
        refusals=action_refusals(speaker, action),
        opens=action.opens or None,
        break_glass=action.break_glass,
        purpose=either(action.purpose),
        seals=action.seals or None,
        within=None if action.within is None else span_words(action.within),
        pays_less=action.short == "pay_less",
        steps=speaker.checked.steps.get(action.name, 0),
        says=_says(speaker, action, people),
    )


def _input(speaker: Speaker, action: Action, field: Input) -> FieldView:
    path = f"actions.{action.name}.input.{field.name}.not"
    record = action.on or action.creates
    more = speaker.of_action(action)
    forbids = speaker.at(path, more) if field.forbid is not None else None
    if field.forbid is not None and forbids is None:  # declared by a field of the record
        forbids = Both(field.forbid, field.forbid)
    words = None if forbids is None else Both(f"不得为{forbids.zh}", f"not {forbids.en}")
    return field_view(speaker, field, record, words)


def _says(speaker: Speaker, action: Action, people: list[SignatoryView]) -> Both:
    """The action in one sentence: who, when, on what."""
    title, record = both(action.title), speaker.record(action.on or action.creates)
    who = Both(
        "、".join(each.title.zh for each in people), " and ".join([people[0].title.en, *(low(e.title.en) for e in people[1:])])
    )
    together = "共同" if len(people) > 1 else ""
    if action.creates:
        return Both(
            f"{who.zh}{together}办理“{title.zh}”，新建{record.zh}。",
            f"{who.en}: {low(title.en)}, which creates a {low(record.en)}.",
        )
    states = [speaker.state(action.on, each) for each in action.froms]
    zh = f"{who.zh}{together}对{record.zh}办理“{title.zh}”"
    en = f"{who.en}: {low(title.en)}, on {_article(record.en)}"
    if states:
        zh = f"{record.zh}处于{'或'.join(f'“{each.zh}”' for each in states)}时，{who.zh}{together}办理“{title.zh}”"
        en += f" that is {' or '.join(f'“{each.en}”' for each in states)}"
    return Both(tidy(f"{zh}。"), f"{en}.")


def _article(en: str) -> str:
    return low(en) if en.startswith("This") else f"a {low(en)}"


def timer_view(speaker: Speaker, timer: Timer) -> TimerView:
    """One timer."""
    path, more = f"timers.{timer.name}", speaker.of_timer(timer)
    when = _when(speaker, speaker.typed(f"{path}.at"), more) if timer.at is not None else _turn(speaker, timer)
    title, record = speaker.timer(timer), speaker.record(timer.on)
    does = effect_views(speaker, timer.do, f"{path}.do", timer.on, more)
    targets = leads_to(speaker, timer, path, timer.on)
    states = [speaker.state(timer.on, each) for each in timer.froms]
    zh = f"{record.zh}处于{'或'.join(f'“{each.zh}”' for each in states)}的，{when.zh}" if states else f"{record.zh}{when.zh}"
    en = f"{record.en}{' in the state ' + ' or '.join(f'“{each.en}”' for each in states) if states else ''}: {when.en}"
    if timer.to:
        state = speaker.state(timer.on, timer.to)
        zh, en = f"{zh}自动转为“{state.zh}”", f"{en}, it becomes “{state.en}” by itself"
    else:
        zh, en = f"{zh}自动执行", f"{en}, this is done by itself"
    return TimerView(
        name=timer.name,
        title=title,
        record=timer.on,
        states=list(timer.froms),
        at=timer.at or "",
        at_says=when,
        leads_to=targets,
        does=does,
        says=Both(tidy(f"{zh}。"), f"{en}."),
    )


def _turn(speaker: Speaker, timer: Timer) -> Both:
    """When a sweep reaches a record, or what comes after one begins."""
    if timer.sweep:
        field = speaker.field(timer.on, timer.sweep)
        zh = f"轮到按“{field.zh}”逐页办理（每页 {timer.page} 条）时"
        return Both(tidy(zh), f"when the sweep by “{field.en}”, {timer.page} at a time, reaches it")
    sweep = next((each for each in speaker.tree.timers if each.name == timer.after), timer)
    title = speaker.timer(sweep)
    return Both(f"“{title.zh}”逐页办理完毕后", f"once the sweep “{title.en}” for it is at its end")


def _when(speaker: Speaker, typed: Typed | None, more: object) -> Both:
    """The time of a timer: a span after the record entered its state reads as such."""
    titles = more if isinstance(more, dict) else {}
    if typed is None:
        return Both("", "")
    match typed:
        case Apply(operator="time_plus" | "time_plus_days", operands=(Field(of=Variable(name="this"), name="since"), span)):
            words = speaker.phrase(span, titles)
            zh = f" {words.zh}" if words.zh[:1].isdigit() else words.zh
            return Both(tidy(f"进入该状态满{zh}后"), f"once {words.en} has passed since it entered that state")
        case Apply(operator="end_of", operands=(day,)):
            words = speaker.phrase(day, titles)
            return Both(tidy(f"{words.zh}过后"), f"once {words.en} is over")
        case Apply(operator="start_of", operands=(day,)):
            words = speaker.phrase(day, titles)
            return Both(tidy(f"到{words.zh}当日"), f"when {words.en} begins")
    words = speaker.phrase(typed, titles)
    return Both(tidy(f"到{words.zh}时"), f"at {words.en}")
