"""DANGER: SM2 signatures (GB/T 32918.2) on libcrypto, fast; callers use `zhulian.crypto.suites`.

Signing goes through EVP, whose scalar multiplication takes constant time. Verifying handles nothing secret, and libcrypto
3.0's own verification spends nearly all its time on 256 point doublings; so it is done here with libcrypto's point
arithmetic: s·G and t·P each from a table of multiples (`EC_GROUP_precompute_mult`), which needs 8 doublings and no field
inversion. A key gets its table when it is seen for the third time. Where a libcrypto lacks these calls or they fail the
self-test, EVP verifies; tests hold both ways and the pure reference equal.
"""

import sys
import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from zhulian.crypto.errors import BadKey, BadSignature, WrongLength
from zhulian.crypto.hazmat import curve, sm3
from zhulian.crypto.hazmat.der import signature_from_der, signature_to_der
from zhulian.crypto.hazmat.openssl import NID_SM2, NULL, clear, ffi, lib
from zhulian.errors import Words, check

__all__ = [
    "EXAMPLE_KEY",
    "EXAMPLE_SIGNATURE",
    "PublicKey",
    "SecretKey",
    "context_for",
    "evp_key",
    "public_key",
    "verify",
    "verify_by_evp",
    "verify_many",
]

KEYS_MAX: Final = 8192
"""How many public keys stay loaded."""
TABLES_MAX: Final = 512
"""How many of them keep a table of multiples, about 80 KB each."""
USES_BEFORE_TABLE: Final = 3
"""A table takes 1.1 ms to build, and saves 0.35 ms at each use."""
USES_WHEN_FULL: Final = 16
"""How often a key is used before it takes another's place, so that many keys in turn do not build tables all the time."""

_TWICE_FIELD: Final = (1 << 257) - 1
_BYTE_ORDER: Final = sys.byteorder
_SELECT_PUBLIC: Final = 0x86
_SELECT_PAIR: Final = 0x87
"""EVP_PKEY_PUBLIC_KEY and EVP_PKEY_KEYPAIR of openssl/evp.h."""


class PublicKey:
    """A public key that was checked to be a point of the curve, with what verification can reuse."""

    __slots__ = ("_base", "pkey", "point", "raw", "table", "uses")

    def __init__(self, raw: bytes) -> None:
        """Load `04 ‖ x ‖ y`.

        Raises:
            BadKey: if it has another form or is not on the curve.
        """
        if curve.split_point(raw) is None:
            raise BadKey(why=_why_bad(raw))
        library = lib()
        shared = _shared()
        point = ffi.gc(library.EC_POINT_new(shared.group), library.EC_POINT_free)
        done = library.EC_POINT_oct2point(shared.group, point, raw, len(raw), NULL)
        check(done == 1, "libcrypto takes a point that was checked")
        self.raw = raw
        self.point = point
        self.pkey: Any = None
        self.table: Any = None
        self.uses = 0
        self._base = sm3.new(curve.za(sm3.new, curve.DEFAULT_ID, raw))

    def digest(self, message: bytes, identifier: bytes = curve.DEFAULT_ID) -> bytes:
        """The digest e = SM3(ZA ‖ M), GB/T 32918.2 §6.1 steps 1 and 2."""
        if identifier is curve.DEFAULT_ID:
            state = self._base.copy()
            state.update(message)
            return bytes(state.digest())
        if len(identifier) > curve.ID_BYTES_MAX:
            raise WrongLength(
                what=Words("用户标识", "identifier"),
                wanted=Words(f"不超过 {curve.ID_BYTES_MAX} 字节", f"at most {curve.ID_BYTES_MAX} bytes"),
                size=len(identifier),
            )
        return sm3.digest(curve.za(sm3.new, identifier, self.raw) + message)


