"""Why a time stamp is not had, or not believed."""

from zhulian.errors import Refusal, Words

__all__ = [
    "ImprintDiffers",
    "NotFresh",
    "PolicyDiffers",
    "StampForged",
    "StampMalformed",
    "StampRefused",
    "TimestampFault",
    "TsaNotTrusted",
]


class TimestampFault(Refusal):
    """Anything that is wrong with a time stamp."""


class StampMalformed(
    TimestampFault,
    code="timestamp/1",
    zh="时间戳不符合 RFC 3161（GB/T 20520）的格式：{why.zh}。请重新取得未经改动的时间戳。",
    en="The time stamp has not the form of RFC 3161 (GB/T 20520): {why.en}. Ask for it as it was issued.",
):
    why: Words


class StampRefused(
    TimestampFault,
    code="timestamp/2",
    zh="时间戳服务机构未签发时间戳，状态 {status}：{why.zh}。请核对摘要算法与策略，或稍后重试。",
    en="The time-stamping authority issued none, status {status}: {why.en}. Check digest algorithm and policy, or try again later.",
):
    status: int
    why: Words


class ImprintDiffers(
    TimestampFault,
    code="timestamp/3",
    zh="时间戳所载摘要与被锚定的内容不同。请使用与之配套的时间戳。",
    en="The time stamp is of other content than what was anchored. Use the stamp that belongs to it.",
):
    pass


class NotFresh(
    TimestampFault,
    code="timestamp/4",
    zh="时间戳没有带回请求中的随机数，可能是旧的应答。请重新请求。",
    en="The time stamp does not carry the number of the request; it may be an old answer. Ask again.",
):
    pass


class PolicyDiffers(
    TimestampFault,
    code="timestamp/5",
    zh="时间戳依据的策略为 {found}，要求的是 {wanted}。请向服务机构核实，或修改 anchor.toml。",
    en="The time stamp follows the policy {found}; {wanted} was asked for. Ask the authority, or change anchor.toml.",
):
    found: str
    wanted: str


class TsaNotTrusted(
    TimestampFault,
    code="timestamp/6",
    zh="时间戳服务机构 {subject} 的证书不能采信：{why.zh}。请核对其根证书。",
    en="The certificate of the time-stamping authority {subject} cannot be accepted: {why.en}. Check its root certificate.",
):
    subject: str
    why: Words


class StampForged(
    TimestampFault,
    code="timestamp/7",
    zh="时间戳的签名无效：{why.zh}。请重新取得未经改动的时间戳。",
    en="The signature of the time stamp does not hold: {why.en}. Ask for it as it was issued.",
):
    why: Words
