"""Refusals of the device module; those of a batch stand in the order in which it is judged."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AlreadyEnrolled",
    "AlreadyMeasured",
    "BatchUnsound",
    "BeforeEnrolment",
    "CalibrationOver",
    "CalibrationUnfit",
    "CardUnfit",
    "ClockAhead",
    "ClockBack",
    "DeviceFault",
    "DeviceForAnother",
    "DeviceFull",
    "DeviceRetired",
    "KeyTaken",
    "NotOwner",
    "NothingMeasured",
    "OutOfRange",
    "PaperMalformed",
    "PeriodUnfit",
    "SignatureWrong",
    "UnknownDevice",
    "UnknownKey",
]


class DeviceFault(Refusal):
    """Anything that the device module refuses."""


class PaperMalformed(
    DeviceFault,
    code="device/1",
    zh="设备出具的文书格式有误，{why.zh}。请由设备或边缘网关重新生成。",
    en="This is nothing that a device signs: {why.en}. Let the device or its edge make it again.",
):
    why: Words


class NotOwner(
    DeviceFault,
    code="device/2",
    zh="设备 {device} 由 {owner} 负责，须由其签署。",
    en="{owner} answers for the device {device} and must sign this.",
):
    device: str
    owner: str


class AlreadyEnrolled(
    DeviceFault,
    code="device/3",
    zh="设备 {device} 已于高度 {height} 登记，编号不能重复使用。请换用新编号。",
    en="The device {device} was enrolled at height {height}, and a name is given once. Use a new serial.",
):
    device: str
    height: int


class CardUnfit(
    DeviceFault,
    code="device/4",
    zh="量程下限 {low} 不得高于上限 {high}。请改正后重新登记。",
    en="The range begins at {low}, above its end {high}. Mend the card and enrol again.",
):
    low: int
    high: int


class KeyTaken(
    DeviceFault,
    code="device/5",
    zh="该密钥已属于 {holder}，一把密钥只能由一个主体使用。请为设备生成新密钥。",
    en="The key belongs to {holder} already, and a key has one holder. Make a new one in the device.",
):
    holder: str


class CalibrationUnfit(
    DeviceFault,
    code="device/6",
    zh="校准有效期至 {until}，应晚于现在 {now} 且不超过五年（Unix 秒）。请核对校准证书。",
    en="The calibration would hold until {until}; it is {now} (Unix seconds), and five years are the most. Look at its certificate.",
):
    until: int
    now: int


class UnknownDevice(
    DeviceFault,
    code="device/7",
    zh="没有设备 {device}。请核对编号，或先登记设备。",
    en="There is no device {device}. Check its name, or enrol it first.",
):
    device: str


class DeviceRetired(
    DeviceFault,
    code="device/8",
    zh="设备 {device} 已于高度 {height} 停用。请改用其他设备。",
    en="The device {device} was retired at height {height}. Use another.",
):
    device: str
    height: int


class DeviceForAnother(
    DeviceFault,
    code="device/9",
    zh="所附文书由设备 {given} 出具，不是 {wanted}。请提交 {wanted} 的数据。",
    en="This was signed by the device {given}, not by {wanted}. Hand in what {wanted} has signed.",
):
    given: str
    wanted: str


class UnknownKey(
    DeviceFault,
    code="device/10",
    zh="密钥 {key} 现在不是设备 {device} 的密钥。请用设备当前密钥签名。",
    en="The key {key} is not one of the device {device} for such readings. Sign with its present key.",
):
    device: str
    key: str


class SignatureWrong(
    DeviceFault,
    code="device/11",
    zh="设备 {device} 的签名不符：数据可能被改动，或是为另一条链签署的。请以设备原始数据重新提交。",
    en="The signature of {device} does not hold: it was changed, or made for another chain. Hand in what the device itself signed.",
):
    device: str


class BatchUnsound(
    DeviceFault,
    code="device/12",
    zh="测量批次自相矛盾：{why.zh}。请由设备重新汇总。",
    en="The batch contradicts itself: {why.en}. Let the device gather it again.",
):
    why: Words


class AlreadyMeasured(
    DeviceFault,
    code="device/13",
    zh="设备 {device} 的读数已记到第 {last} 号，本批从第 {first} 号起，属重复或重放。请提交其后的读数。",
    en="The readings of {device} are recorded up to {last} and this begins at {first}: a repeat or a replay. Hand in what follows.",
):
    device: str
    first: int
    last: int


class ClockBack(
    DeviceFault,
    code="device/14",
    zh="设备 {device} 的时钟倒退：本批始于 {since}，上一批止于 {until}（Unix 毫秒）。请校正设备时钟。",
    en="The clock of {device} ran back: this begins at {since}, the last ended at {until} (Unix milliseconds). Set its clock.",
):
    device: str
    since: int
    until: int


class ClockAhead(
    DeviceFault,
    code="device/15",
    zh="设备 {device} 的时钟超前：读数时间为 {until}，现在是 {now}（Unix 毫秒）。请校正设备时钟。",
    en="The clock of {device} is ahead: it read at {until}, and it is {now} (Unix milliseconds). Set its clock.",
):
    device: str
    now: int
    until: int


class BeforeEnrolment(
    DeviceFault,
    code="device/16",
    zh="读数时间 {since} 早于设备 {device} 的登记时间 {enrolled}（Unix 毫秒），不予记录。",
    en="It was read at {since}, before {device} was enrolled at {enrolled} (Unix milliseconds), and is not recorded.",
):
    device: str
    enrolled: int
    since: int


class CalibrationOver(
    DeviceFault,
    code="device/17",
    zh="设备 {device} 的校准已于 {until} 到期（Unix 秒）。请先校准，再提交其后的读数。",
    en="The calibration of {device} ended at {until} (Unix seconds). Calibrate it; later readings count from then on.",
):
    device: str
    until: int


class OutOfRange(
    DeviceFault,
    code="device/18",
    zh="读数 {least} 至 {most} 超出设备 {device} 的量程 {low} 至 {high}。请检查设备。",
    en="Readings from {least} to {most} lie beyond the range of {device}, {low} to {high}. Look at the device.",
):
    device: str
    high: int
    least: int
    low: int
    most: int


class DeviceFull(
    DeviceFault,
    code="device/19",
    zh="设备 {device} 的批次或累计读数已达上限。请以新编号登记。",
    en="The device {device} has said as much as one can. Enrol it under a new serial.",
):
    device: str


class NothingMeasured(
    DeviceFault,
    code="device/20",
    zh="设备 {device} 在该时段没有读数。请核对设备与时段。",
    en="The device {device} has no readings for that time. Check the device and the period.",
):
    device: str


class PeriodUnfit(
    DeviceFault,
    code="device/21",
    zh="时段始于 {since}，晚于其终点 {until}（Unix 秒）。请改正。",
    en="The period begins at {since}, behind its end {until} (Unix seconds). Mend it.",
):
    since: int
    until: int
