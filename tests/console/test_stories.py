"""What people do at the console, in a real browser on a real node."""

import re
from pathlib import Path

import pytest

from tests.console.visiting import LOTS, Console, Shared, Visit
from zhulian.console.parts.lists import _line

pytestmark = pytest.mark.anyio
_SEAL = Path(__file__).parents[2] / "docs" / "tutorial" / "seal.yaml"


async def test_entering__needs_the_link_of_this_start(visit: Visit, console: Console) -> None:
    await visit.go("/")
    await visit.sees("zhulian console")
    await visit.go("/enter?ticket=guessed")
    await visit.sees("console/1")
    await visit.go("/apps")
    await visit.sees("zhulian console")
    assert (console.home / "run" / "console.link").stat().st_mode & 0o077 == 0


async def test_deposit__is_seen_at_once_proved_and_verified(visit: Visit, tmp_path: Path) -> None:
    await visit.enter()
    await visit.sees("正常受理")
    file = tmp_path / "合同 <b>1.txt"
    file.write_text("借款合同，仅此一份", encoding="utf-8")
    await visit.go("/evidence")
    await visit.page.set_input_files("input[type=file] >> nth=0", file)
    await visit.sees("已存证，已签章")
    async with visit.page.expect_download() as coming:
        await visit.page.get_by_role("button", name="回执", exact=True).click()
    receipt = tmp_path / "r.json"
    await (await coming.value).save_as(receipt)
    await visit.page.set_input_files("input[type=file] >> nth=1", file)
    await visit.page.set_input_files("input[type=file] >> nth=2", receipt)
    await visit.sees("一致：该文件于")
    await visit.go("/evidence")
    other = tmp_path / "other.txt"
    other.write_text("另一份", encoding="utf-8")
    await visit.page.set_input_files("input[type=file] >> nth=1", other)
    await visit.page.set_input_files("input[type=file] >> nth=2", receipt)
    await visit.sees("不能证明")
    listed = visit.page.locator("td code.digest")
    for _ in range(20):  # the index follows the chain by a moment
        if await listed.count():
            break
        await visit.page.wait_for_timeout(500)
        await visit.go("/evidence")
    assert re.fullmatch(r"[0-9a-f]{64}", await listed.first.get_attribute("title") or "")
    await visit.page.locator("td.n a").first.click()
    await visit.page.get_by_role("heading", name="存证", exact=True).wait_for()
    await visit.sees("下载回执")
    assert await visit.page.locator("b").count() == 0, "a file's name is text, whatever it holds"
    assert not visit.faults


async def test_application__is_opened_admitted_to_and_worked_in(visit: Visit) -> None:
    await visit.enter()
    await visit.go("/apps/open/settlement")
    await visit.page.get_by_role("button", name="开通此应用").click()
    await visit.page.wait_for_url("**/apps/settlement", timeout=30_000)
    await visit.sees("我能办理")
    await visit.go("/apps/settlement/act/pay")
    await visit.page.get_by_role("button", name="转账").click()
    await visit.sees("未办理")
    await visit.go("/apps")
    await visit.page.locator("a[href='/apps/settlement']").first.click()  # other tests open the same definition under other names
    await visit.page.wait_for_url("**/apps/settlement")
    await visit.sees("备付金账户")
    for label, choice in (("角色", "成员银行"), ("机构", "示例企业（org1）")):
        await visit.page.get_by_label(label).click()
        await visit.page.get_by_role("option", name=choice, exact=True).click()
    await visit.page.get_by_role("button", name="接纳").click()
    admitted = visit.page.get_by_role("row").filter(has=visit.page.get_by_role("cell", name="成员银行", exact=True))
    await admitted.filter(has_text="示例企业").wait_for(timeout=20_000)
    await visit.go("/apps/settlement/act/open_account")
    await visit.page.get_by_role("button", name="开立备付金账户").click()
    await visit.sees("已办理并签章")
    await visit.page.get_by_role("link", name="org1", exact=True).click()
    await visit.sees("办理经过")
    await visit.sees("示例企业")
    assert not visit.faults


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_pages__speak_one_language_and_ask_nobody_else(visit: Visit, language: str) -> None:
    await visit.enter("org1.admin")  # who has asked for no proof, whose end the developer corner would show
    for path in ("/", "/evidence", "/apps", "/blocks", "/network", "/govern", "/supervise", "/developer", "/search?q=settlement"):
        await visit.go(f"{path}{'&' if '?' in path else '?'}lang={language}")
        await visit.page.locator("h1").first.wait_for()
        title = await visit.page.locator("h1").first.inner_text()
        assert bool(re.search(r"[\u4e00-\u9fff]", title)) is (language == "zh"), path
        assert await visit.page.locator(".note.bad").count() == 0, await visit.page.locator(".note.bad").all_inner_texts()
    assert {each.split("/")[2] for each in visit.asked if each.startswith(("http:", "https:", "ws:"))} == {
        visit.console.url.split("/")[2]
    }
    assert not visit.faults


