"""The certificates of a home's own people and services: when they run out, and which of them the node may renew by itself."""

import time

from zhulian.crypto.certificates import CertificateFault, parse
from zhulian.home import Home

__all__ = ["RENEW_S", "ends", "renewable"]

RENEW_S = 30 * 86_400
"""So long before its end a certificate is due for renewal."""


def ends(home: Home) -> dict[str, int]:
    """Until when each certificate of the home is valid, in Unix seconds: signers whose keys lie here, and CAs (`org.ca`).

    What cannot be read is left out; `zhulian doctor` names it.
    """
    names = {*home.signers(), *(each.stem for each in home.certificates_folder.glob("*.ca.pem"))}
    found: dict[str, int] = {}
    for name in sorted(names):
        try:
            chain = home.certificates(name)
            if chain:
                found[name] = parse(chain[0]).not_after
        except (OSError, ValueError, CertificateFault):
            continue
    return found


def renewable(home: Home, now: float | None = None) -> list[str]:
    """The signers to be renewed now, admins first: the home says `renew`, and holds the CA's key and a passphrase for it.

    One that has run out is left to people: with an admin's, nobody could sign for the new key.
    """
    if not home.config().node.renew or home.passphrase() is None:
        return []
    moment = time.time() if now is None else now
    due = [name for name, end in ends(home).items() if moment < end < moment + RENEW_S and not name.endswith(".ca")]
    held = [name for name in due if (home.keys / f"{name.partition('.')[0]}.ca.key.json").is_file()]
    return sorted(held, key=lambda name: (not name.endswith(".admin"), name))
