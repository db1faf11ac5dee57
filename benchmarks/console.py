"""What people wait for at the console and the public pages, in a real browser: `python benchmarks/console.py LINK PAGE`.

LINK is what `zhulian console` prints, PAGE what `zhulian link record` prints. Chromium runs on this machine beside the node.

A first visit is a browser without any cache that has signed in, until the state of the node stands on the first page; later pages are those of
one browser, until their heading and what stands below it are there. Both can be read by then and their links followed; that their buttons work too
is told apart (`…_ready_ms`). Feedback is the time from a click until its section of the page changes, by the
browser's own clock. A public page's server time is from the request to the first byte of its answer, its bytes those of everything it fetches before its picture.
"""

import argparse
import json
import statistics
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

_ROUNDS = 15
_CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_LATER = ("/", "/evidence", "/apps", "/blocks", "/network", "/govern", "/supervise", "/developer", "/account", "/search?q=x")
_USEFUL = "#content .card"
_UP = "#app[data-v-app]"
_CHANGES = """(name) => new Promise((done) => {
  const button = [...document.querySelectorAll('#content button')].find((each) => each.innerText.trim() === name);
  const began = performance.now();
  new MutationObserver((_, watch) => { watch.disconnect(); done(performance.now() - began); }).observe(
    button.closest('section'), { childList: true, subtree: true, attributes: true, characterData: true });
  button.click();
})"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("link")
    parser.add_argument("page")
    given = parser.parse_args()
    with sync_playwright() as runner:
        browser = runner.chromium.launch(
            executable_path=next(each for each in _CHROMIUM if Path(each).exists()), args=["--no-sandbox"]
        )
        told = {
            **_first(browser, given.link),
            **_later(browser, given.link),
            "feedback_ms": _feedback(browser, given.link),
            "public": _public(browser, given.page),
        }
        browser.close()
    print(json.dumps(told, indent=2))


def _told(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    return {
        "p50": round(statistics.median(ordered), 1),
        "p95": round(ordered[len(ordered) * 95 // 100], 1),
        "max": round(ordered[-1], 1),
    }


def _base(link: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(link))


def _entered(browser: Browser, link: str) -> BrowserContext:
    """A browser that has signed in and has fetched nothing of any page yet."""
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 1000})
    context.request.get(link, max_redirects=0)
    context.request.post(_base(link) + "/enter/link", form={"person": "org1.clerk", "next": "/"}, max_redirects=0)
    return context


def _first(browser: Browser, link: str) -> dict[str, Any]:
    times = []
    for _ in range(_ROUNDS):
        context = _entered(browser, link)
        times.append(_opened(context.new_page(), _base(link) + "/", "#content .facts"))
        context.close()
    return {"first_visit_ms": _told([each for each, _ in times]), "first_visit_ready_ms": _told([each for _, each in times])}


def _opened(page: Page, address: str, useful: str) -> tuple[float, float]:
    """Milliseconds until it can be read, and until the framework is up, too."""
    began = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(useful).first.wait_for()
    read = time.perf_counter()
    page.locator(_UP).wait_for(state="attached")
    return 1000 * (read - began), 1000 * (time.perf_counter() - began)


def _later(browser: Browser, link: str) -> dict[str, Any]:
    context = _entered(browser, link)
    page = context.new_page()
    _opened(page, _base(link) + "/", _USEFUL)
    found: dict[str, list[tuple[float, float]]] = {each: [] for each in _LATER}
    for _ in range(_ROUNDS):
        for each in _LATER:
            found[each].append(_opened(page, _base(link) + each, _USEFUL))
    context.close()
    together = [each for times in found.values() for each in times]
    return {
        "later_page_ms": {
            **{each: _told([read for read, _ in times]) for each, times in found.items()},
            "all": _told([read for read, _ in together]),
        },
        "later_page_ready_ms": _told([ready for _, ready in together]),
    }


def _feedback(browser: Browser, link: str) -> dict[str, Any]:
    context = _entered(browser, link)
    page = context.new_page()
    _opened(page, _base(link) + "/developer", _USEFUL)
    page.wait_for_timeout(1_000)
    times: list[float] = []
    for turn in range(2 * _ROUNDS):
        page.locator("textarea").fill(
            "\n" * turn + "scenario: x\nversion: 1\nnonsense: yes\n"
        )  # another line each time, so that the answer changes
        page.wait_for_timeout(200)
        times.append(float(page.evaluate(_CHANGES, "检查")))
    context.close()
    return _told(times)


def _public(browser: Browser, address: str) -> dict[str, Any]:
    server, whole, weights = [], [], []
    for _ in range(_ROUNDS):
        context = browser.new_context(locale="zh-CN", viewport={"width": 390, "height": 844})
        page = context.new_page()
        done: list[Request] = []

        def note(request: Request, done: list[Request] = done) -> None:
            done.append(request)

        page.on("requestfinished", note)
        began = time.perf_counter()
        page.goto(address)
        page.locator("body[data-checked=good]").wait_for()
        whole.append(1000 * (time.perf_counter() - began))
        timing = next(each for each in done if each.url.split("?")[0] == address).timing
        server.append(timing["responseStart"] - timing["requestStart"])
        sizes = [each.sizes() for each in done]
        weights.append(sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes))
        context.close()
    return {"server_ms": _told(server), "checked_ms": _told(whole), "bytes": max(weights)}


if __name__ == "__main__":
    main()
