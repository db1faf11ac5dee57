"""Enrol, calibrate and retire devices, change their keys, hand in their batches, and look at them, proved."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from zhulian.client import reading
from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.devices.errors import DeviceUnknown
from zhulian.client.devices.papers import make_possession
from zhulian.client.flow import Flow
from zhulian.client.submit import Outcome, Wait, submit
from zhulian.crypto import Signer
from zhulian.modules.device.format import BatchPaper, CardPaper
from zhulian.modules.device.state import DEVICES, LINES, Device, Line

__all__ = ["Found", "calibrate", "change_key", "enrol", "find", "measure", "retire"]


@dataclass(frozen=True)
class Found:
    """A device as it stands on the chain, and how far its readings go (None: nothing was measured)."""

    name: str
    device: Device
    line: Line | None


def enrol(
    core: Core, paper: CardPaper, *, until: int, certificate: str, signers: Sequence[str | Identity] | None = None
) -> Flow[Outcome]:
    """Enrol a device by its card, calibrated until then (Unix seconds) by a certificate of this digest (64 hex digits).

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {
        "card": msgspec.to_builtins(paper.card),
        "certificate": certificate,
        "signature": paper.signature,
        "type": "device.enrol",
        "until": until,
    }
    return (yield from submit(core, [message], signers=signers))


def calibrate(
    core: Core, device: str, *, until: int, certificate: str, signers: Sequence[str | Identity] | None = None
) -> Flow[Outcome]:
    """Record a calibration: readings count until then (Unix seconds).

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"certificate": certificate, "device": device, "type": "device.calibrate", "until": until}
    return (yield from submit(core, [message], signers=signers))


def change_key(
    core: Core,
    device: str,
    key: Signer,
    *,
    reason: Literal["compromised", "renewed"] = "renewed",
    signers: Sequence[str | Identity] | None = None,
) -> Flow[Outcome]:
    """Let a device sign with another key, which signs that it has it.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {
        "device": device,
        "possession": make_possession(core.hasher, key, device),
        "public_key": key.public_key.hex(),
        "reason": reason,
        "type": "device.change_key",
    }
    return (yield from submit(core, [message], signers=signers))


def retire(
    core: Core,
    device: str,
    reason: Literal["broken", "lost", "replaced", "tampered"],
    *,
    signers: Sequence[str | Identity] | None = None,
) -> Flow[Outcome]:
    """End a device for good.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    return (yield from submit(core, [{"device": device, "reason": reason, "type": "device.retire"}], signers=signers))


def measure(
    core: Core, paper: BatchPaper, *, signers: Sequence[str | Identity] | None = None, wait: Wait = "sealed"
) -> Flow[Outcome]:
    """Hand in a batch that a device signed.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {
        "batch": msgspec.to_builtins(paper.batch),
        "key": paper.key,
        "signature": paper.signature,
        "type": "device.measure",
    }
    return (yield from submit(core, [message], signers=signers, wait=wait))


def find(core: Core, device: str) -> Flow[Found]:
    """A device as it stands on the chain, proved.

    Raises:
        DeviceUnknown. ProofFault, NotOurs, FromNode, Unreachable.
    """
    there = yield from reading.state(core, (DEVICES.name, device))
    if not there.present:
        raise DeviceUnknown(device=device[:80])
    line = yield from reading.state(core, (LINES.name, device))
    return Found(
        device,
        msgspec.convert(there.value, Device),
        msgspec.convert(line.value, Line) if line.present else None,
    )
