"""What a reader keeps of its readings: the raw answer in which a value stood, by the digest that the report names."""

from pathlib import Path

from zhulian.files import write_atomically

__all__ = ["Answers"]


class Answers:
    """A folder with a file for each raw answer, which only this user reads."""

    def __init__(self, folder: Path, keep_s: int) -> None:
        self._folder = folder
        self._keep_s = keep_s

    def keep(self, digest: str, raw: bytes, now: int) -> Path:
        """Keep a raw answer; where it lies. Those that are older than they must be are dropped."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._folder / f"{digest}.raw"
        write_atomically(path, raw, mode=0o600)
        for each in self._folder.glob("*.raw"):
            if each.stat().st_mtime < now - self._keep_s:
                each.unlink()
        return path
