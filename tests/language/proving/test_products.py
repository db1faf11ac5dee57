"""Products of two unknowns: bounds settle some promises, computing others, and where neither does it is the limit that is named."""

from pathlib import Path

import pytest

from zhulian.assure.stories.replaying import Replay
from zhulian.language.definition.check import Checked, check_definition
from zhulian.language.definition.reading import read_definition
from zhulian.language.proving.prove import prove
from zhulian.language.proving.report import PromiseReport
from zhulian.modules import every_word

SALE = (Path(__file__).parent / "sale.yaml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def sale() -> Checked:
    return check_definition(read_definition(SALE), every_word())


def found(sale: Checked, name: str, play: Replay | None = None) -> PromiseReport:
    (promise,) = prove(sale, only={name}, play=play, samples=None if play is None else play.samples).promises
    return promise


def test_products__what_bounds_settle_is_proved(sale: Checked) -> None:
    assert found(sale, "a_square").verdict == "proved"


def test_products__are_computed_where_bounds_do_not_settle_it(sale: Checked) -> None:
    checks = {each.doer: each for each in found(sale, "is_product", Replay(sale)).checks}
    assert (checks["place"].verdict, checks["more"].verdict) == ("proved", "proved")
    assert ("promise", "order.is_product") in {(each.kind, each.name) for each in checks["more"].used}
    assert (checks["reprice"].verdict, checks["reprice"].reason) == ("refuted", "stopped")


def test_products__what_the_solver_cannot_decide_ends_at_its_limit_and_says_so(sale: Checked) -> None:
    promise = found(sale, "no_cubes")
    assert (promise.verdict, promise.reason) == ("runtime", "limit")
    assert {each.reason for each in promise.checks} == {"", "limit"}
