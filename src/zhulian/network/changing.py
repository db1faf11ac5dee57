"""Joining, leaving and rotating keys in a network that runs, step by step; each step can be repeated after a fault."""

import json
import re
import secrets
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from zhulian.client import Chain, connect
from zhulian.crypto import Signer, SoftwareSigner, Suite, load_key, save_key
from zhulian.errors import Refusal, Words
from zhulian.files import write_atomically
from zhulian.home import Home, NoPassphrase
from zhulian.ledger.genesis import parse_genesis
from zhulian.network.ceremony import STAFF
from zhulian.network.deciding import Decided, Hand, NotDecided, decide, hands_of_network, opened
from zhulian.network.local import Network, NotStarted
from zhulian.network.newcomer import Newcomer, invite, load_newcomer_card, make_newcomer, save, seat_of
from zhulian.network.plan import save_plan
from zhulian.network.seats import faults_tolerated, read_seats, show_alive
from zhulian.node.comet.adoption import read_adoption
from zhulian.node.comet.folder import fresh_validator_key, make_keys
from zhulian.node.comet.taking_over import take_over

__all__ = [
    "Changed",
    "NotInSet",
    "enrol_staff",
    "finish_rotation",
    "join",
    "leave",
    "propose_seats",
    "replace_lost",
    "rotate",
    "take_seat",
]

Said = Callable[[str, str], None]
"""Told of each step: its name, and whom it concerns."""
_NEXT = "priv_validator_key.next.json"
_CAUGHT_UP_S = 600.0


class NotInSet(
    Refusal,
    code="network/9",
    zh="机构 {organisation} 不是签章节点。现有：{present}。",
    en="The organisation {organisation} is no sealer. There are: {present}.",
):
    organisation: str
    present: str


class Changed(msgspec.Struct, frozen=True):
    """What a change of seats came to: the proposal, and how many sealers may fail before and after it."""

    proposal: str
    status: str
    sealers: int
    faults_before: int
    faults: int


def propose_seats(
    hands: Sequence[Hand],
    chains: Sequence[Chain],
    seats: Sequence[Mapping[str, Any]],
    said: Said,
    *,
    newcomers: Mapping[str, Signer] | None = None,
    then: Sequence[Mapping[str, Any]] = (),
) -> Changed:
    """Propose that these seats replace the present ones, followed by the actions `then`, and let those who are here vote.

    Raises:
        NotSealedEnough; FromNode: a rule said no.
    """
    before = faults_tolerated(each["power"] for each in read_seats(chains[0]).seats)
    ordered = sorted(seats, key=lambda each: str(each["sealer"]))
    after = faults_tolerated(each["power"] for each in ordered)
    if after < before:
        said("fewer_faults", f"{before} → {after}")
    alive = show_alive(chains, ordered, newcomers or {})
    action = {"alive": alive, "sealers": [dict(each) for each in ordered], "type": "govern.set_sealers"}
    done = decide(hands, chains, [action, *then], said)
    return Changed(done.proposal, done.status, len(ordered), before, after)


