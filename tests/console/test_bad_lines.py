"""Bad lines at the console: cut and back, slow, a gateway that dies, and a form in two tabs. Nothing typed is lost, nothing happens twice."""

import asyncio
from importlib import resources
from pathlib import Path

import pytest

from tests.console.lines import Line
from tests.console.visiting import Console, Shared, Visit
from zhulian.client import connect

pytestmark = pytest.mark.anyio
LATENCY_S, RATE = 0.15, 400_000
FORM = "/apps/{instance}/act/open_account"


def _opened(shared: Shared, console: Console, instance: str) -> None:
    """An application in which org1 may open an account."""
    with connect(shared.gateway, "org1.clerk", home=console.home) as chain:
        pack = Path(str(resources.files("zhulian.scenarios") / "settlement" / "scenario.yaml"))
        chain.scenario.publish(pack)
        chain.scenario.open("settlement", as_=instance)
        chain.app(instance).admit("bank", "org1")


def _acts(shared: Shared, console: Console, instance: str) -> int:
    """How many actions of the application the chain has taken."""
    with connect(shared.gateway, "org1.clerk", home=console.home) as chain:
        return sum(
            message.get("instance") == instance and message["type"] == "scenario.act"
            for height in range(1, chain.status()["height"] + 1)
            for transaction in chain.block(height)["transactions"]
            if transaction["result"]["status"] == "applied"
            for message in (transaction["body"] or {"messages": []})["messages"]
        )


@pytest.mark.parametrize(
    ("language", "lost"),
    [("zh", "与控制台的连接已断开"), pytest.param("en", "The line to the console is lost", marks=pytest.mark.long)],
)
async def test_line__that_breaks_is_told_and_the_page_goes_on(visit: Visit, console: Console, language: str, lost: str) -> None:
    line = Line(console.url)
    await line.mend()
    visit.console = Console(f"http://127.0.0.1:{line.port}", console.node, console.home, console.directory)
    try:
        await visit.page.goto(console.link.replace(console.url, visit.console.url))
        await visit.page.get_by_role("button", name="org1.clerk").click()
        await visit.page.wait_for_url(visit.console.url + "/")
        await visit.go(f"/developer?lang={language}")
        await visit.page.locator("textarea").fill("scenario: typed\n")
        await visit.page.wait_for_timeout(300)
        line.cut()
        await visit.page.locator("#popup[aria-hidden=false]").get_by_text(lost).wait_for()
        await visit.page.locator("textarea").press_sequentially("and: more")
        await line.mend()
        await visit.page.locator("#popup[aria-hidden=true]").wait_for(state="attached", timeout=20_000)
        assert await visit.page.locator("textarea").input_value() == "scenario: typed\nand: more"
        await visit.page.get_by_role("button", name="检查" if language == "zh" else "Check").click()
        await visit.page.locator("main table").get_by_text("2").first.wait_for()
        await visit.page.reload()
        await visit.page.locator(".note.ok").first.wait_for()
        assert await visit.page.locator("textarea").input_value() == "scenario: typed\nand: more", "and after a reload too"
    finally:
        line.cut()
    assert not visit.faults


@pytest.mark.long
async def test_slow_line__pages_come_and_a_double_click_is_one_transaction(
    visit: Visit, console: Console, shared: Shared
) -> None:
    await asyncio.to_thread(_opened, shared, console, "slow")
    line = Line(console.url, LATENCY_S, RATE)
    await line.mend()
    visit.console = Console(f"http://127.0.0.1:{line.port}", console.node, console.home, console.directory)
    try:
        await visit.page.goto(console.link.replace(console.url, visit.console.url))
        await visit.page.get_by_role("button", name="org1.clerk").click()
        await visit.page.wait_for_url(visit.console.url + "/")
        await visit.go(FORM.format(instance="slow"))
        await visit.page.get_by_role("button", name="开立备付金账户").dblclick()
        await visit.sees("已办理并签章")
    finally:
        line.cut()
    assert await asyncio.to_thread(_acts, shared, console, "slow") == 1
    assert not visit.faults


@pytest.mark.long
async def test_two_tabs__do_what_is_possible_once_and_are_told_the_second_time(
    visit: Visit, console: Console, shared: Shared
) -> None:
    await asyncio.to_thread(_opened, shared, console, "tabs")
    await visit.enter()
    tabs = [visit, Visit(await visit.page.context.new_page(), console)]
    for each in tabs:
        await each.go(FORM.format(instance="tabs"))
        await each.page.get_by_role("button", name="开立备付金账户").wait_for()
    await asyncio.gather(*(each.page.get_by_role("button", name="开立备付金账户").click() for each in tabs))
    for each in tabs:
        await each.page.locator(".note.ok, [role=alert] .note.bad").first.wait_for(timeout=40_000)
    words = sorted([await each.page.locator("#content").inner_text() for each in tabs], key=lambda text: "已办理并签章" in text)
    assert "未办理" in words[0]
    assert "已办理并签章" in words[1]
    assert await asyncio.to_thread(_acts, shared, console, "tabs") == 1
    for each in tabs:
        assert not each.faults


@pytest.mark.long
async def test_node__that_is_started_again_asks_to_sign_in_and_the_form_goes_on(
    visit: Visit, console: Console, shared: Shared
) -> None:
    await asyncio.to_thread(_opened, shared, console, "restarted")
    await visit.enter()
    await visit.go("/apps/restarted/act/pay")
    field = visit.page.locator("[data-draft] input").first
    await field.fill("org1-typed")
    await asyncio.to_thread(console.node.stop)
    await visit.page.locator("#popup[aria-hidden=false]").get_by_text("与控制台的连接已断开").wait_for()
    assert await field.input_value() == "org1-typed"
    await asyncio.to_thread(console.node.start)
    await visit.page.wait_for_url("**/enter?next=*", timeout=60_000)
    await visit.enter()
    await visit.go("/apps/restarted/act/pay")
    await visit.sees("已恢复您上次填写而未提交的内容")
    assert await field.input_value() == "org1-typed"
    await visit.go(FORM.format(instance="restarted"))
    await visit.page.get_by_role("button", name="开立备付金账户").click()
    await visit.sees("已办理并签章")
    assert not visit.faults
