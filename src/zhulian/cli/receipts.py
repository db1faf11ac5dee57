"""Receipts as files beside what was deposited."""

import json
from pathlib import Path
from typing import Any

from zhulian.files import write_atomically

__all__ = ["RECEIPT", "write_receipt"]

RECEIPT = ".receipt.json"


def write_receipt(file: Path, document: dict[str, Any]) -> Path:
    """Write the receipt beside `file`; its path."""
    path = file.with_name(file.name + RECEIPT)
    write_atomically(path, json.dumps(document, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n")
    return path
