"""What the crypto package refuses, each with its number."""

from zhulian.errors import Refusal, Words

__all__ = [
    "BadKey",
    "BadPoint",
    "BadProof",
    "BadShare",
    "BadSignature",
    "CannotOpen",
    "ChunkFails",
    "CryptoFault",
    "KeyFileExists",
    "KeyFileMalformed",
    "KeyFileMissing",
    "LibraryMissing",
    "PassphraseEmpty",
    "SealedCut",
    "SealedMalformed",
    "ShareFails",
    "UnknownSuite",
    "WrongLength",
    "WrongPassphrase",
    "WrongSuite",
]


class CryptoFault(Refusal):
    """Anything that the crypto package refuses."""


class UnknownSuite(
    CryptoFault,
    code="crypto/1",
    zh="未知的密码套件“{name}”。请使用 gm（国密）或 intl（国际算法）。",
    en="The suite {name!r} is unknown. Use gm (national cryptography) or intl.",
):
    name: str


class BadSignature(
    CryptoFault,
    code="crypto/2",
    zh="签名无效：签名、公钥与内容三者不相符。请核对内容是否被改动、签名密钥是否正确。",
    en="The signature is not valid for this key and content. Check that the content is unchanged and that the right key signed.",
):
    pass


class BadKey(
    CryptoFault,
    code="crypto/3",
    zh="密钥无效：{why.zh}。请使用本套件生成的密钥。",
    en="The key is not valid: {why.en}. Use a key made for this suite.",
):
    why: Words


class LibraryMissing(
    CryptoFault,
    code="crypto/4",
    zh="缺少支持 SM2 的 libcrypto 3（{why.zh}）。在 Debian 上请执行 apt-get install libssl3；其他系统请安装启用 SM2 的 OpenSSL 3。",
    en="There is no libcrypto 3 with SM2 ({why.en}). On Debian run apt-get install libssl3; elsewhere install OpenSSL 3 with SM2.",
):
    why: Words


class CannotOpen(
    CryptoFault,
    code="crypto/5",
    zh="无法解密：密文已损坏，或密钥、附加数据不符。请核对密文与密钥。",
    en="The sealed data cannot be opened: it is damaged, or the key or the associated data is another. Check both.",
):
    pass


class WrongLength(
    CryptoFault,
    code="crypto/6",
    zh="{what.zh}应为{wanted.zh}，实为 {size} 字节。请按此长度提供。",
    en="The {what.en} should have {wanted.en}, it has {size} bytes. Give it in this length.",
):
    what: Words
    wanted: Words
    size: int


class WrongSuite(
    CryptoFault,
    code="crypto/7",
    zh="该密钥属于套件 {found}，此处需要 {wanted}。请换用相应套件的密钥。",
    en="The key is of suite {found}, {wanted} is needed here. Use a key of that suite.",
):
    found: str
    wanted: str


class KeyFileMalformed(
    CryptoFault,
    code="crypto/10",
    zh="密钥文件 {path} 无法读取：{why.zh}。请从备份恢复该文件。",
    en="The key file {path} cannot be read: {why.en}. Restore it from a backup.",
):
    path: str
    why: Words


class WrongPassphrase(
    CryptoFault,
    code="crypto/11",
    zh="密钥文件 {path} 的口令不正确，或文件已被改动。请核对口令后重试。",
    en="The passphrase of the key file {path} is wrong, or the file was changed. Check the passphrase and try again.",
):
    path: str


class KeyFileExists(
    CryptoFault,
    code="crypto/12",
    zh="密钥文件 {path} 已存在，不予覆盖。请另选文件名，或先移走原文件。",
    en="The key file {path} exists and is not overwritten. Choose another name or move it away first.",
):
    path: str


class KeyFileMissing(
    CryptoFault,
    code="crypto/13",
    zh="找不到密钥文件 {path}。请核对路径。",
    en="There is no key file {path}. Check the path.",
):
    path: str


class PassphraseEmpty(
    CryptoFault,
    code="crypto/14",
    zh="口令不能为空。请设置口令。",
    en="The passphrase is empty. Choose one.",
):
    pass


class SealedMalformed(
    CryptoFault,
    code="crypto/15",
    zh="这不是密封内容：{why.zh}。请核对所取的对象，或向存放方重新获取。",
    en="This is no sealed content: {why.en}. Check which object was fetched, or fetch it again.",
):
    why: Words


class SealedCut(
    CryptoFault,
    code="crypto/16",
    zh="密封内容不完整，在第 {chunk} 块处中断。请重新获取全文。",
    en="The sealed content is cut short at chunk {chunk}. Fetch the whole of it again.",
):
    chunk: int


class ChunkFails(
    CryptoFault,
    code="crypto/17",
    zh="密封内容的第 {chunk} 块无法解密：密钥不符，或该块被改动、调换。请核对密钥，或重新获取。",
    en="Chunk {chunk} of the sealed content does not open: the key is another, or the chunk was changed or moved. Check the key, or fetch it again.",
):
    chunk: int


class ShareFails(
    CryptoFault,
    code="crypto/18",
    zh="密钥分片无法使用：{why.zh}。请联系相应的密钥保管方。",
    en="A share of the key does not serve: {why.en}. Ask its keeper.",
):
    why: Words


class BadPoint(
    CryptoFault,
    code="crypto/50",
    zh="不是曲线上的点，或编码不规范。请使用本平台工具生成的内容。",
    en="This is no point of the curve, or not in its one form. Use what the tools of this platform make.",
):
    pass


class BadProof(
    CryptoFault,
    code="crypto/51",
    zh="{what.zh}的证明不成立：内容被改动，或是为其他场合作出的。请重新生成。",
    en="The proof of {what.en} does not hold: it was changed, or made for another occasion. Make it anew.",
):
    what: Words


class BadShare(
    CryptoFault,
    code="crypto/52",
    zh="{dealer} 分给 {holder} 的密钥份额与其公布的承诺不符。请勿确认，并请 {dealer} 重新分发。",
    en="The share that {dealer} dealt to {holder} does not fit what {dealer} published. Do not accept; let {dealer} deal anew.",
):
    dealer: str
    holder: str
