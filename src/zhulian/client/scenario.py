"""Definitions and instances: publish, open, admit; see what an instance would need before it is opened."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhulian.client.answers import as_json, path_of
from zhulian.client.apps.errors import SpacesMissing
from zhulian.client.apps.reading import apps, definition, find_definition, moment
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.errors import FileGone
from zhulian.client.flow import Call, Flow, call, work
from zhulian.client.reading import Receipt, page, receipt
from zhulian.client.submit import Outcome, submit
from zhulian.errors import Words

if TYPE_CHECKING:
    from zhulian.language.definition.check import Checked
    from zhulian.language.definition.shapes import Field
    from zhulian.language.definition.views import Tree

__all__ = ["Opened", "Published", "admit", "definitions", "gallery", "open_instance", "publish", "spaces_missing"]

_FilePath = str | os.PathLike[str]
_PART_BYTES = 40_000
"""How long a part is when it stands in a message, quotes escaped; a transaction takes 64 KiB in all."""
_PART_CHARACTERS = 48 * 1024
_TEXT_BYTES = 40_000


@dataclass(frozen=True)
class Published:
    """A published definition: its digest (hex), and where it was published; `found` says that it was there before."""

    definition: str
    scenario: str
    version: int
    rules: str
    parts: int
    found: bool
    transaction: str
    height: int


@dataclass(frozen=True)
class Opened:
    """An instance that was opened, with the receipt."""

    instance: str
    definition: str
    receipt: Receipt


def publish(
    core: Core,
    path: _FilePath,
    *,
    signer: str | Identity | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Flow[Published]:
    """Check a definition here and publish it; a long one is handed in in parts first. `progress` is told parts done and in all.

    Raises:
        LanguageFaults: the definition is not sound; nothing was sent. FromNode: a rule said no. FileGone, Unreachable,
        OutcomeUnknown, NoSigner.
    """
    signers = None if signer is None else [signer]
    checked = yield from work(_read, Path(path))
    text = checked.definition.to_json().decode()
    digests = checked.definition.digests(core.hasher.digest)
    name, tree = digests.definition.hex(), checked.definition.tree
    there = (yield from page(core, "scenario/definitions", prefix=(name,), limit=1)).items
    if there:
        at = there[0]["value"]
        rules = digests.rules.hex()
        return Published(name, tree.scenario, tree.version, rules, 0, True, at["transaction"], at["height"])
    message: dict[str, Any] = {"type": "scenario.publish", "definition": name}
    if digests.source is not None:
        message["source"] = digests.source.hex()
    parts = [] if _fits(text) else cut(text)
    for number, part in enumerate(parts):
        store = {"type": "scenario.store", "definition": name, "part": number, "text": part}
        yield from submit(core, [store], signers=signers, wait="committed", intent=f"store:{name}:{number}")
        if progress is not None:
            progress(number + 1, len(parts) + 1)
    message |= {"parts": len(parts)} if parts else {"text": text}
    outcome = yield from submit(core, [message], signers=signers, intent=f"publish:{name}")
    if progress is not None:
        progress(len(parts) + 1, len(parts) + 1)
    height = outcome.height or 0
    return Published(name, tree.scenario, tree.version, digests.rules.hex(), len(parts), False, outcome.transaction, height)


def open_instance(
    core: Core,
    scenario: str,
    *,
    as_: str | None = None,
    settings: Mapping[str, object] | None = None,
    uses: Mapping[str, str] | None = None,
    signer: str | Identity | None = None,
) -> Flow[Opened]:
    """Open an instance of a published scenario (a name, `name@2`, or a digest); who signs becomes its operator.

    `as_` is the instance's name, the scenario's where none is given; `settings` are as people write them; `uses` names an
    instance for each use, and may leave out those for which only one is open.

    Raises:
        NoSuchDefinition. SpacesMissing: with the commands that set up what is missing. ValueFault, InputsWrong: a setting is
        wrong. FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner, ProofFault.
    """
    from zhulian.language.values import read_values

    digest = yield from find_definition(core, scenario)
    tree = (yield from definition(core, digest)).tree
    instance = as_ or tree.scenario.replace("_", "-")
    values = read_values(tree.settings, dict(settings or {}), moment(core), "settings")
    missing = yield from spaces_missing(core, tree, instance)
    if missing:
        actions = space_actions(tree, missing, instance)
        commands = space_commands(actions, instance)
        raise SpacesMissing(instance=instance, spaces=", ".join(missing), commands=commands, actions=actions)
    bound = yield from _bind(core, tree, dict(uses or {}))
    message: dict[str, Any] = {"type": "scenario.open", "definition": digest, "instance": instance}
    message |= {"settings": values} if values else {}
    message |= {"uses": bound} if bound else {}
    outcome = yield from submit(core, [message], signers=None if signer is None else [signer])
    return Opened(instance, digest, (yield from receipt(core, outcome.transaction)))


def admit(core: Core, instance: str, role: str, party: str, *, signer: str | Identity | None = None) -> Flow[Outcome]:
    """Admit a party to a role of an instance.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"type": "scenario.admit", "instance": instance, "party": party, "role": role}
    return (yield from submit(core, [message], signers=None if signer is None else [signer]))


