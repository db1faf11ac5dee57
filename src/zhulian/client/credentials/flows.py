"""Schemas, issuing keys, status lists and standings on the chain; and what a check without a node needs of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from zhulian.client import reading
from zhulian.client.answers import as_json, as_refusal, path_of
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.credentials.checking import PROOF_FORMAT, Named, facts_of
from zhulian.client.credentials.issuing import DAY_S, list_of
from zhulian.client.credentials.keeping import Register
from zhulian.client.errors import NotOurs
from zhulian.client.flow import Call, Flow, call
from zhulian.client.submit import Outcome, submit
from zhulian.credentials.dids import did_document, key_url, list_url, read_did
from zhulian.credentials.errors import BadDid, IssuerRefused, SchemaUnfit
from zhulian.credentials.jose import SuiteJose
from zhulian.credentials.status_list import make_list_token
from zhulian.crypto import Signer, fingerprint
from zhulian.errors import Words
from zhulian.ledger.heads import verify_head
from zhulian.modules.credential.format import key_preimage, list_digest
from zhulian.modules.credential.state import ISSUERS, LISTS, SCHEMAS, Issuer, Schema, StatusList

__all__ = [
    "ListContent",
    "add_key",
    "define",
    "issuer_of",
    "list_content",
    "proof",
    "publish",
    "resolve",
    "retire_key",
    "schema_of",
    "set_status",
    "upload",
]

_T = TypeVar("_T")
_Signers = Sequence[str | Identity] | None


@dataclass(frozen=True)
class ListContent:
    """The next content of a status list: the paper that publishes it, and the token to hand in when it is published."""

    paper: dict[str, Any]
    token: str


def define(
    core: Core,
    schema: str,
    title: Mapping[str, str],
    claims: Sequence[Mapping[str, Any]],
    *,
    standing: str | None = None,
    signers: _Signers = None,
) -> Flow[Outcome]:
    """Define a schema of the own organisation, for ever; each claim has `name`, `title` and perhaps `always`.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"type": "credential.define", "claims": [dict(each) for each in claims], "schema": schema, "title": dict(title)}
    return (yield from submit(core, [message | ({"standing": standing} if standing else {})], signers=signers))


def add_key(core: Core, issuer: str, key: Signer, *, signers: _Signers = None) -> Flow[Outcome]:
    """Register an issuing key of the own organisation; an admin signs.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    public = key.public_key.hex()
    possession = key.sign(key_preimage(core.hasher, issuer, public)).hex()
    message = {"type": "credential.add_key", "possession": possession, "public_key": public}
    return (yield from submit(core, [message], signers=signers))


def retire_key(core: Core, key: str, reason: str, *, signers: _Signers = None) -> Flow[Outcome]:
    """End an issuing key (fingerprint), as `superseded` or `compromised`; an admin signs.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    return (yield from submit(core, [{"type": "credential.retire_key", "key": key, "reason": reason}], signers=signers))


def set_status(core: Core, schema: str, holder: str, status: str, *, signers: _Signers = None) -> Flow[Outcome]:
    """Say what standing another organisation has from one's own: `valid`, `suspended` or `revoked`.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"type": "credential.set_status", "holder": holder, "schema": schema, "status": status}
    return (yield from submit(core, [message], signers=signers))


def list_content(core: Core, issuer: str, name: str, key: Signer, register: Register, ttl_s: int = DAY_S) -> Flow[ListContent]:
    """The next content of a status list, as the register has it now.

    Raises:
        NotInRegister. ProofFault, NotOurs, FromNode, Unreachable.
    """
    statuses = list_of(register, name)
    before = yield from _find(core, (LISTS.name, issuer, name), StatusList)
    genesis = core.hasher.genesis
    named = key_url(genesis, issuer, fingerprint(core.hasher.suite, key.public_key))
    uri = list_url(genesis, issuer, name)
    token = make_list_token(SuiteJose(core.hasher.suite), key, named, uri, int(core.clock()), ttl_s, statuses)
    paper = {
        "bits": statuses.bits,
        "digest": list_digest(core.hasher, token.encode("ascii")),
        "format": "zhulian/status-list/1",
        "issuer": issuer,
        "list": name,
        "sequence": 1 if before is None else before.sequence + 1,
        "size": statuses.size,
    }
    return ListContent(paper, token)


def publish(core: Core, content: ListContent, *, signers: _Signers = None) -> Flow[Outcome]:
    """Publish a content of a status list, and hand its token in.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    said = {name: value for name, value in content.paper.items() if name not in ("format", "issuer")}
    outcome = yield from submit(core, [{"type": "credential.publish", **said}], signers=signers)
    yield from upload(core, content.paper["issuer"], content.paper["list"], content.token)
    return outcome


