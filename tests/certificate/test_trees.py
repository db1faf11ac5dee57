"""List paths and state proofs: what Python makes, JavaScript accepts, and what is changed it refuses."""

from typing import Any

from playwright.sync_api import Page

from tests.certificate.conftest import made_chain
from zhulian import canonical
from zhulian.merkle import ListTree

LISTS = """([cases, genesis]) => { const v = zhulianVerifier, hasher = new v.Hasher(v.suite("gm"), v.fromHex(genesis));
    return cases.map(({root, item, path}) => { try {
        v.listTree.verifyPath(hasher, v.fromHex(root), v.fromHex(item), v.listTree.parsePath(path, "path"), "path"); return "ok"; }
        catch (wrong) { return wrong.code ?? String(wrong); } }); }"""
STATES = """([cases, genesis]) => { const v = zhulianVerifier, hasher = new v.Hasher(v.suite("gm"), v.fromHex(genesis));
    return cases.map(({root, key, value, proof}) => { try {
        const read = v.stateTree.parseProof(proof, "proof"), encoded = v.canonical.encode(key);
        if (value === null) v.stateTree.verifyAbsence(hasher, v.fromHex(root), encoded, read, "proof");
        else v.stateTree.verifyPresence(hasher, v.fromHex(root), encoded, v.canonical.encode(value), read, "proof");
        return "ok"; } catch (wrong) { return wrong.code ?? String(wrong); } }); }"""


def test_list_paths__every_place_of_small_lists(verifier: Page) -> None:
    chain = made_chain()
    good: list[dict[str, Any]] = []
    for count in (*range(1, 18), 31, 32, 33):
        items = [bytes([at]) * 3 for at in range(count)]
        tree = ListTree(chain.hasher, items)
        good += [{"root": tree.root.hex(), "item": item.hex(), "path": tree.path(at).to_json()} for at, item in enumerate(items)]
    assert set(verifier.evaluate(LISTS, [good, chain.digest.hex()])) == {"ok"}
    bad = [{**each, "path": _other(each["path"], name)} for each in good[::5] for name in ("index", "count", "siblings", "spare")]
    found = verifier.evaluate(LISTS, [bad, chain.digest.hex()])
    assert set(found) <= {"proof/1", "proof/5", "proof/6", "proof/7"}


def test_state_proofs__presence_and_absence(verifier: Page) -> None:
    chain = made_chain()
    state = {("demo/values", str(at)): {"n": at} for at in range(40)}
    proofs, root = chain._state(state, list(state))
    good = [{"root": root.hex(), "key": list(key), "proof": proof, "value": shown["value"]} for key, proof, shown in proofs]
    absent = [
        {"root": root.hex(), "key": ["demo/values", f"x{at}"], "proof": _absence(chain, state, f"x{at}"), "value": None}
        for at in range(40)
    ]
    assert set(verifier.evaluate(STATES, [good + absent, chain.digest.hex()])) == {"ok"}
    claims = [{**each, "value": {"n": -1}} for each in good] + [{**each, "value": None} for each in good]
    lies = [{**each, "value": {"n": 1}} for each in absent]
    assert "ok" not in verifier.evaluate(STATES, [claims + lies, chain.digest.hex()])


def _absence(chain: Any, state: Any, name: str) -> dict[str, Any]:
    """A proof that nothing stands at the key: the siblings to its place, and whoever else stands there."""
    place = chain.hasher.digest("state-key", canonical.encode(["demo/values", name]))
    leaves = {}
    for key, value in state.items():
        digest = chain.hasher.digest("state-key", canonical.encode(list(key)))
        leaves[digest] = chain.hasher.digest("state-value", canonical.encode(value))
    hashed = {each: chain.hasher.digest("tree-leaf", each + value) for each, value in leaves.items()}
    _, siblings = chain._subtree(sorted(hashed), hashed, 0, place)
    bits = f"{int.from_bytes(place, 'big'):0256b}"[: len(siblings)]
    there = [each for each in leaves if f"{int.from_bytes(each, 'big'):0256b}".startswith(bits)]
    proof: dict[str, Any] = {"siblings": [each.hex() for each in siblings]}
    if there:
        proof["other"] = {"key": there[0].hex(), "value": leaves[there[0]].hex()}
    return proof


def _other(path: dict[str, Any], name: str) -> dict[str, Any]:
    if name == "siblings":
        return {**path, "siblings": [*path["siblings"], "00" * 32]}
    if name == "spare":
        return {**path, "spare": 1}
    return {**path, name: path[name] + 1}
