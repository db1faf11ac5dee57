"""How fast this machine signs, verifies and hashes, on one thread; the yardstick beside which other figures stand."""

import json
import os
import platform
import sys
import time
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from zhulian.assure.bench_native import by_libcrypto, compare
from zhulian.crypto import GM, INTL, Hasher, Suite, native
from zhulian.crypto.hazmat import openssl, sm2
from zhulian.crypto.stream import seal_stream

__all__ = ["main", "run"]

_MESSAGE_BYTES = 400
_KEYS = 40
_JOBS = 200
_PATHS = 17
"""How many figures `paths` has."""


def run(seconds: float, *, paths: bool = False) -> dict[str, Any]:
    """Measure for about `seconds` in all and give figures by name: operations or mebibytes a second of processor time.

    These are of the Python code on libcrypto, which every machine has; `paths` also measures the native kernel beside it, for as long.
    `verify_per_s` is the batch path with keys seen before; `verify_new_key_per_s` has every key for the first time;
    `verify_evp_per_s` is libcrypto's own SM2 verification of the same signatures, for comparison.
    """
    with native.left_out():
        measures = _measures()
        share = seconds / len(measures)
        found: dict[str, Any] = {name: _rate(act, share, amount) for name, (act, amount) in measures.items()}
    found["verify_times_evp"] = round(found["verify_per_s"] / found["verify_evp_per_s"], 2)
    if paths:
        share = seconds / _PATHS
        found["paths"] = compare(lambda act, amount: _rate(act, share, amount), _jobs(GM, _KEYS), _jobs(GM, _JOBS))
    found["conditions"] = {
        "native": native.state().version if native.kernel() else None,
        "message_bytes": _MESSAGE_BYTES,
        "keys": _KEYS,
        "threads": 1,
        "clock": "processor time",
        "python": platform.python_version(),
        "libcrypto": openssl.ffi.string(openssl.lib().OpenSSL_version(0)).decode(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "load_1m": round(os.getloadavg()[0], 2),
    }
    return found


def main() -> None:
    """Print `run` of the number of seconds given (10) as JSON."""
    sys.stdout.write(json.dumps(run(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0, paths=True), indent=1) + "\n")


_CHUNKS = 4
"""Chunks of content that are sealed at a time (docs/formats.md §28); the library's own SM4-GCM stands beside as the yardstick."""


def _measures() -> dict[str, tuple[Callable[[], object], float]]:
    """By name: what is done, and how many operations or mebibytes one call of it is."""
    jobs, intl_jobs = _jobs(GM, _KEYS), _jobs(INTL, _KEYS)
    fresh = _jobs(GM, _JOBS)
    key, message = GM.generate(), os.urandom(_MESSAGE_BYTES)
    intl_key = INTL.generate()
    opening = GM.generate_encryption()
    sealed = GM.encrypt(opening.public_key, bytes(32))
    mebibyte = os.urandom(1 << 20)
    short, longer = [os.urandom(64) for _ in range(500)], [os.urandom(_MESSAGE_BYTES) for _ in range(500)]
    hasher = Hasher(GM)
    for _ in range(sm2.USES_BEFORE_TABLE):
        GM.verify_many(jobs)

    def new_keys() -> None:
        sm2.public_key.cache_clear()
        GM.verify_many(fresh)

    def library() -> None:
        encryptor = Cipher(algorithms.SM4(bytes(16)), modes.GCM(bytes(12))).encryptor()
        encryptor.update(mebibyte)
        encryptor.finalize()

    return {
        "verify_per_s": (lambda: GM.verify_many(jobs), _JOBS),
        "verify_evp_per_s": (lambda: by_libcrypto(jobs), _JOBS),
        "verify_new_key_per_s": (new_keys, _JOBS),
        "sign_per_s": (lambda: GM.sign(key, message), 1),
        "encrypt_per_s": (lambda: GM.encrypt(opening.public_key, bytes(32)), 1),
        "decrypt_per_s": (lambda: GM.decrypt(opening, sealed), 1),
        "sm3_64_per_s": (lambda: [GM.digest(item) for item in short], len(short)),
        "hasher_64_per_s": (lambda: hasher.many("tree-node", short), len(short)),
        "hasher_400_per_s": (lambda: hasher.many("body", longer), len(longer)),
        "sm3_mib_per_s": (lambda: GM.digest(mebibyte), 1),
        "sm4_gcm_mib_per_s": (lambda: GM.seal_bytes(bytes(16), bytes(12), mebibyte), 1),
        "sm4_gcm_library_mib_per_s": (library, 1),
        "seal_mib_per_s": (lambda: list(seal_stream(GM, bytes(16), b"head", [mebibyte] * _CHUNKS)), _CHUNKS),
        "ed25519_verify_per_s": (lambda: INTL.verify_many(intl_jobs), _JOBS),
        "ed25519_sign_per_s": (lambda: INTL.sign(intl_key, message), 1),
    }


def _jobs(suite: Suite, keys: int) -> list[tuple[bytes, bytes, bytes]]:
    signers = [suite.generate() for _ in range(keys)]
    jobs = []
    for place in range(_JOBS):
        key, message = signers[place % keys], os.urandom(_MESSAGE_BYTES)
        jobs.append((key.public_key, message, suite.sign(key, message)))
    return jobs


def _rate(act: Callable[[], object], seconds: float, amount: float) -> float:
    """The best of three stretches by processor time, since other work on the machine only ever slows."""
    act()
    best = 0.0
    for _ in range(3):
        start, calls, taken = time.process_time(), 0, 0.0
        while taken < seconds / 3:
            act()
            calls += 1
            taken = time.process_time() - start
        best = max(best, calls * amount / taken)
    return round(best, 1)