def upload(core: Core, issuer: str, name: str, token: str) -> Flow[None]:
    """Hand the token of a status list to the node, once its digest is on the chain.

    Raises:
        FromNode: it is not the newest. Unreachable.
    """
    media = "application/statuslist+jwt"
    answer = yield from call(Call("PUT", path_of("status-lists", issuer, name), body=token.encode("ascii"), media=media))
    as_json(answer, core.url)


def resolve(core: Core, did: str) -> Flow[dict[str, Any]]:
    """The DID document of an organisation, made here from its keys, which the chain proves.

    Raises:
        BadDid: it is none of this chain, or has no keys. ProofFault, NotOurs, FromNode, Unreachable.
    """
    named = read_did(did, core.hasher.genesis)
    found = yield from _find(core, (ISSUERS.name, named.organisation), Issuer)
    if found is None or named.kind:
        raise BadDid(did=did[:120])
    keys = [msgspec.to_builtins(each) for each in found.keys]
    return did_document(SuiteJose(core.hasher.suite), core.hasher.genesis, named.organisation, keys)


def proof(core: Core, issuer: str, owner: str, schema: str, name: str) -> Flow[dict[str, Any]]:
    """What a check without a node needs: a sealer's word on what is newest now, the facts at that height, and the status list.

    One document serves for all credentials of that issuer, schema and list, until it is too old for the verifier.

    Raises:
        SchemaUnfit: there is no such schema. ProofFault, NotOurs, FromNode, Unreachable.
    """
    head = as_json((yield from call(Call("GET", path_of("head", "spoken")))), core.url)
    newest = verify_head(head, core.trusted).header.height
    known = yield from schema_of(core, owner, schema)
    facts: list[dict[str, Any]] = []
    for key in facts_of(Named(issuer, owner, schema, name, 0), known):
        found = yield from reading.fact(core, key, height=newest)
        facts.append(found.document)
    answer = yield from call(Call("GET", path_of("status-lists", issuer, name)))
    if answer.status >= 300:
        raise as_refusal(answer, core.url)
    try:
        token = answer.body.decode("ascii")
    except UnicodeDecodeError:
        raise NotOurs(what="status list") from None
    return {"facts": facts, "format": PROOF_FORMAT, "head": head, "token": token}


def schema_of(core: Core, owner: str, schema: str) -> Flow[Schema]:
    """A schema, proved.

    Raises:
        SchemaUnfit: there is none. ProofFault, NotOurs, FromNode, Unreachable.
    """
    found = yield from _find(core, (SCHEMAS.name, owner, schema), Schema)
    if found is None:
        raise SchemaUnfit(why=Words(f"没有凭证模板 {owner}/{schema}", f"there is no schema {owner}/{schema}"))
    return found


def issuer_of(core: Core, issuer: str) -> Flow[Issuer]:
    """The keys of an issuer, proved.

    Raises:
        IssuerRefused: it has none. ProofFault, NotOurs, FromNode, Unreachable.
    """
    found = yield from _find(core, (ISSUERS.name, issuer), Issuer)
    if found is None:
        raise IssuerRefused(issuer=issuer, why=Words("没有登记签发密钥", "it has registered no issuing key"))
    return found


def _find(core: Core, key: tuple[str, ...], shape: type[_T]) -> Flow[_T | None]:
    proved = yield from reading.state(core, key)
    return msgspec.convert(proved.value, shape) if proved.present else None
