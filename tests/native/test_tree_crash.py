"""`kill -9` while the native tree writes to a real store: what was told is there, and either way of the tree goes on from it."""

import random
import subprocess
import sys
from pathlib import Path

from tests.merkle.stores import GM_HASHER, PythonTree
from zhulian.merkle import StateTree, verify_absence, verify_presence
from zhulian.merkle.native import NativePages
from zhulian.merkle.reference import specified_root
from zhulian.node.rocks import RocksStore

KEYS = [b'["k","%d"]' % number for number in range(400)]
WINDOW = 5

Changes = dict[bytes, bytes | None]


def changes_of(version: int) -> Changes:
    """What a version changes, the same in every process."""
    chance = random.Random(version)
    return {key: chance.choice([None, b"%d" % version]) for key in chance.sample(KEYS, 60)}


def state_at(version: int) -> dict[bytes, bytes]:
    found: Changes = {}
    for each in range(version + 1):
        found |= changes_of(each)
    return {key: value for key, value in found.items() if value is not None}


def step(store: RocksStore, tree: StateTree) -> int:
    """Write the next version, and delete what lies before the window, as one durable batch."""
    version = 0 if tree.newest is None else tree.newest + 1
    update, prune = tree.update(version, changes_of(version)), tree.prune(version - WINDOW)
    store.write([*update.writes, *prune.writes], prune.deletes)
    tree.commit(update)
    tree.commit_prune(prune)
    return version


def write_until_killed(folder: str) -> None:
    store = RocksStore(Path(folder))
    tree = StateTree(GM_HASHER, store)
    assert isinstance(tree._pages, NativePages)
    while True:
        print(step(store, tree), flush=True)


def test_tree__goes_on_after_kill(tmp_path: Path) -> None:
    chance, told = random.Random(11), -1
    for turn in range(4):
        code = f"from tests.native.test_tree_crash import write_until_killed; write_until_killed({str(tmp_path / 'db')!r})"
        process = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            for _ in range(chance.randrange(1, 12)):
                line = process.stdout.readline()
                assert line, "it ended by itself"
                told = int(line)
        finally:
            process.kill()
            told = max([told, *(int(line) for line in process.stdout.read().split("\n")[:-1])])
            process.stdout.close()
            process.wait(10)
        way = StateTree if turn % 2 else PythonTree
        with RocksStore(tmp_path / "db") as store:
            tree = way(GM_HASHER, store)
            newest = tree.newest
            assert newest is not None
            assert told <= newest <= told + 1  # one may have been written and not told
            for version in range(tree.oldest or 0, newest + 1):
                assert tree.root(version) == specified_root(GM_HASHER, state_at(version))
                held = state_at(version)
                for key in KEYS[:20]:
                    proof = tree.prove(version, key)
                    if key in held:
                        verify_presence(GM_HASHER, tree.root(version), key, held[key], proof)
                    else:
                        verify_absence(GM_HASHER, tree.root(version), key, proof)
            told = step(store, tree)  # this way goes on from where the other was cut off


def test_tree__throws_away_what_the_disk_refused(tmp_path: Path) -> None:
    with RocksStore(tmp_path / "db") as store:
        tree = StateTree(GM_HASHER, store)
        for _ in range(3):
            step(store, tree)
        thrown = tree.update(3, changes_of(3))  # its batch never reached the store
        tree.discard(thrown)
        again = StateTree(GM_HASHER, store)
        assert (again.newest, again.root()) == (2, specified_root(GM_HASHER, state_at(2)))
        assert step(store, tree) == 3
        assert tree.root() == thrown.root == specified_root(GM_HASHER, state_at(3))


def test_tree__both_ways_by_turns_on_one_store(tmp_path: Path) -> None:
    with RocksStore(tmp_path / "db") as store:
        for turn in range(8):
            tree = (PythonTree if turn % 2 else StateTree)(GM_HASHER, store)
            assert tree.warm() == tree.cached
            version = step(store, tree)
            assert tree.root() == specified_root(GM_HASHER, state_at(version))
