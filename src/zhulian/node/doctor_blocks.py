"""The doctor's pass over the blocks: headers, roots, seals, ids, bodies and their signatures, and the seal log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from zhulian.errors import Refusal
from zhulian.ledger.agreements import Recover
from zhulian.ledger.blocks import header_digest, result_bytes, result_tree, sealers_root, transaction_tree
from zhulian.ledger.chain_store import BlockRecord, ChainStore, Head
from zhulian.ledger.limits import Limits
from zhulian.ledger.sealing import verify_seals
from zhulian.ledger.transactions import Transaction, TransactionReader
from zhulian.ledger.transition import World
from zhulian.ledger.types import Applied, Digest, Header, Ran, Refused, Result, Seal, Sealer, Wire
from zhulian.node.finding import Unsound

__all__ = ["BlocksExamined", "examine_blocks", "kept_transactions", "read_block", "reader_of"]

_ENCODE = msgspec.json.Encoder(order="sorted").encode
_RESULT = msgspec.json.Decoder(Applied | Refused)
_RAN = msgspec.json.Decoder(Ran)
_HEADER = msgspec.json.Decoder(Header)
_JOBS = 256

# What was admitted under older limits must still be readable.
_LOOSE = msgspec.structs.replace(
    Limits(), transaction_bytes_max=2**31, transaction_signers_max=2**31, transaction_messages_max=2**31
)


class SealLine(Wire, frozen=True):
    """A line of the seal log, read here by itself: `SealLog` cuts a torn end off, and an examination changes nothing."""

    header: Digest
    height: int
    seal: Seal


@dataclass(frozen=True)
class BlocksExamined:
    """How much was looked at."""

    blocks: int
    transactions: int
    signatures: int
    bodies_not_kept: int
    first: int = 1
    """The lowest height whose block is here; more than 1 where the chain grew from a snapshot."""
    unsealed: tuple[int, ...] = ()
    """Heights of a network that have no quorum of seals here; other members may have it."""


def examine_blocks(
    world: World, chain: ChainStore, head: Head, seal_log: Path, advance: Callable[[int], None], *, signatures: bool
) -> BlocksExamined:
    """Go through the blocks from the first that is here to the newest.

    Raises:
        Unsound: at the first fault.
    """
    logged = _seal_log(seal_log, chain, head)
    changes = dict(chain.sealer_changes(head.height + 1))
    reader = reader_of(world)
    first = chain.base()[0] + 1
    sealers: Sequence[Sealer] = changes.get(max((each for each in changes if each < first), default=0), world.genesis.sealers)
    previous, time_ms = _before(world, chain, first)
    transactions = verified = gone = 0
    unsealed: list[int] = []
    for height in range(first, head.height + 1):
        record = read_block(chain, height)
        header = _examine_header(world, record, height, previous, time_ms)
        results = _examine_results(world, chain, record, header)
        digest = header_digest(world.hasher, header)
        if len(sealers) > 1 and not chain.seals(height):  # they come with later blocks, or are asked of other members
            unsealed.append(height)
        else:
            _examine_seals(world, chain, header, digest, sealers, logged.get(height), height == head.height)
        sealers = changes.get(height, sealers)
        recovery = world.recoveries.get(height + 1)
        committed = recovery.act.former if recovery is not None and isinstance(recovery.act, Recover) else sealers
        if sealers_root(world.hasher, committed).hex() != header.next_sealers_root:
            raise Unsound("sealers", height, "签章节点名单与区块头不符。", "the sealer set is another than the header commits.")
        kept = kept_transactions(reader, record, results, height)
        verified += _examine_signatures(world, chain, kept, height) if signatures else 0
        transactions += len(results)
        gone += sum(each is None for each in kept)
        previous, time_ms = digest, header.time_ms
        advance(1)
    if (previous, time_ms) != (head.digest, head.time_ms):
        raise Unsound("head", head.height, "链首记录与最新区块不符。", "the record of the head is another than the newest block.")
    return BlocksExamined(head.height - first + 1, transactions, verified, gone, first, tuple(unsealed))


def _before(world: World, chain: ChainStore, first: int) -> tuple[bytes, int]:
    """Digest and time of what the first block follows: genesis, or the header of the snapshot from which the chain grew."""
    if first == 1:
        return world.genesis.digest(), world.genesis.created * 1000
    header = chain.header(first - 1)
    if header is None:
        raise Unsound("header", first - 1, "快照的区块头缺失。", "the header of the snapshot is missing.")
    return header_digest(world.hasher, header), header.time_ms


def read_block(chain: ChainStore, height: int) -> BlockRecord:
    """The block at `height`.

    Raises:
        Unsound: it is missing, or its record cannot be read.
    """
    try:
        record = chain.block(height)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unsound("block", height, "区块记录无法解读。", "the block's record cannot be read.") from None
    if record is None:
        raise Unsound("block", height, "区块缺失。", "the block is missing.")
    return record


def reader_of(world: World) -> TransactionReader:
    """Reads the envelopes that the chain keeps."""
    return TransactionReader(world.chain, world.hasher, world.handlers)


def kept_transactions(
    reader: TransactionReader, record: BlockRecord, results: Sequence[Result], height: int
) -> list[Transaction | None]:
    """The transactions of a block, None where the body is not kept.

    Raises:
        Unsound: a body does not belong to its result.
    """
    found: list[Transaction | None] = []
    for index, (envelope, result) in enumerate(zip(record.envelopes, results, strict=True)):
        if not envelope:
            found.append(None)
            continue
        try:
            read = reader.read(envelope, _LOOSE)
        except Refusal as refusal:
            raise Unsound(
                "body", height, f"第 {index} 笔正文无法解读。", f"body {index} cannot be read ({refusal.code})."
            ) from None
        if read.transaction != result.transaction or list(read.keys) != list(result.keys):
            raise Unsound("body", height, f"第 {index} 笔正文与其结果不符。", f"body {index} does not belong to its result.")
        found.append(read)
    return found


def _examine_header(world: World, record: BlockRecord, height: int, previous: bytes, time_ms: int) -> Header:
    try:
        header = _HEADER.decode(record.header)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unsound("header", height, "区块头无法解读。", "the header cannot be read.") from None
    if _ENCODE(header) != record.header or header.height != height or header.chain != world.chain:
        raise Unsound("header", height, "区块头写法、高度或链名有误。", "the header's form, height or chain is wrong.")
    if header.previous != previous.hex():
        raise Unsound("previous", height, "未衔接上一区块。", "it does not follow the block before.")
    if header.time_ms <= time_ms:
        raise Unsound("time", height, "时间未晚于上一区块。", "its time is not after the block before.")
    return header


def _examine_results(world: World, chain: ChainStore, record: BlockRecord, header: Header) -> list[Result]:
    height = header.height
    try:
        results = [_RESULT.decode(each) for each in record.results]
        ran = [_RAN.decode(each) for each in record.ran]
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unsound("results", height, "交易结果无法解读。", "a result cannot be read.") from None
    kept = [*record.results, *record.ran]
    if len(record.envelopes) != len(results) or [result_bytes(each) for each in (*results, *ran)] != kept:
        raise Unsound("results", height, "交易结果的数目或写法有误。", "number or form of the results is wrong.")
    if result_tree(world.hasher, kept).root.hex() != header.results_root:
        raise Unsound("results_root", height, "结果与结果根不符。", "the results do not make the results root.")
    if transaction_tree(world.hasher, results).root.hex() != header.transactions_root:
        raise Unsound("transactions_root", height, "交易与交易根不符。", "the transactions do not make the transactions root.")
    for index, each in enumerate(results):
        if chain.place(each.transaction) != (height, index):
            raise Unsound("index", height, f"交易 {each.transaction} 的索引有误。", f"the index of {each.transaction} is wrong.")
    return results


def _examine_seals(
    world: World,
    chain: ChainStore,
    header: Header,
    digest: bytes,
    sealers: Sequence[Sealer],
    line: SealLine | None,
    is_head: bool,
) -> None:
    seals: list[Seal] = chain.seals(header.height)
    if line is not None:
        if line.header != digest.hex():
            raise Unsound("seal_log", header.height, "签章日志所签为另一区块。", "the seal log has sealed another block.")
        if len(sealers) > 1:
            pass  # a quorum may have been complete without this node's own
        elif not seals and is_head:  # its seal is kept with the next block; any older one must be there
            seals = [line.seal]
        elif line.seal not in seals:
            raise Unsound("seal_log", header.height, "签章与签章日志不符。", "the seals are others than the seal log's.")
    try:
        verify_seals(world.hasher, header, seals, sealers)
    except Refusal as refusal:
        raise Unsound("seals", header.height, refusal.say("zh"), refusal.say("en")) from None


def _examine_signatures(world: World, chain: ChainStore, kept: Sequence[Transaction | None], height: int) -> int:
    """Verify the signatures of the kept bodies and answer how many."""
    jobs, whose = [], []
    for each in kept:
        if each is None:
            continue
        for key, signer, signature in zip(each.keys, each.signers, each.signatures, strict=True):
            holder = world.authority.holder(chain, key)
            if holder is None or holder.signer != signer:
                raise Unsound("signature", height, f"{signer} 的密钥未登记。", f"the key of {signer} is not registered.")
            jobs.append((holder.public_key, each.preimage, signature))
            whose.append(signer)
    for first in range(0, len(jobs), _JOBS):
        verdicts = world.hasher.suite.verify_many(jobs[first : first + _JOBS])
        if not all(verdicts):
            signer = whose[first + verdicts.index(False)]
            raise Unsound("signature", height, f"{signer} 的签名无效。", f"the signature of {signer} is not valid.")
    return len(jobs)


def _seal_log(path: Path, chain: ChainStore, head: Head) -> dict[int, SealLine]:
    """The seal log by height; half a line at the end is what a crash leaves and counts as nothing."""
    decoder = msgspec.json.Decoder(SealLine)
    found: dict[int, SealLine] = {}
    if not path.exists():
        return found
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if not line.endswith(b"\n"):
                break
            try:
                read = decoder.decode(line)
            except (msgspec.DecodeError, UnicodeDecodeError):
                zh, en = f"签章日志第 {number} 行已损坏。", f"line {number} of the seal log is damaged."
                raise Unsound("seal_log", None, zh, en) from None
            if found.setdefault(read.height, read).header != read.header:
                raise Unsound("seal_log", read.height, "同一高度签过两个区块。", "two blocks were sealed at one height.")
    newest = max(found, default=0)
    if newest > max(head.height, chain.ahead()):
        raise Unsound(
            "seal_log",
            newest,
            "签章日志比数据新，数据来自旧备份。",
            "the seal log is newer than the data, which come from an old backup.",
        )
    return found
