"""The words that the language keeps for itself, and what each stands for."""

from types import MappingProxyType
from typing import Final

from zhulian.language.expressions.functions import FUNCTIONS
from zhulian.language.expressions.meaning import ROUNDING
from zhulian.language.expressions.syntax import RESERVED

__all__ = [
    "ALL_ROLES",
    "BUILT_IN_REFUSALS",
    "FIELD_WORDS",
    "GLOBAL_WORDS",
    "KERNEL_ROLES",
    "KEYWORDS",
    "KINDS",
    "PARTY_WORDS",
    "RECORD_WORDS",
    "ROLE_WORDS",
    "THINGS",
]

KINDS: Final = (
    "bool", "int", "text", "money", "price", "rate", "quantity", "date", "time", "days", "duration", "party", "person", "file",
    "tag", "choice", "list", "record", "codes", "bulk", "proof", "ticket",
    "paper",
)  # fmt: skip
"""The types of fields, inputs and settings."""
THINGS: Final = ("codes", "bulk", "proof", "ticket", "paper")
"""Types whose values only a module understands."""
KERNEL_ROLES: Final = ("operator", "regulator")
"""Roles that every instance has."""
ALL_ROLES: Final = "anyone"
"""Whoever sends."""
KEYWORDS: Final = frozenset({*RESERVED, "true", "false", "null"})
"""Words that name nothing anywhere, since no expression could use them."""
FIELD_WORDS: Final = KEYWORDS | {"state", "since", "owner", "tasks"}
"""What every record has already."""
ROLE_WORDS: Final = KEYWORDS | {*KERNEL_ROLES, ALL_ROLES, "instance", "this", "person"}
"""Who is there already."""
PARTY_WORDS: Final = KEYWORDS | {"role", "is"}
"""Words that would make one form of `by` look like another."""
GLOBAL_WORDS: Final = KEYWORDS | {
    "this", "was", "by", "actor", "officer", "input", "settings", "instance", "result", "count", "sum", "done", "has", "or_else",
    *FUNCTIONS, *ROUNDING,
}  # fmt: skip
"""What stands alone in expressions already: variables and functions."""
RECORD_WORDS: Final = GLOBAL_WORDS | set(KINDS)
"""Record types are types of fields too."""
BUILT_IN_REFUSALS: Final = MappingProxyType(
    {
        "not_yours": "by",
        "wrong_state": "from",
        "no_such_record": "on",
        "already_there": "creates",
        "bad_input": "input",
        "not_unique": "unique",
        "same_party": "by",
        "same_officer": "seats",
        "seat_missing": "seats",
        "signature_missing": "by",
        "expired": "within",
        "frozen": "freeze",
        "insufficient": "balance",
        "overflow": "arithmetic",
        "promise_broken": "always",
        "not_ready": "tasks",
        "module": "verbs",
    }
)
"""Refusals that the kernel gives by itself, with what they belong to; stories name them like those of the definition."""
