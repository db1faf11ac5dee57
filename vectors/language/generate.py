"""Writes `cel.json` from a local copy of cel-spec's `tests/simple/testdata`: `python generate.py <that folder> [target folder]`.

Cases that need what the language leaves out are counted by reason; every other case is kept with what cel-spec expects and
with what this language answers. Where the two differ a reason must be found in the table here, or nothing is written.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from textproto import Message, read

from zhulian.errors import Refusal
from zhulian.language.errors import NOWHERE, AbsentValue
from zhulian.language.expressions.check import check
from zhulian.language.expressions.evaluate import Meter, evaluate
from zhulian.language.expressions.scope import Member, Scope
from zhulian.language.expressions.syntax import parse
from zhulian.language.expressions.types import BOOL, INT, TEXT, ListOf, Type
from zhulian.language.registry import KERNEL

HERE = Path(__file__).parent
COMMIT = "508bd98efda47d85bcf1b9930dd5f35fa37e9a18"
SOURCE = f"cel-spec, tests/simple/testdata, commit {COMMIT[:12]}, Copyright Google LLC, Apache License 2.0"
TYPES: dict[str, Type] = {"INT64": INT, "BOOL": BOOL, "STRING": TEXT}
SCALARS = ("int64_value", "bool_value", "string_value")
KNOWN = {"has", "size", "min", "max", "days", "number", "in", "floor_div"}

QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
OUTSIDE: list[tuple[str, re.Pattern[str]]] = [
    ("raw, bytes and triple-quoted literals", re.compile(r"(?i)\b(?:b|r|rb|br)[\"']|\"\"\"|'''")),
    ("numbers with a fraction or an exponent", re.compile(r"\b[0-9]+\.[0-9]|\b[0-9]+[eE][-+]?[0-9]|(?<![\w)\]])\.[0-9]")),
    ("unsigned and hexadecimal numbers", re.compile(r"\b0[xX]|\b[0-9]+[uU]\b")),
    ("maps and messages", re.compile(r"\{")),
    ("optional syntax and quoted names", re.compile(r"\.\?|\[\?|`")),
    ("division and remainder", re.compile(r"[/%]")),
    ("null", re.compile(r"\bnull\b")),
    ("methods and macros", re.compile(r"\.\s*[A-Za-z_]\w*\s*\(")),
    (
        "names of packages and types",
        re.compile(
            r"(?:^|[^\w)\]])\.[A-Za-z_]|\b(?:bool|bytes|double|int|list|map|null_type|string|type|uint)\b(?!\s*\()|\bgoogle\."
        ),
    ),
    ("indexing", re.compile(r"[\w)\]\"']\s*\[")),
]
REASONS = {
    "absorb": "an error is a refusal, from left to right; CEL's && and || absorb an error on one side when the other decides",
    "checked": "types are always checked; CEL's case runs unchecked",
    "range": "whole numbers lie within ±(2^53−1), not within 64 bits",
    "order": "only numbers, dates and times have an order; texts and booleans have none",
    "join": "texts are not joined; keys have parts instead",
    "escape": "escapes are \\\\ \\' \\\" \\n \\t \\uXXXX \\UXXXXXXXX; text is in NFC, assigned in Unicode 14, and control characters come by \\u",
    "list": "the items of a list have one type, and an empty list needs one beside it",
    "relation": "comparisons do not chain without brackets",
    "missing": "has() asks about a declared optional field",
    "comment": "there are no comments inside an expression; the file has them",
    "depth": "an expression nests at most 48 levels and holds at most 400 parts",
    "reserved": "the words that CEL reserves name nothing, fields included",
    "function": "the function is not in the language, or takes something else here",
}


def outside(text: str, case: Message) -> str | None:
    """Why a case cannot be asked in the language; judged by its text and expectation alone."""
    dotted = any("." in each["name"][0] for each in case.get("type_env", [])) or any(
        "." in b["key"][0] for b in case.get("bindings", [])
    )
    if "container" in case or dotted:
        return "names of packages and types that the language lacks"
    if case.get("type_env") and any(_declared(each) is None for each in case["type_env"]):
        return "variables of types that the language lacks"
    for value in [
        *case.get("value", []),
        *[b["value"][0]["value"][0] for b in case.get("bindings", []) if "value" in b["value"][0]],
    ]:
        if _plain(value) is None:
            return "values of types that the language lacks"
    bare = QUOTED.sub(lambda m: "''" if not m.group().startswith(('"""', "'''")) else m.group(), text)
    for reason, pattern in OUTSIDE[:1]:
        if pattern.search(text) and (pattern.search(bare) or '"""' in text or "'''" in text):
            return reason
    for reason, pattern in OUTSIDE[1:]:
        if pattern.search(bare):
            return reason
    names = {name for name in re.findall(r"\b([A-Za-z_]\w*)\s*\(", bare) if name not in KNOWN}
    if names - {"f_unknown"}:
        return "functions that the language lacks"
    return None


def _declared(entry: Message) -> Type | None:
    ident = entry.get("ident")
    return _type(ident[0]["type"][0]) if ident else None


def _type(declared: Message) -> Type | None:
    if "primitive" in declared:
        return TYPES.get(declared["primitive"][0])
    if "list_type" in declared:
        inner = _type(declared["list_type"][0]["elem_type"][0])
        return ListOf(inner) if inner else None
    return None


def _plain(value: Message) -> Any:
    """A value as JSON; None if it is of a type that the language lacks."""
    for name in SCALARS:
        if name in value:
            found = value[name][0]
            return found == "true" if name == "bool_value" else found
    if "list_value" in value:
        items = [_plain(each) for part in value["list_value"] for each in part.get("values", [])]
        return None if any(each is None for each in items) else items
    return None


