"""Refusals of the identity module. Numbers 1–9 are authority itself, in the order in which it is judged."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AdminOfAnother",
    "AgentIsCounterparty",
    "AlreadyRevoked",
    "CertificateExpired",
    "CertificateNamesAnother",
    "CertificateNotYetValid",
    "DutiesNotSorted",
    "DutyNotForKind",
    "HandleExists",
    "HandleHasOwnKey",
    "HandleIsClosed",
    "HandleOfAnotherAgent",
    "KeyInUse",
    "KeyIsRevoked",
    "KeyNotHere",
    "KeyOfAnotherSigner",
    "KeySeals",
    "LastAdmin",
    "LastOrganisation",
    "NameTheParty",
    "NeedsAdmin",
    "NeedsAdminOrSelf",
    "NeedsAgent",
    "NotAnEncryptionKey",
    "NotCaCertificate",
    "NotInPossession",
    "NotTheHolder",
    "NotYourParty",
    "OneCredential",
    "OneEncryptionKey",
    "OrganisationExists",
    "OrganisationHasStatus",
    "OrganisationNotActive",
    "OwnDuties",
    "SignerExists",
    "SignerIsRevoked",
    "StillSeals",
    "SubjectTellsMore",
    "TooManyKeys",
    "TooManyOrganisations",
    "UnknownHandle",
    "UnknownOrganisation",
    "UnknownSigner",
    "ValidityIsOver",
]


class UnknownSigner(
    Refusal,
    code="identity/1",
    zh="签名主体 {signer} 未登记。请先由所属机构的管理员登记。",
    en="The signer {signer} is not registered. Let an admin of its organisation enrol it first.",
):
    signer: str


class KeyNotHere(
    Refusal,
    code="identity/2",
    zh="密钥 {key} 未在本链登记。请先登记该密钥的数字证书。",
    en="The key {key} is not registered on this chain. Register its certificate first.",
):
    key: str


class KeyOfAnotherSigner(
    Refusal,
    code="identity/3",
    zh="密钥 {key} 不属于 {signer}。请改用登记在其名下的密钥。",
    en="The key {key} is not one of {signer}. Use a key that is registered to it.",
):
    key: str
    signer: str


class KeyIsRevoked(
    Refusal,
    code="identity/4",
    zh="密钥 {key} 已在高度 {height} 被撤销。请改用有效密钥，或登记新密钥。",
    en="The key {key} was revoked at height {height}. Use another key, or register a new one.",
):
    key: str
    height: int


class CertificateNotYetValid(
    Refusal,
    code="identity/5",
    zh="密钥 {key} 的数字证书自 {not_before}（Unix 秒）起有效，区块时间为 {now}。请届时再签名。",
    en="The certificate of key {key} is valid from {not_before} (Unix seconds), block time is {now}. Sign again then.",
):
    key: str
    not_before: int
    now: int


class CertificateExpired(
    Refusal,
    code="identity/6",
    zh="密钥 {key} 的数字证书已于 {not_after}（Unix 秒）到期，区块时间为 {now}。请换证并登记新密钥。",
    en="The certificate of key {key} expired at {not_after} (Unix seconds), block time is {now}. Renew it and register the new key.",
):
    key: str
    not_after: int
    now: int


class SignerIsRevoked(
    Refusal,
    code="identity/7",
    zh="签名主体 {signer} 已在高度 {height} 被撤销。请由管理员登记新的签名主体。",
    en="The signer {signer} was revoked at height {height}. Let an admin enrol a new one.",
):
    signer: str
    height: int


class OrganisationNotActive(
    Refusal,
    code="identity/8",
    zh="机构 {organisation} 当前状态为 {status}，其签名主体不能操作。请联系其他机构提出恢复提案。",
    en="The organisation {organisation} is {status}, so its signers may not act. Ask another member to propose its restoration.",
):
    organisation: str
    status: str


class HandleIsClosed(
    Refusal,
    code="identity/9",
    zh="自然人标识 {handle} 已在高度 {height} 关闭。请开立新的标识。",
    en="The handle {handle} was closed at height {height}. Open a new one.",
):
    handle: str
    height: int


class NeedsAdmin(
    Refusal,
    code="identity/10",
    zh="该操作须由机构 {organisation} 具有 admin 职责的经办人签名。请由其签名后提交。",
    en="This needs the signature of an officer of {organisation} with the duty admin. Let one sign it.",
):
    organisation: str


class UnknownOrganisation(
    Refusal,
    code="identity/11",
    zh="本链没有机构 {organisation}。请核对名称。",
    en="This chain has no organisation {organisation}. Check the name.",
):
    organisation: str


class SignerExists(
    Refusal,
    code="identity/12",
    zh="签名主体 {signer} 已登记，编号不可重用。请换用新编号；如需换证，请登记新密钥。",
    en="The signer {signer} is registered already, and names are never used again. Choose another serial, or add a key to renew.",
):
    signer: str


class DutiesNotSorted(
    Refusal,
    code="identity/13",
    zh="职责须按字母序排列且不得重复。请排序去重后提交。",
    en="The duties must be sorted and unique. Sort them and drop what is double.",
):
    pass


class DutyNotForKind(
    Refusal,
    code="identity/14",
    zh="职责 {duty} 不能授予类型为 {kind} 的签名主体。请改为授予经办人。",
    en="The duty {duty} cannot be given to a {kind}. Give it to an officer.",
):
    duty: str
    kind: str


class OneCredential(
    Refusal,
    code="identity/15",
    zh="chain 与 vouched 须且只须提供一项。请二选一。",
    en="Exactly one of chain and vouched is due. Give one of them.",
):
    pass


class CertificateNamesAnother(
    Refusal,
    code="identity/16",
    zh="数字证书的主体为 {found}，与 {signer} 不符。请以该编号重新签发证书。",
    en="The certificate is for {found}, not for {signer}. Have one issued for this signer.",
):
    found: str
    signer: str


class SubjectTellsMore(
    Refusal,
    code="identity/17",
    zh="数字证书含有机构与编号以外的信息（{what}），不得上链。请签发匿名编号证书，或由管理员以 vouched 方式登记。",
    en="The certificate tells more than organisation and serial ({what}) and may not go on chain. Issue one without, or let an admin vouch for it.",
):
    what: str


class NotInPossession(
    Refusal,
    code="identity/18",
    zh="密钥持有证明无效。请用待登记的私钥，对 {name} 与其公钥重新签名。",
    en="The proof of possession does not hold. Sign {name} and the public key anew with the key that is to be registered.",
):
    name: str


class KeyInUse(
    Refusal,
    code="identity/19",
    zh="密钥 {key} 已登记过，不得重复登记。请生成新密钥。",
    en="The key {key} was registered before and cannot be again. Generate a new one.",
):
    key: str


class TooManyKeys(
    Refusal,
    code="identity/20",
    zh="签名主体 {signer} 的有效密钥已达 {most} 个。请先撤销不用的密钥。",
    en="The signer {signer} has {most} keys, the most. Revoke one that is no longer used first.",
):
    signer: str
    most: int


class ValidityIsOver(
    Refusal,
    code="identity/21",
    zh="有效期为 {not_before} 至 {not_after}（Unix 秒），区块时间为 {now}，不存在可用时段。请使用有效的证书。",
    en="It is valid from {not_before} to {not_after} (Unix seconds) and block time is {now}, so it could never be used. Use a valid certificate.",
):
    not_before: int
    not_after: int
    now: int


class NeedsAdminOrSelf(
    Refusal,
    code="identity/22",
    zh="该操作须由 {signer} 本身或其机构的管理员签名。请由其中之一签名后提交。",
    en="This needs the signature of {signer} itself or of an admin of its organisation. Let one of them sign it.",
):
    signer: str


class LastAdmin(
    Refusal,
    code="identity/23",
    zh="{signer} 是机构 {organisation} 最后一名可用的管理员。请先登记另一名管理员；如密钥均已丢失，请其他机构提案 identity.replace_ca 并附新管理员。",
    en="{signer} is the last admin that {organisation} can act by. Enrol another first; if all keys are lost, let a member propose identity.replace_ca with a new admin.",
):
    organisation: str
    signer: str


class OwnDuties(
    Refusal,
    code="identity/24",
    zh="不得更改本人的职责。请由本机构另一名管理员签名。",
    en="Nobody changes their own duties. Let another admin of the organisation sign.",
):
    pass


class AlreadyRevoked(
    Refusal,
    code="identity/25",
    zh="{what} 已在高度 {height} 撤销，无需重复操作。",
    en="{what} was revoked at height {height}; nothing is left to do.",
):
    what: str
    height: int


class NeedsAgent(
    Refusal,
    code="identity/26",
    zh="该操作须由具有 agent 职责的经办人或服务签名。请由其签名，或先授予该职责。",
    en="This needs the signature of an officer or service with the duty agent. Let one sign, or give the duty first.",
):
    pass


class HandleExists(
    Refusal,
    code="identity/27",
    zh="自然人标识 {handle} 已存在。请另行随机生成。",
    en="The handle {handle} exists. Draw another at random.",
):
    handle: str


class UnknownHandle(
    Refusal,
    code="identity/28",
    zh="自然人标识 {handle} 未开立。请核对，或先开立。",
    en="The handle {handle} was never opened. Check it, or open it first.",
):
    handle: str


class HandleHasOwnKey(
    Refusal,
    code="identity/29",
    zh="自然人标识 {handle} 由本人持有密钥，代理机构不得代为操作。请由本人签名。",
    en="The handle {handle} has its person's own key, so no agent may act for it. Let the person sign.",
):
    handle: str


class HandleOfAnotherAgent(
    Refusal,
    code="identity/30",
    zh="自然人标识 {handle} 由机构 {agent} 托管。请由该机构签名。",
    en="The handle {handle} is in custody of {agent}. Let that organisation sign.",
):
    handle: str
    agent: str


class NameTheParty(
    Refusal,
    code="identity/31",
    zh="有多个参与方共同签名。请在 party 中写明代表哪一方。",
    en="Several parties sign. Say by party for which of them this is done.",
):
    pass


class NotYourParty(
    Refusal,
    code="identity/32",
    zh="签名者不代表参与方 {party}。请由该参与方签名，或改填正确的参与方。",
    en="Nobody who signs acts for {party}. Let that party sign, or name the right one.",
):
    party: str


class AgentIsCounterparty(
    Refusal,
    code="identity/33",
    zh="代理机构 {agent} 是该事项的相对方，其代 {handle} 签名不作数。请由本人或其他代理机构办理。",
    en="The agent {agent} is the counterparty here, so its signature for {handle} does not count. Let the person or another agent act.",
):
    agent: str
    handle: str


class OrganisationExists(
    Refusal,
    code="identity/34",
    zh="机构名称 {organisation} 已使用过，不可重用。请换用其他名称。",
    en="The name {organisation} was used before and is never given again. Choose another.",
):
    organisation: str


class TooManyOrganisations(
    Refusal,
    code="identity/35",
    zh="机构数已达上限 {most}。请先办理机构退出，或另建一条链。",
    en="There are {most} organisations, the most. Let one leave first, or found another chain.",
):
    most: int


class NotCaCertificate(
    Refusal,
    code="identity/36",
    zh="第 {place} 份证书不能作为机构 CA 证书（{inner}）：{inner_zh}",
    en="Certificate {place} cannot serve as a CA certificate of the organisation ({inner}): {inner_en}",
):
    place: int
    inner: str
    inner_zh: str
    inner_en: str


class OrganisationHasStatus(
    Refusal,
    code="identity/37",
    zh="机构 {organisation} 当前状态为 {status}，不适用该操作。请核对后重新提案。",
    en="The organisation {organisation} is {status}, so this cannot be done to it. Check, and propose anew.",
):
    organisation: str
    status: str


class LastOrganisation(
    Refusal,
    code="identity/38",
    zh="{organisation} 是最后一个可表决的机构，不得停用。请先接纳或恢复其他机构。",
    en="{organisation} is the last organisation that can vote. Admit or restore another first.",
):
    organisation: str


class AdminOfAnother(
    Refusal,
    code="identity/39",
    zh="管理员 {signer} 不以机构名 {organisation} 开头。请为其取 {organisation}.编号 形式的名称。",
    en="The admin {signer} does not bear the name of {organisation}. Name it {organisation}.serial.",
):
    organisation: str
    signer: str


class KeySeals(
    Refusal,
    code="identity/40",
    zh="密钥 {key} 是签章密钥，签章密钥须专用。请生成新密钥。",
    en="The key {key} seals blocks, and a seal key serves nothing else. Generate a new one.",
):
    key: str


class StillSeals(
    Refusal,
    code="identity/41",
    zh="机构 {organisation} 仍是签章节点。请在同一提案中先用 govern.set_sealers 将其移出，再使其退出。",
    en="The organisation {organisation} still seals blocks. Take it out by govern.set_sealers first, in the same proposal, then release it.",
):
    organisation: str


class OneEncryptionKey(
    Refusal,
    code="identity/42",
    zh="{holder} 的加密密钥须且只须以一种方式给出：机构及其签名主体给出证书链，自然人给出公钥。",
    en="The encryption key of {holder} must come in exactly one way: for an organisation and its signers by certificates, for a person as a public key.",
):
    holder: str


class NotAnEncryptionKey(
    Refusal,
    code="identity/43",
    zh="{holder} 的加密公钥无效：{why.zh}。请使用本链套件生成的加密密钥。",
    en="The encryption key of {holder} is not valid: {why.en}. Use one made for the suite of this chain.",
):
    holder: str
    why: Words


class NotTheHolder(
    Refusal,
    code="identity/44",
    zh="{holder} 的加密密钥须由其本人的密钥签署后设置。",
    en="The encryption key of {holder} must be set by its own key.",
):
    holder: str
