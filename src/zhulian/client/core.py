"""What every flow works with: the chain, who signs, where intents are journalled, and the clock."""

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhulian.client.body import Identity, Signed, make_body, sign_body
from zhulian.client.errors import NoSigner, SecretMissing
from zhulian.client.journal import Journal
from zhulian.client.salts import Salts, load_secret
from zhulian.client.sealed.errors import KeysMissing
from zhulian.crypto import Hasher, PrivateKey
from zhulian.ledger.genesis import CODEC, Genesis
from zhulian.ledger.receipts import Trusted

if TYPE_CHECKING:
    from zhulian.language.definition.reading import Definition

__all__ = ["Core"]

EXPIRY_SHARE = 2
"""A body expires after this fraction of the chain's window, so that clocks may differ by the rest."""


@dataclass
class Core:
    """One client of one chain. `find_identity` opens a key by the signer's name (None: the default one)."""

    url: str
    trusted: Trusted
    find_identity: Callable[[str | None], Identity]
    journal: Journal
    secret_path: Path | None = None
    clock: Callable[[], float] = time.time
    patience_s: float = 10.0
    """How long to try where nothing could be sent at all."""
    find_decryption: Callable[[str], PrivateKey] | None = None
    """Opens the decryption key with a fingerprint; None where this client has no keys."""
    definitions: "dict[str, Definition]" = field(default_factory=dict)
    """Published definitions that were read and held against their digests, by digest."""
    _salts: Salts | None = field(init=False, default=None)

    @property
    def genesis_bytes(self) -> bytes:
        """The canonical bytes of the genesis document."""
        return CODEC.encode(self.genesis)

    @property
    def genesis(self) -> Genesis:
        """The chain's genesis document."""
        return self.trusted.genesis

    @property
    def hasher(self) -> Hasher:
        """The digests of the chain."""
        return self.trusted.hasher

    @property
    def chain(self) -> str:
        """The chain id."""
        return self.trusted.chain

    @property
    def salts(self) -> Salts:
        """Salts from the client secret, which is made at first need.

        Raises:
            SecretMissing: where this client has no place for one.
        """
        if self._salts is None:
            if self.secret_path is None:
                raise SecretMissing(path="client/secret")
            self._salts = Salts(self.hasher, load_secret(self.secret_path, create=True))
        return self._salts

    def decryption_key(self, key: str) -> PrivateKey:
        """The decryption key with the fingerprint `key`.

        Raises:
            KeysMissing: this client has no folder of keys. NoDecryptionKey: it is not there.
        """
        if self.find_decryption is None:
            raise KeysMissing()
        return self.find_decryption(key)

    @property
    def drafts(self) -> Path:
        """Where sealed bytes lie until a vault has them."""
        return (self.secret_path.parent if self.secret_path is not None else Path(tempfile.gettempdir())) / "drafts"

    def identities(self, names: Sequence[str | Identity] | None) -> list[Identity]:
        """Those who are to sign; None stands for the default one.

        Raises:
            NoSigner: where a key is not here.
        """
        if names is None:
            return [self.find_identity(None)]
        return [each if isinstance(each, Identity) else self.find_identity(each) for each in names]

    def sign(self, messages: Sequence[Mapping[str, Any]], identities: Sequence[Identity]) -> Signed:
        """A fresh transaction, valid from now for half of the chain's expiry window."""
        if not identities:
            raise NoSigner(signer="-")
        expires = int(self.clock()) + max(1, self.genesis.limits.expiry_window_s // EXPIRY_SHARE)
        return sign_body(self.hasher, make_body(self.chain, messages, [each.name for each in identities], expires), identities)
