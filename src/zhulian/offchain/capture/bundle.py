"""The bundle: one file that holds everything that was captured, and a manifest with the digest of each member.

It is a ZIP file (APPNOTE 6.3) of the plainest kind: members stored as they are, `manifest.json` first and the others by name, one
fixed date, no comments. The same members give the same bytes, and nothing in it can unpack to more than it is.
"""

import contextlib
import hashlib
import os
import re
import struct
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from zhulian import canonical
from zhulian.errors import Refusal, Words
from zhulian.offchain.capture.errors import BundleBroken, BundleTooLarge, MemberAltered

__all__ = ["BUNDLE_BYTES_MAX", "FORMAT", "SUFFIX", "Bundle", "is_bundle", "read_bundle", "write_bundle"]

FORMAT = "zhulian/capture/1"
SUFFIX = ".capture.zip"
BUNDLE_BYTES_MAX = 512 * 1024 * 1024
_MANIFEST = "manifest.json"
_MANIFEST_BYTES_MAX = 1024 * 1024
_MEMBERS_MAX = 200
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,79}(?:/[a-z0-9][a-z0-9.-]{0,79})?")
_DATE = (1980, 1, 1, 0, 0, 0)
_CHUNK = 1024 * 1024
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Bundle:
    """A bundle whose members fit its manifest."""

    path: Path
    manifest: dict[str, Any]


def write_bundle(path: Path, facts: Mapping[str, Any], members: Mapping[str, bytes]) -> Bundle:
    """Write the bundle whole or not at all; the manifest is `facts` with the list of members."""
    listed = [
        {
            "bytes": len(members[name]),
            "name": name,
            "sha256": hashlib.sha256(members[name]).hexdigest(),
            "sm3": hashlib.new("sm3", members[name]).hexdigest(),
        }
        for name in sorted(members)
    ]
    manifest = {**facts, "format": FORMAT, "members": listed}
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as made:
            made.writestr(_entry(_MANIFEST), canonical.encode(manifest))
            for name in sorted(members):
                made.writestr(_entry(name), members[name])
            made.close()
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return Bundle(path, manifest)


def is_bundle(path: Path) -> bool:
    """Whether a file is, or was before somebody altered it, a bundle: by its name or by how it begins."""
    if path.name.endswith(SUFFIX):
        return True
    try:
        with path.open("rb") as file:
            head = file.read(30 + len(_MANIFEST) + 4096)
    except OSError:
        return False
    return head.startswith(b"PK\x03\x04") and head[30 : 30 + len(_MANIFEST)] == _MANIFEST.encode() and FORMAT.encode() in head


def read_bundle(path: Path) -> Bundle:
    """The bundle, each member of which was held against the manifest.

    Raises:
        BundleBroken: it is no bundle of this form. MemberAltered: naming the member. BundleTooLarge.
    """
    size = path.stat().st_size
    if size > BUNDLE_BYTES_MAX:
        raise BundleTooLarge(path=str(path), most=BUNDLE_BYTES_MAX)
    with _opened(path) as found:
        entries = found.infolist()
        _require_plain(path, entries, found.comment)
        with _reading(_MANIFEST), found.open(entries[0]) as file:
            manifest = _manifest(path, file.read(_MANIFEST_BYTES_MAX + 1))
        listed = {each["name"]: each for each in manifest["members"]}
        if [each.filename for each in entries[1:]] != list(listed):
            raise BundleBroken(
                path=str(path), why=Words("其中的文件与清单所列不同", "its files are not those that the manifest lists")
            )
        for entry in entries[1:]:
            with _reading(entry.filename), found.open(entry) as file:
                _require_digest(file, listed[entry.filename])
    return Bundle(path, manifest)


def _entry(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, _DATE)
    made.create_system = 3
    made.external_attr = 0o100644 << 16
    return made


@contextlib.contextmanager
def _opened(path: Path) -> Any:
    try:
        with zipfile.ZipFile(path) as found:
            yield found
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, UnicodeError) as no:
        raise BundleBroken(path=str(path), why=Words.quote(no)) from None


@contextlib.contextmanager
def _reading(name: str) -> Any:
    """A member's own fault names the member."""
    try:
        yield
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError):
        raise MemberAltered(member=name) from None


def _require_plain(path: Path, entries: list[zipfile.ZipInfo], comment: bytes) -> None:
    """Hold that the file is of the plainest kind, so that it reads alike everywhere."""
    names = [each.filename for each in entries]
    if not entries or names[0] != _MANIFEST or len(entries) > _MEMBERS_MAX or names[1:] != sorted(set(names[1:])):
        raise BundleBroken(path=str(path), why=Words("文件次序或数量不对", "its files are not in order, or too many"))
    at = 0
    with path.open("rb") as file:
        for each in entries:
            file.seek(at)
            if not _is_plain(each, at) or file.read(30 + len(each.filename)) != each.FileHeader():
                name = each.filename[:80]
                raise BundleBroken(path=str(path), why=Words(f"{name} 的条目不合规范", f"the entry of {name} is not plain"))
            at += 30 + len(each.filename) + each.file_size
        directory = sum(46 + len(each.filename) for each in entries)
        file.seek(at + directory)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(entries), len(entries), directory, at, 0)
        if comment or file.read(len(end) + 1) != end:
            raise BundleBroken(
                path=str(path),
                why=Words("目录不合规范或夹带多余内容", "its directory is not plain, or it carries something more"),
            )


def _is_plain(entry: zipfile.ZipInfo, at: int) -> bool:
    """Whether every field of an entry is what `write_bundle` writes."""
    due = _entry(entry.filename)
    fields = (
        "compress_type",
        "create_system",
        "create_version",
        "extract_version",
        "external_attr",
        "internal_attr",
        "flag_bits",
    )
    return (
        _NAME.fullmatch(entry.filename) is not None
        and all(getattr(entry, name) == getattr(due, name) for name in (*fields, "date_time", "extra", "comment", "volume"))
        and entry.compress_size == entry.file_size
        and entry.header_offset == at
    )


def _manifest(path: Path, data: bytes) -> dict[str, Any]:
    broken = BundleBroken(path=str(path), why=Words("清单 manifest.json 不合规范", "its manifest.json is not of the form"))
    try:
        manifest = canonical.decode(data, _MANIFEST_BYTES_MAX)
    except Refusal:
        raise broken from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT or not isinstance(manifest.get("members"), list):
        raise broken
    for each in manifest["members"]:
        fits = isinstance(each, dict) and set(each) == {"bytes", "name", "sha256", "sm3"} and isinstance(each["name"], str)
        if not fits or not all(isinstance(each[name], str) and _DIGEST.fullmatch(each[name]) for name in ("sha256", "sm3")):
            raise broken
    return manifest


def _require_digest(file: IO[bytes], stated: Mapping[str, Any]) -> None:
    digests = {"sha256": hashlib.sha256(), "sm3": hashlib.new("sm3")}
    size = 0
    for chunk in _chunks(file):
        size += len(chunk)
        for each in digests.values():
            each.update(chunk)
    if size != stated["bytes"] or any(each.hexdigest() != stated[name] for name, each in digests.items()):
        raise MemberAltered(member=str(stated["name"]))


def _chunks(file: IO[bytes]) -> Iterable[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
