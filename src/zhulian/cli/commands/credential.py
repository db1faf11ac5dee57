"""`zhulian credential`: define, issue, keep, show and check credentials; their status lists; DIDs of organisations."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from zhulian.cli.days import day_end
from zhulian.cli.errors import BadValue, FileMissing
from zhulian.cli.output import answer, when
from zhulian.cli.parser import application, command
from zhulian.cli.session import As, Node, acting_home, ask_passphrase, open_chain
from zhulian.cli.state import genesis_near
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.client import Chain
    from zhulian.crypto import Signer

app = application("credential")

_COMMAND = "zhulian credential"
_BYTES_MAX = 8 * 1024 * 1024
STATUSES = ("valid", "suspended", "revoked")
REASONS = ("superseded", "compromised")
_CHANGES = (("revoke", 1), ("suspend", 2), ("restore", 0))
Schema = Annotated[str, typer.Argument(help="credential.schema", metavar="OWNER/SCHEMA")]
Out = Annotated[Path, typer.Option("--out", help="credential.out", metavar="FILE")]
Claims = Annotated[list[str] | None, typer.Option("--claim", help="credential.claim", metavar="NAME")]
Numbers = list[str] | None


@command(app, "schema", "credential.schema.help")
def schema(
    name: Annotated[str, typer.Argument(help="credential.name", metavar="SCHEMA")],
    file: Annotated[Path, typer.Argument(help="credential.schema_file", metavar="FILE")],
    standing: Annotated[str | None, typer.Option("--standing", help="credential.standing", metavar="NAME")] = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Define a schema of the own organisation from a JSON file with its title and claims."""
    found = _read(file)
    if not isinstance(found, dict) or set(found) != {"title", "claims"} or not isinstance(found.get("claims"), list):
        raise BadValue(command=f"{_COMMAND} schema", name="FILE", why='{"title": …, "claims": […]}')
    with open_chain(node, signer) as chain:
        done = chain.credentials.define(name, found["title"], found["claims"], standing=standing)
        owner = _organisation(chain, signer)
    answer(
        {"schema": f"{owner}/{name}", "height": done.height},
        say("credential.defined", schema=f"{owner}/{name}", height=done.height),
    )


@command(app, "key", "credential.key.help")
def key(
    retire: Annotated[str | None, typer.Option("--retire", help="credential.retire", metavar="KEY")] = None,
    reason: Annotated[str, typer.Option("--reason", help="credential.reason", metavar="REASON")] = "superseded",
    signer: As = None,
    node: Node = None,
) -> None:
    """Make and register an issuing key, or retire one; an admin of the organisation signs."""
    from zhulian.crypto import SoftwareSigner, fingerprint, save_key

    if reason not in REASONS:
        raise BadValue(command=f"{_COMMAND} key", name="--reason", why=", ".join(REASONS))
    home = acting_home(node)
    with open_chain(node, signer) as chain:
        if retire is not None:
            done = chain.credentials.retire_key(retire, reason)
            answer({"key": retire, "height": done.height}, say("credential.retired", key=retire, height=done.height))
            return
        issuer, suite = _organisation(chain, signer), chain.core.hasher.suite
        made = suite.generate()
        path = _key_file(chain, issuer)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".new.{path.name}")
        save_key(draft, made, home.passphrase() or ask_passphrase(), name=f"{issuer}.issuing", replace=True)
        done = chain.credentials.add_key(issuer, SoftwareSigner(suite, made))
        draft.replace(path)  # the key before this one is on the chain and signs no more
        name = fingerprint(suite, made.public_key)
    answer(
        {"issuer": issuer, "key": name, "file": str(path), "height": done.height},
        say("credential.key_added", issuer=issuer, key=name, height=done.height),
        say("line.written", path=path),
    )


@command(app, "standing", "credential.standing.help")
def standing(
    name: Annotated[str, typer.Argument(help="credential.standing", metavar="NAME")],
    holder: Annotated[str, typer.Argument(help="credential.holder", metavar="ORG")],
    status: Annotated[str, typer.Argument(help="credential.set", metavar="STATUS")],
    signer: As = None,
    node: Node = None,
) -> None:
    """Say what standing another organisation has from one's own."""
    if status not in STATUSES:
        raise BadValue(command=f"{_COMMAND} standing", name="STATUS", why=", ".join(STATUSES))
    with open_chain(node, signer) as chain:
        done = chain.credentials.set_status(name, holder, status)
    line = say("credential.stands", holder=holder, name=name, status=say(f"credential.{status}"), height=done.height)
    answer({"holder": holder, "standing": name, "status": status, "height": done.height}, line)


