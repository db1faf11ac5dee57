"""Every vector against the code that a node runs, and the generator against the files."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.merkle.stores import MemoryNodes
from tests.merkle.stores import PythonTree as StateTree
from zhulian.crypto import Hasher, suite
from zhulian.errors import Refusal
from zhulian.merkle import ListPath, StateProof, list_root, verify_absence, verify_list_path, verify_presence

VECTORS = Path(__file__).parents[2] / "vectors" / "merkle"
Case = dict[str, Any]


def over(name: str) -> pytest.MarkDecorator:
    cases = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))["cases"]
    return pytest.mark.parametrize("case", cases, ids=[f"{case['suite']}: {case['description']}" for case in cases])


def hasher_of(case: Case) -> Hasher:
    return Hasher(suite(case["suite"]), bytes.fromhex(case["genesis"]))


def outcome(act: Callable[[], None]) -> str:
    try:
        act()
    except Refusal as refusal:
        return refusal.code
    return "valid"


@over("list-roots")
def test_list_roots(case: Case) -> None:
    assert list_root(hasher_of(case), [bytes.fromhex(item) for item in case["items"]]).hex() == case["expected"]


@over("list-paths")
def test_list_paths(case: Case) -> None:
    root, item = bytes.fromhex(case["root"]), bytes.fromhex(case["item"])
    assert outcome(lambda: verify_list_path(hasher_of(case), root, item, ListPath.from_json(case["path"]))) == case["expected"]


@over("state-roots")
def test_state_roots(case: Case) -> None:
    nodes = MemoryNodes()
    tree = StateTree(hasher_of(case), nodes)
    for version, (key, value) in enumerate(case["state"]):  # one key after the other
        nodes.take(tree, tree.update(version, {key.encode(): value.encode()}))
    assert tree.root().hex() == case["expected"]


@over("state-proofs")
def test_state_proofs(case: Case) -> None:
    hasher, root, key = hasher_of(case), bytes.fromhex(case["root"]), case["key"].encode()

    def verify() -> None:
        proof = StateProof.from_json(case["proof"])
        if "value" in case:
            verify_presence(hasher, root, key, case["value"].encode(), proof)
        else:
            verify_absence(hasher, root, key, proof)

    assert outcome(verify) == case["expected"]


def test_generator__writes_the_same_bytes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, VECTORS / "generate.py", tmp_path], check=True)
    for file in VECTORS.glob("*.json"):
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name
