"""Evidence: deposit files, see what was deposited, and verify a file against its receipt."""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from nicegui import ui

from zhulian import canonical
from zhulian.certificate import write_certificates
from zhulian.client.chain import AsyncChain
from zhulian.client.files import file_digest
from zhulian.console.acting import deposit
from zhulian.console.context import Context, Page
from zhulian.console.parts.dropping import drop
from zhulian.console.parts.html import Safe, digest, join, link, note, number, state, table, tag
from zhulian.console.parts.sharing import share_box
from zhulian.console.uploads import Upload
from zhulian.errors import Refusal
from zhulian.ledger.receipts import verify_receipt

__all__ = ["register"]

_ROWS = 20


def register(context: Context) -> None:
    """The page /evidence."""

    @context.page("/evidence", "evidence", "evidence.title")
    async def evidence(page: Page) -> None:
        chain = await page.chain()
        page.show(tag("h1", page.say("evidence.title")))
        with ui.element("div").classes("two"):
            with ui.element("section").classes("card"):
                page.show(note(page.say("evidence.says")))
                _deposit(page, chain)
            with ui.element("section").classes("card"):
                page.show(join([tag("h2", page.say("evidence.check")), note(page.say("evidence.check.says"))]))
                _verify(page, chain)
        page.show(tag("section", tag("h2", page.say("evidence.own")), await _own(page, chain), class_="card"))


def _deposit(page: Page, chain: AsyncChain) -> None:
    async def take(upload: Upload) -> None:
        name = upload.name
        with done:
            line = page.show(note(page.say("evidence.working", name=name)))
        try:
            found = await deposit(page, upload.path, name)
            line.set_content(note(page.say("evidence.again" if found.found else "evidence.done", name=name), "ok"))
            with done:
                _papers(page, chain, name, found.receipt)
        except Refusal as why:
            line.set_content(note(f"{name}　{page.refusal(why)}", "bad"))
        finally:
            upload.path.unlink(missing_ok=True)

    drop(page, page.say("evidence.drop"), take, multiple=True)
    done = ui.element("div").props('aria-live="polite"')


def _papers(page: Page, chain: AsyncChain, name: str, receipt: dict[str, Any]) -> None:
    """What can be taken home after a deposit."""

    def paper(suffix: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            written = write_certificates(
                receipt, page.context.home.genesis_bytes(), Path(folder) / "file", language=page.language, file_name=name
            )
            path = written.html if suffix == "html" else written.pdf
            if path is None:
                raise written.notices[0]
            ui.download.content(path.read_bytes(), f"{name}.certificate.{suffix}")

    async def give(kind: str) -> None:
        if kind == "receipt":
            ui.download.content(json.dumps(receipt, ensure_ascii=False), f"{name}.receipt.json")
            return
        try:
            await asyncio.to_thread(paper, kind) if kind == "pdf" else paper(kind)
        except Refusal as why:
            ui.notify(page.refusal(why))

    with ui.row():
        for kind in ("receipt", "html", "pdf"):
            with ui.element("button").classes("plain").props('type="button"').on("click", lambda kind=kind: give(kind)):
                ui.label(page.say(f"evidence.{kind}"))
    with ui.expansion(page.say("share.certificate")).props("dense"):
        share_box(page, "share.certificate.says", lambda until: chain.links.certificate(receipt, name=name, until=until))


def _verify(page: Page, chain: AsyncChain) -> None:
    given: dict[str, Upload] = {}
    answer: list[ui.html] = []

    def taking(kind: str) -> Callable[[Upload], Awaitable[None]]:
        async def take(upload: Upload) -> None:
            if kind in given:
                given[kind].path.unlink(missing_ok=True)
            given[kind] = upload
            lines[kind].set_content(note(upload.name, "ok"))
            if len(given) == 2:
                paths = {each: found.path for each, found in given.items()}
                answer[0].set_content(await asyncio.to_thread(_judged, page, chain, paths))

        return take

    lines: dict[str, ui.html] = {}
    for kind, label, kinds, most in (
        ("file", "evidence.file", (), None),
        ("receipt", "upload.receipt", (".json",), canonical.BYTES_MAX),
    ):
        drop(page, page.say(label), taking(kind), kinds=kinds, most=most)
        lines[kind] = page.show(note(""))
    with ui.element("div").props('aria-live="polite"'):
        answer.append(page.show(note("")))


def _judged(page: Page, chain: AsyncChain, given: dict[str, Path]) -> Safe:
    """Whether file and receipt agree, in one sentence."""
    core = chain.core
    try:
        found = verify_receipt(
            canonical.read(given["receipt"].read_bytes()), core.trusted, file_digest=file_digest(core.hasher.suite, given["file"])
        )
    except Refusal as why:
        return note(page.say("evidence.bad", why=page.refusal(why)), "bad")
    when, who = page.moment(found.not_after_ms), ", ".join(each.signer for each in found.signers)
    words = page.say("evidence.good", time="\0", who=who).split("\0")
    return tag("p", join([words[0], when, words[1]]), class_="note ok")


async def _own(page: Page, chain: AsyncChain) -> Safe:
    """The newest deposits of the visitor's organisation, each held against the chain."""
    try:
        found = await chain.search(kind="evidence", party=page.visitor.party, limit=_ROWS)
    except Refusal as why:
        return note(page.refusal(why))
    rows = []
    for each in found.hits:
        proved = state("seal", page.say("state.sealed")) if each.fault is None else state("bad", page.refusal(each.fault))
        rows.append(
            (
                digest(each.place[1]),
                page.moment(each.time_ms),
                link(f"/transactions/{each.transaction}", number(each.height)),
                proved,
            )
        )
    heads = [page.say("col.digest"), page.say("col.time"), page.say("col.height"), page.say("col.proof")]
    return table(heads, rows, right=(2,), empty=page.say("evidence.none"))
