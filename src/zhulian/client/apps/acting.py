"""Acting in an application: what is asked is read by the proved definition, signed here, and comes back with its receipt."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from zhulian import canonical
from zhulian.client.answers import as_json, path_of
from zhulian.client.apps.delivering import depositor_of, sealing_messages
from zhulian.client.apps.handing import fetch_opened, handing_messages
from zhulian.client.apps.openings import Opening, Openings, opening_document
from zhulian.client.apps.reading import AppInfo, moment
from zhulian.client.apps.saving import save_openings, save_receipt
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.errors import StrangeAnswer
from zhulian.client.flow import Call, Flow, call, work
from zhulian.client.journal import OpeningNote
from zhulian.client.reading import Receipt, receipt
from zhulian.client.sealed.opening import OpenedContent
from zhulian.client.submit import Wait, claim, deliver, prepare
from zhulian.errors import Words
from zhulian.language.asking import Asked, ask, read_expiry, record_of
from zhulian.language.values import key_parts, key_text, keys_of, read_values

__all__ = [
    "AppCore",
    "Done",
    "Signers",
    "act",
    "act_once",
    "admit",
    "approve",
    "as_written",
    "check",
    "complete",
    "correct",
    "dismiss",
    "note_of",
    "opened",
    "propose",
    "withdraw",
]

Signers = Sequence[str | Identity] | str | Identity | None
"""Who signs: names of keys that are here, or identities; one, several, or the default one."""
By = Mapping[str, str] | str | None
Folder = str | os.PathLike[str] | None


@dataclass(frozen=True)
class AppCore:
    """A client of one application."""

    core: Core
    info: AppInfo


@dataclass(frozen=True)
class Done:
    """A transaction of an application that was applied: its receipt, what opens its private inputs, and the files that were written.

    `record` and `key` are those of the first record that it is about or has created.
    """

    instance: str
    action: str
    record: str
    key: str | None
    transaction: str
    height: int
    receipt: Receipt
    openings: tuple[Opening, ...] = ()
    written: tuple[Path, ...] = ()

    @property
    def events(self) -> list[dict[str, Any]]:
        """What the transaction announced, as the receipt proves it."""
        return list(self.receipt.proved.result.get("events", []))


def act(
    app: AppCore,
    action: str,
    /,
    *on: object,
    by: By = None,
    signers: Signers = None,
    save: Folder = None,
    given: Mapping[str, object] | None = None,
    intent: str | None = None,
    **inputs: object,
) -> Flow[Done]:
    """Do what an action says, at once; all its parties sign.

    Args:
        app: The application.
        action: The action's name.
        on: The key of the record that it is about; several for an action on many.
        by: Which party is which signatory, where there are several.
        signers: Who signs.
        save: A folder into which receipt and openings are written.
        inputs: The inputs by name, as people write them; files as paths.
        given: More inputs, for those that are called like a parameter.
        intent: A name by which the journal knows it: what is under way or done under it is not done again.

    Raises:
        UnknownAction, SignatoriesDue, ValueFault: what is asked is not as the definition wants it. FromNode: a rule said no.
        Unreachable, OutcomeUnknown, NoSigner, ProofFault.
    """
    core = app.core
    identities = yield from work(core.identities, _signers(signers))
    asked, openings = yield from work(_ask, app, action, on, by, {**inputs, **(given or {})}, identities, False)
    return (yield from _send(app, action, asked, asked.act(app.info.instance), identities, openings, save, intent))


def act_once(
    app: AppCore, action: str, on: Sequence[object], inputs: Mapping[str, object], signers: Signers, key: str
) -> Flow[str]:
    """Do what an action says under a name by which the journal knows it: what is under way or done under it is not done again.

    What the definition keeps from others is sealed for its readers, as by `act`. Answers the transaction's id, once a block holds it.
    Refusals are those of `act`.

    Raises:
        UnknownAction, SignatoriesDue, ValueFault. FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    core = app.core
    done = yield from _earlier(core, key)
    if done is not None:
        return done
    identities = yield from work(core.identities, _signers(signers))
    asked, openings = yield from work(_ask, app, action, on, None, inputs, identities, False)
    return (yield from _sent(app, asked, asked.act(app.info.instance), identities, openings.made, key, "committed"))


def _earlier(core: Core, key: str) -> Flow[str | None]:
    """The transaction by which what has this key was done before; None where it is to be done."""
    done = yield from work(core.journal.applied, core.chain, key)
    if done is not None:
        return done
    outcome = yield from claim(core, key)
    if outcome is None:
        return None
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome.transaction


