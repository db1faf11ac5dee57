"""Opening sealed content: find it on the chain, fetch what one may, open it, and hold it against the chain's commitment."""

import contextlib
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from zhulian import canonical
from zhulian.client.apps.openings import Opening, commitment_of, opening_document
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.flow import Flow, pause, work
from zhulian.client.journal import OpeningNote
from zhulian.client.reading import page, state
from zhulian.client.sealed.errors import (
    ContentSwapped,
    FileInTheWay,
    IsErased,
    IsRestricted,
    NoSealedContent,
    NotEnoughServed,
    NotForYou,
    NotWritten,
)
from zhulian.client.sealed.making import Head, read_head
from zhulian.client.sealed.objects import Vaults, fetch, fetch_small, vaults
from zhulian.client.submit import submit
from zhulian.crypto import CannotOpen, ShareFails
from zhulian.crypto.key_shares import combine, share_check
from zhulian.crypto.stream import CHUNK_BYTES, HEAD_BYTES_MAX, HEADER_BYTES, Layout, Opener
from zhulian.crypto.wrapping import unwrap
from zhulian.errors import Words

__all__ = ["Content", "OpenedContent", "data_key", "find_content", "look", "open_content", "open_to_memory", "party_of"]

_TAG = 16
_CHUNKS_AT_ONCE = 4
_MEMORY_MAX = 16 * 1024 * 1024
_WAIT_S = 60
_LEARN_MAX = 64 * 1024


@dataclass(frozen=True)
class Content:
    """Sealed content as the chain proves it."""

    content: str
    owner: str
    value: dict[str, Any]

    @property
    def guarded(self) -> bool:
        """Whether its key is shared among keepers."""
        return bool(self.value.get("keepers"))


@dataclass(frozen=True)
class OpenedContent:
    """What was opened: where it lies (or the bytes themselves), what was sealed beside it, and the opening that the chain logged."""

    content: Content
    head: Head
    path: Path | None = None
    data: bytes | None = None
    opening: str | None = None


def find_content(core: Core, content: str, owner: str | None = None) -> Flow[Content]:
    """The sealed content with this commitment, proved; without `owner` the only one that has it.

    Raises:
        NoSealedContent. ProofFault, FromNode, Unreachable.
    """
    owners = [owner] if owner is not None else []
    if owner is None:
        got = yield from page(core, "share/contents", prefix=(content,), limit=2)
        owners = [str(each["key"][-1]) for each in got.items]
    if len(owners) != 1:
        raise NoSealedContent(content=content[:80])
    fact = yield from state(core, ("share/contents", content, owners[0]))
    if not fact.present or not isinstance(fact.value, dict):
        raise NoSealedContent(content=content[:80])
    return Content(content, owners[0], fact.value)


def open_content(
    core: Core,
    content: str,
    *,
    owner: str | None = None,
    out: str | os.PathLike[str] | None = None,
    purpose: str | None = None,
    opening: str | None = None,
    party: str | None = None,
    basis: str | None = None,
    signers: list[str | Identity] | None = None,
    progress: Callable[[int], None] | None = None,
) -> Flow[OpenedContent]:
    """Open sealed content into a file: `out`, a folder that it names (one that ends in `/` is made), or the sealed name in the present folder.

    Guarded content needs a `purpose`, which is logged on the chain before the keepers release their shares; `opening` goes on with
    one that is logged already. Nothing is left in place that does not hold against the chain's commitment.

    Raises:
        NoSealedContent, NotForYou, IsErased, IsRestricted, NoDecryptionKey, NotEnoughServed, ObjectLost, ContentSwapped, FileInTheWay,
        NotWritten. CryptoFault: what is in the vault was changed. FromNode: a rule or the vault said no. ProofFault, Unreachable, NoSigner.
    """
    found = yield from find_content(core, content, owner)
    where = yield from vaults(core)
    key, logged = yield from data_key(
        core, found, where, purpose=purpose, opening=opening, party=party, basis=basis, signers=signers
    )
    opener, head = yield from _head(core, found, where, key)
    target = _target(out, head.name)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        with (yield from work(_draft, draft)) as file:
            digest = yield from _copy(core, found, where, opener, head, file, progress)
        _hold(core, found, head, digest)
        yield from work(_place, draft, target)
        yield from work(_learn, core, found, head, None)
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
    return OpenedContent(found, head, path=target, opening=logged)


