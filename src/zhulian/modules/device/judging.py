"""Whether cards, keys and batches hold: flat lists of guards, in the order of their numbers. Nothing is written here."""

from zhulian.canonical import INTEGER_MAX
from zhulian.crypto import BadSignature, fingerprint
from zhulian.errors import Words
from zhulian.ledger.module import Block, Context
from zhulian.ledger.overlay import SIGNATURE_STEPS, StateView
from zhulian.modules.device.errors import (
    AlreadyEnrolled,
    AlreadyMeasured,
    BatchUnsound,
    BeforeEnrolment,
    CalibrationOver,
    CalibrationUnfit,
    CardUnfit,
    ClockAhead,
    ClockBack,
    DeviceFull,
    DeviceRetired,
    KeyTaken,
    NotOwner,
    OutOfRange,
    SignatureWrong,
    UnknownDevice,
    UnknownKey,
)
from zhulian.modules.device.format import Batch, BatchPaper, CardPaper, batch_preimage, card_preimage, key_preimage
from zhulian.modules.device.limits import BATCHES_MAX, CALIBRATION_S_MAX, CLOCK_AHEAD_MS
from zhulian.modules.device.needs import Keys
from zhulian.modules.device.state import DEVICES, KEYS, LINES, Device, Line

__all__ = ["judge_batch", "judge_calibration", "judge_card", "judge_key", "live_device", "owner_of", "require_sound",
           "weight_of"]  # fmt: skip


def owner_of(device: str) -> str:
    """The organisation that answers for a device, which its name begins with."""
    return device.partition(".")[0]


def live_device(state: StateView, name: str, owner: str | None = None) -> Device:
    """The device, which is not retired and, where `owner` is given, belongs to it.

    Raises:
        UnknownDevice, NotOwner, DeviceRetired.
    """
    found = DEVICES.find(state, name)
    if found is None:
        raise UnknownDevice(device=name[:80])
    if owner is not None and found.owner != owner:
        raise NotOwner(device=name, owner=found.owner)
    if found.retired is not None:
        raise DeviceRetired(device=name, height=found.retired.height)
    return found


def judge_card(context: Context, keys: Keys, paper: CardPaper, until: int) -> str:
    """Hold that a new device can be enrolled by this card, calibrated until then; the fingerprint of its key.

    Raises:
        AlreadyEnrolled, CardUnfit, CalibrationUnfit, KeyTaken, SignatureWrong. BadKey: the key is no point of the curve.
    """
    card, state = paper.card, context.state
    before = DEVICES.find(state, card.device)
    if before is not None:
        raise AlreadyEnrolled(device=card.device, height=before.height)
    if card.low > card.high:
        raise CardUnfit(low=card.low, high=card.high)
    judge_calibration(context.block, until)
    key = _free_key(context, keys, card.public_key)
    _require_signature(context, card.device, card.public_key, card_preimage(context.block.hasher, card), paper.signature)
    return key


def judge_key(context: Context, keys: Keys, device: str, public_key: str, possession: str) -> str:
    """Hold that a device has another key, which nobody has used; its fingerprint.

    Raises:
        KeyTaken, SignatureWrong. BadKey: the key is no point of the curve.
    """
    key = _free_key(context, keys, public_key)
    _require_signature(context, device, public_key, key_preimage(context.block.hasher, device, public_key), possession)
    return key


def judge_calibration(block: Block, until: int) -> None:
    """Hold that a calibration holds until a time to come, for a few years at most.

    Raises:
        CalibrationUnfit.
    """
    if not block.time < until <= block.time + CALIBRATION_S_MAX:
        raise CalibrationUnfit(until=until, now=block.time)