def propose(
    app: AppCore,
    action: str,
    /,
    *on: object,
    by: By = None,
    expires: str = "3d",
    signers: Signers = None,
    save: Folder = None,
    given: Mapping[str, object] | None = None,
    **inputs: object,
) -> Flow[Done]:
    """Fix an action's input and parties so that signatures can come one by one; the proposal's id is the transaction's.

    `expires` is a span such as `3d`, or a time. Other parameters and refusals are those of `act`.

    Raises:
        NotAnExpiry. FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner, ProofFault.
    """
    core = app.core
    identities = yield from work(core.identities, _signers(signers))
    until = read_expiry(expires, moment(core))
    asked, openings = yield from work(_ask, app, action, on, by, {**inputs, **(given or {})}, identities, True)
    message = asked.propose(app.info.instance, until)
    return (yield from _send(app, action, asked, message, identities, openings, save))


def check(
    app: AppCore,
    action: str,
    /,
    *on: object,
    by: By = None,
    signers: Signers = None,
    given: Mapping[str, object] | None = None,
    **inputs: object,
) -> Flow[dict[str, Any]]:
    """Whether the action would be allowed now, `{"allowed", "refusal"?, "events"?, "cost"}`; nothing is written.

    Raises:
        UnknownAction, SignatoriesDue, ValueFault. FromNode, Unreachable, NoSigner.
    """
    core = app.core
    identities = yield from work(core.identities, _signers(signers))
    asked, _ = yield from work(_ask, app, action, on, by, {**inputs, **(given or {})}, identities, False)
    filled = {**inputs, **(given or {})}
    written = {name: asked.input.get(name) if _is_private(asked, name) else as_written(value) for name, value in filled.items()}
    body = {
        "by": asked.by,
        "input": {name: value for name, value in written.items() if value is not None},
        "on": [as_written(each) for each in on],
        "signers": [each.name for each in identities],
    }
    path = path_of("apps", app.info.instance, "actions", action, "check")
    answer = as_json((yield from call(Call("POST", path, body=canonical.encode(body)))), core.url)
    if not isinstance(answer, dict):
        raise StrangeAnswer(url=core.url, why=Words("试办结果的结构不符", "a verdict of another shape"))
    return answer


def approve(app: AppCore, proposal: str, *, signers: Signers = None, save: Folder = None) -> Flow[Done]:
    """Sign a proposal; with the last signature that is due the action is done.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner, ProofFault.
    """
    return (yield from _plainly(app, "approve", {"proposal": proposal}, signers, save))


def withdraw(app: AppCore, proposal: str, *, signers: Signers = None, save: Folder = None) -> Flow[Done]:
    """Take a proposal, or the own signature on it, back.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner, ProofFault.
    """
    return (yield from _plainly(app, "withdraw", {"proposal": proposal}, signers, save))


def admit(app: AppCore, role: str, party: str, *, signers: Signers = None, save: Folder = None) -> Flow[Done]:
    """Admit a party to a role.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner, ProofFault.
    """
    return (yield from _plainly(app, "admit", {"party": party, "role": role}, signers, save))


def dismiss(app: AppCore, role: str, party: str, *, signers: Signers = None, save: Folder = None) -> Flow[Done]:
    """End a party's role.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner, ProofFault.
    """
    return (yield from _plainly(app, "dismiss", {"party": party, "role": role}, signers, save))


def complete(app: AppCore, record: str, key: object, task: str, *, signers: Signers = None, save: Folder = None) -> Flow[Done]:
    """Report one of a record's tasks as done.

    Raises:
        UnknownRecordType, ValueFault. FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner, ProofFault.
    """
    at = {"key": list(_key(app, record, key)), "record": record}
    return (yield from _plainly(app, "complete", {"on": at, "task": task}, signers, save))


def correct(
    app: AppCore, record: str, key: object, reason: str, /, *, signers: Signers = None, save: Folder = None, **fields: object
) -> Flow[Done]:
    """Put fields of a record right; old, new and reason all stay.

    Raises:
        UnknownRecordType, ValueFault. FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner, ProofFault.
    """
    parts = _key(app, record, key)
    kinds = {each.name: each for each in record_of(app.info.tree, record).fields}
    wanted = tuple(kinds[name] for name in fields if name in kinds) or tuple(kinds.values())
    given = {name: as_written(value) for name, value in fields.items()}
    values = read_values(wanted, given, moment(app.core), "fields", keys=keys_of(app.info.tree))
    message = {"fields": values, "on": {"key": list(parts), "record": record}, "reason": reason}
    return (yield from _plainly(app, "correct", message, signers, save))


def opened(app: AppCore, done: Done, *, out: Folder = None, signers: Signers = None) -> Flow[OpenedContent]:
    """Fetch the guarded content that an action opened (`opens` in its definition) into a file, or into a folder under its own name.

    Waits until enough keepers have released their shares, at most a minute; what is not as the chain commits to leaves nothing behind.

    Raises:
        NothingOpened: the action opens nothing. NoSealedContent, NoDecryptionKey, NotEnoughServed, ObjectLost, ContentSwapped,
        FileInTheWay. CryptoFault, FromNode, ProofFault, Unreachable, NoSigner.
    """
    return (yield from fetch_opened(app.core, done.action, done.events, _signers(signers), out))


