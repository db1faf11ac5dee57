"""Writes the vectors beside it: `python vectors/roots/generate.py [folder]`. Outcomes of bad cases are stated by hand."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from zhulian.canonical import encode
from zhulian.crypto import GM, INTL, Hasher
from zhulian.merkle.code_list import CodeList
from zhulian.merkle.sum_tree import SumList

HERE = Path(__file__).parent
HASHERS = [Hasher(GM, bytes(range(32))), Hasher(INTL, bytes(range(32))), Hasher(GM)]
Json = dict[str, Any]
CODES = ["B2", "A1", "C3", "罐6", "D4", "E5"]
ITEMS = [("t-3", 0), ("t-1", 200), ("t-2", 350), ("t-5", 2**53 - 1 - 1000), ("t-4", 17)]


def about(hasher: Hasher, description: str) -> Json:
    return {"description": description, "suite": hasher.suite.name, "genesis": hasher.genesis.hex()}


def text(value: Any) -> str:
    return encode(value).decode()


def u64(number: int) -> bytes:
    return number.to_bytes(8, "big")


def left_of(count: int) -> int:
    """The largest power of two below `count`."""
    left = 1
    while 2 * left < count:
        left *= 2
    return left


# The specification.


def list_root(hasher: Hasher, items: Sequence[bytes]) -> bytes:
    if not items:
        return hasher.digest("list-node", u64(0))
    if len(items) == 1:
        return hasher.digest("list-leaf", items[0])
    k = left_of(len(items))
    return hasher.digest("list-node", u64(len(items)) + list_root(hasher, items[:k]) + list_root(hasher, items[k:]))


def sum_root(hasher: Hasher, items: Sequence[tuple[bytes, int]]) -> tuple[int, int, bytes]:
    """Count, total and digest."""
    if not items:
        return 0, 0, hasher.digest("sum-node", b"")
    if len(items) == 1:
        return 1, items[0][1], hasher.digest("sum-leaf", u64(items[0][1]) + items[0][0])
    k = left_of(len(items))
    one, other = sum_root(hasher, items[:k]), sum_root(hasher, items[k:])
    data = b"".join(u64(count) + u64(total) + digest for count, total, digest in (one, other))
    return one[0] + other[0], one[1] + other[1], hasher.digest("sum-node", data)


def codes_text(hasher: Hasher, codes: Sequence[str]) -> str:
    found = sorted(each.encode() for each in codes)
    return text({"count": len(found), "root": list_root(hasher, found).hex()})


def bulk_text(hasher: Hasher, items: Sequence[tuple[str, int]]) -> str:
    count, total, root = sum_root(hasher, sorted((item.encode(), amount) for item, amount in items))
    return text({"count": count, "root": root.hex(), "total": total})


def sealed(hasher: Hasher, case: Json) -> str:
    plain = hasher.suite.digest
    named = b"".join(plain(case[each].encode()) for each in ("instance", "record", "group", "party"))
    return hasher.digest("sealed", named + bytes.fromhex(case["salt"]) + plain(encode(case["values"]))).hex()


# The cases.


def codes_roots() -> Iterator[Json]:
    for hasher in HASHERS:
        for count in range(len(CODES) + 1):
            yield {**about(hasher, f"{count} codes"), "codes": CODES[:count], "expected": codes_text(hasher, CODES[:count])}


def codes_proofs() -> Iterator[Json]:
    for hasher in HASHERS[:2]:
        tree, codes = CodeList(hasher, CODES), codes_text(hasher, CODES)
        for code in CODES:
            proof = text({"in": tree.path(code).to_json()})
            yield {**about(hasher, f"{code} is there"), "codes": codes, "code": code, "proof": proof, "expected": "valid"}
        for code in ("A0", "A2", "C30", "Z", "龟"):
            proof = text({"out": tree.gap(code).to_json()})
            case = {"codes": codes, "code": code, "proof": proof, "absent": True}
            yield {**about(hasher, f"{code} is not there"), **case, "expected": "valid"}
    yield from bad_codes_proofs(HASHERS[0])


def bad_codes_proofs(hasher: Hasher) -> Iterator[Json]:
    tree, codes = CodeList(hasher, CODES), codes_text(hasher, CODES)
    good = {"codes": codes, "code": "C3", "proof": text({"in": tree.path("C3").to_json()})}
    count, root = len(CODES), tree.root.root.hex()
    changes: list[tuple[str, str, Json]] = [
        ("another code", "proof/7", {"code": "C4"}),
        ("the path of another code", "proof/7", {"proof": text({"in": tree.path("D4").to_json()})}),
        ("another count in the set", "proof/5", {"codes": text({"count": count + 1, "root": root})}),
        ("another root", "proof/7", {"codes": text({"count": count, "root": ("1" if root[0] == "0" else "0") + root[1:]})}),
        ("a proof of absence", "proof/11", {"proof": text({"out": tree.around("C3").to_json()})}),
        ("a proof that is no JSON", "proof/1", {"proof": "C3"}),
        ("a proof in another spelling", "proof/1", {"proof": good["proof"].replace(":", ": ")}),
        ("a set with a spare member", "proof/1", {"codes": text({"count": count, "root": root, "total": 0})}),
    ]
    for description, expected, change in changes:
        yield {**about(hasher, description), **good, **change, "expected": expected}
    absent = {"codes": codes, "code": "C2", "absent": True}
    gap = tree.gap("C2").to_json()
    first = tree.gap("A0").to_json()
    last = tree.gap("Z9").to_json()
    empty = {**absent, "codes": codes_text(hasher, []), "proof": text({"out": {"left": None, "right": None}})}
    gaps: list[tuple[str, str, Json]] = [
        ("a code that is there", "proof/10", {"code": "C3", "proof": text({"out": tree.around("C3").to_json()})}),
        ("a code beyond the right neighbour", "proof/10", {"code": "D0", "proof": text({"out": gap})}),
        ("the right neighbour left out", "proof/10", {"proof": text({"out": {**gap, "right": None}})}),
        ("the left neighbour left out", "proof/10", {"proof": text({"out": {**gap, "left": None}})}),
        ("both neighbours left out", "proof/10", {"proof": text({"out": {"left": None, "right": None}})}),
        ("neighbours swapped", "proof/10", {"proof": text({"out": {"left": gap["right"], "right": gap["left"]}})}),
        ("neighbours with others between them", "proof/10", {"proof": text({"out": {"left": None, "right": last["left"]}})}),
        ("the first one taken for the last", "proof/10", {"proof": text({"out": {"left": first["right"], "right": None}})}),
        ("a neighbour renamed", "proof/7", {"proof": text({"out": {**gap, "left": {**gap["left"], "code": "C1"}}})}),
        ("a proof of presence", "proof/11", {"code": "C3", "proof": good["proof"]}),
    ]
    for description, expected, change in gaps:
        yield {**about(hasher, f"absence: {description}"), **absent, "proof": text({"out": gap}), **change, "expected": expected}
    yield {**about(hasher, "absence from an empty set"), **empty, "expected": "valid"}
    yield {
        **about(hasher, "absence from an empty set of another root"),
        **empty,
        "codes": text({"count": 0, "root": root}),
        "expected": "proof/10",
    }


def bulk_roots() -> Iterator[Json]:
    for hasher in HASHERS:
        for count in range(len(ITEMS) + 1):
            items = ITEMS[:count]
            yield {
                **about(hasher, f"{count} items"),
                "items": [list(each) for each in items],
                "expected": bulk_text(hasher, items),
            }


def bulk_proofs() -> Iterator[Json]:
    for hasher in HASHERS[:2]:
        for count in (1, 2, 3, 5):
            tree, bulk = SumList(hasher, ITEMS[:count]), bulk_text(hasher, ITEMS[:count])
            for item, amount in ITEMS[:count]:
                proof = text({"leaf": tree.path(item).to_json()})
                case = {"bulk": bulk, "item": item, "amount": amount, "proof": proof}
                yield {**about(hasher, f"{item} of {count}"), **case, "expected": "valid"}
    yield from bad_bulk_proofs(HASHERS[0])


def bad_bulk_proofs(hasher: Hasher) -> Iterator[Json]:
    tree = SumList(hasher, ITEMS)
    bulk, path = json.loads(bulk_text(hasher, ITEMS)), tree.path("t-2").to_json()
    good = {"bulk": text(bulk), "item": "t-2", "amount": 350, "proof": text({"leaf": path})}
    first, *rest = path["siblings"]

    def shown(**change: Any) -> Json:
        return {"proof": text({"leaf": {**path, **change}})}

    def moved(by: int) -> Json:
        return shown(siblings=[{**first, "total": first["total"] + by}, *rest])

    changes: list[tuple[str, str, Json]] = [
        ("another item", "proof/7", {"item": "t-1"}),
        ("another amount", "proof/7", {"amount": 351}),
        ("another amount, made up for beside it", "proof/7", {"amount": 351, **moved(-1)}),
        ("another total", "proof/7", {"bulk": text({**bulk, "total": bulk["total"] + 1})}),
        ("a total that its side claims too", "proof/7", {"bulk": text({**bulk, "total": bulk["total"] - 1}), **moved(-1)}),
        ("another count", "proof/5", {"bulk": text({**bulk, "count": 6})}),
        ("another index", "proof/7", shown(index=path["index"] ^ 1)),
        ("a sibling changed", "proof/7", shown(siblings=[{**first, "root": "00" * 32}, *rest])),
        ("a sibling too few", "proof/6", shown(siblings=rest)),
        ("a negative side", "proof/3", shown(siblings=[{**first, "total": -1}, *rest])),
        ("a total beyond 2^53-1 by one side", "proof/7", shown(siblings=[{**first, "total": 2**53 - 1}, *rest])),
        ("a side without a total", "proof/1", shown(siblings=[{"root": first["root"]}, *rest])),
        ("a proof about codes", "proof/11", {"proof": text({"in": {**path, "siblings": [first["root"]]}})}),
    ]
    for description, expected, change in changes:
        yield {**about(hasher, description), **good, **change, "expected": expected}


def sealed_cases() -> Iterator[Json]:
    good: Json = {
        "instance": "tender-2026",
        "record": "bid/T-1/acme",
        "group": "offer",
        "party": "acme",
        "salt": bytes(range(32)).hex(),
        "values": {"price": 90000, "term": 30},
    }
    for hasher in HASHERS[:2]:
        yield {**about(hasher, "a bid"), **good, "expected": sealed(hasher, good)}
    changes: dict[str, Json] = {
        "another instance": {"instance": "tender-2027"},
        "another tender": {"record": "bid/T-2/acme"},
        "another bidder's record": {"record": "bid/T-1/bolt"},
        "another group": {"group": "samples"},
        "another party": {"party": "bolt"},
        "another salt": {"salt": bytes(32).hex()},
        "another price": {"values": {"price": 89999, "term": 30}},
        "texts and lists": {"values": {"grades": ["a", "b"], "note": "中文", "price": 0}},
    }
    for description, change in changes.items():
        case = {**good, **change}
        yield {**about(HASHERS[0], description), **case, "expected": sealed(HASHERS[0], case)}


FILES = {
    "codes-roots.json": ("The text of a set of codes", codes_roots),
    "codes-proofs.json": ("Proofs that a code is in a set, or that it is not", codes_proofs),
    "bulk-roots.json": ("The text of a bulk", bulk_roots),
    "bulk-proofs.json": ("Proofs that an item stands in a bulk with its amount", bulk_proofs),
    "sealed.json": ("Commitments to sealed groups", sealed_cases),
}


def main(folder: Path) -> None:
    for name, (description, cases) in FILES.items():
        document = {"description": description, "cases": list(cases())}
        (folder / name).write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