def join(network: Network, newcomer: Newcomer, plan_path: Path, said: Said) -> Changed:
    """Bring a new organisation of this machine into the network: admitted, started, caught up, and given a seat.

    Where it has its seat and its node runs, there is nothing to do.

    Raises:
        NotDecided: votes are missing. NotStarted; FromNode.
    """
    name = newcomer.organisation
    hands = [each for each in hands_of_network(network) if each.organisation != name]
    if not hands:
        why = Words(
            "本机没有正在运行的节点。请先运行 zhulian network start", "no node runs here. Run zhulian network start first"
        )
        raise NotDecided(proposal="—", why=why)
    entry = network.plan.entry(name)
    if entry is None:
        used = [port for each in network.plan.organisations for port in (each.engine_port, each.gateway_port)]
        entry = newcomer.entry(used)
        plan = msgspec.structs.replace(
            network.plan, organisations=tuple(sorted((*network.plan.organisations, entry), key=lambda each: each.organisation))
        )
        network = Network(network.root, plan, plan_path)
        home = network.home(name)
        home.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        passphrase = secrets.token_urlsafe(24)
        write_atomically(home.passphrase_file, passphrase.encode() + b"\n", mode=0o600)
        card = make_newcomer(home, invite(hands[0].home), newcomer, entry, int(time.time()), passphrase)
        save(home.root / "newcomer.json", card)
        _copy_chain(network, home)
        for each in hands:
            _add_peer(each.home, card.peer)
        save_plan(plan_path, plan)
        save_plan(network.root / "network.yaml", plan)
    home = network.home(name)
    said("keys", name)
    with opened(hands) as chains:
        seats = read_seats(chains[0]).seats
        if any(each["sealer"] == name for each in seats) and network.status([name])[0].accepting:
            faults = faults_tolerated(each["power"] for each in seats)
            return Changed("", "passed", len(seats), faults, faults)
        if chains[0].state(("identity/organisations", name)).value is None:
            card = load_newcomer_card(home.root / "newcomer.json")
            _require_passed(decide(hands, chains, [card.admission], said))
        network.start([name])
        said("starting", name)
        url = _wait_caught_up(network, name, chains[0], said)
        with connect(url, f"{name}.admin", home=home.root) as own:
            enrol_staff(own, home, name)
        changed = take_seat(hands, chains, home, name, newcomer.power, said)
    _require_passed(Decided(changed.proposal, changed.status))
    return changed


def take_seat(hands: Sequence[Hand], chains: Sequence[Chain], home: Home, name: str, power: int, said: Said) -> Changed:
    """Propose the node of `home` as validator and sealer; it signs the newest header, which it must have.

    Raises:
        NotSealedEnough; FromNode.
    """
    hasher = chains[0].core.hasher
    signer = home.signer(f"{name}.seal", chains[0].core.genesis.suite)
    seats = [*read_seats(chains[0]).without(name), seat_of(home, hasher, name, power, signer)]
    return propose_seats(hands, chains, seats, said, newcomers={name: signer})


def leave(hands: Sequence[Hand], name: str, said: Said, *, release: bool = True) -> Changed:
    """Take an organisation out of the sealers and, with `release`, out of the chain; its node may follow on.

    Raises:
        NotInSet; NotSealedEnough; FromNode.
    """
    ordered = sorted(hands, key=lambda each: each.organisation != name)  # who leaves proposes, if it is here
    with opened(ordered) as chains:
        seats = read_seats(chains[0])
        if seats.of(name) is None:
            raise NotInSet(organisation=name[:40], present=", ".join(str(each["sealer"]) for each in seats.seats))
        then = [{"organisation": name, "type": "identity.release_organisation"}] if release else []
        return propose_seats(ordered, chains, seats.without(name), said, then=then)


def rotate(hands: Sequence[Hand], home: Home, name: str, said: Said, *, power: int | None = None) -> Changed:
    """Make new keys for sealing and voting in `home` and propose them; the node takes them up by `finish_rotation`.

    Raises:
        NotInSet; NotSealedEnough; FromNode.
    """
    with opened(hands) as chains:
        core, seats = chains[0].core, read_seats(chains[0])
        present = seats.of(name)
        if present is None:
            raise NotInSet(organisation=name[:40], present=", ".join(str(each["sealer"]) for each in seats.seats))
        signer = _next_keys(home, core.hasher.suite, name)
        seat = seat_of(home, core.hasher, name, power or int(present["power"]), signer, engine_key=_NEXT)
        return propose_seats(hands, chains, [*seats.without(name), seat], said, newcomers={name: signer})


def replace_lost(home: Home, name: str) -> list[str]:
    """Put new keys in place at once, for a node that has lost its data and has no seat; answers where old ones lie, if any."""
    make_keys(home.engine)
    _next_keys(home, parse_genesis(home.genesis_bytes()).crypto(), name)
    return finish_rotation(home, name)


