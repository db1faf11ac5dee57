"""Taking a page: opening it, letting it come to rest, and keeping what it shows, whatever it does meanwhile."""

import asyncio
import base64
import contextlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from zhulian.errors import Refusal, Words
from zhulian.offchain.capture.errors import (
    AddressRefused,
    CertificateRefused,
    NotAPage,
    NotReached,
    PageHangs,
    PageWanders,
    RedirectRefused,
    TooManyResources,
    TooMuch,
)
from zhulian.offchain.capture.exchanges import Recorder
from zhulian.offchain.capture.gate import Gate
from zhulian.offchain.capture.limits import Limits

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, Dialog, Frame, Page

__all__ = ["Behaviour", "Taken", "take_page"]

_ORIGINS_MAX = 50
_SCROLLS_MAX = 40


@dataclass
class Behaviour:
    """What the page did besides showing itself; counts, and whether it came to rest."""

    loaded: bool = False
    quiet: bool = False
    dialogs: int = 0
    windows: int = 0
    downloads: int = 0
    sockets: int = 0
    visits: int = 0
    unpacked_bytes: int = 0
    cut_px: int = 0
    """How much of the page's height the picture leaves out."""


@dataclass
class Taken:
    """A page as it was. `chains` are the servers' certificate chains by origin, each in DER, the server's own first."""

    url: str
    status: int
    title: str
    html: bytes
    screenshot: bytes
    size_px: tuple[int, int]
    behaviour: Behaviour
    chains: dict[str, list[bytes]] = field(default_factory=dict)


async def take_page(context: "BrowserContext", url: str, gate: Gate, recorder: Recorder, limits: Limits) -> Taken:
    """Open `url` in the empty browser and keep what it shows.

    Raises:
        AddressRefused, NotReached, CertificateRefused, RedirectRefused, NotAPage: it did not open.
        TooMuch, TooManyResources, PageWanders, PageHangs: it did not come to an end.
    """
    page = context.pages[0]
    wandering = asyncio.Event()
    behaviour = _watch(context, page, limits, wandering)
    taking = asyncio.ensure_future(_take(page, url, gate, recorder, limits, behaviour))
    ends = [asyncio.ensure_future(each.wait()) for each in (gate.over, recorder.over, wandering)]
    try:
        done, _ = await asyncio.wait([taking, *ends], timeout=limits.total_s, return_when=asyncio.FIRST_COMPLETED)
        if wandering.is_set():
            raise PageWanders(url=url, most=limits.visits_max)
        if recorder.too_many or gate.connections > limits.connections_max:
            raise TooManyResources(url=url, most=limits.resources_max)
        if gate.over.is_set() or recorder.over.is_set():
            raise TooMuch(url=url, most=limits.bytes_max)
        if taking not in done:
            raise PageHangs(url=url, seconds=limits.total_s)
        return taking.result()
    finally:
        for each in (taking, *ends):
            each.cancel()
        await asyncio.wait([taking, *ends])


async def _take(page: "Page", url: str, gate: Gate, recorder: Recorder, limits: Limits, behaviour: Behaviour) -> Taken:
    from playwright.async_api import Error

    tools = await page.context.new_cdp_session(page)
    await _count_unpacked(tools, recorder, limits, behaviour)
    try:
        response = await page.goto(url, wait_until="commit", timeout=limits.total_s * 1000)
    except Error as no:
        raise _why(url, no.message, gate) from None
    if response is None or response.status in (204, 205):
        raise NotAPage(url=url)
    await _come_to_rest(page, limits, behaviour)
    shown = page.url
    if urlsplit(shown).scheme not in ("http", "https"):
        raise RedirectRefused(url=url, why=Words(f"它转到 {shown[:80]}", f"it leads to {shown[:80]}"))
    try:
        screenshot, size = await _picture(tools, limits, behaviour)
        html = (await page.content()).encode("utf-8", "replace")
        if len(html) > limits.html_bytes_max:
            raise TooMuch(url=url, most=limits.html_bytes_max)
        title = await page.title()
    except Error as no:  # the page went elsewhere, or its process ended, while it was being taken
        raise NotReached(url=url, why=Words.quote(no.message.partition("\n")[0])) from None
    await recorder.settle(limits.quiet_s)
    chains = await _chains(tools, recorder)
    return Taken(shown, response.status, title, html, screenshot, size, behaviour, chains)


