"""Making an encryption key and its certificate, on disk before the chain hears of them; older keys stay, for what was sealed to them."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

from zhulian.cli.session import ask_passphrase
from zhulian.home import Home

if TYPE_CHECKING:
    from zhulian.client import Chain
    from zhulian.crypto import PrivateKey

__all__ = ["certified", "take_up"]

_DAY = 86_400


def certified(chain: "Chain", home: Home, holder: str, days: int) -> "tuple[PrivateKey, list[bytes]]":
    """A fresh encryption key of `holder` with its certificate chain; what an interrupted run left is taken up again.

    Raises:
        NoSuchSigner: the CA's key is not in this home. NoPassphrase, WrongPassphrase.
    """
    from zhulian.crypto import SoftwareSigner, load_key, save_key
    from zhulian.crypto.certificates import Authority, issue, parse

    suite, organisation = chain.core.hasher.suite, holder.partition(".")[0]
    passphrase = home.passphrase() or ask_passphrase()
    ca_key = load_key(home.key_file(f"{organisation}.ca"), passphrase)
    above = home.certificates(f"{organisation}.ca")
    waiting = _waiting(home, holder)
    if not waiting.is_file():
        home.certificates_folder.joinpath(f"{holder}.encrypt.next.pem").unlink(missing_ok=True)
        waiting.parent.mkdir(mode=0o700, exist_ok=True)
        save_key(waiting, suite.generate_encryption(), passphrase, name=f"{holder}.encrypt")
    own = load_key(waiting, passphrase)
    certificates = home.certificates(f"{holder}.encrypt.next")
    if not certificates:
        authority = Authority(SoftwareSigner(suite, ca_key), parse(above[0]), tuple(above[1:]))
        now = int(time.time())
        certificates = [issue(authority, own.public_key, organisation, holder, "encrypt", now - 60, now + days * _DAY), *above]
        home.save_certificates(f"{holder}.encrypt.next", certificates)
    return own, certificates


def take_up(home: Home, holder: str, certificates: list[bytes]) -> Path:
    """The chain has the key: it is the holder's from now on, and the one before is kept beside it."""
    from zhulian.crypto import read_key_file

    path = home.keys / f"{holder}.encrypt.key.json"
    if path.is_file():
        mark = read_key_file(path).public_key[-4:].hex()
        path.replace(home.keys / f"{holder}.encrypt-{mark}.key.json")
    home.save_certificates(f"{holder}.encrypt", certificates)
    _waiting(home, holder).replace(path)
    home.certificates_folder.joinpath(f"{holder}.encrypt.next.pem").unlink(missing_ok=True)
    return path


def _waiting(home: Home, holder: str) -> Path:
    return home.keys / "next" / f"{holder}.encrypt.key.json"
