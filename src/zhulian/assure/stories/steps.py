"""One step of a story played on its stage: what was sent, what became of it, and whether that is what the story says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from zhulian.assure.stories.chain import Sent
from zhulian.assure.stories.entering import Entry, enter_inputs, enter_key, enter_keys
from zhulian.assure.stories.errors import NotInDefinition
from zhulian.assure.stories.offices import is_office, office_messages, proposal_of, proposed, take_up
from zhulian.assure.stories.sealing import enter_group
from zhulian.assure.stories.stage import Proposal, Stage
from zhulian.errors import Refusal, check
from zhulian.language.definition.commitments import key_sources
from zhulian.language.definition.shapes import Action, Field, Record
from zhulian.language.definition.views import Step
from zhulian.language.spans import seconds_of
from zhulian.language.values.keys import key_text
from zhulian.ledger.module import Event
from zhulian.ledger.types import Message
from zhulian.modules.scenario.events import Upgraded
from zhulian.modules.scenario.messages import Act, Amend, Complete, Correct, RecordAt
from zhulian.modules.scenario.publishing.errors import AlreadyPublished

__all__ = ["ACTOR", "Done", "action_of", "do_step"]

ACTOR = "actor"
_REASON = "演练"


@dataclass(frozen=True)
class Done:
    """What a step did: the records it was about, the parties by signatory, and what became of it."""

    message: Message | None = None
    record: str = ""
    keys: tuple[str, ...] = ()
    parties: dict[str, str] = field(default_factory=dict)
    signers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Who signs for each signatory, in the order of the story."""
    sent: Sent | None = None
    events: tuple[Event, ...] = ()
    """All that happened in the step, timers included."""
    seen: bool | None = None
    refusal: Refusal | None = None


def do_step(stage: Stage, step: Step, folder: Path | None) -> Done:
    """Let time pass, or sign and send what the step says; what is to be seen is not looked at here.

    Raises:
        NotInDefinition, NotProposed, UpgradeUnread: the story goes on with what is not there.
    """
    if step.wait:
        return Done(events=stage.chain.pass_time(seconds_of(step.wait)))
    stage.settle()
    voices = {each.name or ACTOR: stage.company.signers(each.signers) for each in step.who}
    parties = {name: next(iter(signers.values())) for name, signers in voices.items()}
    signers = sorted({signer for each in voices.values() for signer in each})
    record = ""
    keys: tuple[str, ...] = ()
    if is_office(step):
        sent, message = _office(stage, step, signers, folder)
        if step.approves or step.withdraws:
            proposal = proposal_of(stage, step.approves or step.withdraws)
            record, keys = proposal.record, proposal.keys
    else:
        message, record, found = _message(stage, step, parties, folder)
        keys = tuple(key_text(each) for each in found)
        if step.proposes and isinstance(message, Act):
            message = proposed(stage, step, message)
        sent = stage.chain.send([message], signers)
        if step.called and sent.refusal is None:
            stage.proposals[step.called] = Proposal(sent.transaction, step.proposes, record, keys)
    return Done(
        message=message,
        record=record,
        keys=keys,
        parties=parties,
        signers={name: tuple(each) for name, each in voices.items()},
        sent=sent,
        events=(*sent.before, *sent.events),
        refusal=sent.refusal,
    )


def _office(stage: Stage, step: Step, signers: Sequence[str], folder: Path | None) -> tuple[Sent, Message]:
    """Send what a step says that is about no record; the first of its messages that is refused, or the last, is what became of it."""
    sent, message = Sent(""), None
    for message in office_messages(stage, step, folder):
        sent = stage.chain.send([message], signers)
        if sent.refusal is not None and not isinstance(sent.refusal, AlreadyPublished):
            break
        for event in sent.events:
            if isinstance(event, Upgraded):
                take_up(stage, step, folder, event)
    check(message is not None, "a step sends something")
    return sent, message  # type: ignore[return-value]  # checked


def _message(
    stage: Stage, step: Step, parties: dict[str, str], folder: Path | None
) -> tuple[Message, str, Sequence[tuple[str, ...]]]:
    """The message of a step, with the record type and keys that it is about."""
    tree = stage.main.tree
    records = {each.name: each for each in tree.records}
    doer = step.does or step.proposes
    if doer:
        action = action_of(stage, doer)
        record = tree.instance if action.on == "instance" else records.get(action.on)
        entry = Entry(stage, stage.main, action.on or action.creates, folder)
        on = enter_keys(entry, record, step.on, many=action.many > 1) if action.on else ()
        entry.key = on[0] if len(on) == 1 else None
        inputs = enter_inputs(entry, action.input, step.inputs)
        inputs |= _group(entry, action, records, step, inputs, parties)
        message = Act(action=action.name, instance=stage.main.name, by=parties, input=inputs, on=on)
        return message, action.on or action.creates, on or _created(action, records, inputs)
    records = {each.name: each for opened in (*reversed(stage.earlier), stage.main) for each in opened.tree.records}
    name, _, task = step.completes.partition(".") if step.completes else (step.corrects or step.amends, "", "")
    if name not in records:
        raise NotInDefinition(name=name, version=tree.version)
    entry = Entry(stage, stage.main, name, folder)
    key = entry.key = enter_key(entry, records[name], step.on)
    at = RecordAt(key=key, record=name)
    if task:
        return Complete(instance=stage.main.name, on=at, task=task), name, (key,)
    if step.amends:
        return Amend(instance=stage.main.name, on=(at,)), name, (key,)
    fields: Sequence[Field] = records[name].fields
    inputs = enter_inputs(entry, fields, step.inputs)
    reason = step.say.zh if step.say else _REASON
    return Correct(fields=inputs, instance=stage.main.name, on=at, reason=reason), name, (key,)


def action_of(stage: Stage, name: str) -> Action:
    """An action of the definition, or of an earlier version, under which records may have been kept.

    Raises:
        NotInDefinition.
    """
    for opened in (stage.main, *stage.earlier):
        for each in opened.tree.actions:
            if each.name == name:
                return each
    raise NotInDefinition(name=name, version=stage.main.tree.version)


def _group(
    entry: Entry, action: Action, records: dict[str, Record], step: Step, inputs: dict[str, object], parties: dict[str, str]
) -> dict[str, object]:
    """What the step hands in for the sealed group of its action, under the group's name."""
    record = records.get(action.on or action.creates)
    name = action.seals or action.opens
    group = next((each for each in record.sealed if each.name == name), None) if record is not None else None
    given = next((each for each in step.inputs if each.name == name), None)
    if record is None or group is None or given is None:
        return {}
    if action.creates:
        known = {**{f"by.{each}": party for each, party in parties.items()}, **parties}
        known |= {f"input.{each}": key_text(value) if isinstance(value, list) else str(value) for each, value in inputs.items()}
        sources = key_sources(action, record)
        entry.key = tuple(known.get(sources[part], "") for part in record.key)
    fields = {each.name: each for each in record.fields}
    party = parties.get(action.by[0].name or ACTOR, "")
    return {name: enter_group(entry, group, fields, given, party, opens=not action.seals)}


def _created(action: Action, records: dict[str, Record], inputs: dict[str, object]) -> Sequence[tuple[str, ...]]:
    """The key of the record that an action creates, as far as its inputs tell."""
    record = records.get(action.creates)
    if record is None or not all(part in inputs for part in record.key):
        return ()
    return (tuple(str(inputs[part]) for part in record.key),)