def _watch(context: "BrowserContext", page: "Page", limits: Limits, wandering: asyncio.Event) -> Behaviour:
    """Count what the page tries; windows are closed, dialogs dismissed, downloads never begin."""
    behaviour = Behaviour()

    async def dismiss(dialog: "Dialog") -> None:
        behaviour.dialogs += 1
        from playwright.async_api import Error

        with contextlib.suppress(Error):
            await dialog.dismiss()

    async def shut(window: "Page") -> None:
        from playwright.async_api import Error

        behaviour.windows += 1
        with contextlib.suppress(Error):
            await window.close()

    def went(frame: "Frame") -> None:
        if frame is page.main_frame:
            behaviour.visits += 1
            if behaviour.visits > limits.visits_max:
                wandering.set()

    def count_download(_: Any) -> None:
        behaviour.downloads += 1

    def count_socket(_: Any) -> None:
        behaviour.sockets += 1

    page.on("dialog", dismiss)
    page.on("framenavigated", went)
    page.on("download", count_download)
    page.on("websocket", count_socket)
    context.on("page", shut)
    return behaviour


async def _count_unpacked(tools: "CDPSession", recorder: Recorder, limits: Limits, behaviour: Behaviour) -> None:
    """Bound what responses are unpacked into, which the gate cannot see."""

    def count(data: dict[str, Any]) -> None:
        behaviour.unpacked_bytes += int(data["dataLength"])
        if behaviour.unpacked_bytes > limits.bytes_max:
            recorder.over.set()

    tools.on("Network.dataReceived", count)
    await tools.send("Network.enable", {"maxTotalBufferSize": 0, "maxResourceBufferSize": 0})


async def _come_to_rest(page: "Page", limits: Limits, behaviour: Behaviour) -> None:
    """Wait for the page to be loaded, show it from top to bottom so that late pictures come, and wait for silence."""
    from playwright.async_api import Error

    with contextlib.suppress(Error):
        await page.wait_for_load_state("load", timeout=limits.load_s * 1000)
        behaviour.loaded = True
    for _ in range(_SCROLLS_MAX):
        with contextlib.suppress(Error):
            await page.mouse.wheel(0, limits.width_px // 2)
            await asyncio.sleep(0.02)
            if await page.evaluate("scrollY + innerHeight >= document.documentElement.scrollHeight - 2"):
                break
    with contextlib.suppress(Error):
        await page.evaluate("scrollTo(0, 0)")
    with contextlib.suppress(Error):
        await page.wait_for_load_state("networkidle", timeout=limits.quiet_s * 1000)
        behaviour.quiet = True


async def _picture(tools: "CDPSession", limits: Limits, behaviour: Behaviour) -> tuple[bytes, tuple[int, int]]:
    """The whole page as PNG, and its width and height; a page that is too high is cut off at its end."""
    layout = (await tools.send("Page.getLayoutMetrics"))["cssContentSize"]
    width = min(int(layout["width"]), 2 * limits.width_px)
    height = min(int(layout["height"]), limits.height_px_max)
    behaviour.cut_px = max(0, int(layout["height"]) - height)
    clip = {"x": 0, "y": 0, "width": max(width, 1), "height": max(height, 1), "scale": 1}
    shot = await tools.send("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True, "clip": clip})
    return base64.b64decode(shot["data"]), (width, height)


async def _chains(tools: "CDPSession", recorder: Recorder) -> dict[str, list[bytes]]:
    """The certificate chains of the servers that answered, as the browser holds them."""
    from playwright.async_api import Error

    origins = []
    for each in recorder.exchanges:
        parts = urlsplit(each.url)
        if parts.scheme == "https" and each.status:
            origins.append(f"https://{parts.netloc}")
    found: dict[str, list[bytes]] = {}
    for origin in list(dict.fromkeys(origins))[:_ORIGINS_MAX]:
        with contextlib.suppress(Error):
            names = (await tools.send("Network.getCertificate", {"origin": origin}))["tableNames"]
            found[origin] = [base64.b64decode(each) for each in names]
    return found


def _why(url: str, message: str, gate: Gate) -> Refusal:
    """The refusal that a browser's own words come to."""
    said = message.partition(" at ")[0].partition("\n")[0].removeprefix("Page.goto: ")
    for each in gate.turned:
        if each.inner and "ERR_SOCKS" in message:
            return AddressRefused(host=each.host, address=each.address)
    if "ERR_CERT" in message or "ERR_SSL" in message:
        return CertificateRefused(host=urlsplit(url).hostname or url, why=Words.quote(said))
    if "ERR_TOO_MANY_REDIRECTS" in message or "ERR_UNSAFE_REDIRECT" in message or "ERR_UNKNOWN_URL_SCHEME" in message:
        return RedirectRefused(url=url, why=Words.quote(said))
    if "Download is starting" in message or "ERR_ABORTED" in message:
        return NotAPage(url=url)
    turned = gate.turned[-1] if gate.turned else None
    return NotReached(url=url, why=Words.quote(turned.why if turned is not None and turned.why else said))
