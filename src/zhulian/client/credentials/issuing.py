"""A batch of copies of one credential: no two copies share a salt, a key or an index, so that verifiers who compare notes learn nothing."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from msgspec.structs import replace

from zhulian.client.credentials.keeping import Issued, ListKept, Register
from zhulian.credentials.dids import did_of, key_url, list_url, schema_url
from zhulian.credentials.errors import BindingFails, ListFull, NotInRegister, SchemaUnfit, TokenMalformed
from zhulian.credentials.jose import SuiteJose, read_token, sign_token, verify_token
from zhulian.credentials.sd_jwt import issue
from zhulian.credentials.status_list import StatusList
from zhulian.crypto import BadKey, Hasher, PrivateKey, Signer, SoftwareSigner, fingerprint
from zhulian.errors import Words
from zhulian.modules.credential.state import Schema

__all__ = [
    "BATCH_MAX",
    "DAY_S",
    "LIST_SIZE",
    "Batch",
    "Terms",
    "holder_key",
    "issue_batch",
    "list_of",
    "prove_keys",
    "read_keys",
    "revise",
]

BATCH_MAX: Final = 64
LIST_SIZE: Final = 131_072
"""Entries of a list where nobody says otherwise: 32 KiB before packing, and one credential hides among many."""
DAY_S: Final = 86_400
_KEY_KIND: Final = ("holder-key+jwt",)
_PART: Final = Words("持有人密钥", "holder's key")
_KEYS_FORMAT: Final = "zhulian/holder-keys/1"
BATCH_FORMAT: Final = "zhulian/credential-batch/1"


@dataclass(frozen=True)
class Terms:
    """Who issues what by which list: `key` signs, `until` is the last second, in Unix seconds."""

    issuer: str
    key: Signer
    owner: str
    schema: str
    until: int
    list: str


@dataclass(frozen=True)
class Batch:
    """What was issued: its number in the register, the document for the holder, and the register from now on."""

    credential: str
    document: dict[str, Any]
    register: Register


def holder_key(hasher: Hasher, secret: bytes, batch: str, place: int) -> PrivateKey:
    """The key of one copy, derived from the holder's secret: whoever keeps that loses none of them."""
    for attempt in range(256):
        named = bytes.fromhex(batch) + place.to_bytes(2, "big") + bytes([attempt])
        drawn = hasher.suite.hmac(secret, hasher.preimage("holder-key", named))
        try:
            return hasher.suite.private_key(drawn)
        except BadKey:  # of 2^32 numbers of 256 bits, less than one is no SM2 key
            continue
    raise BindingFails(why=Words("无法生成密钥", "no key comes of this secret"))


def prove_keys(hasher: Hasher, secret: bytes, issuer: str, count: int, now: int) -> dict[str, Any]:
    """Keys for `count` copies, each of which signs that it wants a copy from this issuer: what a holder hands in."""
    jose, batch = SuiteJose(hasher.suite), secrets.token_hex(16)
    keys = []
    for place in range(count):
        key = holder_key(hasher, secret, batch, place)
        payload = {"aud": did_of(hasher.genesis, issuer), "batch": batch, "iat": now}
        head = {"jwk": jose.jwk(key.public_key), "typ": _KEY_KIND[0]}
        keys.append(sign_token(jose, SoftwareSigner(hasher.suite, key), head, payload))
    return {"batch": batch, "format": _KEYS_FORMAT, "issuer": did_of(hasher.genesis, issuer), "keys": keys}


def read_keys(hasher: Hasher, issuer: str, document: Any) -> tuple[str, list[dict[str, Any]]]:
    """The batch and the public keys that a holder has handed in, each proved.

    Raises:
        TokenMalformed, BindingFails, AlgorithmRefused, WrongSignature.
    """
    if not isinstance(document, dict) or document.get("format") != _KEYS_FORMAT or not isinstance(document.get("keys"), list):
        raise TokenMalformed(part=_PART, why=Words(f"不是 {_KEYS_FORMAT}", f"it is no {_KEYS_FORMAT}"))
    jose, batch, found = SuiteJose(hasher.suite), document.get("batch"), []
    if not 1 <= len(document["keys"]) <= BATCH_MAX:
        raise TokenMalformed(part=_PART, why=Words(f"应为 1 至 {BATCH_MAX} 个", f"there are not 1 to {BATCH_MAX}"))
    for each in document["keys"]:
        token = read_token(str(each), _PART)
        verify_token(jose, token, token.head.get("jwk"), _KEY_KIND, _PART)
        if (token.payload.get("aud"), token.payload.get("batch")) != (did_of(hasher.genesis, issuer), batch):
            raise BindingFails(why=Words("密钥是为别的签发机构或批次生成的", "the key was made for another issuer or batch"))
        if token.head["jwk"] in found:
            raise BindingFails(why=Words("同一密钥出现两次", "a key comes twice"))
        found.append(token.head["jwk"])
    return str(batch), found