class SecretKey:
    """A private key inside libcrypto. It never leaves, and two threads may sign with it at once."""

    __slots__ = ("_context", "_lock", "pkey", "public")

    def __init__(self, secret: bytes) -> None:
        """Load d of 32 bytes, big-endian.

        Raises:
            BadKey: unless 1 <= d <= n − 2 (GB/T 32918.1 §6.1).
        """
        d = int.from_bytes(secret, "big")
        if len(secret) != 32 or not 1 <= d <= curve.N - 2:
            raise BadKey(
                why=Words(
                    "SM2 私钥应为 32 字节，且在 1 与 n − 2 之间", "an SM2 private key has 32 bytes and lies between 1 and n − 2"
                )
            )
        library = lib()
        self.public = public_key(_multiply_base(secret))
        self.pkey = _import_pkey(self.public.raw, secret)
        self._context = context_for(self.pkey, library.EVP_PKEY_sign_init)
        self._lock = threading.Lock()

    def sign(self, message: bytes, identifier: bytes = curve.DEFAULT_ID) -> bytes:
        """The signature r ‖ s of 64 bytes over `message` (GB/T 32918.2 §6.1)."""
        digest = self.public.digest(message, identifier)
        out = ffi.new("unsigned char[80]")
        size = ffi.new("size_t *", 80)
        with self._lock:
            done = lib().EVP_PKEY_sign(self._context, out, size, digest, 32)
        check(done == 1, "libcrypto signs")
        return signature_from_der(bytes(ffi.buffer(out, size[0])))


@lru_cache(maxsize=KEYS_MAX)
def public_key(raw: bytes) -> PublicKey:
    """The loaded key for `04 ‖ x ‖ y`; loaded keys are kept.

    Raises:
        BadKey: if it has another form or is not on the curve.
    """
    return PublicKey(raw)


def verify(key: bytes, message: bytes, signature: bytes, identifier: bytes = curve.DEFAULT_ID) -> None:
    """Check `r ‖ s` over `message` (GB/T 32918.2 §7.1).

    Raises:
        BadSignature: if it does not hold, whatever the reason.
        BadKey: if the key is not a point of the curve.
    """
    loaded = public_key(key)
    if not _holds(loaded, loaded.digest(message, identifier), signature):
        raise BadSignature()


def verify_many(jobs: Sequence[tuple[bytes, bytes, bytes]]) -> list[bool]:
    """For each (public key, message, signature) with the default identifier, whether the signature holds; a bad key does not."""
    verdicts = []
    for key, message, signature in jobs:
        try:
            loaded = public_key(key)
        except BadKey:
            verdicts.append(False)
            continue
        state = loaded._base.copy()
        state.update(message)
        verdicts.append(_holds(loaded, state.digest(), signature))
    return verdicts


def _holds(key: PublicKey, digest: bytes, signature: bytes) -> bool:
    if len(signature) != 64:
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if not (0 < r < curve.N and 0 < s < curve.N):
        return False
    t = (r + s) % curve.N
    if t == 0:
        return False
    if not _tables_work():
        return verify_by_evp(key, digest, signature)
    return _holds_by_tables(key, digest, r, signature[32:], t)


def _holds_by_tables(key: PublicKey, digest: bytes, r: int, s: bytes, t: int) -> bool:
    """Whether the x of s·G + t·P is r − e mod n (GB/T 32918.2 §7.1 steps B6 and B7), compared without leaving (X : Z)."""
    library, shared, own = lib(), _shared(), _scratch()
    library.BN_bin2bn(s, 32, own.s)
    library.BN_bin2bn(t.to_bytes(32, "big"), 32, own.t)
    key.uses += 1
    table = key.table or _grant_table(key)
    if table is None:
        done = library.EC_POINT_mul(shared.table, own.sum, own.s, key.point, own.t, own.context)
    else:
        done = library.EC_POINT_mul(table, own.part, own.t, NULL, NULL, own.context)
        done &= library.EC_POINT_mul(shared.table, own.sum, own.s, NULL, NULL, own.context)
        done &= library.EC_POINT_add(shared.group, own.sum, own.sum, own.part, own.context)
    done &= library.EC_POINT_get_Jprojective_coordinates_GFp(shared.group, own.sum, own.x, NULL, own.z, own.context)
    check(done == 1, "libcrypto multiplies points")
    library.BN_bn2binpad(own.x, own.x_bytes, 32)
    library.BN_bn2binpad(own.z, own.z_bytes, 32)
    z = int.from_bytes(own.z_buffer, "big")
    if z == 0:  # the point at infinity has no x
        return False
    x, z_squared = int.from_bytes(own.x_buffer, "big"), z * z % curve.P
    wanted = (r - int.from_bytes(digest, "big")) % curve.N
    if wanted * z_squared % curve.P == x:
        return True
    wanted += curve.N  # n < p, so two values of x can give one r
    return wanted < curve.P and wanted * z_squared % curve.P == x


