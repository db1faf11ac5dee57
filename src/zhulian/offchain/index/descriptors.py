"""Descriptors of content: a file's name, words about it and the beginning of its text, sealed for those who may search by them.

Read alike by whoever writes the index and by whoever checks a hit against the chain (docs/formats.md §28).
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zhulian import canonical
from zhulian._unicode14 import UNASSIGNED
from zhulian.crypto import Hasher
from zhulian.errors import Refusal, Words
from zhulian.offchain.index.telling import Telling, plain

__all__ = [
    "ABOUT_MAX",
    "DESCRIPTOR_BYTES_MAX",
    "FORMAT",
    "NAME_MAX",
    "TEXT_MAX",
    "Descriptor",
    "clean",
    "read_descriptor",
    "tell_described",
]

FORMAT = "zhulian/descriptor/1"
NAME_MAX, ABOUT_MAX, TEXT_MAX = 200, 2_000, 8_000
"""Characters of each part."""
DESCRIPTOR_BYTES_MAX = 64 * 1024


@dataclass(frozen=True)
class Descriptor:
    """What the content with the commitment (or public digest) `content` is: the file's name, its owner's words, and how its text begins."""

    content: str
    name: str
    about: str = ""
    text: str = ""

    def as_json(self) -> dict[str, str]:
        """The document that is sealed, in its canonical order of keys."""
        return {"about": self.about, "content": self.content, "format": FORMAT, "name": self.name, "text": self.text}

    def encode(self) -> bytes:
        """The bytes that are sealed, and that the chain's commitment is made of."""
        return canonical.encode(self.as_json())

    def digest(self, hasher: Hasher) -> str:
        """The digest under the chain's commitment, in hex."""
        return hasher.suite.digest(self.encode()).hex()


def clean(text: str, most: int) -> str:
    """At most so many characters of text as documents hold it: NFC, white space made single, nothing unprintable."""
    kept = "".join(each if each.isprintable() else " " for each in unicodedata.normalize("NFC", text[: 4 * most]))
    kept = unicodedata.normalize("NFC", " ".join(UNASSIGNED.sub(" ", kept).split())[:most])
    return kept.strip()


def read_descriptor(given: bytes | Mapping[str, Any]) -> Descriptor | None:
    """The descriptor in opened bytes, or in a row of an index; None where it is none, or is longer than any may be."""
    if isinstance(given, bytes):
        try:
            found = canonical.decode(given, DESCRIPTOR_BYTES_MAX)
        except Refusal:
            return None
    else:
        found = given
    if not isinstance(found, Mapping) or found.get("format") != FORMAT:
        return None
    parts = [found.get(name) for name in ("content", "name", "about", "text")]
    bounds = (64, NAME_MAX, ABOUT_MAX, TEXT_MAX)
    if len(found) != 5 or any(not isinstance(part, str) or len(part) > most for part, most in zip(parts, bounds, strict=True)):
        return None
    return Descriptor(*map(str, parts))


def tell_described(told: Telling, descriptor: Descriptor) -> Telling:
    """A deposit as those read it who may open its descriptor: by the file's name, with the words about it and its text."""
    more = "；".join(each for each in (descriptor.name, descriptor.about, descriptor.text) if each)
    title = Words(plain(f"{descriptor.name}（{told.title.zh}）"), plain(f"{descriptor.name} ({told.title.en})"))
    text = Words(plain(f"{told.text.zh}；{more}"), plain(f"{told.text.en}; {more}"))
    return Telling(title, text, told.parties, told.state)
