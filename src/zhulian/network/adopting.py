"""A chain that one node made alone goes on as a network: the same genesis, every block, every proof; from here on all seal.

The solo chain decides by vote who seals next and by which keys the engines vote. After that block nobody can seal alone, so
the chain stands still. Every organisation then takes a copy of it, which it can check against the sealed head, and the engine
begins at its own height 1 with that head's digest.
"""

import shutil
import time
from pathlib import Path
from typing import Any

import httpx
import msgspec

from zhulian.client import connect
from zhulian.consensus.application import Application
from zhulian.errors import Refusal, Words
from zhulian.files import write_atomically
from zhulian.home import Home
from zhulian.ledger.genesis import Genesis, parse_genesis
from zhulian.modules import assemble, found_state
from zhulian.modules.govern.queries import Decisions
from zhulian.network.ceremony import settle
from zhulian.network.changing import Said, propose_seats
from zhulian.network.deciding import Hand
from zhulian.network.founding import make_sealer
from zhulian.network.local import Network, NotStarted, end_node, has_ended, last_words, spawn_node
from zhulian.network.newcomer import seat_of
from zhulian.network.seats import faults_tolerated, read_seats
from zhulian.network.states import own_state
from zhulian.node.comet.adoption import ADOPTION_CODEC
from zhulian.node.comet.folder import make_keys, read_keys
from zhulian.node.comet.taking_over import take_over
from zhulian.node.rocks import RocksStore

__all__ = ["Adopted", "CannotAdopt", "adopt"]

_READY_S = 60.0


class CannotAdopt(
    Refusal,
    code="network/10",
    zh="{path} 中的链不能改为组网：{why.zh}。",
    en="The chain in {path} cannot become a network: {why.en}.",
):
    path: str
    why: Words


class Adopted(msgspec.Struct, frozen=True):
    """After which header the network makes the blocks, and how many sealers may fail."""

    height: int
    digest: str
    faults: int


def adopt(network: Network, plan_path: Path, said: Said) -> Adopted:
    """Let the solo chain in the network's root go on as its plan says; can be repeated after a fault.

    Raises:
        CannotAdopt; BadAdoption; NotSealedEnough; FromNode; NotStarted.
    """
    root = Home(network.root)
    genesis = parse_genesis(root.genesis_bytes())
    _judge(network, root, genesis)
    for name in network.names:
        _make_home(network, root, genesis, name)
        said("keys", name)
    if not _has_changed(root, genesis):
        _vote(network, root, said)
    end_node(root)
    found = _copy(network, root, genesis, said)
    network.remember(plan_path)
    if root.config_file.exists():  # nothing acts from here any more but from the organisations' homes
        root.config_file.replace(root.root / "config.solo.toml")
    network.start(network.names)
    network.wait_ready(network.names, lambda each: said("caught_up", each))
    return found


def _judge(network: Network, root: Home, genesis: Genesis) -> None:
    def no(zh: str, en: str) -> CannotAdopt:
        return CannotAdopt(path=str(root.root), why=Words(zh, en))

    if genesis.validators:
        raise no("它本来就是组网运行的链", "it has been one from the start")
    if (network.root / "genesis.json").exists() and (network.root / "network.yaml").exists():
        raise no("它已经改为组网", "it is one already; zhulian network start")
    if (network.plan.network, network.plan.suite) != (genesis.name, genesis.suite):
        raise no(
            f"方案的网络名称与密码套件须为 {genesis.name}、{genesis.suite}",
            f"the plan must have the chain's name and suite, {genesis.name} and {genesis.suite}",
        )
    for name in network.names:
        if not (root.keys / f"{name}.admin.key.json").is_file():
            raise no(f"本机没有 {name}.admin 的密钥", f"the key of {name}.admin is not here")


def _make_home(network: Network, root: Home, genesis: Genesis, name: str) -> None:
    """The organisation's own home with its keys, a seal key and an engine's key; nothing that is there is made anew."""
    home = network.home(name)
    home.keys.mkdir(parents=True, exist_ok=True, mode=0o700)
    for source, target in ((root.keys, home.keys), (root.certificates_folder, home.certificates_folder)):
        target.mkdir(exist_ok=True, mode=0o700)
        for each in source.glob(f"{name}.*"):
            if not (target / each.name).exists():
                shutil.copy2(each, target / each.name)
    passphrase = root.passphrase() or ""
    if root.passphrase_file.exists():
        write_atomically(home.passphrase_file, root.passphrase_file.read_bytes(), mode=0o600)
    if not (home.keys / f"{name}.seal.key.json").exists():
        make_sealer(home, genesis.crypto(), name, passphrase)
    make_keys(home.engine)


