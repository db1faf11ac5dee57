"""Keys on disk."""

import json
import os
import stat
from pathlib import Path

import pytest

from zhulian.crypto import (
    GM,
    INTL,
    KeyFileExists,
    KeyFileMalformed,
    KeyFileMissing,
    PassphraseEmpty,
    Suite,
    WrongPassphrase,
    keyfile,
    load_key,
    read_key_file,
    save_key,
)


@pytest.fixture(autouse=True)
def _quick_stretching(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyfile, "_N", 2**10)


@pytest.mark.parametrize("suite", [GM, INTL], ids=["gm", "intl"])
def test_save_key__comes_back_with_its_passphrase_only(suite: Suite, tmp_path: Path) -> None:
    key = suite.generate()
    path = tmp_path / "o7.key.json"
    save_key(path, key, "珠联 passphrase", name="org1.o7")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in tmp_path.iterdir()] == ["o7.key.json"]
    again = load_key(path, "珠联 passphrase")
    assert (again.reveal(), again.public_key, again.use) == (key.reveal(), key.public_key, "sign")
    assert key.reveal().hex() not in path.read_text()
    with pytest.raises(WrongPassphrase) as caught:
        load_key(path, "another")
    assert str(path) in caught.value.say("zh")
    assert read_key_file(path).name == "org1.o7"


def test_save_key__never_overwrites_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "k"
    first, second = GM.generate_encryption(), GM.generate_encryption()
    save_key(path, first, "p", name="a")
    with pytest.raises(KeyFileExists):
        save_key(path, second, "p", name="a")
    assert load_key(path, "p").reveal() == first.reveal()
    save_key(path, second, "p", name="a", replace=True)
    assert load_key(path, "p").reveal() == second.reveal()
    assert load_key(path, "p").use == "encrypt"


def test_save_key__is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        save_key(tmp_path / "k", GM.generate(), "p", name="a")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600


def test_save_key__wants_a_passphrase(tmp_path: Path) -> None:
    with pytest.raises(PassphraseEmpty):
        save_key(tmp_path / "k", GM.generate(), "", name="a")
    assert list(tmp_path.iterdir()) == []


def test_load_key__refuses_any_change_of_what_stands_in_clear(tmp_path: Path) -> None:
    path = tmp_path / "k"
    save_key(path, GM.generate(), "p", name="a")
    good = json.loads(path.read_text())
    other = GM.generate().public_key.hex()
    for field, value in {
        "name": "b",
        "use": "encrypt",
        "public_key": other,
        "salt": "00" * 16,
        "nonce": "00" * 12,
        "sealed": "00" * 48,
    }.items():
        path.write_text(json.dumps({**good, field: value}))
        with pytest.raises(WrongPassphrase):
            load_key(path, "p")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "zhulian/key/2"),
        ("suite", "rsa"),
        ("use", "both"),
        ("salt", "zz" * 16),
        ("nonce", "00"),
        ("scrypt", [2**40, 8, 1]),
        ("scrypt", [2**15 + 1, 8, 1]),
        ("scrypt", [1, 2]),
        ("name", 7),
        ("public_key", "04"),
    ],
)
def test_load_key__names_what_is_malformed(tmp_path: Path, field: str, value: object) -> None:
    path = tmp_path / "k"
    save_key(path, GM.generate(), "p", name="a")
    path.write_text(json.dumps({**json.loads(path.read_text()), field: value}))
    with pytest.raises(KeyFileMalformed):
        load_key(path, "p")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}" + " " * 20000])
def test_load_key__refuses_what_is_no_key_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "k"
    path.write_text(text)
    with pytest.raises(KeyFileMalformed):
        load_key(path, "p")


def test_load_key__says_which_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(KeyFileMissing) as caught:
        load_key(tmp_path / "absent", "p")
    assert caught.value.code == "crypto/13"
