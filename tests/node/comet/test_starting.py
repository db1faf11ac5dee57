"""Finding the engine's program, its folder, and the sentences where something is missing."""

import json
from pathlib import Path

import pytest

from zhulian.errors import Words
from zhulian.home import Home
from zhulian.network import found_sample
from zhulian.node.comet import binary
from zhulian.node.comet.binary import BuildFailed, EngineMissing, build_engine, engine_version, find_engine
from zhulian.node.comet.folder import EnginePeer, EngineValidator, make_keys, read_keys, write_folder
from zhulian.node.comet.starting import BadPeer, NoValidators, prepare_engine


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with neither engine nor Go."""
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    monkeypatch.delenv("ZHULIAN_COMETBFT", raising=False)
    monkeypatch.setattr(binary, "_GO_PLACES", ())
    monkeypatch.setenv("ZHULIAN_CACHE", str(tmp_path / "cache"))
    return tmp_path


def _program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def test_find_engine__looks_at_the_named_one_the_cache_and_the_path(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_engine(bare) is None
    on_path = _program(bare / "empty" / "cometbft", "exit 0")
    assert find_engine(bare) == on_path
    cached = _program(bare / binary._built_name(), "exit 0")
    assert find_engine(bare) == cached
    named = _program(bare / "mine", "exit 0")
    monkeypatch.setenv("ZHULIAN_COMETBFT", str(named))
    assert build_engine(bare, lambda words: pytest.fail("nothing is built")) == named


def test_find_engine__passes_over_one_of_another_series_on_the_path(bare: Path) -> None:
    program = _program(bare / "empty" / "cometbft", "exit 0\npath\tx\nmod\tgithub.com/cometbft/cometbft\tv0.38.17\th1:abc=")
    assert engine_version(program) == "v0.38.17"
    assert find_engine(bare) is None
    for version in (binary.ENGINE_VERSION, "v0.40.7", "(devel)"):
        program = _program(bare / "empty" / "cometbft", f"exit 0\nmod\tgithub.com/cometbft/cometbft\t{version}\t")
        assert find_engine(bare) == program
    assert engine_version(_program(bare / "none", "exit 0")) is None


def test_build_engine__names_the_go_that_is_too_old_or_missing(bare: Path) -> None:
    with pytest.raises(EngineMissing, match="there is no Go"):
        build_engine(bare, lambda words: None)
    _program(bare / "empty" / "go", "echo go version go1.19.8 linux/amd64")
    with pytest.raises(EngineMissing, match=r"1\.19\.8"):
        build_engine(bare, lambda words: None)


def test_build_engine__says_why_it_failed_and_keeps_what_it_made(bare: Path) -> None:
    _program(
        bare / "empty" / "go", "case $1 in version) echo go version go1.26.1 linux/amd64;; *) echo no proxy >&2; exit 1;; esac"
    )
    with pytest.raises(BuildFailed, match="no proxy"):
        build_engine(bare / "made", lambda words: None)
    made = '[ -e go.mod ] && echo made >"$5"'
    _program(bare / "empty" / "go", f"case $1 in version) echo go version go1.26.1 linux/amd64;; *) {made};; esac")
    said: list[Words] = []
    found = build_engine(bare / "made", said.append)
    assert found.read_text(encoding="utf-8") == "made\n"
    assert len(said) == 1
    assert [each.name for each in found.parent.iterdir()] == [found.name]


def test_keys__are_made_once_and_are_the_users_alone(tmp_path: Path) -> None:
    first = make_keys(tmp_path)
    assert make_keys(tmp_path) == first == read_keys(tmp_path)
    assert len(first.node_id) == 40
    for each in ("config/node_key.json", "config/priv_validator_key.json"):
        assert (tmp_path / each).stat().st_mode & 0o077 == 0


def test_folder__says_what_genesis_and_settings_say(tmp_path: Path) -> None:
    keys = make_keys(tmp_path)
    write_folder(
        tmp_path,
        chain="zl-demo." + "ab" * 32,
        created=1_790_000_000,
        app_hash=b"\x01" * 32,
        validators=[EngineValidator("org1", keys.validator_key, 7)],
        moniker='o"rg1',
        abci=tmp_path / "a.sock",
        rpc=tmp_path / "r.sock",
        host="127.0.0.1",
        port=26_656,
        peers=[EnginePeer("ab" * 20, "10.0.0.2", 26_657)],
        block_bytes_max=4 << 20,
        pending_max=100,
    )
    genesis = json.loads((tmp_path / "config" / "genesis.json").read_bytes())
    assert genesis["app_hash"] == "01" * 32
    assert genesis["validators"][0]["power"] == "7"
    assert genesis["consensus_params"]["abci"]["vote_extensions_enable_height"] == "1"
    assert len(genesis["chain_id"]) <= 50
    import tomllib

    config = tomllib.loads((tmp_path / "config" / "config.toml").read_text(encoding="utf-8"))
    assert config["moniker"] == 'o"rg1'
    assert config["p2p"]["persistent_peers"] == "ab" * 20 + "@10.0.0.2:26657"
    assert config["consensus"]["create_empty_blocks"] is False


def test_prepare__refuses_a_chain_without_validators_a_bad_peer_and_a_missing_engine(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(bare / "home")
    found_sample(home, 1_790_000_000)
    with pytest.raises(EngineMissing):
        prepare_engine(home)
    monkeypatch.setenv("ZHULIAN_COMETBFT", str(_program(bare / "mine", "exit 0")))
    with pytest.raises(NoValidators):
        prepare_engine(home)
    from zhulian.node.comet.starting import _peer

    for bad in ("", "org2:1", "ab@host:1", "ab" * 20 + "@host", "ab" * 20 + "@:7", "ab" * 20 + "@host:x"):
        with pytest.raises(BadPeer):
            _peer(bad)
