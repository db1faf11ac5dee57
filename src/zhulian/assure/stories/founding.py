"""The genesis of a story's chain: every organisation of the company with keys of its own, which are the same in every run."""

import hashlib
from functools import cache

from zhulian.assure.stories.company import Company
from zhulian.crypto import PrivateKey, SoftwareSigner, suite
from zhulian.crypto.certificates import Authority, create_ca, issue
from zhulian.ledger.genesis import (
    CODEC,
    FoundingOrganisation,
    FoundingSigner,
    Genesis,
    GovernanceRules,
    Mandate,
    Retention,
    SandboxOf,
    Title,
    Workdays,
    parse_genesis,
)
from zhulian.ledger.limits import Limits
from zhulian.ledger.types import Sealer

__all__ = ["SUITE", "ZONE", "found_genesis", "key_of"]

SUITE = "gm"
ZONE = "Asia/Shanghai"
MODULES = {
    "asset": 1, "ballot": 1, "codes": 1, "credential": 1, "device": 1, "earmark": 1, "evidence": 1, "fair": 1, "govern": 1, "identity": 1, "mandate": 1, "oracle": 1,
    "registry": 1, "scenario": 1, "settle": 1, "share": 1, "ticket": 1, "trace": 1,
}  # fmt: skip
_DAY = 86_400
_VALID = 2_900_000 * _DAY
_FROM = 0
"""Certificates hold from 1970 on, whatever day a story begins."""


@cache
def key_of(name: str) -> PrivateKey:
    """The private key that a name always has in stories; it protects nothing."""
    secret = hashlib.sha256(f"zhulian story {name}".encode()).digest()
    return suite(SUITE).private_key(b"\x00" + secret[1:])  # below the order of the curve


@cache
def _authority(organisation: str) -> Authority:
    chosen = suite(SUITE)
    signer = SoftwareSigner(chosen, key_of(f"{organisation}.ca"))
    return create_ca(chosen, organisation, f"{organisation} CA", _VALID // _DAY, signer=signer, not_before=_FROM)


@cache
def _certificate(signer: str) -> str:
    organisation = signer.partition(".")[0]
    public_key = key_of(signer).public_key
    return issue(_authority(organisation), public_key, organisation, signer, "sign", _FROM, _FROM + _VALID).hex()


def found_genesis(company: Company, created: int, name: str = "zl-story", sandbox: SandboxOf | None = None) -> Genesis:
    """The genesis document of a story's chain, or of a sandbox's, founded at `created` (Unix seconds)."""
    mandate = None
    if company.regulator:
        mandate = Mandate(document="00" * 32, organisation=company.regulator, powers=["freeze", "open", "recall"])
    genesis = Genesis(
        created=created,
        format="zhulian/genesis/1",
        governance=GovernanceRules(denominator=3, numerator=2, voting_s=7 * _DAY),
        limits=Limits(),
        modules=MODULES,
        name=name,
        organisations=[_organisation(company, name) for name in sorted(company.officers)],
        regulator=mandate,
        sandbox=sandbox,
        retention=Retention(heights=1000),
        sealers=[Sealer(power=1, public_key=key_of("*.seal").public_key.hex(), sealer=company.operator)],
        suite=SUITE,
        workdays=Workdays(holidays=[], worked=[]),
        zone=ZONE,
    )
    return parse_genesis(CODEC.encode(genesis))


def _organisation(company: Company, name: str) -> FoundingOrganisation:
    signers = [
        FoundingSigner(
            certificate=_certificate(f"{name}.{serial}"), duties=sorted(duties), kind="officer", signer=f"{name}.{serial}"
        )
        for serial, duties in sorted(company.officers[name].items())
    ]
    return FoundingOrganisation(
        certificates=[_authority(name).certificate.der.hex()],
        organisation=name,
        signers=signers,
        title=Title(en=name, zh=name),
        operator=name == company.operator,
    )
