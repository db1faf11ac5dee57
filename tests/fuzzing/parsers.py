"""Every parser that outsiders reach, as a function of bytes, with good examples to begin from.

A parser gives a value or one of our numbered refusals.
"""

import json
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from tests.solo import open_solo
from tests.world import CREATED, ca_of, certificate_of, key_of
from zhulian import canonical
from zhulian.assure.drawn.grammar import draw_definition, text_of_definition
from zhulian.client.apps.openings import read_opening, verify_opening
from zhulian.client.credentials.checking import read_claims
from zhulian.client.errors import NotInPack
from zhulian.client.gather import gather
from zhulian.client.pack import Pack, PackWriter
from zhulian.consensus.comet.bundle import decode_bundle, encode_bundle
from zhulian.consensus.comet.extension import (
    Offer,
    decode_extension,
    decode_offer,
    decode_seals,
    encode_extension,
    encode_seals,
)
from zhulian.consensus.comet.socket import AbciConnection, frame
from zhulian.consensus.comet.wire import Request, message, reply
from zhulian.credentials.dids import did_of, list_url, schema_url
from zhulian.credentials.jose import SuiteJose, read_token
from zhulian.credentials.sd_jwt import issue, split, unfold
from zhulian.credentials.status_list import StatusList
from zhulian.crypto import suite
from zhulian.crypto.certificates import from_pem, make_request, parse, read_request, to_pem, verify_request
from zhulian.crypto.keyfile import load_key, read_key_file, save_key
from zhulian.crypto.keys import SoftwareSigner
from zhulian.errors import Words
from zhulian.language.definition.check import check_definition
from zhulian.language.definition.reading import load_definition, read_definition
from zhulian.language.expressions.syntax import parse as parse_expression
from zhulian.ledger import snapshots
from zhulian.ledger.genesis import CODEC, parse_genesis
from zhulian.ledger.limits import Limits
from zhulian.ledger.receipts import trust, verify_receipt, verify_state_fact
from zhulian.ledger.restoring import Restoring
from zhulian.ledger.store import MemoryStore
from zhulian.ledger.transactions import TransactionReader
from zhulian.modules import every_word, message_types
from zhulian.modules.evidence.messages import Deposit, DepositBatch
from zhulian.modules.govern.messages import Propose, SetLimits
from zhulian.modules.ticket.format import read_ticket
from zhulian.node.app_methods import APP_METHODS
from zhulian.node.frames import frame as rpc_frame
from zhulian.node.guard import Guard
from zhulian.node.methods import METHODS
from zhulian.node.server import Server, _Connection

__all__ = ["PARSERS", "Parser"]


@dataclass(frozen=True)
class Parser:
    """One parser: what it does with bytes, and good examples."""

    run: Callable[[bytes], Any]
    seeds: Callable[[], Sequence[bytes]]


# What the examples come from.


@cache
def _chain() -> Any:
    """A chain with a few blocks, of the quicker suite."""
    solo = open_solo(Path(tempfile.mkdtemp(prefix="zhulian-fuzz-")), orgs=3, suite_name="intl")
    solo.run(Deposit(digest="aa" * 32))
    solo.run(DepositBatch(count=5, root="bb" * 32))
    solo.run(Deposit(commitment="cc" * 32), "org2.clerk")
    solo.application.save_seals()
    return solo


@cache
def _trusted() -> Any:
    return trust(CODEC.encode(_chain().genesis))


def _receipts() -> list[bytes]:
    application = _chain().application
    found = []
    for height in range(1, application.head.height + 1):
        record = application.chain_store.block(height)
        found.append(canonical.encode(application.prover.receipt(json.loads(record.results[0])["transaction"])))
    return found


def _read(data: bytes) -> Any:
    return canonical.read(data)


def _receipt(data: bytes) -> None:
    verify_receipt(_read(data), _trusted(), file_digest=b"\xaa" * 32)


def _fact(data: bytes) -> None:
    verify_state_fact(_read(data), _trusted())


def _facts() -> list[bytes]:
    prover = _chain().application.prover
    keys = (["govern/sealers"], ["evidence/deposits", "aa" * 32, "org1"], ["evidence/deposits", "ab" * 32, "org1"])
    return [canonical.encode(prover.state_fact(key, None)) for key in keys]


