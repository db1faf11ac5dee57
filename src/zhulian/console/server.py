"""Puts the console together and serves it."""

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor

from nicegui import __version__, app, ui

from zhulian.client.chain import AsyncChain, connect_async
from zhulian.console.context import Context
from zhulian.console.door import Door
from zhulian.console.entering import Desk
from zhulian.console.exporting import Export
from zhulian.console.files import FOLDER, KEPT_S, address, prefix
from zhulian.console.hub import Hub
from zhulian.console.pages import (
    account,
    alerts,
    apps,
    blocks,
    desk,
    developer,
    enter,
    evidence,
    govern,
    home,
    local,
    network,
    people,
    play,
    requests,
    searching,
    supervise,
    workspace,
)
from zhulian.console.squeezed import Squeezed
from zhulian.errors import Refusal
from zhulian.home import Home

__all__ = ["PAGES", "serve"]

PAGES = (
    enter, account, home, evidence, apps, workspace, play, blocks, searching, network, local, govern, supervise, alerts, people, desk, requests, developer,
)  # fmt: skip
_THREADS = 64
"""A thread waits for each signature that somebody is asked for in a browser; the others must go on."""


async def _read_ahead(chain: AsyncChain) -> None:
    """Ask once for what the first page shows and the node takes longest over the first time, before anybody waits for it."""
    with contextlib.suppress(Refusal):
        await asyncio.gather(chain.titled_apps(), chain.alerts.list(state="open", limit=1))


def serve(home_folder: Home, url: str, host: str, port: int) -> None:
    """Serve the console of a home, whose gateway is at `url`, at `host` and `port` until the process is ended."""
    config = home_folder.config().console
    desk = Desk(home_folder, config)
    started: list[asyncio.Task[None]] = []

    async def begin() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS))
        chain = await connect_async(url, home=home_folder.root)
        hub = Hub(chain)
        context = Context(home_folder, url, desk, hub)
        app.add_route("/upload/{place}", context.uploads.receive, methods=["PUT"])
        app.add_route("/upload/{place}", context.uploads.judge, methods=["GET"])
        app.add_route("/export/{instance}/{record}", Export(context).answer, methods=["GET"])
        for each in PAGES:
            each.register(context)
        started.extend(map(asyncio.ensure_future, (hub.run(), _read_ahead(chain))))
        desk.write_ticket(f"http://{host}:{port}")

    app.on_startup(begin)
    app.add_static_files(prefix(), FOLDER, max_cache_age=KEPT_S)
    app.add_middleware(Squeezed)
    app.add_middleware(Door, desk=desk, config=config)
    ui.add_head_html(
        f'<link rel="stylesheet" href="{address("console.css")}"><script defer src="{address("console.js")}"></script>'
        f'<link rel="modulepreload" href="/_nicegui/{__version__}/static/dompurify.mjs">',  # which the framework asks for late
        shared=True,
    )
    ui.run(
        host=host,
        port=port,
        title="珠联",
        language="zh-CN",
        viewport="width=device-width, initial-scale=1",
        reload=False,
        show=False,
        show_welcome_message=False,
        uvicorn_logging_level="warning",
        proxy_headers=False,  # the door alone says who asks; the server would believe whoever comes from this machine
        reconnect_timeout=30.0,
        dark=None,
        favicon=FOLDER / "icon.svg",
        tailwind=False,  # a compiler of styles in the browser, for classes that our own styles do not use
    )
