"""Puts the console together and serves it."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from importlib import resources

from nicegui import app, ui

from zhulian.client.chain import connect_async
from zhulian.console.context import Context
from zhulian.console.door import Door
from zhulian.console.entering import Desk
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
    searching,
    supervise,
    workspace,
)
from zhulian.console.squeezed import Squeezed
from zhulian.home import Home

__all__ = ["serve"]

_PAGES = (
    enter, account, home, evidence, apps, workspace, play, blocks, searching, network, local, govern, supervise, alerts, people, desk, developer,
)  # fmt: skip
_THREADS = 64
"""A thread waits for each signature that somebody is asked for in a browser; the others must go on."""


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
        for each in _PAGES:
            each.register(context)
        started.append(asyncio.ensure_future(hub.run()))
        desk.write_ticket(f"http://{host}:{port}")

    app.on_startup(begin)
    app.add_static_files("/console", str(resources.files("zhulian.console") / "assets"))
    app.add_middleware(Squeezed)
    app.add_middleware(Door, desk=desk, config=config)
    ui.add_head_html(
        '<link rel="stylesheet" href="/console/console.css"><link rel="icon" href="/console/icon.svg">'
        '<script defer src="/console/console.js"></script><script defer src="/console/keys/keys.js"></script>',
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
    )