def _checkpoint(data: bytes) -> None:
    trusted = trust(_genesis_bytes(), checkpoint=_read(data))
    verify_receipt(_read(_receipts_once()[-1]), trusted)


@cache
def _receipts_once() -> list[bytes]:
    return _receipts()


@cache
def _genesis_bytes() -> bytes:
    return CODEC.encode(_chain().genesis)


def _transaction(data: bytes) -> None:
    solo = _chain()
    solo.application.screen([data], solo.now_ms // 1000)
    for each in list(solo.application.pool._reserved.values()):
        solo.application.pool.release(each)
    _reader().read(data, Limits())


@cache
def _reader() -> TransactionReader:
    world = _chain().application.world
    return TransactionReader(world.chain, world.hasher, message_types(world))


def _transactions() -> list[bytes]:
    solo = _chain()
    later = {"expires": solo.now_ms // 1000 + 400}
    action = msgspec.to_builtins(SetLimits(limits=Limits()))
    return [
        solo.sign(Deposit(digest="dd" * 32), **later),
        solo.sign([Deposit(commitment="ee" * 32), DepositBatch(count=2, root="ff" * 32)], "org2.clerk", **later),
        solo.sign(Propose(actions=[action]), ["org1.admin", "org2.admin"], **later),
    ]


def _bodies() -> list[bytes]:
    return [canonical.encode(json.loads(each)["body"]) for each in _transactions()]


def _body(data: bytes) -> None:
    """A body in an envelope whose form is good."""
    entry = b'{"key":"%s","signature":"%s","signer":"org1.clerk"}' % (b"00" * 32, b"00" * 64)
    _reader().read(b'{"body":' + data + b',"signatures":[' + entry + b"]}", Limits())


# The language.


def _yaml(data: bytes) -> None:
    check_definition(read_definition(data), _words())


@cache
def _words() -> Any:
    return every_word()


def _definitions() -> list[bytes]:
    root = Path(__file__).resolve().parents[2]
    packs = sorted((root / "src/zhulian/scenarios").glob("*/scenario.yaml"), key=lambda each: each.stat().st_size)
    return [packs[0].read_bytes(), *(text_of_definition(draw_definition(seed)).encode() for seed in range(6))]


def _trees() -> list[bytes]:
    return [read_definition(each).to_json() for each in _definitions()]


def _expression(data: bytes) -> None:
    parse_expression(data.decode("utf-8", "replace"))


_EXPRESSIONS = (
    b'this.amount >= input.amount && this.state == "open"',
    b"share(balance(actor, cash, of: this), 1, 3, half_up) + 2 * (settings.cap - '10.00')",
    b"has(this.paid) ? days(this.paid, today) > 3d : !(now < end_of('2026-02-28'))",
    b'or_else(input.note, "none") in ["a", \'b\', "c\\n"] || size([1, 2, 3]) == 3',
)


# Between nodes, and between node and engine.


class _Line:
    """A transport that takes everything."""

    def __init__(self) -> None:
        self.aborted = False

    def write(self, data: bytes) -> None:
        pass

    def abort(self) -> None:
        self.aborted = True

    def is_closing(self) -> bool:
        return self.aborted

    def get_write_buffer_size(self) -> int:
        return 0


def _abci(data: bytes) -> None:
    connection = AbciConnection(lambda method, request: reply("info"), lambda error: None)
    connection.connection_made(_Line())  # type: ignore[arg-type]
    half = len(data) // 2
    connection.data_received(data[:half])
    connection.data_received(data[half:])


def _abci_frames() -> list[bytes]:
    proposal = message("RequestPrepareProposal")(max_tx_bytes=100, txs=[b"a", b"b"], height=3, time={"seconds": 5})
    finalize = message("RequestFinalizeBlock")(txs=[b"{}"], hash=b"h" * 32, height=9)
    return [
        frame(Request(info=message("RequestInfo")(version="0.40")).SerializeToString()),
        frame(Request(prepare_proposal=proposal).SerializeToString()) + frame(Request(flush={}).SerializeToString()),
        frame(Request(finalize_block=finalize).SerializeToString()),
        frame(Request(check_tx=message("RequestCheckTx")(tx=b"x" * 300)).SerializeToString()),
    ]


@cache
def _server() -> Server:
    async def nothing(parameters: Any) -> None:
        return None

    return Server(dict.fromkeys({**METHODS, **APP_METHODS}, nothing), _NoGuard())


class _NoGuard(Guard):
    def __init__(self) -> None:
        pass

    def spawn(self, work: Any) -> None:  # type: ignore[override]
        work.close()


def _rpc(data: bytes) -> None:
    connection = _Connection(_server())
    connection.connection_made(_Line())  # type: ignore[arg-type]
    connection.data_received(data)
    connection.connection_lost(None)


def _rpc_frames() -> list[bytes]:
    encode = msgspec.msgpack.encode
    asked = [(1, "status", {}), (2, "submit", {"txs": [b"{}"], "wait": "sealed"}), (3, "state", {"key": ["a", "b"], "height": 4})]
    return [rpc_frame(encode(each)) for each in asked] + [rpc_frame(encode((9, "page", {"collection": "x", "limit": 5})))]


def _extension(data: bytes) -> None:
    decode_extension(data)
    decode_offer(data)
    decode_seals(data)
    decode_bundle(data)


def _extensions() -> list[bytes]:
    seals = _chain().application.seals(1)
    offers = [Offer(height=1, seal=each) for each in seals]
    return [encode_extension(offers), encode_seals(1, seals), encode_bundle([b"a" * 40, b"b"])]


# Snapshots.


def _manifest(data: bytes) -> None:
    world = _chain().application.world
    snapshots.read_manifest(world.hasher, world.chain, world.genesis.sealers, data)


@cache
def _snapshot() -> tuple[Any, list[bytes]]:
    application = _chain().application
    application.save_seals()  # of what other parsers' examples have added to the chain
    chunks = list(snapshots.slices(application.chain_store.store))
    digests = [snapshots.chunk_digest(application.world.hasher, each) for each in chunks]
    made = snapshots.manifest_of(application.world.chain, application.chain_store, application.head.height, 9, digests)
    return made, chunks


def _chunk(data: bytes) -> None:
    """A chunk that its manifest names, as a liar would make both."""
    world = _chain().application.world
    manifest = msgspec.structs.replace(_snapshot()[0], chunks=[snapshots.chunk_digest(world.hasher, data).hex()])
    restoring = Restoring(world, MemoryStore(), manifest)
    restoring.take(0, data)
    restoring.finish(0)


# What people hand on.


def _ticket(data: bytes) -> None:
    read_ticket(data.decode("utf-8", "surrogateescape"))


def _tickets() -> list[bytes]:
    consent = {
        "agency": "org1", "expires": 1_766_890_000, "holder": "~" + "0a" * 16, "instance": "licence", "issued": 1_766_880_000,
        "nonce": "0b" * 16, "use": "check", "record": ["licence", "A-1"],
    }  # fmt: skip
    signed = {
        "consent": consent,
        "format": "zhulian/ticket/1",
        "key": "00" * 32,
        "signature": "11" * 64,
        "signer": "~" + "0a" * 16,
    }
    return [canonical.encode(signed)]


def _presentation(data: bytes) -> None:
    jose = SuiteJose(suite("intl"))
    parts = split(data.decode("utf-8", "surrogateescape"))
    token = read_token(parts.token, Words("凭证", "credential"))
    unfold(jose, token.payload, parts.disclosures)
    read_claims(_chain().application.world.hasher, token)


def _presentations() -> list[bytes]:
    jose, key = SuiteJose(suite("intl")), SoftwareSigner(suite("intl"), key_of("intl", "issuer"))
    genesis = _chain().application.world.hasher.genesis
    status = {"status_list": {"idx": 1, "uri": list_url(genesis, "org2", "2026")}}
    clear = {"iss": did_of(genesis, "org2"), "status": status, "vct": schema_url(genesis, "org1", "degree")}
    return [issue(jose, key, {"kid": "x"}, clear, {"name": "张三", "marks": [1, 2]}, 1).encode()]


def _status_list(data: bytes) -> None:
    StatusList.decode(_read(data)).get(3)


def _opening(data: bytes) -> None:
    hasher = _chain().application.world.hasher
    for each in read_opening(_read(data), "opening.json"):
        verify_opening(hasher, each, {"name": {"commitment": "00" * 32}, "doc": "00" * 32})


def _openings() -> list[bytes]:
    field = {"commitment": "00" * 32, "digest": "11" * 32, "field": "name", "salt": "22" * 32, "value": "张三"}
    other = {"commitment": "00" * 32, "digest": "11" * 32, "field": "doc", "salt": "22" * 32, "file": "doc.pdf"}
    document = {"chain": "x", "fields": [field, other], "format": "zhulian/opening/1", "instance": "app", "record": "licence/A"}
    return [canonical.encode(document)]


def _pack(data: bytes) -> None:
    path = _folder() / "case.pack"
    path.write_bytes(data)
    with Pack(path) as pack:
        list(pack.names())
        hasher = _chain().application.world.hasher
        for index in range(min(pack.count, 3)):
            verify_receipt(pack.receipt(hasher, index), _trusted())
        with suppress(NotInPack):
            pack.by_digest(b"\x11" * 32)


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="zhulian-fuzz-"))


