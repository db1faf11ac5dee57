"""`zhulian tls`: the certificate of the gateway's TLS door."""

import re
import sys
import time
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from zhulian.cli.errors import BadValue
from zhulian.cli.output import answer, remark, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import Node, node_url
from zhulian.cli.state import home
from zhulian.cli.words import say

app = application("tls")

_NAME = re.compile(r"[A-Za-z0-9:.*-]{1,253}")


@command(app, "trial", "tls.trial.help")
def trial(
    names: Annotated[list[str] | None, typer.Argument(help="tls.names", metavar="NAME…")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="tls.out", metavar="FOLDER")] = None,
) -> None:
    """Make a CA and a certificate under it for a trial."""
    from datetime import UTC, datetime

    from zhulian.gateway.trial import DAYS, make_trial

    wanted = list(dict.fromkeys([*(names or []), "localhost", "127.0.0.1", "::1"]))
    for each in wanted:
        if not _NAME.fullmatch(each):
            raise BadValue(command="zhulian tls trial", name="NAME", why=each[:80])
    made = make_trial(home().root / "tls" if out is None else out, wanted, datetime.now(UTC))
    answer(
        {
            "certificate": str(made.certificate),
            "key": str(made.key),
            "ca": str(made.authority),
            "ca_sha256": made.fingerprint,
            "names": wanted,
            "days": DAYS,
        },
        say("tls.made", names=", ".join(wanted), days=DAYS),
        *(say("line.written", path=path) for path in (made.certificate, made.key, made.authority)),
        say("tls.fingerprint", digest=made.fingerprint),
        say("tls.next", path=home().root / "gateway.toml"),
        "[tls]",
        f'certificate = "{made.certificate}"',
        f'key = "{made.key}"',
        say("tls.trust", path=made.authority),
    )


@command(app, "show", "tls.show.help")
def show() -> None:
    """Say which certificate the door has, whether it can be used, and until when."""
    from zhulian.gateway.settings import load_settings
    from zhulian.gateway.tls import Certificate

    settings = load_settings(home().root / "gateway.toml")
    if settings.tls is None:
        answer({"tls": None}, say("tls.none", path=home().root / "gateway.toml"))
        return
    found = Certificate(home().root / settings.tls.certificate, home().root / settings.tls.key)
    days = int((found.not_after - time.time()) // 86_400)
    where = settings.public_url or f"https://{settings.tls.host}:{settings.tls.port}"
    answer(
        {"certificate": settings.tls.certificate, "not_after": found.not_after, "days": days, "url": where},
        say("tls.usable", path=settings.tls.certificate, time=when(found.not_after * 1000), days=days),
        say("tls.where", url=where),
    )


@command(app, "tlcp", "tls.tlcp.help")
def tlcp(
    sign_certificate: Annotated[Path, typer.Option("--sign-certificate", help="tls.tlcp.sign", metavar="PEM")],
    sign_key: Annotated[Path, typer.Option("--sign-key", help="tls.tlcp.sign_key", metavar="PEM")],
    encrypt_certificate: Annotated[Path, typer.Option("--encrypt-certificate", help="tls.tlcp.encrypt", metavar="PEM")],
    encrypt_key: Annotated[Path, typer.Option("--encrypt-key", help="tls.tlcp.encrypt_key", metavar="PEM")],
    client_ca: Annotated[Path | None, typer.Option("--client-ca", help="tls.tlcp.client_ca", metavar="PEM")] = None,
    host: Annotated[str, typer.Option("--host", help="tls.tlcp.host", metavar="ADDRESS")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="tls.tlcp.port", metavar="PORT", min=0, max=65535)] = 9443,
    node: Node = None,
) -> None:
    """Open a TLCP door before this home's gateway and stay in the foreground, until Ctrl-C."""
    import asyncio

    from zhulian.tlcp.library import library
    from zhulian.tlcp.relay import Relay
    from zhulian.tlcp.session import Pair, Sessions

    sessions = Sessions(Pair(sign_certificate, sign_key, encrypt_certificate, encrypt_key), client_ca)
    remark(say("tls.tlcp.old", version=library().OpenSSL_version(0).decode("ascii", "replace")))
    gateway = urlsplit(node_url(node))
    to = gateway.hostname or "127.0.0.1", gateway.port or 80

    async def serve() -> None:
        relay = Relay(sessions, to, lambda address, why: remark(say("tls.tlcp.failed", address=address, why=why)))
        server = await relay.serve(host, port)
        at = server.sockets[0].getsockname()[1]
        answer(
            {"host": host, "port": at, "gateway": gateway.geturl()},
            say("tls.tlcp.ready", host=host, port=at, to=gateway.geturl()),
        )
        sys.stdout.flush()
        async with server:
            await server.serve_forever()

    try:
        asyncio.run(serve())
    except OSError as wrong:
        raise BadValue(command="zhulian tls tlcp", name="--port", why=wrong.strerror or str(wrong)) from None
