"""Reads protocol buffers' text format as far as cel-spec's conformance files use it."""

import re
from pathlib import Path
from typing import Any

_WORD = re.compile(
    r"""(?P<space>[\s,;]+|\#[^\n]*)|(?P<name>[A-Za-z_][A-Za-z0-9_.]*)|(?P<number>[-+]?[0-9][0-9A-Za-z_.+-]*)
    |(?P<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?P<sign>[-:{}<>\[\]/])""",
    re.VERBOSE,
)
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_PLAIN = {b"n": b"\n", b"t": b"\t", b"r": b"\r", b"a": b"\a", b"b": b"\b", b"f": b"\f", b"v": b"\v"}

Message = dict[str, list[Any]]


def read(path: Path) -> Message:
    """The message of a file: every field by name with all its values."""
    words = [(m.lastgroup, m.group()) for m in _WORD.finditer(path.read_text(encoding="utf-8")) if m.lastgroup != "space"]
    words.append(("end", ""))
    found, here = _message(words, 0, "")
    if words[here][0] != "end":
        raise ValueError(f"{path}: stopped at {words[here]}")
    return found


def _message(words: list[tuple[Any, str]], here: int, close: str) -> tuple[Message, int]:
    found: Message = {}
    while words[here][0] != "end" and words[here][1] != close:
        name = words[here][1]
        here += 1
        if name == "[":  # an extension or the type of an Any
            while words[here][1] != "]":
                name += words[here][1]
                here += 1
            here += 1
        if words[here][1] == ":":
            here += 1
        value, here = _value(words, here)
        found.setdefault(name, []).extend(value if isinstance(value, list) else [value])
    return found, here


def _value(words: list[tuple[Any, str]], here: int) -> tuple[Any, int]:
    kind, word = words[here]
    if word in "{<" and kind == "sign":
        found, here = _message(words, here + 1, "}" if word == "{" else ">")
        return found, here + 1
    if word == "[" and kind == "sign":
        items = []
        here += 1
        while words[here][1] != "]":
            item, here = _value(words, here)
            items.append(item)
        return items, here + 1
    if kind == "text":
        text = b""
        while words[here][0] == "text":
            text += _unescape(words[here][1][1:-1])
            here += 1
        return text.decode("utf-8", "surrogateescape"), here
    if word == "-":
        return "-" + words[here + 1][1], here + 2
    return (int(word) if re.fullmatch(r"-?[0-9]+", word) else word), here + 1


def _unescape(text: str) -> bytes:
    def one(match: re.Match[bytes]) -> bytes:
        hexadecimal, octal, short, long, plain = match.groups()
        if hexadecimal:
            return bytes([int(hexadecimal, 16)])
        if octal:
            return bytes([int(octal, 8) & 255])
        if short or long:
            return chr(int(short or long, 16)).encode("utf-8", "surrogatepass")
        return _PLAIN.get(plain, plain)

    return _ESCAPE.sub(one, text.encode())
