"""Fields, inputs and settings: their types with units and bounds, and who may read them."""

from typing import Any

from zhulian.language.definition.faults import WordUnknown
from zhulian.language.definition.limits import CODES_MAX, FIELDS_MAX
from zhulian.language.definition.normalise.reader import NAME, Reader
from zhulian.language.definition.shapes import Field, Input, Kind, Option
from zhulian.language.definition.verdicts import ReadersDue, VisibilityClash
from zhulian.language.definition.words import FIELD_WORDS, KEYWORDS, KINDS
from zhulian.language.source import Mapping, Node, Scalar

__all__ = ["read_field", "read_fields", "read_input"]

_KIND = (
    "type",
    "currency",
    "unit",
    "scale",
    "role",
    "record",
    "values",
    "of",
    "most",
    "min",
    "max",
    "pattern",
    "not",
    "space",
    "sum",
)
_FIELD = (
    *_KIND, "title", "help", "optional", "default", "unique", "public", "private", "guarded", "regulator", "erasable", "keep",
    "owner",
)  # fmt: skip
_VISIBILITY = ("public", "private", "guarded")


def read_fields(reader: Reader, node: Node, path: str) -> tuple[Field, ...]:
    """The fields of a record in their order."""
    return tuple(
        read_field(reader, name, value, below) for name, value, below in reader.named(node, path, FIELDS_MAX, FIELD_WORDS)
    )


def read_field(reader: Reader, name: str, node: Node, path: str, *, open_to_all: bool = False) -> Field:
    """One field; a text alone is its type. With `open_to_all` (settings) free text is public."""
    return Field(name=name, **_attributes(reader, node, path, open_to_all=open_to_all))


def read_input(reader: Reader, name: str, node: Node, path: str) -> Input:
    """An input with a type of its own."""
    return Input(name=name, **_attributes(reader, node, path, open_to_all=False))


def _attributes(reader: Reader, node: Node, path: str, *, open_to_all: bool) -> dict[str, Any]:
    if isinstance(node, Scalar):
        reader.note(path, node)
        found = _unit(_kind_word(reader, node, path))
        parts: dict[str, Node] = {}
    else:
        parts = reader.parts(node, path, _FIELD, ("type",))
        found = _kind(reader, parts, path)
    if "title" in parts:
        found["title"] = reader.text(parts["title"], f"{path}.title")
    if "help" in parts:
        found["help"] = reader.text(parts["help"], f"{path}.help")
    for flag in ("optional", "erasable", "regulator"):
        if flag in parts:
            found[flag] = reader.flag(parts[flag], f"{path}.{flag}")
    if "default" in parts:
        found["default"] = reader.plain(parts["default"], f"{path}.default")
    if "keep" in parts:
        found["keep"] = reader.span(parts["keep"], f"{path}.keep")
    if "owner" in parts:
        found["owner"] = reader.name(parts["owner"], f"{path}.owner")
    if "unique" in parts:
        word = reader.word(parts["unique"], f"{path}.unique", ("true", "instance", "everywhere", "false"))
        found["unique"] = {"true": "instance", "false": ""}.get(word, word)
    found.update(_visibility(reader, parts, path, open_to_all or not _is_shy(found)))
    return found


def _kind_word(reader: Reader, node: Node, path: str) -> dict[str, Any]:
    word = reader.plain(node, path)
    if word in reader.records:
        return {"type": "record", "record": word}
    if isinstance(node, Scalar) and word not in KINDS:
        reader.fault(WordUnknown, node, path, found=word[:80], known=", ".join([*KINDS, *sorted(reader.records)]))
        word = "text"
    return {"type": word}


