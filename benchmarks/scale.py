"""What a deposit costs on a full ledger, how long a restart takes, and how long offline verification takes.

    .venv/bin/python benchmarks/scale.py --records 10000 1000000 --blocks 1000000

Records are loaded below the signature layer, straight into state and tree; blocks are synthesised with empty bodies. What
is measured is real: admission with signature verification (here in the same process), execution, tree and one durable RocksDB batch a block, in
blocks of `--batch` deposits. `us` is time on the clock, `processor_us` of the thread, both per deposit; `disk_bytes` is what the
store's folder grows by for a deposit, its log included; `memory_mib` is the most that the process has had so far.

With `--keep FOLDER` what was loaded stays there, and a run that was cut off does not load it again; so ten million records can
be loaded in one night and measured in another. Each measurement adds its deposits.
"""

import argparse
import json
import resource
import secrets
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from zhulian.consensus.application import Application, Screened
from zhulian.consensus.seal_log import SealLog
from zhulian.consensus.solo import SoloEngine
from zhulian.crypto import fingerprint
from zhulian.home import Home
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.chain_store import Batch, BlockRecord, ChainStore, Head
from zhulian.ledger.genesis import parse_genesis
from zhulian.ledger.receipts import trust, verify_receipt
from zhulian.ledger.store import Store
from zhulian.ledger.transactions import encode_body, encode_envelope
from zhulian.ledger.transition import World
from zhulian.ledger.types import Header, Seal, SignatureEntry
from zhulian.merkle import load_tree
from zhulian.modules import assemble, found_state
from zhulian.modules.evidence.messages import Deposit
from zhulian.network import found_sample
from zhulian.node.rocks import RocksStore

_CHUNK = 20_000


def load(world: World, store: Store, records: int) -> None:
    """Put the founding state and `records` synthetic deposits into an empty store, as height 0; one that was loaded stays."""
    if store.get(b"mhead") is not None:
        return
    if next(store.scan(b"", b"\xff"), None) is not None:
        raise SystemExit("a load was cut off here; delete the folder and begin again")
    items = dict(found_state(world))
    value = b'{"height":1,"kind":"commitment","signers":["org1.clerk"],"time_ms":1766880000000,"transaction":"%s"}' % (b"0" * 64)
    for _ in range(records):
        items[b'["evidence/deposits","%s","org1"]' % secrets.token_hex(32).encode()] = value
    digest = world.hasher.digest
    ordered = sorted(items, key=lambda key: digest("state-key", key))
    for writes in load_tree(world.hasher, 0, ((key, items[key]) for key in ordered)):
        store.write(writes)
    chain = ChainStore(store)
    for at in range(0, len(ordered), _CHUNK):
        store.write([(b"s" + key, bytes(8) + items[key]) for key in ordered[at : at + _CHUNK]])
    batch = Batch()
    chain.put_sealers(batch, 0, world.genesis.sealers)
    chain.put_head(batch, Head(0, 0, world.genesis.digest(), world.genesis.created * 1000))
    chain.put_meta(batch, "genesis", world.genesis.digest())
    store.write(batch.puts)


def synthesise(world: World, store: Store, blocks: int) -> None:
    """Add `blocks` headers with one refused transaction each, chained but not executed; the tree stays at its version."""
    chain = ChainStore(store)
    before = world.genesis.digest()
    start = world.genesis.created * 1000
    header = None
    for first in range(1, blocks + 1, _CHUNK):
        batch = Batch()
        for height in range(first, min(first + _CHUNK, blocks + 1)):
            header = Header(
                chain=world.chain,
                height=height,
                next_sealers_root="0" * 64,
                previous=before.hex(),
                results_root="0" * 64,
                state_root="0" * 64,
                time_ms=start + height,
                transactions_root="0" * 64,
            )
            before = header_digest(world.hasher, header)
            record = BlockRecord(msgspec.json.encode(header, order="sorted"), [b"{}"], [b""], height)
            chain.put_block(batch, height, record, [secrets.token_hex(32)])
            seal = Seal(key="0" * 64, sealer="org1", signature="0" * 128, time_ms=start + height)
            chain.put_seals(batch, height, [seal])
        chain.put_head(batch, Head(0, 0, world.genesis.digest(), start))
        store.write(batch.puts)


def deposits(home: Home, world: World, count: int) -> list[bytes]:
    """Signed deposits by the sample's clerk."""
    signer = home.signer("org1.clerk", "gm")
    key = fingerprint(signer.suite, signer.public_key)
    expires = int(time.time()) + 500
    made = []
    for _ in range(count):
        body = encode_body(
            world.chain, expires, [Deposit(commitment=secrets.token_hex(32))], secrets.token_hex(16), ["org1.clerk"]
        )
        signature = signer.sign(world.hasher.preimage("body", body)).hex()
        made.append(encode_envelope(body, [SignatureEntry(key=key, signature=signature, signer="org1.clerk")]))
    return made


