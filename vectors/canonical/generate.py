"""Write vectors.json: documents as bytes (hex) and what a strict reader must say of each.

Run it as `python vectors/canonical/generate.py`. The good cases come from RFC 8785 §3.2.2–§3.2.4 as far as integers and
ASCII keys reach; each bad case changes a good one in one way. Outcomes are stated here by hand, not computed.
"""

import json
from pathlib import Path

# RFC 8785 §3.2.2: the sample's literals and its string, whose canonical form §3.2.4 prints byte by byte.
_RFC = '{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
_RFC_READ = '{ "string": "\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false] }'

GOOD: list[tuple[str, str]] = [
    ("RFC 8785 §3.2.4, without its numbers", _RFC),
    ("the largest integer", "9007199254740991"),
    ("the smallest integer", "-9007199254740991"),
    ("zero", "0"),
    ("empty object", "{}"),
    ("empty list", "[]"),
    ("empty text", '""'),
    ("keys sorted by code unit: upper case before lower case", '{"B":2,"a":1}'),
    ("control characters by their short or lower-case escapes", '"\\b\\t\\n\\f\\r\\u0000\\u001f"'),
    ("characters that need no escape", '"/<>&\x7f\u2028"'),
    ("Chinese text in NFC", '{"标题"'.replace("标题", "title") + ':"存证回执"}'),
    ("a character outside the basic plane", '"𠮷"'),
    ("depth 32", "[" * 32 + "]" * 32),
]

BAD: list[tuple[str, bytes, str]] = [
    ("RFC 8785 §3.2.2: the sample as it is before canonicalisation", _RFC_READ.encode(), "form/2"),
    ("nothing", b"", "form/1"),
    ("white space before", b" 1", "form/2"),
    ("white space after", b"1 ", "form/2"),
    ("a line feed after", b"{}\n", "form/2"),
    ("white space inside", b'{"a": 1}', "form/2"),
    ("keys not sorted", b'{"b":2,"a":1}', "form/2"),
    ("a key twice", b'{"a":1,"a":1}', "form/2"),
    ("a key twice with other values", b'{"a":1,"a":2}', "form/2"),
    ("a float", b"1.5", "form/3"),
    ("a float that is whole", b"1.0", "form/3"),
    ("an exponent", b"1e2", "form/3"),
    ("minus zero", b"-0", "form/2"),
    ("a leading zero", b"01", "form/1"),
    ("a plus sign", b"+1", "form/1"),
    ("an integer beyond 2^53-1", b"9007199254740992", "form/4"),
    ("an integer below -(2^53-1)", b"-9007199254740992", "form/4"),
    ("an integer of forty digits", b"1" * 40, "form/4"),
    ("full-width digits", "１２".encode(), "form/1"),
    ("NaN", b"NaN", "form/1"),
    ("Infinity", b"Infinity", "form/1"),
    ("a comment", b"{}//", "form/1"),
    ("a trailing comma", b"[1,]", "form/1"),
    ("single quotes", b"{'a':1}", "form/1"),
    ("a byte order mark", b"\xef\xbb\xbf1", "form/1"),
    ("bytes that are not UTF-8", b'"\xff"', "form/1"),
    ("an overlong form", b'"\xc0\xaf"', "form/1"),
    ("a lone surrogate, escaped", b'"\\ud800"', "form/1"),
    ("a lone surrogate, as bytes", b'"\xed\xa0\x80"', "form/1"),
    ("an escape that is not needed", b'"\\u0041"', "form/2"),
    ("an escaped slash", b'"\\/"', "form/2"),
    ("an escape in upper case", b'"\\u001F"', "form/2"),
    ("a control character as it is", b'"\x01"', "form/1"),
    ("text not in NFC", '"A\u030a"'.encode(), "form/5"),
    ("a character that is not assigned", '"\u0378"'.encode(), "form/5"),
    ("a character that Unicode 15 brought", '"\U00031350"'.encode(), "form/5"),
    ("a key that is not ASCII", '{"标题":1}'.encode(), "form/8"),
    ("depth 33", b"[" * 33 + b"]" * 33, "form/6"),
    ("depth 100,000", b"[" * 100_000, "form/6"),
    ("two documents", b"1 1", "form/1"),
]


def build() -> dict[str, object]:
    """The vectors as data."""
    cases = [{"description": text, "document": good.encode().hex(), "outcome": "ok"} for text, good in GOOD]
    cases += [{"description": text, "document": bad.hex(), "outcome": code} for text, bad, code in BAD]
    return {"about": "Canonical JSON (docs/formats.md §1): bytes in hex and the refusal's number, or ok", "cases": cases}


if __name__ == "__main__":
    target = Path(__file__).with_name("vectors.json")
    target.write_text(json.dumps(build(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
