"""DANGER: the system's libcrypto 3, found and opened by cffi in ABI mode; no compiler is needed.

Handles returned here free themselves. Every call that failed leaves a note in libcrypto's error queue of the thread, which
Python's `ssl` shares, so whoever sees a failure calls `clear`.
"""

import ctypes.util
from functools import lru_cache
from typing import Any, Final

from zhulian.crypto.errors import LibraryMissing
from zhulian.crypto.hazmat import _libcrypto
from zhulian.errors import Words

__all__ = ["NID_SM2", "NULL", "clear", "ffi", "lib", "new_sm3"]

_NAMES: Final = ("libcrypto.so.3", "libcrypto.3.dylib")
NID_SM2: Final = 1172
"""libcrypto's number for the recommended SM2 curve."""

ffi: Final[Any] = _libcrypto.ffi
NULL: Final[Any] = ffi.NULL


@lru_cache(maxsize=1)
def lib() -> Any:
    """The opened library.

    Raises:
        LibraryMissing: if there is none, it is older than 3.0, or its builder left SM2 or SM3 out.
    """
    found = None
    for name in (*_NAMES, ctypes.util.find_library("crypto")):
        if name is None:
            continue
        try:
            found = ffi.dlopen(name)
        except OSError:
            continue
        break
    if found is None:
        raise LibraryMissing(why=Words("未找到 libcrypto.so.3", "libcrypto.so.3 was not found"))
    try:
        version = found.OpenSSL_version_num()
        if version < 0x30000000:
            raise LibraryMissing(why=Words(f"版本 {version:#x} 低于 3.0", f"version {version:#x} is older than 3.0"))
        group = found.EC_GROUP_new_by_curve_name(NID_SM2)
        if group == NULL or found.EVP_sm3() == NULL:
            raise LibraryMissing(why=Words("编译时未启用 SM2 或 SM3", "it was built without SM2 or SM3"))
        found.EC_GROUP_free(group)
    except AttributeError as absent:
        raise LibraryMissing(why=Words.quote(absent)) from None
    return found


def clear() -> None:
    """Empty the thread's error queue after a failed call."""
    lib().ERR_clear_error()


class _Sm3:
    """SM3 shaped like a hashlib object, for a Python whose hashlib has none."""

    name = "sm3"
    digest_size = 32
    block_size = 64

    def __init__(self, data: bytes = b"") -> None:
        library = lib()
        self._context = ffi.gc(library.EVP_MD_CTX_new(), library.EVP_MD_CTX_free)
        library.EVP_DigestInit_ex(self._context, library.EVP_sm3(), NULL)
        self.update(data)

    def update(self, data: bytes) -> None:
        lib().EVP_DigestUpdate(self._context, ffi.from_buffer(data), len(data))

    def copy(self) -> "_Sm3":
        twin = _Sm3()
        lib().EVP_MD_CTX_copy_ex(twin._context, self._context)
        return twin

    def digest(self) -> bytes:
        library = lib()
        context = ffi.gc(library.EVP_MD_CTX_new(), library.EVP_MD_CTX_free)
        library.EVP_MD_CTX_copy_ex(context, self._context)
        out = ffi.new("unsigned char[32]")
        library.EVP_DigestFinal_ex(context, out, NULL)
        return bytes(ffi.buffer(out))

    def hexdigest(self) -> str:
        return self.digest().hex()


def new_sm3(data: bytes = b"") -> Any:
    """A new SM3 object of libcrypto with `update`, `digest` and `copy`, primed with `data`."""
    return _Sm3(data)
