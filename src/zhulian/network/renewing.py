"""Gives signers new keys with new certificates from the organisation's own CA; on request, or by the node itself when they are due.

`python -m zhulian.network.renewing HOME URL` renews what is due and says so, one JSON object a line, to the node that started it.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from zhulian.client import Chain, connect
from zhulian.crypto import Signer, SoftwareSigner, fingerprint, load_key, save_key
from zhulian.crypto.certificates import Authority, issue, issue_from_request, make_request, parse
from zhulian.errors import Refusal
from zhulian.home import Home
from zhulian.network.founding import SIGNER_DAYS
from zhulian.node.certificates import renewable

__all__ = ["certify", "certify_elsewhere", "is_registered", "main", "renew", "renew_due", "take_up"]

_DAY = 86_400


def certify(chain: Chain, home: Home, name: str, days: int, passphrase: str) -> tuple[Signer, list[bytes]]:
    """A fresh key and its certificate chain from the organisation's CA, whose key lies in the home.

    Both are on disk before the chain hears of them: a registered key that nobody holds would be a signer without hands.
    What an interrupted run left there is taken up again.

    Raises:
        NoSuchSigner: the CA's key is not here. WrongPassphrase.
    """
    suite = chain.core.hasher.suite
    organisation = name.partition(".")[0]
    authority, above = _authority(chain, home, organisation, passphrase)
    waiting = _waiting(home, name)
    if not waiting.is_file():
        home.certificates_folder.joinpath(f"{name}.next.pem").unlink(missing_ok=True)
        waiting.parent.mkdir(mode=0o700, exist_ok=True)
        save_key(waiting, suite.generate(), passphrase, name=name)
    own = SoftwareSigner(suite, load_key(waiting, passphrase))
    certificates = home.certificates(f"{name}.next")
    if not certificates:
        first, last = _span(authority, days)
        request = make_request(own, organisation, name)
        certificates = [issue_from_request(authority, request, first, last), *above]
        home.save_certificates(f"{name}.next", certificates)
    return own, certificates


def certify_elsewhere(chain: Chain, home: Home, name: str, public_key: bytes, days: int, passphrase: str) -> list[bytes]:
    """The certificate chain for a key that lies elsewhere, whose holder has shown that it holds it.

    Raises:
        NoSuchSigner: the CA's key is not here. WrongPassphrase. BadKey.
    """
    organisation = name.partition(".")[0]
    authority, above = _authority(chain, home, organisation, passphrase)
    first, last = _span(authority, days)
    certificates = [issue(authority, public_key, organisation, name, "sign", first, last), *above]
    home.save_certificates(name, certificates)
    return certificates


def _authority(chain: Chain, home: Home, organisation: str, passphrase: str) -> tuple[Authority, list[bytes]]:
    """The organisation's CA, whose key lies in the home, and its certificates."""
    ca_key = load_key(home.key_file(f"{organisation}.ca"), passphrase)
    above = home.certificates(f"{organisation}.ca")
    return Authority(SoftwareSigner(chain.core.hasher.suite, ca_key), parse(above[0]), tuple(above[1:])), above


def _span(authority: Authority, days: int) -> tuple[int, int]:
    """From a minute ago, for so many days, within the CA's own time (Unix seconds)."""
    now = int(time.time())
    return now - 60, min(now + days * _DAY, authority.certificate.not_after)


def is_registered(chain: Chain, own: Signer, name: str) -> bool:
    """Whether an interrupted run got as far as the chain; a chain without a block, which proves nothing, has heard of no new key."""
    if not chain.status()["height"]:
        return False
    value = chain.state(("identity/keys", fingerprint(own.suite, own.public_key))).value
    return isinstance(value, dict) and value.get("signer") == name


def take_up(home: Home, name: str, certificates: list[bytes]) -> Path:
    """The chain has the key: from now on it is the signer's."""
    path = home.keys / f"{name}.key.json"
    home.save_certificates(name, certificates)
    _waiting(home, name).replace(path)
    home.certificates_folder.joinpath(f"{name}.next.pem").unlink(missing_ok=True)
    return path


def renew(chain: Chain, home: Home, name: str, days: int, passphrase: str) -> tuple[Path, int]:
    """Give a signer a new key and certificate; the old key stays valid. Answers where the key lies, and until when it lasts (Unix seconds).

    Raises:
        FromNode: a rule said no. NoSuchSigner, WrongPassphrase.
    """
    own, certificates = certify(chain, home, name, days, passphrase)
    if not is_registered(chain, own, name):
        chain.identity.add_key(name, own, certificates)
    return take_up(home, name, certificates), parse(certificates[0]).not_after


def renew_due(home: Home, url: str, said: Callable[..., None]) -> list[str]:
    """Through the gateway at `url`, renew what is due and may be renewed by the node (see `renewable`); `said` is told of each. Answers which were."""
    done: list[str] = []
    passphrase = home.passphrase()
    for name in renewable(home) if passphrase is not None else ():
        admin = f"{name.partition('.')[0]}.admin"
        who = admin if admin in home.signers() else name
        try:
            with connect(url, who, home=home.root) as chain:
                _, last = renew(chain, home, name, SIGNER_DAYS, passphrase or "")
        except Refusal as no:
            said("certificate not renewed", "error", name=name, **no.as_problem())
            continue
        done.append(name)
        said("certificate renewed", "info", name=name, until=time.strftime("%Y-%m-%d", time.gmtime(last)))
    return done


def _waiting(home: Home, name: str) -> Path:
    return home.keys / "next" / f"{name}.key.json"


def main(home: Home, url: str) -> int:
    """Renew what is due in a home whose node runs and answers at `url`; 0 whatever came of it, since the node goes on."""

    def say(event: str, level: str, **fields: object) -> None:
        line = msgspec.json.encode({"_msg": event, "level": level, "module": "certificates", **fields}, enc_hook=str)
        sys.stdout.write(line.decode() + "\n")
        sys.stdout.flush()

    renew_due(home, url, say)
    return 0


if __name__ == "__main__":
    sys.exit(main(Home(Path(sys.argv[1])), sys.argv[2]))
