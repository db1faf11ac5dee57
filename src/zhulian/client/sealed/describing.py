"""Describing what is deposited: a file's name, words about it and how its text begins, sealed for those who may search by them."""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhulian.client.core import Core
from zhulian.client.errors import FromNode
from zhulian.client.flow import Flow, work
from zhulian.client.reading import page, state
from zhulian.client.sealed.errors import NoKeyOnChain
from zhulian.client.sealed.holders import holders, reads_own
from zhulian.client.sealed.making import Head, harmless_name, seal_bytes
from zhulian.client.sealed.objects import hand_over, upload, vaults
from zhulian.client.sealed.texts import text_of

__all__ = ["NO_BLOCK", "Describing", "descriptor_of", "descriptors", "readers_of"]

_MEDIA = "application/vnd.zhulian.descriptor+json"
NO_BLOCK = "ledger/12"
"""Nothing can be proved yet, nor sealed: the chain has no sealed block."""


@dataclass(frozen=True)
class Describing:
    """What is said of a file: `about` in its depositor's words, `name` where its path has another; `with_text` also how its text begins.

    `text` stands in the place of the file's own, as the names of its files do for a folder.

    Where nothing can be sealed, as without a vault or an encryption key, the deposit goes ahead undescribed, unless it is `required`.
    """

    about: str = ""
    with_text: bool = True
    required: bool = False
    name: str = ""
    text: str | None = None


def descriptors(
    core: Core,
    described: str,
    party: str,
    path: str | os.PathLike[str],
    describing: Describing | None,
    *,
    readers: Sequence[str] = (),
    keep_until: int | None = None,
) -> Flow[list[dict[str, Any]]]:
    """The messages by which the party's content or deposit `described` gets its descriptor, in the place of one that it may have.

    What they name is in the vault by then. None where nothing is to be said, or nothing can be sealed.

    Raises:
        NoKeyOnChain, FromNode: it cannot be described, and is required to be; FromNode with `NO_BLOCK`, before the first block. NoSuchReader, ProofFault, Unreachable.
    """
    if describing is None:
        return []
    try:
        made = yield from _descriptor(core, described, party, path, describing, readers)
        before = yield from descriptor_of(core, described, party)
    except (NoKeyOnChain, FromNode) as no:
        if describing.required or no.code == NO_BLOCK:
            raise
        return []
    ended = [] if before is None else [{"basis": "request", "content": before, "party": party, "type": "share.erase"}]
    return [*ended, made | ({} if keep_until is None else {"keep_until": keep_until})]


def descriptor_of(core: Core, described: str, owner: str) -> Flow[str | None]:
    """The commitment of the content that describes the owner's content or deposit, proved; None where none does that is live.

    Raises:
        ProofFault, FromNode, Unreachable.
    """
    try:
        named = yield from state(core, ("share/descriptors", described, owner))
    except FromNode as no:
        if no.code != NO_BLOCK:
            raise
        return None
    if not named.present:
        return None
    content = yield from state(core, ("share/contents", named.value["content"], owner))
    return str(named.value["content"]) if content.present and content.value.get("erased") is None else None


def readers_of(core: Core, content: str, owner: str) -> Flow[list[str]]:
    """Who may read content now, as the node says.

    Raises:
        FromNode, Unreachable.
    """
    found = yield from page(core, "share/readers", prefix=(content, owner), limit=100)
    return [str(each["key"][-1]) for each in found.items if each["value"].get("ended") is None]


def _descriptor(
    core: Core, described: str, party: str, path: str | os.PathLike[str], describing: Describing, readers: Sequence[str]
) -> Flow[dict[str, Any]]:
    """Seal the descriptor, upload it and its envelopes, and answer the message that names them."""
    where = yield from vaults(core)
    named = [*readers, *([party] if (yield from reads_own(core, party)) else [])]
    if not named:
        raise NoKeyOnChain(holder=party[:80])
    chosen = yield from holders(core, named)
    out = core.drafts / secrets.token_hex(16)
    try:
        head, sealed = yield from work(_seal, core, described, Path(path), describing, out)
        content = core.hasher.digest("commitment", bytes.fromhex(head.salt) + bytes.fromhex(head.digest)).hex()
        yield from upload(core, sealed.blob, sealed.path, content, where.piece_bytes, None)
    finally:
        yield from work(out.unlink, missing_ok=True)
    given = yield from hand_over(core, content, sealed.blob, sealed.key, chosen)
    return {
        "blob": sealed.blob,
        "content": content,
        "describes": described,
        "party": party,
        "readers": given,
        "size": sealed.size,
        "type": "share.register",
        "vault": where.operator,
    }


def _seal(core: Core, described: str, path: Path, describing: Describing, out: Path) -> Any:
    from zhulian.offchain.index.descriptors import ABOUT_MAX, NAME_MAX, TEXT_MAX, Descriptor, clean

    name = clean(harmless_name(describing.name or path.name), NAME_MAX)
    text = describing.text if describing.text is not None else text_of(path, name)
    text = clean(text, TEXT_MAX) if describing.with_text else ""
    made = Descriptor(described, name, clean(describing.about, ABOUT_MAX), text)
    data = made.encode()
    head = Head(made.digest(core.hasher), secrets.token_hex(32), len(data), media=_MEDIA)
    return head, seal_bytes(core.hasher.suite, data, head, out)
