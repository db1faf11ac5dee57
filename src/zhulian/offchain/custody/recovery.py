"""The recovery key: what finds an account key again where its password is lost, and opens only with two officers.

Every account key is also encrypted to the recovery key's public half. Its private half lies sealed under a key that is shared among the officers, any two
of whom give it back (`crypto.key_shares`); each share is encrypted to its officer, whose own key opens with the officer's password.
"""

import secrets
from collections.abc import Mapping, Sequence

from zhulian.crypto import PrivateKey, Suite
from zhulian.crypto.key_shares import combine, split
from zhulian.offchain.custody.keys import borrowed, open_under, seal_under
from zhulian.offchain.custody.models import Account, Service

__all__ = ["LEAST_OFFICERS", "account_key", "deal", "found", "own_share", "reopen"]

LEAST_OFFICERS = 2
_ABOUT = "recovery"


def found(suite: Suite, service: Service) -> list[bytes]:
    """Make the recovery key and write its halves into `service`; the shares of the two founding officers."""
    pair = suite.generate_encryption()
    service.recovery_public = pair.public_key.hex()
    return _sealed_anew(suite, service, pair.reveal(), LEAST_OFFICERS)


def deal(suite: Suite, service: Service, private: PrivateKey, officers: Sequence[Account]) -> None:
    """Seal the private half under a new shared key, and give each of `officers` a share; every earlier share is worth nothing from then on."""
    for officer, share in zip(officers, _sealed_anew(suite, service, private.reveal(), len(officers)), strict=True):
        officer.share = suite.encrypt(bytes.fromhex(officer.public_key), share).hex()


def own_share(suite: Suite, officer: Account, key: bytes) -> bytes:
    """An officer's share, opened by the account key."""
    with borrowed(open_under(suite, key, f"private/{officer.id}", officer.private_key)) as secret:
        private = suite.private_key(bytes(secret), "encrypt")
    return suite.decrypt(private, bytes.fromhex(officer.share))


def reopen(suite: Suite, service: Service, shares: Sequence[bytes]) -> PrivateKey:
    """The private half of the recovery key, from two officers' shares.

    Raises:
        ShareFails, CannotOpen: they do not belong together.
    """
    together: Mapping[int, bytes] = {each[0]: each[1:] for each in shares}
    with (
        borrowed(combine(suite, together)) as key,
        borrowed(open_under(suite, bytes(key), _ABOUT, service.recovery_sealed)) as secret,
    ):
        return suite.private_key(bytes(secret), "encrypt")


def account_key(suite: Suite, private: PrivateKey, account: Account) -> bytes:
    """The account key of somebody who has lost the password."""
    return suite.decrypt(private, bytes.fromhex(account.recovery))


def _sealed_anew(suite: Suite, service: Service, secret: bytes, count: int) -> list[bytes]:
    key = secrets.token_bytes(suite.seal_key_bytes)
    service.recovery_sealed = seal_under(suite, key, _ABOUT, secret)
    return [bytes([index]) + share for index, share in split(suite, key, LEAST_OFFICERS, count).items()]
