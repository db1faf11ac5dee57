"""The codec against what others have published: RFC 9901 and the Token Status List."""

import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.meta.source import ROOT
from zhulian.credentials.errors import CredentialFault, DigestTwice, StatusListWrong
from zhulian.credentials.jose import from_base64, read_token, verify_token
from zhulian.credentials.sd_jwt import BINDING_KIND, binding_digest, split, unfold
from zhulian.credentials.status_list import StatusList
from zhulian.crypto import BadSignature
from zhulian.errors import Words

RFC = json.loads((ROOT / "vectors" / "credentials" / "rfc9901.json").read_text(encoding="utf-8"))
LISTS = json.loads((ROOT / "vectors" / "credentials" / "status_list.json").read_text(encoding="utf-8"))
PART = Words("凭证", "credential")


class Es256:
    """The algorithm of the RFC's examples, which no chain of ours uses (RFC 7518 §3.4)."""

    alg, digest_name = "ES256", "sha-256"

    def digest(self, data: bytes) -> bytes:
        found = hashes.Hash(hashes.SHA256())
        found.update(data)
        return found.finalize()

    def verify(self, key: Any, message: bytes, signature: bytes) -> None:
        x, y = (int.from_bytes(from_base64(key[each]), "big") for each in ("x", "y"))
        numbers = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
        public = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
        try:
            public.verify(encode_dss_signature(*numbers), message, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            raise BadSignature() from None


JOSE = Es256()


@pytest.mark.parametrize("case", RFC["cases"], ids=lambda each: each["description"][:4])
def test_presentation__of_the_rfc_is_read_as_it_says(case: dict[str, Any]) -> None:
    parts = split(case["presentation"])
    token = read_token(parts.token, PART)
    verify_token(JOSE, token, RFC["issuer"], ("example+sd-jwt", "dc+sd-jwt"), PART)
    assert unfold(JOSE, token.payload, parts.disclosures).payload == case["processed"]
    if "nonce" not in case:
        assert parts.binding == ""
        return
    binding = read_token(parts.binding, PART)
    verify_token(JOSE, binding, token.payload["cnf"]["jwk"], BINDING_KIND, PART)
    assert (binding.payload["nonce"], binding.payload["aud"]) == (case["nonce"], case["audience"])
    assert binding.payload["sd_hash"] == binding_digest(JOSE, parts)


@pytest.mark.parametrize("case", RFC["cases"], ids=lambda each: each["description"][:4])
def test_presentation__of_the_rfc_fails_once_anything_is_changed(case: dict[str, Any]) -> None:
    parts = split(case["presentation"])
    token = read_token(parts.token, PART)
    with pytest.raises(CredentialFault):  # a disclosure that the credential has no digest of
        unfold(JOSE, token.payload, [*parts.disclosures, "WyJzYWx0IiwgImFkbWluIiwgdHJ1ZV0"])
    with pytest.raises(CredentialFault):  # the same one twice
        unfold(JOSE, token.payload, [*parts.disclosures, parts.disclosures[0]])
    twice = {**token.payload, "_sd": [*token.payload["_sd"], token.payload["_sd"][0]]}
    with pytest.raises(DigestTwice):
        unfold(JOSE, twice, parts.disclosures)
    token.signed = token.signed[:-1] + b"A"
    with pytest.raises(CredentialFault):
        verify_token(JOSE, token, RFC["issuer"], ("example+sd-jwt", "dc+sd-jwt"), PART)


@pytest.mark.parametrize("case", LISTS["cases"], ids=lambda each: each["description"])
def test_status_list__of_the_draft_says_what_it_says(case: dict[str, Any]) -> None:
    found = StatusList.decode(case["list"])
    assert found.bits == case["list"]["bits"]
    assert found.size >= case["size"]
    due = {int(index): status for index, status in case["set"].items()}
    assert {index: found.get(index) for index in due} == due
    nearby = {index + 1 for index in due if index + 1 < case["size"]} - set(due)
    assert {found.get(index) for index in nearby} <= {0}
    made = StatusList(found.bits, case["size"])
    for index, status in due.items():
        made.set(index, status)
    again = StatusList.decode(made.encode())
    assert all(again.get(index) == status for index, status in due.items())
    if case["size"] < 100:
        assert made.encode()["lst"] == case["list"]["lst"]


@settings(max_examples=40, deadline=None)
@given(st.sampled_from((1, 2, 4, 8)), st.data())
def test_status_list__keeps_every_entry_apart(bits: int, data: st.DataObject) -> None:
    size = data.draw(st.integers(8, 300))
    chosen = data.draw(st.dictionaries(st.integers(0, size - 1), st.integers(0, (1 << bits) - 1), max_size=30))
    made = StatusList(bits, size)
    for index, status in chosen.items():
        made.set(index, 0xFF >> (8 - bits))
        made.set(index, status)
    again = StatusList.decode(made.encode())
    assert [again.get(index) for index in range(size)] == [chosen.get(index, 0) for index in range(size)]


def test_status_list__refuses_what_is_none() -> None:
    import zlib

    from zhulian.credentials.jose import to_base64

    bomb = to_base64(zlib.compress(bytes(64 * 1024 * 1024), 9))
    cut = StatusList(2, 1024).encode()["lst"][:-4]
    for wrong in (
        {},
        None,
        {"bits": 3, "lst": cut},
        {"bits": 2, "lst": bomb},
        {"bits": True, "lst": cut},
        {"bits": 2, "lst": cut},
    ):
        with pytest.raises(CredentialFault):
            StatusList.decode(wrong)
    listed = StatusList(2, 8)
    for index, status in ((8, 0), (-1, 0), (0, 4), (0, -1)):
        with pytest.raises(StatusListWrong):
            listed.set(index, status)
    with pytest.raises(StatusListWrong):
        StatusList(2, 2**20 + 1)
