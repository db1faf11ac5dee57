"""How codes are granted, sealed, touched and activated. Every verb is about a batch that is a record of the acting instance."""

from typing import NamedTuple

from msgspec.structs import replace

from zhulian.canonical import INTEGER_MAX
from zhulian.errors import Words
from zhulian.language.lending import Arguments, ArgumentWrong, Caller, the_number, the_record, the_text
from zhulian.ledger.module import Context
from zhulian.merkle.code_list import CodesRoot
from zhulian.merkle.errors import ProofFault, RootDiffers
from zhulian.merkle.proof_texts import require_code
from zhulian.modules.codes.errors import (
    AlreadyActivated,
    AlreadySealed,
    BatchElsewhere,
    CodeElsewhere,
    CodeNotOfBatch,
    CodesEmpty,
    CountUnfit,
    NoQuota,
    NotSealed,
    PlaceUnfit,
    ProofDue,
    QuotaExceeded,
    SealedElsewhere,
)
from zhulian.modules.codes.events import CodeActivated, CodesAllowed, CodesSealed, CodeSuspected, CodeTouched
from zhulian.modules.codes.limits import FAR_KM, LATITUDE_MAX, LONGITUDE_MAX, PROOF_STEPS, SPEED_KM_H
from zhulian.modules.codes.places import apart_km
from zhulian.modules.codes.state import BATCHES, MARKS, QUOTAS, ROOTS, TOUCHED, Batch, Mark, Place, Quota

__all__ = ["activate", "allow_codes", "seal", "touch"]

_ANOTHER = Words("推算出另一个根", "it leads to another root")


