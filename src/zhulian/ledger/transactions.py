"""Transactions on the wire (docs/formats.md §4): strict decoding, and every check that needs no signature arithmetic."""

import functools
import operator
import re
from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from zhulian import canonical
from zhulian.crypto import Hasher, native
from zhulian.errors import Refusal, Words
from zhulian.ledger.errors import (
    BadMessage,
    EmptyTransaction,
    SignaturesDoNotMatch,
    SignersNotSorted,
    TooManyMessages,
    TooManySigners,
    TransactionTooLarge,
    UnknownMessage,
    WrongChain,
)
from zhulian.ledger.limits import HARD, Limits
from zhulian.ledger.types import Message, Seconds, SignatureEntry, SignerName, Wire

__all__ = ["Transaction", "TransactionReader", "encode_body", "encode_envelope"]

_PLAIN = re.compile(r"[a-z0-9.-]+")
"""A chain's name that JSON writes as it is."""
_MESSAGES_DEPTH_MAX = canonical.DEPTH_MAX - 2
"""How deep the messages may nest, which stand in a body, which stands in an envelope."""

Nonce = Annotated[str, Meta(pattern=r"\A[0-9a-f]{32}\Z")]


class Transaction(msgspec.Struct, frozen=True, gc=False):
    """A decoded transaction whose form is right; its signatures are not verified yet."""

    transaction: str
    raw: bytes
    preimage: bytes
    messages: tuple[Message, ...]
    types: tuple[str, ...]
    signers: tuple[str, ...]
    keys: tuple[str, ...]
    signatures: tuple[bytes, ...]
    expires: int
    payers: tuple[str, ...]
    """Whose quota it is charged to: organisations, each once, in the order of the signers; all handles share one quota, `~`."""


class _Envelope(Wire, frozen=True):
    body: msgspec.Raw
    signatures: list[SignatureEntry]


class _Loose(msgspec.Struct):
    messages: list[dict[str, Any]] = []


