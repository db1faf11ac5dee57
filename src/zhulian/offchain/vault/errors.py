"""What the vault refuses."""

from zhulian.errors import Refusal, Words

__all__ = [
    "DigestDiffers",
    "NotADigest",
    "NotHere",
    "OffsetDiffers",
    "OverQuota",
    "StoreFails",
    "TooLargeForVault",
    "UploadOfAnother",
    "VaultMisconfigured",
]


class NotADigest(
    Refusal,
    code="vault/1",
    zh="对象名称须为 64 位小写十六进制摘要，不接受路径或其他写法。",
    en="An object's name must be a digest of 64 lower-case hex digits, never a path or anything else.",
):
    pass


class NotHere(
    Refusal,
    code="vault/2",
    zh="本密存库没有对象 {digest}。请向存放该内容的密存库获取：{elsewhere}。",
    en="This vault has no object {digest}. Fetch it from the vault that keeps it: {elsewhere}.",
):
    digest: str
    elsewhere: str


class TooLargeForVault(
    Refusal,
    code="vault/3",
    zh="对象有 {size} 字节，超过本密存库的上限 {most} 字节。请拆分内容，或请运营方调高上限。",
    en="The object has {size} bytes, more than the {most} that this vault takes. Split the content, or ask the operator for more.",
):
    size: int
    most: int


class OverQuota(
    Refusal,
    code="vault/4",
    zh="{party} 的存放量将达 {wanted} 字节，超过配额 {most} 字节。请删除不再需要的内容，或请运营方调高配额。",
    en="{party} would keep {wanted} bytes, beyond its quota of {most}. Erase what is no longer needed, or ask the operator for more.",
):
    party: str
    wanted: int
    most: int


class OffsetDiffers(
    Refusal,
    code="vault/5",
    zh="上传应从第 {expected} 字节继续，而不是第 {given} 字节。请从该处续传。",
    en="The upload goes on at byte {expected}, not {given}. Resume there.",
):
    expected: int
    given: int


class DigestDiffers(
    Refusal,
    code="vault/6",
    zh="所传内容的摘要是 {found}，与对象名称 {digest} 不符，已弃置。请重新上传。",
    en="What was sent has the digest {found}, not {digest}; it was thrown away. Upload it again.",
):
    digest: str
    found: str


class StoreFails(
    Refusal,
    code="vault/7",
    zh="密存库的存储不可用：{why.zh}。请稍后重试，或联系运营方。",
    en="The vault's storage does not work: {why.en}. Try again later, or ask its operator.",
):
    why: Words


class VaultMisconfigured(
    Refusal,
    code="vault/8",
    zh="密存库的配置有误：{why.zh}。请改正 config.toml 中的 [vault]。",
    en="The settings of the vault are wrong: {why.en}. Mend [vault] in config.toml.",
):
    why: Words


class UploadOfAnother(
    Refusal,
    code="vault/9",
    zh="对象 {digest} 正由另一参与方上传，或大小不一致。请稍后重试。",
    en="The object {digest} is being uploaded by another party, or with another size. Try again later.",
):
    digest: str
