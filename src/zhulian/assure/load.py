"""Load for measurements: transactions signed beforehand, and a sender that costs little beside what it measures."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec

from zhulian.crypto import fingerprint
from zhulian.home import Home
from zhulian.ledger.genesis import parse_genesis
from zhulian.ledger.transactions import encode_body, encode_envelope
from zhulian.ledger.types import Message, SignatureEntry
from zhulian.modules.evidence.messages import Deposit

__all__ = ["Sent", "post_all", "post_paced", "sign_deposits", "sign_messages"]

_EXPIRY_S = 590


def sign_deposits(root: Path, signer: str, count: int, processes: int = 2) -> list[bytes]:
    """`count` deposits of random commitments, signed by `signer` of the home at `root` in `processes` processes."""
    return sign_messages(root, [signer], [Deposit(commitment=secrets.token_hex(32)) for _ in range(count)], processes)


def sign_messages(root: Path, signers: Sequence[str], messages: Sequence[Message], processes: int = 2) -> list[bytes]:
    """A transaction for each message, signed by all `signers` of the home at `root` in `processes` processes."""
    genesis = parse_genesis(Home(root).genesis_bytes())
    names = tuple(sorted(signers))
    expires = int(time.time()) + _EXPIRY_S
    bodies = [encode_body(genesis.chain(), expires, [each], secrets.token_hex(16), list(names)) for each in messages]
    share = max(1, -(-len(bodies) // processes))
    parts = [bodies[at : at + share] for at in range(0, len(bodies), share)]
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        signed = pool.map(_sign, [str(root)] * len(parts), [names] * len(parts), parts)
        return [raw for part in signed for raw in part]


def _sign(root: str, names: tuple[str, ...], bodies: Sequence[bytes]) -> list[bytes]:
    """Envelopes of the bodies, which come encoded: of a struct that was pickled, defaults would be written out."""
    home = Home(Path(root))
    genesis = parse_genesis(home.genesis_bytes())
    hasher = genesis.hasher()
    signers = [(name, home.signer(name, genesis.suite)) for name in names]
    keys = [fingerprint(signer.suite, signer.public_key) for _, signer in signers]
    made = []
    for body in bodies:
        preimage = hasher.preimage("body", body)
        entries = [
            SignatureEntry(key=key, signature=signer.sign(preimage).hex(), signer=name)
            for key, (name, signer) in zip(keys, signers, strict=True)
        ]
        made.append(encode_envelope(body, entries))
    return made


@dataclass
class Sent:
    """What came of a load: outcomes by status, seconds, and how long each request took in milliseconds."""

    statuses: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    latencies_ms: list[float] = field(default_factory=list)

    def percentile(self, share: float) -> float:
        """The latency below which `share` of the requests stayed, milliseconds."""
        if not self.latencies_ms:
            return 0.0
        ordered = sorted(self.latencies_ms)
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


async def post_all(
    host: str, port: int, path: str, bodies: Sequence[bytes], media: str, connections: int, seconds: float
) -> Sent:
    """Post `bodies` over `connections` connections, one after the other on each, for at most `seconds`."""
    sent = Sent()
    waiting = iter(bodies)
    start = time.perf_counter()
    head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: {media}\r\nContent-Length: "
    await asyncio.gather(*(_post(host, port, head, waiting, start + seconds, sent) for _ in range(connections)))
    sent.seconds = time.perf_counter() - start
    return sent


async def _post(host: str, port: int, head: str, waiting: Any, until: float, sent: Sent) -> None:
    reader, writer = await asyncio.open_connection(host, port, limit=1 << 24)
    try:
        for body in waiting:
            began = time.perf_counter()
            if began >= until:
                return
            writer.write(f"{head}{len(body)}\r\n\r\n".encode() + body)
            status, answer = await _answer(reader)
            sent.latencies_ms.append((time.perf_counter() - began) * 1000)
            for outcome in _outcomes(status, answer):
                sent.statuses[outcome] = sent.statuses.get(outcome, 0) + 1
    finally:
        writer.close()
        await writer.wait_closed()


async def post_paced(path: str, bodies: Sequence[tuple[tuple[str, int], bytes]], media: str, per_s: float) -> Sent:
    """Post each of `bodies` to its place when it is due, whatever became of those before; latencies count from that moment."""
    sent = Sent()
    idle: dict[tuple[str, int], list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]] = {}
    start = time.perf_counter()

    async def post(number: int, place: tuple[str, int], body: bytes) -> None:
        due = start + number / per_s
        await asyncio.sleep(due - time.perf_counter())
        free = idle.setdefault(place, [])
        reader, writer = free.pop() if free else await asyncio.open_connection(*place, limit=1 << 24)
        host, port = place
        head = f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        status, answer = await _answer(reader)
        sent.latencies_ms.append((time.perf_counter() - due) * 1000)
        free.append((reader, writer))
        for outcome in _outcomes(status, answer):
            sent.statuses[outcome] = sent.statuses.get(outcome, 0) + 1

    await asyncio.gather(*(post(number, place, body) for number, (place, body) in enumerate(bodies)))
    sent.seconds = time.perf_counter() - start
    for links in idle.values():
        for _, writer in links:
            writer.close()
    return sent


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    length = 0
    for line in head.split(b"\r\n")[1:]:
        if line.lower().startswith(b"content-length:"):
            length = int(line[15:])
    return status, await reader.readexactly(length)


class _One(msgspec.Struct):
    status: Any = None
    outcomes: list["_One"] | None = None


_decode = msgspec.json.Decoder(_One).decode


def _outcomes(status: int, answer: bytes) -> list[str]:
    if status >= 300:
        return [f"http {status}"]
    found = _decode(answer)
    return [str(each.status) for each in found.outcomes] if found.outcomes is not None else [str(found.status)]