async def test_try_a_scenario__faults_come_with_their_line(visit: Visit) -> None:
    await visit.enter()
    await visit.go("/developer")
    await visit.page.locator("textarea").fill("scenario: x\nversion: 1\nnonsense: yes\n")
    await visit.page.get_by_role("button", name="检查").click()
    await visit.sees("第 3 行")


async def test_try_a_scenario__it_is_proved_played_and_its_forms_are_seen(visit: Visit) -> None:
    await visit.enter()
    await visit.go("/developer")
    await visit.page.locator("textarea").fill(_SEAL.read_text(encoding="utf-8"))
    await visit.page.get_by_role("button", name="预览表单").click()
    await visit.sees("检查通过")
    await visit.page.locator("details summary").first.click()
    assert await visit.page.locator("details .q-field").count() >= 1
    await visit.page.get_by_role("button", name="证明", exact=True).click()
    await visit.page.locator(".promises > li").first.wait_for(timeout=60_000)
    await visit.page.get_by_role("button", name="演练剧本").click()
    await visit.page.locator("pre").get_by_text("通过").first.wait_for(timeout=60_000)
    assert not visit.faults


async def test_list__is_narrowed_by_what_the_definition_offers_and_exported(visit: Visit, shared: Shared, tmp_path: Path) -> None:
    await visit.enter()
    listed = visit.page.locator("#content td:first-child a")
    for _ in range(20):  # the index follows the chain by a moment
        await visit.go("/apps/food?record=lot&order=newest")
        if await listed.count() >= LOTS:
            break
        await visit.page.wait_for_timeout(500)
    await visit.go("/apps/food?record=lot")
    await visit.page.get_by_text("筛选与排序").click()
    await visit.page.get_by_label("字词").fill("RM-2601030")
    await visit.page.get_by_label("生产企业").select_option("org1")
    await visit.page.get_by_role("button", name="查看", exact=True).click()
    await visit.page.get_by_text("筛选（已设条件，最新登记在前）").wait_for()
    assert await listed.all_inner_texts() == ["RM-2601030"]
    async with visit.page.expect_download() as coming:
        await visit.page.get_by_role("link", name="导出 CSV").click()
    done = await coming.value
    assert done.suggested_filename.endswith(".csv")
    await done.save_as(tmp_path / "lots.csv")
    head, *rows = (tmp_path / "lots.csv").read_text(encoding="utf-8-sig").splitlines()
    assert head.startswith("批次编号,")
    assert [row.split(",")[0] for row in rows] == ["RM-2601030"]
    await visit.go("/apps/food?record=lot&q=nothing-like-this")
    await visit.sees("没有符合条件的记录")
    await visit.go("/apps/food?record=lot&state=no_such_state&w.producer=' OR 1=1 --")
    await visit.sees("没有符合条件的记录")
    await visit.go("/export/food/nothing")
    await visit.sees("本应用没有这类记录")
    assert not visit.faults


def test_export__writes_no_formulas() -> None:
    assert _line(["=1+1", "@x", "-5", "a,b", '"']) == b'\'=1+1,\'@x,\'-5,"a,b",""""\r\n'
