"""The sealers' seats as the chain has them, and what a proposal of other seats must show."""

import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from zhulian.client import Chain, reading
from zhulian.client.flow import drive
from zhulian.crypto import Hasher, Signer, fingerprint
from zhulian.errors import Refusal
from zhulian.ledger.blocks import header_digest, seal_preimage
from zhulian.ledger.sealing import has_quorum
from zhulian.ledger.types import Header

__all__ = ["NotSealedEnough", "Seats", "ensure_block", "faults_tolerated", "read_seats", "seal_head", "show_alive"]

_HEADERS_MAX = 8
_FRESH_MS = 3_000_000
"""Below the hour that the chain allows, so that the proposal has time to get into a block."""
_WAIT_S = 10.0


class NotSealedEnough(
    Refusal,
    code="network/7",
    zh="近期签章的节点中没有 {silent}，拟设名单将凑不足三分之二。请先恢复这些节点，再重新提案。",
    en="{silent} have sealed nothing of late, and without them the proposed set has no quorum. Bring them back, then propose anew.",
):
    silent: str


class Seats(msgspec.Struct, frozen=True):
    """The present seats, proved against genesis, and the sealed header that proves them with its seals."""

    seats: tuple[dict[str, Any], ...]
    header: Header
    digest: bytes
    seals: tuple[dict[str, Any], ...]

    def without(self, organisation: str) -> list[dict[str, Any]]:
        """The seats of all others."""
        return [each for each in self.seats if each["sealer"] != organisation]

    def of(self, organisation: str) -> dict[str, Any] | None:
        """The seat of an organisation."""
        return next((each for each in self.seats if each["sealer"] == organisation), None)


def read_seats(chain: Chain) -> Seats:
    """The seats that a node shows, with proof; on a chain without a block, which proves nothing, one is made first.

    Raises:
        ProofFault, FromNode, Unreachable.
    """
    ensure_block(chain)
    fact = drive(reading.fact(chain.core, ("govern/sealers",)), chain.line)
    keys = chain.state(("govern/validators",)).value["keys"]
    listed = []
    for each in fact.proved.value["sealers"]:
        validator = keys.get(each["sealer"])
        listed.append({**each, "validator": validator} if validator else dict(each))
    header = msgspec.convert(fact.document["header"], Header)
    return Seats(tuple(listed), header, header_digest(chain.core.hasher, header), tuple(fact.document["seals"]))


def faults_tolerated(powers: Iterable[int]) -> int:
    """How many sealers, whichever they are, may fail while the others still have more than two thirds of the power."""
    ordered = sorted(powers, reverse=True)
    whole, left, count = sum(ordered), sum(ordered), 0
    for each in ordered:
        left -= each
        if not has_quorum(left, whole):
            return count
        count += 1
    return count


def seal_head(hasher: Hasher, name: str, signer: Signer, digest: bytes, now_ms: int) -> dict[str, Any]:
    """A newcomer's seal of a header that is sealed already: it shows that it has the chain and holds the key."""
    signature = signer.sign(seal_preimage(hasher, digest, now_ms))
    return {
        "key": fingerprint(hasher.suite, signer.public_key),
        "sealer": name,
        "signature": signature.hex(),
        "time_ms": now_ms,
    }


def show_alive(
    chains: Sequence[Chain], wanted: Sequence[Mapping[str, Any]], newcomers: Mapping[str, Signer]
) -> list[dict[str, Any]]:
    """Sealed headers, the newest first, by which a quorum of the `wanted` seats shows that it is there.

    A chain keeps no more seals of a header than it needs, every node its own among them; so several nodes are asked, and older
    headers where that is not enough. Where the set is younger than the newest block, or the chain has been quiet, a fresh
    block comes first. `newcomers` sign the newest header.

    Raises:
        NotSealedEnough: there is no such quorum.
    """
    until = 0.0
    while True:
        shown, missing = _look(chains, wanted, newcomers, int(time.time() * 1000))
        whole = sum(each["power"] for each in wanted)
        if shown and has_quorum(whole - sum(each["power"] for each in missing), whole):
            return shown
        if not until:
            _make_block(chains[0])
            until = time.monotonic() + _WAIT_S
        elif time.monotonic() > until:
            raise NotSealedEnough(silent=", ".join(sorted(str(each["sealer"]) for each in missing)))
        time.sleep(0.2)


def ensure_block(chain: Chain) -> None:
    """Make a block on a chain that has none yet, since its state cannot be proved."""
    if not chain.status()["height"]:
        _make_block(chain)


def _make_block(chain: Chain) -> None:
    mark = chain.core.hasher.suite.digest(secrets.token_bytes(32)).hex()
    chain.submit([{"digest": mark, "type": "evidence.deposit"}])


def _look(
    chains: Sequence[Chain], wanted: Sequence[Mapping[str, Any]], newcomers: Mapping[str, Signer], now_ms: int
) -> tuple[list[dict[str, Any]], list[Mapping[str, Any]]]:
    """The headers that show something, and those seats for which nothing is shown."""
    hasher = chains[0].core.hasher
    first = read_seats(chains[0])
    present = {fingerprint(hasher.suite, bytes.fromhex(each["public_key"])): each["power"] for each in first.seats}
    missing = {fingerprint(hasher.suite, bytes.fromhex(each["public_key"])): each for each in wanted}
    shown: list[dict[str, Any]] = []
    for height in range(first.header.height, max(0, first.header.height - _HEADERS_MAX), -1):
        digest, seals = _seals_of(chains, height, present)
        if not seals or (shown and not any(key in missing for key in seals)):
            continue
        if now_ms - min(each["time_ms"] for each in seals.values()) > _FRESH_MS:
            break
        for name, signer in newcomers.items() if not shown else ():
            own = seal_head(hasher, name, signer, bytes.fromhex(digest), now_ms)
            seals[own["key"]] = own
        shown.append({"header": digest, "seals": [seals[key] for key in sorted(seals)]})
        for key in seals:
            missing.pop(key, None)
        if not missing:
            break
    return shown, list(missing.values())


def _seals_of(chains: Sequence[Chain], height: int, present: Mapping[str, int]) -> tuple[str, dict[str, dict[str, Any]]]:
    """The digest of a header and its seals by members of the present set, as the nodes have them; none without their quorum."""
    digest = ""
    found: dict[str, dict[str, Any]] = {}
    for chain in chains:
        try:
            block = chain.block(height)
        except Refusal:
            continue
        digest = digest or str(block["digest"])
        for each in block["seals"] if block["digest"] == digest else ():
            if each["key"] in present:
                found[str(each["key"])] = each
    enough = has_quorum(sum(present[key] for key in found), sum(present.values()))
    return digest, found if enough else {}
