"""`ask`: one action with its records, parties and inputs, read as people write them, ready to become a message."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhulian.language.asking.errors import ManyRecords, SignatoriesDue, UnknownAction, UnknownRecordType, nearest
from zhulian.language.asking.sealing import SealWith, group_of, read_group
from zhulian.language.definition.shapes import Action, Record, Set
from zhulian.language.definition.views import Tree
from zhulian.language.values import Commit, Keys, Moment, key_parts, keys_of, read_values

__all__ = ["Asked", "CommitFor", "ask", "find_action", "record_of"]

ACTOR = "actor"
INSTANCE = "instance"
CommitFor = Callable[[str, tuple[str, ...] | None], Commit]
"""What makes the commitments of a record's private values, by its type and the parts of its key (None: not known yet)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An action as it will stand in a message: values, keys and parties in the form of the chain.

    Attributes:
        record: The type of the record that it is about or creates.
        on: The keys of the records that it is about.
        created: The key of the record that it creates, where the inputs tell it.
    """

    action: Action
    record: str
    on: tuple[tuple[str, ...], ...]
    created: tuple[str, ...] | None
    by: dict[str, str]
    input: dict[str, Any]

    @property
    def key(self) -> tuple[str, ...] | None:
        """The key of the first record that it is about or creates, where it is known."""
        return self.on[0] if self.on else self.created

    def act(self, instance: str) -> dict[str, Any]:
        """The message that does it at once; all its parties sign the transaction."""
        return {"type": "scenario.act", **self._parts(instance)}

    def propose(self, instance: str, expires: int) -> dict[str, Any]:
        """The message that gathers signatures for it until `expires` (Unix seconds)."""
        return {"type": "scenario.propose", "expires": expires, **self._parts(instance)}

    def _parts(self, instance: str) -> dict[str, Any]:
        found: dict[str, Any] = {"action": self.action.name, "instance": instance}
        if self.by:
            found["by"] = dict(self.by)
        if self.input:
            found["input"] = dict(self.input)
        if self.on:
            found["on"] = [list(each) for each in self.on]
        return found


def find_action(tree: Tree, name: str) -> Action:
    """The action of that name.

    Raises:
        UnknownAction: with the one that was probably meant.
    """
    known = [each.name for each in tree.actions]
    for each in tree.actions:
        if each.name == name:
            return each
    raise UnknownAction(scenario=tree.scenario, action=name[:64], near=nearest(name, known), known=", ".join(known) or "-")


def record_of(tree: Tree, name: str) -> Record:
    """The record type of that name; `instance` is the one that belongs to the whole.

    Raises:
        UnknownRecordType: with the one that was probably meant.
    """
    every: tuple[Record, ...] = (*tree.records, *(() if tree.instance is None else (tree.instance,)))
    for each in every:
        if each.name == name or (each is tree.instance and name == INSTANCE):
            return each
    known = [each.name for each in every]
    raise UnknownRecordType(scenario=tree.scenario, record=name[:64], near=nearest(name, known), known=", ".join(known) or "-")


def ask(
    tree: Tree,
    name: str,
    given: Mapping[str, object],
    moment: Moment,
    *,
    on: Sequence[object] = (),
    by: Mapping[str, str] | str | None = None,
    all_named: bool = False,
    party: str | None = None,
    commit_for: CommitFor | None = None,
    seal: SealWith | None = None,
) -> Asked:
    """Read what is asked of an instance of `tree`.

    `given` are the inputs by name as people write them; `on` the keys of the records that it is about, each as one text, its
    parts, or by field (for an action on one record also the parts of its key); `by` says which party is which signatory, or names the party alone where there is one signatory; with
    `all_named` every signatory must be named, as in a proposal. `party` is who signs where nobody is named, which only helps to
    tell the key of a record that is created. Without `commit_for` private values must come as commitments; without `seal` so must
    what seals a group.

    Raises:
        UnknownAction, SignatoriesDue, ManyRecords: language/220–4. ValueFault, InputsWrong: language/200–216.
    """
    action = find_action(tree, name)
    keys = keys_of(tree)
    parties = _parties(action, by, all_named=all_named)
    record = action.on or action.creates
    numbers = _keys(tree, action, on, moment, keys)
    created = _created(tree, action, given, parties, party, moment, keys) if action.creates else None
    commit = None if commit_for is None else commit_for(record, numbers[0] if numbers else created)
    group = group_of(action, record_of(tree, record))
    plain = {name: value for name, value in given.items() if group is None or name != group.name}
    read = read_values(action.input, plain, moment, keys=keys, commit=commit)
    if group is not None:
        key = numbers[0] if numbers else created
        who = parties.get(action.by[0].name or ACTOR) or party
        read[group.name] = read_group(action, group, given.get(group.name), record, key, who, seal)
    return Asked(action, record, numbers, created, parties, read)


def _parties(action: Action, by: Mapping[str, str] | str | None, *, all_named: bool) -> dict[str, str]:
    names = [each.name or ACTOR for each in action.by]
    found = {names[0]: by} if isinstance(by, str) and len(names) == 1 else by
    if found is None and (len(names) == 1 and not all_named):
        return {}
    if isinstance(found, Mapping) and set(found) == set(names):
        return dict(found)
    example = "{" + ", ".join(f'"{each}": "org{place}"' for place, each in enumerate(names, 1)) + "}"
    given = ", ".join(found) if isinstance(found, Mapping) and found else str(found or "-")
    raise SignatoriesDue(action=action.name, wanted=", ".join(names), given=given[:80], example=example)


def _keys(tree: Tree, action: Action, on: Sequence[object], moment: Moment, keys: Keys) -> tuple[tuple[str, ...], ...]:
    if action.many == 1 and len(on) > 1:  # the parts of one key, one after the other
        on = [list(on)]
    if len(on) > action.many:
        raise ManyRecords(action=action.name, most=action.many, count=len(on))
    if action.creates:
        if on:
            raise ManyRecords(action=action.name, most=0, count=len(on))
        return ()
    record = record_of(tree, action.on)
    if not record.key:
        return ()
    return tuple(key_parts(record, each, moment, keys=keys) for each in (on or ("",)))


def _created(
    tree: Tree,
    action: Action,
    given: Mapping[str, object],
    by: Mapping[str, str],
    party: str | None,
    moment: Moment,
    keys: Keys,
) -> tuple[str, ...] | None:
    """The key of the record that will be created, where inputs and parties tell all its parts."""
    record = record_of(tree, action.creates)
    sources = {each.name: f"input.{each.name}" for each in action.input if each.field}
    for effect in action.do:
        if isinstance(effect, Set):
            sources |= {each.field: each.value.strip() for each in effect.values if not each.of}
    known = {f"by.{name}": value for name, value in by.items()} | {f"input.{name}": value for name, value in given.items()}
    known[ACTOR] = by.get(ACTOR) or party
    parts = [known.get(sources.get(name, "")) for name in record.key]
    if not parts or any(each is None or each == "" for each in parts):
        return None
    return key_parts(record, parts, moment, keys=keys)
