"""What custody sends for a person: only messages that say for whom they are, and only for that person's own handle.

The agent's signature alone would carry whatever names no party as the agent's own deed; so a type that is not listed here is not sent.
"""

from collections.abc import Mapping
from typing import Any, Final

from zhulian.errors import Words
from zhulian.offchain.custody.errors import NotForCustody

__all__ = ["BY_PROPOSAL", "Named", "for_person"]

_BY_PARTY: Final = frozenset(
    (
        "evidence.deposit", "evidence.deposit_batch", "evidence.withdraw",
        "share.decline", "share.erase", "share.grant", "share.offer", "share.open", "share.register", "share.request",
        "share.restrict", "share.rewrap", "share.withdraw",
    )
)  # fmt: skip
"""Messages that say by `party` for whom they are."""
_BY_SIGNATORIES: Final = frozenset(("scenario.act", "scenario.complete", "scenario.correct", "scenario.propose"))
"""Messages that say by `by` who all is party to them."""
BY_PROPOSAL: Final = frozenset(("scenario.approve", "scenario.withdraw"))
"""Messages about a proposal, which has said it."""

Named = Mapping[str, str]


def for_person(message: Mapping[str, Any], handle: str, organisation: str, proposed: Named | None) -> dict[str, Any]:
    """The message as it is sent for `handle` by an agent of `organisation`; `proposed` are the parties of the proposal that it is about.

    Raises:
        NotForCustody: it would be another's deed, or the agent's own.
    """
    kind = str(message.get("type", ""))
    if kind in _BY_PARTY:
        if message.get("party", handle) != handle:
            raise _no(kind, handle, Words("它写明的是另一参与方", "it names another party"))
        return {**message, "party": handle}
    if kind in _BY_SIGNATORIES:
        by = message.get("by") or {"actor": handle}
        if not isinstance(by, dict):
            raise _no(kind, handle, Words("by 不是对照表", "its by is no table"))
        _require_own(kind, by, handle, organisation)
        return {**message, "by": by}
    if kind in BY_PROPOSAL and proposed is not None:
        _require_own(kind, proposed, handle, organisation)
        return dict(message)
    raise _no(kind[:64], handle, Words("此类消息不为他人代办", "messages of this type are not sent for others"))


def _require_own(kind: str, by: Named, handle: str, organisation: str) -> None:
    parties = [str(each) for each in by.values()]
    if handle not in parties:
        raise _no(kind, handle, Words("该标识不在其各方之中", "the handle is none of its parties"))
    if organisation in parties:
        raise _no(kind, handle, Words("代理机构自己也是一方", "the agent organisation is a party to it"))
    if any(each.startswith("~") and each != handle for each in parties):
        raise _no(kind, handle, Words("另有一名自然人是其一方", "another person is a party to it"))


def _no(kind: str, handle: str, why: Words) -> NotForCustody:
    return NotForCustody(type=kind, handle=handle, why=why)
