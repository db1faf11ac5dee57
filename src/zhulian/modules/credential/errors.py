"""Refusals of the credential module."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AlreadyDefined",
    "CheckedAtAnotherTime",
    "ClaimsUnfit",
    "CredentialFault",
    "IssuerNotAccepted",
    "KeyKnown",
    "KeyRetired",
    "KeysFull",
    "ListMoved",
    "ListReshaped",
    "NeedsAdmin",
    "NotAMember",
    "NotAnOrganisation",
    "NotInSequence",
    "NotSignedFor",
    "PaperForAnother",
    "PaperMalformed",
    "RevokedStays",
    "StatusUnchanged",
    "UnknownKey",
    "UnknownList",
    "WrongPossession",
]


class CredentialFault(Refusal):
    """Anything that the credential module refuses."""


class NotAnOrganisation(
    CredentialFault,
    code="credential/1",
    zh="{party} 不是机构，不能签发凭证。请由机构的经办人签名。",
    en="{party} is no organisation, and only organisations issue credentials. Let an officer of one sign.",
):
    party: str


class AlreadyDefined(
    CredentialFault,
    code="credential/2",
    zh="凭证模板 {schema} 已于高度 {height} 发布，发布后不得改动。请换一个名称发布新版本。",
    en="The schema {schema} was defined at height {height} and never changes. Define a new version under another name.",
):
    schema: str
    height: int


class ClaimsUnfit(
    CredentialFault,
    code="credential/3",
    zh="凭证模板的数据项 {claim} 重复，或是保留名称。请改正后重新发布。",
    en="The claim {claim} of the schema occurs twice, or its name is reserved. Mend it and define the schema again.",
):
    claim: str


class NeedsAdmin(
    CredentialFault,
    code="credential/4",
    zh="签发密钥只能由本机构的管理员登记或停用。请由管理员签名。",
    en="Keys of an issuer are registered and retired by its admins. Let an admin sign.",
):
    pass


class KeyKnown(
    CredentialFault,
    code="credential/5",
    zh="签发密钥 {key} 已经登记。请使用新生成的密钥。",
    en="The issuing key {key} is registered already. Use a newly made key.",
):
    key: str


class KeysFull(
    CredentialFault,
    code="credential/6",
    zh="{issuer} 已登记 {most} 把签发密钥，不能再登记。请为凭证改用已有的密钥。",
    en="{issuer} has registered {most} issuing keys, which is the most. Issue with one that is there.",
):
    issuer: str
    most: int


class WrongPossession(
    CredentialFault,
    code="credential/7",
    zh="签发密钥的持有证明不成立：{why.zh}。请用该密钥重新生成持有证明。",
    en="The proof of possession of the issuing key does not hold: {why.en}. Make it again with this key.",
):
    why: Words


class UnknownKey(
    CredentialFault,
    code="credential/8",
    zh="{issuer} 没有登记签发密钥 {key}。请核对密钥指纹。",
    en="{issuer} has registered no issuing key {key}. Check the fingerprint.",
):
    issuer: str
    key: str


class KeyRetired(
    CredentialFault,
    code="credential/9",
    zh="签发密钥 {key} 已于高度 {height} 停用。无须再次停用。",
    en="The issuing key {key} was retired at height {height}. It need not be retired again.",
):
    key: str
    height: int


class NotInSequence(
    CredentialFault,
    code="credential/10",
    zh="状态清单 {list} 的下一个序号应为 {wanted}，实为 {given}。请以最新清单为基础重新生成。",
    en="The next number of the status list {list} is {wanted}, not {given}. Make it anew from the newest list.",
):
    list: str
    wanted: int
    given: int


class ListReshaped(
    CredentialFault,
    code="credential/11",
    zh="状态清单 {list} 的位宽不得改动，容量不得缩小。请另立清单。",
    en="The status list {list} keeps its bits and never shrinks. Begin another list.",
):
    list: str


class NotAMember(
    CredentialFault,
    code="credential/12",
    zh="{holder} 不是本链的成员机构。请核对机构名称。",
    en="{holder} is no member of this chain. Check the name of the organisation.",
):
    holder: str


class StatusUnchanged(
    CredentialFault,
    code="credential/13",
    zh="{holder} 的资格 {schema} 本来就是 {status}。无须再次设置。",
    en="The standing of {holder} as {schema} is {status} already. It need not be set again.",
):
    holder: str
    schema: str
    status: str


class RevokedStays(
    CredentialFault,
    code="credential/14",
    zh="{holder} 的资格 {schema} 已被撤销，不得恢复。请以新的资格名称重新认定。",
    en="The standing of {holder} as {schema} was revoked and stays so. Grant a standing under another name.",
):
    holder: str
    schema: str


class NotSignedFor(
    CredentialFault,
    code="credential/15",
    zh="{party} 没有签署本操作。请由其经办人签名。",
    en="{party} does not sign this. Let its officer sign.",
):
    party: str


class PaperMalformed(
    CredentialFault,
    code="credential/16",
    zh="文件格式有误：{why.zh}。请用 zhulian credential 重新生成。",
    en="The paper is malformed: {why.en}. Make it again with zhulian credential.",
):
    why: Words


class PaperForAnother(
    CredentialFault,
    code="credential/17",
    zh="文件中的 {part} 是 {given}，本操作要求 {wanted}。请按本操作重新生成。",
    en="The {part} in the paper is {given}, and this asks for {wanted}. Make the paper for this.",
):
    part: str
    given: str
    wanted: str


class IssuerNotAccepted(
    CredentialFault,
    code="credential/18",
    zh="{issuer} 不具有 {authority} 认定的有效资格 {schema}，其签发的凭证不予采信。请向认定机构核实。",
    en="{issuer} has no valid standing {schema} from {authority}, so its credentials do not count. Ask that authority.",
):
    issuer: str
    authority: str
    schema: str


class UnknownList(
    CredentialFault,
    code="credential/19",
    zh="{issuer} 没有公布状态清单 {list}。请向签发机构核实。",
    en="{issuer} has published no status list {list}. Ask the issuer.",
):
    issuer: str
    list: str


class ListMoved(
    CredentialFault,
    code="credential/20",
    zh="核验所依据的状态清单序号为 {given}，最新为 {newest}，凭证可能已被撤销。请以最新清单重新核验。",
    en="The check rests on number {given} of the status list, and {newest} is the newest: the credential may be revoked since. Check again with the newest list.",
):
    given: int
    newest: int


class CheckedAtAnotherTime(
    CredentialFault,
    code="credential/21",
    zh="核验时间 {checked} 与当前时间 {now}（Unix 秒）相差过大。请重新核验后及时提交。",
    en="The credential was checked at {checked}, too far from {now} (Unix seconds). Check it again and hand it in at once.",
):
    checked: int
    now: int
