"""Private and guarded inputs of an action, sealed for those whom the definition names and registered in the same transaction."""

import secrets
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from zhulian import canonical
from zhulian.client.apps.openings import Opening
from zhulian.client.apps.reading import AppInfo
from zhulian.client.core import Core
from zhulian.client.errors import FromNode
from zhulian.client.flow import Flow, work
from zhulian.client.reading import page, state
from zhulian.client.sealed.deposit import Sealing, registration
from zhulian.client.sealed.errors import NoKeyOnChain, TooFewKeepers
from zhulian.client.sealed.holders import holder, keepers_of
from zhulian.client.sealed.making import Head, Sealed, harmless_name, media_of, seal_bytes, seal_file
from zhulian.client.sealed.objects import vaults
from zhulian.language.asking import Asked, record_of
from zhulian.language.definition.shapes import Field
from zhulian.language.values import key_text

__all__ = ["depositor_of", "sealing_messages"]

_MODULE = "share"
_NO_VAULT = "gateway/43"


def depositor_of(asked: Asked, parties: Sequence[str]) -> str:
    """For whom content is registered that those sign for: the first of these `parties` or, where none of them is among those for whom
    the action is done, the person for whom they act as agents.
    """
    named = list(asked.by.values())
    if any(each in named for each in parties):
        return parties[0]
    return next((each for each in named if each.startswith("~")), parties[0])


def sealing_messages(
    core: Core,
    info: AppInfo,
    asked: Asked,
    made: Sequence[Opening],
    owner: str,
    *,
    proposed: bool = False,
) -> Flow[list[dict[str, Any]]]:
    """The messages that register what was sealed for `owner`, one for each private or guarded input with readers.

    Nothing is sealed on a chain without the module share, or through a node without a vault. A reader without an encryption key is left
    out, and gets the key by `share.rewrap` once it has one; guarded content needs none before its first opening. What is only `proposed` is
    registered for who proposes; content that has an owner of its own goes over to that once the action is done.

    Raises:
        TooFewKeepers, FileGone. FromNode, ProofFault, Unreachable.
    """
    found: list[dict[str, Any]] = []
    if _MODULE not in core.genesis.modules:
        return found
    kinds = _kinds(info, asked)
    for opening in made:
        kind = kinds.get(opening.field)
        if kind is None or kind.visibility == "public" or not (kind.readers or kind.keepers) or opening.path == "-":
            continue
        try:
            message = yield from _one(core, info, asked, opening, kind, owner)
            found.append(message | {"proposed": True} if proposed and kind.owner else message)
        except FromNode as no:
            if no.code != _NO_VAULT:
                raise
            return []
    return found


def _kinds(info: AppInfo, asked: Asked) -> dict[str, Field]:
    """The inputs by name; one that says nothing of its readers has those of the record's field of the same name."""
    fields = {each.name: each for each in record_of(info.tree, asked.record).fields}
    found: dict[str, Field] = {}
    for each in asked.action.input:
        field = fields.get(each.name)
        is_silent = each.visibility == "private" and not each.readers
        found[each.name] = field if is_silent and field is not None and field.visibility != "public" else each
    return found


def _one(core: Core, info: AppInfo, asked: Asked, opening: Opening, kind: Field, owner: str) -> Flow[dict[str, Any]]:
    guarded = kind.visibility == "guarded"
    readers = yield from _parties(core, info, asked, () if guarded and kind.owner else kind.readers)  # its owner grants
    with_keys = yield from _with_keys(core, sorted(readers - {owner}))
    keepers: list[str] = []
    if guarded:
        organisations = yield from _parties(core, info, asked, kind.keepers)
        keepers = yield from keepers_of(core, (yield from vaults(core)).operator, organisations)
        if len(keepers) < max(2, kind.threshold or 2):
            raise TooFewKeepers(count=len(keepers), wanted=max(2, kind.threshold or 2))
    sealing = Sealing(with_keys, guarded, kind.threshold or 2, keepers, scope=_scope(info.instance, asked))
    out = core.drafts / secrets.token_hex(16)
    try:
        sealed = yield from work(_seal, core, opening, out)
        return (yield from registration(core, opening.commitment, owner, sealed, sealing))
    finally:
        yield from work(out.unlink, missing_ok=True)


def _seal(core: Core, opening: Opening, out: Path) -> Sealed:
    place = opening.instance, opening.record, opening.field
    if opening.path is None:
        content = canonical.encode(opening.value)
        head = Head(opening.digest, opening.salt, len(content), media="application/json", place=place)
        return seal_bytes(core.hasher.suite, content, head, out)
    source = Path(opening.path)
    name = harmless_name(source.name)
    head = Head(opening.digest, opening.salt, source.stat().st_size, name, media_of(name), place)
    return seal_file(core.hasher.suite, source, head, out)


def _scope(instance: str, asked: Asked) -> str | None:
    return None if asked.key is None else f"{instance}/{asked.record}/{key_text(asked.key)}"


def _with_keys(core: Core, parties: Iterable[str]) -> Flow[list[str]]:
    found = []
    for party in parties:
        try:
            yield from holder(core, party)
        except NoKeyOnChain:
            continue
        found.append(party)
    return found


def _parties(core: Core, info: AppInfo, asked: Asked, names: Iterable[str]) -> Flow[set[str]]:
    """The parties that names of fields and roles stand for now: from the inputs, from the record, from the instance's members."""
    found: set[str] = set()
    roles = {each.name for each in info.tree.roles}
    record: dict[str, Any] = {}
    if asked.on:
        fact = yield from state(core, ("scenario/records", info.instance, asked.record, key_text(asked.on[0])))
        record = dict((fact.value or {}).get("fields", {})) if fact.present else {}
    for name in names:
        if name in roles:
            got = yield from page(core, "scenario/members", prefix=(info.instance, name), limit=64)
            found |= {str(each["key"][-1]) for each in got.items}
            continue
        value = asked.input.get(name, record.get(name))
        found |= {value} if isinstance(value, str) else set()
    return found
