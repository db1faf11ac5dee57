"""`read_definition`: from the text of a file to a normalised definition, or to all that is wrong with its form."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from zhulian.canonical import Codec
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.faults import TreeTooLarge
from zhulian.language.definition.limits import BYTES_MAX
from zhulian.language.definition.normalise.whole import normalise
from zhulian.language.definition.places import Places
from zhulian.language.definition.views import Tree
from zhulian.language.errors import LanguageFault, Position
from zhulian.language.source import read_source

__all__ = ["Definition", "Digests", "load_definition", "read_definition"]

_CODEC: Codec[Tree] = Codec(Tree)
_ANY: Codec[Any] = Codec(Any)
_NOT_RULES = ("title", "about", "covers", "pages", "stories", "watch", "assumes")


@dataclass(frozen=True, slots=True)
class Digests:
    """Digests of 32 bytes: `definition` is its name, `rules` changes only where the meaning does, `source` is that of the text."""

    definition: bytes
    rules: bytes
    source: bytes | None


@dataclass(frozen=True, slots=True)
class Definition:
    """A normalised tree with the places of its parts and, where it came from a file, the text."""

    tree: Tree
    places: Places = field(default_factory=Places)
    source: bytes | None = None

    def to_json(self) -> bytes:
        """The tree as RFC 8785 JSON: what the chain keeps."""
        return _CODEC.encode(self.tree)

    def rules_json(self) -> bytes:
        """The tree without any sentence, page, watch rule or story, as RFC 8785 JSON: what decides the outcome of an action."""
        whole = msgspec.to_builtins(self.tree)
        return _ANY.encode(_bare({key: value for key, value in whole.items() if key not in _NOT_RULES}))

    def digests(self, digest: Callable[[str, bytes], bytes]) -> Digests:
        """The digests by a function of purpose and bytes, such as `Hasher.digest`; the purposes are `definition`,
        `definition-rules` and `definition-source`.
        """
        return Digests(
            definition=digest("definition", self.to_json()),
            rules=digest("definition-rules", self.rules_json()),
            source=None if self.source is None else digest("definition-source", self.source),
        )


def read_definition(source: str | bytes) -> Definition:
    """Read and normalise the text of a definition (UTF-8 where it comes as bytes).

    Raises:
        LanguageFaults: with every fault of form; a fault of YAML itself comes alone.
    """
    try:
        root = read_source(source)
    except LanguageFault as fault:
        raise LanguageFaults.of([fault]) from None
    tree, reader = normalise(root)
    if reader.faults:
        raise LanguageFaults.of(reader.faults)
    raw = source if isinstance(source, bytes) else source.encode()
    definition = Definition(tree, Places(reader.places), raw)
    size = len(definition.to_json())
    if size > BYTES_MAX:
        raise LanguageFaults.of([TreeTooLarge.at(Position(path="$"), size=size, most=BYTES_MAX)])
    return definition


def load_definition(data: bytes) -> Definition:
    """A definition from the JSON that `to_json` wrote, as the chain reads it; places are unknown.

    Raises:
        Refusal: of the numbers form/1–9 if the bytes are not exactly such a tree.
    """
    return Definition(_CODEC.decode(data, BYTES_MAX))


def _bare(value: Any) -> Any:
    """The value without sentences for people: maps of exactly zh and en, which only a `Text` is written as."""
    if isinstance(value, dict):
        return {key: _bare(each) for key, each in value.items() if not (isinstance(each, dict) and each.keys() == {"zh", "en"})}
    if isinstance(value, list | tuple):
        return [_bare(each) for each in value]
    return value
