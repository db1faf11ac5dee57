"""Salts: derived, so that they can be derived again; the client secret is made once and never written over."""

import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian.client.errors import SecretMissing
from zhulian.client.salts import Salts, load_secret
from zhulian.crypto import GM, INTL, Hasher, Suite


@given(
    suite=st.sampled_from((GM, INTL)),
    secret=st.binary(min_size=1, max_size=100),
    genesis=st.binary(min_size=32, max_size=32),
    digest=st.binary(min_size=32, max_size=32),
)
def test_salt__is_the_hmac_that_the_formats_page_names(suite: Suite, secret: bytes, genesis: bytes, digest: bytes) -> None:
    hasher = Hasher(suite, genesis)
    salts = Salts(hasher, secret)
    salt = suite.hmac(secret, hasher.preimage("salt", digest))
    assert salts.salt(digest) == salt
    assert salts.salt(digest) == salt  # the primed states were copied, not used up
    assert salts.commitment(digest) == hasher.digest("commitment", salt + digest)


def test_salt__differs_by_chain_secret_and_file() -> None:
    digest, other = bytes(32), bytes([1]) * 32
    found = {
        Salts(Hasher(GM, genesis), secret).salt(each)
        for genesis in (digest, other)
        for secret in (b"a", b"b")
        for each in (digest, other)
    }
    assert len(found) == 8


def test_secret__is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "client" / "secret"
    with pytest.raises(SecretMissing):
        load_secret(path, create=False)
    made = load_secret(path, create=True)
    assert len(made) == 32
    assert load_secret(path, create=True) == made
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret"]


def test_secret__two_processes_agree(tmp_path: Path) -> None:
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(load_secret(tmp_path / "secret", create=True))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1


@pytest.mark.parametrize("text", ["", "zz", "00" * 31, "00" * 33])
def test_secret__damage_is_refused_and_not_replaced(tmp_path: Path, text: str) -> None:
    path = tmp_path / "secret"
    path.write_text(text)
    with pytest.raises(SecretMissing):
        load_secret(path, create=True)
    assert path.read_text() == text
