"""How definitions enrol, calibrate and retire devices and take what they measured."""

from zhulian.language.lending import Arguments, ArgumentWrong, Caller, VerbRun, the_number, the_text
from zhulian.ledger.module import Context
from zhulian.modules.device.errors import DeviceForAnother, NotOwner
from zhulian.modules.device.format import BATCH_PAPER, CARD_PAPER, read_paper
from zhulian.modules.device.judging import judge_batch, judge_calibration, judge_card, live_device, owner_of
from zhulian.modules.device.needs import Keys
from zhulian.modules.device.recording import EndReason, record_batch, record_calibration, record_device, record_end

__all__ = ["calibrate", "make_enrol", "measure", "retire_device"]

_REASONS: dict[str, EndReason] = {"broken": "broken", "lost": "lost", "replaced": "replaced", "tampered": "tampered"}


def make_enrol(keys: Keys) -> VerbRun:
    """The verb `enrol`, which asks `keys` whose a key is."""

    def enrol(context: Context, caller: Caller, arguments: Arguments) -> None:
        """Enrol a device of `owner`, which signs (`device`, `owner`, `card`, `until`, `certificate`).

        Raises:
            NotOwner, PaperMalformed, DeviceForAnother, and what `judge_card` raises.
        """
        # AUTHORIZE
        name, _ = _owned(caller, arguments)

        # VALIDATE
        paper = read_paper(CARD_PAPER, the_text(arguments, "card"))
        if paper.card.device != name:
            raise DeviceForAnother(given=paper.card.device, wanted=name[:80])
        until, certificate = the_number(arguments, "until"), the_text(arguments, "certificate")
        key = judge_card(context, keys, paper, until)

        # APPLY
        # EMIT
        record_device(context, paper.card, key, until, certificate)

    return enrol


def calibrate(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Record a calibration (`device`, `owner`, `until`, `certificate`).

    Raises:
        NotOwner, UnknownDevice, DeviceRetired, CalibrationUnfit.
    """
    # AUTHORIZE
    name, owner = _owned(caller, arguments)

    # VALIDATE
    device = live_device(context.state, name, owner)
    until = the_number(arguments, "until")
    judge_calibration(context.block, until)

    # APPLY
    # EMIT
    record_calibration(context, name, device, until, the_text(arguments, "certificate"))


def retire_device(context: Context, caller: Caller, arguments: Arguments) -> None:
    """End a device for good (`device`, `owner`, `why`).

    Raises:
        NotOwner, UnknownDevice, DeviceRetired.
    """
    # AUTHORIZE
    name, owner = _owned(caller, arguments)

    # VALIDATE
    device = live_device(context.state, name, owner)
    why = _REASONS.get(the_text(arguments, "why"))
    if why is None:
        raise ArgumentWrong(name="why", wanted="reason")

    # APPLY
    # EMIT
    record_end(context, name, device, why)


def measure(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Record a batch that a device signed (`device`, `batch`), whoever carries it.

    Raises:
        PaperMalformed, DeviceForAnother, and what `judge_batch` raises.
    """
    # AUTHORIZE
    name = the_text(arguments, "device")

    # VALIDATE
    paper = read_paper(BATCH_PAPER, the_text(arguments, "batch"))
    if paper.batch.device != name:
        raise DeviceForAnother(given=paper.batch.device, wanted=name[:80])
    _, line = judge_batch(context, paper)

    # APPLY
    # EMIT
    record_batch(context, paper, line)


def _owned(caller: Caller, arguments: Arguments) -> tuple[str, str]:
    """The device and its owner, which signs the action."""
    name, owner = the_text(arguments, "device"), the_text(arguments, "owner")
    if owner not in caller.parties or owner_of(name) != owner:
        raise NotOwner(device=name[:80], owner=owner_of(name)[:80])
    return name, owner
