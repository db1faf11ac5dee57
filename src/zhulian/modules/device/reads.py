"""What guards and pages may ask about devices. Values are in the smallest unit of the device, a batch counts where its last reading lies."""

from zhulian.language.lending import Arguments, Caller, the_number, the_text
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.modules.device.errors import NothingMeasured, PeriodUnfit, UnknownDevice
from zhulian.modules.device.series import Period, look_over
from zhulian.modules.device.state import DEVICES, LINES, Line

__all__ = ["enrolled", "gap", "highest", "latest", "latest_at", "lowest", "measured", "metered", "silence"]


def enrolled(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether there is such a device and it is not retired."""
    found = DEVICES.find(state, the_text(arguments, "device"))
    return found is not None and found.retired is None


def measured(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How many readings of a device are recorded."""
    line = LINES.find(state, the_text(arguments, "device"))
    return 0 if line is None else line.readings


def latest(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """The newest value of a device.

    Raises:
        NothingMeasured.
    """
    return _line(state, arguments).newest


def latest_at(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """When the newest value was read, by the clock of the device, in whole Unix seconds.

    Raises:
        NothingMeasured.
    """
    return _line(state, arguments).until // 1000


def metered(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """The sum of what was read in a period; 0 where nothing was.

    Raises:
        UnknownDevice, PeriodUnfit.
    """
    period = _look(state, arguments)
    return 0 if period is None else period.figures.total


def highest(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """The greatest value of a period.

    Raises:
        UnknownDevice, PeriodUnfit, NothingMeasured.
    """
    return _some(arguments, _look(state, arguments)).figures.most


def lowest(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """The least value of a period.

    Raises:
        UnknownDevice, PeriodUnfit, NothingMeasured.
    """
    return _some(arguments, _look(state, arguments)).figures.least


def gap(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """How many running numbers are missing before or within the batches of a period.

    Raises:
        UnknownDevice, PeriodUnfit.
    """
    period = _look(state, arguments)
    return 0 if period is None else period.figures.missing


def silence(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """The longest time of a period, up to now, that passed without a reading, in seconds rounded up.

    Raises:
        UnknownDevice, PeriodUnfit.
    """
    period = _look(state, arguments)
    since = the_number(arguments, "since") * 1000
    until = max(since, min(the_number(arguments, "until") * 1000, block.time_ms))
    if period is None:
        return _seconds(until - since)
    first = max(period.first.pause, period.first.since - since)  # what came before ended before `since`
    within = 0 if period.behind is None else period.behind.silence
    return _seconds(max(first, within, until - period.last.until))


def _line(state: StateView, arguments: Arguments) -> Line:
    name = the_text(arguments, "device")
    line = LINES.find(state, name)
    if line is None:
        raise NothingMeasured(device=name[:80])
    return line


def _look(state: StateView, arguments: Arguments) -> Period | None:
    name, since, until = the_text(arguments, "device"), the_number(arguments, "since"), the_number(arguments, "until")
    if not DEVICES.has(state, name):
        raise UnknownDevice(device=name[:80])
    if since > until:
        raise PeriodUnfit(since=since, until=until)
    return look_over(state, name, since * 1000, until * 1000)


def _some(arguments: Arguments, period: Period | None) -> Period:
    if period is None:
        raise NothingMeasured(device=the_text(arguments, "device")[:80])
    return period


def _seconds(time_ms: int) -> int:
    return -(-time_ms // 1000)
