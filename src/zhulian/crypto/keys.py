"""Private keys that do not show themselves, and the seam behind which a signing device fits."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NoReturn, Protocol

from zhulian.crypto.errors import WrongSuite

if TYPE_CHECKING:
    from zhulian.crypto.suites import Suite

__all__ = ["KeyUse", "PrivateKey", "Signer", "SoftwareSigner"]

KeyUse = Literal["sign", "encrypt"]
"""What a key is for. The two are never mixed (GM/T 0015, GB/T 20518: each party holds one certificate for each)."""


@dataclass(frozen=True, slots=True, eq=False)
class PrivateKey:
    """A private key in this process's memory, made by `Suite.generate`, `generate_encryption` or `private_key`.

    Neither `repr` nor pickling shows the secret. Python cannot wipe memory, so a key that must not lie in it belongs into
    a device behind `Signer`.
    """

    suite: str
    use: KeyUse
    public_key: bytes
    _secret: bytes = field(repr=False)
    native: Any = field(repr=False)
    """The key in the form that the suite's library signs or decrypts with."""

    def reveal(self) -> bytes:
        """The secret, 32 bytes; for key files and for nothing else."""
        return self._secret

    def __reduce__(self) -> NoReturn:
        raise TypeError("a private key is not pickled; save it with zhulian.crypto.save_key")


class Signer(Protocol):
    """Whatever signs for one key: software, or a device by GM/T 0018 or GM/T 0016."""

    @property
    def suite(self) -> "Suite":
        """The suite that the signatures belong to."""

    @property
    def public_key(self) -> bytes:
        """The raw public key, 65 bytes (gm) or 32 (intl)."""

    def sign(self, message: bytes) -> bytes:
        """A signature of 64 bytes over `message` (not over a digest of it)."""


class SoftwareSigner:
    """A signer with the key in memory."""

    def __init__(self, suite: "Suite", key: PrivateKey) -> None:
        """Take `key` of `suite`.

        Raises:
            WrongSuite: if the key is of another suite.
        """
        if key.suite != suite.name:
            raise WrongSuite(found=key.suite, wanted=suite.name)
        self.suite = suite
        self.public_key = key.public_key
        self._key = key

    def sign(self, message: bytes) -> bytes:
        """A signature of 64 bytes over `message`."""
        return self.suite.sign(self._key, message)

    def __repr__(self) -> str:
        return f"SoftwareSigner({self.suite.name}, {self.public_key.hex()})"
