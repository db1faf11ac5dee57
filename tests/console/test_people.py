"""The organisation's people and their keys, the officers' desk, and a transaction's way, at the console in a real browser."""

import json
from pathlib import Path

import pyotp
import pytest

from tests.console.visiting import PASSWORD, Console, Visit
from zhulian.client import Chain, connect
from zhulian.console.errors import NotInOrganisation

pytestmark = pytest.mark.anyio


def _chain(console: Console, who: str | None = None) -> Chain:
    url = json.loads((console.home / "run" / "node.json").read_bytes())["url"]
    return connect(str(url), who, home=console.home) if who else connect(str(url), home=console.home)


async def test_people__are_enrolled_renewed_and_leave(visit: Visit, console: Console) -> None:
    page = visit.page
    await visit.enter("org1.clerk")
    await visit.go("/people")
    await visit.sees("由本机构管理员办理：org1.admin")
    await visit.go("/people/org2.clerk")
    await visit.sees(NotInOrganisation.code)
    await visit.leave()
    await visit.enter("org1.admin")
    await visit.go("/people")
    await page.get_by_role("button", name="登记", exact=True).click()
    await visit.sees("请填写编号")
    await page.get_by_label("编号（org1. 之后的部分）").fill("teller7")
    await page.get_by_role("button", name="登记", exact=True).click()
    await visit.sees("已登记 org1.teller7")
    key = console.home / "keys" / "org1.teller7.key.json"
    first = json.loads(key.read_bytes())
    await visit.go("/people/org1.teller7")
    await page.get_by_text("续期", exact=True).first.click()
    await page.get_by_role("button", name="续期", exact=True).click()
    await page.get_by_text("作废其中一个密钥", exact=True).wait_for(timeout=40_000)
    assert json.loads(key.read_bytes()) != first
    await page.get_by_text("密钥遗失或忘记口令", exact=True).click()
    await page.get_by_role("button", name="按遗失作废").click()
    await visit.sees("请完整输入 org1.teller7")
    await page.get_by_label("请输入 org1.teller7 以确认").first.fill("org1.teller7")
    await page.get_by_role("button", name="按遗失作废").click()
    await visit.sees("已办理并签章")
    await visit.go("/people/org1.teller7")
    await visit.sees("遗失作废")
    assert await page.get_by_role("button", name="办理离任").count() == 0
    with _chain(console, "org1.admin") as chain:
        found = chain.state(("identity/signers", "org1.teller7")).value
    assert found["revoked"]["reason"] == "lost"
    assert not visit.faults


async def test_desk__one_officer_asks_and_another_decides(visit: Visit, console: Console) -> None:
    page = visit.page
    with _chain(console) as chain:
        asks, decides = (console.officer(chain, name)["recovery_codes"] for name in ("officer.wang", "officer.li"))
        token = chain.custody.sign_in("officer.wang", PASSWORD, asks[0])["token"]
        made = chain.custody.enrol("wu.min", chain.custody.invite(token, "wu.min")["code"], PASSWORD)
        chain.custody.sign_in("wu.min", PASSWORD, pyotp.TOTP(made["totp_secret"]).now())
        chain.custody.ask(token, "totp", made["account"], "手机丢失")
        theirs = chain.custody.ask(token, "close", made["account"], "另一事项")
    assert theirs["state"] == "open"
    await visit.go("/enter")
    await page.fill("#f-login", "officer.li")
    await page.fill("#f-password", PASSWORD)
    await page.fill("#f-code", decides[0])
    await page.get_by_role("button", name="登录", exact=True).click()
    await page.wait_for_url(console.url + "/")
    await page.get_by_role("link", name="托管受理").click()
    await visit.sees("手机丢失")
    card = page.locator("section").filter(has_text="手机丢失").first
    await card.get_by_label("动态码或恢复码").fill(decides[1])
    await card.get_by_role("button", name="同意", exact=True).click()
    await visit.sees("一次性代码只显示这一次")
    await visit.go("/people")
    await visit.sees("console/6")
    assert not visit.faults


async def test_transaction__shows_how_long_each_part_of_its_way_took(visit: Visit, console: Console, tmp_path: Path) -> None:
    file = tmp_path / "way.txt"
    file.write_text(f"way {tmp_path}", encoding="utf-8")
    with _chain(console, "org1.clerk") as chain:
        transaction = str(chain.evidence.deposit(file).receipt.document["result"]["transaction"])
        times = chain.transaction(transaction)["times"]
    assert sorted(times.values()) == [times[f"{each}_ms"] for each in ("received", "verified", "proposed", "committed", "sealed")]
    await visit.enter()
    await visit.go(f"/transactions/{transaction}")
    await visit.sees("收到 → 验签")
    assert await visit.page.locator(".waterfall rect").count() == 4
    total = times["sealed_ms"] - times["received_ms"]
    await visit.sees(f"共 {total:,} 毫秒")
    await visit.sees("承诺值")
    assert not visit.faults
