"""Members with planted faults: the auditor finds each of them, and says which promise it breaks."""

import pytest

from tests.assure.simulation import planted
from zhulian.assure.simulation.many import replay
from zhulian.assure.simulation.replica import Replica
from zhulian.assure.simulation.running import Plan, run_seed
from zhulian.modules.asset import book

SEEDS = range(12)


def found(replica: type[Replica], where: str = "org2", faults: bool = True, members: int = 4) -> str:
    """What the auditor says of the first seed that it is not content with."""
    for seed in SEEDS:
        failure = run_seed(seed, Plan(members, 12_000, faults, replica, where)).failure
        if failure:
            return failure
    return ""


@pytest.mark.parametrize(
    ("replica", "says"),
    [
        (planted.SkipsAWrite, ("one history", "state root")),
        (planted.LosesABatch, ("was sealed before",)),
        (planted.ForgetsItsSeals, ("seals: org2 sealed the height", "sealed before")),
        (planted.SealsAnother, ("seals: org2",)),
        (planted.LosesABlock, ("one history",)),
        (planted.LooksAtTheClock, ("one history",)),
    ],
)
def test_planted_fault__is_found(replica: type[Replica], says: tuple[str, ...]) -> None:
    failure = found(replica)
    assert any(each in failure for each in says), failure or "nothing was found"


def test_lone_node_whose_disk_lies__is_found() -> None:
    assert "sealed before" in found(planted.LosesABatchAlone, where="", members=1)


def test_everybody_forgetting_ids__is_found() -> None:
    assert "stands elsewhere" in found(planted.ForgetsIds, where="", faults=False)


def test_everybody_making_value__is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    add = book.Account.add
    monkeypatch.setattr(book.Account, "add", lambda self, amount: add(self, amount + (amount > 0)))
    failure = found(Replica, faults=False)
    assert "balances" in failure or "supplies" in failure or "promises" in failure, failure or "nothing was found"


def test_failure__comes_again_with_its_seed() -> None:
    plan = Plan(active_ms=12_000, replica=planted.SealsAnother)
    first, again = run_seed(2, plan), run_seed(2, plan)
    assert first.failure
    assert (first.failure, first.trace) == (again.failure, again.trace)
    assert replay(2, 4) == "zhulian simulate --from 2 --seeds 1 --members 4"