def verify_by_evp(key: PublicKey, digest: bytes, signature: bytes) -> bool:
    """Whether libcrypto's own verification accepts `r ‖ s` (in range) for e; the fallback, and the yardstick."""
    library = lib()
    context = context_for(evp_key(key), library.EVP_PKEY_verify_init)
    encoded = signature_to_der(signature)
    holds = bool(library.EVP_PKEY_verify(context, encoded, len(encoded), digest, 32) == 1)
    if not holds:
        clear()
    return holds


class _Shared:
    """The curve, and the table of multiples of its generator."""

    def __init__(self) -> None:
        library = lib()
        self.group = ffi.gc(library.EC_GROUP_new_by_curve_name(NID_SM2), library.EC_GROUP_free)
        self.table: Any = None


@lru_cache(maxsize=1)
def _shared() -> _Shared:
    return _Shared()


class _Scratch(threading.local):
    """Numbers and points that one thread overwrites at each verification (cffi releases the interpreter lock)."""

    def __init__(self) -> None:
        library, group = lib(), _shared().group
        self.context = ffi.gc(library.BN_CTX_new(), library.BN_CTX_free)
        self.sum = ffi.gc(library.EC_POINT_new(group), library.EC_POINT_free)
        self.part = ffi.gc(library.EC_POINT_new(group), library.EC_POINT_free)
        self.s, self.t, self.x, self.z = (ffi.gc(library.BN_new(), library.BN_clear_free) for _ in range(4))
        self.x_bytes, self.z_bytes = ffi.new("unsigned char[32]"), ffi.new("unsigned char[32]")
        self.x_buffer, self.z_buffer = ffi.buffer(self.x_bytes), ffi.buffer(self.z_bytes)


@lru_cache(maxsize=1)
def _scratch() -> _Scratch:
    return _Scratch()


_tables: dict[bytes, PublicKey] = {}
"""The keys that have a table, the oldest first."""
_tables_lock: Final = threading.Lock()


def _grant_table(key: PublicKey) -> Any:
    """The key's table if it has been used often enough to get one, else None; the oldest table makes way."""
    if key.uses < (USES_BEFORE_TABLE if len(_tables) < TABLES_MAX else USES_WHEN_FULL):
        return None
    with _tables_lock:
        if key.table is None:
            while len(_tables) >= TABLES_MAX:
                oldest = _tables.pop(next(iter(_tables)))
                oldest.table, oldest.uses = None, 0
            key.table = _build_table(key.point)
            _tables[key.raw] = key
        return key.table


def _build_table(point: Any) -> Any:
    """A twin of the curve whose generator is `point`, with the odd multiples of 2^(8i)·point.

    libcrypto reads the order only as the length of scalars here. An order above 2(p + 1) leaves the cofactor unknown, and
    then EC_POINT_mul takes the table instead of the constant-time ladder that it keeps for secret scalars.
    """
    library = lib()
    group = ffi.gc(library.EC_GROUP_dup(_shared().group), library.EC_GROUP_free)
    order = ffi.gc(library.BN_bin2bn(_TWICE_FIELD.to_bytes(33, "big"), 33, NULL), library.BN_clear_free)
    done = library.EC_GROUP_set_generator(group, point, order, NULL)
    done &= library.EC_GROUP_precompute_mult(group, NULL)
    check(done == 1, "libcrypto builds a table of multiples")
    return group


