"""How numbers are claimed and freed."""

from zhulian.language.lending import Arguments, ArgumentWrong, Caller, the_record, the_text
from zhulian.ledger.module import Context
from zhulian.modules.registry.errors import (
    AlreadyTaken,
    ClaimedByAnother,
    FreedByNobody,
    MayNotClaim,
    NotTaken,
    RecordNotYours,
    UnknownSpace,
)
from zhulian.modules.registry.events import Claimed, Freed
from zhulian.modules.registry.folding import claim_digest
from zhulian.modules.registry.state import CLAIMS, SPACES, Claim

__all__ = ["claim", "free"]


def claim(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take a number for a record (`space`, `issuer`, `number`, `record`); the first wins.

    Raises:
        UnknownSpace, MayNotClaim, RecordNotYours, NothingToCompare, AlreadyTaken.
    """
    # AUTHORIZE
    space = the_text(arguments, "space")
    rules = SPACES.find(context.state, space)
    if rules is None:
        raise UnknownSpace(space=space[:80])
    if not rules.open and caller.instance not in rules.claimants:
        raise MayNotClaim(instance=caller.instance, space=space)
    record = _own_record(caller, arguments)

    # VALIDATE
    digest = claim_digest(context.block.hasher, space, the_text(arguments, "issuer"), the_text(arguments, "number"))
    before = CLAIMS.find(context.state, space, digest)
    if before is not None:
        raise AlreadyTaken(height=before.height, space=space)

    # APPLY
    value = Claim(
        height=context.block.height,
        instance=caller.instance,
        record=record,
        time_ms=context.block.time_ms,
        transaction=context.transaction,
    )
    CLAIMS.set(context.state, space, digest, value=value)

    # EMIT
    context.emit(Claimed(claim=digest, instance=caller.instance, record=record, space=space))


def free(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Let a number be taken again (`space`, `issuer`, `number`, `record`), by an action of the record that holds it.

    It works in a space that admits the instance no more, since nothing new is taken.

    Raises:
        FreedByNobody, RecordNotYours, NothingToCompare, NotTaken, ClaimedByAnother.
    """
    # AUTHORIZE
    if not caller.action:
        raise FreedByNobody()
    record = _own_record(caller, arguments)

    # VALIDATE
    space = the_text(arguments, "space")
    digest = claim_digest(context.block.hasher, space, the_text(arguments, "issuer"), the_text(arguments, "number"))
    before = CLAIMS.find(context.state, space, digest)
    if before is None:
        raise NotTaken(space=space[:80])
    if before.record != record:
        raise ClaimedByAnother(space=space)

    # APPLY
    CLAIMS.delete(context.state, space, digest)

    # EMIT
    context.emit(Freed(action=caller.action, claim=digest, instance=caller.instance, record=record, space=space))


def _own_record(caller: Caller, arguments: Arguments) -> str:
    record = the_record(arguments, "record")
    if record is None:
        raise ArgumentWrong(name="record", wanted="record")
    if record.instance != caller.instance:
        raise RecordNotYours(record=record.text[:200])
    return record.text