def _next_keys(home: Home, suite: Suite, name: str) -> SoftwareSigner:
    """Make the keys that come next, unless they are there; the signer of the seal key."""
    fresh_validator_key(home.engine, _NEXT)
    passphrase = home.passphrase()
    if passphrase is None:
        raise NoPassphrase()
    path = home.keys / f"{name}.seal-next.key.json"
    if not path.is_file():
        save_key(path, suite.generate(), passphrase, name=f"{name}.seal-next")
    return SoftwareSigner(suite, load_key(path, passphrase))


def finish_rotation(home: Home, name: str) -> list[str]:
    """Put the new keys in the old ones' place while the node does not run; answers where the old ones lie now."""
    folder, stamp = home.engine / "config", time.strftime("%Y%m%d%H%M%S", time.gmtime())
    pairs = (
        (
            home.keys / f"{name}.seal-next.key.json",
            home.keys / f"{name}.seal.key.json",
            home.keys / f"retired-{stamp}.seal.key.json",
        ),
        (folder / _NEXT, folder / "priv_validator_key.json", folder / f"retired-{stamp}.json"),
    )
    kept = []
    for fresh, now, old in pairs:
        if fresh.is_file():
            if now.is_file():
                now.rename(old)
                kept.append(str(old))
            fresh.rename(now)
    return kept


def enrol_staff(chain: Chain, home: Home, name: str) -> None:
    """Register those signers of the organisation, beside its admin, whose keys and certificates lie in `home`."""
    for each in STAFF:
        signer = f"{name}.{each.serial}"
        if chain.state(("identity/signers", signer)).value is None:
            key = home.signer(signer, chain.core.genesis.suite)
            chain.identity.enrol(signer, key, home.certificates(signer), kind=each.kind, duties=each.duties)  # type: ignore[arg-type]  # a kind


def _copy_chain(network: Network, home: Home) -> None:
    """Where the chain began alone, the newcomer starts from the copy that was kept of that time, and replays what came after."""
    kept = Home(network.root).database
    if home.adoption_file.exists() and kept.exists():
        genesis = parse_genesis(home.genesis_bytes())
        shutil.copytree(kept, home.database)
        take_over(home, genesis, read_adoption(home.adoption_file, genesis))


def _wait_caught_up(network: Network, name: str, other: Chain, said: Said) -> str:
    """Return the node's address when it is ready and has what another node had before.

    Raises:
        NotStarted.
    """
    height = int(other.status()["height"])
    until = time.monotonic() + _CAUGHT_UP_S
    network.wait_ready([name], lambda _: None, seconds=_CAUGHT_UP_S)
    while True:
        state = network.status([name])[0]
        if state.accepting and (state.height or 0) >= height:
            said("caught_up", name)
            return state.url
        if time.monotonic() > until:
            why = Words(
                f"停在高度 {state.height}，未同步到 {height}", f"it stands at {state.height} and has not reached {height}"
            )
            raise NotStarted(node=name, why=why, log=str(network.home(name).logs / "node.log"))
        time.sleep(0.2)


def _require_passed(done: Decided) -> None:
    if done.status != "passed":
        why = Words(
            "尚有机构未表决。请其运行 zhulian govern vote，通过后重复本命令",
            "other organisations have not voted. Let them run zhulian govern vote, then repeat this command",
        )
        raise NotDecided(proposal=done.proposal, why=why)


def _add_peer(home: Home, peer: str) -> None:
    """Add a peer to a node's settings; it counts from the next start, until when the newcomer calls by itself."""
    text = home.config_file.read_text(encoding="utf-8")
    peers = [*(each for each in home.config().engine.peers if each != peer), peer]
    line = "peers = [" + ", ".join(json.dumps(each) for each in peers) + "]"
    write_atomically(home.config_file, re.sub(r"(?m)^peers = \[.*\]$", lambda _: line, text).encode())
