"""Agents that sign for people without keys, as the identity module knows them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from zhulian.errors import check
from zhulian.language.compile import CompiledField
from zhulian.ledger.module import Acting, Context
from zhulian.modules.scenario.needs import Parties
from zhulian.modules.scenario.state import Held

__all__ = ["agent_of", "has_agent", "parties_in", "parties_on"]


def has_agent(signers: Iterable[Acting]) -> bool:
    """Whether somebody who signs may be doing so for a person."""
    return any("agent" in each.duties for each in signers)


def parties_in(fields: Mapping[str, CompiledField], values: Mapping[str, Any]) -> list[str]:
    """The parties that public fields or inputs name: those on the other side of the matter, as far as anybody can see."""
    found: list[str] = []
    for name, field in fields.items():
        kind, value = field.kind, values.get(name)
        if field.private or (kind.item or kind).type not in ("party", "person"):
            continue
        found += [each for each in (value if isinstance(value, list | tuple) else (value,)) if isinstance(each, str)]
    return found


def parties_on(held: Held) -> list[str]:
    """The parties that have a right on a title."""
    owners = [held.owner] if held.owner is not None else []
    return [*owners, *held.shares, *(each.holder for each in held.burdens)]


def agent_of(parties: Parties, context: Context, party: str, signers: Sequence[Acting], others: Sequence[str]) -> str:
    """The agent organisation that signs for a handle; the signers need not be those of this transaction, but may have approved earlier.

    Raises:
        Refusal: if nobody who signs may act for it, or its agent is among `others`.
    """
    here = Context(context.block, context.transaction, tuple(signers), context.state)
    _, agent = parties.acting_for(here, party, others)
    check(agent is not None, "a handle that does not sign itself is carried by an agent")
    return agent or ""