def open_to_memory(
    core: Core,
    content: str,
    *,
    owner: str | None = None,
    purpose: str | None = None,
    opening: str | None = None,
    party: str | None = None,
) -> Flow[OpenedContent]:
    """As `open_content`, for small content such as a text or a number: at most 16 MiB."""
    found = yield from find_content(core, content, owner)
    where = yield from vaults(core)
    key, logged = yield from data_key(core, found, where, purpose=purpose, opening=opening, party=party)
    opener, head = yield from _head(core, found, where, key)
    if head.size > _MEMORY_MAX:
        raise ContentSwapped(why=Words("内容过大", "it is too large"))
    kept = _Kept()
    digest = yield from _copy(core, found, where, opener, head, kept, None)  # type: ignore[arg-type]  # it writes only
    _hold(core, found, head, digest)
    data = b"".join(kept.parts)
    yield from work(_learn, core, found, head, data)
    return OpenedContent(found, head, data=data, opening=logged)


def look(core: Core, content: str, *, owner: str | None = None, party: str | None = None) -> Flow[Head | None]:
    """What was sealed beside private content that one may read; None for guarded content, which only an opening shows.

    Raises:
        NoSealedContent, NotForYou, IsRestricted, NoDecryptionKey, ObjectLost, ContentSwapped. FromNode, ProofFault, Unreachable, NoSigner.
    """
    found = yield from find_content(core, content, owner)
    if found.guarded:
        return None
    where = yield from vaults(core)
    key, _ = yield from data_key(core, found, where, party=party)
    _, head = yield from _head(core, found, where, key)
    return head


def data_key(
    core: Core,
    found: Content,
    where: Vaults,
    *,
    purpose: str | None = None,
    opening: str | None = None,
    party: str | None = None,
    basis: str | None = None,
    signers: list[str | Identity] | None = None,
) -> Flow[tuple[bytes, str | None]]:
    """The key of a content: from the own envelope or, in guarded content, from the shares that keepers release; with the opening.

    Raises:
        NotForYou, IsErased, IsRestricted, NoDecryptionKey, NotEnoughServed, ObjectLost, CannotOpen, ShareFails, FromNode, ProofFault,
        Unreachable.
    """
    identities = yield from work(core.identities, signers)
    me = party or party_of(identities[0])
    if not found.guarded:
        fact = yield from state(core, ("share/readers", found.content, found.owner, me))
        reader = fact.value if fact.present else None
        if reader is None or reader.get("ended") is not None or "envelope" not in reader:
            raise NotForYou(party=me, owner=found.owner)
        _require_kept(found)
        if found.value.get("restricted") is not None and me != found.owner:
            raise IsRestricted(owner=found.owner, height=found.value["restricted"]["height"])
        data = yield from fetch_small(core, where, reader["envelope"], "envelope", found.value["vault"])
        return (yield from work(_unwrapped, core, reader["key"], data, "key", found.value["blob"])), None
    if opening is not None:
        _require_kept(found)
    else:
        message = {"type": "share.open", "content": found.content, "owner": found.owner, "purpose": purpose or "-"}
        message |= {name: value for name, value in (("party", party), ("basis", basis)) if value is not None}
        done = yield from submit(core, [message], signers=list(identities))
        opening = done.transaction
    return (yield from _released(core, found, where, opening)), opening


def _require_kept(found: Content) -> None:
    """That content was not erased; raises `IsErased`."""
    erased = found.value.get("erased")
    if erased is not None:
        raise IsErased(owner=found.owner, height=erased["height"])


def _released(core: Core, found: Content, where: Vaults, opening: str) -> Flow[bytes]:
    """The key from the shares that keepers have released, once there are enough; a false share is told by its check."""
    threshold = int(found.value["threshold"])
    began = core.clock()
    good: dict[int, bytes] = {}
    seen: set[str] = set()
    while True:
        fact = yield from state(core, ("share/openings", opening))
        value = fact.value if fact.present else None
        if value is None or (value["content"], value["owner"]) != (found.content, found.owner):
            raise NoSealedContent(content=opening[:80])
        for served in value.get("served", []):
            if served["keeper"] in seen:
                continue
            seen.add(served["keeper"])
            data = yield from fetch_small(core, where, served["envelope"], served["keeper"], found.value["vault"])
            kept = yield from state(core, ("share/shares", found.content, found.owner, served["keeper"]))
            share = yield from work(_unwrapped, core, value["key"], data, "release", found.value["blob"])
            index = int(kept.value["index"])
            if share_check(core.hasher, bytes.fromhex(found.value["blob"]), index, share).hex() != kept.value["check"]:
                continue  # a false share: another keeper's will do
            good[index] = share
        if len(good) >= threshold:
            return (yield from work(combine, core.hasher.suite, good))
        if core.clock() - began > _WAIT_S:
            if len(seen) > len(good):
                raise ShareFails(
                    why=Words("有保管方释放的分片与链上校验值不符", "a keeper released one that its check on the chain denies")
                )
            raise NotEnoughServed(opening=opening, wanted=threshold, served=len(good), waited_s=_WAIT_S)
        yield from pause(0.15)


