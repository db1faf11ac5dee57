"""The devices of a chain, blocking and awaiting, over the same flows."""

from zhulian.client.core import Core
from zhulian.client.devices import flows
from zhulian.client.flow import AsyncLine, Line, awaiting, blocking

__all__ = ["AsyncDevices", "Devices"]


class Devices:
    """Enrol, calibrate and retire devices, hand in what they measured, and look at them."""

    def __init__(self, core: Core, line: Line) -> None:
        self.core = core
        self.line = line

    enrol = blocking(flows.enrol)
    calibrate = blocking(flows.calibrate)
    change_key = blocking(flows.change_key)
    retire = blocking(flows.retire)
    measure = blocking(flows.measure)
    find = blocking(flows.find)


class AsyncDevices:
    """Enrol, calibrate and retire devices, hand in what they measured, and look at them."""

    def __init__(self, core: Core, line: AsyncLine) -> None:
        self.core = core
        self.line = line

    enrol = awaiting(flows.enrol)
    calibrate = awaiting(flows.calibrate)
    change_key = awaiting(flows.change_key)
    retire = awaiting(flows.retire)
    measure = awaiting(flows.measure)
    find = awaiting(flows.find)
