"""Bundles: the same members give the same bytes, and whatever was altered is named."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhulian.offchain.capture import bundle as bundles
from zhulian.offchain.capture.bundle import is_bundle, read_bundle, write_bundle
from zhulian.offchain.capture.errors import BundleBroken, BundleTooLarge, MemberAltered

MEMBERS = {"page.html": b"<p>" + "合同".encode(), "screenshot.png": b"\x89PNG" * 20, "certificates/1.pem": b"-----BEGIN"}
FACTS = {"url": "https://example.test/", "began_ms": 1}


def _made(folder: Path, name: str = "a.capture.zip") -> Path:
    return write_bundle(folder / name, FACTS, MEMBERS).path


def test_bundle__is_read_back_and_always_the_same(tmp_path: Path) -> None:
    first, second = _made(tmp_path), _made(tmp_path, "b.zip")
    assert first.read_bytes() == second.read_bytes()
    assert is_bundle(first)
    assert is_bundle(second)
    manifest = read_bundle(first).manifest
    assert manifest["url"] == FACTS["url"]
    assert [each["name"] for each in manifest["members"]] == sorted(MEMBERS)
    with zipfile.ZipFile(first) as found:  # any ZIP programme opens it
        assert {name: found.read(name) for name in MEMBERS} == MEMBERS


@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_bundle__names_the_member_that_was_altered(tmp_path: Path, name: str) -> None:
    path = _made(tmp_path)
    data = bytearray(path.read_bytes())
    at = bytes(data).index(MEMBERS[name])
    data[at + 3] ^= 1
    path.write_bytes(data)
    with pytest.raises(MemberAltered) as no:
        read_bundle(path)
    assert no.value.fields == {"member": name}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_bundle__no_byte_can_be_changed_unseen(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """A change is refused, or it is one of the manifest's own words, which the receipt's digest is there for."""
    path = tmp_path_factory.getbasetemp() / "flipped.capture.zip"
    good = write_bundle(path, FACTS, MEMBERS).manifest
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        found = read_bundle(path).manifest
    except (BundleBroken, MemberAltered):
        return
    assert found != good


def test_bundle__carries_nothing_besides(tmp_path: Path) -> None:
    path = _made(tmp_path)
    good = path.read_bytes()
    path.write_bytes(good + b"x")
    with pytest.raises(BundleBroken):
        read_bundle(path)
    path.write_bytes(good)
    with zipfile.ZipFile(path, "a") as more:
        more.writestr("zzz.html", b"more")
    with pytest.raises(BundleBroken):
        read_bundle(path)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("manifest.json", bytes(10_000_000))
    path.write_bytes(packed.getvalue())
    with pytest.raises(BundleBroken):
        read_bundle(path)


@pytest.mark.parametrize("manifest", [b"{}", b"[]", b'{"format":"zhulian/capture/1","members":[{}]}', b"\xff", b'{"format":1.5}'])
def test_bundle__wants_a_manifest_of_the_form(tmp_path: Path, manifest: bytes) -> None:
    path = tmp_path / "a.capture.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr(bundles._entry("manifest.json"), manifest)
    with pytest.raises(BundleBroken):
        read_bundle(path)


def test_bundle__too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _made(tmp_path)
    monkeypatch.setattr(bundles, "BUNDLE_BYTES_MAX", 100)
    with pytest.raises(BundleTooLarge):
        read_bundle(path)


def test_bundle__other_files_are_none(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"PK\x03\x04 not one of ours")
    assert not is_bundle(tmp_path / "a.txt")
    assert not is_bundle(tmp_path / "gone")
    (tmp_path / "x.capture.zip").write_bytes(b"no zip at all")
    with pytest.raises(BundleBroken):
        read_bundle(tmp_path / "x.capture.zip")
