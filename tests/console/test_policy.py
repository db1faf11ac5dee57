"""What the policy of the framework's pages allows is needed: without it nothing comes up (docs/decisions/0051)."""

import pytest
from playwright.async_api import Route

from tests.console.visiting import Visit

pytestmark = [pytest.mark.anyio, pytest.mark.long]


async def test_framework__still_compiles_templates_in_the_browser(visit: Visit) -> None:
    page = visit.page
    await visit.enter()

    async def stricter(route: Route) -> None:
        if route.request.resource_type != "document":
            await route.continue_()
            return
        answer = await route.fetch()
        policy = answer.headers["content-security-policy"].replace(" 'unsafe-eval'", "")
        await route.fulfill(response=answer, headers={**answer.headers, "content-security-policy": policy})

    await page.route("**/*", stricter)
    await visit.go("/evidence")
    await page.wait_for_timeout(2_000)
    assert await page.locator("h1").count() == 0, "it comes up: take unsafe-eval out of console/door.py"
    assert any("unsafe-eval" in each for each in visit.faults), visit.faults