def gallery(core: Core) -> Flow[list[dict[str, Any]]]:
    """The packs that come with the node's release, by industry: title, purpose, roles, stories and promises of each.

    Raises:
        FromNode, Unreachable.
    """
    return list(as_json((yield from call(Call("GET", path_of("gallery")))), core.url)["items"])


def definitions(core: Core) -> Flow[list[dict[str, Any]]]:
    """The definitions that are published, as the node shows them: `{"definition", "scenario", "version", …}` each.

    Raises:
        FromNode, Unreachable.
    """
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        got = yield from page(core, "scenario/definitions", after=after, limit=100)
        found += [{"definition": each["key"][1], **each["value"]} for each in got.items]
        after = got.next
        if after is None:
            return found


def spaces_missing(core: Core, tree: "Tree", instance: str) -> Flow[dict[str, list[str]]]:
    """The spaces of unique numbers that the definition claims in and that do not admit the instance, with those that they admit.

    Raises:
        FromNode, Unreachable.
    """
    missing: dict[str, list[str]] = {}
    for space in sorted({each.space for each in _spaced(tree)}):
        got = yield from page(core, "registry/spaces", prefix=(space,), limit=1)
        value = got.items[0]["value"] if got.items else None
        if value is None or not (value.get("open") or instance in value.get("claimants", [])):
            missing[space] = [] if value is None else list(value.get("claimants", []))
    return missing


def space_actions(tree: "Tree", spaces: Mapping[str, Sequence[str]], instance: str) -> list[dict[str, Any]]:
    """What the members have to decide so that an instance may claim in these spaces; who may already stays."""
    return [
        {
            "type": "registry.set_space",
            "claimants": sorted({*claimants, instance}),
            "space": space,
            "title": {"zh": f"{tree.title.zh}编号", "en": f"Numbers of {tree.title.en}"},
        }
        for space, claimants in spaces.items()
    ]


def space_commands(actions: Sequence[Mapping[str, Any]], instance: str) -> list[str]:
    """The commands by which the members decide that: a proposal as a file, and the vote."""
    name = f"{instance}.spaces.json"
    return [
        f"cat > {name} <<'END'\n{json.dumps(actions, ensure_ascii=False)}\nEND",
        f"zhulian govern propose {name} --as ORG.SERIAL",
        "zhulian govern vote PROPOSAL yes --as ORG.SERIAL",
    ]


def _bind(core: Core, tree: "Tree", uses: dict[str, str]) -> Flow[dict[str, str]]:
    """The uses with those that were left out, where one instance alone is open that could be meant; the chain judges the rest."""
    left = [each for each in tree.uses if each.name not in uses]
    if not left:
        return uses
    opened = yield from apps(core)
    for each in left:
        meant = [found["instance"] for found in opened if found.get("scenario") == each.scenario]
        if len(meant) == 1:
            uses[each.name] = meant[0]
    return uses


def cut(text: str) -> list[str]:
    """The text in parts of which each fits into a transaction; a part never ends within a character."""
    parts: list[str] = []
    start = 0
    while start < len(text):
        end = min(len(text), start + _PART_CHARACTERS)
        while _length(text[start:end]) > _PART_BYTES:
            end = start + (end - start) * 3 // 4
        parts.append(text[start:end])
        start = end
    return parts


def _fits(text: str) -> bool:
    return len(text) <= _PART_CHARACTERS and _length(text) <= _TEXT_BYTES


def _length(text: str) -> int:
    """How many bytes a text is in a message, quotes escaped."""
    return len(json.dumps(text, ensure_ascii=False).encode())


def _spaced(tree: "Tree") -> "list[Field]":
    records = (*tree.records, *(() if tree.instance is None else (tree.instance,)))
    return [each for record in records for each in record.fields if each.unique == "everywhere" and each.space]


def _read(path: Path) -> "Checked":
    from zhulian.language.definition.check import check_definition
    from zhulian.language.definition.reading import read_definition
    from zhulian.modules import every_word

    try:
        source = path.read_bytes()
    except OSError as fault:
        raise FileGone(path=os.fspath(path), why=Words.quote(fault.strerror or fault)) from None
    return check_definition(read_definition(source), every_word())
