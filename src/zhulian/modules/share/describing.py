"""Descriptors: private content that says what other content of the same owner is, and shares its fate."""

from msgspec.structs import replace

from zhulian.errors import Words
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.share.errors import AlreadyDescribed, OtherKind, WasErased
from zhulian.modules.share.guards import require_open, terms_of
from zhulian.modules.share.messages import Register
from zhulian.modules.share.state import CONTENTS, DESCRIPTORS, READERS, Content, Descriptor, Ended

__all__ = ["descriptor_of", "end_reading", "note_descriptor", "require_describing"]

_PRIVATE_DUE = Words("说明须为定向可见，且不能说明自身", "what describes is private, and describes other content than itself")


def descriptor_of(state: StateView, described: str, owner: str) -> tuple[str, Content] | None:
    """The live content that describes the owner's content, with its commitment; None where none does."""
    named = DESCRIPTORS.find(state, described, owner)
    if named is None:
        return None
    content = CONTENTS.find(state, named.content, owner)
    return None if content is None or content.erased is not None else (named.content, content)


def require_describing(context: Context, message: Register, described: str, owner: str) -> None:
    """Check that content may describe other content, which may be in no vault: a deposit alone has its descriptor too.

    Raises:
        OtherKind, AlreadyDescribed, WasErased, ContentRestricted.
    """
    if message.guard is not None or message.proposed or described == message.content:
        raise OtherKind(content=message.content, why=_PRIVATE_DUE)
    before = descriptor_of(context.state, described, owner)
    if before is not None:
        raise AlreadyDescribed(content=described, descriptor=before[0])
    content, terms = CONTENTS.find(context.state, described, owner), terms_of(context.state, described, owner)
    for each in (content, terms):
        if each is not None and each.erased is not None:
            raise WasErased(content=described, height=each.erased.height)
    require_open(described, content, terms)


def note_descriptor(context: Context, message: Register, described: str, owner: str) -> None:
    """Note what describes the content; one that was erased before gives way."""
    DESCRIPTORS.set(context.state, described, owner, value=Descriptor(content=message.content))


def end_reading(context: Context, described: str, owner: str, reader: str, end: Ended) -> None:
    """Take the reader's place at the descriptor back together with that at the content."""
    found = descriptor_of(context.state, described, owner)
    place = None if found is None else READERS.find(context.state, found[0], owner, reader)
    if found is not None and place is not None and place.ended is None:
        READERS.set(context.state, found[0], owner, reader, value=replace(place, ended=end))
