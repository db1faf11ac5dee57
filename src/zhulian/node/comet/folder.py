"""The engine's own folder: its keys, its genesis and its configuration, written from ours.

The engine's transport and validator keys are Ed25519: they carry votes between validators and prove nothing to anybody
outside. What outsiders rely on are the seals.
"""

import base64
import datetime
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from zhulian.consensus.comet.engine import engine_chain_id
from zhulian.files import write_atomically

__all__ = [
    "EngineKeys", "EnginePeer", "EngineValidator", "StateSyncFrom", "fresh_validator_key", "make_keys", "read_keys", "write_folder",
]  # fmt: skip


class EngineKeys(msgspec.Struct, frozen=True):
    """What others need to know of a node's engine: its node id (hex, 20 bytes) and its validator key (hex, 32 bytes)."""

    node_id: str
    validator_key: str


class EnginePeer(msgspec.Struct, frozen=True):
    """Where another node's engine is reached."""

    node_id: str
    host: str
    port: int


class StateSyncFrom(msgspec.Struct, frozen=True):
    """Where a new engine begins: the block at a height by its hash (hex), and the socket at which it asks about the chain."""

    rpc: Path
    height: int
    block: str


class EngineValidator(msgspec.Struct, frozen=True):
    """A validator of the engine's genesis."""

    name: str
    validator_key: str
    power: int


def make_keys(folder: Path) -> EngineKeys:
    """Make the engine's two keys in `folder`, unless they are there; the last-vote file with them."""
    config, data = folder / "config", folder / "data"
    for each in (folder, config, data):
        each.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (config / "node_key.json").exists():
        _, secret = _fresh()
        key = {"priv_key": {"type": "tendermint/PrivKeyEd25519", "value": _b64(secret)}}
        write_atomically(config / "node_key.json", json.dumps(key).encode(), mode=0o600)
    fresh_validator_key(folder, "priv_validator_key.json")
    if not (data / "priv_validator_state.json").exists():
        write_atomically(data / "priv_validator_state.json", b'{"height":"0","round":0,"step":0}', mode=0o600)
    return read_keys(folder)


def fresh_validator_key(folder: Path, name: str) -> None:
    """Make a validator key in the file `name` of the engine's configuration, unless it is there."""
    path = folder / "config" / name
    if path.exists():
        return
    public, secret = _fresh()
    document = {
        "address": _address(public).hex().upper(),
        "pub_key": {"type": "tendermint/PubKeyEd25519", "value": _b64(public)},
        "priv_key": {"type": "tendermint/PrivKeyEd25519", "value": _b64(secret)},
    }
    write_atomically(path, json.dumps(document).encode(), mode=0o600)


def read_keys(folder: Path) -> EngineKeys:
    """What others need to know of the keys in `folder`."""
    node = json.loads((folder / "config" / "node_key.json").read_bytes())
    validator = json.loads((folder / "config" / "priv_validator_key.json").read_bytes())
    public = base64.b64decode(node["priv_key"]["value"])[32:]
    return EngineKeys(node_id=_address(public).hex(), validator_key=base64.b64decode(validator["pub_key"]["value"]).hex())


def write_folder(
    folder: Path,
    *,
    chain: str,
    created: int,
    app_hash: bytes,
    validators: Sequence[EngineValidator],
    moniker: str,
    abci: Path,
    rpc: Path,
    host: str,
    port: int,
    peers: Sequence[EnginePeer],
    block_bytes_max: int,
    pending_max: int,
    metrics: str = "",
    state_sync: StateSyncFrom | None = None,
    agreement: str | None = None,
) -> None:
    """Write the engine's genesis and configuration; keys must be there.

    `abci` and `rpc` are Unix sockets, `host` and `port` where other engines reach this one, `created` Unix seconds,
    `app_hash` the digest of our genesis, `metrics` an address to serve the engine's own metrics at, `agreement` the digest of
    the one by which the members went on without others.
    """
    config = folder / "config"
    write_atomically(
        config / "genesis.json",
        _genesis(engine_chain_id(chain, agreement), created, app_hash, validators, block_bytes_max),
        mode=0o600,
    )
    words = {
        "MONIKER": moniker,
        "ABCI": f"unix://{abci}",
        "RPC": f"unix://{rpc}",
        "LADDR": f"tcp://{host}:{port}",
        "PEERS": ",".join(f"{each.node_id}@{each.host}:{each.port}" for each in peers),
        "IDS": ",".join(each.node_id for each in peers),
    }
    text = _CONFIG.format(
        **{key: json.dumps(value) for key, value in words.items()},
        PENDING=pending_max,
        PENDING_CACHE=4 * pending_max,
        TX_BYTES=256 * 1024,
        METRICS="true" if metrics else "false",
        METRICS_AT=json.dumps(metrics),
        SYNC="false" if state_sync is None else "true",
        SYNC_RPC="" if state_sync is None else ", ".join([json.dumps(f"unix://{state_sync.rpc}")] * 2),
        SYNC_HEIGHT=0 if state_sync is None else state_sync.height,
        SYNC_HASH=json.dumps("" if state_sync is None else state_sync.block),
    )
    write_atomically(config / "config.toml", text.encode(), mode=0o600)