def _kind(reader: Reader, parts: dict[str, Node], path: str) -> dict[str, Any]:
    found: dict[str, Any] = _kind_word(reader, parts["type"], f"{path}.type") if "type" in parts else {"type": "text"}
    for plain in ("currency", "unit", "space", "sum", "role", "min", "max", "pattern"):
        if plain in parts:
            found[plain] = reader.plain(parts[plain], f"{path}.{plain}")
    if "record" in parts:
        found["record"] = reader.name(parts["record"], f"{path}.record")
    if "scale" in parts:
        found["scale"] = reader.count(parts["scale"], f"{path}.scale", 9, 0)
    if "most" in parts:
        found["most"] = reader.count(parts["most"], f"{path}.most", CODES_MAX)
    if "not" in parts:
        found["forbid"] = reader.code(parts["not"], f"{path}.not")
    if "values" in parts:
        found["values"] = read_options(reader, parts["values"], f"{path}.values")
    if "of" in parts:
        of = parts["of"]
        below = f"{path}.of"
        inner = (
            _unit(_kind_word(reader, of, below))
            if isinstance(of, Scalar)
            else _kind(reader, reader.parts(of, below, _KIND, ("type",)), below)
        )
        found["of"] = Kind(**inner)
    return _unit(found)


def _unit(found: dict[str, Any]) -> dict[str, Any]:
    """The kind with the currency and the scale that go without saying: yuan, and cents for a price."""
    if found["type"] in ("money", "price"):
        found.setdefault("currency", "CNY")
    if found["type"] == "price":
        found.setdefault("scale", 2)
    if found["type"] == "quantity":
        found.setdefault("scale", 0)
    return found


def read_options(reader: Reader, node: Node, path: str) -> tuple[Option, ...]:
    """Named choices in their order: a list of names, a list of `name: title`, or a mapping of names to titles."""
    if isinstance(node, Mapping):
        return tuple(Option(name=name, title=reader.text(value, below)) for name, value, below in reader.named(node, path))
    found: list[Option] = []
    for each, below in reader.several(node, path):
        if isinstance(each, Mapping):
            pair = reader.single(each, below)
            if pair is not None and reader.is_name(pair[0], below):
                found.append(Option(name=pair[0].text, title=reader.text(pair[1], below)))
        else:
            found.append(Option(name=reader.name(each, below, kept=KEYWORDS)))
    return tuple(found)


def _is_shy(found: dict[str, Any]) -> bool:
    """Whether a type is private unless the definition says otherwise: files, persons and free text."""
    inner = found.get("of")
    if inner is not None:
        return inner.type in ("file", "person") or (inner.type == "text" and inner.pattern is None)
    return found["type"] in ("file", "person") or (found["type"] == "text" and "pattern" not in found)


def _visibility(reader: Reader, parts: dict[str, Node], path: str, public: bool) -> dict[str, Any]:
    said = [word for word in _VISIBILITY if word in parts]
    if len(said) > 1:
        reader.fault(VisibilityClash, parts[said[1]], path, field=path.rpartition(".")[2], one=said[0], other=said[1])
    if not said:
        return {"visibility": "public" if public else "private"}
    word, node = said[0], parts[said[0]]
    below = f"{path}.{word}"
    if word == "public":
        return {"visibility": "public" if reader.flag(node, below) else "private"}
    if word == "private":
        if isinstance(node, Scalar) and node.text in ("true", "yes"):
            return {"visibility": "private"}
        return {"visibility": "private", "readers": reader.names(node, below)}
    if isinstance(node, Scalar) and not NAME.fullmatch(node.text):
        reader.fault(ReadersDue, node, below, visibility=word)
        return {"visibility": "guarded"}
    if not isinstance(node, Mapping):
        keepers = reader.names(node, below)
        return {"visibility": "guarded", "keepers": keepers, "threshold": max(2, len(keepers) // 2 + 1)}
    inner = reader.parts(node, below, ("keepers", "threshold", "readers"), ("keepers",))
    keepers = reader.names(inner["keepers"], f"{below}.keepers") if "keepers" in inner else ()
    found: dict[str, Any] = {"visibility": "guarded", "keepers": keepers, "threshold": max(2, len(keepers) // 2 + 1)}
    if "threshold" in inner:
        found["threshold"] = reader.count(inner["threshold"], f"{below}.threshold", 16)
    if "readers" in inner:
        found["readers"] = reader.names(inner["readers"], f"{below}.readers")
    return found
