"""What one organisation brings to a founding: its CA, its first signers, its seal key. Private keys stay in its own home."""

from dataclasses import dataclass

from zhulian.crypto import PrivateKey, SoftwareSigner, Suite, save_key
from zhulian.crypto.certificates import Authority, create_ca, issue, issue_from_request, make_request
from zhulian.errors import check
from zhulian.home import Home
from zhulian.ledger.genesis import FoundingOrganisation, FoundingSigner, Title
from zhulian.ledger.types import Sealer

__all__ = ["CA_DAYS", "SIGNER_DAYS", "OrganisationPlan", "SignerPlan", "make_encryption_key", "make_organisation", "make_sealer"]

CA_DAYS = 3650
SIGNER_DAYS = 730
_DAY = 86_400


@dataclass(frozen=True)
class SignerPlan:
    """A signer that an organisation starts with; `serial` is a pseudonym, never a personal name."""

    serial: str
    kind: str
    duties: tuple[str, ...]
    can_read: bool = False
    """Whether it has an encryption key of its own, beside its organisation's."""


@dataclass(frozen=True)
class OrganisationPlan:
    """An organisation and the signers that it starts with; one of them has the duty `admin`."""

    organisation: str
    title: Title
    is_operator: bool
    signers: tuple[SignerPlan, ...]


def make_organisation(home: Home, suite: Suite, plan: OrganisationPlan, now: int, passphrase: str) -> FoundingOrganisation:
    """Make the organisation's CA and signers in `home`, and answer what goes into genesis; `now` in Unix seconds."""
    ca = create_ca(suite, plan.organisation, plan.title.en[:64], CA_DAYS, not_before=now)
    check(ca.key is not None, "a CA that was just made has its key")
    _save(home, f"{plan.organisation}.ca", ca.key, passphrase)
    home.save_certificates(f"{plan.organisation}.ca", ca.chain)
    signers = []
    for each in sorted(plan.signers, key=lambda signer: signer.serial):
        name = f"{plan.organisation}.{each.serial}"
        key = suite.generate()
        request = make_request(SoftwareSigner(suite, key), plan.organisation, name)
        certificate = issue_from_request(ca, request, now, now + SIGNER_DAYS * _DAY)
        _save(home, name, key, passphrase)
        home.save_certificates(name, (certificate, *ca.chain))
        encryption = make_encryption_key(home, suite, ca, name, now, passphrase).hex() if each.can_read else None
        signers.append(
            FoundingSigner(
                certificate=certificate.hex(), duties=sorted(each.duties), encryption=encryption, kind=each.kind, signer=name
            )
        )
    return FoundingOrganisation(
        certificates=[ca.certificate.der.hex()],
        encryption=make_encryption_key(home, suite, ca, plan.organisation, now, passphrase).hex(),
        organisation=plan.organisation,
        signers=signers,
        title=plan.title,
        operator=plan.is_operator,
    )


def make_encryption_key(
    home: Home, suite: Suite, ca: Authority, holder: str, now: int, passphrase: str, days: int = SIGNER_DAYS
) -> bytes:
    """Make the key to which content for an organisation or a signer is sealed, and answer its certificate (DER).

    It lies beside the signing key as `<holder>.encrypt`; nobody else has a copy of it.
    """
    key = suite.generate_encryption()
    certificate = issue(ca, key.public_key, holder.partition(".")[0], holder, "encrypt", now, now + days * _DAY)
    _save(home, f"{holder}.encrypt", key, passphrase)
    home.save_certificates(f"{holder}.encrypt", (certificate, *ca.chain))
    return certificate


def make_sealer(home: Home, suite: Suite, organisation: str, passphrase: str, power: int = 1) -> Sealer:
    """Make a seal key, used for nothing else, and answer the member of the sealer set."""
    key = suite.generate()
    _save(home, f"{organisation}.seal", key, passphrase)
    return Sealer(power=power, public_key=key.public_key.hex(), sealer=organisation)


def _save(home: Home, name: str, key: PrivateKey | None, passphrase: str) -> None:
    if key is not None:
        save_key(home.keys / f"{name}.key.json", key, passphrase, name=name)
