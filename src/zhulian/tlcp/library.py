"""The C functions of the TLCP library, called by ctypes.

The wheel `tongsuopy` brings BabaSSL 8.3, a branch of OpenSSL 1.1.1h of 2020, which is at its end of life: faults that were found in OpenSSL
since are in it. So nothing but this process loads it, nothing of the chain's keys is in this process, and it is off by default. The
wheel's own Python interface has no TLCP, so its shared object is called as the C library that it is.
"""

import ctypes
import importlib.util
from ctypes import c_char_p, c_int, c_long, c_size_t, c_ulong, c_void_p
from functools import cache
from pathlib import Path
from typing import Any

from zhulian.tlcp.errors import TlcpMissing

__all__ = ["library", "reason"]

_PLACE = Path("backends") / "_tongsuo.abi3.so"
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "OpenSSL_version": (c_char_p, [c_int]),
    "NTLS_server_method": (c_void_p, []),
    "NTLS_client_method": (c_void_p, []),
    "SSL_CTX_new": (c_void_p, [c_void_p]),
    "SSL_CTX_free": (None, [c_void_p]),
    "SSL_CTX_enable_ntls": (None, [c_void_p]),
    "SSL_CTX_set_cipher_list": (c_int, [c_void_p, c_char_p]),
    "SSL_CTX_set_options": (c_ulong, [c_void_p, c_ulong]),
    "SSL_CTX_use_sign_certificate_file": (c_int, [c_void_p, c_char_p, c_int]),
    "SSL_CTX_use_sign_PrivateKey_file": (c_int, [c_void_p, c_char_p, c_int]),
    "SSL_CTX_use_enc_certificate_file": (c_int, [c_void_p, c_char_p, c_int]),
    "SSL_CTX_use_enc_PrivateKey_file": (c_int, [c_void_p, c_char_p, c_int]),
    "SSL_CTX_load_verify_locations": (c_int, [c_void_p, c_char_p, c_char_p]),
    "SSL_CTX_set_verify": (None, [c_void_p, c_int, c_void_p]),
    "SSL_new": (c_void_p, [c_void_p]),
    "SSL_free": (None, [c_void_p]),
    "SSL_set_bio": (None, [c_void_p, c_void_p, c_void_p]),
    "SSL_set_accept_state": (None, [c_void_p]),
    "SSL_set_connect_state": (None, [c_void_p]),
    "SSL_do_handshake": (c_int, [c_void_p]),
    "SSL_read": (c_int, [c_void_p, c_char_p, c_int]),
    "SSL_write": (c_int, [c_void_p, c_char_p, c_int]),
    "SSL_shutdown": (c_int, [c_void_p]),
    "SSL_get_error": (c_int, [c_void_p, c_int]),
    "SSL_get_verify_result": (c_long, [c_void_p]),
    "SSL_get_current_cipher": (c_void_p, [c_void_p]),
    "SSL_CIPHER_get_name": (c_char_p, [c_void_p]),
    "BIO_s_mem": (c_void_p, []),
    "BIO_new": (c_void_p, [c_void_p]),
    "BIO_read": (c_int, [c_void_p, c_char_p, c_int]),
    "BIO_write": (c_int, [c_void_p, c_char_p, c_int]),
    "BIO_ctrl_pending": (c_size_t, [c_void_p]),
    "ERR_get_error": (c_ulong, []),
    "ERR_clear_error": (None, []),
    "ERR_reason_error_string": (c_char_p, [c_ulong]),
}


@cache
def library() -> Any:
    """The loaded library with its functions declared.

    Raises:
        TlcpMissing: it is not installed, or is not for this machine.
    """
    found = importlib.util.find_spec("tongsuopy")
    if found is None or found.origin is None:
        raise TlcpMissing()
    try:
        loaded = ctypes.CDLL(str(Path(found.origin).parent / _PLACE))
        for name, (answers, takes) in _SIGNATURES.items():
            function = getattr(loaded, name)
            function.restype, function.argtypes = answers, takes
    except (OSError, AttributeError):
        raise TlcpMissing() from None
    return loaded


def reason() -> str:
    """Why the last call failed, in the library's own words; what it remembers besides is dropped."""
    said = b""
    while True:
        code = library().ERR_get_error()
        if not code:
            break
        said = said or library().ERR_reason_error_string(code) or b""
    return said.decode("ascii", "replace") or "no reason given"
