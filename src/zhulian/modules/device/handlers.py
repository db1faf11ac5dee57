"""Devices are enrolled, calibrated, given other keys and retired by the organisation that answers for them; batches are signed by the device."""

from zhulian.ledger.module import Context
from zhulian.modules.device.format import BatchPaper, CardPaper
from zhulian.modules.device.judging import judge_batch, judge_calibration, judge_card, judge_key, live_device, owner_of
from zhulian.modules.device.messages import Calibrate, ChangeKey, Enrol, Measure, Retire
from zhulian.modules.device.needs import Keys, Parties
from zhulian.modules.device.recording import record_batch, record_calibration, record_device, record_end, record_key

__all__ = ["Handlers"]


class Handlers:
    """`parties` says for whom a transaction acts, `keys` whose a key is. What is emitted is written in `recording`."""

    def __init__(self, parties: Parties, keys: Keys) -> None:
        self._parties = parties
        self._keys = keys

    def handle_enrol(self, context: Context, message: Enrol) -> None:
        """Enrol a device with the key that it holds."""
        # AUTHORIZE
        self._parties.acting_for(context, owner_of(message.card.device))

        # VALIDATE
        paper = CardPaper(card=message.card, format="zhulian/device-card/1", signature=message.signature)
        key = judge_card(context, self._keys, paper, message.until)

        # APPLY
        # EMIT
        record_device(context, message.card, key, message.until, message.certificate)

    def handle_calibrate(self, context: Context, message: Calibrate) -> None:
        """Record a calibration."""
        # AUTHORIZE
        owner, _ = self._parties.acting_for(context, owner_of(message.device))

        # VALIDATE
        device = live_device(context.state, message.device, owner)
        judge_calibration(context.block, message.until)

        # APPLY
        # EMIT
        record_calibration(context, message.device, device, message.until, message.certificate)

    def handle_change_key(self, context: Context, message: ChangeKey) -> None:
        """Give a device another key."""
        # AUTHORIZE
        owner, _ = self._parties.acting_for(context, owner_of(message.device))

        # VALIDATE
        device = live_device(context.state, message.device, owner)
        key = judge_key(context, self._keys, message.device, message.public_key, message.possession)

        # APPLY
        # EMIT
        record_key(context, message.device, device, key, message.public_key, message.reason)

    def handle_retire(self, context: Context, message: Retire) -> None:
        """End a device for good."""
        # AUTHORIZE
        owner, _ = self._parties.acting_for(context, owner_of(message.device))

        # VALIDATE
        device = live_device(context.state, message.device, owner)

        # APPLY
        # EMIT
        record_end(context, message.device, device, message.reason)

    def handle_measure(self, context: Context, message: Measure) -> None:
        """Record a batch. The device's own signature is what gives it weight, so anyone who may sign carries it."""
        # AUTHORIZE
        paper = BatchPaper(batch=message.batch, format="zhulian/measurements/1", key=message.key, signature=message.signature)

        # VALIDATE
        _, line = judge_batch(context, paper)

        # APPLY
        # EMIT
        record_batch(context, paper, line)
