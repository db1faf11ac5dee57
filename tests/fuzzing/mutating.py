"""Makes bad bytes out of good ones: flips, cuts, splices, odd numbers and texts, and whole values of JSON put elsewhere."""

import json
import random
from typing import Any

__all__ = ["Mutator"]

_TOKENS = (
    b"", b"\0", b"\xff" * 8, b"[" * 2_000, b"{\"a\":" * 500, b"\x91" * 3_000, b"\x81\xa1a" * 1_500, b"9" * 400, b"-0", b"1e309", b"1.5",
    b"NaN", b"null", b"true", b"\"\\ud800\"", b"\xed\xa0\x80", "A\u030a".encode(), "１".encode(), b"\xef\xbb\xbf", b"&a [*a]", b"!!python/name:os",
    b"<<: *x", b"---\n", b"\r\n", b"%00", b"%zz", b"../../", b"; --", b"\x30\x84\xff\xff\xff\xff", b"\x08\xff\xff\xff\xff\xff\xff\xff\xff\x7f",
    b"(" * 600, b"!" * 600, b"a.b" * 300, b"&&", b"?:", b"'", b"\"", b"\\", b"#", b"$$",
)  # fmt: skip
_ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1, 2**53 - 1, 2**53, -(2**63), 10**40, 1.5, "", "0", "ff" * 32, "ab" * 20_000, "A\u030a", "\x00", "\ud800", "~" + "0" * 32,
    [], {}, [[]], [{}], {"": {}}, [None] * 50,
)  # fmt: skip
_BYTES_MAX = 96 * 1024


class Mutator:
    """Draws cases from a corpus, which grows by what behaved in a new way."""

    def __init__(self, chance: random.Random, seeds: list[bytes]) -> None:
        self.chance = chance
        self.corpus = list(seeds)

    def draw(self) -> bytes:
        """The next case."""
        data = self.chance.choice(self.corpus)
        for _ in range(self.chance.choice((1, 1, 1, 2, 3, 8))):
            data = self._once(data)
        return data[:_BYTES_MAX]

    def keep(self, case: bytes) -> None:
        """Mutate this further, since it did something new."""
        if len(self.corpus) < 600 and len(case) < 8_000:
            self.corpus.append(case)

    def _once(self, data: bytes) -> bytes:
        roll = self.chance.random()
        if roll < 0.45 and data[:1] in (b"{", b"["):
            changed = self._json(data)
            if changed is not None:
                return changed
        at = self.chance.randrange(len(data) + 1)
        upto = min(len(data), at + self.chance.choice((0, 1, 1, 2, 4, 16, 64, 1_000)))
        kind = self.chance.randrange(7)
        if kind == 0 and data:
            at = min(at, len(data) - 1)
            return data[:at] + bytes([data[at] ^ 1 << self.chance.randrange(8)]) + data[at + 1 :]
        if kind == 1:
            return data[:at] + data[upto:]
        if kind == 2:
            return data[:at] + self.chance.choice(_TOKENS) + data[upto:]
        if kind == 3:
            return data[:at] + data[at:upto] * self.chance.choice((2, 3, 40)) + data[upto:]
        if kind == 4:
            other = self.chance.choice(self.corpus)
            start = self.chance.randrange(len(other) + 1)
            return data[:at] + other[start : start + self.chance.randrange(200)] + data[upto:]
        if kind == 5:
            return data[:at] + self.chance.randbytes(self.chance.randrange(1, 12)) + data[upto:]
        return data[:at]

    def _json(self, data: bytes) -> bytes | None:
        """The document with one value changed, as canonical as it was."""
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            return None
        places: list[tuple[Any, Any]] = []
        _walk(document, places, 0)
        if not places:
            return None
        holder, name = self.chance.choice(places)
        kind = self.chance.randrange(6)
        if kind == 0:
            del holder[name]
        elif kind == 1:
            other, there = self.chance.choice(places)
            holder[name] = json.loads(json.dumps(other[there]))
        elif kind == 2 and isinstance(holder, dict):
            holder[self.chance.choice(("x", "type", "", "é", name + "x"))] = holder.pop(name)
        elif kind == 3 and isinstance(holder[name], str):
            holder[name] = self._text(holder[name])
        elif kind == 4 and isinstance(holder[name], int):
            holder[name] += self.chance.choice((-1, 1, 256, 2**31, 2**53))
        else:
            holder[name] = self.chance.choice(_ODD)
        text = json.dumps(document, ensure_ascii=self.chance.random() < 0.3, separators=(",", ":"), sort_keys=True)
        return text.encode("utf-8", "surrogatepass")

    def _text(self, text: str) -> str:
        at = self.chance.randrange(len(text) + 1)
        return text[:at] + self.chance.choice(("", "0", "f", "A", " ", "\n", "é", "\u202e", text[:3])) + text[at + 1 :]


def _walk(value: Any, places: list[tuple[Any, Any]], depth: int) -> None:
    if depth > 40 or len(places) > 2_000:
        return
    if isinstance(value, dict):
        for name, each in value.items():
            places.append((value, name))
            _walk(each, places, depth + 1)
    elif isinstance(value, list):
        for at, each in enumerate(value):
            places.append((value, at))
            _walk(each, places, depth + 1)
