"""Makes a copy of a chain that one node had made alone ready for the consensus engine."""

import msgspec

from zhulian.consensus.application import Application
from zhulian.errors import Words
from zhulian.home import Home
from zhulian.ledger.chain_store import Batch
from zhulian.ledger.genesis import Genesis
from zhulian.modules import assemble, found_state
from zhulian.modules.govern.state import VALIDATORS
from zhulian.node.comet.adoption import Adoption, BadAdoption
from zhulian.node.rocks import RocksStore

__all__ = ["take_over"]


def take_over(home: Home, genesis: Genesis, expected: Adoption | None = None) -> Adoption:
    """Turn the copy in `home` over to the engine, and answer where it begins; `expected` is where it must.

    Raises:
        BadAdoption: the chain's head does not hand over to sealers with engines, or is another than expected.
    """
    world = assemble(genesis)
    store = RocksStore(home.database)
    try:
        application = Application(world, store, found_state(world))
        chain, head = application.chain_store, application.head
        header, record, keys = chain.header(head.height), chain.block(head.height), VALIDATORS.get(chain).keys
        if header is None or record is None or not application.seals(head.height) or not keys:
            why = Words("账本的末块未移交给多个节点", "the newest block of the chain hands over to no nodes")
            raise BadAdoption(path=str(home.root), why=why)
        found = Adoption(format="zhulian/adoption/1", header=header, sealers=application.sealers(), validators=dict(keys))
        if expected is not None and found != expected:
            why = Words("账本副本的末块与其所载不同", "the copy of the chain ends with another block")
            raise BadAdoption(path=str(home.adoption_file), why=why)
        batch = Batch()  # the engine counts from 1: neither the head nor its block belongs to one of its heights
        ids = [msgspec.json.decode(each)["transaction"] for each in record.results]
        chain.put_block(batch, head.height, msgspec.structs.replace(record, engine_height=0), ids)
        chain.put_head(batch, msgspec.structs.replace(head, engine_height=0))
        store.write(batch.puts)
        return found
    finally:
        store.close()
