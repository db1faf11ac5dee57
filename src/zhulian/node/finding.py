"""What an examination finds wrong."""

from dataclasses import dataclass

__all__ = ["Fault", "Unsound"]


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: which part, at which height (None where it has none), and a sentence in each language.

    `path` is the file or folder that is at fault, where it is one beside store and seal log.
    """

    part: str
    height: int | None
    zh: str
    en: str
    path: str | None = None


class Unsound(Exception):
    """The first fault of a part."""

    def __init__(self, part: str, height: int | None, zh: str, en: str) -> None:
        super().__init__(en)
        where_zh = "" if height is None else f"高度 {height}："
        where_en = "" if height is None else f"height {height}: "
        self.fault = Fault(part, height, where_zh + zh, where_en + en)
