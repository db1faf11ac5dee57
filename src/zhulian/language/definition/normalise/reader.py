"""Reads nodes as what they should be, notes their places, and gathers every fault instead of stopping at the first."""

import re
from collections.abc import Iterator, Sequence, Set
from typing import Any

from zhulian.language.definition.faults import (
    FormBad,
    KeyMissing,
    KeyUnknown,
    LanguageMissing,
    LanguageMixed,
    NameBad,
    NameTaken,
    NumberBad,
    OneKeyDue,
    PartEmpty,
    ShapeWrong,
    SpanBad,
    TextTooLong,
    TooManyOf,
    WordUnknown,
)
from zhulian.language.definition.limits import NAMED_MAX, TEXT_MAX
from zhulian.language.definition.shapes import Text
from zhulian.language.definition.words import KEYWORDS
from zhulian.language.errors import LanguageFault, Position
from zhulian.language.source import Mapping, Node, Scalar
from zhulian.language.source import Sequence as ListNode

__all__ = ["NAME", "NO_TEXT", "SPAN", "Reader"]

NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")
SPAN = re.compile(r"(?:0|[1-9][0-9]{0,6})(?:d|h|min|s)")
_CJK = re.compile(r"[\u3400-\u9fff]")
NO_TEXT = Text(zh="？", en="?")


