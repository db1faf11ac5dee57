"""Moving objects between here and vaults: uploads that go on where the line broke, reads of ranges, other members' vaults."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhulian.client.answers import as_json, as_refusal
from zhulian.client.core import Core
from zhulian.client.errors import FromNode, StrangeAnswer, Unreachable, UnsafeAddress
from zhulian.client.flow import Call, Flow, call, pause, work
from zhulian.client.line import base_url
from zhulian.client.sealed.errors import ObjectLost
from zhulian.client.sealed.making import Holder, envelope_for
from zhulian.errors import Words

__all__ = ["Vaults", "fetch", "fetch_small", "hand_over", "upload", "upload_bytes", "vault_info", "vaults"]

_OCTETS = "application/octet-stream"
_ATTEMPTS = 5
_PIECE_S = 60.0
_OFFSET_DIFFERS = "vault/5"


@dataclass(frozen=True)
class Vaults:
    """Where objects are asked for: the node's own vault, then those that it names."""

    operator: str
    piece_bytes: int
    bases: tuple[str, ...]


def vault_info(core: Core) -> Flow[dict[str, Any]]:
    """What the node's vault says of itself and of what the asking party keeps there.

    Raises:
        FromNode, Unreachable.
    """
    found = as_json((yield from call(Call("GET", "/v1/vault"))), core.url)
    if not isinstance(found, dict):
        raise StrangeAnswer(url=core.url, why=Words("不是 JSON 对象", "no object"))
    return found


def vaults(core: Core) -> Flow[Vaults]:
    """The vaults to ask, the node's own first; addresses of another form are passed over.

    Raises:
        FromNode, Unreachable.
    """
    info = yield from vault_info(core)
    bases = [""]
    for each in info.get("elsewhere", []):
        try:
            bases.append(base_url(str(each)))
        except UnsafeAddress:
            continue
    return Vaults(str(info.get("operator", "")), int(info.get("piece_bytes_max", 1 << 20)), tuple(bases))


def upload(
    core: Core, digest: str, source: Path, about: str, piece_bytes: int, progress: Callable[[int], None] | None
) -> Flow[None]:
    """Send a file as the object `digest`; where the line breaks, it goes on at the byte that the vault has reached.

    Raises:
        FromNode: the vault's no. Unreachable: it stays away.
    """
    size = source.stat().st_size
    offset, attempts = 0, 0
    while True:
        piece = yield from work(_piece, source, offset, piece_bytes)
        query = (("offset", str(offset)), ("size", str(size)), *((("about", about),) if about else ()))
        try:
            answer = yield from call(Call("PUT", _path(digest), query, piece, _OCTETS, _PIECE_S))
            done = as_json(answer, core.url)
        except (Unreachable, FromNode) as wrong:
            if isinstance(wrong, FromNode) and wrong.code != _OFFSET_DIFFERS and wrong.retry_after_s is None:
                raise
            attempts += 1
            if attempts >= _ATTEMPTS:
                raise
            yield from pause(0.2 * 2**attempts)
            offset = yield from _reached(core, digest)
            continue
        attempts = 0
        if progress is not None:
            progress(int(done["offset"]) - offset)
        if done["complete"]:
            return
        offset = int(done["offset"])


def upload_bytes(core: Core, data: bytes, about: str) -> Flow[str]:
    """Send a small object, such as an envelope; answers its digest.

    Raises:
        FromNode, Unreachable.
    """
    digest = core.hasher.suite.digest(data).hex()
    query = (("offset", "0"), ("size", str(len(data))), *((("about", about),) if about else ()))
    as_json((yield from call(Call("PUT", _path(digest), query, data, _OCTETS))), core.url)
    return digest


def hand_over(core: Core, content: str, blob: str, key: bytes, readers: Sequence[Holder]) -> Flow[list[dict[str, str]]]:
    """Wrap the key for each reader, upload the envelopes, and answer the readers as a message names them."""
    found = []
    for reader in readers:
        data = yield from work(envelope_for, core.hasher, blob, reader, key)
        envelope = yield from upload_bytes(core, data, content)
        found.append({"envelope": envelope, "key": reader.key, "reader": reader.name})
    return found


def fetch(
    core: Core, where: Vaults, digest: str, what: str, vault: str, span: tuple[int, int] | None = None
) -> Flow[tuple[bytes, str]]:
    """The object's bytes, or those of `span` (first, behind the last), and the vault that had them.

    Raises:
        ObjectLost: no vault has it. FromNode: a vault's no. Unreachable.
    """
    asked: list[str] = []
    for base in where.bases:
        headers = {} if span is None else {"Range": f"bytes={span[0]}-{span[1] - 1}"}
        try:
            answer = yield from call(Call("GET", base + _path(digest), timeout_s=_PIECE_S, headers=headers))
        except Unreachable:
            if not base:
                raise
            asked.append(base)
            continue
        if answer.status in (200, 206):
            return answer.body, base
        refusal = as_refusal(answer, base or core.url)
        if refusal.code not in ("vault/2", "gateway/43"):
            raise refusal
        asked.append(base or core.url)
    raise ObjectLost(digest=digest, what=what, asked=", ".join(asked), vault=vault)


def fetch_small(core: Core, where: Vaults, digest: str, what: str, vault: str) -> Flow[bytes]:
    """A small object, held against its digest: a vault that hands out another is passed by.

    Raises:
        ObjectLost, FromNode, Unreachable.
    """
    left = where
    while True:
        data, base = yield from fetch(core, left, digest, what, vault)
        if core.hasher.suite.digest(data).hex() == digest:
            return data
        others = tuple(each for each in left.bases if each != base)
        if not others:
            raise ObjectLost(digest=digest, what=what, asked=base or core.url, vault=vault)
        left = Vaults(left.operator, left.piece_bytes, others)


def _reached(core: Core, digest: str) -> Flow[int]:
    found = as_json((yield from call(Call("GET", f"/v1/vault/uploads/{digest}"))), core.url)
    return int(found["offset"])


def _piece(source: Path, offset: int, size: int) -> bytes:
    with source.open("rb") as file:
        file.seek(offset)
        return file.read(size)


def _path(digest: str) -> str:
    return f"/v1/vault/objects/{digest}"
