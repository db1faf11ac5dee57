"""What sealing and opening refuse on this side."""

from zhulian.errors import Refusal, Words

__all__ = [
    "ContentSwapped",
    "FileInTheWay",
    "IsRestricted",
    "KeysMissing",
    "NoDecryptionKey",
    "NoKeyOnChain",
    "NoSealedContent",
    "NoSuchReader",
    "NotEnoughServed",
    "NotForYou",
    "ObjectLost",
    "TooFewKeepers",
]


class NoSuchReader(
    Refusal,
    code="client/48",
    zh="本链没有设监管方，或没有 {reader}。请核对可阅读方的名称。",
    en="The chain has no regulator, or no {reader}. Check the reader's name.",
):
    reader: str


class NoKeyOnChain(
    Refusal,
    code="client/49",
    zh="{holder} 没有有效的加密密钥，无法向其密封。请其先运行 zhulian identity encryption {holder}。",
    en="{holder} has no valid encryption key, so nothing can be sealed to it. Let it run zhulian identity encryption {holder} first.",
):
    holder: str


class NoDecryptionKey(
    Refusal,
    code="client/50",
    zh="本机没有指纹为 {key} 的解密密钥。请在持有该密钥的机器上打开，或从备份恢复密钥。",
    en="The decryption key with the fingerprint {key} is not here. Open this where it lies, or restore it from a backup.",
):
    key: str


class NoSealedContent(
    Refusal,
    code="client/51",
    zh="链上没有密封内容 {content}。请核对承诺值或存证回执。",
    en="The chain has no sealed content {content}. Check the commitment or the receipt.",
):
    content: str


class NotForYou(
    Refusal,
    code="client/52",
    zh="{party} 不在 {owner} 所列可阅读方之内，或其访问已被撤回。请向所有方申请授权。",
    en="{party} is not among those to whom {owner} lets this be read, or its access was withdrawn. Ask the owner.",
):
    party: str
    owner: str


class ContentSwapped(
    Refusal,
    code="client/53",
    zh="打开的内容与链上的承诺值不符：{why.zh}。请勿采信，并联系所有方。",
    en="What was opened is not what the chain commits to: {why.en}. Do not rely on it, and ask the owner.",
):
    why: Words


class ObjectLost(
    Refusal,
    code="client/54",
    zh="密存库没有对象 {digest}（{what}）：已询问 {asked}。其他内容不受影响；请联系运营方 {vault}。",
    en="No vault has the object {digest} ({what}); asked: {asked}. Other content is not affected; ask the operator {vault}.",
):
    digest: str
    what: str
    asked: str
    vault: str


class TooFewKeepers(
    Refusal,
    code="client/55",
    zh="可选的密钥保管方只有 {count} 个，不足 {wanted} 个（须分属不同机构，且不含密存库运营方）。请调整名单或门限。",
    en="There are {count} keepers to choose from and {wanted} are due (of different organisations, none the vault's operator). Change the list or the threshold.",
):
    count: int
    wanted: int


class NotEnoughServed(
    Refusal,
    code="client/56",
    zh="调阅 {opening} 需要 {wanted} 个保管方，{waited_s} 秒内已释放 {served} 个。请稍后用同一调阅编号重试。",
    en="The opening {opening} needs {wanted} keepers, {served} have served within {waited_s} s. Try again later with the same opening.",
):
    opening: str
    wanted: int
    served: int
    waited_s: int


class FileInTheWay(
    Refusal,
    code="client/57",
    zh="文件 {path} 已存在，不予覆盖。请用 --out 另指定文件名。",
    en="The file {path} is there and is not overwritten. Name another with --out.",
):
    path: str


class KeysMissing(
    Refusal,
    code="client/58",
    zh="本客户端没有存放密钥的目录，无法打开密封内容。请指定数据目录（ZHULIAN_HOME）。",
    en="This client has no folder of keys, so it opens nothing. Give it a home (ZHULIAN_HOME).",
):
    pass


class IsErased(
    Refusal,
    code="client/385",
    zh="{owner} 已于高度 {height} 删除此内容，不可恢复，任何一方都不能再打开。链上仍保留其承诺值；请联系内容所有方。",
    en="{owner} erased this content at height {height} for good, and nobody opens it any more. Its commitment stays on the chain; ask its owner.",
):
    owner: str
    height: int


class NotWritten(
    Refusal,
    code="client/386",
    zh="无法写入 {path}：{why.zh}。请用 --out 另指定文件或目录，或核对权限。",
    en="{path} cannot be written: {why.en}. Name another file or folder with --out, or check the permissions.",
):
    path: str
    why: Words


class IsRestricted(
    Refusal,
    code="client/340",
    zh="{owner} 自高度 {height} 起对此内容限制处理：只保管、不提供。请向所有方或监管方了解原因。",
    en="{owner} has had this content kept and not handed out since height {height}. Ask its owner or the regulator why.",
):
    owner: str
    height: int
