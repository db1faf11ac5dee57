"""Receipts, openings, proofs and histories as files beside each other."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from zhulian.client.apps.openings import Opening, opening_document, read_opening
from zhulian.client.core import Core
from zhulian.files import write_atomically

__all__ = ["OPENING", "RECEIPT", "file_name", "save_document", "save_openings", "save_receipt"]

RECEIPT = ".receipt.json"
OPENING = ".opening.json"
_NAME_MAX = 80


def file_name(*parts: str | None) -> str:
    """A file name from names and keys, with whatever a file system minds written as `_`."""
    kept = [part for part in parts if part]
    text = ".".join("".join(each if each.isalnum() or each in "-_" else "_" for each in part) for part in kept)
    return text[:_NAME_MAX] or "record"


def save_document(path: Path, document: Mapping[str, Any], mode: int = 0o644) -> Path:
    """Write a document as JSON that people can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n", mode=mode)
    return path


def save_receipt(folder: Path, instance: str, action: str, key: str | None, document: Mapping[str, Any]) -> Path:
    """Write a receipt; one of the same record and action gets a number behind its name."""
    stem = file_name(key or instance, action)
    path = folder / f"{stem}{RECEIPT}"
    number = 2
    while path.exists() and json.loads(path.read_bytes()) != document:
        path = folder / f"{stem}-{number}{RECEIPT}"
        number += 1
    return save_document(path, document)


def save_openings(core: Core, folder: Path, made: Sequence[Opening], key: str | None) -> Path:
    """Write all that opens the private values of one record, earlier ones among them; readable by its owner alone."""
    first = made[0]
    known = [
        each
        for note in core.journal.openings(core.chain, first.instance, first.record)
        for each in read_opening(json.loads(note.opening), "journal")
    ]
    path = folder / f"{file_name(key or first.record)}{OPENING}"
    return save_document(path, opening_document(core.chain, known or list(made)), mode=0o600)
