"""Who signs: a key by name from the home, a key file, or an identity that the caller brings."""

import os
from collections.abc import Callable
from pathlib import Path

from zhulian.client.body import Identity
from zhulian.client.errors import NoSigner
from zhulian.client.sealed.errors import NoDecryptionKey
from zhulian.crypto import PrivateKey, SoftwareSigner, fingerprint, load_key, read_key_file, suite
from zhulian.home import Home, NoPassphrase

__all__ = ["Key", "Keys"]

Key = str | os.PathLike[str] | Identity | None
"""A signer's name in the home, a key file, an identity (as with a device), or None for the home's default signer."""


class Keys:
    """Opens keys at first need and keeps them open; the passphrase is asked for once."""

    def __init__(
        self, home: Home, suite_name: str, default: Key = None, passphrase: Callable[[], str] | str | None = None
    ) -> None:
        self._home = home
        self._suite = suite_name
        self._default = default
        self._given = passphrase
        self._open: dict[str, Identity] = {}
        self._decrypting: dict[str, PrivateKey] = {}

    def find(self, name: str | None) -> Identity:
        """The identity of that name or in that file; None is the default one.

        Raises:
            NoSigner: nobody is named, by default either. NoPassphrase: a key must be opened. Refusal: `home/n` or `crypto/n`
            where there is no such key, or it cannot be opened.
        """
        wanted: Key = name if name is not None else self._default
        if isinstance(wanted, Identity):
            return wanted
        named = os.fspath(wanted) if wanted is not None else self._home.config().client.signer
        if not named:
            raise NoSigner(signer="-")
        if named not in self._open:
            path = Path(named)
            is_file = path.suffix == ".json" or len(path.parts) > 1
            self._open[named] = self._file(path) if is_file else self._file(self._home.key_file(named))
        return self._open[named]

    def decryption(self, key: str) -> PrivateKey:
        """The decryption key with the fingerprint `key`, among those that lie in the home, old ones too.

        Raises:
            NoDecryptionKey: none has it. NoPassphrase, WrongPassphrase.
        """
        if key not in self._decrypting:
            kind = suite(self._suite)
            for path in sorted(self._home.keys.glob("*.encrypt*.key.json")):
                if fingerprint(kind, read_key_file(path).public_key) == key:
                    self._decrypting[key] = load_key(path, self._passphrase())
                    break
            else:
                raise NoDecryptionKey(key=key)
        return self._decrypting[key]

    def _file(self, path: Path) -> Identity:
        return Identity(read_key_file(path).name, SoftwareSigner(suite(self._suite), load_key(path, self._passphrase())))

    def _passphrase(self) -> str:
        if isinstance(self._given, str):
            return self._given
        kept = self._home.passphrase()
        if kept is None and self._given is not None:
            kept = self._given = self._given()
        if kept is None:
            raise NoPassphrase()
        return kept
