"""What a node needs to start its engine: the program, and a folder that says what genesis and the local settings say."""

import os
from pathlib import Path

from zhulian.errors import Refusal, Words
from zhulian.home import Home
from zhulian.ledger.genesis import Genesis, parse_genesis
from zhulian.node.comet.binary import ENGINE_VERSION, GO_VERSION, EngineMissing, find_engine
from zhulian.node.comet.folder import EnginePeer, EngineValidator, make_keys, write_folder

__all__ = ["BadPeer", "NoValidators", "engine_cache", "prepare_engine"]

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


def engine_cache() -> Path:
    """Where built engines are kept for all homes of this user."""
    named = os.environ.get("ZHULIAN_CACHE")
    root = Path(named) if named else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "zhulian"
    return root / "engine"


def prepare_engine(home: Home) -> list[str]:
    """Write the engine's folder anew from genesis and the local settings, and answer the command that starts it.

    Raises:
        EngineMissing, BadPeer, NoValidators, BadConfig.
    """
    program = find_engine(engine_cache())
    if program is None:
        raise EngineMissing(
            version=ENGINE_VERSION, go=".".join(map(str, GO_VERSION)), found=Words("尚未构建", "it was not built yet")
        )
    genesis = parse_genesis(home.genesis_bytes())
    config = home.config()
    make_keys(home.engine)
    write_folder(
        home.engine,
        chain=genesis.chain(),
        created=genesis.created,
        app_hash=genesis.digest(),
        validators=_validators(genesis),
        moniker=config.node.sealer or config.node.name,
        abci=home.abci_socket,
        rpc=home.engine_socket,
        host=config.engine.host,
        port=config.engine.port,
        peers=[_peer(each) for each in config.engine.peers],
        block_bytes_max=genesis.limits.block_bytes_max,
        pending_max=_PENDING_MAX,
        metrics=config.engine.metrics,
    )
    return [str(program), "start", "--home", str(home.engine)]


def _validators(genesis: Genesis) -> list[EngineValidator]:
    powers = {each.sealer: each.power for each in genesis.sealers}
    found = [EngineValidator(name=name, validator_key=key, power=powers[name]) for name, key in genesis.validators.items()]
    if not found:
        raise NoValidators()
    return found


def _peer(text: str) -> EnginePeer:
    node_id, _, where = text.partition("@")
    host, _, port = where.rpartition(":")
    if len(node_id) != 40 or not host or not port.isdigit():
        raise BadPeer(peer=text[:120])
    return EnginePeer(node_id=node_id, host=host, port=int(port))
