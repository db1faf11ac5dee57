"""The state that a chain keeps: what the cache answers is what the store holds."""

from hypothesis import given
from hypothesis import strategies as st

from zhulian.ledger.chain_store import Batch, ChainStore
from zhulian.ledger.store import MemoryStore

_KEYS = tuple(b'["a","%d"]' % number for number in range(4))
_changes = st.dictionaries(st.sampled_from(_KEYS), st.none() | st.sampled_from([b"1", b"2", b"33"]), max_size=4)


@given(st.lists(st.tuples(_changes, st.lists(st.sampled_from(_KEYS), max_size=3)), max_size=6))
def test_put_state__writes_the_same_with_what_it_remembers_as_without(
    blocks: list[tuple[dict[bytes, bytes | None], list[bytes]]],
) -> None:
    remembering, cold = ChainStore(MemoryStore()), ChainStore(MemoryStore())
    for height, (changes, reads) in enumerate(blocks, 1):
        assert [remembering.get(key) for key in reads] == [cold.get(key) for key in reads]
        batches = []
        for chain in (remembering, cold):
            batch = Batch()
            chain.put_state(batch, height, changes)
            chain.store.write(batch.puts, batch.deletes)
            batches.append((batch.puts, batch.deletes))
        assert batches[0] == batches[1]
        remembering.state_committed(height, changes)
        cold.forget()
    assert [remembering.get_at(key, len(blocks)) for key in _KEYS] == [remembering.get(key) for key in _KEYS]
