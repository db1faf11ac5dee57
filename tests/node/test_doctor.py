"""The doctor: sound data are sound, and one thing that is wrong is named with its height."""

import asyncio
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest

from zhulian.crypto import Hasher, suite
from zhulian.home import Home
from zhulian.ledger.chain_store import BlockRecord, ChainStore
from zhulian.merkle import StateTree
from zhulian.node.doctor import Report, examine
from zhulian.node.errors import FolderInUse
from zhulian.node.rocks import RocksStore

BLOCKS = 6
REFUSED_AT = 5


@pytest.fixture(scope="module")
def chain(founded: Home, tmp_path_factory: pytest.TempPathFactory, author: Any, until_accepting_: Any, start_: Any) -> Home:
    """A stopped node with six blocks of three transactions; the fifth block holds one that was refused."""
    home = Home(tmp_path_factory.mktemp("doctor") / "home")
    shutil.copytree(founded.root, home.root)
    process = start_(home)

    async def main() -> None:
        client, _ = await until_accepting_(home, process)
        commitment = "cd" * 32
        for height in range(1, BLOCKS + 1):
            first = commitment if height in (1, REFUSED_AT) else None
            raws = [author.deposit(commitment=first)[1], author.deposit()[1], author.deposit()[1]]
            outcomes = await client.submit(raws, "sealed")
            assert {each["height"] for each in outcomes} == {height}
        await client.close()

    asyncio.run(main())
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    return home


@pytest.fixture
def patient(chain: Home, tmp_path: Path) -> Home:
    """A copy to spoil."""
    shutil.copytree(chain.root, tmp_path / "home")
    return Home(tmp_path / "home")


@dataclass
class _Counted:
    steps: int = 0
    done: list[int] = field(default_factory=list)

    def total(self, steps: int) -> None:
        self.steps = steps

    def advance(self, steps: int) -> None:
        self.done.append(steps)


def test_examine__finds_sound_data_sound(patient: Home) -> None:
    before = {
        each: each.read_bytes() for each in patient.database.iterdir() if each.suffix in (".sst", ".log") and each.name != "LOG"
    }
    counted = _Counted()
    report = examine(patient, counted)
    assert report.faults == ()
    assert report.sound
    assert (report.height, report.blocks, report.transactions) == (BLOCKS, BLOCKS, 3 * BLOCKS)
    assert (report.signatures, report.bodies_not_kept) == (3 * BLOCKS - 1, 1)
    assert report.proved_keys == report.keys > 3 * BLOCKS
    assert report.replayed_through == REFUSED_AT - 1, "replay ends before the body that is not kept"
    assert sum(counted.done) == counted.steps == 2 * BLOCKS
    assert {each: each.read_bytes() for each in before} == before, "an examination changes nothing"
    assert not list((patient.root / "node").glob("doctor-*")), "scratch folders are left behind"


def test_examine__refuses_while_the_node_runs(patient: Home, start_ledger: Any, until_accepting: Any) -> None:
    process = start_ledger(patient)

    async def main() -> None:
        client, _ = await until_accepting(patient, process)
        await client.close()

    asyncio.run(main())
    with pytest.raises(FolderInUse) as caught:
        examine(patient)
    assert caught.value.fields["pid"] == process.pid


def test_examine__of_an_empty_folder_says_so(founded: Home, tmp_path: Path) -> None:
    shutil.copytree(founded.root, tmp_path / "home")
    report = examine(Home(tmp_path / "home"))
    assert not report.sound
    assert report.height == 0


Spoil = Callable[[RocksStore], None]


def _key(letter: bytes, height: int) -> bytes:
    return letter + height.to_bytes(8, "big")


def _change_block(height: int, change: Callable[[BlockRecord], BlockRecord]) -> Spoil:
    def spoil(store: RocksStore) -> None:
        record = ChainStore(store).block(height)
        assert record is not None
        store.write([(_key(b"b", height), msgspec.msgpack.encode(change(record)))])

    return spoil


def _with(**parts: Callable[[BlockRecord], Any]) -> Callable[[BlockRecord], BlockRecord]:
    return lambda record: msgspec.structs.replace(record, **{name: make(record) for name, make in parts.items()})


def _state(store: RocksStore) -> tuple[bytes, bytes]:
    return next(iter(store.scan(b's["evidence/deposits"', b's["evidence/deposits"\xff')))


def _flip(data: bytes, old: bytes, new: bytes) -> bytes:
    assert old in data
    return data.replace(old, new, 1)


def _forge(record: BlockRecord) -> list[bytes]:
    mark = b'"signature":"'
    first, second = record.envelopes[0], record.envelopes[1]
    at, there = first.index(mark) + len(mark), second.index(mark) + len(mark)
    return [first[:at] + second[there : there + 128] + first[at + 128 :], *record.envelopes[1:]]


def _unlink(header: bytes) -> bytes:
    at = header.index(b'"previous":"') + len(b'"previous":"')
    return header[:at] + b"00" * 32 + header[at + 64 :]


