"""Puts the console together and serves it."""

import asyncio
from importlib import resources

from nicegui import app, ui

from zhulian.client.chain import connect_async
from zhulian.console.context import Context
from zhulian.console.entering import Desk
from zhulian.console.hub import Hub
from zhulian.console.pages import (
    alerts,
    apps,
    blocks,
    developer,
    enter,
    evidence,
    govern,
    home,
    local,
    network,
    searching,
    supervise,
    workspace,
)
from zhulian.home import Home

__all__ = ["serve"]

_PAGES = (enter, home, evidence, apps, workspace, blocks, searching, network, local, govern, supervise, alerts, developer)


def serve(home_folder: Home, url: str, host: str, port: int) -> None:
    """Serve the console of a home, whose gateway is at `url`, at `host` and `port` until the process is ended."""
    desk = Desk(home_folder)
    started: list[asyncio.Task[None]] = []

    async def begin() -> None:
        chain = await connect_async(url, home=home_folder.root)
        hub = Hub(chain)
        context = Context(home_folder, url, desk, hub)
        for each in _PAGES:
            each.register(context)
        started.append(asyncio.ensure_future(hub.run()))
        desk.write_ticket(f"http://{host}:{port}")

    app.on_startup(begin)
    app.add_static_files("/console", str(resources.files("zhulian.console") / "assets"))
    ui.add_head_html(
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/console/console.css"><script defer src="/console/console.js"></script>',
        shared=True,
    )
    ui.run(
        host=host,
        port=port,
        title="珠联",
        language="zh-CN",
        storage_secret=desk.secret,
        reload=False,
        show=False,
        show_welcome_message=False,
        uvicorn_logging_level="warning",
        reconnect_timeout=30.0,
        dark=None,
    )
