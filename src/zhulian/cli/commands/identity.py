"""`zhulian identity`: organisations and signers of the chain; enrol, renew and revoke those of one's own organisation."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.encrypting import certified, take_up
from zhulian.cli.errors import BadValue
from zhulian.cli.output import answer, table, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, acting_home, ask_passphrase, open_chain
from zhulian.cli.state import home, settings
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.client import Chain
    from zhulian.crypto import PrivateKey

app = application("identity")

SignerName = Annotated[str, typer.Argument(help="identity.signer", metavar="ORG.SERIAL")]


@command(app, "list", "identity.list.help")
def list_(node: Node = None) -> None:
    """List organisations and signers as the node shows them."""
    with open_chain(node) as chain:
        organisations = _all(chain, "identity/organisations")
        signers = _all(chain, "identity/signers")
    document = {
        "organisations": [{"organisation": each["key"][-1], **each["value"]} for each in organisations],
        "signers": [{"signer": each["key"][-1], **each["value"]} for each in signers],
    }
    if settings.json:
        answer(document)
        return
    heads = [say("column.organisation"), say("column.title"), say("column.status")]
    table(
        heads,
        [
            [each["key"][-1], each["value"]["title"][language()], say(f"status.{each['value']['status']}")]
            for each in organisations
        ],
    )
    answer(document, "")
    heads = [say("column.signer"), say("column.kind"), say("column.duties"), say("column.keys"), say("column.status")]
    rows = []
    for each in signers:
        value = each["value"]
        state = say("status.revoked" if "revoked" in value else "status.active")
        rows.append([each["key"][-1], say(f"kind.{value['kind']}"), ", ".join(value["duties"]), str(len(value["keys"])), state])
    table(heads, rows)


def _all(chain: "Chain", collection: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        page = chain.page(collection, after=after, limit=100)
        found += page.items
        after = page.next
        if after is None:
            return found


@command(app, "enrol", "identity.enrol.help")
def enrol(
    name: SignerName,
    kind: Annotated[str, typer.Option("--kind", help="identity.kind", metavar="officer|service|device")] = "officer",
    duty: Annotated[list[str] | None, typer.Option("--duty", help="identity.duty", metavar="DUTY")] = None,
    days: Annotated[int, typer.Option("--days", help="identity.days", metavar="DAYS", min=1, max=3650)] = 730,
    request: Annotated[Path | None, typer.Option("--request", help="identity.request", metavar="FILE")] = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Make a key and certificate for a new signer and register it, or one for a key that lies in a browser; an admin signs."""
    from zhulian.network.renewing import certify, is_registered, take_up

    if kind not in ("officer", "service", "device"):
        raise BadValue(command="zhulian identity enrol", name="--kind", why="officer, service, device")
    if request is not None:
        _enrol_elsewhere(name, request, kind, duty or [], days, signer, node)
        return
    with open_chain(node, _admin(signer, name)) as chain:
        own, certificates = certify(chain, home(), name, days, home().passphrase() or ask_passphrase())
        if not is_registered(chain, own, name):
            chain.identity.enrol(name, own, certificates, kind=kind, duties=duty or ())  # type: ignore[arg-type]  # checked above
        path = take_up(home(), name, certificates)
    answer(
        {"signer": name, "key": str(path)},
        say("identity.enrolled", signer=name),
        say("line.written", path=path),
    )


def _enrol_elsewhere(name: str, path: Path, kind: str, duty: list[str], days: int, signer: str | None, node: str | None) -> None:
    from zhulian.client.key_requests import read_key_request
    from zhulian.network.renewing import certify_elsewhere, is_registered

    with open_chain(node, _admin(signer, name)) as chain:
        own = read_key_request(chain.core.hasher, path, name)
        opened = home().passphrase() or ask_passphrase()
        if not is_registered(chain, own, name):
            certificates = certify_elsewhere(chain, home(), name, own.public_key, days, opened)
            chain.identity.enrol(name, own, certificates, kind=kind, duties=duty)  # type: ignore[arg-type]  # checked above
    answer({"signer": name}, say("identity.enrolled", signer=name))


@command(app, "renew", "identity.renew.help")
def renew(
    name: SignerName,
    days: Annotated[int, typer.Option("--days", help="identity.days", metavar="DAYS", min=1, max=3650)] = 730,
    signer: As = None,
    node: Node = None,
) -> None:
    """Give a signer a new key with a new certificate; the old key stays valid until it expires or is revoked."""
    from zhulian.network.renewing import renew as renew_signer

    with open_chain(node, _admin(signer, name)) as chain:
        path, last = renew_signer(chain, home(), name, days, home().passphrase() or ask_passphrase())
        zone = chain.core.genesis.zone
    answer(
        {"signer": name, "key": str(path)},
        say("identity.renewed", signer=name, last=when(last * 1000, zone)),
        say("line.written", path=path),
    )


@command(app, "encryption", "identity.encryption.help")
def encryption(
    holder: Annotated[str, typer.Argument(help="identity.holder", metavar="ORG|ORG.SERIAL")],
    days: Annotated[int, typer.Option("--days", help="identity.days", metavar="DAYS", min=1, max=3650)] = 730,
    signer: As = None,
    node: Node = None,
) -> None:
    """Give an organisation or a signer a new key to which content is sealed; the old one stays for what was sealed to it."""
    from zhulian.crypto.certificates import parse

    chosen = acting_home(node)
    with open_chain(node, _admin(signer, holder)) as chain:
        own, certificates = certified(chain, chosen, holder, days)
        if not _is_set(chain, own, holder):
            chain.identity.set_encryption_key(holder, certificates)
        path = take_up(chosen, holder, certificates)
        zone = chain.core.genesis.zone
    answer(
        {"holder": holder, "key": str(path)},
        say("identity.encryption_set", holder=holder, last=when(parse(certificates[0]).not_after * 1000, zone)),
        say("line.written", path=path),
    )


def _is_set(chain: "Chain", own: "PrivateKey", holder: str) -> bool:
    """Whether an interrupted run got as far as the chain."""
    value = chain.state(("identity/encryption_keys", holder)).value
    return isinstance(value, dict) and value.get("public_key") == own.public_key.hex()


@command(app, "revoke", "identity.revoke.help")
def revoke(
    name: SignerName,
    reason: Annotated[str, typer.Option("--reason", help="identity.reason", metavar="REASON")],
    key: Annotated[str | None, typer.Option("--key", help="identity.key", metavar="FINGERPRINT")] = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """End a key of a signer, or the signer with all its keys, for good."""
    choices = ("compromised", "departed", "lost", "superseded")
    if reason not in choices:
        raise BadValue(command="zhulian identity revoke", name="--reason", why=", ".join(choices))
    with open_chain(node, _admin(signer, name)) as chain:
        done = chain.identity.revoke(name, reason, key=key)  # type: ignore[arg-type]  # checked above
    answer(
        {"signer": name, "key": key, "transaction": done.transaction, "height": done.height},
        say("identity.revoked", signer=name, height=done.height),
    )


def _admin(named: str | None, signer: str) -> str:
    """Who signs: who is named, else the organisation's `admin` whose key lies here."""
    return named or f"{signer.partition('.')[0]}.admin"
