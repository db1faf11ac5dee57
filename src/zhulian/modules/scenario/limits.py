"""A limit on everything that the scenario module keeps, in one file."""

from typing import Final

from zhulian.language.definition.limits import TEXT_BYTES_MAX
from zhulian.ledger.limits import Limits

__all__ = [
    "COMPILED_STEPS_MAX",
    "LEAF_BYTES_MAX",
    "LONG_BYTES_MAX",
    "LOOKING_STEPS",
    "MEMBERS_MAX",
    "NOTICE_MIN_S",
    "PARTS_MAX",
    "PART_CHARACTERS",
    "PROPOSALS_MAX",
    "PROPOSAL_S_MAX",
    "RESERVED",
    "TREE_BYTES_PER_STEP",
    "UPLOADS_MAX",
    "USES_DEPTH_MAX",
    "VERSIONS_MAX",
    "checked_per_block_max",
]

PARTS_MAX: Final = 16
"""The most parts in which a definition is handed in; each is as long as a transaction lets it be."""
PART_CHARACTERS: Final = 16_000
"""A published tree is kept in parts of so many characters: at most 64,000 bytes each, whatever the characters are."""
UPLOADS_MAX: Final = 4
"""How many definitions an organisation can have stored parts of; with one more, those of the oldest go."""
TREE_BYTES_PER_STEP: Final = 16
"""The bytes of a definition that one step of the transaction pays for, when it is read; the check itself is paid for by the block."""
COMPILED_STEPS_MAX: Final = 4_000_000
"""How much compiled definitions a node keeps at hand, by the steps that checking them took. It changes no outcome, only time and memory."""
LOOKING_STEPS: Final = 8
"""What looking at one instance costs that another uses, directly or over others: it is read with all its versions."""
MEMBERS_MAX: Final = 1_000_000
"""The most parties in one role of an instance."""
VERSIONS_MAX: Final = 32
"""The most versions that one instance follows in its life."""
USES_DEPTH_MAX: Final = 8
"""How many instances stand in a line of which each uses the next."""
PROPOSALS_MAX: Final = 64
"""The most proposals that an organisation, or a handle with an own key, has waiting in one instance; expired ones do not count."""
PROPOSAL_S_MAX: Final = 90 * 86_400
"""The longest that a proposal waits for signatures, in seconds."""
NOTICE_MIN_S: Final = 86_400
"""The shortest notice of an upgrade, so that members can see what is coming and leave: a day."""
LONG_BYTES_MAX: Final = TEXT_BYTES_MAX
"""How long texts, lists and references of a record are together, as JSON; what else a record has fits into the rest of a value."""
LEAF_BYTES_MAX: Final = 360
"""The longest key of a record as JSON, its parts joined: twice of it fits into a state key, as what one record holds per another."""
RESERVED: Final = frozenset({"evidence", "instance", "scenario"})
"""Names that no scenario and no instance has: they stand for what the chain itself presents."""


def checked_per_block_max(limits: Limits) -> int:
    """How many steps of a block are for checking definitions: what one organisation has, and no more than half of the block."""
    return min(limits.organisation_block_steps_max, limits.block_steps_max // 2)
