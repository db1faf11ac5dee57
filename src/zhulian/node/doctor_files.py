"""The doctor's look at every other file of a home: settings, keys, certificates, what members agreed on, the engine's, snapshots."""

import base64
import contextlib
import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from zhulian.crypto import load_key, read_key_file
from zhulian.crypto.certificates import parse, verify_chain
from zhulian.errors import Refusal, Words
from zhulian.home import Home
from zhulian.ledger.agreements import AGREEMENT_BYTES_MAX, agreement_digest, decode_agreement
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.snapshots import MANIFEST_BYTES_MAX, chunk_digest, read_manifest
from zhulian.node.agreements import read_agreements
from zhulian.node.comet.adoption import read_adoption
from zhulian.node.comet.snapshotting import chunk_name
from zhulian.node.finding import Fault
from zhulian.node.leveldb import check_folder

__all__ = ["REPAIRABLE", "examine_files", "move_aside"]

REPAIRABLE = frozenset(("engine_data", "snapshot"))
"""Parts that other members give again, beside the ledger itself."""


def examine_files(home: Home, genesis: Genesis) -> Iterator[Fault]:
    """What is wrong with the home's files beside store and seal log, one fault for each file."""
    for part, path, look in _looks(home, genesis):
        fault = _looked(part, path, look)
        if fault is not None:
            yield fault


def move_aside(home: Home, faults: list[Fault], mark: str) -> list[str]:
    """Move aside what other members can give again and is at fault; answers what was moved, and where to.

    The record of the engine's votes stays where it is, as the seal log does: with them nothing is voted or sealed twice.
    """
    ledger = any(each.part not in ("file", *REPAIRABLE, "seal_log") for each in faults)
    snapshots = [Path(each.path) for each in faults if each.part == "snapshot" and each.path is not None]
    moved = [_aside(each, mark) for each in snapshots if each.exists()]
    if ledger and home.database.exists():
        moved.append(_aside(home.database, mark))
    if (ledger or any(each.part == "engine_data" for each in faults)) and (home.engine / "data").exists():
        votes = home.engine / "data" / "priv_validator_state.json"
        kept = votes.read_bytes() if votes.exists() else None
        moved.append(_aside(home.engine / "data", mark))
        (home.engine / "data").mkdir(mode=0o700)
        if kept is not None:
            votes.write_bytes(kept)
        if not ledger and home.database.exists():  # a new engine begins with a new ledger
            moved.append(_aside(home.database, mark))
    return moved


def _aside(path: Path, mark: str) -> str:
    to = path.with_name(f"{path.name}.damaged-{mark}")
    path.rename(to)
    return str(to)


def _looks(home: Home, genesis: Genesis) -> Iterator[tuple[str, Path, Callable[[], object]]]:
    yield "file", home.config_file, home.config
    yield "file", home.adoption_file, lambda: read_adoption(home.adoption_file, genesis)
    for path in sorted(home.agreements.glob("*.json")):
        yield "file", path, partial(_agreement, genesis, path)
    passphrase = home.passphrase()
    for path in sorted(home.keys.glob("*.key.json")):
        yield "file", path, partial(read_key_file, path) if passphrase is None else partial(load_key, path, passphrase)
    for path in sorted(home.certificates_folder.glob("*.pem")):
        yield "file", path, partial(_certificate, home, genesis, path)
    config = home.engine / "config"
    for path in (config / "node_key.json", *sorted(config.glob("priv_validator_key*.json"))):
        if path.exists():
            yield "file", path, partial(_engine_key, path)
    votes = home.engine / "data" / "priv_validator_state.json"
    if votes.exists():
        yield "file", votes, partial(_votes, votes)
    for path in sorted((home.engine / "data").glob("*.db")):
        yield "engine_data", path, partial(check_folder, path)
    for path in sorted(each for each in home.snapshots.glob("*") if each.name.isdigit()):
        yield "snapshot", path, partial(_snapshot, genesis, path, home)


def _looked(part: str, path: Path, look: Callable[[], object]) -> Fault | None:
    try:
        look()
    except Refusal as refusal:
        why = Words(refusal.say("zh"), f"{refusal.code}: {refusal.say('en')}")
    except (OSError, ValueError, LookupError, TypeError) as broken:  # damaged data are what is looked for
        why = Words(f"无法解读（{broken}）。", f"it cannot be read ({broken}).")
    else:
        return None
    return Fault(part, None, f"{path}：{why.zh}", f"{path}: {why.en}", str(path))


def _certificate(home: Home, genesis: Genesis, path: Path) -> None:
    """A chain that holds, up to a CA of genesis where the organisation founded, and the key that lies here under the same name."""
    name = path.name.removesuffix(".pem")
    chain = home.certificates(name)
    founding = genesis.organisation(name.partition(".")[0])
    roots = [bytes.fromhex(each) for each in founding.certificates] if founding is not None else [chain[-1]]
    if name.endswith(".ca"):
        leaf = parse(chain[0])
        if founding is not None and chain[-1] not in roots:
            raise ValueError("it is another CA certificate than genesis has")
    else:  # whether it has run out by now is the status's business
        use: Literal["sign", "encrypt"] = "encrypt" if name.endswith(".encrypt") else "sign"
        leaf = verify_chain(genesis.crypto(), chain, roots, at=parse(chain[0]).not_before + 1, usage=use)
    with contextlib.suppress(Refusal):
        key = read_key_file(home.key_file(name))
        if key.public_key != leaf.public_key:
            raise ValueError("the certificate is of another key than the one that lies here")


def _agreement(genesis: Genesis, path: Path) -> None:
    """An agreement whose file is named after it; who signed it is held against the chain."""
    found = decode_agreement(path.read_bytes()[: AGREEMENT_BYTES_MAX + 1], genesis.chain())
    if path.stem != agreement_digest(genesis.hasher(), found).hex():
        raise ValueError("it has another digest than its name says")


def _votes(path: Path) -> None:
    """The engine's record of its last vote: height, round and step, and what it signed then."""
    found = json.loads(path.read_bytes())
    numbers = int(found["height"]), int(found["round"]), int(found["step"])
    if min(numbers) < 0 or set(found) - {"height", "round", "step", "signature", "signbytes"}:
        raise ValueError("it is no record of votes")


def _engine_key(path: Path) -> None:
    """An Ed25519 key whose public part belongs to its private one."""
    document = json.loads(path.read_bytes())
    secret = base64.b64decode(document["priv_key"]["value"], validate=True)
    public = Ed25519PrivateKey.from_private_bytes(secret[:32]).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    shown = base64.b64decode(document["pub_key"]["value"], validate=True) if "pub_key" in document else public
    if secret[32:] != public or shown != public:
        raise ValueError("public and private key do not belong together")


def _snapshot(genesis: Genesis, folder: Path, home: Home) -> None:
    """A manifest that holds, and chunks that have their digests."""
    hasher = genesis.hasher()
    with (folder / "manifest.json").open("rb") as file:
        data = file.read(MANIFEST_BYTES_MAX + 1)
    agreed = [*read_agreements(home, genesis).recoveries.values()]
    manifest = read_manifest(hasher, genesis.chain(), genesis.sealers, data, agreed)
    for index, digest in enumerate(manifest.chunks):
        if chunk_digest(hasher, (folder / chunk_name(index)).read_bytes()).hex() != digest:
            raise ValueError(f"{chunk_name(index)} has another digest")
