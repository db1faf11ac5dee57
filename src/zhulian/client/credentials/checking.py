"""Whether a presentation holds, without any node: guards in the order of RFC 9901 §7.3 and of the status list's §8.3.

What the chain says comes as a document that was fetched beforehand: a sealer's word on what was newest when, and at that height the issuer's keys,
the schema, the issuer's standing and the digest of the status list, each proved; and the list's token. Pure: the time comes in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import msgspec

from zhulian.credentials.dids import key_url, list_url, read_did
from zhulian.credentials.errors import (
    BindingFails,
    IssuerRefused,
    KeyRefused,
    NotForUs,
    NotValidNow,
    OutOfTime,
    ProofIncomplete,
    SchemaUnfit,
    StatusListWrong,
    StatusStale,
    TokenMalformed,
)
from zhulian.credentials.jose import SuiteJose, Token, read_token, verify_token
from zhulian.credentials.sd_jwt import BINDING_KIND, KINDS, Parts, binding_digest, split, unfold
from zhulian.credentials.status_list import INVALID, SUSPENDED, VALID, ListToken, read_list_token
from zhulian.crypto import Hasher, fingerprint
from zhulian.errors import Words
from zhulian.ledger.heads import ProvedHead, verify_head
from zhulian.ledger.receipts import Trusted, verify_state_fact
from zhulian.modules.credential.format import list_digest
from zhulian.modules.credential.messages import Claim
from zhulian.modules.credential.state import ISSUERS, LISTS, SCHEMAS, STANDINGS, Issuer, Schema, Standing, StatusList

__all__ = ["AHEAD_S", "PROOF_FORMAT", "Checked", "Wanted", "check", "facts_of", "read_claims"]

PROOF_FORMAT: Final = "zhulian/credential-proof/1"
AHEAD_S: Final = 60
"""How far another's clock may be ahead of ours, in seconds."""
_DAY_S: Final = 86_400
_CREDENTIAL, _BINDING = Words("凭证", "credential"), Words("持有人绑定", "key binding")
_OWN = frozenset({"cnf", "exp", "iat", "iss", "nbf", "status", "vct"})


@dataclass(frozen=True)
class Wanted:
    """What a verifier asked for: `schema` is the DID URL of the kind of credential; times in seconds.

    `max_age_s` bounds the age of the status proof, `window_s` that of the presentation.
    """

    audience: str
    nonce: str
    schema: str
    max_age_s: int = 3600
    window_s: int = 300


@dataclass(frozen=True)
class Checked:
    """What a presentation that holds says: the claims that were disclosed, by whom, until when, and on which status list that rests.

    `as_of_ms` is when the status was the newest, by the clock of `speaker`, who sealed for the chain.
    """

    issuer: str
    owner: str
    schema: str
    claims: dict[str, Any]
    until: int
    list: str
    sequence: int
    digest: str
    as_of_ms: int
    speaker: str


class Named(NamedTuple):
    """Whose credential of what kind by which status list."""

    issuer: str
    owner: str
    schema: str
    list: str
    entry: int


class _Chain(NamedTuple):
    """What the proof has proved."""

    head: ProvedHead
    keys: Issuer
    schema: Schema
    list: StatusList
    has_standing: bool


def facts_of(named: "Named", schema: Schema) -> list[tuple[str, ...]]:
    """The state keys that a check needs."""
    found = [
        (ISSUERS.name, named.issuer),
        (SCHEMAS.name, named.owner, named.schema),
        (LISTS.name, named.issuer, named.list),
    ]
    return [*found, (STANDINGS.name, named.owner, schema.standing, named.issuer)] if schema.standing is not None else found


def check(presentation: str, proof: Any, trusted: Trusted, wanted: Wanted, now: int) -> Checked:
    """Check a presentation against what the chain has proved; `now` in Unix seconds.

    Raises:
        CredentialFault: naming what does not hold. ProofFault: the proof of the chain does not.
    """
    hasher = trusted.hasher
    jose = SuiteJose(hasher.suite)
    parts = split(presentation.strip())
    token = read_token(parts.token, _CREDENTIAL)
    if token.payload.get("vct") != wanted.schema:
        raise NotForUs(part="vct", given=str(token.payload.get("vct"))[:120], wanted=wanted.schema)
    named = read_claims(hasher, token)
    chain = _read_proof(proof, trusted, named)
    _require_issuer(named, chain)
    issued = _number(token, "iat")
    verify_token(jose, token, _find_key(hasher, named, chain, str(token.head.get("kid")), issued), KINDS, _CREDENTIAL)
    shown = unfold(jose, token.payload, parts.disclosures)
    _require_claims(shown.payload, chain.schema)
    _require_time(token, now)
    _require_binding(jose, token, parts, wanted, now)
    _require_status(hasher, proof, named, chain, wanted, now)
    return Checked(
        issuer=named.issuer,
        owner=named.owner,
        schema=named.schema,
        claims={each.name: shown.payload[each.name] for each in chain.schema.claims if each.name in shown.payload},
        until=_number(token, "exp"),
        list=named.list,
        sequence=chain.list.sequence,
        digest=chain.list.digest,
        as_of_ms=chain.head.spoken_ms,
        speaker=chain.head.speaker,
    )