def _has_changed(root: Home, genesis: Genesis) -> bool:
    """Whether the vote has been held already, in a run that was interrupted afterwards."""
    world = assemble(genesis)
    if not root.database.exists() or _pid_is_there(root):
        return False
    store = RocksStore(root.database, read_only=True)
    try:
        chain = Application(world, store, found_state(world)).chain_store
        return bool(Decisions().validators(chain))
    finally:
        store.close()


def _pid_is_there(root: Home) -> bool:
    return root.node_file.exists()


def _vote(network: Network, root: Home, said: Said) -> None:
    """On the running solo chain: all organisations of the plan get a seat, by everybody's vote."""
    url = _running(root)
    hands = [Hand(name, root, url) for name in network.names]
    chains = [connect(url, f"{name}.admin", home=root.root) for name in network.names]
    try:
        core, present = chains[0].core, read_seats(chains[0])
        seats: list[dict[str, Any]] = []
        newcomers = {}
        for name in network.names:
            home, entry = network.home(name), network.plan.entry(name)
            signer = home.signer(f"{name}.seal", core.genesis.suite)
            seats.append(seat_of(home, core.hasher, name, entry.power if entry else 1, signer))
            if present.of(name) is None:
                newcomers[name] = signer
        done = propose_seats(hands, chains, seats, said, newcomers=newcomers)
    finally:
        for each in chains:
            each.close()
    if done.status != "passed":
        raise CannotAdopt(path=str(root.root), why=Words("表决未通过", "the vote has not passed"))


def _copy(network: Network, root: Home, genesis: Genesis, said: Said) -> Adopted:
    """Give every organisation's home the chain, settings, and the file from which its engine begins."""
    first = network.home(network.names[0])
    if not first.adoption_file.exists():
        shutil.rmtree(first.database, ignore_errors=True)
        shutil.copytree(root.database, first.database)
        write_atomically(first.adoption_file, ADOPTION_CODEC.encode(take_over(first, genesis)))
    adoption = ADOPTION_CODEC.decode(first.adoption_file.read_bytes(), 1 << 20)
    ids = {name: read_keys(network.home(name).engine).node_id for name in network.names}
    sealer = root.config().node.sealer
    for entry in network.plan.organisations:
        home = network.home(entry.organisation)
        if home.root != first.root and not home.adoption_file.exists():
            shutil.rmtree(home.database, ignore_errors=True)
            shutil.copytree(first.database, home.database)
            write_atomically(home.adoption_file, first.adoption_file.read_bytes())
        if entry.organisation == sealer and root.seal_log.exists():
            shutil.move(root.seal_log, home.seal_log)  # moved: there is one log of a key
        if root.client.exists() and not home.client.exists():
            shutil.copytree(root.client, home.client)
        peers = [
            f"{ids[each.organisation]}@{each.host}:{each.engine_port}" for each in network.plan.organisations if each != entry
        ]
        settle(home, root.genesis_bytes(), entry, peers)
        said("copied", entry.organisation)
    digest = genesis.hasher().digest("header", msgspec.json.encode(adoption.header, order="sorted")).hex()
    return Adopted(adoption.header.height, digest, faults_tolerated(each.power for each in adoption.sealers))


def _running(root: Home) -> str:
    """Where the solo node answers, which is started where it does not run.

    Raises:
        NotStarted: it ended, or the time is up.
    """
    until = time.monotonic() + _READY_S
    if not (root.node_file.exists() and _answers(own_state(root).url)):
        spawn_node(root)
        while not (root.node_file.exists() and _answers(own_state(root).url)):
            if has_ended(root) or time.monotonic() > until:
                raise NotStarted(node=str(root.root), why=last_words(root), log=str(root.logs / "node.log"))
            time.sleep(0.2)
    return own_state(root).url


def _answers(url: str) -> bool:
    try:
        return bool(httpx.get(f"{url}/v1/status", timeout=5.0, trust_env=False).json().get("accepting"))
    except (httpx.HTTPError, ValueError):
        return False
