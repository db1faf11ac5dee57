"""A browser at the console."""

from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, Request


@dataclass
class Console:
    """Where the console is, the link that lets in, and the home behind it."""

    url: str
    link: str
    home: Path


class Visit:
    """A browser at the console; `asked` are the addresses of all its requests, `faults` what its scripts complained of."""

    def __init__(self, page: Page, console: Console) -> None:
        self.page = page
        self.console = console
        self.asked: list[str] = []
        self.faults: list[str] = []
        page.on("request", self._note)
        page.on("pageerror", lambda error: self.faults.append(str(error)))

    def _note(self, request: Request) -> None:
        self.asked.append(request.url)

    async def go(self, path: str) -> None:
        await self.page.goto(self.console.url + path)

    async def enter(self, person: str = "org1.clerk") -> None:
        await self.page.goto(self.console.link)
        await self.page.get_by_role("button", name=person).click()
        await self.page.wait_for_url(self.console.url + "/")

    async def sees(self, text: str) -> None:
        await self.page.get_by_text(text).first.wait_for(timeout=20_000)
