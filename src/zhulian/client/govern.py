"""Govern: propose to the members, and vote."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.flow import Flow
from zhulian.client.submit import Outcome, submit

__all__ = ["propose", "vote"]


def propose(
    core: Core, actions: Sequence[Mapping[str, Any]], *, signers: Sequence[str | Identity] | None = None
) -> Flow[Outcome]:
    """Propose governed messages, carried out in this order or not at all; the proposal's id is the transaction's.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"type": "govern.propose", "actions": [dict(action) for action in actions]}
    return (yield from submit(core, [message], signers=signers))


def vote(
    core: Core, proposal: str, choice: Literal["yes", "no"], *, signers: Sequence[str | Identity] | None = None
) -> Flow[Outcome]:
    """Vote for every organisation that signs; the vote that decides also carries the actions out.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"type": "govern.vote", "proposal": proposal, "vote": choice}
    return (yield from submit(core, [message], signers=signers))
