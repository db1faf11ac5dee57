"""Who may take a seat among the sealers: keys that serve nothing else, and a set that is there when it is needed."""

from collections.abc import Sequence

from zhulian.crypto import CryptoFault, fingerprint, suite
from zhulian.ledger.blocks import seal_preimage
from zhulian.ledger.module import Context
from zhulian.ledger.sealing import has_quorum
from zhulian.ledger.types import Seal
from zhulian.modules.govern.errors import (
    HeaderNotSealed,
    KeyRetired,
    NobodyThere,
    SealersNotActive,
    SealersNotSorted,
    SealKeyInUse,
    SealKeyUnproved,
    SealNotOfSet,
    SealNotRecent,
    ValidatorKeyInUse,
    ValidatorKeyUnproved,
    ValidatorsPartly,
)
from zhulian.modules.govern.messages import Seat, SetSealers
from zhulian.modules.govern.needs import Membership
from zhulian.modules.govern.state import RETIRED_KEYS, SEALERS, VALIDATORS, RetiredKey

__all__ = ["RECENT_S", "require_alive", "require_recent", "require_seats", "retire_left"]

RECENT_S = 3600
"""How far a seal's time may be from block time when a set is proposed by it."""
_VERIFY_STEPS = 200
"""For each signature that is verified here, one by one, while the block waits."""


def require_seats(context: Context, membership: Membership, message: SetSealers) -> None:
    """Hold that each seat belongs to an active organisation and that its keys are its own.

    Raises:
        SealersNotSorted, SealersNotActive, ValidatorsPartly; of a new key SealKeyUnproved, SealKeyInUse, KeyRetired,
        ValidatorKeyUnproved, ValidatorKeyInUse, and what the membership says of its proof.
    """
    seats = message.sealers
    validators = VALIDATORS.get(context.state).keys
    present = {each.sealer: each.public_key for each in SEALERS.get(context.state).sealers}
    _require_sorted(seats)
    active = membership.voting_organisations(context.state)
    for seat in seats:
        if seat.sealer not in active:
            raise SealersNotActive(sealer=seat.sealer)
    for seat in seats:
        if seat.validator is None and (validators or any(each.validator is not None for each in seats)):
            raise ValidatorsPartly(sealer=seat.sealer)
    for seat in seats:
        if present.get(seat.sealer) != seat.public_key:
            _require_new_seal_key(context, membership, seat, list(present.values()))
        if seat.validator is not None and validators.get(seat.sealer) != seat.validator:
            _require_new_engine_key(context, membership, seat, [*validators.values(), *present.values()])


def require_alive(context: Context, message: SetSealers) -> None:
    """Hold that the headers shown are the chain's, and that a quorum of the proposed set has sealed one or another of them.

    The present set's own quorum vouches for a header. A proposal that passes after another has changed the set is refused where
    its seals show nothing any more.

    Raises:
        SealNotOfSet, HeaderNotSealed, NobodyThere.
    """
    present = SEALERS.get(context.state).sealers
    crypto = context.block.hasher.suite
    keys = [each.public_key for each in present] + [each.public_key for each in message.sealers]
    known = {fingerprint(crypto, bytes.fromhex(each)): each for each in keys}
    whole = sum(each.power for each in present)
    seen: dict[str, None] = {}
    for shown in message.alive:
        sealed: dict[str, None] = {}
        for seal in shown.seals:
            public_key = known.get(seal.key)
            if public_key is None or public_key in sealed or not _holds(context, shown.header, seal, public_key):
                raise SealNotOfSet(sealer=seal.sealer[:40])
            sealed[public_key] = None
        power = sum(each.power for each in present if each.public_key in sealed)
        if not has_quorum(power, whole):
            raise HeaderNotSealed(power=power, whole=whole)
        seen |= sealed
    whole = sum(each.power for each in message.sealers)
    power = sum(each.power for each in message.sealers if each.public_key in seen)
    if not has_quorum(power, whole):
        silent = [each.sealer for each in message.sealers if each.public_key not in seen]
        raise NobodyThere(power=power, whole=whole, silent=", ".join(silent)[:200])


def require_recent(context: Context, message: SetSealers) -> None:
    """What is asked when a set is proposed, in addition to what is asked when it is set: that the seals are of late.

    Raises:
        SealNotRecent; those of `require_alive`.
    """
    for seal in (seal for shown in message.alive for seal in shown.seals):
        if abs(seal.time_ms - context.block.time_ms) > RECENT_S * 1000:
            raise SealNotRecent(most=RECENT_S, sealer=seal.sealer[:40])
    require_alive(context, message)


def retire_left(context: Context, stay: Sequence[str | None]) -> None:
    """Write down which keys leave the set, for good; `stay` are the seal keys and the engines' keys that do not."""
    leaving = [(each.sealer, each.public_key) for each in SEALERS.get(context.state).sealers]
    leaving += list(VALIDATORS.get(context.state).keys.items())
    for organisation, key in leaving:
        if key not in stay:
            RETIRED_KEYS.set(context.state, key, value=RetiredKey(height=context.block.height, organisation=organisation))


def _require_sorted(seats: Sequence[Seat]) -> None:
    names = [each.sealer for each in seats]
    keys = [each.public_key for each in seats] + [each.validator for each in seats if each.validator is not None]
    if names != sorted(dict.fromkeys(names)) or len(dict.fromkeys(keys)) != len(keys):
        raise SealersNotSorted()


def _require_new_seal_key(context: Context, membership: Membership, seat: Seat, present: Sequence[str]) -> None:
    public_key = bytes.fromhex(seat.public_key)
    if seat.possession is None:
        raise SealKeyUnproved(sealer=seat.sealer)
    if seat.public_key in present or membership.key_is_registered(context, public_key):
        raise SealKeyInUse(sealer=seat.sealer)
    if seat.public_key in VALIDATORS.get(context.state).keys.values():
        raise SealKeyInUse(sealer=seat.sealer)
    _refuse_retired(context, seat, seat.public_key)
    membership.require_possession(context, seat.sealer, public_key, bytes.fromhex(seat.possession))


def _require_new_engine_key(context: Context, membership: Membership, seat: Seat, used: Sequence[str]) -> None:
    public_key = bytes.fromhex(seat.validator or "")
    if seat.validator_possession is None:
        raise ValidatorKeyUnproved(sealer=seat.sealer)
    if seat.validator in used or membership.key_is_registered(context, public_key):
        raise ValidatorKeyInUse(sealer=seat.sealer)
    _refuse_retired(context, seat, seat.validator or "")
    context.state.charge(_VERIFY_STEPS)
    preimage = context.block.hasher.preimage("possession", membership.possession_data(seat.sealer, public_key))
    try:
        suite("intl").verify(public_key, preimage, bytes.fromhex(seat.validator_possession))
    except CryptoFault:
        raise ValidatorKeyUnproved(sealer=seat.sealer) from None


def _refuse_retired(context: Context, seat: Seat, key: str) -> None:
    before = RETIRED_KEYS.find(context.state, key)
    if before is not None:
        raise KeyRetired(height=before.height, sealer=seat.sealer)


def _holds(context: Context, header: str, seal: Seal, public_key: str) -> bool:
    context.state.charge(_VERIFY_STEPS)
    hasher = context.block.hasher
    preimage = seal_preimage(hasher, bytes.fromhex(header), seal.time_ms)
    try:
        hasher.suite.verify(bytes.fromhex(public_key), preimage, bytes.fromhex(seal.signature))
    except CryptoFault:
        return False
    return True
