"""A pairwise sample of page, role, data, width, language and theme: each a picture, and nothing wrong with it.

`SAMPLE=folder pytest -m long tests/console/test_pairs.py` keeps the pictures.
"""

import json
import os
import re
from itertools import combinations, product
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyotp
import pytest
from playwright.async_api import BrowserContext, ConsoleMessage, Page, Response

from tests.console.axing import axe_faults
from tests.console.pairs import covering, pairs_of
from tests.console.visiting import LOT, PASSWORD, Console, Shared
from zhulian.client import connect
from zhulian.console.words import LANGUAGES

pytestmark = [pytest.mark.anyio]
MANY, LONG = 60, "婴幼儿配方乳粉（三段）八百克听装出口转内销批次" + "-Unbreakable" * 6
PAGES = {
    "home": "/",
    "evidence": "/evidence",
    "apps": "/apps",
    "open": "/apps/open/food_trace",
    "workspace": "/apps/{instance}",
    "list": "/apps/{instance}?record=lot",
    "form": "/apps/{instance}/act/enter_lot",
    "record": "/apps/{instance}/records/lot/{key}",
    "play": "/play/receivable/more_than_there_is",
    "blocks": "/blocks",
    "block": "/blocks/{height}",
    "search": "/search?q={words}",
    "network": "/network",
    "govern": "/govern",
    "supervise": "/supervise",
    "developer": "/developer",
    "account": "/account",
    "enter": "/enter?again=1",
    "help": "/enter/help",
    "public": "{public}",
    "verify": "{gateway}/verify",
}
FACTORS = {
    "page": list(PAGES),
    "role": ["org1.clerk", "org2.clerk", "org4.clerk", "person"],
    "data": ["none", "one", "many"],
    "width": ["390", "720", "1440"],  # 720 is 1440 at 200 %
    "language": ["zh", "en"],
    "theme": ["light", "dark"],
}
PERSONAL_REFUSED = {"network", "govern", "supervise", "developer"}


def test_covering__holds_every_pair_in_far_fewer_rows() -> None:
    rows = covering(FACTORS)
    held = set().union(*map(pairs_of, rows))
    for one, two in combinations(FACTORS, 2):
        assert {((one, a), (two, b)) for a, b in product(FACTORS[one], FACTORS[two])} <= held
    assert len(rows) < 100


@pytest.fixture(scope="module")
def places(console: Console, shared: Shared) -> dict[str, dict[str, str]]:
    """What stands in an address for no data, one record, and many with the longest names."""
    with connect(shared.gateway, "org1.clerk", home=console.home) as chain:
        for instance, count in (("bare", 0), ("single", 1), ("full", MANY)):
            chain.scenario.open("food_trace", as_=instance)
            app = chain.app(instance)
            for role in ("authority", "producer"):
                app.admit(role, "org1")
            for number in range(count):
                given = {
                    "number": LOT if number == 0 else f"RM26-{number:04}",
                    "identifier": f"https://id.gs1.org/01/06901234567892/10/{instance}-{number}",
                    "name": LONG,
                    "authority": "org1",
                    "expires": "+5d",
                }
                app.act("enter_lot", given=given)
        height = str(chain.status()["height"])
    public = {"gateway": shared.gateway, "public": shared.lot}
    return {
        "none": {"instance": "bare", "key": "none", "height": "999999", "words": "nothing has this name", **public},
        "one": {"instance": "single", "key": LOT, "height": "1", "words": quote(LOT), **public},
        "many": {"instance": "full", "key": "RM26-0001", "height": height, "words": quote("婴幼儿配方乳粉"), **public},
    }


class Watch:
    """Listens to what goes wrong on a page."""

    def __init__(self, page: Page, hosts: set[str]) -> None:
        self.faults: list[str] = []
        self._hosts = hosts
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("response", self._answered)
        page.on("request", lambda request: self._asked(request.url))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.faults.append(f"console: {message.text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")

    def _asked(self, url: str) -> None:
        if url.startswith(("http:", "https:", "ws:", "wss:")) and urlsplit(url).netloc not in self._hosts:
            self.faults.append(f"elsewhere: {url}")


