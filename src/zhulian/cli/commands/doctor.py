"""`zhulian doctor`: check a node's folder block by block."""

import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from zhulian.cli.commands.duties import look_at_duties
from zhulian.cli.errors import NO
from zhulian.cli.output import answer, progress, when
from zhulian.cli.parser import subcommand
from zhulian.cli.state import home
from zhulian.cli.words import language, say
from zhulian.crypto import native
from zhulian.errors import Refusal

app, register = subcommand("doctor", "doctor.help")

_DAY_S = 86_400
_SOON_DAYS = 21
"""From when on a certificate that runs out is worth a word, as in the rule ZhulianTlsEnds."""


@register
def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="doctor.quick")] = False,
    mend: Annotated[bool, typer.Option("--repair", help="doctor.repair")] = False,
) -> None:
    """Check the data of this home's node, which must not be running; exit status 1 where something is wrong."""
    from zhulian.node.doctor import examine, repair

    with progress("progress.blocks", None) as bar:
        found = examine(home(), bar, signatures=not quick, replay=not quick)
    counts = {**asdict(found), "coming": [msgspec.to_builtins(each) for each in found.coming]}
    lines = [say("doctor.counts", **counts)]
    lines += [fault.zh if language() == "zh" else fault.en for fault in found.faults]
    lines += [
        say("status.coming" if each.supported else "status.coming_lacking", **msgspec.to_builtins(each)) for each in found.coming
    ]
    moved = repair(home(), found) if mend and not found.sound else []
    if mend and not found.sound:
        lines += [say("doctor.moved", path=each) for each in moved] or [say("doctor.nobody")]
    counts["moved"] = moved
    counts["tls"], of_tls = look_at_tls(home().root, time.time())
    counts["duties"], of_duties = look_at_duties(home())
    kernel = native.state()
    counts["native"] = {"used": kernel.used, "version": kernel.version, "sm2": kernel.sm2}
    answer(counts, *lines, *of_tls, *of_duties, kernel.words.say(language()), found.zh if language() == "zh" else found.en)
    if not found.sound or (counts["tls"] or {}).get("usable") is False or not counts["duties"]["kept"]:
        raise typer.Exit(NO)


def look_at_tls(root: Path, now: float) -> tuple[dict[str, Any] | None, list[str]]:
    """The certificate of the gateway's TLS door, if it has one: whether it can be used at `now`, until when, and a line that says so."""
    from zhulian.gateway.settings import load_settings
    from zhulian.gateway.tls import Certificate

    try:
        tls = load_settings(root / "gateway.toml").tls
        if tls is None:
            return None, []
        end = Certificate(root / tls.certificate, root / tls.key).not_after
    except Refusal as wrong:
        return {"usable": False, "code": wrong.code, "not_after": None, "days": None}, [wrong.say(language())]
    days = int((end - now) // _DAY_S)
    word = "doctor.tls_ended" if end <= now else "doctor.tls_ends" if days < _SOON_DAYS else "tls.usable"
    line = say(word, path=tls.certificate, time=when(end * 1000), days=days)
    return {"usable": end > now, "code": None, "not_after": end, "days": days}, [line]
