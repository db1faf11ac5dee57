"""A definition proved from the console: a job that can be left and come back to, what it finds in words, and that the node itself never loads the solver."""

from pathlib import Path
from typing import Any, cast

import pytest
import z3

from tests.console.visiting import LOT, Console, Shared, Visit
from zhulian.console.parts.reported import reported
from zhulian.console.words import LANGUAGES

pytestmark = pytest.mark.anyio

LENT = """
scenario: lent_out
version: 1
title: {zh: 物品借用, en: Things lent}
roles:
  clerk: {title: {zh: 经办, en: Clerk}, admitted_by: operator}
records:
  thing:
    title: {zh: 物品, en: Thing}
    key: number
    fields: {number: {type: int}, left: {type: int, default: '1', title: {zh: 余数, en: Left}}}
    states: {start: kept, final: [gone]}
    always:
      - {name: never_below, that: this.left >= 0, say: {zh: 余数不为负, en: never less than nothing is left}}
actions:
  enter: {title: {zh: 登记, en: Enter}, by: clerk, creates: thing, input: [number]}
  lend: {title: {zh: 借出, en: Lend}, by: clerk, on: thing, do: [{set: {left: this.left - 1}}]}
"""
_LONG = Path(__file__).resolve().parents[2] / "src" / "zhulian" / "scenarios" / "bill" / "scenario.yaml"


async def _prove(visit: Visit, text: str) -> None:
    await visit.go("/developer")
    await visit.page.locator("textarea").fill(text)
    await visit.page.get_by_role("button", name="证明", exact=True).click()


async def test_prove__goes_on_while_nobody_looks_and_tells_the_steps_that_break_a_promise(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    await visit.enter()
    await _prove(visit, LENT)
    await page.locator(".proving .state").first.wait_for(timeout=40_000)
    await visit.go("/")
    await visit.go("/developer")
    await page.locator(".promises > li").first.wait_for(timeout=90_000)
    assert await page.locator("textarea").input_value() == LENT
    assert "有约束已推翻" in await page.locator(".proving").inner_text()
    steps = await page.locator(".counter ol > li").all_inner_texts()
    assert len(steps) >= 2
    assert any("借出" in each for each in steps)
    assert "约束" in " ".join(await page.locator(".promises").all_inner_texts())
    async with page.expect_download() as got:
        await page.get_by_role("button", name="下载证明报告").click()
    path = tmp_path / "report.json"
    await (await got.value).save_as(path)
    assert b'"format":"zhulian-proof/1"' in path.read_bytes()
    for language, width in (("zh", 390), ("en", 390), ("en", 1440), ("zh", 1440)):
        await page.set_viewport_size({"width": width, "height": 900})
        await visit.go(f"/developer?lang={language}")
        await page.locator(".promises > li").first.wait_for(timeout=40_000)
        assert ("Refuted" in await page.locator(".promises").inner_text()) is (language == "en")
        assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert not visit.faults


async def test_prove__can_be_ended_and_names_the_faults_of_a_definition(visit: Visit) -> None:
    page = visit.page
    await visit.enter()
    await _prove(visit, _LONG.read_text(encoding="utf-8"))
    await page.get_by_role("button", name="终止证明").click(timeout=40_000)
    await visit.sees("证明已终止")
    await _prove(visit, LENT.replace("left: this.left", "lefd: this.left"))
    await visit.sees("第 17 行")
    assert await page.locator(".promises").count() == 0


def test_node__never_loads_the_solver(console: Console) -> None:
    """Whoever loads it has its library among the files that are mapped, as this process has."""
    assert z3.get_version_string()
    assert "libz3" in Path("/proc/self/maps").read_text()
    found = {pid: Path(f"/proc/{pid}/maps").read_text() for pid in console.node.processes()}
    assert len(found) >= 4
    assert [pid for pid, maps in found.items() if "libz3" in maps] == []


class _Filed:
    """A chain on which two organisations have filed one report, and a third another; and the page that tells it."""

    def __init__(self, language: str, *reports: dict[str, Any]) -> None:
        self.scenario, self.language, self._reports = self, language, list(reports)

    async def reports(self, definition: str) -> dict[str, Any]:
        return {"definition": definition, "reports": self._reports}

    async def parties(self) -> dict[str, str]:
        return {"org1": "浙商银行", "org2": "美的集团"}

    def say(self, key: str, **given: object) -> str:
        return LANGUAGES[self.language][key].format(**given)


async def test_application__names_who_filed_which_report() -> None:
    filed = [
        {"organisation": name, "report": report * 32, "proved": 13, "refuted": 0, "run_time": left}
        for name, report, left in (("org1", "ab", 0), ("org2", "ab", 0), ("org3", "cd", 1))
    ]
    zh, en = [_Filed(each, *filed) for each in ("zh", "en")]
    told = [str(await reported(cast(Any, each), cast(Any, each), "ef" * 32)) for each in (zh, en)]
    for word in ("浙商银行、美的集团", "已证明 13 项，已推翻 0 项，运行时校验 1 项", "ab" * 32, "cd" * 32, "ef" * 32, "org3"):
        assert word in told[0]
    assert "13 promises proved, 0 refuted, 0 checked at run time" in told[1]


async def test_application__says_where_nobody_has_filed_a_report(visit: Visit, shared: Shared) -> None:
    await visit.enter()
    for place in ("/apps/food", f"/apps/food/records/lot/{LOT}"):
        await visit.go(place)
        await visit.sees("尚无单位报送本应用定义的证明报告")
    await visit.go("/apps/food?lang=en")
    await visit.sees("Nobody has filed a prover's report")
    assert not visit.faults
