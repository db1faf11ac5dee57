"""The one conformance suite of the vault's stores."""

import hashlib
import os
from pathlib import Path

import pytest
from minio import Minio

from zhulian.offchain.vault import Backend
from zhulian.offchain.vault.disk import DiskStore
from zhulian.offchain.vault.errors import StoreFails
from zhulian.offchain.vault.s3 import S3Store


def put(store: Backend, folder: Path, content: bytes) -> str:
    name = hashlib.sha256(content).hexdigest()
    path = folder / f"draft-{name[:8]}"
    path.write_bytes(content)
    store.put(name, path)
    assert not path.exists()
    return name


@pytest.mark.parametrize("size", [1, 1000, 3 * 1024 * 1024 + 7])
def test_store__gives_back_what_it_took_in_whole_and_in_ranges(store: Backend, tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    name = put(store, tmp_path, content)
    assert store.find_size(name) == size
    assert b"".join(store.read(name, 0, size)) == content
    assert b"".join(store.read(name, size // 3, size // 2)) == content[size // 3 : size // 3 + size // 2]
    assert b"".join(store.read(name, size - 1, 1)) == content[-1:]


def test_store__takes_the_same_again_and_forgets(store: Backend, tmp_path: Path) -> None:
    name = put(store, tmp_path, b"same")
    assert put(store, tmp_path, b"same") == name
    other = put(store, tmp_path, b"other")
    assert list(store.names()) == sorted([name, other])
    store.delete(name)
    store.delete(name)
    assert store.find_size(name) is None
    assert list(store.names()) == [other]


def test_store__knows_nothing_of_what_it_never_had(store: Backend) -> None:
    assert store.find_size("ab" * 32) is None
    assert list(store.names()) == []


def test_store__says_when_the_storage_fails(tmp_path: Path, s3_endpoint: str) -> None:
    client = Minio(s3_endpoint, access_key="a", secret_key="b", secure=False)
    (tmp_path / "draft").write_bytes(b"x")
    for broken in (DiskStore(tmp_path / "draft" / "no-folder"), S3Store(client, "no-such-bucket")):
        with pytest.raises(StoreFails):
            broken.put("ab" * 32, tmp_path / "draft")
        with pytest.raises(StoreFails):
            b"".join(broken.read("ab" * 32, 0, 1))