class _Watched:
    """A store that notes what was read."""

    def __init__(self, store: RocksStore) -> None:
        self._store = store
        self.read: list[bytes] = []

    def get_many(self, keys: Any) -> list[bytes | None]:
        self.read += keys
        return self._store.get_many(keys)


def _pages(store: RocksStore) -> list[bytes]:
    """The last page that a proof at the newest height reads."""
    watched = _Watched(store)
    tree = StateTree(_hasher_of(store), watched)
    watched.read.clear()
    tree.prove(BLOCKS, _state(store)[0][1:])
    return [[each for each in watched.read if each.startswith(b"t")][-1]]


def _hasher_of(store: RocksStore) -> Hasher:
    digest = ChainStore(store).meta("genesis")
    assert digest is not None
    return Hasher(suite("gm"), digest)


def _move_head(store: RocksStore) -> None:
    from zhulian.ledger.chain_store import Batch

    chain = ChainStore(store)
    head = chain.head()
    assert head is not None
    batch = Batch()
    chain.put_head(batch, msgspec.structs.replace(head, digest=bytes(32)))
    store.write(batch.puts)


SPOILED: dict[str, tuple[Spoil, str, int | None]] = {
    "block missing": (lambda store: store.write([], [_key(b"b", 3)]), "block", 3),
    "block unreadable": (lambda store: store.write([(_key(b"b", 3), b"\xc1 no msgpack")]), "block", 3),
    "head unreadable": (lambda store: store.write([(b"mhead", b"\xc1")]), "head", None),
    "ids unreadable": (lambda store: store.write([(b"i", b"")]), "state", None),
    "header that is no text": (_change_block(3, _with(header=lambda r: r.header[:-2] + b"\xff}")), "header", 3),
    "result that is no text": (_change_block(2, _with(results=lambda r: [b"\xff", *r.results[1:]])), "results", 2),
    "header changed": (_change_block(3, _with(header=lambda r: _flip(r.header, b'"height":3', b'"height":4'))), "header", 3),
    "chain broken": (_change_block(4, _with(header=lambda r: _unlink(r.header))), "previous", 4),
    "result changed": (
        _change_block(2, _with(results=lambda r: [_flip(r.results[0], b'"steps":', b'"steps":1'), *r.results[1:]])),
        "results_root",
        2,
    ),
    "body of another": (_change_block(2, _with(envelopes=lambda r: [r.envelopes[1], *r.envelopes[1:]])), "body", 2),
    "body garbled": (_change_block(2, _with(envelopes=lambda r: [b"{}", *r.envelopes[1:]])), "body", 2),
    "signature of another body": (_change_block(2, _with(envelopes=_forge)), "signature", 2),
    "seal missing": (lambda store: store.write([(_key(b"e", 2), b"[]")]), "seal_log", 2),
    "state entry changed": (
        lambda store: store.write([(_state(store)[0], _flip(_state(store)[1], b'"time_ms":1', b'"time_ms":2'))]),
        "state",
        BLOCKS,
    ),
    "state entry lost": (lambda store: store.write([], [_state(store)[0]]), "state", BLOCKS),
    "tree page lost": (lambda store: store.write([], _pages(store)), "tree", BLOCKS),
    "ids forgotten": (lambda store: store.write([(k, v[:-32]) for k, v in store.scan(b"i", b"j")][:1]), "ids", BLOCKS),
    "head of another chain": (_move_head, "head", BLOCKS),
}


@pytest.mark.parametrize("name", SPOILED)
def test_examine__names_what_is_wrong_and_where(patient: Home, name: str) -> None:
    spoil, part, height = SPOILED[name]
    with RocksStore(patient.database) as store:
        spoil(store)
    report = examine(patient)
    assert not report.sound
    assert (part, height) in [(each.part, each.height) for each in report.faults], report.faults
    assert all(each.zh and each.en for each in report.faults)
    assert "seal.log" in report.zh


def test_examine__names_a_seal_log_that_is_newer_than_the_data(patient: Home) -> None:
    line = patient.seal_log.read_text().splitlines()[-1]
    with patient.seal_log.open("a") as log:
        log.write(line.replace(f'"height":{BLOCKS}', f'"height":{BLOCKS + 1}') + "\n")
    assert [(each.part, each.height) for each in examine(patient, replay=False).faults] == [("seal_log", BLOCKS + 1)]


def test_examine__names_a_damaged_line_of_the_seal_log(patient: Home) -> None:
    lines = patient.seal_log.read_bytes().splitlines(keepends=True)
    patient.seal_log.write_bytes(b"".join([lines[0], b"garbage\xff\n", *lines[2:]]))
    (fault,) = examine(patient, replay=False).faults
    assert fault.part == "seal_log"
    assert "2" in fault.en


def test_examine__forgives_half_a_line_at_the_end_of_the_seal_log(patient: Home) -> None:
    data = patient.seal_log.read_bytes()
    patient.seal_log.write_bytes(data + data[:50])
    assert examine(patient, replay=False).sound


def test_examine__reports_a_store_that_does_not_open(patient: Home) -> None:
    (patient.database / "CURRENT").write_text("MANIFEST-424242\n")
    report: Report = examine(patient)
    assert not report.sound
    assert [each.part for each in report.faults] == ["store"]