def _genesis(chain_id: str, created: int, app_hash: bytes, validators: Sequence[EngineValidator], block_bytes_max: int) -> bytes:
    listed = []
    for each in validators:
        public = bytes.fromhex(each.validator_key)
        listed.append(
            {
                "address": _address(public).hex().upper(),
                "name": each.name,
                "power": str(each.power),
                "pub_key": {"type": "tendermint/PubKeyEd25519", "value": _b64(public)},
            }
        )
    document = {
        "genesis_time": _utc(created),
        "chain_id": chain_id,
        "initial_height": "1",
        "consensus_params": {
            "block": {"max_bytes": str(block_bytes_max + 1024 * 1024), "max_gas": "-1"},
            "evidence": {"max_age_num_blocks": "100000", "max_age_duration": "172800000000000", "max_bytes": "1048576"},
            "validator": {"pub_key_types": ["ed25519"]},
            "version": {"app": "1"},
            "abci": {"vote_extensions_enable_height": "1"},
            "authority": {"authority": ""},
        },
        "validators": listed,
        "app_hash": app_hash.hex().upper(),
    }
    return json.dumps(document, indent=1).encode()


def _utc(seconds: int) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _fresh() -> tuple[bytes, bytes]:
    """A public key, and the 64 bytes that the engine keeps as the private one: seed, then public key."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return public, key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()) + public


def _address(public_key: bytes) -> bytes:
    return hashlib.sha256(public_key).digest()[:20]


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


_CONFIG = """\
# Written by zhulian at every start; what is changed here is lost.
proxy_app = {ABCI}
moniker = {MONIKER}
abci = "socket"
db_backend = "goleveldb"
log_level = "blocksync:info,statesync:info,*:error"
log_format = "json"

[rpc]
laddr = {RPC}
max_request_batch_size = 0
max_body_bytes = 16000000

[p2p]
laddr = {LADDR}
persistent_peers = {PEERS}
unconditional_peer_ids = {IDS}
addr_book_strict = false
allow_duplicate_ip = true
pex = false
flush_throttle_timeout = "1ms"
max_packet_msg_payload_size = 65536
send_rate = 51200000
recv_rate = 51200000

[mempool]
type = "flood"
recheck = true
recheck_timeout = "5s"
broadcast = true
size = {PENDING}
cache_size = {PENDING_CACHE}
max_tx_bytes = {TX_BYTES}

[statesync]
enable = {SYNC}
rpc_servers = [{SYNC_RPC}]
trust_height = {SYNC_HEIGHT}
trust_hash = {SYNC_HASH}
trust_period = "8760h"
discovery_time = "5s"
chunk_request_timeout = "10s"
chunk_fetchers = 4

[consensus]
timeout_propose = "500ms"
timeout_propose_delta = "250ms"
timeout_prevote = "500ms"
timeout_prevote_delta = "500ms"
timeout_precommit = "500ms"
timeout_precommit_delta = "500ms"
timeout_commit = "0s"
skip_timeout_commit = true
create_empty_blocks = false
create_empty_blocks_interval = "60s"
peer_gossip_sleep_duration = "20ms"
peer_query_maj23_sleep_duration = "2s"

[storage]
discard_abci_responses = false

[tx_index]
indexer = "null"

[instrumentation]
prometheus = {METRICS}
prometheus_listen_addr = {METRICS_AT}
namespace = "cometbft"
"""
