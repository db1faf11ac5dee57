"""`zhulian tls`: the certificate of the gateway's TLS door."""

import re
import time
from pathlib import Path
from typing import Annotated

import typer

from zhulian.cli.errors import BadValue
from zhulian.cli.output import answer, when
from zhulian.cli.parser import application, command
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
