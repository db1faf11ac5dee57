"""Evidence bundles: originals, receipts, witnesses and whole trails in one file that a court verifies without any network.

A bundle is a ZIP with `manifest.json` (`zhulian/evidence-bundle/1`), which names every other entry: originals with their receipts,
openings and witnesses, and the histories of records, which the chain's trails show to be whole. Nothing in it is ever unpacked to a
path that it names.
"""

import json
import os
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from zhulian import canonical
from zhulian.client.apps.history import HISTORY, verify_history
from zhulian.client.apps.openings import read_opening, verify_opening
from zhulian.client.bundles.errors import NotABundle
from zhulian.client.core import Core
from zhulian.client.flow import Flow, work
from zhulian.client.reading import fact, page
from zhulian.errors import Refusal, Words
from zhulian.ledger.receipts import Trusted, verify_receipt, verify_state_fact

__all__ = ["BUNDLE", "Exhibit", "Item", "make_bundle", "verify_bundle"]

BUNDLE = "zhulian/evidence-bundle/1"
MANIFEST = "manifest.json"
_ENTRIES_MAX = 2_000
_DOCUMENT_MAX = 16 * 1024 * 1024
_FILE_MAX = 4 * 1024 * 1024 * 1024
_PIECE = 1024 * 1024
_WITNESSES = "evidence/witnesses"
_ROLES = ("file", "receipt", "opening")


@dataclass(frozen=True)
class Exhibit:
    """An original for a bundle, with its receipt, or with what opens the commitment that a trail in the bundle shows."""

    file: Path
    receipt: Path | None = None
    opening: Path | None = None


@dataclass(frozen=True)
class Item:
    """What verification found of one part of a bundle; `fault` says why it does not hold, None: it does.

    `height` and `time_ms` (Unix milliseconds) are those of its proof, `count` the events of a trail.
    """

    kind: Literal["original", "trail", "witness"]
    name: str
    fault: Words | None = None
    height: int = 0
    time_ms: int = 0
    count: int = 0
    told: Mapping[str, Any] = field(default_factory=dict)


def make_bundle(
    core: Core, out: str | os.PathLike[str], exhibits: Sequence[Exhibit], trails: Sequence[Mapping[str, Any]]
) -> Flow[Path]:
    """Write a bundle of originals and of histories as `app.history(…).document` has them; witnesses of deposits come from the chain.

    Raises:
        ProofFault: a receipt does not hold. FromNode, Unreachable.
    """
    parts: dict[str, bytes | Path] = {}
    items: list[dict[str, Any]] = []
    for number, each in enumerate(exhibits, 1):
        item: dict[str, Any] = {"file": f"files/{number}-{each.file.name}"}
        parts[item["file"]] = each.file
        if each.opening is not None:
            item["opening"] = f"openings/{number}.json"
            parts[item["opening"]] = each.opening
        if each.receipt is not None:
            item["receipt"] = f"receipts/{number}.json"
            parts[item["receipt"]] = each.receipt
            found = yield from _witnesses(core, canonical.read(each.receipt.read_bytes(), _DOCUMENT_MAX))
            item["witnesses"] = []
            for place, document in enumerate(found, 1):
                name = f"witnesses/{number}-{place}.json"
                item["witnesses"].append(name)
                parts[name] = canonical.encode(document)
        items.append(item)
    named = [f"trails/{number}.json" for number in range(1, len(trails) + 1)]
    parts |= {name: canonical.encode(document) for name, document in zip(named, trails, strict=True)}
    manifest = {"chain": core.chain, "format": BUNDLE, "items": items, "trails": named}
    yield from work(_write, Path(out), {MANIFEST: json.dumps(manifest, ensure_ascii=False, indent=1).encode(), **parts})
    return Path(out)


def _witnesses(core: Core, receipt: Any) -> Flow[list[dict[str, Any]]]:
    """The witnesses of the deposit that a receipt proves, each with its proof."""
    proved = yield from work(verify_receipt, receipt, core.trusted)
    found: list[dict[str, Any]] = []
    for event in proved.result.get("events", []):
        if event.get("type") == "evidence.deposited":
            got = yield from page(core, _WITNESSES, prefix=(event["deposit"], event["party"]), limit=50)
            for each in got.items:
                proof = yield from fact(core, (_WITNESSES, *each["key"][-4:]))
                found.append(proof.document)
    return found


def _write(out: Path, parts: Mapping[str, bytes | Path]) -> None:
    draft = out.with_name(f".{out.name}.part")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
            for name, part in parts.items():
                if isinstance(part, bytes):
                    archive.writestr(name, part)
                else:
                    archive.write(part, name)
        draft.replace(out)
    finally:
        draft.unlink(missing_ok=True)


def verify_bundle(path: str | os.PathLike[str], trusted: Trusted) -> list[Item]:
    """Hold every part of a bundle against the chain that `trusted` is; all are looked at, those that do not hold say why.

    Raises:
        NotABundle: it is none, or not as its manifest says.
    """
    with _opened(Path(path)) as archive:
        manifest = _manifest(archive, str(path), trusted)
        trails = [_trail(archive, name, trusted) for name in manifest["trails"]]
        values = [values for _, values in trails]
        found = [item for item, _ in trails]
        for each in manifest["items"]:
            found.append(_original(archive, each, trusted, values))
            found += [_witness(archive, name, each, trusted) for name in each.get("witnesses", [])]
    return found


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError) as wrong:
        raise NotABundle(path=str(path), why=Words.quote(wrong)) from None


