"""The JavaScript against the same vectors as the Python side."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from zhulian.crypto import suite
from zhulian.crypto.certificates import verify_chain
from zhulian.errors import Refusal

DEFAULT_IDENTIFIER = "31323334353637383132333435363738"


def js(parameters: str, body: str) -> str:
    """A function that the page runs, with the bundle as `v`."""
    return parameters + " => { const v = zhulianVerifier, hex = v.fromHex; " + body + " }"


def cases(root: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((root / "vectors" / name).read_text(encoding="utf-8"))["cases"]
    assert found
    return found


def test_canonical__reads_and_refuses_alike(root: Path, verifier: Page) -> None:
    every = cases(root, "canonical/vectors.json")
    script = js(
        "cases",
        """return cases.map(each => {
        try { v.canonical.decode(hex(each.document)); return "ok"; } catch (wrong) { return wrong.code ?? String(wrong); } });""",
    )
    found = verifier.evaluate(script, every)
    other = {one["description"]: got for one, got in zip(every, found, strict=True) if got != one["outcome"]}
    # refused all the same, with the number that `read` gives, through which receipts come
    assert other == {
        "a key twice": "form/1",
        "a key twice with other values": "form/1",
        "a byte order mark": "form/2",
        "a lone surrogate, escaped": "form/5",
        "NaN": "form/3",
        "Infinity": "form/3",
    }


def test_sm3__in_one_and_in_pieces(root: Path, verifier: Page) -> None:
    every = cases(root, "crypto/sm3.json")
    script = js(
        "cases",
        """return cases.map(({message}) => {
        const data = hex(message), hash = v.suite("gm").newHash();
        for (let at = 0; at < data.length; at += 37) hash.update(data.subarray(at, at + 37));
        return [v.toHex(v.suite("gm").digest(data)), v.toHex(hash.digest())]; });""",
    )
    usable = [each for each in every if "message" in each]
    for one, found in zip(usable, verifier.evaluate(script, usable), strict=True):
        assert found == [one["expected"]] * 2, one["description"]


def test_preimages__by_purpose(root: Path, verifier: Page) -> None:
    every = cases(root, "crypto/preimages.json")
    script = js(
        "cases",
        """return cases.map(each => {
        const hasher = new v.Hasher(v.suite(each.suite), hex(each.genesis));
        return [v.toHex(hasher.preimage(each.purpose, hex(each.data))), v.toHex(hasher.digest(each.purpose, hex(each.data)))]; });""",
    )
    for one, found in zip(every, verifier.evaluate(script, every), strict=True):
        assert found == [one["preimage"], one["expected"]], one["description"]


@pytest.mark.parametrize(("file", "suite"), [("sm2-signature", "gm"), ("ed25519", "intl")])
def test_signatures__accepted_and_refused_alike(root: Path, verifier: Page, file: str, suite: str) -> None:
    every = [
        each for each in cases(root, f"crypto/{file}.json") if each.get("identifier", DEFAULT_IDENTIFIER) == DEFAULT_IDENTIFIER
    ]
    script = js(
        "([cases, suite])",
        """return cases.map(each =>
        v.suite(suite).verify(hex(each.public_key), hex(each.message), hex(each.signature)));""",
    )
    for one, found in zip(every, verifier.evaluate(script, [every, suite]), strict=True):
        assert found == (one["expected"] == "valid"), one["description"]


def test_certificates__chains_accepted_and_refused_alike(root: Path, verifier: Page) -> None:
    every = [each for each in cases(root, "crypto/certificates.json") if each.get("usage") == "sign" and each["at"] is not None]
    script = js(
        "cases",
        """return cases.map(each => { try {
        v.verifyChain(v.suite(each.suite), each.chain.map(hex), each.roots.map(hex), each.at, why => ({why}));
        return "valid"; } catch ({why}) { return why; } });""",
    )
    for one, found in zip(every, verifier.evaluate(script, every), strict=True):
        assert (found == "valid") == (one["expected"] == "valid"), (one["description"], found)
        if found != "valid":
            assert found == reason(one), one["description"]


def reason(one: dict[str, Any]) -> dict[str, str]:
    """Why Python refuses the chain, in both languages."""
    chain, roots = ([bytes.fromhex(each) for each in one[name]] for name in ("chain", "roots"))
    with pytest.raises(Refusal) as refused:
        verify_chain(suite(one["suite"]), chain, roots, one["at"])
    return asdict(refused.value.words())


def test_list_trees__roots_and_paths(root: Path, verifier: Page) -> None:
    roots, paths = cases(root, "merkle/list-roots.json"), cases(root, "merkle/list-paths.json")
    script = js(
        "cases",
        """return cases.map(each => { const hasher = new v.Hasher(v.suite(each.suite), hex(each.genesis)); try {
            if (each.items) return v.toHex(v.listTree.listRoot(hasher, each.items.map(hex)));
            v.listTree.verifyPath(hasher, hex(each.root), hex(each.item), v.listTree.parsePath(each.path, "path"), "path");
            return "valid"; } catch (wrong) { return wrong.code ?? String(wrong); } });""",
    )
    for one, found in zip([*roots, *paths], verifier.evaluate(script, [*roots, *paths]), strict=True):
        assert found == one["expected"], one["description"]


def test_state_trees__proofs_of_presence_and_absence(root: Path, verifier: Page) -> None:
    every = cases(root, "merkle/state-proofs.json")
    script = js(
        "cases",
        """return cases.map(each => { const hasher = new v.Hasher(v.suite(each.suite), hex(each.genesis)); try {
            const proof = v.stateTree.parseProof(each.proof, "proof"), key = v.utf8(each.key);
            if (each.value === undefined) v.stateTree.verifyAbsence(hasher, hex(each.root), key, proof, "proof");
            else v.stateTree.verifyPresence(hasher, hex(each.root), key, v.utf8(each.value), proof, "proof");
            return "valid"; } catch (wrong) { return wrong.code ?? String(wrong); } });""",
    )
    for one, found in zip(every, verifier.evaluate(script, every), strict=True):
        assert found == one["expected"], one["description"]
