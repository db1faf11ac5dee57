"""Time stamps: asked of a real authority, verified, and refused for every reason that there is."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tsa import POLICY, Tsa, make_tsa, sm2_stamp
from zhulian.crypto.timestamps import (
    ImprintDiffers,
    NotFresh,
    PolicyDiffers,
    StampForged,
    StampMalformed,
    StampRefused,
    TimestampFault,
    TsaNotTrusted,
    make_request,
    read_response,
    verify_stamp,
)

DATA = b"the newest header"


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> Tsa:
    return make_tsa(tmp_path_factory.mktemp("tsa"))


@pytest.fixture(scope="module")
def token(tsa: Tsa) -> bytes:
    return read_response(tsa.reply(make_request(DATA, "sm3", 4711)))


@pytest.mark.parametrize("name", ["sm3", "sha256", "sha512"])
def test_stamp__of_openssl_is_verified(tsa: Tsa, name: str) -> None:
    token = read_response(tsa.reply(make_request(DATA, name, 2**63 + 5, "1.2.3.4.2")))
    stamp = verify_stamp(token, DATA, [tsa.root], nonce=2**63 + 5, policy="1.2.3.4.2")
    assert (stamp.subject, stamp.is_held, stamp.hash_name, stamp.policy) == ("CN=Test TSA", True, name, "1.2.3.4.2")
    without = verify_stamp(token, DATA)
    assert not without.is_held
    assert without.root_sha256 == stamp.root_sha256


def test_stamp__of_sm2_is_verified() -> None:
    token, root = sm2_stamp(DATA, 9)
    stamp = verify_stamp(token, DATA, [root], nonce=9, policy=POLICY)
    assert stamp.is_held
    assert "tsa.stamp" in stamp.subject
    _, other = sm2_stamp(DATA, 9)
    with pytest.raises(TsaNotTrusted):
        verify_stamp(token, DATA, [other])
    at = token.rindex(bytes.fromhex("0420")) if b"\x04\x20" in token else len(token) - 5
    with pytest.raises(TimestampFault):
        verify_stamp(token[:at] + bytes([token[at] ^ 1]) + token[at + 1 :], DATA, [root])


def test_stamp__of_something_else_is_refused(tsa: Tsa, token: bytes) -> None:
    with pytest.raises(ImprintDiffers):
        verify_stamp(token, DATA + b"!", [tsa.root])
    with pytest.raises(NotFresh):
        verify_stamp(token, DATA, [tsa.root], nonce=4712)
    with pytest.raises(PolicyDiffers):
        verify_stamp(token, DATA, [tsa.root], policy="1.2.3.4.9")


def test_response__that_says_no_is_told(tsa: Tsa) -> None:
    with pytest.raises(StampRefused) as refused:
        read_response(tsa.reply(make_request(DATA, "sha256", 1, "1.2.3.4.9")))
    assert refused.value.status == 2
    assert "policy" in refused.value.say("en").lower()


@pytest.mark.parametrize("spoiled", [{"usage": False}, {"critical": False}, {"days": -1}])
def test_authority__unfit_for_it_is_refused(tmp_path: Path, token: bytes, spoiled: dict[str, int]) -> None:
    """openssl itself refuses to stamp so; the certificate is put into a good token's place instead."""
    from cryptography import x509

    from zhulian.crypto.timestamps.trust import lead_to_root, read_certificate

    made = make_tsa(tmp_path, **spoiled)  # type: ignore[arg-type]
    leaf = x509.load_pem_x509_certificate((tmp_path / "tsa.pem").read_bytes())
    import time

    with pytest.raises(TsaNotTrusted) as refused:
        lead_to_root(leaf, [], [read_certificate(made.root)], time.time())
    wanted = "not valid when" if "days" in spoiled else "time stamping"
    assert wanted in refused.value.say("en")


def test_authority__under_another_root_is_refused(tmp_path: Path, token: bytes) -> None:
    with pytest.raises(TsaNotTrusted):
        verify_stamp(token, DATA, [make_tsa(tmp_path).root])
    with pytest.raises(TsaNotTrusted):
        verify_stamp(token, DATA, [b"no certificate"])


def test_stamp__changed_anywhere_is_refused(tsa: Tsa, token: bytes) -> None:
    """No bit of what is judged can change: whatever still verifies says the same."""
    honest = verify_stamp(token, DATA, [tsa.root], nonce=4711)
    kinds = set()
    for at in range(0, len(token), 3):
        changed = token[:at] + bytes([token[at] ^ 0x10]) + token[at + 1 :]
        try:
            assert verify_stamp(changed, DATA, [tsa.root], nonce=4711) == honest, at
        except TimestampFault as fault:
            kinds.add(type(fault))
    assert {StampMalformed, StampForged, ImprintDiffers} <= kinds


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_junk__is_malformed(data: bytes) -> None:
    for read in (read_response, lambda token: verify_stamp(token, DATA)):
        with pytest.raises(TimestampFault):
            read(data)
    with pytest.raises(StampMalformed):
        verify_stamp(b"0" * 70_000, DATA)
