"""The way of gifts and spendings on the command line, against a running node; and a node that lies about it."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import LiveNode, Run
from zhulian.client.tracing import flows

APP = "hz-fund"


def done(found: Any) -> Any:
    assert found.status == 0, found.err
    return found


@pytest.fixture
def fund(run: Run, at_home: LiveNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Five gifts of 10, and payments of 25, 5 and 12."""
    monkeypatch.chdir(tmp_path)
    done(run("scenario", "publish", Path(__file__).with_name("fund.yaml")))
    done(run("scenario", "open", "fund", "--as", APP))
    done(run("app", APP, "admit", "giver", "org1"))
    done(run("app", APP, "begin", "number=P"))
    for place in range(5):
        done(run("app", APP, "give", "P", f"number=G-{place}", "amount=10"))
    for place, amount in enumerate((25, 5, 12)):
        done(run("app", APP, "use", "P", f"number=B-{place}", f"amount={amount}"))
    return APP


def test_trace__follows_gifts_forth_and_payments_back(run: Run, fund: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def parts(number: str) -> tuple[list[tuple[str, int]], int | None]:
        found = done(run("trace", "gift", fund, "entry", "P", number, "--json")).document
        return [(each["record"].rpartition("/")[2], each["amount"]) for each in found["parts"]], found.get("unspent")

    assert parts("G-0") == ([("B-0", 1000)], 0)
    assert parts("G-2") == ([("B-0", 500), ("B-1", 500)], 0)
    assert parts("G-4") == ([("B-2", 200)], 800)
    assert parts("B-0") == ([("G-0", 1000), ("G-1", 1000), ("G-2", 500)], None)
    assert parts("B-2") == ([("G-3", 1000), ("G-4", 200)], None)
    shown = done(run("trace", "gift", fund, "entry", "P", "G-4", "--lang", "zh")).out
    assert "其中 ¥2.00 用于 hz-fund/entry/P/B-2" in shown
    assert "其中 ¥8.00 尚未支出" in shown
    assert run("trace", "gift", fund, "pot", "P").err.split()[0] == "client/140"
    monkeypatch.setattr(flows, "_covering", _wrong)
    assert run("trace", "gift", fund, "entry", "P", "G-4").err.split()[0] == "client/141"


def _wrong(*_: object) -> Any:
    yield from ()
    return 0