class Reader:
    """Nodes in, values out. Where a node is wrong, the fault is kept and a harmless value stands in for it."""

    def __init__(self, records: frozenset[str] = frozenset()) -> None:
        self.records = records
        """Names of record types, which are types of fields too."""
        self.faults: list[LanguageFault] = []
        self.places: dict[str, Position] = {}

    def fault(self, kind: type[LanguageFault], node: Node, path: str, **fields: Any) -> None:
        """Keep a fault at a node."""
        self.faults.append(kind.at(Position(node.at.line, node.at.column, path), **fields))

    def note(self, path: str, node: Node) -> None:
        """Remember where a path stands; inside the quotes for a text."""
        self.places.setdefault(path, node.inside if isinstance(node, Scalar) else node.at)

    # Mappings and lists.

    def mapping(self, node: Node, path: str) -> Mapping | None:
        """A mapping that holds something."""
        self.note(path, node)
        if not isinstance(node, Mapping):
            self.fault(ShapeWrong, node, path, wanted_zh="“键: 值”", wanted_en="“key: value”")
            return None
        if not node.pairs:
            self.fault(PartEmpty, node, path)
        return node

    def parts(self, node: Node, path: str, known: Sequence[str], due: Sequence[str] = ()) -> dict[str, Node]:
        """The values of a mapping by key, which must be among `known`; all of `due` must be there."""
        found = self.mapping(node, path)
        if found is None:
            return {}
        values: dict[str, Node] = {}
        for key, value in found.pairs:
            if key.text in known:
                values[key.text] = value
                self.note(f"{path}.{key.text}" if path else key.text, value)
            else:
                self.fault(KeyUnknown, key, path or "$", key=key.text, known=", ".join(known))
        for key_due in due:
            if key_due not in values:
                self.fault(KeyMissing, found, path or "$", key=key_due)
        return values

    def named(self, node: Node, path: str, most: int = NAMED_MAX, kept: Set[str] = KEYWORDS) -> Iterator[tuple[str, Node, str]]:
        """Name, value and path of each entry; no name may be among the words `kept`."""
        found = self.mapping(node, path)
        if found is None:
            return
        if len(found.pairs) > most:
            self.fault(TooManyOf, found, path, count=len(found.pairs), most=most)
            return
        for key, value in found.pairs:
            below = f"{path}.{key.text}"
            if self.is_name(key, below, kept):
                self.places.setdefault(below, key.at)
                yield key.text, value, below

    def several(self, node: Node, path: str, most: int = NAMED_MAX) -> Sequence[tuple[Node, str]]:
        """The items of a list with their paths; one thing alone is a list of one."""
        self.note(path, node)
        items = node.items if isinstance(node, ListNode) else (node,)
        if not items:
            self.fault(PartEmpty, node, path)
        if len(items) > most:
            self.fault(TooManyOf, node, path, count=len(items), most=most)
            return ()
        found = [(each, f"{path}[{index}]") for index, each in enumerate(items)]
        for each, below in found:
            self.note(below, each)
        return found

    def single(self, node: Node, path: str) -> tuple[Scalar, Node] | None:
        """The one key and value of a mapping of one."""
        if isinstance(node, Mapping) and len(node.pairs) == 1:
            self.note(path, node)
            return node.pairs[0]
        self.fault(OneKeyDue, node, path)
        return None

    # Texts.

    def plain(self, node: Node, path: str, most: int = 256) -> str:
        """A text as it stands."""
        self.note(path, node)
        if not isinstance(node, Scalar):
            self.fault(ShapeWrong, node, path, wanted_zh="一段文字或一个数", wanted_en="one text or number")
            return "x"
        if len(node.text) > most:
            self.fault(TextTooLong, node, path, most=most)
            return "x"
        return node.text

    def code(self, node: Node, path: str) -> str:
        """The text of an expression; a list of them is a list in an expression."""
        if isinstance(node, ListNode):
            return "[" + ", ".join(self.code(each, f"{path}[{index}]") for index, each in enumerate(node.items)) + "]"
        text = self.plain(node, path, 4096).strip()
        if not text:
            self.fault(PartEmpty, node, path)
        return text or "x"

    def is_name(self, key: Scalar, path: str, kept: Set[str] = KEYWORDS) -> bool:
        """Whether a text is fit for a name; the fault is kept if not."""
        if not NAME.fullmatch(key.text):
            self.fault(NameBad, key, path, name=key.text)
            return False
        if key.text in kept:
            self.fault(NameTaken, key, path, name=key.text)
            return False
        return True

    def name(self, node: Node, path: str, kept: Set[str] = frozenset()) -> str:
        """A name; one that is given here may not be among the words `kept`."""
        text = self.plain(node, path)
        if not isinstance(node, Scalar):
            return "x"
        return text if self.is_name(node, path, kept) else "x"

    def names(self, node: Node, path: str, most: int = NAMED_MAX) -> tuple[str, ...]:
        """Names in their order."""
        return tuple(self.name(each, below) for each, below in self.several(node, path, most))

    def form(self, node: Node, path: str, form: re.Pattern[str], example: str) -> str:
        """A text of a form."""
        text = self.plain(node, path)
        if isinstance(node, Scalar) and not form.fullmatch(text):
            self.fault(FormBad, node, path, found=text[:80], example=example)
        return text

    def text(self, node: Node, path: str) -> Text:
        """A sentence in both languages."""
        self.note(path, node)
        if not isinstance(node, Mapping):
            self.fault(ShapeWrong, node, path, wanted_zh="{zh: …, en: …}", wanted_en="{zh: …, en: …}")
            return NO_TEXT
        said: dict[str, str] = {}
        for language, value in self.parts(node, path, ("zh", "en")).items():
            said[language] = self.plain(value, f"{path}.{language}", TEXT_MAX)
            if not said[language].strip() or bool(_CJK.search(said[language])) != (language == "zh"):
                self.fault(LanguageMixed, value, f"{path}.{language}", language=language)
                said[language] = "？"
        for language, zh, en in (("zh", "中文", "Chinese"), ("en", "英文", "English")):
            if language not in said:
                self.fault(LanguageMissing, node, path, language_zh=zh, language_en=en)
        return Text(zh=said.get("zh", "？"), en=said.get("en", "?"))

    # Words and numbers.

    def word(self, node: Node, path: str, words: Sequence[str]) -> Any:
        """One of a few words."""
        text = self.plain(node, path)
        if isinstance(node, Scalar) and text not in words:
            self.fault(WordUnknown, node, path, found=text[:80], known=", ".join(words))
        return text if text in words else words[0]

    def flag(self, node: Node, path: str) -> bool:
        """Yes or no."""
        return bool(self.word(node, path, ("true", "false", "yes", "no")) in ("true", "yes"))

    def count(self, node: Node, path: str, most: int, least: int = 1) -> int:
        """A whole number."""
        text = self.plain(node, path)
        if not re.fullmatch(r"0|[1-9][0-9]{0,8}", text) or not least <= int(text) <= most:
            self.fault(NumberBad, node, path, found=text[:40], least=least, most=most)
            return least
        return int(text)

    def span(self, node: Node, path: str) -> str:
        """A span of time."""
        text = self.plain(node, path)
        if isinstance(node, Scalar) and not SPAN.fullmatch(text):
            self.fault(SpanBad, node, path, found=text[:40])
            return "1d"
        return text
