"""How what was judged is written and announced; messages and verbs share it."""

from typing import Literal

from msgspec.structs import replace

from zhulian.ledger.module import Context
from zhulian.modules.device import events
from zhulian.modules.device.format import BatchPaper, Card
from zhulian.modules.device.series import append
from zhulian.modules.device.state import DEVICES, KEYS, Calibration, Device, End, FormerKey, KeyOf, Line

__all__ = ["record_batch", "record_calibration", "record_device", "record_end", "record_key"]

EndReason = Literal["broken", "lost", "replaced", "tampered"]


def record_device(context: Context, card: Card, key: str, until: int, certificate: str) -> None:
    """Enrol a device whose card was judged."""
    device = Device(
        calibration=_calibration(context, until, certificate),
        height=context.block.height,
        high=card.high,
        key=key,
        low=card.low,
        owner=card.device.partition(".")[0],
        public_key=card.public_key,
        quality=card.quality,
        scale=card.scale,
        signers=_signers(context),
        time_ms=context.block.time_ms,
        unit=card.unit,
    )
    DEVICES.set(context.state, card.device, value=device)
    KEYS.set(context.state, key, value=KeyOf(device=card.device))
    context.emit(
        events.Enrolled(device=card.device, key=key, quality=card.quality, scale=card.scale, unit=card.unit, until=until)
    )


def record_calibration(context: Context, name: str, device: Device, until: int, certificate: str) -> None:
    """Let the readings of a device count until another time."""
    DEVICES.set(context.state, name, value=replace(device, calibration=_calibration(context, until, certificate)))
    context.emit(events.Calibrated(certificate=certificate, device=name, until=until))


def record_key(context: Context, name: str, device: Device, key: str, public_key: str, reason: str) -> None:
    """Let a device sign with another key; what was renewed in good order still signs for what was read before."""
    former = FormerKey(key=device.key, public_key=device.public_key, until_ms=context.block.time_ms)
    changed = replace(device, former=former if reason == "renewed" else None, key=key, public_key=public_key)
    DEVICES.set(context.state, name, value=changed)
    KEYS.set(context.state, key, value=KeyOf(device=name))
    context.emit(events.KeyChanged(device=name, key=key, reason=reason))


def record_end(context: Context, name: str, device: Device, reason: EndReason) -> None:
    """Retire a device."""
    end = End(height=context.block.height, reason=reason, time_ms=context.block.time_ms)
    DEVICES.set(context.state, name, value=replace(device, retired=end))
    context.emit(events.Retired(device=name, reason=reason))


def record_batch(context: Context, paper: BatchPaper, line: Line | None) -> None:
    """Record a batch that was judged, and say so where numbers are missing."""
    batch = paper.batch
    number = 0 if line is None else line.batches
    recorded = append(context, paper, line)
    event = events.Measured(
        count=batch.count,
        device=batch.device,
        first=batch.first,
        last=batch.last,
        least=batch.least,
        most=batch.most,
        number=number,
        root=batch.root,
        since=batch.since,
        until=batch.until,
    )
    context.emit(event)
    if recorded.figures.missing:
        context.emit(events.GapFound(device=batch.device, missing=recorded.figures.missing, number=number))


def _calibration(context: Context, until: int, certificate: str) -> Calibration:
    return Calibration(certificate=certificate, height=context.block.height, signers=_signers(context), until=until)


def _signers(context: Context) -> tuple[str, ...]:
    return tuple(each.signer for each in context.acting)
