"""Stores of both kinds: files, and a real S3 client against moto, a well-kept imitation of S3 in this process."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from minio import Minio
from moto.server import ThreadedMotoServer

from zhulian.offchain.vault import Backend
from zhulian.offchain.vault.disk import DiskStore
from zhulian.offchain.vault.s3 import S3Store


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """`host:port` of the S3 server."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_endpoint: str) -> tuple[Minio, str]:
    """A client and a fresh bucket."""
    client = Minio(s3_endpoint, access_key="a", secret_key="b", secure=False)
    name = f"vault-{secrets.token_hex(6)}"
    client.make_bucket(name)
    return client, name


@pytest.fixture(params=["disk", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """One store of each kind."""
    if request.param == "disk":
        (tmp_path / "objects").mkdir()
        return DiskStore(tmp_path / "objects")
    client, name = request.getfixturevalue("bucket")
    return S3Store(client, name, "zl/")
