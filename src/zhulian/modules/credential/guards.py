"""Guards and writes that messages and verbs share."""

from zhulian.ledger.module import Context
from zhulian.ledger.overlay import State, StateView
from zhulian.modules.credential.errors import ListReshaped, NotAMember, NotInSequence, RevokedStays, StatusUnchanged
from zhulian.modules.credential.messages import Status
from zhulian.modules.credential.needs import People
from zhulian.modules.credential.state import LISTS, STANDINGS, Standing

__all__ = ["has_standing", "judge_list", "judge_status", "save_status"]


def has_standing(state: StateView, issuer: str, schema: str, holder: str) -> bool:
    """Whether an organisation has a valid standing from another."""
    found = STANDINGS.find(state, issuer, schema, holder)
    return found is not None and found.status == "valid"


def judge_status(people: People, state: State, issuer: str, schema: str, holder: str, status: str) -> None:
    """Check that a standing may be set.

    Raises:
        NotAMember, RevokedStays, StatusUnchanged.
    """
    if not people.is_organisation(state, holder):
        raise NotAMember(holder=holder[:80])
    before = STANDINGS.find(state, issuer, schema, holder)
    if before is not None and before.status == "revoked":
        raise RevokedStays(holder=holder, schema=schema)
    if before is not None and before.status == status:
        raise StatusUnchanged(holder=holder, schema=schema, status=status)


def save_status(context: Context, issuer: str, schema: str, holder: str, status: Status) -> None:
    """Set a standing that was judged."""
    block = context.block
    value = Standing(height=block.height, status=status, time_ms=block.time_ms, transaction=context.transaction)
    STANDINGS.set(context.state, issuer, schema, holder, value=value)


def judge_list(state: StateView, issuer: str, name: str, sequence: int, bits: int, size: int) -> None:
    """Check that a new content of a status list follows the one before.

    Raises:
        NotInSequence, ListReshaped.
    """
    before = LISTS.find(state, issuer, name)
    wanted = 1 if before is None else before.sequence + 1
    if sequence != wanted:
        raise NotInSequence(list=name, wanted=wanted, given=sequence)
    if before is not None and (bits != before.bits or size < before.size):
        raise ListReshaped(list=name)
