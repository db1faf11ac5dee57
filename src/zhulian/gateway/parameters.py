"""Query parameters that read themselves strictly and describe themselves for the API page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.requests import Request

from zhulian.errors import Words
from zhulian.gateway.errors import BadPath, NotAChoice, NotADigest, NotANumber, UnknownParameter

__all__ = ["Choice", "Number", "Parameter", "Text", "digest", "known_only", "segments"]

_DIGITS = frozenset("0123456789")
_LOWER_HEX = frozenset("0123456789abcdef")
HEIGHT_MAX = 2**53 - 1


@dataclass(frozen=True)
class Parameter:
    """One query parameter: its name, and what it means in both languages."""

    name: str
    zh: str
    en: str

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "string"}


@dataclass(frozen=True)
class Number(Parameter):
    """A whole number from `least` to `most`; `default` where it is left out."""

    least: int = 0
    most: int = HEIGHT_MAX
    default: int | None = None

    def read(self, request: Request) -> int | None:
        """The number asked for, or the default.

        Raises:
            NotANumber: anything but plain digits within the bounds.
        """
        text = _given(request, self.name)
        return self.default if text is None else parse_number(text, self.name, self.least, self.most)

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        found: dict[str, Any] = {"type": "integer", "minimum": self.least, "maximum": self.most}
        return found if self.default is None else found | {"default": self.default}


@dataclass(frozen=True)
class Choice(Parameter):
    """One of a few words."""

    choices: Sequence[str] = ()
    default: str = ""

    def read(self, request: Request) -> str:
        """The word asked for, or the default.

        Raises:
            NotAChoice: another word.
        """
        text = _given(request, self.name)
        if text is None:
            return self.default
        if text not in self.choices:
            raise NotAChoice(name=self.name, choices=", ".join(self.choices))
        return text

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "string", "enum": list(self.choices), "default": self.default}


@dataclass(frozen=True)
class Text(Parameter):
    """Free text; `many` where it may be repeated."""

    many: bool = False

    def schema(self) -> dict[str, Any]:
        """Its JSON schema."""
        return {"type": "array", "items": {"type": "string"}} if self.many else {"type": "string"}


def _given(request: Request, name: str) -> str | None:
    """The parameter as written; most requests have no query, and then nothing is parsed."""
    return request.query_params.get(name) if request.scope["query_string"] else None


def parse_number(text: str, name: str, least: int, most: int) -> int:
    """A whole number in ASCII digits, without sign or leading zero.

    Raises:
        NotANumber: anything else, full-width digits among it.
    """
    good = 0 < len(text) <= 16 and _DIGITS.issuperset(text) and (text == "0" or text[0] != "0")
    if not good or not least <= int(text) <= most:
        raise NotANumber(name=name, least=least, most=most)
    return int(text)


def digest(text: str, name: str) -> str:
    """A digest in lower-case hex.

    Raises:
        NotADigest: anything else.
    """
    if len(text) != 64 or not _LOWER_HEX.issuperset(text):
        raise NotADigest(name=name)
    return text


def known_only(request: Request, parameters: Sequence[Parameter]) -> None:
    """Turn away what is misspelt, rather than answer another question than was asked.

    Raises:
        UnknownParameter: a parameter that the route does not have, or one given twice.
    """
    query = request.scope["query_string"]
    if not query:
        return
    allowed = {each.name: isinstance(each, Text) and each.many for each in parameters}
    allowed["lang"] = False
    seen: set[str] = set()
    for name, _ in request.query_params.multi_items():
        if name not in allowed or (name in seen and not allowed[name]):
            raise UnknownParameter(name=name[:64])
        seen.add(name)


def segments(request: Request, route: str) -> list[str]:
    """The parts of the path after `route`, each decoded on its own, so that a part may hold an encoded slash.

    Raises:
        BadPath: not UTF-8.
    """
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    rest = raw.partition(b"?")[0][len(route) :]
    if not rest:
        raise BadPath(why=Words("缺少集合名", "the collection is missing"))
    try:
        return [unquote_to_bytes(part).decode() for part in rest.split(b"/")]
    except UnicodeDecodeError:
        raise BadPath(why=Words("不是 UTF-8 编码", "it is not UTF-8")) from None
