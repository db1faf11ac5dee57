"""Numbered, typed refusals, and the one list of them.

Two kinds of wrong exist and never mix. A *refusal* is expected: somebody asked for something that a rule forbids. It has
a stable number, typed fields and one sentence in each language that says what to do. A *bug* is a broken promise of our
own: `check` raises `Bug`, which nothing catches, so that a node stops instead of carrying corrupt state on.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, dataclass_transform, get_origin

__all__ = ["REFUSALS", "Bug", "Refusal", "Words", "check"]

REFUSALS: dict[str, type["Refusal"]] = {}
"""Every refusal by its number, filled as the classes are defined; the compatibility snapshot prints it."""

_NUMBER = re.compile(r"[a-z][a-z_]{0,15}/[1-9][0-9]{0,2}")
_GAP = re.compile(r"(?<=[\u3400-\u9fff，。：；、（）“”]) +(?=[\u3400-\u9fff，。：；、（）“”])|(?<=”) +| +(?=“)")
"""Spaces that a Chinese sentence has round a field, where a Chinese word fills it."""


class Bug(BaseException):
    """A promise of our own is broken. Not an `Exception`, so that no handler swallows it; the process stops."""


def check(holds: object, promise: str) -> None:
    """Stop the process when `promise`, which our own code guarantees, does not hold.

    Raises:
        Bug: if `holds` is false. Unlike `assert` it works under `python -O`.
    """
    if not holds:
        raise Bug(f"broken promise: {promise}")


@dataclass(frozen=True, slots=True)
class Words:
    """The same words in both languages, such as the reason inside a refusal; a sentence uses them as {why.zh} and {why.en}.

    They stand in the middle of a sentence, so they end without a full stop.
    """

    zh: str
    en: str

    def say(self, language: str) -> str:
        """The words in `language` ("zh" or "en")."""
        return self.zh if language == "zh" else self.en

    @classmethod
    def quote(cls, text: object) -> "Words":
        """What a library or the operating system says, in its own language; the Chinese names it as such."""
        found = str(text).encode("utf-8", "replace").decode().strip().rstrip(".")
        return cls(f"系统提示“{found}”", found)


@dataclass_transform(kw_only_default=True)
class Refusal(Exception):
    """Something that a rule forbids, with a stable number and a sentence in Chinese and English.

    A subclass names its number and both sentences; its annotations are its typed fields, given by keyword and usable in
    the sentences. A field that is itself text that people read is `Words`:

        class AlreadyDeposited(Refusal, code="evidence/1", zh="…{deposit}…", en="…{deposit}…"):
            deposit: str
    """

    code: ClassVar[str] = ""
    zh: ClassVar[str] = ""
    en: ClassVar[str] = ""
    _names: ClassVar[tuple[str, ...]] = ()
    _called: ClassVar[Mapping[str, Words]] = {}

    def __init_subclass__(cls, *, code: str = "", zh: str = "", en: str = "") -> None:
        if not code:  # an abstract family, such as ProofFault
            return
        check(_NUMBER.fullmatch(code), f"{cls.__name__} has a number of the form module/n")
        check(code not in REFUSALS, f"the number {code} is used once")
        check(zh and en, f"{code} speaks both languages")
        cls.code, cls.zh, cls.en = code, zh, en
        found: list[str] = []
        for base in reversed(cls.__mro__):
            given = base.__dict__.get("__annotations__", {})
            found += [name for name, kind in given.items() if kind is not ClassVar and get_origin(kind) is not ClassVar]
        cls._names = tuple(found)
        REFUSALS[code] = cls

    def __init__(self, **fields: Any) -> None:
        check(set(fields) == set(self._names), f"{type(self).__name__} is given exactly its fields {self._names}")
        self.__dict__.update(fields)
        super().__init__(self.say("en"))

    @property
    def fields(self) -> dict[str, Any]:
        """The typed fields by name, as they go into a problem document; words as `{"zh", "en"}`."""
        given = ((name, getattr(self, name)) for name in self._names)
        return {name: {"zh": value.zh, "en": value.en} if isinstance(value, Words) else value for name, value in given}

    def spoken(self) -> dict[str, Any]:
        """What the sentences are filled with; a family may speak of a field in other words than its bare value."""
        return {name: getattr(self, name) for name in self._names}

    @property
    def is_called(self) -> bool:
        """Whether `call` has been used: the sentences speak in somebody's words already."""
        return "_called" in self.__dict__

    def call(self, **words: Words) -> None:
        """Let the sentences speak of fields by what people call them; `fields` keeps the bare values."""
        self.__dict__["_called"] = words
        self.args = (self.say("en"),)

    def say(self, language: str) -> str:
        """The sentence in `language` ("zh" or "en"), with the fields filled in."""
        template = self.zh if language == "zh" else self.en
        given = self.spoken()
        if not self._called:
            return template.format(**given)
        for name, words in self._called.items():
            given[name] = words if isinstance(given[name], Words) else words.say(language)
        said = template.format(**given)
        if language == "zh":
            return _GAP.sub("", said)
        first = template.startswith("{") and template[1:].partition("}")[0] in self._called
        return said[:1].upper() + said[1:] if first else said

    def words(self) -> Words:
        """Both sentences, to stand as the reason inside another refusal."""
        return Words(self.say("zh").removesuffix("。"), self.say("en").removesuffix("."))

    def as_problem(self) -> dict[str, Any]:
        """The refusal as data: `code`, `zh`, `en` and the typed fields."""
        return {"code": self.code, "zh": self.say("zh"), "en": self.say("en"), "fields": self.fields}
