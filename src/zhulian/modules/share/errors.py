"""Refusals of the share module."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AlreadyDeclared",
    "AlreadyDescribed",
    "AlreadyErased",
    "AlreadyRegistered",
    "AlreadyReviewed",
    "AlreadyServed",
    "BlobNamed",
    "ClosedToRegulator",
    "ContentRestricted",
    "EmergencyNotAllowed",
    "FieldNotGranted",
    "GrantExpired",
    "GrantUsedUp",
    "GrantWithdrawn",
    "KeepersTogether",
    "KeptUntil",
    "MandateNeedsTwo",
    "NeedsEmergencyDuty",
    "NoEncryptionKey",
    "NoRequest",
    "NoReviewDue",
    "NotAKeeper",
    "NotAParty",
    "NotGranted",
    "NotHandedOver",
    "NotKeeperHere",
    "NotReader",
    "NotSignedFor",
    "NotTheOwner",
    "OneOpening",
    "OtherKind",
    "OtherPurpose",
    "ReaderUnfit",
    "ReviewDueFirst",
    "SameParty",
    "ThresholdUnfit",
    "UnknownContent",
    "UnknownEntry",
    "UnknownOpening",
    "VaultKeeps",
    "WasErased",
    "WrongKey",
]


class AlreadyRegistered(
    Refusal,
    code="share/1",
    zh="{owner} 已在高度 {height} 登记密封内容 {content}，无需重复。如需增加可阅读方，请使用 share.rewrap 或 share.grant。",
    en="{owner} registered the sealed content {content} at height {height}. For more readers use share.rewrap or share.grant.",
):
    content: str
    owner: str
    height: int


class BlobNamed(
    Refusal,
    code="share/2",
    zh="密存对象 {blob} 已被登记。请重新密封内容，得到新的对象。",
    en="The vault object {blob} is named already. Seal the content anew, which makes another object.",
):
    blob: str


class NotAParty(
    Refusal,
    code="share/3",
    zh="{party} 不是本链的机构，也不是有效的自然人标识。请核对名称。",
    en="{party} is no organisation of this chain and no person's open handle. Check the name.",
):
    party: str


class ReaderUnfit(
    Refusal,
    code="share/4",
    zh="可阅读方 {reader} 的信息不符：定向可见须给出密钥信封与密钥，受控调阅不得给出，且名单须按名称排序、不重复。",
    en="The reader {reader} does not fit: private content must come with envelope and key, guarded without, and the list must be sorted and unique.",
):
    reader: str


class NoEncryptionKey(
    Refusal,
    code="share/5",
    zh="{party} 没有有效的加密密钥，无法向其密封或释放内容。请其先设置加密密钥。",
    en="{party} has no valid encryption key, so nothing can be sealed or released to it. Ask it to set one first.",
):
    party: str


class WrongKey(
    Refusal,
    code="share/6",
    zh="{party} 的密钥信封所用密钥 {key} 不是其现行加密密钥。请用现行密钥重新封装。",
    en="The envelope for {party} is wrapped to {key}, which is not its present encryption key. Wrap it to the present one.",
):
    party: str
    key: str


class ThresholdUnfit(
    Refusal,
    code="share/7",
    zh="门限 {threshold} 大于密钥保管方的数目 {keepers}。请降低门限或增加保管方。",
    en="The threshold {threshold} exceeds the {keepers} keepers. Lower it, or name more keepers.",
):
    threshold: int
    keepers: int


class NotAKeeper(
    Refusal,
    code="share/8",
    zh="{keeper} 不是有效的密钥保管方（职责含 keeper 的服务）。请另选保管方。",
    en="{keeper} is no keeper: a service with the duty keeper that may act. Choose another.",
):
    keeper: str


class KeepersTogether(
    Refusal,
    code="share/9",
    zh="密钥保管方须按名称排序且分属不同机构，机构 {organisation} 出现多次或次序有误。",
    en="Keepers must be sorted and each of another organisation; {organisation} occurs twice or out of order.",
):
    organisation: str


class VaultKeeps(
    Refusal,
    code="share/10",
    zh="机构 {organisation} 运营密存库，不得兼任该内容的密钥保管方。请另选保管方，或改用其他机构的密存库。",
    en="{organisation} operates the vault and cannot keep a share of the key as well. Choose another keeper or another vault.",
):
    organisation: str


class UnknownContent(
    Refusal,
    code="share/11",
    zh="没有 {owner} 的密封内容 {content}。请核对承诺值与参与方。",
    en="There is no sealed content {content} of {owner}. Check the commitment and the party.",
):
    content: str
    owner: str


class WasErased(
    Refusal,
    code="share/12",
    zh="密封内容 {content} 已于高度 {height} 删除，不可恢复，也不再接受任何操作。请联系内容所有方。",
    en="The sealed content {content} was erased at height {height} for good; nothing can be done with it any more. Ask its owner.",
):
    content: str
    height: int


class OtherKind(
    Refusal,
    code="share/13",
    zh="内容 {content} 的可见方式不符：{why.zh}。请改用相应的操作。",
    en="The content {content} is read in another way: {why.en}. Use the action for that.",
):
    content: str
    why: Words


class NotGranted(
    Refusal,
    code="share/14",
    zh="{owner} 没有授权 {reader} 调阅该内容。请先取得授权。",
    en="{owner} has not granted {reader} to open this. Ask for a grant first.",
):
    owner: str
    reader: str


class GrantWithdrawn(
    Refusal,
    code="share/15",
    zh="{owner} 已于高度 {height} 撤回对 {reader} 的授权，不得再调阅。请重新申请授权。",
    en="{owner} withdrew the grant to {reader} at height {height}, so nothing new is opened. Ask for a new one.",
):
    owner: str
    reader: str
    height: int


class GrantExpired(
    Refusal,
    code="share/16",
    zh="对 {reader} 的授权已于 {until}（Unix 秒）到期。请重新申请授权。",
    en="The grant to {reader} ended at {until} (Unix seconds). Ask for a new one.",
):
    reader: str
    until: int


class GrantUsedUp(
    Refusal,
    code="share/17",
    zh="对 {reader} 的授权限 {uses} 次，已全部用完。请重新申请授权。",
    en="The grant to {reader} is used up: content may be opened by it so many times: {uses}. Ask for a new one.",
):
    reader: str
    uses: int


class OtherPurpose(
    Refusal,
    code="share/18",
    zh="授权的用途是 {granted}，不包括“{purpose}”。请按授权用途调阅，或另行申请。",
    en="The grant is for {granted}, not for {purpose!r}. Open for what was granted, or ask for another grant.",
):
    granted: str
    purpose: str


class FieldNotGranted(
    Refusal,
    code="share/19",
    zh="字段 {field} 不在授权范围之内。请只调阅已授权的字段，或另行申请。",
    en="The field {field} is not granted. Open what was granted only, or ask for another grant.",
):
    field: str


class OneOpening(
    Refusal,
    code="share/20",
    zh="一笔交易只能调阅一次。请将各次调阅分别提交。",
    en="A transaction opens once only. Send each opening by itself.",
):
    pass


class MandateNeedsTwo(
    Refusal,
    code="share/21",
    zh="监管方依授权调阅须写明依据文件的摘要，并由两名经办人签署。",
    en="The regulator must name the digest of the document that orders an opening, and two of its officers must sign.",
):
    pass


class EmergencyNotAllowed(
    Refusal,
    code="share/22",
    zh="所有方未允许对内容 {content} 紧急调阅。请按授权调阅，或联系所有方。",
    en="The owner does not allow emergency openings of {content}. Open it by a grant, or ask the owner.",
):
    content: str


class NeedsEmergencyDuty(
    Refusal,
    code="share/23",
    zh="紧急调阅须由机构 {organisation} 中职责含 emergency 的经办人签署。",
    en="An emergency opening must be signed by an officer of {organisation} with the duty emergency.",
):
    organisation: str


class ReviewDueFirst(
    Refusal,
    code="share/24",
    zh="上一次紧急调阅 {opening} 尚待 {owner} 复核，复核前不得再次紧急调阅。请先请其复核。",
    en="The emergency opening {opening} still waits for the review of {owner}. No other comes before it; ask for the review.",
):
    opening: str
    owner: str


class UnknownOpening(
    Refusal,
    code="share/25",
    zh="没有调阅记录 {opening}。请核对调阅编号，即该次调阅的交易编号。",
    en="There is no opening {opening}. Check the number, which is that of the transaction that opened.",
):
    opening: str


class AlreadyReviewed(
    Refusal,
    code="share/26",
    zh="调阅 {opening} 不是待复核的紧急调阅，或已经复核。请核对调阅编号。",
    en="The opening {opening} is no emergency opening, or it has been reviewed. Check its number.",
):
    opening: str


class NotKeeperHere(
    Refusal,
    code="share/27",
    zh="签署者都不是调阅 {opening} 所涉内容的密钥保管方。请由相应的保管方签署。",
    en="Nobody who signs keeps a share for the opening {opening}. Let one of its keepers sign.",
):
    opening: str


class AlreadyServed(
    Refusal,
    code="share/28",
    zh="保管方 {keeper} 已在高度 {height} 为该次调阅释放分片，无需重复。",
    en="The keeper {keeper} released its share for this opening at height {height}; nothing is left to do.",
):
    keeper: str
    height: int


class KeptUntil(
    Refusal,
    code="share/29",
    zh="内容 {content} 须保存至 {until}（Unix 秒），此前不得删除。请改为限制处理（zhulian share restrict，或场景中的 restrict）。",
    en="The content {content} must be kept until {until} (Unix seconds). Until then restrict it (zhulian share restrict, or restrict in its application).",
):
    content: str
    until: int


class AlreadyErased(
    Refusal,
    code="share/30",
    zh="内容 {content} 已于高度 {height} 删除，无需重复。",
    en="The content {content} was erased at height {height}; nothing is left to do.",
):
    content: str
    height: int


class UnknownEntry(
    Refusal,
    code="share/31",
    zh="{owner} 的目录中没有 {entry}，或已下线。请核对目录。",
    en="The catalogue of {owner} has no entry {entry}, or it was withdrawn. Look at the catalogue.",
):
    owner: str
    entry: str


class NoRequest(
    Refusal,
    code="share/32",
    zh="{requester} 对 {entry} 没有待处理的申请。请核对申请方与目录项。",
    en="There is no open request of {requester} for {entry}. Check who asked and for what.",
):
    entry: str
    requester: str


class NotReader(
    Refusal,
    code="share/33",
    zh="{reader} 对 {scope} 没有可撤回的授权。请核对名称与范围。",
    en="{reader} has nothing for {scope} that could be withdrawn. Check name and scope.",
):
    reader: str
    scope: str


class SameParty(
    Refusal,
    code="share/34",
    zh="授权、申请或登记的对方不能是 {party} 自己。请填写另一参与方。",
    en="{party} cannot grant to, ask or hand content to itself. Name another party.",
):
    party: str


class NotSignedFor(
    Refusal,
    code="share/35",
    zh="{party} 没有签署本操作，不能以其名义授权、撤回、调阅或删除。请由其签署。",
    en="{party} does not sign this action, so nothing is granted, withdrawn, opened or erased in its name. Have it sign.",
):
    party: str


class NotHandedOver(
    Refusal,
    code="share/37",
    zh="内容 {content} 的密钥尚未交付 {reader}。请由客户端在同一交易中先提交 share.rewrap。",
    en="The key of {content} has not been handed to {reader}. Let the client put share.rewrap before the action, in the same transaction.",
):
    content: str
    reader: str


class NotTheOwner(
    Refusal,
    code="share/36",
    zh="调阅 {opening} 的内容属于 {owner}。请由其复核。",
    en="What the opening {opening} read belongs to {owner}. Let it review.",
):
    opening: str
    owner: str


class AlreadyDeclared(
    Refusal,
    code="share/38",
    zh="承诺值 {content} 已由 {scope} 使用。请换一个盐值重新生成承诺值；客户端会自动完成。",
    en="The commitment {content} is in use by {scope}. Make another with a fresh salt, as the client does by itself.",
):
    content: str
    scope: str


class ContentRestricted(
    Refusal,
    code="share/39",
    zh="内容 {content} 自区块 {height} 起只保管、不提供。请向所有方或监管方了解原因。",
    en="The content {content} has been kept but not handed out since height {height}. Ask its owner or the regulator why.",
):
    content: str
    height: int


class ClosedToRegulator(
    Refusal,
    code="share/40",
    zh="场景定义写明内容 {content} 不对监管方开放。请改以所有方授权的方式调阅。",
    en="The definition keeps the content {content} from the regulator. Ask the owner for a grant instead.",
):
    content: str


class AlreadyDescribed(
    Refusal,
    code="share/42",
    zh="内容 {content} 已有说明 {descriptor}。如需更换，请先删除原说明。",
    en="The content {content} is described by {descriptor} already. Erase that first if another is wanted.",
):
    content: str
    descriptor: str


class NoReviewDue(
    Refusal,
    code="share/41",
    zh="{owner} 没有待复核的 {reader} 紧急调阅。请核对名称。",
    en="No emergency opening by {reader} waits for the review of {owner}. Check the names.",
):
    owner: str
    reader: str
