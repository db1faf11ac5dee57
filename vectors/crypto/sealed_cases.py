"""Cases for sealed content: the same bytes each time, since prefix and key are derived; and each fault by itself."""

from typing import Any

from signature_cases import derive

from zhulian.crypto import GM, INTL, Suite
from zhulian.crypto.stream import HEADER_BYTES, Layout, seal_stream


def sealed_cases() -> list[dict[str, Any]]:
    """Sealed bytes with what opening them gives: the content in hex, or the number of the refusal."""
    cases = []
    for suite in (GM, INTL):
        key = derive(f"sealed key {suite.name}")[: suite.seal_key_bytes]
        content = derive("sealed content")[:20]
        good = _sealed(suite, key, content)
        at = Layout.parse(good).content_at
        cases += [
            _case(f"{suite.name}: 20 bytes", key, good, content.hex()),
            _case(f"{suite.name}: nothing", key, _sealed(suite, key, b""), ""),
            _case(f"{suite.name}: another key", derive("other")[: len(key)], good, "crypto/17"),
            _case(f"{suite.name}: a bit of the content changed", key, _flip(good, at), "crypto/17"),
            _case(f"{suite.name}: a bit of the head changed", key, _flip(good, HEADER_BYTES), "crypto/17"),
            _case(f"{suite.name}: a bit of the prefix changed", key, _flip(good, 12), "crypto/17"),
            _case(f"{suite.name}: another version", key, _flip(good, 8), "crypto/15"),
            _case(f"{suite.name}: cut within the tag", key, good[: at + 10], "crypto/16"),
            _case(f"{suite.name}: the content left out", key, good[:at], "crypto/16"),
        ]
    return cases


def _sealed(suite: Suite, key: bytes, content: bytes) -> bytes:
    return b"".join(seal_stream(suite, key, b'{"head":1}', [content] if content else [], derive("prefix")[:7]))


def _flip(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 2]) + data[place + 1 :]


def _case(description: str, key: bytes, sealed: bytes, expected: str) -> dict[str, Any]:
    return {
        "description": description,
        "expected": expected,
        "head": b'{"head":1}'.hex(),
        "key": key.hex(),
        "sealed": sealed.hex(),
    }
