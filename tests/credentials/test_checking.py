"""A degree shown to an employer without a node, and everybody who cheats in it."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.credentials.scene import AUDIENCE, CLAIMS, NONCE, SECRET, School
from tests.world import key_of
from zhulian.client.credentials.issuing import prove_keys, read_keys, revise
from zhulian.client.credentials.keeping import Issued, ListKept
from zhulian.credentials.dids import did_document, did_of, key_url, list_url, read_did
from zhulian.credentials.errors import BadDid
from zhulian.credentials.jose import from_base64, sign_token, to_base64
from zhulian.credentials.sd_jwt import binding_digest, issue, split
from zhulian.crypto import SoftwareSigner, fingerprint
from zhulian.errors import Refusal
from zhulian.merkle import ProofFault
from zhulian.modules.credential.state import ISSUERS


def code(act: Callable[[], Any]) -> str:
    try:
        act()
    except Refusal as no:
        return no.code
    return "holds"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> tuple[School, dict[str, Any], dict[str, Any]]:
    """A school with a batch and its proof, which tests only look at."""
    school = School(tmp_path_factory.mktemp("school"))
    _, batch = school.issue(4)
    school.publish()
    return school, batch, school.proof()


Kept = tuple[School, dict[str, Any], dict[str, Any]]


@pytest.fixture
def school(tmp_path: Path) -> School:
    return School(tmp_path)


@pytest.mark.parametrize("suite", ["gm", "intl"])
def test_check__shows_what_the_holder_chose_and_no_more(suite: str, tmp_path: Path) -> None:
    school = School(tmp_path, suite)
    _, batch = school.issue()
    school.publish()
    found = school.check(school.show(batch, 0, "degree", "major"))
    assert found.claims == {"degree": "bachelor", "major": "law", "school": "珠江大学"}
    assert (found.issuer, found.owner, found.schema, found.list, found.sequence) == ("org2", "org1", "degree", "2026", 1)
    text = school.show(batch, 1, "degree")
    assert "王小明" not in "".join(from_base64(each).decode("utf-8", "replace") for each in text.replace("~", ".").split("."))


def test_check__refuses_what_was_revoked_suspended_and_takes_back_what_was_restored(school: School) -> None:
    number, batch = school.issue()
    _, other = school.issue(secret=b"other!" * 6)
    school.publish()
    old = school.proof()
    for status, due in ((2, "client/261"), (0, "holds"), (1, "client/261")):
        school.register = revise(school.register, number, status)
        school.publish()
        assert code(lambda: school.check(school.show(batch))) == due
    assert code(lambda: school.check(school.show(other, key=school.holder(other, 0, b"other!" * 6)))) == "holds"
    assert code(lambda: revise(school.register, number, 0)) == "client/264"
    assert code(lambda: revise(school.register, "nothing", 1)) == "client/266"
    # whoever keeps the proof of before the revocation may show it until it is too old, and with newer parts never
    assert code(lambda: school.check(school.show(batch), old)) == "holds"
    assert code(lambda: school.check(school.show(batch), old, max_age_s=1)) == "client/262"
    assert code(lambda: school.check(school.show(batch), {**school.proof(), "token": old["token"]})) == "client/263"
    mixed = {**school.proof(), "facts": old["facts"]}
    assert code(lambda: school.check(school.show(batch), mixed)) == "client/269"


def test_check__bounds_the_age_of_the_status_and_of_the_presentation(kept: Kept) -> None:
    school, batch, proof = kept
    shown = school.show(batch)
    assert code(lambda: school.check(shown, proof, later=300)) == "holds"
    assert code(lambda: school.check(shown, proof, later=301)) == "client/258"
    assert code(lambda: school.check(shown, proof, later=-61)) == "client/258"
    late = school.show(batch, iat=school.now + 3600)
    assert code(lambda: school.check(late, proof, later=3600)) == "holds"
    later = school.show(batch, iat=school.now + 3601)
    assert code(lambda: school.check(later, proof, later=3601)) == "client/262"
    expired = school.show(batch, iat=school.now + 86_400 * 366)
    assert code(lambda: school.check(expired, proof, later=86_400 * 366)) == "client/258"


def test_check__takes_what_was_shown_for_this_check_alone(kept: Kept) -> None:
    school, batch, proof = kept
    for changed in ({"aud": "another.example"}, {"nonce": "2f" * 16}, {"aud": [AUDIENCE]}, {"nonce": None}):
        shown = school.show(batch, **changed)
        assert code(lambda shown=shown: school.check(shown, proof)) == "client/256", changed
    assert code(lambda: school.check(school.show(batch), proof, schema=school.vct + "x")) == "client/256"
    assert code(lambda: school.check(school.show(batch, iat="now"), proof)) == "client/250"


def test_check__knows_who_holds_it(kept: Kept) -> None:
    school, batch, proof = kept
    shown = school.show(batch)
    # no binding at all; the binding of another copy; a thief who signs with a key of its own
    assert code(lambda: school.check(shown.rpartition("~")[0] + "~", proof)) == "client/255"
    another = school.show(batch, 1)
    assert code(lambda: school.check(shown.rpartition("~")[0] + "~" + another.rpartition("~")[2], proof)) == "client/251"
    thief = key_of("gm", "thief")
    assert code(lambda: school.check(school.show(batch, key=thief), proof)) == "client/251"
    # the holder's key swapped inside the credential: the issuer's signature fails
    token, rest = shown.split("~", 1)
    head, payload, signature = token.split(".")
    swapped = json.loads(from_base64(payload))
    swapped["cnf"]["jwk"] = school.jose.jwk(thief.public_key)
    forged = ".".join([head, to_base64(json.dumps(swapped).encode()), signature]) + "~" + rest
    assert code(lambda: school.check(forged, proof)) == "client/251"
    # signed for fewer disclosures than come along
    more = split(school.show(batch, 0, "degree", "major"))
    less = split(school.show(batch, 0, "degree"))
    assert code(lambda: school.check("~".join([more.token, *more.disclosures, less.binding]), proof)) == "client/255"


def test_check__takes_no_disclosure_that_the_issuer_did_not_sign(kept: Kept) -> None:
    school, batch, proof = kept

    def with_disclosures(*texts: str) -> str:
        parts = split(school.show(batch))
        changed = type(parts)(parts.token, (*parts.disclosures, *texts), "")
        binding = {"aud": AUDIENCE, "iat": school.now, "nonce": NONCE, "sd_hash": binding_digest(school.jose, changed)}
        key = SoftwareSigner(school.hasher.suite, school.holder(batch, 0))
        return changed.bound.decode() + sign_token(school.jose, key, {"typ": "kb+jwt"}, binding)

    def disclosure(*content: Any) -> str:
        return to_base64(json.dumps(content).encode())

    other = split(school.show(batch, 1, "major")).disclosures[0]  # right content, salt of another copy
    for wrong in (
        disclosure("salt", "major", "medicine"),
        disclosure("salt", "_sd", []),
        other,
        split(school.show(batch)).disclosures[0],
    ):
        assert code(lambda wrong=wrong: school.check(with_disclosures(wrong), proof)) == "client/253"
    assert code(lambda: school.check(with_disclosures("e30x"), proof)) == "client/250"
    assert code(lambda: school.check(with_disclosures(), proof)) == "holds"


def by_the_school(school: School, clear: dict[str, Any], hidden: dict[str, Any]) -> dict[str, Any]:
    """What a careless or wicked issuer signs, with a real holder."""
    batch = prove_keys(school.hasher, SECRET, "org2", 1, school.now)
    _, (holder,) = read_keys(school.hasher, "org2", batch)
    genesis = school.hasher.genesis
    kid = key_url(genesis, "org2", fingerprint(school.hasher.suite, school.key.public_key))
    status = {"status_list": {"idx": 5, "uri": list_url(genesis, "org2", "2026")}}
    full = {
        "cnf": {"jwk": holder}, "exp": school.now + 999, "iat": school.now, "iss": did_of(genesis, "org2"), "school": "S", "status": status,
        "vct": school.vct, **clear,
    }  # fmt: skip
    kept = {name: value for name, value in full.items() if value is not None}
    return {"batch": batch["batch"], "copies": [issue(school.jose, school.key, {"kid": kid}, kept, hidden)]}


@pytest.mark.parametrize(
    ("clear", "due"),
    [
        ({}, "holds"),
        ({"rank": 1}, "client/264"),
        ({"school": None}, "client/264"),
        ({"exp": None}, "client/250"),
        ({"iat": 10**12}, "client/258"),
        ({"nbf": 10**11}, "client/258"),
        ({"cnf": None}, "client/255"),
        ({"status": None}, "client/250"),
        ({"status": {"status_list": {"idx": 10**9, "uri": "own"}}}, "client/263"),
        ({"status": {"status_list": {"idx": 5, "uri": "did:zhulian:" + "0" * 32 + ":org2/status/2026"}}}, "client/268"),
        ({"iss": "did:web:school.example"}, "client/268"),
        ({"degree": "doctor"}, "client/253"),
    ],
)
def test_check__holds_the_issuer_to_its_schema(kept: Kept, clear: dict[str, Any], due: str) -> None:
    school, _, proof = kept
    if clear.get("status", {}) and clear["status"]["status_list"]["uri"] == "own":
        clear["status"]["status_list"]["uri"] = list_url(school.hasher.genesis, "org2", "2026")
    batch = by_the_school(school, clear, {"degree": "bachelor"})
    assert code(lambda: school.check(school.show(batch), proof)) == due


def test_check__counts_keys_of_the_issuer_alone(school: School) -> None:
    _, batch = school.issue()
    school.publish()
    forger = SoftwareSigner(school.hasher.suite, key_of("gm", "forger"))
    _, forged = school.issue(key=forger)
    assert code(lambda: school.check(school.show(forged))) == "client/260"
    # a forger who names the school's key signs with another
    made = by_the_school(school, {}, {"degree": "doctor"})["copies"][0]
    token = made.split("~")[0]
    head, payload, _ = token.split(".")
    signed = f"{head}.{payload}"
    wrong = {"batch": "00" * 16, "copies": [made.replace(token, signed + "." + to_base64(forger.sign(signed.encode())))]}
    assert code(lambda: school.check(school.show(wrong))) == "client/251"
    before = school.show(batch)
    assert code(lambda: school.check(before)) == "holds"
    school.retire("superseded")
    assert code(lambda: school.check(school.show(batch))) == "holds"
    school.solo.step(86_400 * 2)
    _, late = school.issue()
    assert code(lambda: school.check(school.show(late))) == "client/260"


def test_check__counts_nothing_by_a_compromised_key(school: School) -> None:
    _, batch = school.issue()
    school.publish()
    school.retire("compromised")
    assert code(lambda: school.check(school.show(batch))) == "client/260"


def test_check__asks_for_the_issuers_standing(school: School) -> None:
    _, batch = school.issue()
    school.publish()
    school.stand("suspended")
    assert code(lambda: school.check(school.show(batch))) == "client/259"
    school.stand("valid")
    assert code(lambda: school.check(school.show(batch))) == "holds"
    # the ministry itself has no standing from itself
    own = school.issuing_key("org1", "ministry")
    _, batch = school.issue(issuer="org1", key=own)
    proof = school.proof("org1")
    assert code(lambda: school.check(school.show(batch), proof)) == "client/269"


def test_check__takes_no_other_list_and_none_by_another(school: School) -> None:
    _, batch = school.issue()
    school.publish(uri="did:zhulian:" + "0" * 32 + ":org2/status/2026")
    assert code(lambda: school.check(school.show(batch))) == "client/263"
    school.publish(signer=SoftwareSigner(school.hasher.suite, key_of("gm", "forger")))
    assert code(lambda: school.check(school.show(batch))) == "client/251"
    school.publish()
    assert code(lambda: school.check(school.show(batch))) == "holds"


def test_check__takes_no_proof_that_is_cut_or_changed(kept: Kept) -> None:
    school, batch, proof = kept
    shown = school.show(batch)
    for wrong in (None, {}, {**proof, "format": "x"}, {**proof, "facts": proof["facts"][:-1]}, {**proof, "facts": "x"}):
        assert code(lambda wrong=wrong: school.check(shown, wrong if wrong is not None else [])) == "client/269"
    changed = copy.deepcopy(proof)
    for fact in changed["facts"]:
        if fact["key"][0] == "credential/lists":
            fact["value"]["digest"] = "00" * 32
    with pytest.raises(ProofFault):
        school.check(shown, changed)
    changed = copy.deepcopy(proof)
    changed["head"]["spoken"]["time_ms"] += 1000
    with pytest.raises(ProofFault):
        school.check(shown, changed)


def test_copies__share_nothing_but_what_is_the_issuers(school: School) -> None:
    """Two verifiers who compare notes on two copies of one credential learn no more than on two credentials of two people."""

    def values(batch: dict[str, Any], place: int) -> set[str]:
        """All that a verifier sees, in pieces: header, payload (digests one by one), disclosures without their content, signatures."""
        text = school.show(batch, place, "degree", nonce=f"{place:032x}", aud=f"verifier-{place}")
        parts = split(text)
        head, payload, signature = parts.token.split(".")
        claims = json.loads(from_base64(payload))
        pieces = {head, signature, *claims.pop("_sd"), *parts.disclosures, *parts.binding.split(".")[1:]}
        for name, value in claims.items():
            inner = json.dumps(value, sort_keys=True)
            pieces.add(f"{name}={inner}")
        return pieces | {claims["cnf"]["jwk"]["x"], str(claims["status"]["status_list"]["idx"])}

    _, batch = school.issue(8)
    _, stranger = school.issue(8, secret=b"another" * 5)
    seen = [values(batch, each) for each in range(8)]
    foreign = split(stranger["copies"][0])
    head, payload, _ = foreign.token.split(".")
    claims = json.loads(from_base64(payload))
    of_the_issuer = {head} | {f"{name}={json.dumps(value, sort_keys=True)}" for name, value in claims.items()}
    for first in range(8):
        for second in range(first):
            assert seen[first] & seen[second] <= of_the_issuer
    sizes = {len(json.loads(from_base64(each.split("~")[0].split(".")[1]))["_sd"]) for each in batch["copies"]}
    _, few = school.issue(1, {"school": "S", "degree": "bachelor"})
    sizes |= {len(json.loads(from_base64(few["copies"][0].split("~")[0].split(".")[1]))["_sd"])}
    assert sizes == {3}  # decoys: how many claims a person has does not show


def test_issue__refuses_claims_and_keys_that_do_not_fit(school: School) -> None:
    assert code(lambda: school.issue(claims={**CLAIMS, "rank": 1})) == "client/264"
    assert code(lambda: school.issue(claims={"degree": "x"})) == "client/264"
    hasher = school.hasher
    keys = prove_keys(hasher, SECRET, "org2", 2, school.now)
    for_another = prove_keys(hasher, SECRET, "org1", 2, school.now)
    swapped = {**keys, "keys": [keys["keys"][0], for_another["keys"][1]]}
    for wrong, due in (
        ({}, "client/250"),
        ({**keys, "keys": []}, "client/250"),
        ({**keys, "keys": keys["keys"] * 40}, "client/250"),
        (for_another, "client/255"),
        (swapped, "client/255"),
        ({**keys, "keys": [keys["keys"][0]] * 2}, "client/255"),
        ({**keys, "keys": ["a.b"]}, "client/250"),
    ):
        assert code(lambda wrong=wrong: read_keys(hasher, "org2", wrong)) == due
    head, payload, signature = keys["keys"][0].split(".")
    forged = {**keys, "keys": [".".join([head, payload, signature[:-2] + ("AA" if signature[-2:] != "AA" else "BA")])]}
    assert code(lambda: read_keys(hasher, "org2", forged)) in ("client/250", "client/251")
    weak = to_base64(json.dumps({"alg": "none", "jwk": {}, "typ": "holder-key+jwt"}).encode())
    assert code(lambda: read_keys(hasher, "org2", {**keys, "keys": [f"{weak}.{payload}."]})) == "client/252"


def test_issue__ends_where_the_list_is_full(school: School) -> None:
    full = {f"{each}": Issued(indexes=(each,), list="2026", schema="org1/degree", until=1) for each in range(7)}
    school.register = type(school.register)(credentials=full, lists={"2026": ListKept(bits=2, size=8)})
    assert code(lambda: school.issue(2)) == "client/267"
    _, batch = school.issue(1)
    assert json.loads(from_base64(batch["copies"][0].split("~")[0].split(".")[1]))["status"]["status_list"]["idx"] == 7


def test_did__document_follows_from_the_keys_on_the_chain(school: School) -> None:
    second = school.issuing_key("org2", "second")
    school.retire("superseded")
    keys = [msgspec.to_builtins(each) for each in ISSUERS.get(school.solo.application.chain_store, "org2").keys]
    genesis = school.hasher.genesis
    found = did_document(school.jose, genesis, "org2", keys)
    assert found["id"] == f"did:zhulian:{genesis.hex()[:32]}:org2"
    assert [each["publicKeyJwk"] for each in found["verificationMethod"]] == [
        school.jose.jwk(each.public_key) for each in (school.key, second)
    ]
    assert found["assertionMethod"] == [found["verificationMethod"][1]["id"]]
    assert all(each["controller"] == found["id"] for each in found["verificationMethod"])
    for wrong in (
        "did:web:x",
        f"did:zhulian:{'0' * 32}:org2",
        found["id"] + "/other/x",
        found["id"] + "#x",
        None,
        found["id"] + "\n",
    ):
        with pytest.raises(BadDid):
            read_did(wrong, genesis)
