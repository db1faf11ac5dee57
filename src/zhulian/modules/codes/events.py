"""What the codes module announces."""

from zhulian.ledger.module import Event

__all__ = ["CodeActivated", "CodeSuspected", "CodeTouched", "CodesAllowed", "CodesSealed"]


class CodesAllowed(Event, frozen=True, tag="codes.allowed"):
    """More codes may be sealed under a quota; `allowed` is how many in all."""

    allowed: int
    quota: str


class CodesSealed(Event, frozen=True, tag="codes.sealed"):
    """A batch has its codes, for good."""

    batch: str
    codes: str
    quota: str


class CodeTouched(Event, frozen=True, tag="codes.touched"):
    """A code was scanned for the `touches`th time."""

    batch: str
    code: str
    touches: int


class CodeActivated(Event, frozen=True, tag="codes.activated"):
    """A code was activated, which happens once."""

    batch: str
    code: str


class CodeSuspected(Event, frozen=True, tag="codes.suspected"):
    """A code must have been copied: it was in two places, `km` apart at least, within `seconds`."""

    batch: str
    code: str
    km: int
    seconds: int