def _plainly(app: AppCore, verb: str, parts: Mapping[str, Any], signers: Signers, save: Folder) -> Flow[Done]:
    identities = yield from work(app.core.identities, _signers(signers))
    message = {"type": f"scenario.{verb}", "instance": app.info.instance, **parts}
    return (yield from _send(app, verb, None, message, identities, None, save))


def _send(
    app: AppCore,
    name: str,
    asked: Asked | None,
    message: Mapping[str, Any],
    identities: Sequence[Identity],
    openings: Openings | None,
    save: Folder,
    intent: str | None = None,
) -> Flow[Done]:
    """Journal, submit, fetch the receipt, and write the files."""
    core, instance = app.core, app.info.instance
    made = tuple(openings.made) if openings is not None else ()
    transaction = None if intent is None else (yield from _earlier(core, intent))
    if transaction is None:
        key = intent or f"app:{instance}:{os.urandom(16).hex()}"
        transaction = yield from _sent(app, asked, message, identities, made, key)
    else:
        made = ()  # what opens the private inputs lies in the journal since then
    proof = yield from receipt(core, transaction)
    events = proof.proved.result.get("events", [])
    record, about = _about(asked, events)
    done = Done(instance, name, record, about, transaction, proof.proved.height, proof, made)
    if save is None:
        return done
    folder = Path(save)
    written = [(yield from work(save_receipt, folder, instance, name, about, proof.document))]
    if made:
        written.append((yield from work(save_openings, core, folder, made, about)))
    return replace(done, written=tuple(written))


def _sent(
    app: AppCore,
    asked: Asked | None,
    message: Mapping[str, Any],
    identities: Sequence[Identity],
    made: Sequence[Opening],
    key: str,
    wait: Wait = "sealed",
) -> Flow[str]:
    """Put together what goes with the message, sign, journal and submit; answers the transaction, once it stands as `wait` says."""
    core = app.core
    handed: list[dict[str, Any]] = []
    sealed: list[dict[str, Any]] = []
    if asked is not None:
        depositor = depositor_of(asked, [_party(each) for each in identities])
        sealed = yield from sealing_messages(core, app.info, asked, made, depositor, proposed=message["type"] != "scenario.act")
    if asked is not None and message["type"] == "scenario.act":
        handed = yield from handing_messages(core, app.info, asked, identities)
    prepared = yield from work(prepare, core, [*handed, message, *sealed], identities, key)
    notes = [note_of(core, each, prepared.transaction) for each in made]
    (chosen,) = yield from work(core.journal.begin, [prepared], (), notes)
    outcome = yield from deliver(core, chosen, wait)
    if outcome.refusal is not None:
        raise outcome.refusal
    return outcome.transaction


def _ask(
    app: AppCore,
    action: str,
    on: Sequence[object],
    by: By,
    inputs: Mapping[str, object],
    identities: Sequence[Identity],
    all_named: bool,
) -> tuple[Asked, Openings]:
    openings = Openings(app.core.hasher, app.info.instance)
    parties = sorted({_party(each) for each in identities})
    asked = ask(
        app.info.tree,
        action,
        {name: as_written(value) for name, value in inputs.items()},
        moment(app.core),
        on=[as_written(each) for each in on],
        by=by,
        all_named=all_named,
        party=parties[0] if len(parties) == 1 else None,
        commit_for=openings.commit_for,
        seal=openings.seal,
    )
    return asked, openings


def _about(asked: Asked | None, events: Sequence[Mapping[str, Any]]) -> tuple[str, str | None]:
    """The first record that a transaction was about: as it was asked, or as its events tell."""
    if asked is not None and asked.on:
        return asked.record, key_text(asked.on[0])
    for each in events:
        if each.get("type") == "scenario.record_changed" and (asked is None or each.get("record") == asked.record):
            return str(each["record"]), str(each["key"])
    return ("", None) if asked is None else (asked.record, None if asked.created is None else key_text(asked.created))


def _key(app: AppCore, record: str, key: object) -> tuple[str, ...]:
    return key_parts(record_of(app.info.tree, record), as_written(key), moment(app.core), keys=keys_of(app.info.tree))


def note_of(core: Core, opening: Opening, transaction: str) -> OpeningNote:
    """What the journal keeps of an opening."""
    text = canonical.encode(opening_document(core.chain, [opening])).decode()
    return OpeningNote(core.chain, opening.instance, opening.record, text, transaction)


def _party(identity: Identity) -> str:
    return identity.name if identity.name.startswith("~") else identity.name.partition(".")[0]


def _is_private(asked: Asked, name: str) -> bool:
    """Whether an input stands in the message as a commitment or a digest."""
    return any(each.name == name and (each.type == "file" or each.visibility != "public") for each in asked.action.input)


def as_written(value: object) -> object:
    """What Python programs hand in, as people would write it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, list | tuple):
        return [as_written(each) for each in value]
    return value


def _signers(signers: Signers) -> list[str | Identity] | None:
    if signers is None:
        return None
    return [signers] if isinstance(signers, str | Identity) else list(signers)