@command(app, "keys", "credential.keys.help")
def keys(
    issuer: Annotated[str, typer.Argument(help="credential.issuer", metavar="ORG")],
    out: Out,
    count: Annotated[int, typer.Option("--count", help="credential.count", metavar="N", min=1, max=64)] = 10,
    node: Node = None,
) -> None:
    """Make keys for copies of a credential, to hand to its issuer."""
    with open_chain(node) as chain:
        found = chain.credentials.holder_keys(issuer, count)
    _write(out, found)
    answer(
        {"written": str(out), "count": count},
        say("credential.keys_made", count=count, issuer=issuer),
        say("line.written", path=out),
    )


@command(app, "issue", "credential.issue.help")
def issue(
    kind: Schema,
    claims: Annotated[Path, typer.Argument(help="credential.claims", metavar="CLAIMS")],
    keys: Annotated[Path, typer.Option("--keys", help="credential.keys", metavar="FILE")],
    until: Annotated[str, typer.Option("--until", help="credential.until", metavar="DATE")],
    by_list: Annotated[str, typer.Option("--list", help="credential.list", metavar="LIST")],
    out: Out,
    signer: As = None,
    node: Node = None,
) -> None:
    """Issue a credential as a batch of copies, one for each of the holder's keys."""
    from zhulian.client.credentials.holding import folder_of
    from zhulian.client.credentials.issuing import Terms, issue_batch
    from zhulian.client.credentials.keeping import Register, keep

    owner, name = _kind(kind, "issue")
    found, handed = _read(claims), _read(keys)
    if not isinstance(found, dict):
        raise BadValue(command=f"{_COMMAND} issue", name="CLAIMS", why='{"name": …}')
    with open_chain(node, signer) as chain:
        issuer, core = _organisation(chain, signer), chain.core
        end = day_end(until, core.genesis.zone, f"{_COMMAND} issue", "--until")
        terms = Terms(issuer, _issuing_key(chain, issuer), owner, name, end, by_list)
        known = chain.credentials.schema_of(owner, name)
        with keep(folder_of(core), Register) as (register, kept):
            made = issue_batch(core.hasher, terms, known, found, handed, register, int(core.clock()))
            kept.append(made.register)
    _write(out, made.document)
    copies = len(made.document["copies"])
    answer(
        {"credential": made.credential, "copies": copies, "list": by_list, "written": str(out)},
        say("credential.issued", credential=made.credential, copies=copies),
        say("credential.publish_next", list=by_list),
        say("line.written", path=out),
    )


@command(app, "status", "credential.status.help")
def status(
    name: Annotated[str, typer.Argument(help="credential.list", metavar="LIST")],
    revoke: Annotated[Numbers, typer.Option("--revoke", help="credential.revoke", metavar="NUMBER")] = None,
    suspend: Annotated[Numbers, typer.Option("--suspend", help="credential.suspend", metavar="NUMBER")] = None,
    restore: Annotated[Numbers, typer.Option("--restore", help="credential.restore", metavar="NUMBER")] = None,
    paper: Annotated[Path | None, typer.Option("--paper", help="credential.paper", metavar="FILE")] = None,
    token: Annotated[Path | None, typer.Option("--token", help="credential.token", metavar="FILE")] = None,
    signer: As = None,
    node: Node = None,
) -> None:
    """Revoke, suspend or restore, and publish the status list; with --paper an application's action publishes it."""
    from zhulian.client.credentials.flows import ListContent
    from zhulian.client.credentials.holding import folder_of
    from zhulian.client.credentials.issuing import revise
    from zhulian.client.credentials.keeping import Register, keep

    given = {"revoke": revoke, "suspend": suspend, "restore": restore}
    with open_chain(node, signer) as chain:
        issuer, core = _organisation(chain, signer), chain.core
        if token is not None:
            chain.credentials.upload(issuer, name, _text(token))
            answer({"list": name}, say("credential.uploaded", list=name))
            return
        with keep(folder_of(core), Register) as (register, kept):
            for option, value in _CHANGES:
                for each in given[option] or ():
                    register = revise(register, each, value)
            kept.append(register)
        content: ListContent = chain.credentials.list_content(issuer, name, _issuing_key(chain, issuer), register)
        sequence = content.paper["sequence"]
        if paper is not None:
            at = paper.with_name(f"{paper.stem}.jwt")
            _write(paper, content.paper)
            _write_text(at, content.token)
            answer({"written": str(paper), "token": str(at)}, say("credential.paper_made", list=name, path=paper, token=at))
            return
        done = chain.credentials.publish(content)
    answer(
        {"list": name, "sequence": sequence, "digest": content.paper["digest"], "height": done.height},
        say("credential.published", list=name, sequence=sequence, height=done.height),
    )


