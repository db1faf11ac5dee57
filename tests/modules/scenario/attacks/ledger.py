"""What must hold of every chain, however it was attacked: the blocks tell just what the state says."""

from tests.modules.scenario.acting.stage import Stage
from zhulian.ledger.types import Applied, Ran
from zhulian.modules.asset.state import BALANCES, CLASSES, HOLDINGS
from zhulian.modules.scenario.acting.records import NO_TRAIL
from zhulian.modules.scenario.events import RecordChanged
from zhulian.modules.scenario.state import RECORDS, Trail

__all__ = ["require_balanced_books", "require_told_trails"]


def require_told_trails(stage: Stage) -> None:
    """Every record has the trail that the blocks tell of it event by event, and no block tells of a record that is not there."""
    told: dict[tuple[str, ...], Trail] = {}
    for block in stage.world.blocks:
        results: list[Ran | Applied] = [*block.ran, *(each for each in block.results if isinstance(each, Applied))]
        changes = [event for each in results for event in each.events if isinstance(event, RecordChanged)]
        # what ran within a transaction stands behind all transactions, so that events are put in their order by their counts
        for event in sorted(changes, key=lambda each: each.trail.count):
            place = (event.instance, event.record, event.key)
            assert event.trail.count == told.get(place, NO_TRAIL).count + 1, event
            told[place] = event.trail
    assert told == {place: held.trail for place, held in stage.all(RECORDS).items()}


def require_balanced_books(stage: Stage) -> None:
    """The units of a class are those that its owners hold; records are counted as owners of just what they hold."""
    sums: dict[tuple[str, ...], int] = {}
    owned: dict[tuple[str, ...], int] = {}
    for (*place, owner), balance in stage.all(BALANCES).items():
        assert balance.units >= 0
        sums[tuple(place)] = sums.get(tuple(place), 0) + balance.units
        if "/" in owner and not owner.startswith("*"):
            owned[owner,] = owned.get((owner,), 0) + 1
    assert sums == {place: each.supply for place, each in stage.all(CLASSES).items() if each.supply or place in sums}
    assert owned == stage.all(HOLDINGS)