def _manifest(archive: zipfile.ZipFile, path: str, trusted: Trusted) -> dict[str, Any]:
    """The manifest, which names each entry once and nothing else.

    Raises:
        NotABundle.
    """
    names = archive.namelist()
    if len(names) > _ENTRIES_MAX or len(set(names)) != len(names) or MANIFEST not in names:
        raise NotABundle(
            path=path, why=Words("条目过多、重复，或没有 manifest.json", "too many entries, one twice, or no manifest.json")
        )
    found = _document(archive, MANIFEST)
    if not isinstance(found, dict) or found.get("format") != BUNDLE:
        raise NotABundle(path=path, why=Words(f"格式名应为 {BUNDLE}", f"it is not {BUNDLE}"))
    if found.get("chain") != trusted.chain:
        raise NotABundle(path=path, why=Words("属于另一条链", "it is of another chain"))
    items: Any = found.get("items")
    trails: Any = found.get("trails")
    if not _is_list(items, dict) or not _is_list(trails, str):
        raise NotABundle(path=path, why=Words("清单的结构不符", "its manifest has another shape"))
    said = [MANIFEST, *trails]
    for each in items:
        said += [each[role] for role in _ROLES if role in each]
        said += each.get("witnesses", []) if _is_list(each.get("witnesses", []), str) else [None]
    if (
        not all(isinstance(each, str) for each in said)
        or sorted(said) != sorted(names)
        or not all("file" in each for each in items)
    ):
        raise NotABundle(path=path, why=Words("清单与所含条目不一致", "its manifest does not name just what it holds"))
    return found


def _is_list(value: Any, of: type) -> bool:
    return isinstance(value, list) and all(isinstance(each, of) for each in value)


def _document(archive: zipfile.ZipFile, name: str) -> Any:
    """A JSON document of the bundle; None where it is none."""
    with archive.open(name) as entry:
        data = entry.read(_DOCUMENT_MAX + 1)
    if len(data) > _DOCUMENT_MAX:
        return None
    try:
        return canonical.read(data, _DOCUMENT_MAX)
    except Refusal:
        return None


def _digest(archive: zipfile.ZipFile, name: str, trusted: Trusted) -> bytes | None:
    """The digest of an original; None where it is larger than a bundle takes."""
    hashing, size = trusted.hasher.suite.new_hash(), 0
    with archive.open(name) as entry:
        while piece := entry.read(_PIECE):
            size += len(piece)
            if size > _FILE_MAX:
                return None
            hashing.update(piece)
    return bytes(hashing.digest())


def _trail(archive: zipfile.ZipFile, name: str, trusted: Trusted) -> tuple[Item, dict[str, Any]]:
    """A whole history, and every value that it shows under a name of its own."""
    document = _document(archive, name)
    try:
        proved, events = verify_history(document, trusted)
    except Refusal as no:
        said = (
            document.get("fact", {}).get("key", [name])
            if isinstance(document, dict) and document.get("format") == HISTORY
            else [name]
        )
        return Item("trail", "/".join(map(str, said[1:] or said))[:200], no.words()), {}
    values = {f"{place}.{key}": value for place, each in enumerate(events) for key, value in each.get("fields", {}).items()}
    key = "/".join(proved.key[1:])
    told = {"record": key, "causes": [str(each.get("cause", "")) for each in events]}
    return Item("trail", key, None, proved.height, proved.time_ms, len(events), told), values


def _original(archive: zipfile.ZipFile, item: Mapping[str, Any], trusted: Trusted, values: Sequence[Mapping[str, Any]]) -> Item:
    """An original against its receipt, or against the commitment that a trail shows."""
    name = str(item["file"]).partition("/")[2]
    digest = _digest(archive, item["file"], trusted)
    try:
        if digest is None:
            return Item("original", name, Words("文件过大", "it is too large"))
        if "receipt" in item and "opening" not in item:
            proved = verify_receipt(_document(archive, item["receipt"]), trusted, file_digest=digest)
            fault = None if proved.applied else Words("该交易未通过", "its transaction was refused")
            return Item("original", name, fault, proved.height, proved.not_before_ms, told={"transaction": proved.transaction})
        if "opening" not in item:
            return Item("original", name, Words("没有回执或开启文件", "it has neither a receipt nor an opening"))
        openings = read_opening(_document(archive, item["opening"]), item["opening"])
        mine = [each for each in openings if each.path is not None and bytes.fromhex(each.digest) == digest]
        if not mine:
            return Item("original", name, Words("摘要与开启文件所列的都不同", "its digest is none of those in its opening"))
        shown = next((each for each in values if mine[0].commitment in each.values()), {})
        verify_opening(trusted.hasher, mine[0], shown, content=digest)
        return Item("original", name, told={"record": mine[0].record, "field": mine[0].field})
    except Refusal as no:
        return Item("original", name, no.words())
    except ValueError:
        return Item("original", name, Words("开启文件的摘要不是十六进制数", "a digest in its opening is no hex"))


def _witness(archive: zipfile.ZipFile, name: str, item: Mapping[str, Any], trusted: Trusted) -> Item:
    """A witness of the deposit of the same item."""
    try:
        proved = verify_state_fact(_document(archive, name), trusted)
        receipt = verify_receipt(_document(archive, str(item.get("receipt", MANIFEST))), trusted)
    except Refusal as no:
        return Item("witness", name, no.words())
    deposits = [
        (each["deposit"], each["party"]) for each in receipt.result.get("events", []) if each.get("type") == "evidence.deposited"
    ]
    if not proved.present or proved.key[0] != _WITNESSES or len(proved.key) != 5 or tuple(proved.key[1:3]) not in deposits:
        return Item("witness", name, Words("不是该存证的见证", "it is no witness of this deposit"))
    said = f"{proved.key[3]} ({proved.key[4]})"
    return Item("witness", said, None, proved.height, proved.time_ms, told={"organisation": proved.key[3], "how": proved.key[4]})
