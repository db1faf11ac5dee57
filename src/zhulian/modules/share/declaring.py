"""What definitions say of the content of their fields, and its end: declared when a field is filled, erased."""

from typing import Literal

from msgspec.structs import replace

from zhulian.language.lending import Caller, ContentRules, RecordName
from zhulian.ledger.module import Context
from zhulian.modules.share import events
from zhulian.modules.share.describing import descriptor_of
from zhulian.modules.share.errors import AlreadyDeclared, AlreadyErased, KeptUntil, UnknownContent
from zhulian.modules.share.guards import ended, require_open, terms_of
from zhulian.modules.share.proposed import take_over, waiting_for
from zhulian.modules.share.state import CONTENTS, TERMS, Content, Terms

__all__ = ["Basis", "Declared", "mark_erased", "mark_restricted", "require_erasable", "require_restrictable"]

Basis = Literal["consent_withdrawn", "order", "request", "retention_over"]
"""Why content is erased."""


class Declared:
    """Fills the need of whoever runs definitions: content is known here as soon as a record names it."""

    def declare(
        self, context: Context, caller: Caller, content: str, owner: str, record: RecordName, rules: ContentRules
    ) -> None:
        """Note the terms of content; whoever signs may register it in the owner's name. What waits for it from a proposal is the owner's now.

        Raises:
            AlreadyDeclared: another field holds the same commitment. OtherKind, ThresholdUnfit: what was registered with the
            proposal is not sealed as the field has it.
        """
        before = TERMS.find(context.state, content)
        if before is not None:
            if (before.scope, before.field, before.owner) == (record.text, rules.field, owner):
                return
            raise AlreadyDeclared(content=content, scope=before.scope)
        terms = Terms(
            depositors=caller.parties,
            emergency=rules.emergency,
            field=rules.field,
            height=context.block.height,
            keep_until=context.block.time + rules.keep_s if rules.keep_s else None,
            owner=owner,
            regulator=rules.regulator,
            scope=record.text,
            threshold=rules.threshold,
        )
        waiting = waiting_for(context, content, terms)
        TERMS.set(context.state, content, value=terms)
        if waiting is not None:
            context.emit(take_over(context, content, terms, waiting))


def require_erasable(context: Context, name: str, owner: str) -> None:
    """Check that content is there, is not erased yet, and need not be kept any longer; nor what describes it.

    Raises:
        UnknownContent, AlreadyErased, KeptUntil.
    """
    for each in _standing(context, name, owner):
        if each is not None and each.keep_until is not None and context.block.time < each.keep_until:
            raise KeptUntil(content=name, until=each.keep_until)
    described = descriptor_of(context.state, name, owner)
    if described is not None and described[1].keep_until is not None and context.block.time < described[1].keep_until:
        raise KeptUntil(content=described[0], until=described[1].keep_until)


def mark_erased(
    context: Context, name: str, owner: str, basis: Basis, text: str | None = None, via: str | None = None
) -> list[events.Erased]:
    """Mark content as erased, and what describes it, upon which vaults destroy both; what is not in a vault yet never will be.
    Answers what tells of it.
    """
    content, terms = CONTENTS.find(context.state, name, owner), terms_of(context.state, name, owner)
    end = ended(context, basis, text)
    if content is not None:
        CONTENTS.set(context.state, name, owner, value=replace(content, erased=end))
    if terms is not None:
        TERMS.set(context.state, name, value=replace(terms, erased=end))
    blob = "" if content is None else content.blob
    said = [events.Erased(basis=basis, blob=blob, content=name, owner=owner, via=via)]
    described = descriptor_of(context.state, name, owner)
    if described is not None:
        CONTENTS.set(context.state, described[0], owner, value=replace(described[1], erased=end))
        said.append(events.Erased(basis=basis, blob=described[1].blob, content=described[0], owner=owner, via=via))
    return said


def require_restrictable(context: Context, name: str, owner: str) -> None:
    """Check that content is there, is not erased and is not restricted yet.

    Raises:
        UnknownContent, AlreadyErased, ContentRestricted.
    """
    require_open(name, *_standing(context, name, owner))


def mark_restricted(
    context: Context, name: str, owner: str, text: str | None = None, via: str | None = None
) -> list[events.Restricted]:
    """Mark content as restricted, and what describes it, upon which vaults hand it to nobody but its owner and later openings.
    Answers what tells of it.
    """
    content, terms = CONTENTS.find(context.state, name, owner), terms_of(context.state, name, owner)
    end = ended(context, "restricted", text)
    if terms is not None:
        TERMS.set(context.state, name, value=replace(terms, restricted=end))
    if content is not None:
        CONTENTS.set(context.state, name, owner, value=replace(content, restricted=end))
    said = [events.Restricted(content=name, owner=owner, via=via)]
    described = descriptor_of(context.state, name, owner)
    if described is not None and described[1].restricted is None:
        CONTENTS.set(context.state, described[0], owner, value=replace(described[1], restricted=end))
        said.append(events.Restricted(content=described[0], owner=owner, via=via))
    return said


def _standing(context: Context, name: str, owner: str) -> tuple[Content | None, Terms | None]:
    """Content and terms, of which at least one is there and none is erased.

    Raises:
        UnknownContent, AlreadyErased.
    """
    content, terms = CONTENTS.find(context.state, name, owner), terms_of(context.state, name, owner)
    if content is None and terms is None:
        raise UnknownContent(content=name, owner=owner)
    for each in (content, terms):
        if each is not None and each.erased is not None:
            raise AlreadyErased(content=name, height=each.erased.height)
    return content, terms