async def _people(context: BrowserContext, console: Console, gateway: str) -> dict[str, BrowserContext]:
    """A browser for each role, signed in."""
    browser = context.browser
    assert browser is not None
    with connect(gateway, home=console.home) as chain:
        codes = console.officer(chain, "officer.li")["recovery_codes"]
        token = chain.custody.sign_in("officer.li", PASSWORD, codes[2])["token"]
        made = chain.custody.enrol("li.na", chain.custody.invite(token, "li.na")["code"], PASSWORD)
    found = {}
    for role in FACTORS["role"]:
        own = await browser.new_context(locale="zh-CN", reduced_motion="reduce")
        page = await own.new_page()
        if role == "person":
            await page.goto(f"{console.url}/enter")
            await page.fill("#f-login", "li.na")
            await page.fill("#f-password", PASSWORD)
            await page.fill("#f-code", pyotp.TOTP(made["totp_secret"]).now())
            await page.get_by_role("button", name="登录", exact=True).click()
        else:
            await page.goto(console.link)
            await page.get_by_role("button", name=role).click()
        await page.wait_for_url(console.url + "/")
        await page.close()
        found[role] = own
    return found


def _folder(otherwise: Path) -> Path:
    folder = Path(os.environ.get("SAMPLE", otherwise))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _address(row: dict[str, str], console: Console, places: dict[str, dict[str, str]]) -> str:
    path = PAGES[row["page"]].format(**places[row["data"]])
    whole = path if path.startswith("http") else console.url + path
    return f"{whole}{'&' if '?' in whole else '?'}lang={row['language']}"


async def _wrong(page: Page, row: dict[str, str], watch: Watch, axe: str) -> list[str]:
    """What is wrong with the page that is open."""
    found = list(watch.faults)
    wide = await page.evaluate("document.documentElement.scrollWidth")
    if wide > int(row["width"]):
        found.append(f"{wide} wide")
    text = await page.locator("body").inner_text()
    found += [f"untranslated: {each}" for each in sorted(set(re.findall(r"[a-z]+(?:\.[a-z]+)+", text)) & set(LANGUAGES["en"]))]
    title = await page.locator("h1").first.inner_text()
    if row["page"] not in ("record", "public") and bool(re.search(r"[\u4e00-\u9fff]", title)) is not (row["language"] == "zh"):
        found.append(f"language: {title}")
    refused = await page.locator(".note.bad").all_inner_texts()
    due = row["role"] == "person" and row["page"] in PERSONAL_REFUSED
    if row["data"] != "none" and bool(refused) is not due:
        found.append(f"refusals: {refused}")
    return found + await axe_faults(page, axe)


@pytest.mark.long
async def test_pages__are_sound_in_every_pair_of_circumstances(
    browser_context: BrowserContext, console: Console, shared: Shared, places: dict[str, dict[str, str]], axe: str, tmp_path: Path
) -> None:
    folder = _folder(tmp_path)
    people = await _people(browser_context, console, shared.gateway)
    hosts = {urlsplit(console.url).netloc, urlsplit(shared.gateway).netloc}
    wrong: dict[str, list[str]] = {}
    for row in covering(FACTORS):
        page = await people[row["role"]].new_page()
        watch = Watch(page, hosts)
        await page.set_viewport_size({"width": int(row["width"]), "height": 900})
        await page.emulate_media(color_scheme="dark" if row["theme"] == "dark" else "light")
        await page.goto(_address(row, console, places))
        await page.locator("h1").first.wait_for(timeout=60_000)
        await page.wait_for_timeout(600)
        name = "-".join(row.values())
        picture = await page.screenshot(path=folder / f"{name}.png", full_page=True)
        found = await _wrong(page, row, watch, axe)
        if len(picture) < 5_000:
            found.append("an empty picture")
        if found:
            wrong[name] = found
        await page.close()
    assert wrong == {}, json.dumps(wrong, ensure_ascii=False, indent=1)
