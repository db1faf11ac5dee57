"""Objects in S3-compatible storage (MinIO and others), through MinIO's own client; needs the extra `s3`."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhulian.errors import Words
from zhulian.offchain.vault.errors import StoreFails
from zhulian.offchain.vault.seam import PIECE_BYTES

if TYPE_CHECKING:
    from minio import Minio

__all__ = ["S3Store"]

_PART_BYTES = 16 * 1024 * 1024
"""How much of an upload is sent at a time; so memory stays bounded whatever the object's size."""


class S3Store:
    """Objects in a bucket, named `prefix` and the digest. What is stored is whole: S3 shows no half upload."""

    def __init__(self, client: "Minio", bucket: str, prefix: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = prefix

    def put(self, digest: str, source: Path) -> None:
        with _Telling():
            self._client.fput_object(self._bucket, self._prefix + digest, str(source), part_size=_PART_BYTES)
        source.unlink()

    def find_size(self, digest: str) -> int | None:
        from minio.error import S3Error

        with _Telling():
            try:
                return self._client.stat_object(self._bucket, self._prefix + digest).size
            except S3Error as wrong:
                if wrong.code in ("NoSuchKey", "NoSuchObject"):
                    return None
                raise

    def read(self, digest: str, start: int, length: int) -> Iterator[bytes]:
        if length <= 0:
            return
        with _Telling():
            response = self._client.get_object(self._bucket, self._prefix + digest, offset=start, length=length)
            try:
                yield from response.stream(PIECE_BYTES)
            finally:
                response.close()
                response.release_conn()

    def delete(self, digest: str) -> None:
        with _Telling():
            self._client.remove_object(self._bucket, self._prefix + digest)

    def names(self) -> Iterator[str]:
        with _Telling():
            for each in self._client.list_objects(self._bucket, prefix=self._prefix or None, recursive=True):
                name = (each.object_name or "").removeprefix(self._prefix)
                if len(name) == 64:
                    yield name


class _Telling:
    """Turns what goes wrong below into our refusal."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: Any) -> None:
        if fault is None:
            return
        from minio.error import MinioException
        from urllib3.exceptions import HTTPError

        if isinstance(fault, MinioException | HTTPError | OSError):
            raise StoreFails(why=Words.quote(str(fault)[:200] or type(fault).__name__)) from None
