"""Opening the chain for a command: which node, whose key, where the passphrase comes from."""

import json
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from zhulian.cli.errors import UnknownNode
from zhulian.cli.state import home
from zhulian.cli.words import say
from zhulian.errors import Words
from zhulian.home import Home

if TYPE_CHECKING:
    from zhulian.client import Chain

__all__ = [
    "As",
    "Node",
    "acting_home",
    "ask_backup_passphrase",
    "ask_line",
    "ask_new_passphrase",
    "ask_passphrase",
    "ask_secret",
    "node_url",
    "open_chain",
    "signers",
]


_LINE_MAX = 16_384  # characters: an address that a browser shows is far shorter
_NODE_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")


def _nodes() -> list[str]:
    return [str(home().config().gateway.port)]


def signers() -> list[str]:
    """The officers and others whose keys lie in the home."""
    return home().signers()


Node = Annotated[str | None, typer.Option("--node", help="option.node", metavar="URL", autocompletion=_nodes)]
As = Annotated[str | None, typer.Option("--as", help="option.as", metavar="SIGNER", autocompletion=signers)]


def node_url(named: str | None) -> str:
    """The address of the node: what is named (address, host:port, port, or a node of this machine), else the home's settings.

    Raises:
        UnknownNode: it is none of these.
    """
    chosen = acting_home(named)
    if chosen.root != home().root:
        return f"http://127.0.0.1:{chosen.config().gateway.port}"
    config = home().config()
    if named is None:
        return config.client.url or _running() or f"http://{config.gateway.host}:{config.gateway.port}"
    if named.startswith(("http://", "https://")):
        return named
    host, _, port = named.rpartition(":")
    if port.isascii() and port.isdigit():
        return f"http://{host or '127.0.0.1'}:{port}"
    there = sorted(each.name for each in (home().root / "nodes").glob("*") if Home(each).exists)
    raise UnknownNode(name=named[:80], present=", ".join(there) or "—")


def _running() -> str | None:
    """Where the home's own node says that it listens; ZHULIAN_PORT outranks it."""
    if "ZHULIAN_PORT" in os.environ:
        return None
    try:
        return str(json.loads(home().node_file.read_bytes())["url"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def acting_home(node: str | None) -> Home:
    """Whose home a command acts from: that of a node of this machine's network, where one is named or nothing else is there."""
    nodes = home().root / "nodes"
    if node is not None and _NODE_NAME.fullmatch(node):
        named = Home(nodes / node)
        return named if named.exists else home()
    if node is None and not home().config_file.exists() and nodes.is_dir():
        there = [Home(each) for each in sorted(nodes.iterdir())]
        return next((each for each in there if each.exists), home())
    return home()


@contextmanager
def open_chain(node: str | None = None, signer: str | None = None) -> Iterator["Chain"]:
    """The chain through the node that is named, signing as `signer` or as the default of the home that is acted from."""
    from zhulian.client import connect

    with connect(node_url(node), signer, home=acting_home(node).root, passphrase=ask_passphrase) as chain:
        yield chain


def ask_new_passphrase() -> str:
    """The passphrase of a backup that is being made: ZHULIAN_BACKUP_PASSPHRASE, or typed twice.

    Raises:
        NoPassphrase: nobody sits there.
    """
    given = os.environ.get("ZHULIAN_BACKUP_PASSPHRASE")
    if given is not None:
        return given
    _require_terminal()
    return str(typer.prompt(say("prompt.backup"), hide_input=True, confirmation_prompt=say("prompt.again"), err=True))


def ask_backup_passphrase() -> str:
    """The passphrase of a backup that is being put back: ZHULIAN_BACKUP_PASSPHRASE, or typed.

    Raises:
        NoPassphrase: nobody sits there.
    """
    given = os.environ.get("ZHULIAN_BACKUP_PASSPHRASE")
    if given is not None:
        return given
    _require_terminal()
    return str(typer.prompt(say("prompt.backup"), hide_input=True, err=True))


def ask_passphrase() -> str:
    """The passphrase, typed in the terminal.

    Raises:
        NoPassphrase: nobody sits there.
    """
    _require_terminal()
    return str(typer.prompt(say("prompt.passphrase"), hide_input=True, err=True))


def ask_secret(key: str, variable: str = "", *, option: str = "", hidden: bool = True, twice: bool = False) -> str:
    """What the catalogue's `key` asks for: from the environment's `variable`, or typed, where it is new twice.

    `option` is the command's own, by which it may be given instead.

    Raises:
        AnswerDue: nobody sits there.
    """
    given = os.environ.get(variable) if variable else None
    if given is not None:
        return given
    if not _is_terminal():
        from zhulian.cli.errors import AnswerDue

        way = option or variable
        raise AnswerDue(what=say(key), otherwise=Words(f"，或用 {way} 给出", f", or give it by {way}") if way else Words("", ""))
    again = say("prompt.again") if twice else False
    return str(typer.prompt(say(key), hide_input=hidden, confirmation_prompt=again, err=True))


def ask_line(key: str) -> str:
    """What the catalogue's `key` asks for: typed, or the next line of standard input where that is a file or another programme.

    For what is known only after the command has begun, so that no option or variable could hold it.

    Raises:
        AnswerDue: standard input is empty.
    """
    if _is_terminal():
        return ask_secret(key, hidden=False)
    line = sys.stdin.readline(_LINE_MAX).strip()
    if not line:
        from zhulian.cli.errors import AnswerDue

        raise AnswerDue(what=say(key), otherwise=Words("，或经标准输入给出一行", ", or give it as a line on standard input"))
    return line


def _require_terminal() -> None:
    if not _is_terminal():
        from zhulian.home import NoPassphrase

        raise NoPassphrase()


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