def issue_batch(
    hasher: Hasher, terms: Terms, schema: Schema, claims: Mapping[str, Any], keys: Any, register: Register, now: int
) -> Batch:
    """One copy for each key of the holder: fresh salts, an index drawn at random, times of the day only.

    Raises:
        SchemaUnfit: claims that the schema has not, or one that must be there and is not. ListFull; those of `read_keys`.
    """
    batch, holders = read_keys(hasher, terms.issuer, keys)
    clear, hidden = _sorted_out(schema, claims)
    kept = register.lists.get(terms.list) or ListKept(bits=2, size=LIST_SIZE)
    indexes = _draw_indexes(register, terms.list, kept.size, len(holders))
    jose, genesis = SuiteJose(hasher.suite), hasher.genesis
    head = {"kid": key_url(genesis, terms.issuer, fingerprint(hasher.suite, terms.key.public_key))}
    fixed = {
        "exp": terms.until,
        "iat": now // DAY_S * DAY_S,
        "iss": did_of(genesis, terms.issuer),
        "vct": schema_url(genesis, terms.owner, terms.schema),
    }
    copies = []
    for index, holder in zip(indexes, holders, strict=True):
        status = {"status_list": {"idx": index, "uri": list_url(genesis, terms.issuer, terms.list)}}
        every = {**fixed, **clear, "cnf": {"jwk": holder}, "status": status}
        decoys = sum(not each.always for each in schema.claims) - len(hidden)
        copies.append(issue(jose, terms.key, head, every, hidden, decoys))
    number = secrets.token_hex(8)
    issued = Issued(indexes=tuple(indexes), list=terms.list, schema=f"{terms.owner}/{terms.schema}", until=terms.until)
    grown = replace(register, credentials={**register.credentials, number: issued}, lists={**register.lists, terms.list: kept})
    return Batch(number, {"batch": batch, "copies": copies, "format": BATCH_FORMAT}, grown)


def list_of(register: Register, name: str) -> StatusList:
    """A status list as the register has it: each copy of a credential says what the credential's status is.

    Raises:
        NotInRegister: nothing was issued by it.
    """
    kept = register.lists.get(name)
    if kept is None:
        raise NotInRegister(credential=name)
    found = StatusList(kept.bits, kept.size)
    for each in register.credentials.values():
        if each.list == name and each.status:
            for index in each.indexes:
                found.set(index, each.status)
    return found


def revise(register: Register, credential: str, status: int) -> Register:
    """The register with another status of a credential, of all its copies alike.

    Raises:
        NotInRegister. SchemaUnfit: it was revoked, which is for good.
    """
    found = register.credentials.get(credential)
    if found is None:
        raise NotInRegister(credential=credential[:80])
    if found.status == 1 and status != 1:
        raise SchemaUnfit(why=Words("该凭证已撤销，不得恢复", "the credential was revoked, which is for good"))
    return replace(register, credentials={**register.credentials, credential: replace(found, status=status)})


def _sorted_out(schema: Schema, claims: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    always = {each.name: each.always for each in schema.claims}
    for name in claims:
        if name not in always:
            raise SchemaUnfit(why=Words(f"没有数据项 {name[:60]}", f"it has no claim {name[:60]}"))
    for name, due in always.items():
        if due and name not in claims:
            raise SchemaUnfit(why=Words(f"缺少必填数据项 {name}", f"the claim {name} must be there"))
    clear = {name: value for name, value in claims.items() if always[name]}
    return clear, {name: value for name, value in claims.items() if not always[name]}


def _draw_indexes(register: Register, name: str, size: int, count: int) -> Sequence[int]:
    used = {index for each in register.credentials.values() if each.list == name for index in each.indexes}
    if size - len(used) < count:
        raise ListFull(list=name, left=size - len(used), wanted=count)
    drawn: set[int] = set()
    while len(drawn) < count:
        index = secrets.randbelow(size)
        if index not in used:
            drawn.add(index)
    found = sorted(drawn)
    secrets.SystemRandom().shuffle(found)
    return found
