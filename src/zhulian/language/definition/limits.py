"""A bound on everything that a definition may hold, in one file."""

from typing import Final

__all__ = [
    "ACTIONS_MAX",
    "ALL_PATTERNS_MAX",
    "BYTES_MAX",
    "CODES_MAX",
    "EFFECTS_MAX",
    "FIELDS_MAX",
    "KEY_PARTS_MAX",
    "LIST_MAX",
    "MANY_MAX",
    "NAMED_MAX",
    "PAGE_MAX",
    "PAGE_USUAL",
    "PARTIES_MAX",
    "STATES_MAX",
    "STEPS_MAX",
    "TEXT_BYTES_MAX",
    "TEXT_MAX",
    "TIMERS_MAX",
    "WORK_MAX",
]

BYTES_MAX: Final = 256 * 1024
"""The longest normalised tree, in bytes."""
ALL_PATTERNS_MAX: Final = 3_072
"""The most states of all patterns of a definition together; one that is used again counts once."""
LIST_MAX: Final = 256
"""The most items of a list that a record or an input holds."""
MANY_MAX: Final = 200
"""The most records that one action runs on."""
CODES_MAX: Final = 1_000_000
"""The most codes under one root."""
TEXT_BYTES_MAX: Final = 36 * 1024
"""How long texts, lists and references of a record are together, as JSON; what else a record has fits into the rest of a value."""
TEXT_MAX: Final = 1_000
"""The longest sentence shown to people, in characters."""
NAMED_MAX: Final = 256
"""The most entries of one named part (refusals, settings, stories)."""
FIELDS_MAX: Final = 64
"""The most fields of a record and inputs of an action."""
KEY_PARTS_MAX: Final = 4
"""The most parts of a key."""
STATES_MAX: Final = 32
"""The most states of a record."""
ACTIONS_MAX: Final = 128
"""The most actions."""
TIMERS_MAX: Final = 64
"""The most timers."""
EFFECTS_MAX: Final = 64
"""The most effects of one action, those of branches included."""
PAGE_MAX: Final = 500
"""The most records that a sweep runs on at a time."""
PAGE_USUAL: Final = 20
"""How many records a sweep runs on at a time where it does not say."""
PARTIES_MAX: Final = 8
"""The most parties that sign one action."""
STEPS_MAX: Final = 20_000
"""The most steps of an action: what a transaction may take on a chain with the limits that genesis starts with."""
WORK_MAX: Final = 160_000
"""The most steps that checking and compiling a definition takes (`work.py`): some 200 ms, within what one organisation has of a block."""
