"""Agreements of members whose chain stands still: drawn up and signed file by file, and put in force on each node.

Every step works on one home whose node is stopped, and with that member's seal key alone.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from zhulian.consensus.application import Application
from zhulian.crypto import Signer, fingerprint
from zhulian.errors import Words, check
from zhulian.files import write_atomically
from zhulian.home import Home
from zhulian.ledger.agreements import (
    Agreement,
    Assent,
    BadAgreement,
    Recover,
    Skip,
    agreement_preimage,
    power_of,
    verify_assents,
    verify_recovery,
    verify_skip,
)
from zhulian.ledger.blocks import header_digest
from zhulian.ledger.chain_store import Batch
from zhulian.ledger.genesis import parse_genesis
from zhulian.ledger.sealing import has_quorum
from zhulian.ledger.transition import Proposal
from zhulian.ledger.types import Sealer
from zhulian.modules import assemble, found_state
from zhulian.modules.govern.state import VALIDATORS
from zhulian.node.agreements import InForce, hold_agreements, put_in_force, read_agreements
from zhulian.node.comet.adoption import ADOPTION_CODEC
from zhulian.node.comet.taking_over import adoption_at_head, hand_over
from zhulian.node.lock import FolderLock
from zhulian.node.rocks import RocksStore

__all__ = ["Standing", "agree_to_recover", "agree_to_skip", "apply_agreement", "sign_agreement", "standing_of"]

_FORMAT = "zhulian/agreement/1"
_FRESH_VOTES = b'{"height":"0","round":0,"step":0}'


@dataclass(frozen=True)
class Standing:
    """Who has signed, with what power of how much, who must still, and whether that is enough to put it in force."""

    signed: tuple[str, ...]
    power: int
    whole: int
    due: tuple[str, ...]
    enough: bool


def agree_to_skip(home: Home, transaction: str, reason: str, now: int) -> Agreement:
    """Draw up, and sign, that a transaction is not executed; `now` in Unix seconds.

    Raises:
        FolderInUse: the node runs. BadAgreement: this node's key does not seal.
    """
    with _opened(home) as application:
        act = Skip(height=application.head.height + 1, transaction=transaction)
        drawn = Agreement(act=act, chain=application.world.chain, format=_FORMAT, made=now, reason=reason)
        return _sign(home, application, drawn, application.sealers_at(act.height))


def agree_to_recover(home: Home, lost: Sequence[str], reason: str, now: int) -> Agreement:
    """Draw up, and sign, that the chain goes on after this node's newest block without the `lost` sealers.

    Raises:
        FolderInUse; BadAgreement: nobody would be left, a name is no sealer's, or the chain has no engines.
    """
    with _opened(home) as application:
        header = application.chain_store.header(application.head.height)
        former = application.sealers()
        keys = VALIDATORS.get(application.chain_store).keys
        unknown = sorted(set(lost) - {each.sealer for each in former})
        going_on = [each for each in former if each.sealer not in lost]
        if header is None or not keys:
            raise BadAgreement(why=Words("本链不是组网运行的链，或尚无区块", "the chain is no network's, or has no block yet"))
        if unknown or not going_on:
            why = Words(f"{', '.join(unknown)} 不是签章节点", f"{', '.join(unknown)} is no sealer")
            raise BadAgreement(why=why if unknown else Words("没有节点留任", "nobody would go on"))
        act = Recover(
            former=former,
            header=header,
            sealers=going_on,
            time_ms=max(header.time_ms + 1, now * 1000),
            validators={each.sealer: keys[each.sealer] for each in going_on if each.sealer in keys},
        )
        drawn = Agreement(act=act, chain=application.world.chain, format=_FORMAT, made=now, reason=reason)
        return _sign(home, application, drawn, former)


def sign_agreement(home: Home, agreement: Agreement) -> Agreement:
    """The agreement with this member's signature too.

    Raises:
        FolderInUse; BadAgreement: a signature that is there does not hold, or this node stands elsewhere.
    """
    with _opened(home) as application:
        act = agreement.act
        if isinstance(act, Recover):
            _require_head(application, act)
            return _sign(home, application, agreement, act.former)
        return _sign(home, application, agreement, application.sealers_at(min(act.height, application.head.height + 1)))


def standing_of(home: Home, agreement: Agreement) -> Standing:
    """How an agreement stands, by what it says itself and, of a skip, by this node's chain.

    Raises:
        FolderInUse; BadAgreement: a signature does not hold.
    """
    act = agreement.act
    with _opened(home) as application:
        hasher = application.world.hasher
        members = act.former if isinstance(act, Recover) else application.sealers_at(act.height)
    signed = verify_assents(hasher, agreement, members)
    power, whole = power_of(signed, members), sum(each.power for each in members)
    going_on = [each.sealer for each in (act.sealers if isinstance(act, Recover) else members)]
    due = tuple(each for each in going_on if each not in signed)
    return Standing(signed, power, whole, due, not due if isinstance(act, Recover) else has_quorum(power, whole))


def apply_agreement(home: Home, agreement: Agreement) -> int:
    """Put an agreement in force on this node, which is stopped; answers the height that the chain then has.

    Where members go on without others, the block that records it is made here, the same on every node, and the engine begins
    anew behind it; its former data are moved aside. What was cut off is taken up where this is called again.

    Raises:
        FolderInUse; BadAgreement: too few have signed, or this node stands elsewhere.
    """
    genesis = parse_genesis(home.genesis_bytes())
    with _opened(home) as application:
        act = agreement.act
        if isinstance(act, Skip):
            verify_skip(application.world.hasher, agreement, application.sealers_at(min(act.height, application.head.height + 1)))
        else:
            verify_recovery(application.world.hasher, agreement)
            if application.head.height != act.header.height + 1:
                _require_head(application, act)
        height = application.head.height
    put_in_force(home, genesis, agreement)
    if isinstance(agreement.act, Recover):
        height = _go_on(home, agreement, agreement.act)
    return height


def _go_on(home: Home, agreement: Agreement, act: Recover) -> int:
    with _opened(home) as application:
        chain = application.chain_store
        if application.head.height == act.header.height:
            batch = Batch()
            chain.put_sealers(batch, act.header.height, act.sealers)
            chain.store.write(batch.puts)
            application.finalize(Proposal(height=act.header.height + 1, time_ms=act.time_ms, transactions=()))
            application.commit(0)
        hand_over(application)
        name = application.world.hasher.suite.digest(agreement_preimage(application.world.hasher, agreement)).hex()
        adoption = adoption_at_head(application, name)
        check(adoption is not None, "a chain that goes on has engines")
        _begin_anew(home, name[:16], ADOPTION_CODEC.encode(adoption) if adoption is not None else b"")
        return application.head.height


def _begin_anew(home: Home, mark: str, adoption: bytes) -> None:
    """Move aside what the engine kept, and let it begin behind the block that `adoption` names."""
    for folder in (home.engine / "data", home.snapshots):
        aside = folder.with_name(f"{folder.name}.{mark}")
        if folder.exists() and not aside.exists():
            folder.rename(aside)
    former = home.adoption_file.with_name(f"adoption.{mark}.json")
    if home.adoption_file.exists() and not former.exists():
        home.adoption_file.rename(former)
    data = home.engine / "data"
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    votes = data / "priv_validator_state.json"
    if not votes.exists():  # of a chain of another name, where this key has never voted
        write_atomically(votes, _FRESH_VOTES, mode=0o600)
    write_atomically(home.adoption_file, adoption)


def _require_head(application: Application, act: Recover) -> None:
    """Hold that this node stands at the header after which the members go on.

    Raises:
        BadAgreement: saying where it stands.
    """
    if application.head.digest != header_digest(application.world.hasher, act.header):
        height = application.head.height
        why = Words(
            f"本节点的链首在高度 {height}，协议所定为高度 {act.header.height} 的另一区块",
            f"this node's newest block is at height {height}, and the agreement follows another, at height {act.header.height}",
        )
        raise BadAgreement(why=why)


def _sign(home: Home, application: Application, agreement: Agreement, members: Sequence[Sealer]) -> Agreement:
    hasher = application.world.hasher
    verify_assents(hasher, agreement, members)
    signer = _signer(home)
    own = next((each for each in members if each.public_key == signer.public_key.hex()), None)
    if own is None:
        raise BadAgreement(why=Words("本机的签章密钥不在签章名单中", "this node's seal key is not in the set"))
    signature = signer.sign(agreement_preimage(hasher, agreement)).hex()
    assent = Assent(key=fingerprint(hasher.suite, signer.public_key), sealer=own.sealer, signature=signature)
    others = [each for each in agreement.assents if each.sealer != own.sealer]
    return msgspec.structs.replace(agreement, assents=sorted([*others, assent], key=lambda each: each.sealer))


def _signer(home: Home) -> Signer:
    genesis = parse_genesis(home.genesis_bytes())
    return home.signer(f"{home.config().node.sealer}.seal", genesis.suite)


@contextmanager
def _opened(home: Home) -> Iterator[Application]:
    """The ledger of a stopped node, with the agreements that are in force."""
    genesis = parse_genesis(home.genesis_bytes())
    agreed: InForce = read_agreements(home, genesis)
    world = assemble(genesis, agreed.skips, agreed.recoveries)
    with FolderLock.take(home.lock), RocksStore(home.database) as store:
        application = Application(world, store, found_state(world))
        hold_agreements(application, agreed.agreements)
        yield application
