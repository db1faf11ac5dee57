"""`zhulian console`: the link that lets a browser into this machine's console."""

import time

from zhulian.cli.errors import ConsoleSilent
from zhulian.cli.output import answer
from zhulian.cli.parser import subcommand
from zhulian.cli.state import home
from zhulian.cli.words import say

app, register = subcommand("console", "console.help")

_WAIT_S = 20.0


@register
def console() -> None:
    """Print the link; the console may be starting just now, which is waited for."""
    link = home().console_link
    until = time.monotonic() + _WAIT_S
    while not link.is_file() and home().node_file.is_file() and time.monotonic() < until:
        time.sleep(0.1)
    if not link.is_file() or not home().node_file.is_file():
        raise ConsoleSilent()
    url = link.read_text(encoding="ascii").strip()
    answer({"url": url}, say("console.link", url=url), say("console.keep"))
