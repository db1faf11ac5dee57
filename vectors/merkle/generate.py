"""Writes the vectors beside it: `python vectors/merkle/generate.py [folder]`. Outcomes of bad cases are stated by hand."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from zhulian.canonical import encode
from zhulian.crypto import GM, INTL, Hasher
from zhulian.merkle import ListTree
from zhulian.merkle.reference import specified_list_root, specified_proof, specified_root

HERE = Path(__file__).parent
HASHERS = [Hasher(GM, bytes(range(32))), Hasher(INTL, bytes(range(32))), Hasher(GM)]
Case = dict[str, Any]
Json = dict[str, Any]


def about(hasher: Hasher, description: str) -> Case:
    return {"description": description, "suite": hasher.suite.name, "genesis": hasher.genesis.hex()}


def flip(text: str, place: int = 0) -> str:
    """The hex with its lowest bit at `place` changed."""
    return text[:place] + f"{int(text[place], 16) ^ 1:x}" + text[place + 1 :]


def items(count: int) -> list[bytes]:
    return [f"item {n}".encode() for n in range(count)]


def list_root_cases() -> Iterator[Case]:
    for hasher in HASHERS:
        for count in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 33):
            root = specified_list_root(hasher, items(count))
            yield {**about(hasher, f"{count} items"), "items": [item.hex() for item in items(count)], "expected": root.hex()}
    for description, listed in {
        "one empty item": [b""],
        "two equal items": [b"a", b"a"],
        "one long item": [bytes(1000)],
        "an item that looks like a node": [(2).to_bytes(8, "big") + bytes(64)],
    }.items():
        root = specified_list_root(HASHERS[0], listed)
        yield {**about(HASHERS[0], description), "items": [item.hex() for item in listed], "expected": root.hex()}


def list_path_cases() -> Iterator[Case]:
    for hasher in HASHERS[:2]:
        for count in (1, 2, 3, 5, 8, 13):
            tree = ListTree(hasher, items(count))
            for index in range(count):
                yield {
                    **about(hasher, f"item {index} of {count}"),
                    "root": specified_list_root(hasher, items(count)).hex(),
                    "item": items(count)[index].hex(),
                    "path": tree.path(index).to_json(),
                    "expected": "valid",
                }
    yield from bad_list_paths(HASHERS[0])


def bad_list_paths(hasher: Hasher) -> Iterator[Case]:
    tree = ListTree(hasher, items(6))
    good = tree.path(2).to_json()
    case = {"root": tree.root.hex(), "item": items(6)[2].hex(), "path": good}
    first, second, third = good["siblings"]
    inner = hasher.digest("list-leaf", items(6)[0]) + hasher.digest("list-leaf", items(6)[1])
    changes: list[tuple[str, str, Json]] = [
        ("another item", "proof/7", {"item": items(6)[3].hex()}),
        ("another root", "proof/7", {"root": flip(case["root"])}),
        (
            "an inner node for an item",
            "proof/7",
            {"item": ((2).to_bytes(8, "big") + inner).hex(), "path": tree.path(0).to_json()},
        ),
        ("the path of its neighbour", "proof/7", {"path": tree.path(3).to_json()}),
    ]
    changed_paths: list[tuple[str, str, Any]] = [
        ("another index of the same side", "proof/7", {**good, "index": 0}),
        ("another index", "proof/7", {**good, "index": 3}),
        ("a count one too large", "proof/7", {**good, "count": 7}),
        ("a count one too small", "proof/7", {**good, "count": 5}),
        ("a count that asks for a longer path", "proof/6", {**good, "count": 12}),
        ("an index that asks for a shorter path", "proof/6", {**good, "index": 4}),
        ("an index equal to the count", "proof/5", {**good, "index": 6}),
        ("a count of none", "proof/5", {**good, "count": 0, "index": 0}),
        ("a sibling changed", "proof/7", {**good, "siblings": [first, flip(second, 63), third]}),
        ("siblings swapped", "proof/7", {**good, "siblings": [second, first, third]}),
        ("a sibling too few", "proof/6", {**good, "siblings": [first, second]}),
        ("a sibling too many", "proof/6", {**good, "siblings": [first, second, third, third]}),
        ("more siblings than any list has", "proof/4", {**good, "siblings": [first] * 54}),
        ("a sibling in upper case", "proof/2", {**good, "siblings": [first.upper(), second, third]}),
        ("a sibling too short", "proof/2", {**good, "siblings": [first[:-2], second, third]}),
        ("a sibling too long", "proof/2", {**good, "siblings": [first + "00", second, third]}),
        ("a sibling that is a number", "proof/2", {**good, "siblings": [1, second, third]}),
        ("siblings in one text", "proof/1", {**good, "siblings": first}),
        ("a member too many", "proof/1", {**good, "root": case["root"]}),
        ("a member missing", "proof/1", {"count": 6, "index": 2}),
        ("a path that is a list", "proof/1", [6, 2, [first, second, third]]),
        ("a path that is null", "proof/1", None),
        ("a negative index", "proof/3", {**good, "index": -1}),
        ("a count beyond 2^53-1", "proof/3", {**good, "count": 2**53}),
        ("a count as text", "proof/3", {**good, "count": "6"}),
        ("an index that is a truth value", "proof/3", {**good, "index": True}),
    ]
    changes += [(description, expected, {"path": path}) for description, expected, path in changed_paths]
    for description, expected, change in changes:
        yield {**about(hasher, description), **case, **change, "expected": expected}


def state(count: int) -> dict[bytes, bytes]:
    return {encode(["evidence/deposits", f"{n:04x}"]): encode({"height": n, "party": "org1"}) for n in range(count)}


def pairs(held: dict[bytes, bytes]) -> list[list[str]]:
    return [[key.decode(), value.decode()] for key, value in held.items()]


def state_root_cases() -> Iterator[Case]:
    for hasher in HASHERS:
        for count in (0, 1, 2, 3, 5, 9, 40):
            root = specified_root(hasher, state(count))
            yield {**about(hasher, f"{count} keys"), "state": pairs(state(count)), "expected": root.hex()}
    backwards = dict(reversed(state(5).items()))
    yield {
        **about(HASHERS[0], "5 keys in another order: the same root"),
        "state": pairs(backwards),
        "expected": specified_root(HASHERS[0], state(5)).hex(),
    }
    other = {**state(5), encode(["evidence/deposits", "0003"]): encode("另一个值")}
    yield {
        **about(HASHERS[0], "5 keys, one with another value"),
        "state": pairs(other),
        "expected": specified_root(HASHERS[0], other).hex(),
    }


def proof_of(hasher: Hasher, held: dict[bytes, bytes], key: bytes) -> Json:
    siblings, met = specified_proof(hasher, held, key)
    proof: Json = {"siblings": [sibling.hex() for sibling in siblings]}
    if met is not None and key not in held:
        proof["other"] = {"key": met[0].hex(), "value": met[1].hex()}
    return proof


def absent_keys(hasher: Hasher, held: dict[bytes, bytes]) -> tuple[bytes, bytes]:
    """A key where nothing stands, and one where another leaf stands; both need siblings."""
    empty = beside = None
    for n in range(10_000):
        key = encode(["evidence/deposits", f"absent {n}"])
        proof = proof_of(hasher, held, key)
        if "other" in proof:
            beside = beside or key
        else:
            empty = empty or key
        if empty and beside:
            return empty, beside
    raise LookupError("no such keys")


def state_proof_cases() -> Iterator[Case]:
    for hasher in HASHERS[:2]:
        for count in (1, 2, 9, 40):
            held = state(count)
            root = specified_root(hasher, held).hex()
            for key in list(held)[:4]:
                yield {
                    **about(hasher, f"a key among {count}"),
                    "root": root,
                    "key": key.decode(),
                    "value": held[key].decode(),
                    "proof": proof_of(hasher, held, key),
                    "expected": "valid",
                }
            absent = (
                absent_keys(hasher, held) if count == 40 else [encode(["evidence/deposits", f"absent {n}"]) for n in range(3)]
            )
            for key in absent:
                yield {
                    **about(hasher, f"a key that is not among {count}"),
                    "root": root,
                    "key": key.decode(),
                    "proof": proof_of(hasher, held, key),
                    "expected": "valid",
                }
        yield {
            **about(hasher, "no key is in the empty state"),
            "root": bytes(32).hex(),
            "key": encode(["a", "b"]).decode(),
            "proof": {"siblings": []},
            "expected": "valid",
        }
    yield from bad_presence(HASHERS[0])
    yield from bad_absence(HASHERS[0])


def bad_presence(hasher: Hasher) -> Iterator[Case]:
    held = state(40)
    key = next(iter(held))
    good = proof_of(hasher, held, key)
    siblings = good["siblings"]
    met = {"key": hasher.digest("state-key", key).hex(), "value": hasher.digest("state-value", held[key]).hex()}
    case = {"root": specified_root(hasher, held).hex(), "key": key.decode(), "value": held[key].decode(), "proof": good}
    changes: list[tuple[str, str, Json]] = [
        ("another value", "proof/7", {"value": encode({"height": 0, "party": "org2"}).decode()}),
        ("another key", "proof/7", {"key": encode(["evidence/deposits", "0001"]).decode()}),
        ("a key of another collection", "proof/7", {"key": encode(["evidence/withdrawn", "0000"]).decode()}),
        ("the root of an earlier state", "proof/7", {"root": specified_root(hasher, state(39)).hex()}),
        ("the empty root", "proof/7", {"root": bytes(32).hex()}),
        ("a proof of absence", "proof/8", {"proof": {**good, "other": met}}),
    ]
    changed_proofs: list[tuple[str, str, Any]] = [
        ("no siblings", "proof/7", {"siblings": []}),
        ("the first sibling missing", "proof/7", {"siblings": siblings[1:]}),
        ("the last sibling missing", "proof/7", {"siblings": siblings[:-1]}),
        ("an empty sibling more", "proof/7", {"siblings": [*siblings, bytes(32).hex()]}),
        ("siblings from the leaf up", "proof/7", {"siblings": siblings[::-1]}),
        ("a sibling changed", "proof/7", {"siblings": [flip(siblings[0], 63), *siblings[1:]]}),
        ("more than 256 siblings", "proof/4", {"siblings": [siblings[0]] * 257}),
        ("a sibling in upper case", "proof/2", {"siblings": ["AB" * 32, *siblings[1:]]}),
        ("a sibling too short", "proof/2", {"siblings": [siblings[0][:-1], *siblings[1:]]}),
        ("a sibling that is null", "proof/2", {"siblings": [None, *siblings[1:]]}),
        ("siblings missing", "proof/1", {}),
        ("siblings that are an object", "proof/1", {"siblings": {"0": siblings[0]}}),
        ("a member too many", "proof/1", {**good, "depth": len(siblings)}),
        ("a proof that is a list", "proof/1", siblings),
        ("other that is null", "proof/1", {**good, "other": None}),
    ]
    changes += [(description, expected, {"proof": proof}) for description, expected, proof in changed_proofs]
    for description, expected, change in changes:
        yield {**about(hasher, f"presence: {description}"), **case, **change, "expected": expected}


def bad_absence(hasher: Hasher) -> Iterator[Case]:
    held = state(40)
    root = specified_root(hasher, held).hex()
    empty, beside = absent_keys(hasher, held)
    good = proof_of(hasher, held, beside)
    case = {"root": root, "key": beside.decode(), "proof": good}
    own = hasher.digest("state-key", beside)
    depth = len(good["siblings"])
    parted = (int.from_bytes(own, "big") ^ 1 << (256 - depth)).to_bytes(32, "big").hex()
    present = next(iter(held))
    present_proof = proof_of(hasher, held, present)
    met = {"key": hasher.digest("state-key", present).hex(), "value": hasher.digest("state-value", held[present]).hex()}
    empty_proof = proof_of(hasher, held, empty)
    changes: list[tuple[str, str, Json]] = [
        ("the other leaf kept back", "proof/7", {"proof": {"siblings": good["siblings"]}}),
        (
            "the other leaf has another value",
            "proof/7",
            {"proof": {**good, "other": {**good["other"], "value": flip(own.hex())}}},
        ),
        ("the other leaf is the key's own", "proof/9", {"proof": {**good, "other": {**good["other"], "key": own.hex()}}}),
        ("the other leaf parts one bit too early", "proof/9", {"proof": {**good, "other": {**good["other"], "key": parted}}}),
        ("the other leaf without its value", "proof/1", {"proof": {**good, "other": {"key": good["other"]["key"]}}}),
        ("the other leaf with a member more", "proof/1", {"proof": {**good, "other": {**good["other"], "depth": depth}}}),
        ("the other leaf's key in upper case", "proof/2", {"proof": {**good, "other": {**good["other"], "key": "AB" * 32}}}),
        ("a key that is present, by its own proof", "proof/7", {"key": present.decode(), "proof": present_proof}),
        (
            "a key that is present, as its own other leaf",
            "proof/9",
            {"key": present.decode(), "proof": {**present_proof, "other": met}},
        ),
        ("a place where nothing stands, for another key", "proof/7", {"proof": empty_proof}),
        ("another root", "proof/7", {"root": specified_root(hasher, state(39)).hex()}),
        ("the empty root", "proof/7", {"root": bytes(32).hex()}),
    ]
    for description, expected, change in changes:
        yield {**about(hasher, f"absence: {description}"), **case, **change, "expected": expected}


FILES: dict[str, tuple[str, Callable[[], Iterator[Case]]]] = {
    "list-roots": ("Roots of list trees (docs/formats.md §6)", list_root_cases),
    "list-paths": ("Paths in list trees (docs/formats.md §6)", list_path_cases),
    "state-roots": ("Roots of state trees (docs/formats.md §7)", state_root_cases),
    "state-proofs": ("Proofs of presence and absence in state trees (docs/formats.md §7)", state_proof_cases),
}


def main(folder: Path) -> None:
    for name, (description, cases) in FILES.items():
        text = json.dumps({"description": description, "cases": list(cases())}, indent=1, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
