"""A sweep that is cut short between two pages goes on where it was, and ends as one that never was."""

from pathlib import Path

import msgspec

from tests.modules.scenario.opening.ground import MODULES, publish_message
from tests.modules.scenario.timing.cans import SOURCE, do
from tests.solo import Solo, open_solo
from tests.world import make_genesis
from zhulian.ledger.limits import Limits
from zhulian.modules.scenario.messages import Admit, Open
from zhulian.modules.scenario.state import RECORDS, SWEEPS
from zhulian.modules.scenario.timing.schedule import OVER

SMALL = Limits(block_steps_max=40_000, organisation_block_steps_max=40_000)
CANS = 50


def _begin(folder: Path) -> Solo:
    """A chain with a lot of cans that has just been recalled; a block has room for one page of 20."""
    genesis = make_genesis(3, limits=SMALL)
    genesis = msgspec.structs.replace(genesis, modules={**genesis.modules, **dict.fromkeys(MODULES, 1)})
    solo = open_solo(folder, genesis=genesis)
    published = publish_message(solo.world, SOURCE)
    solo.run(published)
    solo.run(Open(definition=published.definition, instance="first"))
    solo.run(Admit(instance="first", party="org1", role="maker"))
    solo.run(do("pack", number=1))
    solo.run([do("fill", code=code, lot=["1"], bad=False) for code in range(CANS)])
    solo.run(do("recall", 1))
    return solo


def _place(solo: Solo) -> tuple[int, int]:
    sweep = SWEEPS.get(solo.application.chain_store, "first", "stop", "1")
    return sweep.next, sweep.queued


def test_sweep__goes_on_after_each_stop(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    straight, broken = _begin(tmp_path / "one"), _begin(tmp_path / "other")
    places = []
    for _ in range(4):
        straight.step()
        broken.step()
        places.append(_place(broken)[0])
        broken = open_solo(tmp_path / "other", genesis=broken.genesis, store=broken.store, now_ms=broken.now_ms)
        assert _place(broken)[0] == places[-1]
    assert places == [20, 40, 50, 50]
    assert _place(broken) == _place(straight) == (50, OVER)
    state = broken.application.chain_store
    assert {RECORDS.get(state, "first", "can", str(code)).state for code in range(CANS)} == {"stopped"}
    assert RECORDS.get(state, "first", "lot", "1").fields["told"] == CANS
    assert straight.application.chain_store.head() == state.head()
