"""The console's own files under an address that names their content: a browser keeps them for good, and a new version has another address."""

import hashlib
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

__all__ = ["FOLDER", "KEPT_S", "PLACE", "address", "prefix"]

PLACE: Final = "/console/"
"""Below this lies nothing but what everybody may fetch."""
KEPT_S: Final = 365 * 86_400
FOLDER: Final = Path(str(resources.files("zhulian.console") / "assets"))


@cache
def prefix() -> str:
    """Where all of them lie: a digest of their names and bytes is part of it."""
    names = hashlib.sha256()
    for path in sorted(each for each in FOLDER.rglob("*") if each.is_file()):
        data = path.read_bytes()
        names.update(f"{path.relative_to(FOLDER).as_posix()}\0{len(data)}\0".encode())
        names.update(data)
    return f"{PLACE}{names.hexdigest()[:16]}"


def address(name: str) -> str:
    """The address of one, such as `console.css`."""
    return f"{prefix()}/{name}"
