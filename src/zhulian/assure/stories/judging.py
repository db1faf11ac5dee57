"""Whether a step came out as the story says: refused by that rule, or done; the alerts raised that it names; seen what it asks for."""

from collections.abc import Iterable

from zhulian.assure.stories.steps import Done
from zhulian.errors import Refusal, Words
from zhulian.language.definition.views import Step
from zhulian.language.definition.words import BUILT_IN_REFUSALS
from zhulian.ledger.module import Event
from zhulian.modules import every_word
from zhulian.modules.scenario.events import Alerted, TimerRan, TimerRested

__all__ = ["alerts_of", "doer_of", "judge_step", "names_of", "refused_as"]

_WORDS = every_word()
_LENDERS = ({each.module for each in _WORDS.verbs.values()} | {each.module for each in _WORDS.reads.values()} | {"mandate"}) - {
    "kernel"
}
"""The modules whose refusals a story calls `module`: those that lend words, and the one that the regulator's orders go to."""
_BY_CODE = {
    "asset/6": "insufficient",
    "language/30": "overflow",
    "language/31": "overflow",
    "language/32": "overflow",
    "language/37": "no_such_record",
}


def refused_as(refusal: Refusal) -> tuple[str, ...]:
    """What a story may call a refusal: its own name, that of the kernel, and that of the promise that would be broken."""
    names: list[str] = []
    own = getattr(refusal, "story", "") or _BY_CODE.get(refusal.code, "")
    if own:
        names.append(own)
    promise = getattr(getattr(refusal, "inner", refusal), "promise", "")
    if promise and own == "promise_broken":
        names.append(str(promise))
    if not names and refusal.code.partition("/")[0] in _LENDERS:
        names.append("module")
    return tuple(names)


def doer_of(cause: str) -> str:
    """The action or timer to which a path of the definition leads, such as `timers.overdue.do[0]`."""
    parts = cause.split(".")
    return parts[1] if len(parts) > 1 else cause


def alerts_of(events: Iterable[Event]) -> list[str]:
    """By which names a story may ask for the alerts among events: each alert's own and its cause."""
    found: list[str] = []
    for event in events:
        if isinstance(event, Alerted):
            found += [name for name in (event.name, doer_of(event.cause)) if name]
        elif isinstance(event, TimerRested):
            found.append(event.timer)
    return list(dict.fromkeys(found))


def names_of(events: Iterable[Event]) -> list[str]:
    """Alerts, and timers that ran: a story may name either under `alerts`."""
    several = tuple(events)
    ran = [event.timer for event in several if isinstance(event, TimerRan)]
    return list(dict.fromkeys([*alerts_of(several), *ran]))


def judge_step(step: Step, done: Done, raised: Iterable[str]) -> Words | None:
    """What is not as the story says, with what it expected and what came; None where all is."""
    wrong = _judge_refusal(step, done)
    if wrong is not None:
        return wrong
    there = list(raised)
    missing = [name for name in step.alerts if name not in there]
    if missing:
        zh = f"应触发预警 {'、'.join(missing)}，实际{'触发 ' + '、'.join(there) if there else '没有预警'}"
        en = f"expected the alert {', '.join(missing)}; {'raised was ' + ', '.join(there) if there else 'none was raised'}"
        return Words(zh, en)
    for event in done.events:
        if isinstance(event, TimerRested) and event.timer not in step.alerts:
            zh = f"到期事项 {event.timer}（{event.record} {event.key}）未通过：{event.code}"
            return Words(zh, f"the timer {event.timer} ({event.record} {event.key}) was refused: {event.code}")
    if done.seen is False:
        return Words(f"应为真，实际为假：{step.see}", f"expected to be true, and is not: {step.see}")
    return None


def _judge_refusal(step: Step, done: Done) -> Words | None:
    came = done.refusal
    if came is None:
        if not step.refused:
            return None
        called = _called(step.refused)
        return Words(f"应被拒绝（{called}），实际通过", f"expected to be refused ({called}), and it was done")
    names, no = refused_as(came), came.words()
    shown = f"{came.code}{' ' + '/'.join(names) if names else ''}"
    if not step.refused:
        return Words(f"应通过，实际被拒绝（{shown}）：{no.zh}", f"expected to be done, and it was refused ({shown}): {no.en}")
    if step.refused in names:
        return None
    called = _called(step.refused)
    return Words(
        f"应因 {called} 被拒绝，实际缘由为 {shown}：{no.zh}", f"expected the refusal {called}, and it was {shown}: {no.en}"
    )


def _called(name: str) -> str:
    return f"{name} · {BUILT_IN_REFUSALS[name]}" if name in BUILT_IN_REFUSALS else name
