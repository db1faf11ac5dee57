"""What others ask of the registry module: who may claim in a space, and claims that they make for records of theirs."""

from zhulian.language.lending import Arguments, Caller, RecordName
from zhulian.ledger.module import Block, Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.registry import reads, verbs
from zhulian.modules.registry.state import SPACES

__all__ = ["NumberClaims", "SpaceRules"]


class SpaceRules:
    """What the members have set by vote."""

    def may_claim(self, state: StateView, space: str, instance: str) -> bool:
        """Whether there is such a space and the instance may claim numbers in it."""
        found = SPACES.find(state, space)
        return found is not None and (found.open or instance in found.claimants)


class NumberClaims:
    """The words of the module for whoever keeps fields unique by it."""

    def taken(self, block: Block, state: StateView, space: str, issuer: str, number: str) -> bool:
        """Whether a number of an issuer is taken in a space."""
        return reads.taken(block, state, Caller(""), {"space": space, "issuer": issuer, "number": number})

    def claim(self, context: Context, caller: Caller, space: str, issuer: str, number: str, record: RecordName) -> None:
        """Take a number for a record.

        Raises:
            Refusal: of the verb `claim`.
        """
        verbs.claim(context, caller, _arguments(space, issuer, number, record))

    def free(self, context: Context, caller: Caller, space: str, issuer: str, number: str, record: RecordName) -> None:
        """Let a number be taken again.

        Raises:
            Refusal: of the verb `free`.
        """
        verbs.free(context, caller, _arguments(space, issuer, number, record))


def _arguments(space: str, issuer: str, number: str, record: RecordName) -> Arguments:
    return {"space": space, "issuer": issuer, "number": number, "record": record}