@cache
def _packs() -> list[bytes]:
    """Packs of batches that are on the chain."""
    solo, found = _chain(), []
    for count in (1, 20):
        folder = _folder() / f"files-{count}"
        folder.mkdir(exist_ok=True)
        for number in range(count):
            (folder / f"{number}").write_bytes(b"%d" % number)
        gathered = gather(solo.application.world.hasher, b"secret", folder, workers=1)
        raw = solo.sign(DepositBatch(count=count, root=gathered.root.hex()))
        solo.submit([raw])
        stepped = solo.step()
        path = _folder() / f"{count}.pack"
        writer = PackWriter(path, gathered)
        writer.finish(solo.application.prover.receipt(stepped.outcomes[0].transaction))
        found.append(path.read_bytes())
    return found


def _key(data: bytes) -> None:
    path = _folder() / "case.key"
    path.write_bytes(data)
    read_key_file(path)


def _keys() -> list[bytes]:
    path = _folder() / "good.key"
    if not path.exists():
        save_key(path, key_of("gm", "org1.clerk"), "pass phrase", name="org1.clerk")
        load_key(path, "pass phrase")
    return [path.read_bytes()]


def _certificate(data: bytes) -> None:
    parse(data)


def _certificates() -> list[bytes]:
    return [ca_of(kind, "org1").certificate.der for kind in ("gm", "intl")] + [
        certificate_of("gm", "org1.clerk", CREATED, CREATED + 1000)
    ]


