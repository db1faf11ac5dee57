"""The registry keeps what modules lend apart, and the tree carries no code."""

import pytest

from tests.language.expressions.sample import REGISTRY
from zhulian.errors import Bug
from zhulian.language.expressions.types import INT, OWNER, AmountOf, AnyAsset, PerOf, Said
from zhulian.language.registry import KERNEL, Contract, Parameter, Read, Registry, Verb

SAID = Said("移转", "pass")


def test_lending__adds_without_changing_what_was() -> None:
    before = dict(KERNEL.reads)
    more = KERNEL.lend([Read("count", (), INT, 1, SAID)])
    assert "count" in more.reads
    assert dict(KERNEL.reads) == before
    with pytest.raises(TypeError):
        more.reads["x"] = more.reads["count"]  # type: ignore[index]


def test_name__is_lent_once() -> None:
    with pytest.raises(Bug):
        KERNEL.lend([Read("now", (), INT, 1, SAID)])
    verb = Verb("transfer", (Parameter("from", OWNER),), ("from",), 4, SAID)
    with pytest.raises(Bug):
        Registry().lend(verbs=[verb]).lend(verbs=[verb])


def test_debits__name_parameters() -> None:
    with pytest.raises(Bug):
        Registry().lend(verbs=[Verb("transfer", (Parameter("from", OWNER),), ("payer",), 4, SAID)])


def test_pointers__look_back() -> None:
    with pytest.raises(Bug):
        Registry().lend([Read("balance", (Parameter("of", PerOf(1)), Parameter("asset", AnyAsset())), INT, 1, SAID)])
    with pytest.raises(Bug):
        Registry().lend([Read("supply", (Parameter("asset", AnyAsset()),), AmountOf(3), 1, SAID)])


def test_usage__marks_what_may_be_left_out() -> None:
    assert REGISTRY.reads["balance"].usage == "balance(owner, asset, of?)"


def test_contract__is_text_of_the_language() -> None:
    contract = Contract(axioms=("balance(owner, asset, of) <= supply(asset, of)",))
    read = Read("held", (), INT, 1, SAID, contract=contract)
    assert KERNEL.lend([read]).reads["held"].contract == contract
