"""The second factor: time-based codes (RFC 6238: SHA-1, six digits, 30 s, as every authenticator app has them), and recovery codes."""

import secrets
from typing import Final

import pyotp

from zhulian.offchain.custody.keys import one_time_code, plain_code

__all__ = ["RECOVERY_CODES", "address", "is_recovery_code", "make_recovery_codes", "make_secret", "step_of"]

RECOVERY_CODES: Final = 10
_PERIOD_S: Final = 30
_WINDOW: Final = 1
"""How many steps a phone's clock may be off, each way (RFC 6238 §5.2 recommends one)."""
_ISSUER: Final = "Zhulian"


def make_secret() -> str:
    """A new secret, 160 bits (RFC 4226 §4), in base32."""
    return pyotp.random_base32()


def address(secret: str, login: str) -> str:
    """The `otpauth://` address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(secret, interval=_PERIOD_S).provisioning_uri(name=login, issuer_name=_ISSUER)


def step_of(secret: str, code: str, now_ms: int, after: int) -> int | None:
    """The time step of a right code that is newer than step `after`, so that none serves twice; else None.

    Every step of the window is compared, whichever fits, and each in constant time.
    """
    typed = "".join(code.split())
    if len(typed) != 6 or not (typed.isascii() and typed.isdigit()):
        return None
    present = now_ms // 1000 // _PERIOD_S
    totp = pyotp.TOTP(secret, interval=_PERIOD_S)
    found = None
    for step in range(present - _WINDOW, present + _WINDOW + 1):
        if secrets.compare_digest(totp.generate_otp(step), typed) and step > after:
            found = step
    return found


def make_recovery_codes() -> list[str]:
    """Ten codes, each of which serves once in place of a time-based one."""
    return [one_time_code() for _ in range(RECOVERY_CODES)]


def is_recovery_code(code: str) -> bool:
    """Whether something has the form of a recovery code."""
    return len(plain_code(code)) == 20
