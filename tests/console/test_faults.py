"""Bad days at the console: hostile words, double clicks, a session that ends in a form, a node that goes away."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from importlib import resources
from pathlib import Path

import pytest

from tests.console.lines import Line
from tests.console.visiting import Console, Visit
from zhulian.client import connect

pytestmark = pytest.mark.anyio
HOSTILE = (
    "<script>window.hit=1</script>", "\"><img src=x onerror=window.hit=1>", "'-window.hit=1-'", "{{constructor.constructor('window.hit=1')()}}", "${window.hit=1}",
    "javascript:window.hit=1", "</title><svg onload=window.hit=1>", "`;window.hit=1;`",
)  # fmt: skip


async def test_hostile_words__are_words_on_every_page(visit: Visit, console: Console, tmp_path: Path) -> None:
    await visit.enter()
    for each in HOSTILE:
        await visit.page.goto(f"{console.url}/search")
        await visit.page.locator("input[name=q]").fill(each)
        await visit.page.keyboard.press("Enter")
        await visit.page.locator("h1").wait_for()
        await visit.page.wait_for_timeout(150)
        assert await visit.page.evaluate("window.hit") is None, each
    await visit.go("/evidence")
    for number, each in enumerate(HOSTILE):
        file = tmp_path / f"{each.replace('/', '_')}.txt"
        file.write_text(f"hostile {number}")
        await visit.page.set_input_files("input[type=file] >> nth=0", file)
        await visit.page.locator(".note.ok").nth(number).wait_for(timeout=40_000)
    assert await visit.page.evaluate("window.hit") is None
    await visit.go("/developer")
    await visit.page.locator("textarea").fill("\n".join(f"{each}: {each}" for each in HOSTILE))
    await visit.page.get_by_role("button", name="检查").click()
    await visit.page.locator(".note.bad, td").first.wait_for()
    assert await visit.page.evaluate("window.hit") is None
    for path in (
        "/enter?next=%22%3E%3Cscript%3Ewindow.hit%3D1%3C/script%3E&again=1",
        "/enter?ticket=%3Cscript%3E",
        "/apps/%3Cscript%3E",
    ):
        await visit.go(path)
        await visit.page.locator("h1").wait_for()
        assert await visit.page.evaluate("window.hit") is None, path


async def test_form__is_sent_once_and_its_draft_survives_the_end_of_the_session(visit: Visit, console: Console) -> None:
    url = json.loads((console.home / "run" / "node.json").read_bytes())["url"]
    with connect(url, "org1.clerk", home=console.home) as chain:
        pack = Path(str(resources.files("zhulian.scenarios") / "settlement" / "scenario.yaml"))
        chain.scenario.publish(pack)
        chain.scenario.open("settlement", as_="faults")
        app = chain.app("faults")
        app.admit("bank", "org1")
    await visit.enter()
    await visit.go("/apps/faults/act/open_account")
    button = visit.page.get_by_role("button", name="开立备付金账户")
    await button.dblclick()
    await visit.sees("已办理并签章")
    await button.click()
    await visit.page.wait_for_timeout(1_500)
    with connect(url, "org1.clerk", home=console.home) as chain:
        height = chain.status()["height"]
        acted = [
            message
            for at in range(1, height + 1)
            for transaction in chain.block(at)["transactions"]
            for message in transaction["body"]["messages"]
            if message.get("instance") == "faults" and message["type"] == "scenario.act"
        ]
    assert len(acted) == 1
    await visit.go("/apps/faults/act/pay")
    amount = visit.page.locator("[data-draft] input").first
    await amount.fill("org1-草稿")
    other = Visit(await visit.page.context.new_page(), console)
    await other.go("/account")
    await other.page.get_by_role("button", name="退出所有登录").click()
    await visit.sees("登录已结束")
    assert await amount.input_value() == "org1-草稿"
    await visit.page.goto(console.link)
    await visit.page.get_by_role("button", name="org1.clerk").click()
    await visit.page.wait_for_url(console.url + "/")
    await visit.go("/apps/faults/act/pay")
    await visit.sees("已恢复您上次填写而未提交的内容")
    assert await amount.input_value() == "org1-草稿"
    assert not visit.faults


async def test_node__that_is_away_is_told_above_the_page_and_nothing_typed_is_lost(
    visit: Visit, console: Console, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for each in ("genesis.json", "config.toml", "passphrase", "keys"):
        place = console.home / each
        (shutil.copytree if place.is_dir() else shutil.copy)(place, home / each)
    line = Line(json.loads((console.home / "run" / "node.json").read_bytes())["url"])
    await line.mend()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "zhulian.console.process",
        str(home),
        f"http://127.0.0.1:{line.port}",
        "127.0.0.1",
        str(port),
    ]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("ZHULIAN_", "PYTEST_"))}
    process = await asyncio.create_subprocess_exec(*command, env=clean, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    link, end = home / "run" / "console.link", time.monotonic() + 60
    try:
        while not link.exists():
            assert time.monotonic() < end
            await asyncio.sleep(0.1)
        await visit.page.goto(link.read_text().strip())
        await visit.page.get_by_role("button", name="org1.clerk").click()
        await visit.page.wait_for_url(f"http://127.0.0.1:{port}/")
        await visit.page.goto(f"http://127.0.0.1:{port}/developer")
        await visit.page.locator("textarea").fill("typed before")
        line.cut()
        await visit.sees("节点无法连接，正在重试")
        assert await visit.page.locator("textarea").input_value() == "typed before"
        other = await visit.page.context.new_page()
        await other.goto(f"http://127.0.0.1:{port}/blocks")
        await other.get_by_text("client/1").first.wait_for(timeout=40_000)
        assert await other.get_by_role("link", name="重试").count() == 1
        await line.mend()
        await visit.sees("节点已恢复连接")
        assert await visit.page.locator("textarea").input_value() == "typed before"
        await other.get_by_role("link", name="重试").click()
        await other.get_by_role("heading", name="区块浏览器").wait_for(timeout=40_000)
    finally:
        process.terminate()
        await process.wait()
        line.cut()
    assert not visit.faults