def allow_codes(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Let so many more codes be sealed under a quota (`quota`, `count`).

    Raises:
        BatchElsewhere, CountUnfit.
    """
    # AUTHORIZE
    quota = _own(caller, arguments, "quota")

    # VALIDATE
    count = the_number(arguments, "count")
    there = QUOTAS.find(context.state, quota) or Quota(allowed=0, sealed=0)
    if not 0 < count <= INTEGER_MAX - there.allowed:
        raise CountUnfit(count=count)

    # APPLY
    grown = replace(there, allowed=there.allowed + count)
    QUOTAS.set(context.state, quota, value=grown)

    # EMIT
    context.emit(CodesAllowed(allowed=grown.allowed, quota=quota))


def seal(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Fix the codes of a batch (`batch`, `codes`), and take them from a quota where one is given (`quota`).

    Raises:
        BatchElsewhere, AlreadySealed, CodesEmpty, SealedElsewhere, NoQuota, QuotaExceeded.
    """
    # AUTHORIZE
    batch = _own(caller, arguments, "batch")
    quota = _own(caller, arguments, "quota") if arguments.get("quota") is not None else ""

    # VALIDATE
    text = the_text(arguments, "codes")
    codes = CodesRoot.of_text(text)
    root = codes.root.hex()
    if BATCHES.has(context.state, batch):
        raise AlreadySealed(record=batch[:200])
    if not codes.count:
        raise CodesEmpty()
    other = ROOTS.find(context.state, caller.instance, root)
    if other is not None:
        raise SealedElsewhere(record=other[:200])
    granted = QUOTAS.find(context.state, quota) if quota else None
    if quota and granted is None:
        raise NoQuota(record=quota[:200])
    if granted is not None and codes.count > granted.allowed - granted.sealed:
        raise QuotaExceeded(record=quota[:200], left=granted.allowed - granted.sealed, count=codes.count)

    # APPLY
    made = Batch(activated=0, codes=text, count=codes.count, quota=quota, suspected=0, touched=0)
    BATCHES.set(context.state, batch, value=made)
    ROOTS.set(context.state, caller.instance, root, value=batch)
    if granted is not None:
        QUOTAS.set(context.state, quota, value=replace(granted, sealed=granted.sealed + codes.count))

    # EMIT
    context.emit(CodesSealed(batch=batch, codes=text, quota=quota))


def touch(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Note that a code was scanned (`batch`, `code`), where if that is said (`latitude`, `longitude`); the first time with its `proof`.

    A code that was in two places sooner than anything travels is marked for good, and the touch goes through: whoever scans has done
    nothing wrong, and what follows is for the definition to say (`suspected`).

    Raises:
        BatchElsewhere, PlaceUnfit, NotSealed, CodeElsewhere, ProofDue, CodeNotOfBatch.
    """
    # AUTHORIZE
    batch, code = _own(caller, arguments, "batch"), the_text(arguments, "code")

    # VALIDATE
    place = _place(context, arguments)
    there, mark = _find(context, caller, batch, code, arguments)
    marked, travelled = _moved(mark, place)

    # APPLY
    _keep(context, caller, batch, code, replace(marked, touches=mark.touches + 1), mark, there)

    # EMIT
    context.emit(CodeTouched(batch=batch, code=code, touches=mark.touches + 1))
    if travelled is not None and not mark.suspicion:
        context.emit(CodeSuspected(batch=batch, code=code, km=travelled.km, seconds=travelled.seconds))


def activate(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Use a code up (`batch`, `code`), with its `proof` if it was never touched. It counts as a touch.

    Raises:
        BatchElsewhere, NotSealed, CodeElsewhere, ProofDue, CodeNotOfBatch, AlreadyActivated.
    """
    # AUTHORIZE
    batch, code = _own(caller, arguments, "batch"), the_text(arguments, "code")

    # VALIDATE
    there, mark = _find(context, caller, batch, code, arguments)
    if mark.activated:
        raise AlreadyActivated(item=code[:200], height=mark.activated)

    # APPLY
    used = replace(mark, activated=context.block.height, touches=mark.touches + 1)
    _keep(context, caller, batch, code, used, mark, there)

    # EMIT
    context.emit(CodeActivated(batch=batch, code=code))


class _Travelled(NamedTuple):
    """A way that nothing travels: how far, and in what time."""

    km: int
    seconds: int


def _find(context: Context, caller: Caller, batch: str, code: str, arguments: Arguments) -> tuple[Batch, Mark]:
    """The batch and what is known of its code; an unknown one is shown to be of the batch."""
    there = BATCHES.find(context.state, batch)
    if there is None:
        raise NotSealed(record=batch[:200])
    mark = MARKS.find(context.state, batch, code)
    if mark is not None:
        return there, mark
    other = TOUCHED.find(context.state, caller.instance, code)
    if other is not None:
        raise CodeElsewhere(item=code[:200], record=other[:200])
    if arguments.get("proof") is None:
        raise ProofDue(item=code[:200])
    context.state.charge(PROOF_STEPS)
    try:
        require_code(context.block.hasher, there.codes, code, the_text(arguments, "proof"))
    except ProofFault as no:
        why = _ANOTHER if isinstance(no, RootDiffers) else no.words()
        raise CodeNotOfBatch(item=code[:200], record=batch[:200], why=why) from None
    return there, Mark(activated=0, first=context.block.height, place=None, suspicion="", touches=0)


def _keep(context: Context, caller: Caller, batch: str, code: str, mark: Mark, before: Mark, there: Batch) -> None:
    """Write what is known of a code now, and the counts of its batch."""
    MARKS.set(context.state, batch, code, value=mark)
    if not before.touches:
        TOUCHED.set(context.state, caller.instance, code, value=batch)
    counted = replace(
        there,
        activated=there.activated + (mark.activated != before.activated),
        suspected=there.suspected + (mark.suspicion != before.suspicion),
        touched=there.touched + (not before.touches),
    )
    if counted != there:
        BATCHES.set(context.state, batch, value=counted)


def _moved(mark: Mark, place: Place | None) -> tuple[Mark, _Travelled | None]:
    """The mark with the newest place, and the way to it from the one before, if nothing travels it in the time between."""
    if place is None:
        return mark, None
    moved, before = replace(mark, place=place), mark.place
    if before is None:
        return moved, None
    km = apart_km((before.latitude, before.longitude), (place.latitude, place.longitude))
    seconds = (place.time_ms - before.time_ms) // 1000
    if km <= FAR_KM or km * 3600 <= SPEED_KM_H * seconds:
        return moved, None
    return replace(moved, suspicion="far"), _Travelled(km, seconds)


def _place(context: Context, arguments: Arguments) -> Place | None:
    given = [arguments.get(each) for each in ("latitude", "longitude")]
    if given == [None, None]:
        return None
    if None in given:
        raise PlaceUnfit()
    latitude, longitude = the_number(arguments, "latitude"), the_number(arguments, "longitude")
    if abs(latitude) > LATITUDE_MAX or abs(longitude) > LONGITUDE_MAX:
        raise PlaceUnfit()
    return Place(latitude=latitude, longitude=longitude, time_ms=context.block.time_ms)


def _own(caller: Caller, arguments: Arguments, name: str) -> str:
    record = the_record(arguments, name)
    if record is None:
        raise ArgumentWrong(name=name, wanted="record")
    if record.instance != caller.instance:
        raise BatchElsewhere(record=record.text[:200])
    return record.text
