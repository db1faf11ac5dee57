"""What can be wrong with a certificate, a chain or a request: each its own number."""

from zhulian.crypto.errors import CryptoFault
from zhulian.errors import Words

__all__ = [
    "BadValidity",
    "CertificateExpired",
    "CertificateFault",
    "CertificateForged",
    "CertificateMalformed",
    "CertificateNotYetValid",
    "ChainLength",
    "NotAnAuthority",
    "PathTooLong",
    "RequestForged",
    "SubjectIncomplete",
    "SubjectUnfit",
    "UnknownCriticalExtension",
    "UntrustedRoot",
    "WrongAlgorithm",
    "WrongCurve",
    "WrongIssuer",
    "WrongKeyUsage",
]


class CertificateFault(CryptoFault):
    """Anything wrong with a certificate, a chain of them or a certificate request."""


class CertificateMalformed(
    CertificateFault,
    code="crypto/20",
    zh="数字证书或证书请求格式有误：{why.zh}。请向签发方索取符合 GB/T 20518 的 DER 编码证书。",
    en="The certificate or request is malformed: {why.en}. Ask its issuer for one in DER by GB/T 20518.",
):
    why: Words


class CertificateNotYetValid(
    CertificateFault,
    code="crypto/21",
    zh="“{subject}”的数字证书尚未生效（自 Unix 时间 {since} 起有效）。请待生效后再用，或检查时钟。",
    en="The certificate of {subject} is not yet valid (it begins at {since}, Unix seconds). Wait for it, or check the clock.",
):
    subject: str
    since: int


class CertificateExpired(
    CertificateFault,
    code="crypto/22",
    zh="“{subject}”的数字证书已过期（有效期至 Unix 时间 {until}）。请办理证书更新。",
    en="The certificate of {subject} has expired (it ended at {until}, Unix seconds). Renew it.",
):
    subject: str
    until: int


class WrongIssuer(
    CertificateFault,
    code="crypto/23",
    zh="“{subject}”的数字证书不是由链中下一张证书“{issuer}”签发的。请按由末端到根的顺序提供证书链。",
    en="The certificate of {subject} was not issued by {issuer}, the next of the chain. Give the chain in order, leaf to root.",
):
    subject: str
    issuer: str


class CertificateForged(
    CertificateFault,
    code="crypto/24",
    zh="“{subject}”的数字证书签名无效。证书已被改动或系伪造，请向签发方核实。",
    en="The signature on the certificate of {subject} is not valid. It was changed or forged; ask its issuer.",
):
    subject: str


class WrongCurve(
    CertificateFault,
    code="crypto/25",
    zh="数字证书的公钥不在 SM2 推荐曲线上（参数为 {found}）。请使用 SM2 密钥重新申请证书。",
    en="The public key of the certificate is not on the recommended SM2 curve (its parameters are {found}). Apply with an SM2 key.",
):
    found: str


class NotAnAuthority(
    CertificateFault,
    code="crypto/26",
    zh="“{subject}”的数字证书不是 CA 证书，无权签发证书。请使用 CA 签发的证书链。",
    en="The certificate of {subject} is not that of a CA and cannot issue others. Use a chain issued by a CA.",
):
    subject: str


class PathTooLong(
    CertificateFault,
    code="crypto/27",
    zh="“{subject}”的 CA 证书之下最多允许 {most} 级中间 CA。请缩短证书链。",
    en="Below the CA certificate of {subject} at most {most} intermediate CAs may stand. Use a shorter chain.",
):
    subject: str
    most: int


class WrongKeyUsage(
    CertificateFault,
    code="crypto/28",
    zh="“{subject}”的数字证书的密钥用途不含 {wanted}。请改用相应用途的证书（签名证书与加密证书不可混用）。",
    en="The certificate of {subject} is not for {wanted}. Use the certificate for that purpose; sign and encrypt are kept apart.",
):
    subject: str
    wanted: str


class UntrustedRoot(
    CertificateFault,
    code="crypto/29",
    zh="证书链的根证书“{subject}”不在受信任的根证书之列。请由治理流程登记该 CA，或更换证书链。",
    en="The chain ends in {subject}, which is not among the trusted roots. Register that CA by governance, or use another chain.",
):
    subject: str


class UnknownCriticalExtension(
    CertificateFault,
    code="crypto/30",
    zh="“{subject}”的数字证书含有无法识别的关键扩展 {oid}。请向签发方索取不含该扩展的证书。",
    en="The certificate of {subject} has the critical extension {oid}, which is unknown here. Ask for one without it.",
):
    subject: str
    oid: str


class SubjectIncomplete(
    CertificateFault,
    code="crypto/31",
    zh="数字证书主体应当有且仅有一个 {field}。请使用主体含有机构名称与签名主体名称的证书，或指定主体项的对应关系。",
    en="The subject of the certificate should have one {field} and no more. Use one that names organisation and signer, or say which fields do.",
):
    field: str


class WrongAlgorithm(
    CertificateFault,
    code="crypto/32",
    zh="数字证书使用的算法 {found} 不属于套件 {wanted}。请使用该套件算法签发的证书。",
    en="The certificate uses the algorithm {found}, which is not of suite {wanted}. Use a certificate made with that suite.",
):
    found: str
    wanted: str


class ChainLength(
    CertificateFault,
    code="crypto/33",
    zh="证书链含 {size} 张证书，应为 1 至 {most} 张。请提供由末端到根的完整证书链。",
    en="The chain has {size} certificates, 1 to {most} are expected. Give the whole chain, leaf to root.",
):
    size: int
    most: int


class RequestForged(
    CertificateFault,
    code="crypto/34",
    zh="证书请求的签名无效，不能证明申请方持有私钥。请用对应私钥重新生成请求。",
    en="The request's signature is not valid, so it does not prove possession of the key. Make it again with that key.",
):
    pass


class BadValidity(
    CertificateFault,
    code="crypto/35",
    zh="证书有效期不当：{why.zh}。请调整起止时间。",
    en="The validity is not fit: {why.en}. Choose other times.",
):
    why: Words


class SubjectUnfit(
    CertificateFault,
    code="crypto/36",
    zh="主体项 {field} 不符合要求：{why.zh}。请改用 1 至 64 个可见字符。",
    en="The subject's {field} is not fit: {why.en}. Use 1 to 64 visible characters.",
):
    field: str
    why: Words
