"""The store of a real node: RocksDB, one atomic and durable batch a block."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import NoReturn, cast

from rocksdict import (
    AccessType,
    BlockBasedOptions,
    Cache,
    Checkpoint,
    DBCompressionType,
    DBRecoveryMode,
    Options,
    Rdict,
    ReadOptions,
    WriteBatch,
    WriteOptions,
)

from zhulian.errors import Refusal, Words
from zhulian.node.errors import DiskFailed, DiskFull, DiskReadOnly, FolderInUse, StopNode, StoreDamaged

__all__ = ["CACHE_BYTES", "RocksStore"]

CACHE_BYTES = 128 * 1024 * 1024
_WRITE_BUFFER_BYTES = 32 * 1024 * 1024
_WRITE_BUFFERS = 3
_BITS_PER_KEY = 10
_FILES_MAX = 512


class RocksStore:
    """An ordered map of bytes on disk (`ledger.store.Store`), for one process at a time.

    The folder's lock is the caller's (`FolderLock`); RocksDB's own is the second barrier. A fault of the disk after
    opening raises `StopNode`: half a node that answers from memory is worse than none.
    """

    def __init__(
        self, folder: Path, *, read_only: bool = False, cache_bytes: int = CACHE_BYTES, statistics: bool = False
    ) -> None:
        """Open the store in `folder`, creating it where it is missing, with `cache_bytes` of block cache.

        `statistics` makes RocksDB count what it does, at some cost.

        Raises:
            DiskFull, DiskReadOnly, DiskFailed, StoreDamaged, FolderInUse: it cannot be opened; each says what to do.
        """
        self._folder = folder
        self._write_options = WriteOptions()
        self._write_options.sync = True
        self._lazy_options = WriteOptions()
        access = AccessType.read_only(False) if read_only else AccessType.read_write()
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._options = _options(cache_bytes)
            if statistics:
                self._options.enable_statistics()
            self._db = Rdict(str(folder), self._options, access_type=access)
        except Exception as wrong:  # the binding raises nothing narrower
            raise _reason(folder, wrong) from wrong

    def get(self, key: bytes) -> bytes | None:
        """The value under `key`, or None."""
        try:
            value: bytes | None = self._db.get(key)
        except Exception as wrong:  # noqa: BLE001 (the binding raises nothing narrower)
            self._stop(wrong)
        return value

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """The values under `keys` in their order, None where there is none; one native call."""
        if not keys:
            return []
        try:
            values = cast(list[bytes | None], self._db.get(list(keys)))
        except Exception as wrong:  # noqa: BLE001 (the binding raises nothing narrower)
            self._stop(wrong)
        return values

    def scan(self, start: bytes, end: bytes, *, reverse: bool = False) -> Iterator[tuple[bytes, bytes]]:
        """The pairs with start <= key < end in order of their keys, as they were when the scan began."""
        if start >= end:
            return
        try:
            if reverse:
                for key, value in self._pairs(self._db.items(backwards=True, from_key=end)):
                    if key < start:
                        return
                    if key != end:  # seeking backwards begins at the end itself
                        yield key, value
                return
            bounds = ReadOptions()
            bounds.set_iterate_upper_bound(end)  # spares looking past the end, over what was deleted there
            yield from self._pairs(self._db.items(from_key=start, read_opt=bounds))
        except Exception as wrong:  # noqa: BLE001 (the binding raises nothing narrower)
            self._stop(wrong)

    def write(self, puts: Sequence[tuple[bytes, bytes]], deletes: Sequence[bytes] = (), *, sync: bool = True) -> None:
        """Put and delete as one atomic batch, on disk when this returns if `sync` (else with the next that is).

        Raises:
            StopNode: the disk refused; nothing of the batch counts.
        """
        batch = WriteBatch(raw_mode=True)
        try:
            for key in deletes:
                batch.delete(key)
            for key, value in puts:
                batch.put(key, value)
            self._db.write(batch, self._write_options if sync else self._lazy_options)
        except Exception as wrong:  # noqa: BLE001 (the binding raises nothing narrower)
            self._stop(wrong)

    def count_syncs(self) -> int:
        """How often the write-ahead log was flushed to disk since opening; only where `statistics` was asked for."""
        text = self._options.get_statistics() or ""
        line = next((each for each in text.splitlines() if each.startswith("rocksdb.wal.synced ")), "COUNT : 0")
        return int(line.rpartition(":")[2])

    def bytes_on_disk(self) -> int:
        """The size of all files of the store."""
        return sum(file.stat().st_size for file in self._folder.iterdir() if file.is_file())

    def checkpoint(self, folder: Path) -> None:
        """Put a consistent view of the store, as it is now, into `folder`, which must not be there; its files are hard links."""
        try:
            Checkpoint(self._db).create_checkpoint(str(folder))
        except Exception as wrong:  # noqa: BLE001 (the binding raises nothing narrower)
            self._stop(wrong)

    def close(self) -> None:
        """Flush and let go of the folder."""
        self._db.close()

    def __enter__(self) -> "RocksStore":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @staticmethod
    def _pairs(items: object) -> Iterator[tuple[bytes, bytes]]:
        return cast(Iterator[tuple[bytes, bytes]], items)  # in raw mode everything is bytes

    def _stop(self, wrong: Exception) -> NoReturn:
        raise StopNode(_reason(self._folder, wrong)) from wrong


def _options(cache_bytes: int) -> Options:
    table = BlockBasedOptions()
    table.set_block_cache(Cache(cache_bytes))
    table.set_bloom_filter(_BITS_PER_KEY, False)  # most look-ups of ids are for ids never seen
    table.set_cache_index_and_filter_blocks(True)
    table.set_pin_l0_filter_and_index_blocks_in_cache(True)
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_block_based_table_factory(table)
    options.set_write_buffer_size(_WRITE_BUFFER_BYTES)
    options.set_max_write_buffer_number(_WRITE_BUFFERS)
    options.set_level_compaction_dynamic_level_bytes(True)
    options.set_compression_type(DBCompressionType.lz4())
    options.set_bottommost_compression_type(DBCompressionType.zstd())
    options.set_max_background_jobs(2)
    options.set_bytes_per_sync(1024 * 1024)  # spreads the writing of compactions, which else delays the log's fsync
    options.set_max_open_files(_FILES_MAX)
    options.set_keep_log_file_num(3)
    # A torn record at the very end is a batch that was never acknowledged; damage anywhere else must be heard of.
    options.set_wal_recovery_mode(DBRecoveryMode.tolerate_corrupted_tail_records())
    return options


def _reason(folder: Path, wrong: Exception) -> Refusal:
    """The numbered refusal for what the binding, which knows only texts, has raised."""
    text = str(wrong)
    lowered = text.lower()
    if "lock hold by" in lowered or "lock file" in lowered or "/lock:" in lowered:
        return FolderInUse(folder=str(folder), pid=0)
    if "no space left" in lowered or "file too large" in lowered or "quota exceeded" in lowered:
        return DiskFull(folder=str(folder))
    if "read-only" in lowered or "permission denied" in lowered or isinstance(wrong, PermissionError):
        return DiskReadOnly(folder=str(folder))
    if "corruption" in lowered:
        return StoreDamaged(folder=str(folder), why=Words.quote(text))
    return DiskFailed(folder=str(folder), why=Words.quote(text))
