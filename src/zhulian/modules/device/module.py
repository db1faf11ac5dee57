"""The device module: what devices measure, signed by themselves, in batches in which every gap shows. It also lends words."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.device import events, reads, verbs
from zhulian.modules.device.handlers import Handlers
from zhulian.modules.device.messages import Calibrate, ChangeKey, Enrol, Measure, Retire
from zhulian.modules.device.needs import Keys, Parties
from zhulian.modules.device.words import READS, VERBS

__all__ = ["DeviceModule"]


class DeviceModule:
    """Needs to know for whom a transaction acts and whose a key is; `verbs` and `reads` run what `lend` adds to the registry."""

    name: str = "device"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (
        events.Calibrated,
        events.Enrolled,
        events.GapFound,
        events.KeyChanged,
        events.Measured,
        events.Retired,
    )

    def __init__(self, parties: Parties, keys: Keys) -> None:
        handlers = Handlers(parties, keys)
        self.handlers: Mapping[type[Message], Handler] = {
            Enrol: handlers.handle_enrol,
            Calibrate: handlers.handle_calibrate,
            ChangeKey: handlers.handle_change_key,
            Retire: handlers.handle_retire,
            Measure: handlers.handle_measure,
        }
        self.verbs: Mapping[str, VerbRun] = {
            "enrol": verbs.make_enrol(keys),
            "calibrate": verbs.calibrate,
            "retire_device": verbs.retire_device,
            "measure": verbs.measure,
        }
        self.reads: Mapping[str, ReadRun] = {
            "enrolled": reads.enrolled,
            "measured": reads.measured,
            "latest": reads.latest,
            "latest_at": reads.latest_at,
            "metered": reads.metered,
            "highest": reads.highest,
            "lowest": reads.lowest,
            "gap": reads.gap,
            "silence": reads.silence,
        }

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """There are no devices at the start."""
