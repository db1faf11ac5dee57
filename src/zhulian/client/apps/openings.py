"""Commitments of private inputs, and the openings that let their holder show the content later (docs/formats.md §2 and §16)."""

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhulian import canonical
from zhulian.client.apps.errors import NotAnOpening, OpeningFails
from zhulian.client.files import file_digest
from zhulian.crypto import Hasher
from zhulian.errors import Words
from zhulian.language.definition.shapes import Field, Kind
from zhulian.language.sealing import sealed_commitment
from zhulian.language.values import Commit, key_text

__all__ = ["FORMAT", "Opening", "Openings", "commitment_of", "opening_document", "read_opening", "record_text", "verify_opening"]

FORMAT = "zhulian/opening/1"
SALT_BYTES = 32


@dataclass(frozen=True)
class Opening:
    """What opens one commitment. `field` is the input under which it was handed in. `digest` is the suite digest of the content: a file's bytes, or the value as RFC 8785 JSON.

    `value` is the content itself where it is no file, `path` where the file lay.
    """

    instance: str
    record: str
    field: str
    salt: str
    digest: str
    commitment: str
    value: Any = None
    path: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The entry of an opening file."""
        found = {"commitment": self.commitment, "digest": self.digest, "field": self.field, "salt": self.salt}
        if self.path is not None:
            return found | {"file": Path(self.path).name}
        return found | {"value": self.value}


def record_text(record: str, key: Sequence[str] | None) -> str:
    """How a commitment names its record: type and key; the type and a slash where the key was not known beforehand."""
    return f"{record}/" if key is None else f"{record}/{key_text(key)}"


def commitment_of(hasher: Hasher, instance: str, record: str, field: str, salt: bytes, digest: bytes) -> bytes:
    """`H("private", D(instance) ‖ D(record) ‖ D(field) ‖ salt ‖ digest)`, where D is the plain digest of the text's UTF-8."""
    plain = hasher.suite.digest
    named = plain(instance.encode()) + plain(record.encode()) + plain(field.encode())
    return hasher.digest("private", named + salt + digest)


class Openings:
    """Makes the commitments of one action, and keeps what opens them."""

    def __init__(self, hasher: Hasher, instance: str) -> None:
        self._hasher = hasher
        self._instance = instance
        self.made: list[Opening] = []

    def seal(self, record: str, key: tuple[str, ...], group: str, party: str, salt: bytes, values: Mapping[str, Any]) -> str:
        """The commitment to a sealed group, in hex; salt and values are kept by whoever made them."""
        text = record_text(record, key)
        return sealed_commitment(self._hasher, self._instance, text, group, party, salt, values).hex()

    def commit_for(self, record: str, key: tuple[str, ...] | None) -> Commit:
        """What makes commitments of one record's values."""
        text = record_text(record, key)

        def commit(kind: Kind, given: Any) -> str:
            field = kind.name if isinstance(kind, Field) else "value"
            salt = secrets.token_bytes(SALT_BYTES)
            path: str | None = None
            if kind.type == "file" or isinstance(given, os.PathLike):
                content = given if isinstance(given, bytes) else None
                path = None if content is not None else os.fspath(given)
                digest = (
                    self._hasher.suite.digest(content) if content is not None else file_digest(self._hasher.suite, path or "")
                )
                if isinstance(kind, Field) and kind.visibility == "public":  # anyone may compare a public file with its digest
                    return digest.hex()
            else:
                digest = self._hasher.suite.digest(canonical.encode(given))
            made = commitment_of(self._hasher, self._instance, text, field, salt, digest).hex()
            value = given if path is None and not isinstance(given, bytes) else None
            where = path or ("-" if kind.type == "file" else None)
            self.made.append(Opening(self._instance, text, field, salt.hex(), digest.hex(), made, value, where))
            return made

        return commit


def opening_document(chain: str, openings: Sequence[Opening]) -> dict[str, Any]:
    """The opening file of one record."""
    first = openings[0]
    return {
        "chain": chain,
        "fields": [each.as_json() for each in openings],
        "format": FORMAT,
        "instance": first.instance,
        "record": first.record,
    }


def read_opening(document: Any, path: str) -> list[Opening]:
    """The openings of a file.

    Raises:
        NotAnOpening: it has another form.
    """
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise NotAnOpening(path=path, why=Words(f"格式名应为 {FORMAT}", f"it is not {FORMAT}"))
    try:
        return [
            Opening(
                str(document["instance"]),
                str(document["record"]),
                str(each["field"]),
                str(each["salt"]),
                str(each["digest"]),
                str(each["commitment"]),
                each.get("value"),
                each.get("file"),
            )
            for each in document["fields"]
        ]
    except (KeyError, TypeError, AttributeError):
        raise NotAnOpening(path=path, why=Words("缺少成员", "a member is missing")) from None


def verify_opening(hasher: Hasher, opening: Opening, on_chain: Mapping[str, Any], *, content: bytes | None = None) -> None:
    """Hold that an opening's content is what stands on the chain as `on_chain` (values by field or input).

    `content` is the digest of the file that is shown; it is due where the content is a file.

    Raises:
        OpeningFails: naming what differs.
    """
    try:
        salt, digest = bytes.fromhex(opening.salt), bytes.fromhex(opening.digest)
    except ValueError:
        raise OpeningFails(field=opening.field, why=Words("盐值或摘要不是十六进制数", "salt or digest is no hex")) from None
    if len(salt) != SALT_BYTES or len(digest) != SALT_BYTES:
        raise OpeningFails(field=opening.field, why=Words("盐值或摘要的长度不符", "salt or digest has another length"))
    shown = content if opening.path is not None else hasher.suite.digest(canonical.encode(opening.value))
    if shown is not None and shown != digest:
        raise OpeningFails(field=opening.field, why=Words("所示内容的摘要不同", "what is shown has another digest"))
    made = commitment_of(hasher, opening.instance, opening.record, opening.field, salt, digest).hex()
    if made != opening.commitment or made not in on_chain.values():
        raise OpeningFails(field=opening.field, why=Words("链上的承诺值不同", "the chain has another commitment"))