def cost(home: Home, world: World, store: Store, folder: Path, batch: int, rounds: int) -> dict[str, float]:
    """Microseconds a deposit through screen, execution, tree and commit, the median of `rounds` blocks."""
    application = Application(world, store, {})
    application.tree.warm()  # as a node does before it opens its doors
    log = SealLog(folder / "seal.log")
    engine = SoloEngine(application, home.signer("org1.seal", "gm"), log, lambda: time.time_ns() // 1_000_000)
    raws = deposits(home, world, batch * (rounds + 2))
    suite = world.hasher.suite
    before = _bytes_in(folder)
    clock, processor = [], []
    for round_number in range(rounds + 2):
        part = raws[round_number * batch : (round_number + 1) * batch]
        began, spent = time.perf_counter(), time.thread_time()
        screened = [each for each in application.screen(part, int(time.time())) if isinstance(each, Screened)]
        application.admit(screened, [suite.verify_many(each.jobs) for each in screened])
        stepped = engine.step()
        clock.append(time.perf_counter() - began)
        processor.append(time.thread_time() - spent)
        if len(stepped.outcomes) != batch or any(each.code for each in stepped.outcomes):
            raise SystemExit(f"a deposit did not succeed: {stepped.outcomes[:1]}")
    log.close()
    grown = _bytes_in(folder) - before
    middle = lambda values: round(sorted(values[2:])[rounds // 2] / batch * 1e6, 1)  # noqa: E731 - two warm-up blocks left out
    return {
        "us": middle(clock),
        "processor_us": middle(processor),
        "disk_bytes": round(grown / len(raws)),
        "memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def _bytes_in(folder: Path) -> int:
    """What the files below a folder have."""
    return sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())


def verification(home: Home, world: World, store: Store) -> dict[str, float]:
    """Milliseconds to verify one receipt, genesis read anew each time; the median of 50."""
    application = Application(world, store, {})
    record = application.chain_store.block(1)
    if record is None:
        raise SystemExit("there is no block")
    transaction = json.loads(record.results[0])["transaction"]
    receipt = application.prover.receipt(transaction)
    genesis = home.genesis_bytes()
    times = []
    for _ in range(50):
        began = time.perf_counter()
        verify_receipt(receipt, trust(genesis))
        times.append((time.perf_counter() - began) * 1000)
    return {"median_ms": round(sorted(times)[25], 2), "receipt_bytes": len(json.dumps(receipt))}


def main() -> None:
    """Measure and print JSON."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--records", type=int, nargs="+", default=[10_000, 1_000_000])
    options.add_argument("--blocks", type=int, default=1_000_000)
    options.add_argument("--batch", type=int, default=500)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--keep", type=Path, help="a folder in which what is loaded stays")
    chosen = options.parse_args()
    found: dict[str, Any] = {"batch": chosen.batch, "blocks": chosen.blocks, "cost": {}}
    with tempfile.TemporaryDirectory(prefix="zhulian-scale-") as folder:
        for line in measure(chosen.keep or Path(folder), chosen, found):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()
    sys.stdout.write(json.dumps(found, indent=1) + "\n")


def measure(folder: Path, chosen: argparse.Namespace, found: dict[str, Any]) -> Iterator[str]:
    """Fill `found`, saying what is under way."""
    home = Home(folder / "home")
    if not home.genesis_file.exists():
        found_sample(home, int(time.time()) - 60)
    world = assemble(parse_genesis(home.genesis_bytes()))
    for records in chosen.records:
        own = folder / str(records)
        own.mkdir(parents=True, exist_ok=True)
        yield f"loading {records} records"
        with RocksStore(own / "db") as store:
            load(world, store, records)
            yield "measuring"
            found["cost"][records] = cost(home, world, store, own, chosen.batch, chosen.rounds)
            found["verification"] = verification(home, world, store)
            sys.stderr.write(json.dumps({records: found["cost"][records]}) + "\n")
    first, last = (found["cost"][each]["processor_us"] for each in (chosen.records[0], chosen.records[-1]))
    found["cost_ratio"] = round(last / first, 2)
    if not chosen.blocks:
        return
    yield f"synthesising {chosen.blocks} blocks"
    own = folder / "blocks"
    own.mkdir(exist_ok=True)
    with RocksStore(own / "db") as store:
        load(world, store, 1000)
        if store.get(b"b" + chosen.blocks.to_bytes(8, "big")) is None:
            synthesise(world, store, chosen.blocks)
    yield "opening"
    began = time.perf_counter()
    with RocksStore(own / "db") as store:
        Application(world, store, {})
        found["open_s"] = round(time.perf_counter() - began, 3)
    found["block_bytes"] = round(_bytes_in(own / "db") / chosen.blocks)


main()
