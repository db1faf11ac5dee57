"""What credentials, presentations and status lists are refused for; the numbers are the client's."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AlgorithmRefused",
    "AlreadyShown",
    "BadDid",
    "BindingFails",
    "CredentialFault",
    "DigestTwice",
    "DisclosureUnfit",
    "IssuerRefused",
    "KeyRefused",
    "ListFull",
    "NoCredential",
    "NotForUs",
    "NotInRegister",
    "NotValidNow",
    "OutOfTime",
    "ProofIncomplete",
    "SchemaUnfit",
    "StatusListWrong",
    "StatusStale",
    "TokenMalformed",
    "WrongSignature",
]


class CredentialFault(Refusal):
    """Anything for which a credential, a presentation or a status list is refused."""


class TokenMalformed(
    CredentialFault,
    code="client/250",
    zh="{part.zh}格式有误：{why.zh}。请让对方重新出示或重新生成。",
    en="The {part.en} is malformed: {why.en}. Have it shown or made again.",
):
    part: Words
    why: Words


class WrongSignature(
    CredentialFault,
    code="client/251",
    zh="{part.zh}的签名不符，内容被改动或不是所称的签名人所签。请不要采信，并向签发机构核实。",
    en="The signature of the {part.en} does not hold: it was changed, or another signed it. Do not rely on it, and ask the issuer.",
):
    part: Words


class AlgorithmRefused(
    CredentialFault,
    code="client/252",
    zh="算法 {given} 不予接受，本链使用 {wanted}。请用本链的工具重新生成。",
    en="The algorithm {given} is not taken; this chain uses {wanted}. Make it again with this chain's tools.",
):
    given: str
    wanted: str


class DisclosureUnfit(
    CredentialFault,
    code="client/253",
    zh="披露项不符：{why.zh}。请不要采信，并请持有人重新出示。",
    en="A disclosure does not fit: {why.en}. Do not rely on it, and have the holder show the credential again.",
):
    why: Words


class DigestTwice(
    CredentialFault,
    code="client/254",
    zh="凭证中同一摘要出现两次（{digest}）。请不要采信，并向签发机构核实。",
    en="The credential holds a digest twice ({digest}). Do not rely on it, and ask the issuer.",
):
    digest: str


class BindingFails(
    CredentialFault,
    code="client/255",
    zh="无法证明出示人就是持有人：{why.zh}。请持有人用自己的钱包重新出示。",
    en="It is not shown that the presenter is the holder: {why.en}. Have the holder show it again from its own wallet.",
):
    why: Words


class NotForUs(
    CredentialFault,
    code="client/256",
    zh="该出示不是为本次核验作出的：{part} 为 {given}，应为 {wanted}。请持有人按本次请求重新出示。",
    en="This was not shown for this check: {part} is {given}, not {wanted}. Have the holder show it for this request.",
):
    part: str
    given: str
    wanted: str


class AlreadyShown(
    CredentialFault,
    code="client/257",
    zh="核验请求 {nonce} 不存在或已经使用，可能有人重放旧的出示。请重新生成请求。",
    en="The request {nonce} is unknown or was used: somebody may replay an old presentation. Make a new request.",
):
    nonce: str


class OutOfTime(
    CredentialFault,
    code="client/258",
    zh="时间不符：{why.zh}。请核对时钟；已过期的请重新申领或重新出示。",
    en="The times do not fit: {why.en}. Check the clock; what has expired is issued or shown anew.",
):
    why: Words


class IssuerRefused(
    CredentialFault,
    code="client/259",
    zh="签发机构 {issuer} 不予认可：{why.zh}。请向认定机构核实。",
    en="The issuer {issuer} is not accepted: {why.en}. Ask the authority for this kind of credential.",
):
    issuer: str
    why: Words


class KeyRefused(
    CredentialFault,
    code="client/260",
    zh="签发密钥 {key} 不能采信：{why.zh}。请向签发机构核实并重新申领。",
    en="The issuing key {key} does not count: {why.en}. Ask the issuer, and have the credential issued anew.",
):
    key: str
    why: Words


class NotValidNow(
    CredentialFault,
    code="client/261",
    zh="该凭证的状态为{status.zh}，现在不能使用。请持有人联系签发机构。",
    en="The credential is {status.en} and cannot be used now. The holder should ask the issuer.",
):
    status: Words


class StatusStale(
    CredentialFault,
    code="client/262",
    zh="状态证明是 {age_s} 秒前的，最长只许 {most_s} 秒。请用 zhulian credential proof 重新获取。",
    en="The proof of the status is {age_s} seconds old, {most_s} is the most. Fetch it again with zhulian credential proof.",
):
    age_s: int
    most_s: int


class StatusListWrong(
    CredentialFault,
    code="client/263",
    zh="状态清单不符：{why.zh}。请重新获取，并向签发机构核实。",
    en="The status list does not fit: {why.en}. Fetch it again, and ask the issuer.",
):
    why: Words


class SchemaUnfit(
    CredentialFault,
    code="client/264",
    zh="与凭证模板不符：{why.zh}。请按模板改正。",
    en="It does not fit the schema: {why.en}. Mend it by the schema.",
):
    why: Words


class NoCredential(
    CredentialFault,
    code="client/265",
    zh="钱包中没有可用的凭证：{why.zh}。请向签发机构申领新的一批。",
    en="The wallet has no credential for this: {why.en}. Have the issuer issue a new batch.",
):
    why: Words


class NotInRegister(
    CredentialFault,
    code="client/266",
    zh="签发台账中没有 {credential}。请核对编号，并在签发时所用的主目录中操作。",
    en="The register of what was issued has no {credential}. Check the number, and work in the home that issued it.",
):
    credential: str


class ListFull(
    CredentialFault,
    code="client/267",
    zh="状态清单 {list} 还剩 {left} 个位置，不足 {wanted} 个。请换一个清单签发。",
    en="The status list {list} has {left} places left and {wanted} are needed. Issue by another list.",
):
    list: str
    left: int
    wanted: int


class BadDid(
    CredentialFault,
    code="client/268",
    zh="{did} 不是本链的标识（did:zhulian:…）。请核对链与机构名称。",
    en="{did} is no identifier of this chain (did:zhulian:…). Check the chain and the organisation.",
):
    did: str


class ProofIncomplete(
    CredentialFault,
    code="client/269",
    zh="链上依据不完整：{why.zh}。请用 zhulian credential proof 重新获取。",
    en="The proof from the chain is not whole: {why.en}. Fetch it again with zhulian credential proof.",
):
    why: Words
