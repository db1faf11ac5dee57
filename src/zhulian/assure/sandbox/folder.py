"""Where sandboxes lie in a home: a folder each, with the copy and nothing else that matters; dropping one removes the folder."""

import re
import shutil
from pathlib import Path

import msgspec

from zhulian.assure.sandbox.copy import FORMAT, Copy
from zhulian.assure.sandbox.errors import BadSandboxName, NoSuchSandbox, SandboxDamaged, SandboxThere
from zhulian.errors import Words
from zhulian.files import write_atomically

__all__ = ["Sandboxes"]

_NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
_BYTES_MAX = 64 * 1024 * 1024
_FILE = "copy.json"
_SHOWN_MAX = 20


class Sandboxes:
    """The sandboxes of a home."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def names(self) -> list[str]:
        """What there is."""
        if not self._folder.is_dir():
            return []
        return sorted(each.name for each in self._folder.iterdir() if _NAME.fullmatch(each.name) and not each.is_symlink())

    def place(self, name: str) -> Path:
        """The folder of a sandbox of that name, whether or not it is there.

        Raises:
            BadSandboxName.
        """
        if not _NAME.fullmatch(name):
            raise BadSandboxName(name=name[:64] or "“”")
        return self._folder / name

    def require_free(self, name: str) -> None:
        """That there is none of that name yet.

        Raises:
            BadSandboxName, SandboxThere.
        """
        if self.place(name).exists():
            raise SandboxThere(name=name)

    def save(self, name: str, copy: Copy) -> Path:
        """Keep a copy as a new sandbox.

        Raises:
            BadSandboxName, SandboxThere. OSError.
        """
        self.require_free(name)
        place = self.place(name)
        place.mkdir(parents=True, mode=0o700)
        write_atomically(place / _FILE, msgspec.json.encode(copy, order="deterministic"), mode=0o600)
        return place

    def load(self, name: str) -> Copy:
        """The copy of a sandbox.

        Raises:
            BadSandboxName, NoSuchSandbox, SandboxDamaged.
        """
        file = self._there(name) / _FILE
        try:
            if file.is_symlink() or file.stat().st_size > _BYTES_MAX:
                raise SandboxDamaged(name=name, why=Words("文件过大或为链接", "the file is too large, or a link"))
            copy = msgspec.json.decode(file.read_bytes(), type=Copy)
        except OSError as wrong:
            raise SandboxDamaged(name=name, why=Words.quote(wrong.strerror)) from None
        except msgspec.MsgspecError as wrong:
            raise SandboxDamaged(name=name, why=Words.quote(str(wrong)[:200])) from None
        if copy.format != FORMAT:
            raise SandboxDamaged(name=name, why=Words("不是本版本的沙箱", "it is no sandbox of this version"))
        return copy

    def drop(self, name: str) -> None:
        """Remove a sandbox with its folder.

        Raises:
            BadSandboxName, NoSuchSandbox. OSError.
        """
        shutil.rmtree(self._there(name))

    def _there(self, name: str) -> Path:
        place = self.place(name)
        if not place.is_dir() or place.is_symlink():
            raise NoSuchSandbox(name=name, known=", ".join(self.names()[:_SHOWN_MAX]) or "–")
        return place