@lru_cache(maxsize=1)
def _tables_work() -> bool:
    """Whether this libcrypto gives the right verdicts by tables, tried on the example of GB/T 32918.5 annex A.2."""
    library = lib()
    try:
        _ = library.EC_POINT_get_Jprojective_coordinates_GFp, library.EC_GROUP_precompute_mult
        _shared().table = _build_table(library.EC_GROUP_get0_generator(_shared().group))
    except AttributeError:
        return False
    key = PublicKey(EXAMPLE_KEY)
    r, s = int.from_bytes(EXAMPLE_SIGNATURE[:32], "big"), EXAMPLE_SIGNATURE[32:]
    t = (r + int.from_bytes(s, "big")) % curve.N
    digest = key.digest(b"message digest")
    good = [_holds_by_tables(key, digest, r, s, t) for _ in range(USES_BEFORE_TABLE + 1)]
    bad = [_holds_by_tables(key, digest, r, s, t + 1), _holds_by_tables(PublicKey(EXAMPLE_KEY), digest, r, s, t + 1)]
    return all(good) and not any(bad)


# The public key and the signature over "message digest" of GB/T 32918.5 annex A.2.
EXAMPLE_KEY: Final = bytes.fromhex(
    "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13"
)
EXAMPLE_SIGNATURE: Final = bytes.fromhex(
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"
)


def _why_bad(raw: bytes) -> Words:
    if len(raw) != 65:
        return Words(f"SM2 公钥应为 65 字节，实为 {len(raw)} 字节", f"an SM2 public key has 65 bytes, this one {len(raw)}")
    if raw[0] != 4:
        return Words("SM2 公钥应为未压缩形式，以 04 开头", "an SM2 public key is uncompressed and starts with 04")
    return Words("该点不在 SM2 曲线上", "the point is not on the SM2 curve")


def _multiply_base(secret: bytes) -> bytes:
    """d·G as `04 ‖ x ‖ y`, by the constant-time ladder."""
    library, group = lib(), _shared().group
    scalar = ffi.gc(library.BN_secure_new(), library.BN_clear_free)
    library.BN_bin2bn(secret, 32, scalar)
    point = ffi.gc(library.EC_POINT_new(group), library.EC_POINT_free)
    out = ffi.new("unsigned char[65]")
    done = library.EC_POINT_mul(group, point, scalar, NULL, NULL, NULL)
    done &= library.EC_POINT_point2oct(group, point, 4, out, 65, NULL) == 65
    check(done == 1, "libcrypto multiplies the generator")
    return bytes(ffi.buffer(out))


def _import_pkey(public: bytes, secret: bytes | None) -> Any:
    """An EVP_PKEY of type SM2 from raw bytes (OSSL_PARAM numbers are in the machine's own byte order)."""
    library = lib()
    name = ffi.new("char[]", b"SM2")
    point = ffi.new("unsigned char[]", public)
    parameters = [(b"group", 4, name, 3), (b"pub", 5, point, 65)]
    if secret is not None:
        native = int.from_bytes(secret, "big").to_bytes(32, _BYTE_ORDER)
        parameters.append((b"priv", 2, ffi.new("unsigned char[32]", native), 32))
    names = [ffi.new("char[]", key) for key, _, _, _ in parameters]
    table = ffi.new("OSSL_PARAM[]", len(parameters) + 1)
    for entry, held, (_, kind, data, size) in zip(table, names, parameters, strict=False):
        entry.key, entry.data_type, entry.data, entry.data_size = held, kind, data, size
    context = ffi.gc(library.EVP_PKEY_CTX_new_from_name(NULL, b"SM2", NULL), library.EVP_PKEY_CTX_free)
    out = ffi.new("EVP_PKEY **")
    done = library.EVP_PKEY_fromdata_init(context)
    done &= library.EVP_PKEY_fromdata(context, out, _SELECT_PAIR if secret is not None else _SELECT_PUBLIC, table)
    check(done == 1, "libcrypto imports a key that was checked")
    return ffi.gc(out[0], library.EVP_PKEY_free)


def evp_key(key: PublicKey) -> Any:
    """The EVP_PKEY of a public key, made at first use."""
    if key.pkey is None:
        key.pkey = _import_pkey(key.raw, None)
    return key.pkey


def context_for(pkey: Any, start: Any) -> Any:
    """A fresh EVP_PKEY_CTX on which the init function `start` has been called."""
    library = lib()
    context = ffi.gc(library.EVP_PKEY_CTX_new_from_pkey(NULL, pkey, NULL), library.EVP_PKEY_CTX_free)
    check(start(context) == 1, "libcrypto starts an operation with a key")
    return context
