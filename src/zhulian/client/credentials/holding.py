"""The holder's and the verifier's desk: ask for copies, take them in, answer a request with a copy that was never shown, ask and check once."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec.structs import replace

from zhulian.client.core import Core
from zhulian.client.credentials.checking import Checked, Wanted, check, read_claims
from zhulian.client.credentials.flows import issuer_of
from zhulian.client.credentials.issuing import BATCH_FORMAT, BATCH_MAX, holder_key, prove_keys
from zhulian.client.credentials.keeping import Asked, Copy, Desk, Wallet, keep, look
from zhulian.client.flow import Flow
from zhulian.credentials.dids import key_url, read_did, schema_url
from zhulian.credentials.errors import AlreadyShown, BindingFails, KeyRefused, NoCredential, OutOfTime, TokenMalformed
from zhulian.credentials.jose import SuiteJose, read_token, verify_token
from zhulian.credentials.sd_jwt import KINDS, claim_of, present, split, unfold
from zhulian.crypto import SoftwareSigner, fingerprint
from zhulian.errors import Words
from zhulian.ledger.receipts import Trusted

__all__ = [
    "REQUEST_FORMAT",
    "answer_request",
    "ask",
    "attestation",
    "check_once",
    "folder_of",
    "holder_keys",
    "receive",
    "wallet",
]

REQUEST_FORMAT: Final = "zhulian/credential-request/1"
_CREDENTIAL, _REQUEST = Words("凭证", "credential"), Words("核验请求", "request")
_DESK_MAX: Final = 100_000


def folder_of(core: Core) -> Path:
    """Where a client keeps credentials: beside its secret."""
    return core.drafts.parent / "credentials"


def holder_keys(core: Core, issuer: str, count: int) -> Flow[dict[str, Any]]:
    """Keys for `count` copies, each proved, to hand to an issuer.

    Raises:
        SecretMissing.
    """
    yield from ()
    return prove_keys(core.hasher, core.salts.secret, issuer, max(1, min(count, BATCH_MAX)), int(core.clock()))


def receive(core: Core, document: Any) -> Flow[int]:
    """Take a batch into the wallet, after holding each copy against the issuer's keys on the chain and against one's own; how many.

    Raises:
        TokenMalformed, WrongSignature, BindingFails, KeyRefused; those of `unfold`. ProofFault, FromNode, Unreachable.
    """
    copies = document.get("copies") if isinstance(document, dict) and document.get("format") == BATCH_FORMAT else None
    if not isinstance(copies, list) or not 1 <= len(copies) <= BATCH_MAX:
        raise TokenMalformed(part=_CREDENTIAL, why=Words(f"不是 {BATCH_FORMAT}", f"it is no {BATCH_FORMAT}"))
    jose, batch, taken = SuiteJose(core.hasher.suite), str(document.get("batch")), []
    if len(batch) != 32 or not set(batch) <= set("0123456789abcdef"):
        raise TokenMalformed(part=_CREDENTIAL, why=Words("批次有误", "its batch is none"))
    for place, text in enumerate(copies):
        parts = split(str(text))
        token = read_token(parts.token, _CREDENTIAL)
        named = read_claims(core.hasher, token)
        keys = yield from issuer_of(core, named.issuer)
        known = {
            key_url(core.hasher.genesis, named.issuer, fingerprint(core.hasher.suite, raw)): jose.jwk(raw)
            for raw in (bytes.fromhex(each.public_key) for each in keys.keys if each.retired is None)
        }
        kid = str(token.head.get("kid"))
        if kid not in known:
            raise KeyRefused(key=kid[-64:], why=Words("不是签发机构现用的密钥", "it is none that the issuer uses now"))
        verify_token(jose, token, known[kid], KINDS, _CREDENTIAL)
        unfold(jose, token.payload, parts.disclosures)
        own = jose.jwk(holder_key(core.hasher, core.salts.secret, batch, place).public_key)
        if parts.binding or token.payload.get("cnf") != {"jwk": own}:
            raise BindingFails(
                why=Words("凭证绑定的不是本钱包的密钥", "the credential is bound to a key that is not this wallet's")
            )
        taken.append(Copy(batch=batch, place=place, sd_jwt=str(text)))
    with keep(folder_of(core), Wallet) as (there, kept):
        new = [each for each in taken if each not in there.copies]
        kept.append(replace(there, copies=(*there.copies, *new)))
    return len(new)


def wallet(core: Core) -> Flow[list[dict[str, Any]]]:
    """What is in the wallet: for each kind of credential its issuer, claims, end, and how many copies were never shown."""
    yield from ()
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for copy in look(folder_of(core), Wallet).copies:
        parts = split(copy.sd_jwt)
        payload = read_token(parts.token, _CREDENTIAL).payload
        shown = unfold(SuiteJose(core.hasher.suite), payload, parts.disclosures).payload
        entry = found.setdefault(
            (copy.batch, str(payload.get("vct"))),
            {"claims": {}, "fresh": 0, "issuer": payload.get("iss"), "schema": payload.get("vct"), "until": payload.get("exp")},
        )
        entry["claims"] = {
            name: value for name, value in shown.items() if name not in ("cnf", "exp", "iat", "iss", "status", "vct")
        }
        entry["fresh"] += copy.shown is None
    return list(found.values())


def answer_request(core: Core, request: Any, shown: Collection[str] | None = None) -> Flow[str]:
    """A presentation for a request, from a copy that was never shown, which is then used up; `shown` claims instead of those asked for.

    Raises:
        TokenMalformed, OutOfTime, NoCredential.
    """
    yield from ()
    asked = _read_request(core, request)
    now = int(core.clock())
    if now > asked["expires"]:
        raise OutOfTime(why=Words("核验请求已过期", "the request has expired"))
    jose = SuiteJose(core.hasher.suite)
    with keep(folder_of(core), Wallet) as (there, kept):
        place = next(
            (at for at, each in enumerate(there.copies) if each.shown is None and _fits(each, asked["schema"], now)), None
        )
        if place is None:
            raise NoCredential(why=Words("没有未使用的副本", "no copy of this kind is left that was never shown"))
        copy = there.copies[place]
        hidden = {claim_of(each) for each in split(copy.sd_jwt).disclosures}
        named = [each for each in asked["claims"] if each in hidden] if shown is None else shown
        key = holder_key(core.hasher, core.salts.secret, copy.batch, copy.place)
        binding = {"aud": asked["audience"], "iat": now, "nonce": asked["nonce"]}
        text = present(jose, SoftwareSigner(core.hasher.suite, key), copy.sd_jwt, named, binding)
        copies = list(there.copies)
        copies[place] = replace(copy, shown=now)
        kept.append(replace(there, copies=tuple(copies)))
    return text


def ask(core: Core, audience: str, owner: str, schema: str, claims: Sequence[str], valid_s: int = 300) -> Flow[dict[str, Any]]:
    """A request of a verifier, good for one answer within `valid_s` seconds; its nonce is kept."""
    yield from ()
    now, nonce = int(core.clock()), secrets.token_hex(16)
    with keep(folder_of(core), Desk) as (there, kept):
        open_ones = {name: each for name, each in there.asked.items() if each.expires >= now - 86_400}
        if len(open_ones) >= _DESK_MAX:
            raise OutOfTime(why=Words("未答复的核验请求过多", "too many requests are open"))
        kept.append(replace(there, asked={**open_ones, nonce: Asked(expires=now + valid_s)}))
    return {
        "audience": audience,
        "claims": list(claims),
        "expires": now + valid_s,
        "format": REQUEST_FORMAT,
        "nonce": nonce,
        "schema": schema_url(core.hasher.genesis, owner, schema),
    }


def check_once(
    folder: Path, trusted: Trusted, request: Any, presentation: str, proof: Any, now: int, max_age_s: int = 3600
) -> Checked:
    """Check an answer to an own request, and use the request up: a presentation that comes again is refused.

    Raises:
        AlreadyShown: the request is unknown, or was answered. Those of `check`.
    """
    asked = _read_request(trusted, request)
    with keep(folder, Desk) as (there, kept):
        mine = there.asked.get(asked["nonce"])
        if mine is None or mine.used:
            raise AlreadyShown(nonce=asked["nonce"])
        if now > mine.expires:
            raise OutOfTime(why=Words("核验请求已过期", "the request has expired"))
        wanted = Wanted(audience=asked["audience"], nonce=asked["nonce"], schema=asked["schema"], max_age_s=max_age_s)
        found = check(presentation, proof, trusted, wanted, now)
        kept.append(replace(there, asked={**there.asked, asked["nonce"]: replace(mine, used=True)}))
    return found


def attestation(found: Checked, by: str, instance: str, person: str, predicate: str, now: int) -> dict[str, Any]:
    """The paper by which an application's action attests what was checked; nothing of the credential stands in it but its kind."""
    return {
        "by": by,
        "checked": now,
        "digest": found.digest,
        "format": "zhulian/attestation/1",
        "instance": instance,
        "issuer": found.issuer,
        "list": found.list,
        "person": person,
        "predicate": predicate,
        "schema": found.schema,
        "sequence": found.sequence,
    }


def _read_request(chain: Core | Trusted, document: Any) -> dict[str, Any]:
    due: Mapping[str, type] = {"audience": str, "claims": list, "expires": int, "nonce": str, "schema": str}
    is_one = isinstance(document, dict) and document.get("format") == REQUEST_FORMAT
    if not is_one or not all(isinstance(document.get(name), kind) for name, kind in due.items()):
        raise TokenMalformed(part=_REQUEST, why=Words(f"不是 {REQUEST_FORMAT}", f"it is no {REQUEST_FORMAT}"))
    read_did(document["schema"], chain.hasher.genesis)
    return dict(document)


def _fits(copy: Copy, schema: str, now: int) -> bool:
    payload = read_token(split(copy.sd_jwt).token, _CREDENTIAL).payload
    return payload.get("vct") == schema and int(payload.get("exp", 0)) >= now
