"""Takes a home away, after showing what goes and what stays; keys and the seal log stay unless a person says otherwise."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from zhulian.home import Home
from zhulian.node.comet.starting import engine_cache
from zhulian.node.lock import FolderLock

__all__ = ["Piece", "pieces", "uninstall"]

_KEPT = (
    "keys",
    "client",
    "passphrase",
    "certificates",
    "agreements",
    "genesis.json",
    "adoption.json",
    "node/seal.log",
    "engine/config",
)


@dataclass(frozen=True)
class Piece:
    """A file or folder, how many bytes it has, and whether it stays."""

    path: Path
    size: int
    stays: bool


def pieces(home: Home, *, keys: bool) -> list[Piece]:
    """What there is of this home on the machine; with `keys`, nothing of it stays."""
    found = []
    for path in sorted(home.root.iterdir()) if home.root.is_dir() else ():
        parts = sorted(path.iterdir()) if path.is_dir() and path.name in ("node", "engine") else [path]
        for each in parts:
            stays = not keys and each.relative_to(home.root).as_posix() in _KEPT
            found.append(Piece(each, _size(each), stays))
    cache = engine_cache()
    return [*found, Piece(cache, _size(cache), stays=False)] if cache.is_dir() else found


def uninstall(home: Home, *, keys: bool) -> list[Piece]:
    """Remove what `pieces` says does not stay; answers what went.

    Raises:
        FolderInUse: the node runs.
    """
    with FolderLock.take(home.lock):
        gone = [each for each in pieces(home, keys=keys) if not each.stays]
        for each in gone:
            if each.path.is_dir() and not each.path.is_symlink():
                shutil.rmtree(each.path)
            else:
                each.path.unlink(missing_ok=True)
    for folder in (home.root / "node", home.root / "engine", home.root):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    return gone


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file() and not each.is_symlink())
