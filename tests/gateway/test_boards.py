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
from zhulian.offchain.index.methods import Search, Totals

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
    def __init__(self) -> None:
        self.asked: list[Search] = []

    async def search(self, asked: Search) -> dict[str, Any]:
        self.asked.append(asked)
        keys = ("AR-2020-001", "AR-2020-gone", "AR-2020-003")
        hits = [{"place": ["scenario/records", NAME, "receivable", key]} for key in keys]
        return {"height": 3, "hits": hits, "next": "7.0"}

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


@pytest.mark.anyio
async def test_records__under_conditions_are_found_by_the_index_and_shown_as_the_ledger_holds_them(tmp_path: Path) -> None:
    index = _Index()
    gateway = build(AppLedger(), Settings(), tokens=tmp_path / "tokens.json", index=index)
    path = f"/v1/apps/{NAME}/records/receivable"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway.asgi), base_url="http://127.0.0.1:8420") as http:
        found = (await http.get(f"{path}?q=x&state=drawn&where=debtor=meidi&after=9.0&limit=3")).json()
        newest = (await http.get(f"{path}?order=newest&starts=AR-2020-003")).json()
        wrong = [await http.get(f"{path}?{each}") for each in ("state=lost", "where=amount=1", "where=debtor", "order=up")]
    await gateway.context.hub.close()
    assert [each["key"] for each in found["items"]] == ["AR-2020-001", "AR-2020-003"], (
        "what the ledger does not hold is not shown"
    )
    assert found["items"][0]["fields"]["number"]["zh"] == "AR-2020-001"
    assert (found["next"], found["height"]) == ("7.0", 3)
    assert [each["key"] for each in newest["items"]] == ["AR-2020-003"]
    first = index.asked[0]
    assert (first.text, first.state, first.fields, first.after, first.limit) == ("x", "drawn", (("debtor", "meidi"),), "9.0", 3)
    assert [(each.status_code, each.json()["code"]) for each in wrong] == [(400, "gateway/9")] * 4


@pytest.mark.anyio
async def test_records__under_conditions_need_the_index(tmp_path: Path) -> None:
    ledger = AppLedger()
    ledger.present_evidence()
    gateway = build(ledger, Settings(), tokens=tmp_path / "tokens.json")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway.asgi), base_url="http://127.0.0.1:8420") as http:
        answer = await http.get(f"/v1/apps/{NAME}/records/receivable?order=newest")
        kept_apart = await http.get("/v1/apps/evidence/records/deposit?order=newest")
    await gateway.context.hub.close()
    assert (answer.status_code, answer.json()["code"]) == (503, "index/1")
    assert kept_apart.status_code == 400, "what a module keeps in its own collection is listed by key alone"