@command(app, "receive", "credential.receive.help")
def receive(batch: Annotated[Path, typer.Argument(help="credential.batch", metavar="BATCH")], node: Node = None) -> None:
    """Take copies into the wallet, held against the issuer's keys on the chain and against one's own."""
    with open_chain(node) as chain:
        taken = chain.credentials.receive(_read(batch))
    answer({"copies": taken}, say("credential.received", copies=taken))


@command(app, "wallet", "credential.wallet.help")
def wallet(node: Node = None) -> None:
    """Show what is in the wallet."""
    with open_chain(node) as chain:
        found = chain.credentials.wallet()
        zone = chain.core.genesis.zone
    lines = []
    for each in found:
        lines.append(
            say(
                "credential.held",
                schema=each["schema"],
                issuer=each["issuer"],
                fresh=each["fresh"],
                until=when(each["until"] * 1000, zone),
            )
        )
        lines += [f"  {name}: {value}" for name, value in sorted(each["claims"].items())]
    answer({"credentials": found}, *lines or [say("credential.nothing")])


@command(app, "ask", "credential.ask.help")
def ask(
    kind: Schema,
    audience: Annotated[str, typer.Option("--audience", help="credential.audience", metavar="NAME")],
    out: Out,
    claim: Claims = None,
    minutes: Annotated[int, typer.Option("--minutes", help="credential.minutes", metavar="N", min=1, max=1440)] = 5,
    node: Node = None,
) -> None:
    """Ask a holder for a credential: write a request that is good for one answer."""
    owner, name = _kind(kind, "ask")
    with open_chain(node) as chain:
        found = chain.credentials.ask(audience, owner, name, claim or (), minutes * 60)
    _write(out, found)
    answer({"written": str(out), "nonce": found["nonce"]}, say("credential.asked", kind=kind), say("line.written", path=out))


@command(app, "present", "credential.present.help")
def present(
    request: Annotated[Path, typer.Argument(help="credential.request", metavar="REQUEST")],
    out: Out,
    claim: Claims = None,
    node: Node = None,
) -> None:
    """Answer a request with a copy that was never shown, and disclose what was asked for, or the claims named instead."""
    with open_chain(node) as chain:
        text = chain.credentials.answer_request(_read(request), claim)
    _write_text(out, text)
    answer({"written": str(out)}, say("credential.shown"), say("line.written", path=out))


@command(app, "proof", "credential.proof.help")
def proof(
    issuer: Annotated[str, typer.Argument(help="credential.issuer", metavar="ORG")],
    kind: Schema,
    name: Annotated[str, typer.Argument(help="credential.list", metavar="LIST")],
    out: Out,
    node: Node = None,
) -> None:
    """Fetch what a check without a node needs; one file serves for all credentials by that list until it is too old."""
    owner, called = _kind(kind, "proof")
    with open_chain(node) as chain:
        found = chain.credentials.proof(issuer, owner, called, name)
    _write(out, found)
    answer({"written": str(out)}, say("credential.fetched", issuer=issuer, list=name), say("line.written", path=out))


