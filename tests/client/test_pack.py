"""Batches: the root is the list tree's, a pack gives back every path, and damage is noticed."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.client.fake_node import FakeNode
from zhulian.client import Chain
from zhulian.client.errors import FileGone, FolderEmpty, NotAPack, NotInPack, PackDamaged
from zhulian.client.gather import KEPT_LEVEL, Gathered, fold, gather
from zhulian.client.pack import Pack, PackWriter
from zhulian.client.salts import Salts
from zhulian.crypto import GM, Hasher
from zhulian.ledger.receipts import verify_receipt
from zhulian.merkle import ListPath, ListTree

_HASHER = Hasher(GM, bytes(range(32)))
_SECRET = b"secret"


def _fill(folder: Path, count: int) -> None:
    for number in range(count):
        path = folder / f"{number % 7}" / f"文件{number}"
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(b"%d" % number)


def _gathered(count: int) -> Gathered:
    """As `gather` gives it, without files."""
    names = [b"%06d" % number for number in range(count)]
    salts = Salts(_HASHER, _SECRET)
    digests = [GM.digest(name) for name in names]
    nodes = _HASHER.many("list-leaf", [salts.commitment(digest) for digest in digests])
    levels, width = [], 1
    while True:
        if width >= 1 << KEPT_LEVEL:
            levels.append(b"".join(nodes))
        if len(nodes) == 1 and width >= 1 << KEPT_LEVEL:
            return Gathered(names, b"".join(digest + salts.salt(digest) for digest in digests), levels, nodes[0])
        nodes = fold(_HASHER, nodes, width, count)
        width *= 2


@pytest.mark.parametrize(("count", "workers"), [*((count, 1) for count in (1, 2, 15, 16, 17, 33, 513, 700)), (17, 2), (700, 2)])
def test_gather__equals_the_list_tree_over_sorted_names(tmp_path: Path, count: int, workers: int) -> None:
    _fill(tmp_path / "folder", count)
    told: list[tuple[int, int]] = []
    found = gather(_HASHER, _SECRET, tmp_path / "folder", workers=workers, progress=lambda *step: told.append(step))
    names = sorted(
        os.fsencode(path.relative_to(tmp_path / "folder")) for path in (tmp_path / "folder").rglob("*") if path.is_file()
    )
    salts = Salts(_HASHER, _SECRET)
    digests = [GM.digest((tmp_path / "folder" / os.fsdecode(name)).read_bytes()) for name in names]
    assert found.names == names
    assert found.openings == b"".join(digest + salts.salt(digest) for digest in digests)
    assert found.root == ListTree(_HASHER, [salts.commitment(digest) for digest in digests]).root
    assert found.levels[-1] == found.root
    assert told[-1] == (count, count)


@settings(max_examples=40)
@given(count=st.integers(1, 600))
def test_pack__gives_back_every_path(tmp_path_factory: pytest.TempPathFactory, count: int) -> None:
    gathered = _gathered(count)
    path = tmp_path_factory.mktemp("pack") / "x.receipts"
    PackWriter(path, gathered).finish({"format": "zhulian/receipt/1"})
    salts = Salts(_HASHER, _SECRET)
    tree = ListTree(_HASHER, [salts.commitment(gathered.openings[64 * at : 64 * at + 32]) for at in range(count)])
    assert tree.root == gathered.root
    with Pack(path) as pack:
        assert list(pack.names()) == [name.decode() for name in gathered.names]
        for index in {0, count - 1, count // 2, count // 3}:
            opening = pack.receipt(_HASHER, index)["opening"]
            assert ListPath.from_json(opening["path"]) == tree.path(index)
            assert pack.by_digest(bytes.fromhex(opening["digest"])) == index
            assert pack.by_name(gathered.names[index].decode()) == index
        with pytest.raises(NotInPack):
            pack.by_name("none")
        with pytest.raises(NotInPack):
            pack.by_digest(bytes(32))


def test_pack__bears_its_name_only_when_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.receipts"
    writer = PackWriter(path, _gathered(20))
    assert not path.exists()
    writer.finish({})
    assert [each.name for each in tmp_path.iterdir()] == ["x.receipts"]


@pytest.mark.parametrize("cut", [0, 10, 16, 100, 1000, -1, -80])
def test_pack__damage_is_noticed(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "x.receipts"
    PackWriter(path, _gathered(40)).finish({})
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(PackDamaged if cut not in (0, 10) else NotAPack):
        Pack(path)


def test_pack__another_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"{}")
    with pytest.raises(NotAPack):
        Pack(tmp_path / "x")
    with pytest.raises(FileGone):
        Pack(tmp_path / "y")


def test_gather__follows_no_links_and_says_what_it_cannot_read(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(FolderEmpty):
        gather(_HASHER, _SECRET, folder)
    (folder / "a").write_bytes(b"a" * (3 << 20))
    (folder / "link").symlink_to(tmp_path)
    (folder / "loop").symlink_to(folder)
    found = gather(_HASHER, _SECRET, folder)
    assert found.names == [b"a"]
    assert found.openings[:32] == GM.digest(b"a" * (3 << 20))
    with pytest.raises(FileGone):
        gather(_HASHER, _SECRET, tmp_path / "missing")


def test_deposit_batch__every_file_of_the_pack_verifies(chain: Chain, node: FakeNode, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    _fill(folder, 50)
    path = tmp_path / "folder.receipts"
    writers: list[PackWriter] = []
    done = chain.evidence.deposit_batch(folder, before_submitting=lambda gathered: writers.append(PackWriter(path, gathered)))
    assert (done.count, done.found, len(node.submitted)) == (50, False, 1)
    writers[0].finish(done.receipt.document)
    with Pack(path) as pack:
        for index, name in enumerate(pack.names()):
            receipt = pack.receipt(chain.core.hasher, index)
            verify_receipt(receipt, chain.core.trusted, file_digest=GM.digest((folder / name).read_bytes()))
    again = chain.evidence.deposit_batch(folder)
    assert again.found
    assert again.receipt.document == done.receipt.document
