"""The members' agreements that are in force on this node: read at every start, and held against the chain."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from zhulian.consensus.application import Application
from zhulian.errors import Refusal, Words
from zhulian.files import write_atomically
from zhulian.home import Home
from zhulian.ledger.agreements import (
    AGREEMENT_BYTES_MAX,
    Agreement,
    BadAgreement,
    Recover,
    Skip,
    agreement_digest,
    decode_agreement,
    encode_agreement,
    verify_recovery,
    verify_skip,
)
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.genesis import Genesis

__all__ = ["InForce", "hold_agreements", "put_in_force", "read_agreements"]


@dataclass(frozen=True)
class InForce:
    """Agreements in force: which transactions are skipped, and after which heights members went on without others."""

    agreements: Sequence[Agreement] = ()
    skips: frozenset[str] = frozenset()
    recoveries: dict[int, Agreement] = field(default_factory=dict)


def read_agreements(home: Home, genesis: Genesis) -> InForce:
    """What lies in the home's folder of agreements.

    Raises:
        BadAgreement: naming the file that cannot be read.
    """
    found = []
    for path in sorted(home.agreements.glob("*.json")) if home.agreements.is_dir() else ():
        try:
            with path.open("rb") as file:
                found.append(decode_agreement(file.read(AGREEMENT_BYTES_MAX + 1), genesis.chain()))
        except (OSError, Refusal) as wrong:
            why = wrong.words() if isinstance(wrong, Refusal) else Words.quote(wrong)
            raise BadAgreement(why=Words(f"{path.name}：{why.zh}", f"{path.name}: {why.en}")) from None
    return InForce(
        agreements=tuple(found),
        skips=frozenset(each.act.transaction for each in found if isinstance(each.act, Skip)),
        recoveries={each.act.header.height + 1: each for each in found if isinstance(each.act, Recover)},
    )


def hold_agreements(application: Application, agreements: Sequence[Agreement]) -> None:
    """Hold that the members whose turn it was have signed each, and that the chain has the header that one follows.

    Raises:
        BadAgreement.
    """
    hasher, head = application.world.hasher, application.head
    for each in agreements:
        if isinstance(each.act, Skip):
            verify_skip(hasher, each, application.sealers_at(min(each.act.height, head.height + 1)))
            continue
        act = verify_recovery(hasher, each)
        height = act.header.height
        known = application.first() <= height <= head.height
        if known and application.digest_at(height) != header_digest(hasher, act.header):
            why = Words("本节点在该高度的区块与其所载不同", "this node has another block at that height")
            raise BadAgreement(why=why)


def put_in_force(home: Home, genesis: Genesis, agreement: Agreement) -> None:
    """Write an agreement that was verified into the home's folder, from where every start takes it."""
    home.agreements.mkdir(exist_ok=True, mode=0o700)
    name = agreement_digest(genesis.hasher(), agreement).hex()
    write_atomically(home.agreements / f"{name}.json", encode_agreement(agreement))