@command(app, "verify", "credential.verify.help")
def verify(
    presentation: Annotated[Path, typer.Argument(help="credential.presentation", metavar="PRESENTATION")],
    request: Annotated[Path, typer.Option("--request", help="credential.request", metavar="FILE")],
    proof: Annotated[Path, typer.Option("--proof", help="credential.proof", metavar="FILE")],
    genesis: Annotated[Path | None, typer.Option("--genesis", help="verify.genesis", metavar="FILE")] = None,
    genesis_digest: Annotated[str | None, typer.Option("--genesis-digest", help="verify.digest", metavar="HEX")] = None,
    max_age: Annotated[int, typer.Option("--max-age", help="credential.max_age", metavar="S", min=1)] = 3600,
    attest: Annotated[Path | None, typer.Option("--attest", help="credential.attest", metavar="FILE")] = None,
    by: Annotated[str, typer.Option("--by", help="credential.by", metavar="ORG")] = "",
    instance: Annotated[str, typer.Option("--instance", help="credential.instance", metavar="APP")] = "",
    person: Annotated[str, typer.Option("--person", help="credential.person", metavar="PARTY")] = "",
    predicate: Annotated[str, typer.Option("--predicate", help="credential.predicate", metavar="NAME")] = "",
) -> None:
    """Check an answer to an own request, without any node; exit status 1 where anything does not hold."""
    from zhulian.client.credentials.holding import attestation, check_once
    from zhulian.ledger.receipts import trust

    if attest is not None and not (by and instance and person and predicate):
        raise BadValue(command=f"{_COMMAND} verify", name="--attest", why="--by, --instance, --person, --predicate")
    trusted = trust(genesis_near(genesis, proof), genesis_digest=genesis_digest)
    folder, now = acting_home(None).client / "credentials", int(time.time())
    found = check_once(folder, trusted, _read(request), _text(presentation), _read(proof), now, max_age)
    zone = trusted.genesis.zone
    document: dict[str, Any] = {
        "valid": True,
        "issuer": found.issuer,
        "schema": f"{found.owner}/{found.schema}",
        "claims": found.claims,
        "until": found.until,
        "list": found.list,
        "sequence": found.sequence,
        "as_of_ms": found.as_of_ms,
        "speaker": found.speaker,
        "genesis_digest": trusted.digest.hex(),
    }
    lines = [say("credential.holds", issuer=found.issuer, schema=document["schema"], until=when(found.until * 1000, zone))]
    lines += [f"  {name}: {value}" for name, value in sorted(found.claims.items())]
    lines.append(
        say("credential.as_of", time=when(found.as_of_ms, zone), speaker=found.speaker, list=found.list, sequence=found.sequence)
    )
    lines.append(say("line.genesis", digest=trusted.digest.hex()))
    if attest is not None:
        _write(attest, attestation(found, by, instance, person, predicate, now))
        document["written"] = str(attest)
        lines.append(say("line.written", path=attest))
    answer(document, *lines)


@command(app, "did", "credential.did.help")
def did(
    named: Annotated[str, typer.Argument(help="credential.did", metavar="DID|ORG")],
    node: Node = None,
) -> None:
    """Resolve the DID of an organisation, from its keys as the chain proves them."""
    import json

    from zhulian.credentials.dids import did_of

    with open_chain(node) as chain:
        given = named if named.startswith("did:") else did_of(chain.core.hasher.genesis, named)
        found = chain.credentials.resolve(given)
    answer(found, json.dumps(found, ensure_ascii=False, indent=1))


def _organisation(chain: "Chain", signer: str | None) -> str:
    (identity,) = chain.core.identities(None if signer is None else [signer])
    return identity.name.partition(".")[0]


def _key_file(chain: "Chain", issuer: str) -> Path:
    from zhulian.client.credentials.holding import folder_of

    return folder_of(chain.core) / f"{issuer}.issuing.json"


def _issuing_key(chain: "Chain", issuer: str) -> "Signer":
    path = _key_file(chain, issuer)
    if not path.is_file():
        raise FileMissing(path=str(path))
    return chain.core.find_identity(str(path)).signer


def _kind(text: str, name: str) -> tuple[str, str]:
    owner, slash, schema = text.partition("/")
    if not slash or not owner or not schema:
        raise BadValue(command=f"{_COMMAND} {name}", name="OWNER/SCHEMA", why=text)
    return owner, schema


def _read(path: Path) -> Any:
    from zhulian import canonical

    if not path.is_file():
        raise FileMissing(path=str(path))
    return canonical.read(path.read_bytes(), _BYTES_MAX)


def _text(path: Path) -> str:
    if not path.is_file():
        raise FileMissing(path=str(path))
    return path.read_bytes()[:_BYTES_MAX].decode("ascii", "replace").strip()


def _write(path: Path, document: Any) -> None:
    from zhulian import canonical

    _write_text(path, canonical.encode(document).decode())


def _write_text(path: Path, text: str) -> None:
    from zhulian.files import write_atomically

    try:
        write_atomically(path, text.encode(), 0o600)
    except OSError as wrong:
        raise BadValue(command=_COMMAND, name="--out", why=f"{path}: {wrong.strerror}") from None