class TransactionReader:
    """Decodes transactions of one chain, whose modules lend the message types."""

    def __init__(self, chain: str, hasher: Hasher, messages: Iterable[type[Message]]) -> None:
        known = tuple(messages)
        self._chain = chain
        self._hasher = hasher
        self._envelope = msgspec.json.Decoder(_Envelope)
        self._signatures = msgspec.json.Encoder(order="sorted")
        self._loose = msgspec.json.Decoder(_Loose)
        self._types = {each.__struct_config__.tag for each in known}
        message = functools.reduce(operator.or_, known)
        fields: list[tuple[str, Any]] = [
            ("chain", str),
            ("expires", Seconds),
            ("messages", list[message]),  # type: ignore[valid-type]
            ("nonce", Nonce),
            ("signers", list[SignerName]),
        ]
        self._prefix = hasher.preimage("body", b"")
        self._messages: canonical.Codec[Any] = canonical.Codec(list[message])  # type: ignore[valid-type]  # a union made at run time
        self._body: canonical.Codec[Any] = canonical.Codec(
            msgspec.defstruct("Body", fields, bases=(Wire,), frozen=True, kw_only=True)
        )

    def read_many(self, raws: Sequence[bytes], limits: Limits) -> list["Transaction | Refusal"]:
        """`read` of each, in order; what `read` would raise stands in the transaction's place.

        Where there is a native kernel, it takes the frames apart and makes the ids, and the messages are decoded here; whatever is not
        plainly right goes through `read`, which alone refuses.
        """
        most = min(limits.transaction_bytes_max, HARD.envelope_bytes_max)
        suite = self._hasher.suite.name
        frames = None
        if _PLAIN.fullmatch(self._chain):
            frames = native.call("read_transactions", suite, self._chain, self._prefix, most, _MESSAGES_DEPTH_MAX, raws)
        found: list[Transaction | Refusal] = []
        for raw, frame in zip(raws, frames or [None] * len(raws), strict=True):
            try:
                found.append((frame and self._complete(raw, frame, limits)) or self.read(raw, limits))
            except Refusal as refusal:
                found.append(refusal)
        return found

    def _complete(self, raw: bytes, frame: Any, limits: Limits) -> Transaction | None:
        """The transaction whose frame the kernel took apart, unless something about it is to be refused."""
        transaction, preimage, messages_bytes, expires, signers, keys, signatures = frame
        try:
            messages = self._messages.decode(messages_bytes, HARD.envelope_bytes_max)
        except Refusal:
            return None
        if not 0 < len(messages) <= limits.transaction_messages_max or len(signers) > limits.transaction_signers_max:
            return None
        return Transaction(
            transaction=transaction,
            raw=raw,
            preimage=preimage,
            messages=tuple(messages),
            types=tuple([each.__struct_config__.tag for each in messages]),
            signers=signers,
            keys=keys,
            signatures=signatures,
            expires=expires,
            payers=_payers(signers),
        )

    def read(self, raw: bytes, limits: Limits) -> Transaction:
        """Decode one envelope and check its form against `limits`.

        Raises:
            Refusal: `form/n` or `tx/n`, whichever rule it breaks first, in the order of the lines below.
        """
        if len(raw) > min(limits.transaction_bytes_max, HARD.envelope_bytes_max):
            raise TransactionTooLarge(size=len(raw), most=min(limits.transaction_bytes_max, HARD.envelope_bytes_max))
        body_bytes, entries = self._split(raw)
        body = self._decode_body(body_bytes)
        if body.chain != self._chain:
            raise WrongChain(named=body.chain[:120], ours=self._chain)
        if not body.messages or not body.signers:
            raise EmptyTransaction()
        if len(body.messages) > limits.transaction_messages_max:
            raise TooManyMessages(most=limits.transaction_messages_max)
        if len(body.signers) > limits.transaction_signers_max:
            raise TooManySigners(most=limits.transaction_signers_max)
        if len(body.signers) > 1 and body.signers != sorted(set(body.signers)):
            raise SignersNotSorted()
        if [each.signer for each in entries] != body.signers:
            raise SignaturesDoNotMatch(signers=body.signers)
        preimage = self._hasher.preimage("body", body_bytes)
        return Transaction(
            transaction=self._hasher.suite.digest(preimage).hex(),
            raw=raw,
            preimage=preimage,
            messages=tuple(body.messages),
            types=tuple(each.__struct_config__.tag for each in body.messages),
            signers=tuple(body.signers),
            keys=tuple(each.key for each in entries),
            signatures=tuple(bytes.fromhex(each.signature) for each in entries),
            expires=body.expires,
            payers=_payers(body.signers),
        )

    def _split(self, raw: bytes) -> tuple[bytes, list[SignatureEntry]]:
        canonical.bound(raw, HARD.envelope_bytes_max)
        try:
            envelope = self._envelope.decode(raw)
        except msgspec.ValidationError as wrong:
            raise BadMessage(why=Words.quote(wrong)) from None
        except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
            raise canonical.Malformed(why=Words.quote(wrong)) from None
        body = bytes(envelope.body)
        if b'{"body":' + body + b',"signatures":' + self._signatures.encode(envelope.signatures) + b"}" != raw:
            raise canonical.NotCanonical()
        return body, envelope.signatures

    def _decode_body(self, body: bytes) -> Any:
        try:
            return self._body.decode(body, HARD.envelope_bytes_max)
        except canonical.WrongShape as wrong:
            raise self._name_fault(body, wrong) from None

    def _name_fault(self, body: bytes, wrong: canonical.WrongShape) -> Refusal:
        try:
            loose = self._loose.decode(body)
        except msgspec.DecodeError:
            return BadMessage(why=wrong.why)
        for message in loose.messages:
            name = message.get("type")
            if isinstance(name, str) and name not in self._types:
                return UnknownMessage(type=name[:80])
        return BadMessage(why=wrong.why)


def _payers(signers: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys("~" if each.startswith("~") else each.partition(".")[0] for each in signers))


def encode_body(chain: str, expires: int, messages: Sequence[Message], nonce: str, signers: Sequence[str]) -> bytes:
    """The canonical bytes of a body; `signers` are sorted here."""
    built = [msgspec.to_builtins(each) for each in messages]
    return canonical.encode({"chain": chain, "expires": expires, "messages": built, "nonce": nonce, "signers": sorted(signers)})


def encode_envelope(body: bytes, signatures: Sequence[SignatureEntry]) -> bytes:
    """The canonical bytes of an envelope around `body`; signatures are sorted by signer here."""
    entries = msgspec.json.encode(sorted(signatures, key=lambda each: each.signer), order="sorted")
    return b'{"body":' + body + b',"signatures":' + entries + b"}"
