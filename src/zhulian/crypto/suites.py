"""The two suites, and what a suite is: one choice of digest, signature and ciphers for a whole chain."""

from collections.abc import Sequence
from typing import Any, Final, Protocol

from zhulian.crypto.errors import UnknownSuite
from zhulian.crypto.gm import GmSuite
from zhulian.crypto.intl import IntlSuite
from zhulian.crypto.keys import KeyUse, PrivateKey

__all__ = ["GM", "INTL", "Suite", "suite"]


class Suite(Protocol):
    """A digest, a signature, a public-key encryption and an authenticated cipher that belong together.

    `gm`: SM3, SM2 with the default identifier of GB/T 35276, SM2 encryption, SM4-GCM. `intl`: SHA-256, Ed25519,
    X25519 with HKDF and AES-256-GCM.
    """

    @property
    def name(self) -> str:
        """`gm` or `intl`."""

    @property
    def public_key_bytes(self) -> int:
        """Length of a raw public key: 65 or 32."""

    @property
    def seal_key_bytes(self) -> int:
        """Length of a key for `seal_bytes`: 16 or 32."""

    def digest(self, data: bytes) -> bytes:
        """The plain digest, 32 bytes, as `openssl dgst` prints it."""

    def new_hash(self, data: bytes = b"") -> Any:
        """A hashlib-like object with `update`, `digest` and `copy`, primed with `data`."""

    def hmac(self, key: bytes, data: bytes) -> bytes:
        """HMAC (RFC 2104) with the suite's digest, 32 bytes."""

    def generate(self) -> PrivateKey:
        """A new signing key from the system's randomness."""

    def generate_encryption(self) -> PrivateKey:
        """A new key for `decrypt` from the system's randomness."""

    def private_key(self, secret: bytes, use: KeyUse = "sign") -> PrivateKey:
        """The key that `secret` (32 bytes) is.

        Raises:
            BadKey: if it is out of range.
        """

    def check_public_key(self, public_key: bytes) -> None:
        """Check that a raw public key for signatures is well-formed and safe to use.

        Raises:
            BadKey: if it is not.
        """

    def check_encryption_key(self, public_key: bytes) -> None:
        """Check that a raw public key for `encrypt` is well-formed and safe to use.

        Raises:
            BadKey: if it is not.
        """

    def sign(self, key: PrivateKey, message: bytes) -> bytes:
        """A signature of 64 bytes.

        Raises:
            WrongSuite: if the key is of another suite. BadKey: if it is for decryption.
        """

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> None:
        """Check a signature.

        Raises:
            BadSignature: if it does not hold. BadKey: if the public key is none.
        """

    def verify_many(self, jobs: Sequence[tuple[bytes, bytes, bytes]]) -> list[bool]:
        """For each (public key, message, signature), whether `verify` would accept it; the hot path.

        Keys that come again get tables, of which there is a bounded number: give it keys that were looked up, as those in
        the state, and use `verify` for a key that a stranger sent along.
        """

    def encrypt(self, public_key: bytes, plaintext: bytes) -> bytes:
        """Encrypt 1 byte to 1 MiB to a public key: gm C1 ‖ C3 ‖ C2 (GB/T 32918.4), intl ephemeral key ‖ AES-GCM.

        Raises:
            BadKey: if the public key is none. WrongLength: if the plaintext is empty or longer.
        """

    def decrypt(self, key: PrivateKey, ciphertext: bytes) -> bytes:
        """Undo `encrypt`.

        Raises:
            CannotOpen: if it is damaged or for another key. WrongSuite, BadKey: if the key cannot decrypt here.
        """

    def seal_bytes(self, key: bytes, nonce: bytes, data: bytes, aad: bytes = b"") -> bytes:
        """Authenticated encryption; ciphertext ‖ tag of 16 bytes. A nonce of 12 bytes is used once for a key.

        Raises:
            WrongLength: for a key or nonce of another length.
        """

    def open_bytes(self, key: bytes, nonce: bytes, sealed: bytes, aad: bytes = b"") -> bytes:
        """Undo `seal_bytes`.

        Raises:
            CannotOpen: if anything was changed. WrongLength: for a key or nonce of another length.
        """


GM: Final[Suite] = GmSuite()
INTL: Final[Suite] = IntlSuite()
_SUITES: Final[dict[str, Suite]] = {GM.name: GM, INTL.name: INTL}


def suite(name: str) -> Suite:
    """The suite called `name`.

    Raises:
        UnknownSuite: unless it is `gm` or `intl`.
    """
    try:
        return _SUITES[name]
    except KeyError:
        raise UnknownSuite(name=name) from None
