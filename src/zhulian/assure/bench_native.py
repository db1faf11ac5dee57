"""The native kernel beside the Python code and beside libcrypto's own verification, in one run and on the same data."""

import os
from collections.abc import Callable, Sequence
from typing import Any

from zhulian.crypto import GM, INTL, Hasher, fingerprint, native
from zhulian.crypto.hazmat import sm2
from zhulian.ledger.limits import Limits
from zhulian.ledger.transactions import Transaction, TransactionReader, encode_body, encode_envelope
from zhulian.ledger.types import SignatureEntry
from zhulian.merkle.list_tree import ListTree
from zhulian.modules.evidence.messages import Deposit

__all__ = ["Job", "by_libcrypto", "compare"]

Job = tuple[bytes, bytes, bytes]
"""Public key, message, signature."""

_CHAIN = "zl-bench.0123456789abcdef"
_TRANSACTIONS = 400
_SIGNERS = 40


def compare(rate: Callable[[Callable[[], object], float], float], jobs: Sequence[Job], fresh: Sequence[Job]) -> dict[str, Any]:
    """Figures a second by what is done: `python`, `native`, where there is one `libcrypto`, and how many times as fast native is.

    Where signatures count, `portable` is the kernel without vector instructions, which is `native` itself on machines that lack them.

    `rate` measures how often a call that does so many things does one of them. The keys of `jobs` come again and again, those of
    `fresh` are each seen once. Where the kernel is not in use, `native` says why, and nothing is measured.
    """
    if native.kernel() is None:
        return {"native": native.state().words.en}
    intl = INTL.generate()
    other = [(intl.public_key, message, INTL.sign(intl, message)) for _, message, _ in jobs]
    short, longer = [os.urandom(64) for _ in range(1000)], [os.urandom(400) for _ in range(1000)]
    hasher = Hasher(GM)
    reader, raws, keys = _transactions()
    for _ in range(sm2.USES_WHEN_FULL):
        GM.verify_many(jobs)
    rows: dict[str, tuple[Callable[[], object], Callable[[], object] | None, int]] = {
        "sm2_verify": (lambda: GM.verify_many(jobs), lambda: by_libcrypto(jobs), len(jobs)),
        "sm2_verify_new_key": (lambda: _forgotten(fresh), lambda: by_libcrypto(fresh), len(fresh)),
        "ed25519_verify": (lambda: INTL.verify_many(other), None, len(other)),
        "sm3_64": (lambda: hasher.many("tree-node", short), None, len(short)),
        "sm3_400": (lambda: hasher.many("body", longer), None, len(longer)),
        "list_tree_leaf": (lambda: ListTree(hasher, short), None, len(short)),
        "admission": (
            lambda: _admit(reader, raws, keys, GM.verify_many),
            lambda: _admit(reader, raws, keys, by_libcrypto),
            len(raws),
        ),
    }
    return {name: _row(rate, *row) for name, row in rows.items()}


def by_libcrypto(jobs: Sequence[Job]) -> list[bool]:
    """The verdicts of libcrypto's own SM2 verification, one call for each."""
    verdicts = []
    for key, message, signature in jobs:
        loaded = sm2.public_key(key)
        verdicts.append(sm2.verify_by_evp(loaded, loaded.digest(message), signature))
    return verdicts


def _row(
    rate: Callable[[Callable[[], object], float], float],
    act: Callable[[], object],
    libcrypto: Callable[[], object] | None,
    amount: int,
) -> dict[str, float]:
    with native.left_out():
        found = {"python": rate(act, amount)}
        if libcrypto is not None:
            found["libcrypto"] = rate(libcrypto, amount)
    if libcrypto is not None:
        with native.portable():
            found["portable"] = rate(act, amount)
    found["native"] = rate(act, amount)
    for beside in ("python", "libcrypto"):
        if beside in found:
            found[f"times_{beside}"] = round(found["native"] / found[beside], 2)
    return found


def _forgotten(jobs: Sequence[Job]) -> None:
    sm2.public_key.cache_clear()
    native.call("sm2_forget")
    GM.verify_many(jobs)


def _transactions() -> tuple[TransactionReader, list[bytes], dict[str, bytes]]:
    """Signed deposits as they come in, their reader, and the public keys by fingerprint."""
    hasher = Hasher(GM, bytes(range(32)))
    signers = sorted((f"org{place}.o1", GM.generate()) for place in range(_SIGNERS))
    raws = []
    for place in range(_TRANSACTIONS):
        name, key = signers[place % _SIGNERS]
        body = encode_body(_CHAIN, 1_766_880_000, [Deposit(commitment=os.urandom(32).hex())], os.urandom(16).hex(), [name])
        signature = GM.sign(key, hasher.preimage("body", body)).hex()
        raws.append(
            encode_envelope(body, [SignatureEntry(key=fingerprint(GM, key.public_key), signature=signature, signer=name)])
        )
    keys = {fingerprint(GM, key.public_key): key.public_key for _, key in signers}
    return TransactionReader(_CHAIN, hasher, [Deposit]), raws, keys


def _admit(
    reader: TransactionReader, raws: Sequence[bytes], keys: dict[str, bytes], verify: Callable[[Sequence[Job]], Sequence[bool]]
) -> None:
    """From raw bytes to verdicts: decoding, ids and signatures, without the state that a node looks up between."""
    read = [each for each in reader.read_many(raws, Limits()) if isinstance(each, Transaction)]
    verify([(keys[each.keys[0]], each.preimage, each.signatures[0]) for each in read])
