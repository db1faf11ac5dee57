"""What a node needs to start its engine: the program, and a folder that says what genesis and the local settings say."""

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from zhulian.errors import Refusal, Words
from zhulian.files import write_atomically
from zhulian.home import Home
from zhulian.ledger.genesis import parse_genesis
from zhulian.ledger.types import Sealer
from zhulian.node.comet.adoption import adopted_digest, read_adoption
from zhulian.node.comet.asking import find_anchor
from zhulian.node.comet.binary import ENGINE_VERSION, GO_VERSION, EngineMissing, engine_version, find_engine
from zhulian.node.comet.folder import EnginePeer, EngineValidator, StateSyncFrom, make_keys, write_folder

__all__ = ["BadPeer", "EngineStart", "NoValidators", "VotesForgotten", "engine_cache", "height_asked", "prepare_engine"]

_PENDING_MAX = 20_000


class BadPeer(
    Refusal,
    code="engine/3",
    zh="config.toml 中的节点地址 {peer} 有误，应为“节点编号@主机:端口”。",
    en="The peer {peer} in config.toml is wrong: it is `node id@host:port`.",
):
    peer: str


class NoValidators(
    Refusal,
    code="engine/4",
    zh='创世配置未列出共识节点，本链只能单机运行。请将 config.toml 中的 engine 改为 "solo"，或用 zhulian network adopt 改为组网。',
    en='The genesis names no validators, so that this chain runs alone. Set engine to "solo" in config.toml, or let it become a network '
    "by zhulian network adopt.",
):
    pass


class VotesForgotten(
    Refusal,
    code="engine/8",
    zh="{path} 缺失：共识引擎已无从得知自己投过哪些票，继续运行可能重复投票。请恢复该文件；若确已丢失，请换用新的验证密钥重新加入。",
    en="{path} is missing, so the engine cannot know how it has voted, and might vote twice. Bring the file back; if it is lost, come "
    "back with a new validator key.",
):
    path: str


class EngineStart(msgspec.Struct, frozen=True):
    """How to start the engine: the command, and whether it needs the light door (it is new and begins at a snapshot)."""

    command: list[str]
    is_new: bool


_TOO_HIGH = re.compile(r"app block height \(\d+\) is higher than core \((\d+)\)")
_NO_RESULTS = re.compile(r"could not find results for height #(\d+)")


def height_asked(words: Sequence[str]) -> int | None:
    """The height to which the ledger must step back, where the engine's last words say that it came back behind it."""
    for line in words:
        behind, lost = _TOO_HIGH.search(line), _NO_RESULTS.search(line)
        if behind is not None:
            return int(behind[1])
        if lost is not None:  # the block is there, what came of it is not: it must be executed again
            return int(lost[1]) - 1
    return None


def engine_cache() -> Path:
    """Where built engines are kept for all homes of this user."""
    named = os.environ.get("ZHULIAN_CACHE")
    root = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "zhulian"
    return root / "engine"


def prepare_engine(home: Home) -> EngineStart:
    """Write the engine's folder anew from genesis and the local settings, and answer how to start it.

    A new engine begins at another member's snapshot, if one is offered; else at the genesis.

    Raises:
        EngineMissing, BadPeer, NoValidators, VotesForgotten, BadConfig, BadAdoption.
    """
    program = find_engine(engine_cache())
    if program is None:
        raise EngineMissing(
            version=ENGINE_VERSION, go=".".join(map(str, GO_VERSION)), found=Words("尚未构建", "it was not built yet")
        )
    genesis = parse_genesis(home.genesis_bytes())
    config = home.config()
    adoption = read_adoption(home.adoption_file, genesis)
    votes = home.engine / "data" / "priv_validator_state.json"
    if (home.engine / "config" / "priv_validator_key.json").exists() and not votes.exists():
        raise VotesForgotten(path=str(votes))
    make_keys(home.engine)
    is_new = not (home.engine / "data" / "blockstore.db").exists()
    anchor = find_anchor(config.engine.gateways) if is_new else None
    write_folder(
        home.engine,
        chain=genesis.chain(),
        created=genesis.created if adoption is None else adoption.header.time_ms // 1000 + 1,
        app_hash=genesis.digest() if adoption is None else adopted_digest(adoption, genesis),
        validators=_validators(genesis.sealers, genesis.validators)
        if adoption is None
        else _validators(adoption.sealers, adoption.validators),
        moniker=config.node.sealer or config.node.name,
        abci=home.abci_socket,
        rpc=home.engine_socket,
        host=config.engine.host,
        port=config.engine.port,
        peers=[_peer(each) for each in config.engine.peers],
        block_bytes_max=genesis.limits.block_bytes_max,
        pending_max=_PENDING_MAX,
        metrics=config.engine.metrics,
        agreement=None if adoption is None else adoption.agreement,
        state_sync=None if anchor is None else StateSyncFrom(home.light_socket, anchor.height, anchor.block),
    )
    write_atomically(home.engine_note, (engine_version(program) or "").encode())
    return EngineStart([str(program), "start", "--home", str(home.engine)], anchor is not None)


def _validators(sealers: Sequence[Sealer], keys: Mapping[str, str]) -> list[EngineValidator]:
    powers = {each.sealer: each.power for each in sealers}
    found = [EngineValidator(name=name, validator_key=key, power=powers[name]) for name, key in keys.items()]
    if not found:
        raise NoValidators()
    return found


def _peer(text: str) -> EnginePeer:
    node_id, _, where = text.partition("@")
    host, _, port = where.rpartition(":")
    if len(node_id) != 40 or not host or not port.isdigit():
        raise BadPeer(peer=text[:120])
    return EnginePeer(node_id=node_id, host=host, port=int(port))