def _request(data: bytes) -> None:
    read_request(data)
    verify_request(data)


def _requests() -> list[bytes]:
    return [make_request(SoftwareSigner(suite(kind), key_of(kind, "org1.new")), "org1", "org1.new") for kind in ("gm", "intl")]


PARSERS: dict[str, Parser] = {
    "transaction": Parser(_transaction, _transactions),
    "body": Parser(_body, _bodies),
    "canonical JSON": Parser(_read, lambda: [*_bodies(), b'{"a":[1,"x",null,true]}']),
    "receipt": Parser(_receipt, _receipts),
    "state fact": Parser(_fact, _facts),
    "genesis": Parser(lambda data: parse_genesis(data).digest(), lambda: [_genesis_bytes()]),
    "checkpoint": Parser(_checkpoint, lambda: [canonical.encode(_chain().application.prover.checkpoint(2))]),
    "definition": Parser(_yaml, _definitions),
    "definition tree": Parser(load_definition, _trees),
    "expression": Parser(_expression, lambda: list(_EXPRESSIONS)),
    "ABCI frame": Parser(_abci, _abci_frames),
    "RPC frame": Parser(_rpc, _rpc_frames),
    "vote extension": Parser(_extension, _extensions),
    "snapshot manifest": Parser(_manifest, lambda: [snapshots.encode_manifest(_snapshot()[0])]),
    "snapshot chunk": Parser(_chunk, lambda: _snapshot()[1]),
    "ticket": Parser(_ticket, _tickets),
    "presentation": Parser(_presentation, _presentations),
    "status list": Parser(_status_list, lambda: [canonical.encode(StatusList(2, 64).encode())]),
    "opening": Parser(_opening, _openings),
    "pack": Parser(_pack, _packs),
    "key file": Parser(_key, _keys),
    "certificate": Parser(_certificate, _certificates),
    "certificate request": Parser(_request, _requests),
    "PEM": Parser(from_pem, lambda: [to_pem(_certificates())]),
}
