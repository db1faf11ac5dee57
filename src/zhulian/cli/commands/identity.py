"""`zhulian identity`: organisations and signers of the chain; enrol, renew and revoke those of one's own organisation."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.errors import BadValue
from zhulian.cli.output import answer, table, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, ask_passphrase, open_chain
from zhulian.cli.state import home, settings
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.client import Chain
    from zhulian.crypto import PrivateKey

app = application("identity")

SignerName = Annotated[str, typer.Argument(help="identity.signer", metavar="ORG.SERIAL")]
_DAY = 86_400


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
    signer: As = None,
    node: Node = None,
) -> None:
    """Make a key and certificate for a new signer and register it; an admin of the organisation signs."""
    if kind not in ("officer", "service", "device"):
        raise BadValue(command="zhulian identity enrol", name="--kind", why="officer, service, device")
    with open_chain(node, _admin(signer, name)) as chain:
        key, certificates = _certified(chain, name, days)
        from zhulian.crypto import SoftwareSigner

        own = SoftwareSigner(chain.core.hasher.suite, key)
        done = chain.identity.enrol(name, own, certificates, kind=kind, duties=duty or ())  # type: ignore[arg-type]  # checked above
        path = _keep(name, key, certificates, is_new=True)
    answer(
        {"signer": name, "transaction": done.transaction, "height": done.height, "key": str(path)},
        say("identity.enrolled", signer=name, height=done.height),
        say("line.written", path=path),
    )


@command(app, "renew", "identity.renew.help")
def renew(
    name: SignerName,
    days: Annotated[int, typer.Option("--days", help="identity.days", metavar="DAYS", min=1, max=3650)] = 730,
    signer: As = None,
    node: Node = None,
) -> None:
    """Give a signer a new key with a new certificate; the old key stays valid until it expires or is revoked."""
    with open_chain(node, _admin(signer, name)) as chain:
        key, certificates = _certified(chain, name, days)
        from zhulian.crypto import SoftwareSigner

        done = chain.identity.add_key(name, SoftwareSigner(chain.core.hasher.suite, key), certificates)
        path = _keep(name, key, certificates, is_new=False)
    answer(
        {"signer": name, "transaction": done.transaction, "height": done.height, "key": str(path)},
        say("identity.renewed", signer=name, height=done.height, last=when((int(time.time()) + days * _DAY) * 1000)),
        say("line.written", path=path),
    )


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


def _certified(chain: "Chain", name: str, days: int) -> "tuple[PrivateKey, list[bytes]]":
    """A fresh key and its certificate chain from the organisation's CA, whose key lies in the home."""
    from zhulian.crypto import SoftwareSigner, load_key
    from zhulian.crypto.certificates import Authority, issue_from_request, make_request, parse

    suite = chain.core.hasher.suite
    organisation = name.partition(".")[0]
    passphrase = home().passphrase() or ask_passphrase()
    above = home().certificates(f"{organisation}.ca")
    ca_key = load_key(home().key_file(f"{organisation}.ca"), passphrase)
    authority = Authority(SoftwareSigner(suite, ca_key), parse(above[0]), tuple(above[1:]))
    key = suite.generate()
    now = int(time.time())
    request = make_request(SoftwareSigner(suite, key), organisation, name)
    return key, [issue_from_request(authority, request, now - 60, now + days * _DAY), *above]


def _keep(name: str, key: "PrivateKey", certificates: list[bytes], *, is_new: bool) -> Path:
    """Keep key and certificates in the home once the chain has them."""
    from zhulian.crypto import save_key

    path = home().keys / f"{name}.key.json"
    save_key(path, key, home().passphrase() or ask_passphrase(), name=name, replace=not is_new)
    home().save_certificates(name, certificates)
    return path
