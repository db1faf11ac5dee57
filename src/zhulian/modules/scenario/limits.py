"""A limit on everything that the scenario module keeps, in one file."""

from typing import Final

from zhulian.language.definition.limits import BYTES_MAX

__all__ = [
    "CHECKED_PER_BLOCK_MAX",
    "LEAF_BYTES_MAX",
    "LONG_BYTES_MAX",
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
]

PARTS_MAX: Final = 16
"""The most parts in which a definition is handed in; each is as long as a transaction lets it be."""
PART_CHARACTERS: Final = 16_000
"""A published tree is kept in parts of so many characters: at most 64,000 bytes each, whatever the characters are."""
UPLOADS_MAX: Final = 4
"""How many definitions an organisation can have stored parts of; with one more, those of the oldest go."""
CHECKED_PER_BLOCK_MAX: Final = BYTES_MAX
"""How many bytes of definitions are checked in one block, also of those that are refused."""
TREE_BYTES_PER_STEP: Final = 16
"""The bytes of a definition that one step pays for, when it is checked."""
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
LONG_BYTES_MAX: Final = 36 * 1024
"""How long texts, lists and references of a record are together, as JSON; what else a record has fits into the rest of a value."""
LEAF_BYTES_MAX: Final = 360
"""The longest key of a record as JSON, its parts joined: twice of it fits into a state key, as what one record holds per another."""
RESERVED: Final = frozenset({"evidence", "instance", "scenario"})
"""Names that no scenario and no instance has: they stand for what the chain itself presents."""
