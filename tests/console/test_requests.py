"""Who is asked for data answers it in the console; who has to review an emergency opening does so there."""

from pathlib import Path

import pytest

from tests.console.visiting import Shared, Visit
from zhulian.client.chain import connect_async
from zhulian.client.sealed.deposit import Sealing
from zhulian.console.words.en_requests import EN_REQUESTS
from zhulian.console.words.zh_requests import ZH_REQUESTS

pytestmark = pytest.mark.anyio


def test_words__are_the_same_in_both_languages() -> None:
    assert set(EN_REQUESTS) == set(ZH_REQUESTS)


async def test_requests__are_granted_and_declined_by_whoever_is_asked(visit: Visit, shared: Shared) -> None:
    page = visit.page
    await visit.enter()
    await visit.go("/requests")
    await visit.sees("没有待复核的紧急调阅")
    async with await connect_async(shared.gateway, "org1.admin", home=visit.console.home) as chain:
        for entry, title in (("silage", "青贮检验数据"), ("feed", "饲料进货数据")):
            offer = {"type": "share.offer", "entry": entry, "title": {"zh": title, "en": entry}, "fields": ["farm", "value"]}
            await chain.submit([offer], signers=["org1.admin"])
            ask = {
                "type": "share.request",
                "entry": entry,
                "owner": "org1",
                "purpose": f"核查 <b>{entry}</b>",
                "fields": ["value"],
            }
            await chain.submit([ask], signers=["org3.admin"])
        await visit.go("/")
        await page.locator(".tasks a[href='/requests']").first.click()
        await page.wait_for_url("**/requests")
        await visit.sees("核查 <b>silage</b>")
        assert await page.locator("#content b").count() == 0, "a purpose is text, whatever it holds"
        for title, answer in (("青贮检验数据", "授权调阅"), ("饲料进货数据", "拒绝")):
            card = page.locator("section.card").filter(has=page.get_by_role("heading", name=title))
            await card.get_by_role("button", name=answer).click()
            await card.locator(".note.ok").wait_for(timeout=20_000)
            assert not await card.get_by_role("button", name=answer).is_visible()
        await visit.go("/requests?lang=en")
        rows = page.locator("section.card tbody tr")
        assert await rows.filter(has_text="silage").filter(has_text="Granted").count() == 1
        assert await rows.filter(has_text="feed").filter(has_text="Declined").count() == 1
        grant = (await chain.state(("share/grants", "org1", "silage", "org3"))).value
        assert (grant["purposes"], grant["fields"]) == (["核查 <b>silage</b>"], ["value"])
        asked = (await chain.state(("share/requests", "org1", "feed", "org3"))).value
        assert asked["status"] == "declined"
    assert not visit.faults


async def test_reviews__close_an_emergency_opening_with_a_verdict(visit: Visit, shared: Shared, tmp_path: Path) -> None:
    page = visit.page
    file = tmp_path / "病历.txt"
    file.write_text("过敏史", encoding="utf-8")
    async with await connect_async(shared.gateway, "org1.clerk", home=visit.console.home) as chain:
        await chain.identity.set_duties("org2.clerk", ["emergency"], signer="org2.admin")
        sealed = await chain.sealed.deposit(file, Sealing(guarded=True, emergency=True))
        content = sealed.deposit
        opened = await chain.sealed.break_glass(content, "org1", "danger_to_life", signer="org2.clerk")
        await visit.enter()
        await visit.go("/requests")
        await visit.sees("危及生命")
        await page.get_by_role("button", name="确属紧急").click()
        await page.locator(".note.ok").wait_for(timeout=20_000)
        found = (await chain.state(("share/openings", opened.transaction))).value
        assert found["review"]["verdict"] == "justified"
        await visit.go("/requests")
        await visit.sees("没有待复核的紧急调阅")
    assert not visit.faults