def judge_batch(context: Context, paper: BatchPaper) -> tuple[Device, Line | None]:
    """Hold that a batch is what its device signed, follows what it said before, and can be right.

    Raises:
        UnknownDevice, DeviceRetired, UnknownKey, SignatureWrong, BatchUnsound, AlreadyMeasured, ClockBack, ClockAhead,
        BeforeEnrolment, CalibrationOver, OutOfRange, DeviceFull.
    """
    batch, block = paper.batch, context.block
    name = batch.device
    device = live_device(context.state, name)
    _require_signature(context, name, _public_key(device, paper), batch_preimage(block.hasher, batch), paper.signature)
    require_sound(batch)
    line = LINES.find(context.state, name)
    if line is not None and batch.first <= line.last:
        raise AlreadyMeasured(device=name, first=batch.first, last=line.last)
    if line is not None and batch.since < line.until:
        raise ClockBack(device=name, since=batch.since, until=line.until)
    if batch.until > block.time_ms + CLOCK_AHEAD_MS:
        raise ClockAhead(device=name, now=block.time_ms, until=batch.until)
    if batch.since < device.time_ms - CLOCK_AHEAD_MS:
        raise BeforeEnrolment(device=name, enrolled=device.time_ms, since=batch.since)
    if batch.until > device.calibration.until * 1000:
        raise CalibrationOver(device=name, until=device.calibration.until)
    if batch.least < device.low or batch.most > device.high:
        raise OutOfRange(device=name, high=device.high, least=batch.least, low=device.low, most=batch.most)
    batches, weight = (0, 0) if line is None else (line.batches, line.weight)
    if batches >= BATCHES_MAX or weight + weight_of(batch) > INTEGER_MAX:
        raise DeviceFull(device=name)
    return device, line


def require_sound(batch: Batch) -> None:
    """Hold that the figures of a batch agree with each other; that they are those of its readings, only a reading's proof can say.

    Raises:
        BatchUnsound.
    """
    if batch.last < batch.first:
        raise BatchUnsound(why=Words("末号小于首号", "it ends before it begins"))
    if batch.count > batch.last - batch.first + 1:
        raise BatchUnsound(why=Words("读数多于编号，有重复", "it has more readings than numbers, so some are doubled"))
    if (batch.count == 1) != (batch.first == batch.last):
        raise BatchUnsound(why=Words("读数数量与首末号不符", "the count does not fit its first and last number"))
    if not batch.since <= batch.until:
        raise BatchUnsound(why=Words("结束时间早于开始时间", "it ends earlier than it begins"))
    if batch.pause > batch.until - batch.since:
        raise BatchUnsound(why=Words("间隔长于整个时段", "its pause is longer than all of it"))
    if not batch.least <= batch.newest <= batch.most:
        raise BatchUnsound(why=Words("最新值不在最小值与最大值之间", "the newest value lies beyond its least and most"))
    if not batch.count * batch.least <= batch.total <= batch.count * batch.most:
        raise BatchUnsound(why=Words("合计与最小值、最大值不符", "the total does not fit its least and most"))


def weight_of(batch: Batch) -> int:
    """What a batch can add to any sum, either way."""
    return batch.count * max(abs(batch.least), abs(batch.most))


def _public_key(device: Device, paper: BatchPaper) -> str:
    """The key that may have signed a batch: the present one, or the former one for what was read before it was replaced."""
    if paper.key == device.key:
        return device.public_key
    former = device.former
    if former is None or paper.key != former.key or paper.batch.until > former.until_ms:
        raise UnknownKey(device=paper.batch.device, key=paper.key)
    return former.public_key


def _free_key(context: Context, keys: Keys, public_key: str) -> str:
    hasher = context.block.hasher
    raw = bytes.fromhex(public_key)
    hasher.suite.check_public_key(raw)
    key = fingerprint(hasher.suite, raw)
    taken = KEYS.find(context.state, key)
    if taken is not None:
        raise KeyTaken(holder=taken.device)
    holder = keys.holder(context.state, key)
    if holder is not None:
        raise KeyTaken(holder=holder.signer)
    return key


def _require_signature(context: Context, device: str, public_key: str, preimage: bytes, signature: str) -> None:
    context.state.charge(SIGNATURE_STEPS)
    try:
        context.block.hasher.suite.verify(bytes.fromhex(public_key), preimage, bytes.fromhex(signature))
    except BadSignature:
        raise SignatureWrong(device=device) from None
