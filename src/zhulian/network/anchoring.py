"""Anchors by schedule: a process beside the node that stamps new headers, and deposits them on other chains (`anchor.toml`)."""

import hashlib
import secrets
import signal
import sys
import tempfile
import threading
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import httpx
import msgspec

from zhulian.anchors.errors import AlreadyThere, AnchorFault, BadAnchorSettings, TsaUnreachable
from zhulian.anchors.shapes import ANCHOR, SPAN_MAX, Anchor, ChainProof, StampProof, Statement
from zhulian.anchors.shelf import Entry, Shelf
from zhulian.anchors.statement import statement_data
from zhulian.client import Chain, connect
from zhulian.client.anchors import Seen, checked_headers, statement_after
from zhulian.client.flow import drive
from zhulian.crypto.certificates import from_pem
from zhulian.crypto.timestamps import make_request, read_response, verify_stamp
from zhulian.errors import Refusal, Words
from zhulian.home import Home
from zhulian.node.logs import Log

__all__ = ["AnchorSettings", "ChainService", "StampService", "anchor_once", "load_anchor_settings", "main"]

_FIRST_S = 5.0
_REFUSED = 3
_TSA_S = 20.0
_ANSWER_BYTES_MAX = 64 * 1024


class StampService(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A time-stamping authority: its address, the roots it must lead to (PEM, in the home), its digest and policy."""

    url: Annotated[str, msgspec.Meta(pattern=r"\Ahttps?://")]
    roots: Annotated[str, msgspec.Meta(min_length=1)]
    digest: Literal["sm3", "sha256", "sha384", "sha512"] = "sha256"
    policy: Annotated[str, msgspec.Meta(pattern=r"\A[0-2](\.[0-9]{1,20}){1,30}\Z")] | None = None


class ChainService(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another chain: a node of it, its genesis digest, and the home and name of who deposits there."""

    url: Annotated[str, msgspec.Meta(pattern=r"\Ahttps?://")]
    genesis_digest: Annotated[str, msgspec.Meta(pattern=r"\A[0-9a-f]{64}\Z")]
    home: str
    signer: str


class AnchorSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`anchor.toml` of the home. Without the file nothing is anchored."""

    every_s: Annotated[float, msgspec.Meta(ge=1)] = 3600.0
    timestamp: tuple[StampService, ...] = ()
    chain: tuple[ChainService, ...] = ()


def load_anchor_settings(home: Home) -> AnchorSettings:
    """The settings; none configured where there is no file.

    Raises:
        BadAnchorSettings.
    """
    path = home.root / "anchor.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), AnchorSettings)
    except FileNotFoundError:
        return AnchorSettings()
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as wrong:
        raise BadAnchorSettings(path=str(path), why=Words.quote(wrong)) from None


def anchor_once(home: Home, url: str, settings: AnchorSettings) -> list[Entry | Refusal]:
    """Anchor what is new with every service, through the home's own node at `url`; what fails with one keeps none of the others.

    Raises:
        Refusal: the node itself does not answer.
    """
    shelf = Shelf(home.root / "anchors")
    found: list[Entry | Refusal] = []
    with connect(url, home=home.root) as chain:
        services: list[StampService | ChainService] = [*settings.timestamp, *settings.chain]
        for service in services:
            label = hashlib.sha256(service.url.encode()).hexdigest()
            try:
                found.append(_anchor(home, chain, shelf, service, label))
            except AlreadyThere:
                continue
            except Refusal as refused:
                found.append(refused)
    return found


def _anchor(home: Home, chain: Chain, shelf: Shelf, service: StampService | ChainService, label: str) -> Entry:
    seen = _seen(chain, shelf, label)
    digests = drive(checked_headers(chain.core, seen, SPAN_MAX), chain.line)
    statement = statement_after(chain.core, seen, digests)
    data = statement_data(chain.core.hasher, statement)
    proof = _stamp(home, service, data) if isinstance(service, StampService) else _deposit(home, service, data)
    return shelf.add(Anchor(format=ANCHOR, proof=proof, statement=statement), digests, label)


def _seen(chain: Chain, shelf: Shelf, label: str) -> Seen:
    """Up to which header this service has anchored."""
    height = shelf.anchored(label)
    if not height:
        return Seen(0, chain.core.trusted.digest.hex())
    entry = next(each for each in shelf.entries() if each.label == label[:16] and each.height == height)
    stated: Statement = shelf.read(entry)[0].statement
    return Seen(stated.height, stated.header)


def _stamp(home: Home, service: StampService, data: bytes) -> StampProof:
    path = home.root / service.roots
    try:
        roots = from_pem(path.read_bytes())
    except OSError as wrong:
        raise BadAnchorSettings(path=str(path), why=Words.quote(wrong.strerror or wrong)) from None
    nonce = secrets.randbits(63)
    query = make_request(data, service.digest, nonce, service.policy)
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        with httpx.stream("POST", service.url, content=query, headers=headers, timeout=_TSA_S) as response:
            if response.status_code != 200:
                raise TsaUnreachable(url=service.url, why=Words.quote(f"HTTP {response.status_code}"))
            answer = _bounded(response)
    except httpx.HTTPError as fault:
        raise TsaUnreachable(url=service.url, why=Words.quote(str(fault) or type(fault).__name__)) from None
    token = read_response(answer)
    verify_stamp(token, data, roots, nonce=nonce, policy=service.policy)
    return StampProof(token=token.hex())


def _bounded(response: httpx.Response) -> bytes:
    found = b""
    for chunk in response.iter_bytes():
        found += chunk
        if len(found) > _ANSWER_BYTES_MAX:
            break  # read_response refuses what is too long
    return found


def _deposit(home: Home, service: ChainService, data: bytes) -> ChainProof:
    """Deposit the statement's preimage on the other chain, in public: its digest tells nothing but that there are headers."""
    with (
        tempfile.TemporaryDirectory(prefix="zhulian-anchor-") as folder,
        connect(service.url, service.signer, home=home.root / service.home, genesis_digest=service.genesis_digest) as other,
    ):
        file = Path(folder) / "anchor"
        file.write_bytes(data)
        made = other.evidence.deposit(file, public=True)
        return ChainProof(chain=other.core.chain, receipt=made.receipt.document)


def main(arguments: Sequence[str]) -> int:
    """Anchor again and again until SIGTERM: what the supervisor runs beside a node; 3 where the settings are wrong.

    What fails is written down and tried again at the next turn.
    """
    home = Home(Path(arguments[0]))
    log = Log(home.logs, "anchoring")
    over = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    try:
        settings = load_anchor_settings(home)
    except AnchorFault as refused:
        log.write("ended", **refused.as_problem())
        sys.stderr.write(msgspec.json.encode(refused.as_problem()).decode() + "\n")
        return _REFUSED
    wait_s = min(settings.every_s, _FIRST_S)  # the node has just begun
    while not over.wait(wait_s):
        _turn(home, settings, log)
        wait_s = settings.every_s
    log.close()
    return 0


def _turn(home: Home, settings: AnchorSettings, log: Log) -> None:
    try:
        url = str(msgspec.json.decode(home.node_file.read_bytes())["url"])
        done: Sequence[Entry | Refusal] = anchor_once(home, url, settings)
    except FileNotFoundError:  # the node is stopping
        return
    except Refusal as refused:
        done = [refused]
    for each in done:
        if isinstance(each, Refusal):
            log.write("not anchored", **each.as_problem())
        else:
            log.write("anchored", kind=each.kind, first=each.first, height=each.height)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
