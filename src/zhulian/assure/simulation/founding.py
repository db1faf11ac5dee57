"""The consortium of a simulation: organisations with officers, seal keys and engine keys, the same in every run."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from zhulian import canonical
from zhulian.crypto import PrivateKey, SoftwareSigner, Suite, suite
from zhulian.crypto.certificates import Authority, build, create_ca, issue
from zhulian.ledger.genesis import (
    CODEC,
    FoundingOrganisation,
    FoundingSigner,
    Genesis,
    GovernanceRules,
    Retention,
    Title,
    Workdays,
    parse_genesis,
)
from zhulian.ledger.limits import Limits
from zhulian.ledger.types import Sealer

__all__ = ["CREATED", "chain_of", "engine_name", "found", "key_of", "organisation_name", "possession", "seal_name", "the_suite"]

CREATED = 1_766_880_000
"""When the consortium was founded, Unix seconds."""
ORGANISATIONS_MIN = 4
"""Clients and campaigns know so many."""
_DAY = 86_400
_MODULES = ("asset", "evidence", "govern", "identity", "registry", "scenario", "ticket")
_STAFF = (("admin", ("admin", "voter")), ("clerk", ()))
_RETAINED = 400


def the_suite() -> Suite:
    """What stands for suite `intl` now."""
    return suite("intl")


def organisation_name(number: int) -> str:
    """The organisation of a number, from 1 on."""
    return f"org{number}"


def seal_name(organisation: str) -> str:
    """Under which name the key is that an organisation seals with."""
    return f"{organisation}.seal"


def engine_name(organisation: str) -> str:
    """Under which name the key is that its engine votes with."""
    return f"{organisation}.engine"


@cache
def key_of(name: str) -> PrivateKey:
    """The key that a name always has in simulations; it protects nothing."""
    return the_suite().private_key(hashlib.sha256(f"zhulian simulation {name}".encode()).digest())


@contextmanager
def _serial_of(name: str) -> Iterator[None]:
    """Let the next certificate have the serial number that a name always has; elsewhere nobody can guess it."""
    before = build._new_serial
    build._new_serial = lambda: int.from_bytes(hashlib.sha256(name.encode()).digest()[:15], "big") | 1 << 126
    try:
        yield
    finally:
        build._new_serial = before


@cache
def _authority(organisation: str) -> Authority:
    signer = SoftwareSigner(the_suite(), key_of(f"{organisation}.ca"))
    with _serial_of(organisation):
        return create_ca(the_suite(), organisation, f"{organisation} CA", 3650, signer=signer, not_before=CREATED - _DAY)


@cache
def chain_of(signer: str) -> tuple[str, str]:
    """The certificate of a signer and that of its organisation's CA, in hex."""
    organisation = signer.partition(".")[0]
    authority = _authority(organisation)
    key = key_of(signer).public_key
    with _serial_of(signer):
        leaf = issue(authority, key, organisation, signer, "sign", CREATED - _DAY, CREATED + 900 * _DAY)
    return leaf.hex(), authority.certificate.der.hex()


def possession(genesis: Genesis, name: str, key: PrivateKey) -> str:
    """The proof that a key is held by whoever asks to be registered as `name`, in hex."""
    statement = canonical.encode({"key": key.public_key.hex(), "signer": name})
    return the_suite().sign(key, genesis.hasher().preimage("possession", statement)).hex()


def found(members: int) -> Genesis:
    """The genesis of four organisations or more, of which so many seal and vote; one alone has no engine beside it."""
    names = sorted(organisation_name(number) for number in range(1, max(members, ORGANISATIONS_MIN) + 1))
    sealing = names if members > 1 else names[:1]
    genesis = Genesis(
        created=CREATED,
        format="zhulian/genesis/1",
        governance=GovernanceRules(denominator=3, numerator=2, voting_s=30 * _DAY),
        limits=Limits(),
        modules=dict.fromkeys(_MODULES, 1),
        name="zl-simulation",
        organisations=[_organisation(name) for name in names],
        retention=Retention(heights=_RETAINED),
        sealers=[Sealer(power=1, public_key=key_of(seal_name(each)).public_key.hex(), sealer=each) for each in sealing],
        suite="intl",
        validators={each: key_of(engine_name(each)).public_key.hex() for each in sealing} if members > 1 else {},
        workdays=Workdays(holidays=[], worked=[]),
        zone="Asia/Shanghai",
    )
    return parse_genesis(CODEC.encode(genesis))


def _organisation(name: str) -> FoundingOrganisation:
    signers = [
        FoundingSigner(
            certificate=chain_of(f"{name}.{serial}")[0], duties=list(duties), kind="officer", signer=f"{name}.{serial}"
        )
        for serial, duties in _STAFF
    ]
    return FoundingOrganisation(
        certificates=[_authority(name).certificate.der.hex()],
        organisation=name,
        signers=signers,
        title=Title(en=name, zh=name),
        operator=name == "org1",
    )
