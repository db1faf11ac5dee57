"""Until when a proposal may gather signatures, as people write it."""

from zhulian.language.asking.errors import NotAnExpiry
from zhulian.language.definition.shapes import Kind
from zhulian.language.values import Moment, ValueFault, read_value

__all__ = ["read_expiry"]

_TIME = Kind(type="time")


def read_expiry(given: str, moment: Moment) -> int:
    """The Unix seconds of a moment that is written as a span from now (`3d`, `24h`) or as a time.

    Raises:
        NotAnExpiry: it is neither, or past.
    """
    for text in (f"+{given.strip().removeprefix('+')}", given):
        try:
            found = read_value(_TIME, text, moment, "expires")
        except ValueFault:
            continue
        if isinstance(found, int) and found > moment.time:
            return found
    raise NotAnExpiry(given=given[:40])
