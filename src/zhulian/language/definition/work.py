"""What checking and compiling a definition costs, counted as it goes, so that whoever checks one can bound and charge it."""

from zhulian.language.definition.limits import WORK_MAX
from zhulian.language.definition.verdicts import TooMuchWork
from zhulian.language.errors import NOWHERE

__all__ = ["BYTES_PER_STEP", "CHARACTER_STEPS", "FAULT_STEPS", "GIVEN_CHARACTERS_PER_STEP", "PATTERN_STATE_STEPS", "Work"]

BYTES_PER_STEP = 3
"""The bytes of a tree that one step pays for: reading it, its names, its stories."""
CHARACTER_STEPS = 6
"""What one character of an expression costs: to parse, to type, to bound and to compile."""
GIVEN_CHARACTERS_PER_STEP = 8
"""How much of the guards before an expression is looked through for one step."""
FAULT_STEPS = 1_000
"""What putting one fault into words costs: what there is instead, sorted by likeness."""
PATTERN_STATE_STEPS = 40
"""What one state of the table of a pattern costs."""


class Work:
    """Steps so far, of `most` at most; the check stops with `language/139` where it would take more."""

    def __init__(self, most: int = WORK_MAX) -> None:
        self.most = most
        self.steps = 0

    def charge(self, steps: int) -> None:
        """Count steps.

        Raises:
            TooMuchWork.
        """
        self.steps += steps
        if self.steps > self.most:
            raise TooMuchWork.at(NOWHERE, most=self.most)
