"""How a file's text begins, where a file of its kind has text that is read without much ado: plain text, tables, web pages, Word documents."""

import contextlib
import html
import re
import zipfile
import zlib
from html.parser import HTMLParser
from pathlib import Path

__all__ = ["text_of"]

_BYTES_MAX = 256 * 1024
_DOCUMENT_BYTES_MAX = 8 * 1024 * 1024
_ENCODINGS = ("utf-8-sig", "gb18030")
_PLAIN = frozenset((".txt", ".md", ".csv", ".json", ".xml", ".log", ".yaml", ".yml"))
_PAGES = frozenset((".html", ".htm"))
_RUNS = re.compile(r"<w:t(?: [^<>]*)?>([^<]*)</w:t>|</w:p>")
"""A run of text, or the end of a paragraph."""
_UNSEEN = frozenset(("script", "style", "template"))


def text_of(path: Path, name: str) -> str:
    """What a reader sees first in the file, which goes by `name`; empty where its kind has no text here, or it cannot be read."""
    kind = Path(name).suffix.lower()
    try:
        if kind in _PLAIN:
            return _decoded(path)
        if kind in _PAGES:
            page = _Page()
            page.feed(_decoded(path))
            return " ".join(page.seen)
        if kind == ".docx":
            return _document(path)
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError):
        return ""  # it is no such file after all; it is deposited as it is
    return ""


def _decoded(path: Path) -> str:
    """The beginning as text; what is neither UTF-8 nor GB 18030 is none."""
    with path.open("rb") as file:
        data = file.read(_BYTES_MAX)
    if b"\x00" in data:
        return ""
    for encoding in _ENCODINGS:
        for cut in range(4):  # the cut may go through a character
            with contextlib.suppress(UnicodeDecodeError):
                return data[: len(data) - cut].decode(encoding)
    return ""


class _Page(HTMLParser):
    """Takes the text that a browser shows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0

    def handle_data(self, data: str) -> None:
        if not self._unseen and data.strip():
            self.seen.append(data.strip())


def _document(path: Path) -> str:
    """The paragraphs of a Word document (ECMA-376 Part 1 §17.3), whose main part is read up to a bound whatever its size says.

    Its text is picked out by its marks: nothing of a file from outside is handed to a reader of XML, with entities to unfold.
    """
    with zipfile.ZipFile(path) as packed, packed.open("word/document.xml") as part:
        data = part.read(_DOCUMENT_BYTES_MAX + 1)
    if len(data) > _DOCUMENT_BYTES_MAX:
        return ""
    found = (each.group(1) for each in _RUNS.finditer(data.decode("utf-8")))
    return "".join("\n" if each is None else html.unescape(each) for each in found)