def _unwrapped(core: Core, key: str, data: bytes, kind: str, blob: str) -> bytes:
    envelope, secret = unwrap(core.hasher, core.decryption_key(key), data)
    if envelope.kind != kind or envelope.blob != blob:
        raise CannotOpen()
    return secret


def _head(core: Core, found: Content, where: Vaults, key: bytes) -> Flow[tuple[Opener, Head]]:
    size = int(found.value["size"])
    first = min(size, HEADER_BYTES + HEAD_BYTES_MAX + _TAG)
    data, _ = yield from fetch(core, where, found.value["blob"], "content", found.value["vault"], (0, first))
    layout = Layout.parse(data)
    opener = Opener(key, layout)
    head = read_head(opener.head(data[HEADER_BYTES:]))
    if head is None or layout.suite is not core.hasher.suite or layout.sealed_bytes(head.size) != size:
        raise ContentSwapped(why=Words("密封的说明与内容不一致", "what is sealed beside it says otherwise"))
    return opener, head


def _copy(
    core: Core, found: Content, where: Vaults, opener: Opener, head: Head, file: BinaryIO, progress: Callable[[int], None] | None
) -> Flow[str]:
    """Fetch, open and write chunk by chunk; answers the digest of the plain content."""
    hashing = core.hasher.suite.new_hash()
    count = max(1, -(-head.size // CHUNK_BYTES))
    size = int(found.value["size"])
    for start in range(1, count + 1, _CHUNKS_AT_ONCE):
        last = min(start + _CHUNKS_AT_ONCE - 1, count)
        span = opener.layout.chunk_range(start)[0], min(opener.layout.chunk_range(last)[1], size)
        data, _ = yield from fetch(core, where, found.value["blob"], "content", found.value["vault"], span)
        for number in range(start, last + 1):
            at = opener.layout.chunk_range(number)
            sealed = data[at[0] - span[0] : at[1] - span[0]]
            plain = yield from work(opener.chunk, number, sealed, last=number == count)
            hashing.update(plain)
            yield from work(file.write, plain)
            if progress is not None:
                progress(len(plain))
    return str(hashing.hexdigest())


def _hold(core: Core, found: Content, head: Head, digest: str) -> None:
    if digest != head.digest:
        raise ContentSwapped(why=Words("摘要不同", "its digest is another"))
    salt, plain = bytes.fromhex(head.salt), bytes.fromhex(head.digest)
    if head.place is None:
        made = core.hasher.digest("commitment", salt + plain).hex()
    else:
        made = commitment_of(core.hasher, *head.place, salt, plain).hex()
    if made != found.content:
        raise ContentSwapped(why=Words("承诺值不同", "its commitment is another"))


def _learn(core: Core, found: Content, head: Head, data: bytes | None) -> None:
    """Keep what opens a field of an application in this home's journal: its search index finds the record by the value or the file's name."""
    if head.place is None or (not head.name and (data is None or len(data) > _LEARN_MAX)):
        return
    instance, record, field = head.place
    value = canonical.read(data) if data is not None and not head.name else None
    opening = Opening(instance, record, field, head.salt, head.digest, found.content, value, head.name or None)
    text = canonical.encode(opening_document(core.chain, [opening])).decode()
    if any(found.content in each.opening for each in core.journal.openings(core.chain, instance, record)):
        return
    core.journal.learn(OpeningNote(core.chain, instance, record, text, str(found.value["transaction"])))


def _target(out: str | os.PathLike[str] | None, name: str) -> Path:
    path = Path(out) if out is not None else Path(name)
    if path.is_dir() or (out is not None and os.fspath(out).endswith("/")):
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as no:
            raise NotWritten(path=str(path), why=Words.quote(no.strerror or no)) from None
        path = path / name
    if path.exists():
        raise FileInTheWay(path=str(path))
    return path


def _draft(path: Path) -> BinaryIO:
    try:
        return path.open("xb")
    except OSError as no:
        raise NotWritten(path=str(path.parent), why=Words.quote(no.strerror or no)) from None


def _place(draft: Path, target: Path) -> None:
    try:
        os.link(draft, target)
    except FileExistsError:
        raise FileInTheWay(path=str(target)) from None
    except OSError:  # a file system without links
        draft.rename(target)


def party_of(identity: Identity) -> str:
    """For whom a signer acts: its organisation, or itself where it is a person's handle."""
    return identity.name if identity.name.startswith("~") else identity.name.partition(".")[0]


class _Kept:
    """Takes what is written into memory."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep a part."""
        self.parts.append(data)
        return len(data)
