"""Refusals in the words of a definition: people read titles of actions, records, states and fields, where rules know names.

Only the sentences change. Code and fields of a refusal stay what they are, and a chain keeps the code alone.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from zhulian.errors import Refusal, Words
from zhulian.language.definition.shapes import Action
from zhulian.language.view.shapes import Both
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.words import low, title_or_name
from zhulian.ledger.module import Context, Handler
from zhulian.modules.scenario.books import Shelf, present
from zhulian.modules.scenario.errors import InputNotInRole, OfMany, PromiseBroken, RuleRefused
from zhulian.modules.scenario.state import INSTANCES, PROPOSALS
from zhulian.modules.scenario.who.errors import (
    NotYours,
    OfficersMissing,
    OwnKeyDue,
    PartyNamedTwice,
    SeatMissing,
    SeatsShared,
    SignatoryMissing,
    SignatureMissing,
)

__all__ = ["speak", "speaking"]

_OF_SIGNATORIES = (
    NotYours,
    OfficersMissing,
    OwnKeyDue,
    PartyNamedTwice,
    SeatMissing,
    SeatsShared,
    SignatoryMissing,
    SignatureMissing,
)
"""Refusals whose `name`, `one` and `other` are signatories; elsewhere a `name` is an input or a setting."""
_ACTOR = Words("办理人", "the one who acts")
_CORRECTION = Words("“更正”", "a correction")


def speaking(shelf: Shelf, handler: Handler) -> Handler:
    """The handler, refusing in the words of the instance that its message is about."""

    def handle(context: Context, message: Any) -> None:
        try:
            handler(context, message)
        except Refusal as refusal:
            speak(shelf, context, refusal, getattr(message, "instance", ""), _action(context, message))
            raise

    return handle


def speak(shelf: Shelf, context: Context, refusal: Refusal, name: str, action: str = "") -> None:
    """Let a refusal speak in the words of an instance, and within it of an action; one that does so already is left alone."""
    state = context.state.quiet
    told = refusal.inner if isinstance(refusal, OfMany) else refusal
    instance = INSTANCES.find(state, name) if name else None
    if instance is None or instance.module or told.is_called or isinstance(told, RuleRefused):
        return
    speaker = shelf.speaker(state, present(instance, context.block.time).definition)
    told.call(**dict(_words(speaker, told, speaker.actions.get(action))))
    if told is not refusal:
        refusal.call(why=told.words())


def _action(context: Context, message: Any) -> str:
    """The action that a message is about, or that the proposal is about which it approves."""
    proposal = getattr(message, "proposal", None)
    if proposal is None:
        return str(getattr(message, "action", ""))
    found = PROPOSALS.find(context.state.quiet, message.instance, proposal)
    return "" if found is None else found.action


def _words(speaker: Speaker, refusal: Refusal, action: Action | None) -> Iterator[tuple[str, Words]]:
    """What the fields of a refusal are called, as far as the definition has words for them."""
    given = refusal.fields
    about = given.get("record") or (action.on or action.creates if action is not None else "")
    ways = _ways(speaker, about if isinstance(about, str) else "", action)
    if isinstance(refusal, _OF_SIGNATORIES):
        spelt = isinstance(refusal, SignatoryMissing)  # who is asked to write the name must see it
        ways |= dict.fromkeys(("name", "one", "other"), lambda name: _signatory(speaker, action, name, spelt))
    for name, value in given.items():
        words = ways[name](value) if name in ways and isinstance(value, str) else None
        if words is not None:
            yield name, words
    if isinstance(refusal, InputNotInRole):
        role = _quoted(speaker.role(refusal.role))
        yield "why", Words(f"{refusal.party} 不是{role.zh}", f"{refusal.party} is not in the role {role.en}")
    if isinstance(refusal, PromiseBroken) and refusal.said.zh:  # its sentence stands for its name
        yield "promise", Words(f"“{refusal.said.zh[1:-1]}”", f"“{refusal.said.en[2:-1]}”")
        yield "said", Words("", "")


def _ways(speaker: Speaker, record: str, action: Action | None) -> dict[str, Callable[[str], Words | None]]:
    """How each kind of field is put into words, in a refusal that is about a record type and an action."""
    return {
        "action": lambda name: _doer(speaker, name),
        "allowed": lambda names: _list([speaker.state(record, each) for each in names.split(", ")], "或", " or "),
        "field": lambda name: _field(speaker, record, name),
        "name": lambda name: _asked(speaker, action, name),
        "named": lambda names: _list([speaker.field(record, each) for each in names.split(", ")], "、", ", "),
        "record": lambda name: _noun(speaker.record(name)) if name in speaker.records else None,
        "role": lambda name: _quoted(speaker.role(name)),
        "seat": lambda name: _seat(speaker, name.replace("-", "_")),
        "state": lambda name: _quoted(speaker.state(record, name)),
        "task": lambda name: _task(speaker, name),
        "total": lambda name: _total(speaker, name),
    }


def _noun(title: Both) -> Words:
    return Words(title.zh, low(title.en))


def _quoted(title: Both) -> Words:
    return Words(f"“{title.zh}”", f"“{title.en}”")


def _list(titles: Sequence[Both], zh: str, en: str) -> Words:
    return Words(zh.join(f"“{each.zh}”" for each in titles), en.join(f"“{each.en}”" for each in titles))


def _doer(speaker: Speaker, name: str) -> Words | None:
    if name.startswith("correct["):
        return _CORRECTION
    if name in speaker.actions:
        return _quoted(title_or_name(speaker.actions[name].title, name))
    timer = next((each for each in speaker.tree.timers if each.name == name), None)
    return _task(speaker, name) if timer is None else _quoted(speaker.timer(timer))


def _task(speaker: Speaker, name: str) -> Words | None:
    tasks = [each for record in speaker.records.values() for each in (record.tasks.items if record.tasks is not None else ())]
    found = next((each.title for each in tasks if each.name == name), None)
    return None if found is None else _quoted(title_or_name(found, name))


def _total(speaker: Speaker, name: str) -> Words | None:
    found = next((each.title for each in speaker.tree.totals if each.name == name), None)
    return None if found is None else _quoted(title_or_name(found, name))


def _field(speaker: Speaker, record: str, name: str) -> Words:
    """A field, by its name or as `record.field`."""
    of, dot, field = name.partition(".")
    return _quoted(speaker.field(of, field) if dot else speaker.field(record, name))


def _asked(speaker: Speaker, action: Action | None, name: str) -> Words | None:
    """An input of the action, or a setting."""
    inputs = action.input if action is not None else speaker.tree.settings
    found = next((each for each in inputs if each.name == name), None)
    return None if found is None else _quoted(title_or_name(found.title, name))


def _seat(speaker: Speaker, name: str) -> Words | None:
    found = next((seat for role in speaker.tree.roles for seat in role.seats if seat.name == name), None)
    return None if found is None else _quoted(title_or_name(found.title, name))


def _signatory(speaker: Speaker, action: Action | None, name: str, spelt: bool) -> Words | None:
    by = action.by if action is not None else ()
    found = next((each for each in by if name == (each.name or "actor")), None)
    if action is None or found is None:
        return _ACTOR if name == "actor" else None
    title = speaker.signatory(action, found)
    zh, en = title.zh, f"“{title.en}”"
    if not spelt and len(found.any) == 1 and (found.any[0].equals or "").startswith("this."):  # one, of all who have the role
        record = _noun(speaker.record(action.on))
        zh, en = f"该{record.zh}的{zh}", f"the {en} of this {record.en}"
    return Words(zh + f"（{name}）" * spelt, en + f" ({name})" * spelt)
