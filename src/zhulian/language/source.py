"""Strict YAML with positions: every scalar is text, and every way in which YAML surprises is refused with its place.

Tags, anchors, aliases, merge keys, duplicate keys, directives, further documents, tabs, invisible characters and text that
is not normal are refused. Size, depth, entries and lengths are bounded while the parser's events come in, so that a bomb
costs no more than the text that it is written in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import yaml

from zhulian import canonical
from zhulian.language.definition.errors import (
    AliasUsed,
    AnchorUsed,
    CharacterForbidden,
    DirectiveUsed,
    KeyNotText,
    KeyTwice,
    MergeKeyUsed,
    NothingThere,
    NotNormal,
    NotUtf8,
    NotYaml,
    ScalarTooLong,
    SecondDocument,
    SourceTooDeep,
    SourceTooLarge,
    TabUsed,
    TagUsed,
    TooManyNodes,
    ValueMissing,
)
from zhulian.language.errors import Position

__all__ = ["DEPTH_MAX", "KEY_MAX", "NODES_MAX", "SCALAR_MAX", "SIZE_MAX", "Mapping", "Node", "Scalar", "Sequence", "read_source"]

SIZE_MAX = 256 * 1024
"""The longest file, in bytes."""
DEPTH_MAX = 20
"""How deep mappings and lists may nest."""
NODES_MAX = 20_000
"""The most keys, texts, lists and mappings together."""
SCALAR_MAX = 4096
"""The longest text, in characters."""
KEY_MAX = 64
"""The longest key, in characters."""

_SUSPECT = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff9-\uffff\U000e0000-\U000e0fff]|\r(?!\n)"
)
"""Tabs, control and invisible characters, line ends other than LF and CRLF, and marks that reorder text."""
_PROBLEMS = {
    "mapping values are not allowed": "此处不能再写冒号与值，文字中有冒号时请加引号",
    "unexpected end of stream": "引号没有成对",
    "cannot start any token": "文字以特殊符号开头，请加引号",
    "could not find expected ':'": "缺少冒号",
    "did not find expected key": "此处应为键，或缩进不一致",
    "did not find expected node content": "此处应有内容",
    "did not find expected ',' or ']'": "方括号没有成对，或缺少逗号",
    "did not find expected ',' or '}'": "花括号没有成对，或缺少逗号",
    "did not find expected '-' indicator": "列表的缩进不一致",
    "block sequence entries are not allowed": "此处不能写列表项",
    "while scanning": "此处的写法不完整",
}
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; `inside` is where the text itself begins, behind an opening quote; `plain` that it stands without quotes."""

    text: str
    at: Position
    inside: Position
    plain: bool = True


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple["Node", ...]
    at: Position


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values, in the order of the file; no key occurs twice."""

    pairs: tuple[tuple[Scalar, "Node"], ...]
    at: Position

    def get(self, key: str) -> "Node | None":
        """The value of a key, if it stands there."""
        return next((value for name, value in self.pairs if name.text == key), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """The texts of the keys."""
        return tuple(key.text for key, _ in self.pairs)


Node: TypeAlias = Scalar | Sequence | Mapping


def read_source(source: str | bytes) -> Mapping:
    """Read the text of a definition, UTF-8 where it comes as bytes.

    Raises:
        LanguageFault: of the numbers language/51–69, at the first place where something is wrong.
    """
    text = _decode(source) if isinstance(source, bytes) else source
    _refuse_characters(text)
    size = len(text.encode())
    if size > SIZE_MAX:
        raise SourceTooLarge.at(Position(path="$"), size=size, most=SIZE_MAX)
    root = _Composer(text).document()
    if not isinstance(root, Mapping) or not root.pairs:
        raise NothingThere.at(root.at)
    return root


def _decode(data: bytes) -> str:
    if len(data) > SIZE_MAX:
        raise SourceTooLarge.at(Position(path="$"), size=len(data), most=SIZE_MAX)
    try:
        return data.decode()
    except UnicodeDecodeError as wrong:
        before = data[: wrong.start].decode()
        raise NotUtf8.at(Position(path="$").after(before)) from None


def _refuse_characters(text: str) -> None:
    if len(text) > SIZE_MAX:
        raise SourceTooLarge.at(Position(path="$"), size=len(text), most=SIZE_MAX)
    found = _SUSPECT.search(text)
    if found:
        place = Position(path="$").after(text[: found.start()])
        if found.group() == "\t":
            raise TabUsed.at(place)
        raise CharacterForbidden.at(place, character=f"U+{ord(found.group()):04X}")
    if text.isascii():
        return
    for number, line in enumerate(text.split("\n"), 1):
        if not line.isascii() and not _is_normal(line):
            raise NotNormal.at(Position(number, _first_odd(line), "$"))


def _is_normal(text: str) -> bool:
    try:
        canonical.encode(text)
    except canonical.TextNotNormal:
        return False
    return True


def _first_odd(line: str) -> int:
    """The column of the first character that is not normal with all before it."""
    low, high = 0, len(line)
    while low + 1 < high:  # the prefix of length `low` is normal, that of `high` is not
        middle = (low + high) // 2
        low, high = (middle, high) if _is_normal(line[:middle]) else (low, middle)
    return high


class _Composer:
    """Builds nodes from the parser's events; never deeper than `DEPTH_MAX`, so plain recursion is safe."""

    def __init__(self, text: str) -> None:
        self._loader = _LOADER(text)
        self._nodes = 0

    def document(self) -> Node:
        """The one document of the stream."""
        self._next()  # the start of the stream
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            raise NothingThere.at(_place(event, "$"))
        if event.version is not None or event.tags:
            raise DirectiveUsed.at(_place(event, "$"))
        root = self._node(self._next(), "", 1)
        self._next()  # the end of the document
        more = self._next()
        if not isinstance(more, yaml.StreamEndEvent):
            raise SecondDocument.at(_place(more, "$"))
        return root

    def _next(self) -> Any:
        try:
            return self._loader.get_event()
        except yaml.MarkedYAMLError as wrong:
            mark = wrong.problem_mark or wrong.context_mark
            place = Position(mark.line + 1, mark.column + 1, "$") if mark else Position(path="$")
            raise _not_yaml(str(wrong.problem or wrong.context or "?"), place) from None
        except yaml.YAMLError as wrong:
            raise _not_yaml(str(wrong), Position(path="$")) from None

    def _node(self, event: Any, path: str, depth: int) -> Node:
        place = _place(event, path or "$")
        self._nodes += 1
        if self._nodes > NODES_MAX:
            raise TooManyNodes.at(place, most=NODES_MAX)
        if isinstance(event, yaml.AliasEvent):
            raise AliasUsed.at(place, name=str(event.anchor)[:40])
        if event.anchor is not None:
            raise AnchorUsed.at(place, name=str(event.anchor)[:40])
        if event.tag is not None:
            raise TagUsed.at(place, tag=str(event.tag)[:40])
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event, place)
        if depth > DEPTH_MAX:
            raise SourceTooDeep.at(place, most=DEPTH_MAX)
        if isinstance(event, yaml.SequenceStartEvent):
            items = [
                self._node(each, f"{path}[{index}]", depth + 1) for index, each in enumerate(self._until(yaml.SequenceEndEvent))
            ]
            return Sequence(tuple(items), place)
        return self._mapping(path, place, depth)

    def _mapping(self, path: str, place: Position, depth: int) -> Mapping:
        pairs: list[tuple[Scalar, Node]] = []
        lines: dict[str, int] = {}
        for event in self._until(yaml.MappingEndEvent):
            key = self._node(event, path, depth + 1)
            if not isinstance(key, Scalar) or not key.text or len(key.text) > KEY_MAX or "\n" in key.text:
                raise KeyNotText.at(key.at, most=KEY_MAX)
            if key.text == "<<":
                raise MergeKeyUsed.at(key.at)
            if key.text in lines:
                raise KeyTwice.at(key.at, key=key.text, first=lines[key.text])
            lines[key.text] = key.at.line
            below = f"{path}.{key.text}" if path else key.text
            value = self._node(self._next(), below, depth + 1)
            if isinstance(value, Scalar) and value.plain and not value.text:
                raise ValueMissing.at(value.at)
            pairs.append((replace(key, at=replace(key.at, path=below)), value))
        return Mapping(tuple(pairs), place)

    def _until(self, end: type) -> Iterator[Any]:
        while True:
            event = self._next()
            if isinstance(event, end):
                return
            yield event


def _not_yaml(problem: str, place: Position) -> NotYaml:
    """The parser's own words, in Chinese as far as they are known."""
    known = [zh for en, zh in _PROBLEMS.items() if en in problem]
    return NotYaml.at(place, why_zh=known[0] if known else "此处的写法无法识别", why_en=problem[:120].replace("\n", " "))


def _place(event: Any, path: str) -> Position:
    return Position(event.start_mark.line + 1, event.start_mark.column + 1, path)


def _scalar(event: Any, place: Position) -> Scalar:
    text: str = event.value
    if len(text) > SCALAR_MAX:
        raise ScalarTooLong.at(place, most=SCALAR_MAX)
    if _SUSPECT.search(text) or not _is_normal(text):  # by an escape, which the check of the file could not see
        raise NotNormal.at(place)
    plain = not event.style
    if plain:
        inside = place
    elif event.style in "|>":
        inside = Position(place.line + 1, 1, place.path)
    else:
        inside = Position(place.line, place.column + 1, place.path)
    return Scalar(text, place, inside, plain)