def read_claims(hasher: Hasher, token: Token) -> Named:
    """Whose a credential says it is; nothing is verified by that.

    Raises:
        TokenMalformed, BadDid.
    """
    issuer = read_did(token.payload.get("iss"), hasher.genesis)
    schema = read_did(token.payload.get("vct"), hasher.genesis)
    status = token.payload.get("status")
    entry = status.get("status_list") if isinstance(status, dict) else None
    index = entry.get("idx") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or type(index) is not int or schema.kind != "schema" or issuer.kind:
        raise TokenMalformed(part=_CREDENTIAL, why=Words("缺少状态或模板", "it names no status or schema"))
    listed = read_did(entry.get("uri"), hasher.genesis)
    if listed.kind != "status" or listed.organisation != issuer.organisation:
        raise TokenMalformed(part=_CREDENTIAL, why=Words("状态清单不是签发机构的", "the status list is not the issuer's"))
    return Named(issuer.organisation, schema.organisation, schema.name, listed.name, index)


def _read_proof(proof: Any, trusted: Trusted, named: Named) -> _Chain:
    if not isinstance(proof, dict) or proof.get("format") != PROOF_FORMAT or not isinstance(proof.get("facts"), list):
        raise ProofIncomplete(why=Words(f"不是 {PROOF_FORMAT}", f"it is no {PROOF_FORMAT}"))
    head = verify_head(proof.get("head"), trusted)
    found: dict[tuple[str, ...], Any] = {}
    for document in proof["facts"][:8]:
        fact = verify_state_fact(document, trusted)
        if fact.height != head.header.height:
            why = Words(f"{'/'.join(fact.key)} 不是最新高度的", f"{'/'.join(fact.key)} is not of the newest height")
            raise ProofIncomplete(why=why)
        found[fact.key] = fact.value if fact.present else None
    schema = _value(found, (SCHEMAS.name, named.owner, named.schema), Schema)
    has_standing = named.issuer == named.owner
    if schema.standing is not None:
        standing = _value(found, (STANDINGS.name, named.owner, schema.standing, named.issuer), Standing, is_due=False)
        has_standing = standing is not None and standing.status == "valid"
    return _Chain(
        head=head,
        keys=_value(found, (ISSUERS.name, named.issuer), Issuer, is_due=False) or Issuer(keys=()),
        schema=schema,
        list=_value(found, (LISTS.name, named.issuer, named.list), StatusList),
        has_standing=has_standing,
    )


def _value(found: Mapping[tuple[str, ...], Any], key: tuple[str, ...], shape: Any, *, is_due: bool = True) -> Any:
    if key not in found or (is_due and found[key] is None):
        raise ProofIncomplete(why=Words(f"缺少 {'/'.join(key)}", f"{'/'.join(key)} is not there"))
    return None if found[key] is None else msgspec.convert(found[key], shape)


def _require_issuer(named: Named, chain: _Chain) -> None:
    if not chain.has_standing:
        what = chain.schema.standing
        zh = f"没有 {named.owner} 认定的有效资格 {what}" if what else f"只有 {named.owner} 可以签发这种凭证"
        en = f"it has no valid standing {what} from {named.owner}" if what else f"{named.owner} alone issues this kind"
        raise IssuerRefused(issuer=named.issuer, why=Words(zh, en))


