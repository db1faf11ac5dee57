"""What the TLCP door refuses."""

from zhulian.errors import Refusal, Words

__all__ = ["BadTlcp", "HandshakeFailed", "TlcpMissing"]


class TlcpMissing(
    Refusal,
    code="tlcp/1",
    zh='未安装 TLCP 程序库。请执行 pip install "zhulian[tlcp]"（仅有 x86-64 安装包）；其他机器请在网关前设置经认证的 TLCP 代理。',
    en='The library for TLCP is not installed. Run pip install "zhulian[tlcp]" (there are wheels for x86-64 only); elsewhere put a certified '
    "TLCP proxy before the gateway.",
):
    pass


class BadTlcp(
    Refusal,
    code="tlcp/2",
    zh="{path} 无法用于 TLCP：{why.zh}。TLCP 需要配套的 SM2 签名证书与加密证书（PEM，证书链中服务器证书在前）及各自的私钥（PEM，无口令，仅属主可读）。",
    en="{path} cannot be used for TLCP: {why.en}. TLCP takes a pair of SM2 certificates, one to sign and one to encrypt (PEM, the server's own "
    "first), and the key of each (PEM, without a passphrase, readable by nobody else).",
):
    path: str
    why: Words


class HandshakeFailed(
    Refusal,
    code="tlcp/3",
    zh="TLCP 握手失败：{why}。请核对对方是否支持 TLCP（GB/T 38636）及其证书。",
    en="The TLCP handshake failed: {why}. Check whether the other side speaks TLCP (GB/T 38636), and its certificates.",
):
    why: str
