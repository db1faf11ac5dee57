"""Figures for boards: what a group of few would give away is left out."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from apps_fake import NAME, AppLedger
from hypothesis import given
from hypothesis import strategies as st

from zhulian.gateway.app import build
from zhulian.gateway.beside import NoIndex
from zhulian.gateway.routes.search import for_board
from zhulian.gateway.settings import Settings
from zhulian.offchain.index.methods import Totals

LEAST = 5


def rows(*counts: int) -> list[dict[str, Any]]:
    return [{"count": count, "group": str(place), "value": str(count * 7)} for place, count in enumerate(counts)]


@pytest.mark.parametrize(
    ("counts", "seen"),
    [
        ((), []),
        ((4,), []),
        ((5,), [5]),
        ((9, 5, 4, 3), [9, 5]),
        ((9, 5, 4), [9]),
        ((9, 4), []),
        ((5, 5, 9, 1), [5, 9]),
        ((5, 6), [5, 6]),
    ],
)
def test_for_board__hides_small_groups_and_one_more_where_only_one_is(counts: tuple[int, ...], seen: list[int]) -> None:
    assert [each["count"] for each in for_board(rows(*counts))] == seen


@given(st.lists(st.integers(1, 12), max_size=8))
def test_for_board__what_is_left_out_cannot_be_worked_out_from_the_whole(counts: list[int]) -> None:
    seen = for_board(rows(*counts))
    assert all(each["count"] >= LEAST for each in seen)
    assert len(counts) - len(seen) != 1 or len(counts) == 1
    if all(count >= LEAST for count in counts):
        assert len(seen) == len(counts)


class _Index(NoIndex):
    async def totals(self, asked: Totals) -> dict[str, Any]:
        found = {"confirmed": 8, "drawn": 6, "lapsed": 2, "settled": 1}
        items = [{"count": count, "group": state, "value": str(count * 100)} for state, count in found.items()]
        return {"height": 3, "ledger_height": 3, "rows": items}


@pytest.mark.anyio
async def test_figures__for_a_board_say_how_many_groups_are_left_out(tmp_path: Path) -> None:
    gateway = build(AppLedger(), Settings(), tokens=tmp_path / "tokens.json", index=_Index())
    path = f"/v1/apps/{NAME}/figures?record=receivable&field=amount&by=state"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway.asgi), base_url="http://127.0.0.1:8420") as http:
        whole = (await http.get(path)).json()
        board = (await http.get(f"{path}&board=1")).json()
        wrong = await http.get(f"{path}&board=2")
    await gateway.context.hub.close()
    assert [each["count"] for each in whole["rows"]] == [8, 6, 2, 1]
    assert "hidden" not in whole
    assert [each["group"] for each in board["rows"]] == ["confirmed", "drawn"]
    assert board["hidden"] == 2
    assert board["rows"][1]["shown"]["zh"] == "6.00 元"
    assert wrong.status_code == 400
