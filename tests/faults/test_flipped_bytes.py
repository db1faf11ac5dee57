"""One flipped byte in any kind of file that a node keeps: the doctor finds it and names the file, and peers give it again."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.test_agreements import four, homes
from tests.trial import running
from zhulian.consensus.application import Application
from zhulian.consensus.seal_log import SealLog
from zhulian.errors import Refusal
from zhulian.home import Home
from zhulian.ledger.genesis import parse_genesis
from zhulian.ledger.snapshots import chunk_digest, encode_manifest, manifest_of, slices
from zhulian.modules import assemble, found_state
from zhulian.network.agreeing import agree_to_skip, sign_agreement
from zhulian.node.agreements import put_in_force
from zhulian.node.comet.snapshotting import chunk_name
from zhulian.node.doctor import examine, repair
from zhulian.node.finding import Fault
from zhulian.node.rocks import RocksStore

__all__ = ["four", "homes"]


@pytest.fixture
def home(homes: list[Home]) -> Home:
    """A member's home with all kinds of files in it, but for the engine's databases, which only the engine writes."""
    chosen = homes[0]
    genesis = parse_genesis(chosen.genesis_bytes())
    world = assemble(genesis)
    with RocksStore(chosen.database) as store:
        application = Application(world, store, found_state(world))
        folder = chosen.snapshots / "2"
        folder.mkdir(parents=True)
        digests = []
        for index, chunk in enumerate(slices(store)):
            (folder / chunk_name(index)).write_bytes(chunk)
            digests.append(chunk_digest(world.hasher, chunk))
        manifest = manifest_of(world.chain, application.chain_store, 2, 2, digests)
        assert manifest is not None
        (folder / "manifest.json").write_bytes(encode_manifest(manifest))
        log = SealLog(chosen.seal_log)
        for height in (1, 2):
            seal = next(each for each in application.seals(height) if each.sealer == "org1")
            log.append(height, application.digest_at(height), seal)
        log.close()
    agreement = agree_to_skip(chosen, "aa" * 32, "it breaks", int(time.time()))
    for other in homes[1:3]:
        agreement = sign_agreement(other, agreement)
    put_in_force(chosen, genesis, agreement)
    return chosen


def _flip(path: Path, at: float = 0.5) -> None:
    data = bytearray(path.read_bytes())
    place = data.index(b"[") if path.suffix == ".toml" else int(len(data) * at)  # a comment may say anything
    data[place] ^= 0x04
    path.write_bytes(data)


KINDS = [
    "genesis.json", "config.toml", "keys/org1.admin.key.json", "keys/org1.seal.key.json", "certificates/org1.admin.pem",
    "certificates/org1.ca.pem", "agreements/*.json", "engine/config/node_key.json", "engine/config/priv_validator_key.json",
    "engine/data/priv_validator_state.json", "node/seal.log", "node/snapshots/2/manifest.json", "node/snapshots/2/000000.chunk",
    "node/db/*.sst", "node/db/MANIFEST-*", "node/db/CURRENT",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_flipped_byte__is_found_and_named(home: Home, kind: str) -> None:
    path = max(home.root.glob(kind), key=lambda each: each.stat().st_size)
    _flip(path)
    if kind == "genesis.json":  # it may be no genesis any more, or that of another chain
        assert _wrong_genesis(home)
        return
    found = examine(home, replay=False, signatures=False)
    faults = found.faults
    assert faults, "nobody has noticed"
    if not kind.startswith("node/db"):
        named = path.parent if "snapshots" in kind else path
        assert any(named.name in each.en and named.name in each.zh for each in faults) or kind == "node/seal.log"
    assert repair(home, found) or not kind.startswith(("node/db", "node/snapshots"))


def _wrong_genesis(home: Home) -> list[Fault] | Refusal:
    try:
        return [each for each in examine(home, replay=False).faults if each.part in ("genesis", "file", "head")]
    except Refusal as wrong:
        return wrong


def test_whole_home__is_found_sound(home: Home) -> None:
    assert examine(home, replay=False).faults == ()


def test_repair__moves_aside_what_others_have_and_keeps_votes_and_seal_log(home: Home) -> None:
    votes = home.engine / "data" / "priv_validator_state.json"
    kept = votes.read_bytes(), home.seal_log.read_bytes()
    _flip(max(home.database.glob("*.sst"), key=lambda each: each.stat().st_size))
    found = examine(home, replay=False)
    assert not found.sound
    moved = repair(home, found)
    assert len(moved) == 2
    assert not home.database.exists()
    assert (votes.read_bytes(), home.seal_log.read_bytes()) == kept
    assert [each.name for each in (home.engine / "data").iterdir()] == [votes.name]


def test_repair__moves_nothing_where_nobody_else_has_it(home: Home) -> None:
    text = home.config_file.read_text(encoding="utf-8")
    home.config_file.write_text(
        "".join(line for line in text.splitlines(True) if not line.startswith("gateways")), encoding="utf-8"
    )
    _flip(max(home.database.glob("*.sst"), key=lambda each: each.stat().st_size))
    assert repair(home, examine(home, replay=False)) == []
    assert home.database.exists()


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    shutil.rmtree(tmp_path / "net", ignore_errors=True)


@pytest.mark.long
@pytest.mark.parametrize("what", ["node/db/*.sst", "engine/data/blockstore.db/*"])
def test_damaged_node__is_repaired_from_its_peers(scratch: Path, what: str) -> None:
    with running(scratch, settings="snapshot_every = 2") as trial:
        trial.deposit("org1", 5)
        trial.until(lambda: (trial.get("org1", "/v1/snapshots") or {}).get("items"))
        trial.run("network", "down", "plan.yaml", "org4")
        root = trial.home("org4").root
        with RocksStore(trial.home("org4").database):
            pass  # which brings the log into a table
        files = [each for each in root.glob(what) if each.suffix in (".sst", ".ldb", ".log")]
        _flip(max(files, key=lambda each: each.stat().st_size))
        found = trial.run("doctor", "--repair", home=root, status=1)
        assert not found["sound"]
        assert found["moved"]
        trial.start("org4")
        trial.until(lambda: trial.accepts("org4"))
        trial.agree()
        trial.deposit("org4")
        trial.run("network", "down", "plan.yaml", "org4")
        assert trial.run("doctor", home=root)["sound"]
