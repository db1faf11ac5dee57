"""Starts, once in a while, the process that renews those certificates of the home that are due, where the home allows it."""

import asyncio
import os
import signal

from zhulian.home import Home
from zhulian.node.certificates import renewable
from zhulian.node.children import spawn
from zhulian.node.hearing import Ear
from zhulian.node.logs import Log

__all__ = ["keep_certificates"]

_LOOK_S = 6 * 3600.0
_AGAIN_S = 600.0
_PROCESS = "zhulian.network.renewing"
"""By its name: arrows point down, so the node does not import it. It signs as the organisation's admin, through the gateway."""


async def keep_certificates(home: Home, url: str, log: Log) -> None:
    """Look four times a day until cancelled; what the process says goes into `log`, and what it could not do, it tries again soon."""
    while True:
        if renewable(home):
            await _renew(home, url, log)
        await asyncio.sleep(_AGAIN_S if renewable(home) else _LOOK_S)


async def _renew(home: Home, url: str, log: Log) -> None:
    ear = Ear(log, "renewal")
    process = spawn(["-m", _PROCESS, str(home.root), url], stdout=ear.pipe, stderr=ear.pipe)
    ear.started()
    number = os.pidfd_open(process.pid)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(number, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(number)
        os.close(number)
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()
        ear.ended()
