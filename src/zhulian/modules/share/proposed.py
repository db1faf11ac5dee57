"""Content of a proposal: its proposer's until the action is done, then of the owner whom the definition names."""

from typing import NamedTuple

from msgspec.structs import replace

from zhulian.errors import Words
from zhulian.ledger.module import Context
from zhulian.modules.share import events
from zhulian.modules.share.errors import AlreadyDeclared, OtherKind, ReaderUnfit, ThresholdUnfit
from zhulian.modules.share.messages import Register
from zhulian.modules.share.state import BLOBS, CONTENTS, PROPOSED, READERS, SHARES, Content, Proposed, Terms

__all__ = ["KIND_DUE", "Waiting", "note_proposed", "require_proposable", "take_over", "waiting_for"]

KIND_DUE = Words("场景定义要求另一种保管方式", "its definition asks for the other kind")
"""Why content is not as its field has it: private where it is guarded, or the other way round."""


class Waiting(NamedTuple):
    """Content that was registered with a proposal, and what was noted of it then."""

    content: Content
    noted: Proposed


def require_proposable(context: Context, message: Register) -> None:
    """Check that content may wait for a proposal: nobody else's waits under the commitment, and guarded content names no readers.

    Raises:
        AlreadyDeclared, ReaderUnfit.
    """
    before = PROPOSED.find(context.state, message.content)
    if before is not None:
        raise AlreadyDeclared(content=message.content, scope=before.depositor)
    if message.guard is not None and message.readers:
        raise ReaderUnfit(reader=message.readers[0].reader)


def note_proposed(context: Context, message: Register, depositor: str) -> None:
    """Note that the content goes over to its owner once the action is done."""
    readers = tuple(each.reader for each in message.readers)
    PROPOSED.set(context.state, message.content, value=Proposed(depositor=depositor, readers=readers))


def waiting_for(context: Context, name: str, terms: Terms) -> Waiting | None:
    """The content that waits for these terms; None where none does that is live, or none of those who sign has registered it.

    Raises:
        AlreadyDeclared: it waits for another record; who sees a commitment in a proposal cannot take it for a record of its own meanwhile.
        OtherKind, ThresholdUnfit: it is not sealed as its field has it.
    """
    noted = PROPOSED.find(context.state, name)
    if noted is None:
        return None
    content = CONTENTS.find(context.state, name, noted.depositor)
    if content is None or content.erased is not None:
        return None
    if noted.depositor not in terms.depositors:
        if content.scope is not None and content.scope != terms.scope:
            raise AlreadyDeclared(content=name, scope=content.scope)
        return None
    if noted.depositor != terms.owner and CONTENTS.has(context.state, name, terms.owner):
        return None  # the owner has registered it by itself, and keeps what it has
    if bool(content.keepers) != bool(terms.threshold):
        raise OtherKind(content=name, why=KIND_DUE)
    if content.threshold < terms.threshold:
        raise ThresholdUnfit(keepers=len(content.keepers), threshold=content.threshold)
    return Waiting(content, noted)


def take_over(context: Context, name: str, terms: Terms, waiting: Waiting) -> events.TakenOver:
    """Let the content be its owner's from now on, as the terms say, with its objects in the vault, its keepers and the readers who
    were named with the proposal. What its proposer granted meanwhile ends. Answers what tells of it.
    """
    state, owner, before = context.state, terms.owner, waiting.noted.depositor
    via = waiting.content.via if before == owner else before
    content = replace(waiting.content, emergency=terms.emergency, keep_until=terms.keep_until, scope=terms.scope, via=via)
    PROPOSED.delete(state, name)
    if before != owner:
        _move(context, name, before, owner, waiting)
    CONTENTS.set(state, name, owner, value=content)
    return events.TakenOver(content=name, owner=owner, via=via)


def _move(context: Context, name: str, before: str, owner: str, waiting: Waiting) -> None:
    state = context.state
    CONTENTS.delete(state, name, before)
    blobs = [waiting.content.blob]
    for keeper in waiting.content.keepers:
        share = SHARES.get(state, name, before, keeper)
        SHARES.delete(state, name, before, keeper)
        SHARES.set(state, name, owner, keeper, value=share)
        blobs.append(share.envelope)
    for each in waiting.noted.readers:
        reader = READERS.get(state, name, before, each)
        READERS.delete(state, name, before, each)
        READERS.set(state, name, owner, each, value=reader)
        if reader.envelope is not None:
            blobs.append(reader.envelope)
    for blob in blobs:
        BLOBS.set(state, blob, value=replace(BLOBS.get(state, blob), owner=owner))
