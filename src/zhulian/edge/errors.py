"""Refusals of the edge: what it does not take from devices, in the order in which it looks, and what keeps it from working."""

from zhulian.errors import Refusal, Words

__all__ = [
    "BatchDiffers",
    "BrokerFault",
    "BufferFull",
    "ClockWrong",
    "DeviceNotHere",
    "EdgeFault",
    "NotCalibrated",
    "NotEnrolled",
    "NotHeld",
    "PacketFault",
    "PacketMalformed",
    "PortTaken",
    "ReadingChanged",
    "ReadingHeld",
    "ReadingRefused",
    "ReadingReplayed",
    "ReadingsMissing",
    "RetiredHere",
    "SignatureFails",
    "WrongTopic",
]


class EdgeFault(Refusal):
    """Anything that the edge refuses."""


class PacketFault(EdgeFault):
    """What a device sent is not taken."""


class PacketMalformed(
    PacketFault,
    code="edge/1",
    zh="设备报文格式有误：{why.zh}。请检查设备程序。",
    en="This is no message of a device: {why.en}. Look at the program of the device.",
):
    why: Words


class WrongTopic(
    PacketFault,
    code="edge/2",
    zh="报文由设备 {device} 出具，却发到了 {topic}。请改用该设备自己的主题。",
    en="The message is of the device {device} and came under {topic}. Send it under the topic of its own.",
):
    device: str
    topic: str


class BufferFull(
    PacketFault,
    code="edge/3",
    zh="边缘网关待处理的报文已达 {most} 条。请稍后重发。",
    en="The edge has {most} messages waiting. Send it again later.",
):
    most: int


class NotEnrolled(
    PacketFault,
    code="edge/4",
    zh="设备 {device} 未在链上登记，不接收其读数。请先登记设备。",
    en="The device {device} is not enrolled on the chain, so nothing is taken from it. Enrol it first.",
):
    device: str


class RetiredHere(
    PacketFault,
    code="edge/5",
    zh="设备 {device} 已停用，不再接收其读数。",
    en="The device {device} is retired; nothing more is taken from it.",
):
    device: str


class SignatureFails(
    PacketFault,
    code="edge/6",
    zh="设备 {device} 的签名不符：报文被改动，或并非以该设备的现用密钥签署。请核查设备与线路。",
    en="The signature of {device} does not hold: the message was changed, or another key signed it. Look at the device and its line.",
):
    device: str


class ReadingReplayed(
    PacketFault,
    code="edge/7",
    zh="设备 {device} 的第 {sequence} 号读数早已汇总上链（至第 {sealed} 号），属重放，不予接收。",
    en="Reading {sequence} of {device} is long part of a batch (up to {sealed}): a replay, which is not taken.",
):
    device: str
    sealed: int
    sequence: int


class ReadingHeld(
    PacketFault,
    code="edge/8",
    zh="设备 {device} 的第 {sequence} 号读数已经收到，无需重发。",
    en="Reading {sequence} of {device} is here already; there is nothing to repeat.",
):
    device: str
    sequence: int


class ReadingChanged(
    PacketFault,
    code="edge/9",
    zh="设备 {device} 的第 {sequence} 号读数与先前收到的不同。同一编号出现两种读数，设备可能被改动或被仿冒，请现场核查。",
    en="Reading {sequence} of {device} differs from the one that came before. One number with two values: the device may be tampered with or copied. Inspect it.",
):
    device: str
    sequence: int


class ClockWrong(
    PacketFault,
    code="edge/10",
    zh="设备 {device} 的时钟不对：第 {sequence} 号读数的时间为 {time_ms}，应在 {since} 与 {until} 之间（Unix 毫秒）。请校正设备时钟。",
    en="The clock of {device} is wrong: reading {sequence} says {time_ms}, and {since} to {until} is possible (Unix milliseconds). Set its clock.",
):
    device: str
    sequence: int
    since: int
    time_ms: int
    until: int


class NotCalibrated(
    PacketFault,
    code="edge/11",
    zh="设备 {device} 的校准已于 {until} 到期（Unix 秒），第 {sequence} 号读数不予接收。请先校准。",
    en="The calibration of {device} ended at {until} (Unix seconds), before reading {sequence}. Have it calibrated.",
):
    device: str
    sequence: int
    until: int


class ReadingRefused(
    PacketFault,
    code="edge/12",
    zh="设备 {device} 的第 {sequence} 号读数 {value} 超出量程 {low} 至 {high}。请检查设备。",
    en="Reading {sequence} of {device} is {value}, beyond its range of {low} to {high}. Look at the device.",
):
    device: str
    high: int
    low: int
    sequence: int
    value: int


class ReadingsMissing(
    PacketFault,
    code="edge/13",
    zh="设备 {device} 的批次还缺读数：{missing}。请重发这些读数，再发批次。",
    en="Readings of the batch of {device} are not here: {missing}. Send them again, then the batch.",
):
    device: str
    missing: str


class BatchDiffers(
    PacketFault,
    code="edge/14",
    zh="设备 {device} 的批次（第 {first} 至 {last} 号）与收到的读数不符。请由设备重新汇总；若再次不符，请现场核查。",
    en="The batch of {device} ({first} to {last}) is not what its readings give. Let the device gather it again; if it stays so, inspect it.",
):
    device: str
    first: int
    last: int


class BrokerFault(
    EdgeFault,
    code="edge/15",
    zh="连接不上 MQTT 服务器 {url}：{why.zh}。请检查地址、账号与网络。",
    en="The MQTT broker {url} does not let us in: {why.en}. Check address, account and network.",
):
    url: str
    why: Words


class NotHeld(
    EdgeFault,
    code="edge/16",
    zh="此处没有设备 {device} 第 {sequence} 号读数所在的已上链批次。请核对编号，或等待该批次上链。",
    en="No recorded batch with reading {sequence} of {device} is kept here. Check the number, or wait until its batch is on the chain.",
):
    device: str
    sequence: int


class PortTaken(
    EdgeFault,
    code="edge/17",
    zh="无法在 {address} 接收设备数据：{why.zh}。请换一个端口。",
    en="Nothing can be taken at {address}: {why.en}. Choose another port.",
):
    address: str
    why: Words


class DeviceNotHere(
    EdgeFault,
    code="edge/18",
    zh="此处没有设备 {device} 的密钥（{path}）。请先登记设备，或指明密钥所在目录。",
    en="The key of the device {device} is not here ({path}). Enrol it first, or name the folder of its key.",
):
    device: str
    path: str