def _find_key(hasher: Hasher, named: Named, chain: _Chain, name: str, issued: int) -> dict[str, str]:
    """The JWK of an issuing key by its DID URL, if it counted when it signed (Unix seconds, to the day)."""
    for each in chain.keys.keys:
        public_key = bytes.fromhex(each.public_key)
        if key_url(hasher.genesis, named.issuer, fingerprint(hasher.suite, public_key)) != name:
            continue
        if each.retired is not None and each.retired.reason == "compromised":
            raise KeyRefused(key=name[-64:], why=Words("密钥已泄露停用", "it was retired as compromised"))
        if each.retired is not None and issued * 1000 > each.retired.time_ms:
            raise KeyRefused(key=name[-64:], why=Words("签发时密钥已停用", "it was retired before this was signed"))
        if (issued + _DAY_S) * 1000 < each.since_ms:
            raise KeyRefused(key=name[-64:], why=Words("签发时密钥尚未登记", "it was not registered when this was signed"))
        return SuiteJose(hasher.suite).jwk(public_key)
    raise KeyRefused(
        key=name[-64:], why=Words(f"不是 {named.issuer} 登记的密钥", f"it is none that {named.issuer} has registered")
    )


def _require_claims(payload: Mapping[str, Any], schema: Schema) -> None:
    known: Sequence[Claim] = schema.claims
    names = {each.name for each in known}
    for name in payload:
        if name not in names and name not in _OWN:
            raise SchemaUnfit(why=Words(f"没有数据项 {name[:60]}", f"it has no claim {name[:60]}"))
    for each in known:
        if each.always and each.name not in payload:
            raise SchemaUnfit(why=Words(f"缺少必填数据项 {each.name}", f"the claim {each.name} must be there"))


def _require_time(token: Token, now: int) -> None:
    if now > _number(token, "exp"):
        raise OutOfTime(why=Words("凭证已过期", "the credential has expired"))
    begins = token.payload.get("nbf", token.payload["iat"])
    if type(begins) is not int or begins > now + AHEAD_S:
        raise OutOfTime(why=Words("凭证尚未生效", "the credential is not valid yet"))


def _require_binding(jose: SuiteJose, token: Token, parts: Parts, wanted: Wanted, now: int) -> None:
    if not parts.binding:
        raise BindingFails(why=Words("没有持有人签名", "the holder has not signed"))
    confirmed = token.payload.get("cnf")
    key = confirmed.get("jwk") if isinstance(confirmed, dict) else None
    if not isinstance(key, dict):
        raise BindingFails(why=Words("凭证没有绑定持有人密钥", "the credential is bound to no key"))
    binding = read_token(parts.binding, _BINDING)
    verify_token(jose, binding, key, BINDING_KIND, _BINDING)
    said = binding.payload
    for name, due in (("aud", wanted.audience), ("nonce", wanted.nonce)):
        if said.get(name) != due:
            raise NotForUs(part=name, given=str(said.get(name))[:120], wanted=due)
    made = _number(binding, "iat")
    if not now - wanted.window_s <= made <= now + AHEAD_S:
        raise OutOfTime(why=Words("出示时间不在核验时间内", "it was not shown just now"))
    if said.get("sd_hash") != binding_digest(jose, parts):
        raise BindingFails(why=Words("持有人签名针对的是别的披露内容", "the holder signed other disclosures"))


def _require_status(hasher: Hasher, proof: Mapping[str, Any], named: Named, chain: _Chain, wanted: Wanted, now: int) -> None:
    age_s = now - chain.head.spoken_ms // 1000
    if age_s > wanted.max_age_s:
        raise StatusStale(age_s=age_s, most_s=wanted.max_age_s)
    if age_s < -AHEAD_S:
        raise OutOfTime(why=Words("状态证明的时间在将来", "the proof of the status is of the future"))
    text = proof.get("token")
    if not isinstance(text, str) or list_digest(hasher, text.encode("utf-8", "surrogatepass")) != chain.list.digest:
        raise StatusListWrong(why=Words("与链上登记的摘要不同", "its digest is not the one on the chain"))

    def find_key(name: str, issued: int) -> dict[str, str]:
        return _find_key(hasher, named, chain, name, issued)

    token: ListToken = read_list_token(SuiteJose(hasher.suite), text, find_key)
    if token.uri != list_url(hasher.genesis, named.issuer, named.list):
        raise StatusListWrong(why=Words("是另一份清单", "it is another list"))
    if token.expires and now > token.expires:
        raise StatusListWrong(why=Words("清单已过期", "it has expired"))
    status = token.statuses.get(named.entry)
    if status != VALID:
        called = {INVALID: Words("已撤销", "revoked"), SUSPENDED: Words("暂停使用", "suspended")}
        raise NotValidNow(status=called.get(status, Words(f"{status}", f"of status {status}")))


def _number(token: Token, name: str) -> int:
    found = token.payload.get(name)
    if type(found) is not int:
        raise TokenMalformed(part=_CREDENTIAL, why=Words(f"缺少 {name}", f"it has no {name}"))
    return found
