"""Makes a chain ready for an engine that begins anew: a copy of one that a node had made alone, or one that members went on with."""

import msgspec

from zhulian.consensus.application import Application
from zhulian.errors import Words, check
from zhulian.home import Home
from zhulian.ledger.chain_store import Batch
from zhulian.ledger.genesis import Genesis
from zhulian.modules import assemble, found_state
from zhulian.modules.govern.state import VALIDATORS
from zhulian.node.comet.adoption import Adoption, BadAdoption
from zhulian.node.rocks import RocksStore

__all__ = ["adoption_at_head", "hand_over", "take_over"]


def take_over(home: Home, genesis: Genesis, expected: Adoption | None = None) -> Adoption:
    """Turn the copy in `home` over to the engine, and answer where it begins; `expected` is where it must.

    Raises:
        BadAdoption: the chain's head does not hand over to sealers with engines, or is another than expected.
    """
    world = assemble(genesis)
    store = RocksStore(home.database)
    try:
        application = Application(world, store, found_state(world))
        found = adoption_at_head(application)
        if found is None or not application.seals(application.head.height):
            why = Words("账本的末块未移交给多个节点", "the newest block of the chain hands over to no nodes")
            raise BadAdoption(path=str(home.root), why=why)
        if expected is not None and found != expected:
            why = Words("账本副本的末块与其所载不同", "the copy of the chain ends with another block")
            raise BadAdoption(path=str(home.adoption_file), why=why)
        hand_over(application)
        return found
    finally:
        store.close()


def adoption_at_head(application: Application, agreement: str | None = None) -> Adoption | None:
    """Where an engine begins that takes over after the newest block; None where that hands over to no nodes."""
    chain = application.chain_store
    header, keys = chain.header(application.head.height), VALIDATORS.get(chain).keys
    if header is None or not keys:
        return None
    return Adoption(
        format="zhulian/adoption/1", header=header, sealers=application.sealers(), validators=dict(keys), agreement=agreement
    )


def hand_over(application: Application) -> None:
    """Let an engine count from 1 after the newest block: neither the head nor its block belongs to one of its heights."""
    chain, head = application.chain_store, application.head
    record = chain.block(head.height)
    check(record is not None, "the newest block is there")
    if record is not None:
        batch = Batch()
        ids = [msgspec.json.decode(each)["transaction"] for each in record.results]
        chain.put_block(batch, head.height, msgspec.structs.replace(record, engine_height=0), ids)
        chain.put_head(batch, msgspec.structs.replace(head, engine_height=0))
        chain.store.write(batch.puts)