def answer(text: str, case: Message) -> Any:
    """What this language says: a value, or the number of its refusal."""
    variables = {each["name"][0]: Member(_declared(each) or TEXT) for each in case.get("type_env", [])}
    values = {
        b["key"][0]: _tuples(_plain(b["value"][0]["value"][0])) for b in case.get("bindings", []) if "value" in b["value"][0]
    }

    class Bound:
        calendar: Any = None

        def read(self, name: str) -> Any:
            if name not in values:
                raise AbsentValue.at(NOWHERE, name=name)
            return values[name]

        def field(self, of: Any, name: str) -> Any:
            raise NotImplementedError

        def call(self, name: str, arguments: Any) -> Any:
            raise NotImplementedError

    try:
        return {"value": evaluate(check(parse(text), Scope(variables=variables), KERNEL), Bound(), Meter(100_000))}
    except Refusal as refusal:
        return {"refused": refusal.code}


def _tuples(value: Any) -> Any:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value


def reason_for(name: str, text: str, case: Message, expected: Any, ours: Any) -> str:
    """Why the two answers differ.

    Raises:
        ValueError: if no reason of the table fits: a fault of ours, or a new difference to be written down.
    """
    code = ours.get("refused", "")
    big = any(int(each) > 2**53 - 1 for each in re.findall(r"[0-9]+", QUOTED.sub("", text)))
    texts = bool(QUOTED.search(text))
    rules = [
        ("range", code in ("language/8", "language/30") and big),
        ("depth", code in ("language/1", "language/2", "language/3")),
        ("escape", code in ("language/4", "language/5", "language/6", "language/11") and texts),
        ("reserved", code == "language/12"),
        ("list", code == "language/26"),
        ("absorb", code in ("language/16", "language/31", "language/13") and re.search(r"\|\||&&", text)),
        ("order", code == "language/19" and re.search(r"[<>]", QUOTED.sub("", text))),
        ("join", code == "language/19" and "+" in QUOTED.sub("", text) and texts),
        ("checked", code in ("language/18", "language/19", "language/13") and case.get("disable_check") == ["true"]),
        ("list", code in ("language/18", "language/19", "language/27") and "[" in text),
        ("missing", code in ("language/21", "language/13") and "has(" in text),
        ("relation", code == "language/10" and "=" in text),
    ]
    for reason, fits in rules:
        if fits:
            return reason
    raise ValueError(f"{name}: no reason: {text!r} expects {expected}, here {ours}")


def rewritten(file: str, text: str) -> str | None:
    """A case on how errors pass, with its division by zero as the language writes it."""
    if file != "logic" or not re.search(r"\d ?/ ?\d", text):
        return None
    return re.sub(r"(\d+) ?/ ?(\d+)", r"floor_div(\1, \2)", text)


def main(testdata: Path, target: Path) -> None:
    cases: list[dict[str, Any]] = []
    left_out: Counter[str] = Counter()
    for path in sorted(testdata.glob("*.textproto")):
        for section in read(path).get("section", []):
            for case in section.get("test", []):
                _one(path.stem, section["name"][0], case, cases, left_out)
    used = sorted({each["differs"] for each in cases if "differs" in each})
    document = {
        "description": "Conformance cases of the Common Expression Language that the expressions of scenarios can be asked",
        "source": SOURCE,
        "differences": {name: REASONS[name] for name in used},
        "left_out": dict(sorted(left_out.items())),
        "cases": cases,
    }
    target.joinpath("cel.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    differing = sum("differs" in each for each in cases)
    print(f"{len(cases)} cases, {differing} differ, {sum(left_out.values())} left out")


def _one(file: str, section: str, case: Message, cases: list[dict[str, Any]], left_out: Counter[str]) -> None:
    original = case["expr"][0]
    text = rewritten(file, original) or original
    why = outside(text, case)
    if why is not None and "types that" in why:
        left_out[why] += 1
        return
    ours = answer(text, case)
    if why is not None:
        left_out[why] += 1
        if "value" in ours and _same(case, ours) is False:
            raise ValueError(f"{file}/{section}: {text!r} is left out as {why}, yet answers {ours}")
        return
    expected = {"value": _plain(case["value"][0])} if "value" in case else {"error": True} if "eval_error" in case else None
    if expected is None and ("unknown" in case or "any_unknowns" in case or "any_eval_errors" in case or "typed_result" in case):
        left_out["unknown values and type deduction"] += 1
        return
    if expected is None:
        expected = {"value": True}  # simple.proto: the default is true
    entry: dict[str, Any] = {"name": f"{file}/{section}/{case['name'][0]}", "expression": text}
    if text != original:
        entry["rewritten_from"] = original
    if "type_env" in case or "bindings" in case:
        entry["types"] = {each["name"][0]: _type_name(_declared(each)) for each in case.get("type_env", [])}
        entry["values"] = {
            b["key"][0]: _plain(b["value"][0]["value"][0]) for b in case.get("bindings", []) if "value" in b["value"][0]
        }
    entry["cel"] = expected
    entry["ours"] = ours
    agree = ours == expected if "value" in expected else "refused" in ours
    if "value" in expected and "value" in ours:
        agree = json.loads(json.dumps(ours["value"])) == expected["value"]
    if not agree:
        entry["differs"] = reason_for(entry["name"], text, case, expected, ours)
    cases.append(entry)


def _same(case: Message, ours: dict[str, Any]) -> bool | None:
    if "value" not in case:
        return None
    plain = _plain(case["value"][0])
    return None if plain is None else bool(json.loads(json.dumps(ours["value"])) == plain)


def _type_name(of: Type | None) -> str:
    return f"list of {_type_name(of.item)}" if isinstance(of, ListOf) else {INT: "int", BOOL: "bool", TEXT: "text"}.get(of, "?")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else HERE)
