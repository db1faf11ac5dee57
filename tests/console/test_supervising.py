"""What the regulator's officers do at the console, and what everybody sees of it."""

from pathlib import Path

import pytest

from tests.console.visiting import Visit

pytestmark = pytest.mark.anyio


async def test_freeze__is_signed_by_two_and_seen_by_all(visit: Visit, tmp_path: Path) -> None:
    await visit.enter("org4.clerk")
    await visit.go("/supervise")
    await visit.sees("目前没有冻结事项")
    freezing = visit.page.locator("section").filter(has_text="冻结与解除")
    await freezing.get_by_role("button", name="冻结", exact=True).click()
    await visit.sees("请填写对象或范围")
    await freezing.get_by_label("冻结对象").fill("org3")
    paper = tmp_path / "裁定书.txt"
    paper.write_text("（2026）示01财保7号", encoding="utf-8")
    await freezing.locator("input[type=file]").set_input_files(paper)
    await visit.sees("文书摘要")
    await freezing.get_by_role("button", name="冻结", exact=True).click()
    await visit.sees("须由两人共同签署")
    await freezing.get_by_label("共同签署的执法人员").click()
    await visit.page.get_by_role("option", name="org4.admin").click()
    await freezing.get_by_role("button", name="冻结", exact=True).click()
    await visit.sees("已办理并签章")
    await visit.leave()
    await visit.enter("org1.clerk")
    await visit.go("/supervise")
    await visit.page.get_by_role("cell", name="org3").first.wait_for()
    assert await visit.page.get_by_label("冻结对象").count() == 0, "only the regulator's officers have the form"
    for _ in range(20):  # the index follows the chain by a moment
        if await visit.page.get_by_role("link", name="冻结", exact=True).count():
            break
        await visit.page.wait_for_timeout(500)
        await visit.go("/supervise")
    await visit.page.get_by_role("link", name="冻结", exact=True).click()
    await visit.sees("监管冻结")
    await visit.leave()
    await visit.enter("org4.clerk")
    await visit.go("/supervise")
    following = visit.page.locator("section").filter(has_text="案件范围")
    await following.get_by_label("案件范围").fill("org3")
    await following.locator("input[type=file]").set_input_files(paper)
    await visit.sees("文书摘要")
    await following.get_by_label("共同签署的执法人员").click()
    await visit.page.get_by_role("option", name="org4.admin").click()
    async with visit.page.expect_download() as coming:
        await following.get_by_role("button", name="登记并查询").click()
    assert (await coming.value).suggested_filename.startswith("case-")
    await visit.sees("全部回执已下载")
    assert not visit.faults
