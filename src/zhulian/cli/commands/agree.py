"""`zhulian agree`: what members agree on outside the chain, since it stands still."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer
from zhulian.cli.parser import application, command
from zhulian.cli.state import home
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.ledger.agreements import Agreement

app = application("agree")

File = Annotated[Path, typer.Argument(help="agree.file", metavar="AGREEMENT.json")]
Reason = Annotated[str, typer.Option("--reason", help="agree.reason", metavar="TEXT")]
Out = Annotated[Path, typer.Option("--out", help="agree.out", metavar="AGREEMENT.json")]


@command(app, "skip", "agree.skip.help")
def skip(
    transaction: Annotated[str, typer.Argument(help="agree.transaction", metavar="TRANSACTION")],
    reason: Reason,
    out: Out = Path("agreement.json"),
) -> None:
    """Draw up, and sign, that a transaction is not executed."""
    import re

    from zhulian.network.agreeing import agree_to_skip

    if not re.fullmatch("[0-9a-f]{64}", transaction):
        raise BadValue(command="zhulian agree skip", name="TRANSACTION", why=transaction[:80])
    _save(out, agree_to_skip(home(), transaction, reason, int(time.time())))


@command(app, "recover", "agree.recover.help")
def recover(
    without: Annotated[list[str], typer.Option("--without", help="agree.without", metavar="ORG")],
    reason: Reason,
    out: Out = Path("agreement.json"),
) -> None:
    """Draw up, and sign, that the chain goes on without members that are lost for good."""
    from zhulian.network.agreeing import agree_to_recover

    _save(out, agree_to_recover(home(), without, reason, int(time.time())))


@command(app, "sign", "agree.sign.help")
def sign(file: File) -> None:
    """Add this node's signature to an agreement."""
    from zhulian.network.agreeing import sign_agreement

    _save(file, sign_agreement(home(), _read(file)))


@command(app, "show", "agree.show.help")
def show(file: File) -> None:
    """Show what an agreement says and who has signed it."""
    _tell(_read(file), file)


@command(app, "apply", "agree.apply.help")
def apply(file: File) -> None:
    """Put an agreement in force on this node, which is stopped."""
    from zhulian.network.agreeing import apply_agreement

    height = apply_agreement(home(), _read(file))
    answer({"file": str(file), "height": height}, say("agree.applied", height=height), say("agree.publish", file=file))


def _read(file: Path) -> "Agreement":
    from zhulian.ledger.agreements import AGREEMENT_BYTES_MAX, decode_agreement
    from zhulian.ledger.genesis import parse_genesis

    if not file.is_file():
        raise FileMissing(path=str(file))
    with file.open("rb") as opened:
        return decode_agreement(opened.read(AGREEMENT_BYTES_MAX + 1), parse_genesis(home().genesis_bytes()).chain())


def _save(file: Path, agreement: "Agreement") -> None:
    from zhulian.files import write_atomically
    from zhulian.ledger.agreements import encode_agreement

    write_atomically(file, encode_agreement(agreement))
    _tell(agreement, file)


def _tell(agreement: "Agreement", file: Path) -> None:
    from zhulian.ledger.agreements import Skip, agreement_digest
    from zhulian.ledger.genesis import parse_genesis
    from zhulian.network.agreeing import standing_of

    act = agreement.act
    stands = standing_of(home(), agreement)
    digest = agreement_digest(parse_genesis(home().genesis_bytes()).hasher(), agreement).hex()
    if isinstance(act, Skip):
        what = say("agree.is_skip", transaction=act.transaction)
    else:
        lost = [each.sealer for each in act.former if each not in act.sealers]
        going_on = ", ".join(each.sealer for each in act.sealers)
        what = say("agree.is_recovery", height=act.header.height, lost=", ".join(lost) or "—", going_on=going_on)
    told: dict[str, Any] = {
        "file": str(file),
        "digest": digest,
        "agreement": msgspec.to_builtins(agreement),
        "signed": list(stands.signed),
        "due": list(stands.due),
        "power": stands.power,
        "whole": stands.whole,
        "enough": stands.enough,
    }
    made = datetime.fromtimestamp(agreement.made, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    lines = [what, say("agree.why", reason=agreement.reason, made=made), say("agree.digest", digest=digest)]
    lines.append(say("agree.signed", names=", ".join(stands.signed) or "—", power=stands.power, whole=stands.whole))
    lines.append(say("agree.enough", file=file) if stands.enough else say("agree.due", names=", ".join(stands.due), file=file))
    answer(told, *lines)
