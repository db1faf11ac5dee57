"""Refusals of the HTTP edge: what the gateway itself turns away before, or instead of, asking the ledger."""

from zhulian.errors import Refusal, Words

__all__ = [
    "BadBatch",
    "BadCursor",
    "BadLink",
    "BadPath",
    "BadSetting",
    "BadTls",
    "BatchTooLong",
    "BodyEmpty",
    "BodyTooLarge",
    "BodyTooSlow",
    "CodeExpired",
    "ContentTakenDown",
    "InternalFault",
    "LedgerSilent",
    "MethodNotAllowed",
    "MetricsElsewhere",
    "NoPublicPage",
    "NoSuchApp",
    "NoSuchBlock",
    "NoSuchCode",
    "NoSuchDefinition",
    "NoSuchDid",
    "NoSuchPage",
    "NoSuchReceipt",
    "NoSuchRecord",
    "NoSuchRecordType",
    "NoSuchStatusList",
    "NoSuchTransaction",
    "NoVault",
    "NotAChoice",
    "NotADigest",
    "NotANumber",
    "NotTakingPart",
    "NotYours",
    "NothingFollowed",
    "Overloaded",
    "PortNotFree",
    "RangeNotThere",
    "ReceiptNotReady",
    "SignInFirst",
    "SignersDue",
    "StatusListNotNamed",
    "StillPending",
    "TokenNotValid",
    "TooManyFromAddress",
    "TooManyStreams",
    "UnknownParameter",
    "UnreadableRequest",
    "UnsignedProperly",
    "UsedNonce",
    "WrongHost",
    "WrongMedia",
    "WrongTime",
]


class NoSuchPage(
    Refusal,
    code="gateway/1",
    zh="没有地址 {path}。可用的接口见 /docs。",
    en="There is no {path} here. See /docs for what there is.",
):
    path: str


class MethodNotAllowed(
    Refusal,
    code="gateway/2",
    zh="地址 {path} 不接受 {method}。可用的方法见 /docs。",
    en="{path} does not take {method}. See /docs for what it takes.",
):
    path: str
    method: str


class BodyTooLarge(
    Refusal,
    code="gateway/3",
    zh="请求正文超过 {most} 字节。请分批提交。",
    en="The body is longer than {most} bytes. Send it in parts.",
):
    most: int


class BodyTooSlow(
    Refusal,
    code="gateway/4",
    zh="请求正文在 {seconds} 秒内未传完。请检查网络后重发同一内容。",
    en="The body did not arrive within {seconds} s. Check the line and send the same bytes again.",
):
    seconds: int


class Overloaded(
    Refusal,
    code="gateway/5",
    zh="网关排队已满。请在 {retry_after_s} 秒后重发同一内容。",
    en="The gateway's queue is full. Send the same bytes again in {retry_after_s} s.",
):
    retry_after_s: int


class LedgerSilent(
    Refusal,
    code="gateway/6",
    zh="账本进程暂不可用。请在 {retry_after_s} 秒后重试；如持续出现，请联系本节点的运维人员。",
    en="The ledger does not answer. Try again in {retry_after_s} s; if it stays so, tell the operator of this node.",
):
    retry_after_s: int


class StillPending(
    Refusal,
    code="gateway/7",
    zh="{seconds} 秒内尚无结果，交易可能仍在处理。请按编号查询，或重发同一内容（不会重复入账）。",
    en="No result within {seconds} s; it may still be under way. Ask by its id, or send the same bytes again: it counts once.",
):
    seconds: int


class NotANumber(
    Refusal,
    code="gateway/8",
    zh="参数 {name} 须为 {least} 至 {most} 的整数，用半角数字书写。",
    en="{name} must be a whole number from {least} to {most}, in plain digits.",
):
    name: str
    least: int
    most: int


class NotAChoice(Refusal, code="gateway/9", zh="参数 {name} 只能取以下之一：{choices}。", en="{name} must be one of {choices}."):
    name: str
    choices: str


class NotADigest(
    Refusal, code="gateway/10", zh="{name} 须为 64 位小写十六进制数。", en="{name} must be 64 lower-case hex digits."
):
    name: str


class UnknownParameter(
    Refusal,
    code="gateway/11",
    zh="没有参数 {name}，或该参数重复。请核对拼写。",
    en="There is no parameter {name}, or it is given twice. Check the spelling.",
):
    name: str


class BadPath(
    Refusal,
    code="gateway/12",
    zh="地址中的键无法解读：{why.zh}。请按 /docs 的示例书写。",
    en="The key in the address cannot be read: {why.en}. Write it as /docs shows.",
):
    why: Words


class BadCursor(
    Refusal,
    code="gateway/13",
    zh="翻页标记无效，或不属于这个集合。请从第一页重新读取。",
    en="The cursor is not one of this collection's. Begin again at the first page.",
):
    pass


class BatchTooLong(
    Refusal,
    code="gateway/14",
    zh="一批最多 {most} 项，此批 {count} 项。请分批提交。",
    en="A batch has at most {most} items, this one {count}. Send it in parts.",
):
    count: int
    most: int


class BadBatch(
    Refusal,
    code="gateway/15",
    zh="整批无法解读：{why.zh}。请提交 JSON 数组，或每行一笔的 application/x-ndjson。",
    en="The batch as a whole cannot be read: {why.en}. Send a JSON list, or one envelope a line as application/x-ndjson.",
):
    why: Words


class BodyEmpty(
    Refusal, code="gateway/16", zh="请求没有正文。请按 /docs 的示例提交。", en="The request has no body. Send one as /docs shows."
):
    pass


class WrongMedia(Refusal, code="gateway/17", zh="内容类型须为 {wanted} 之一。", en="The content type must be one of {wanted}."):
    wanted: str


class NoSuchTransaction(
    Refusal,
    code="gateway/18",
    zh="本链没有交易 {transaction}，或尚未入块。请核对编号。",
    en="The transaction {transaction} is in no block of this chain yet. Check the id.",
):
    transaction: str


class NoSuchReceipt(
    Refusal,
    code="gateway/19",
    zh="本链没有交易 {transaction} 的回执，或尚未入块。请核对编号。",
    en="There is no receipt for {transaction}: it is in no block of this chain yet. Check the id.",
):
    transaction: str


class ReceiptNotReady(
    Refusal,
    code="gateway/20",
    zh="交易 {transaction} 已入块但尚未签章。请在 {retry_after_s} 秒后重取回执。",
    en="The block of {transaction} is not sealed yet. Ask for the receipt again in {retry_after_s} s.",
):
    transaction: str
    retry_after_s: int


class NoSuchBlock(
    Refusal,
    code="gateway/21",
    zh="本链还没有高度 {height} 的区块。请核对高度。",
    en="This chain has no block {height} yet. Check the height.",
):
    height: int


class TooManyStreams(
    Refusal,
    code="gateway/22",
    zh="事件订阅已达 {most} 路上限。请关闭不用的订阅，或在 {retry_after_s} 秒后重试。",
    en="All {most} event streams are taken. Close those you do not need, or try again in {retry_after_s} s.",
):
    most: int
    retry_after_s: int


class WrongHost(
    Refusal,
    code="gateway/23",
    zh="本网关不以 {host} 为名对外服务。请改用其正式地址。",
    en="This gateway does not answer for {host}. Use its own address.",
):
    host: str


class InternalFault(
    Refusal,
    code="gateway/24",
    zh="网关内部错误，编号 {reference}。请将此编号告知运维人员；已提交的交易请按编号查询。",
    en="The gateway failed inside, reference {reference}. Tell the operator; ask for what you submitted by its id.",
):
    reference: str


class SignInFirst(
    Refusal,
    code="gateway/25",
    zh="本网关要求签名请求或访问令牌。请在 Authorization 中提供，做法见接口文档。",
    en="This gateway asks for a signed request or a token. Send it as Authorization; the reference says how.",
):
    pass


class UnsignedProperly(
    Refusal,
    code="gateway/26",
    zh="请求签名无效：{part}。请核对签名内容与登记的密钥。",
    en="The request's signature does not hold: {part}. Check what you sign and the registered key.",
):
    part: str


class WrongTime(
    Refusal,
    code="gateway/27",
    zh="请求时间 {time} 与网关时间 {now} 相差超过 {most_s} 秒。请校准时钟后重新签名。",
    en="The request's time {time} is more than {most_s} s from the gateway's {now}. Set your clock and sign again.",
):
    time: int
    now: int
    most_s: int


class UsedNonce(
    Refusal,
    code="gateway/28",
    zh="该签名请求已用过一次。请换用新的随机数重新签名。",
    en="This signed request was used before. Sign again with a fresh nonce.",
):
    pass


class TokenNotValid(
    Refusal,
    code="gateway/29",
    zh="访问令牌无效、已过期或已作废。请向本网关的运维人员申请新的令牌。",
    en="The token is unknown, expired or withdrawn. Ask the operator of this gateway for a new one.",
):
    pass


class UnreadableRequest(
    Refusal,
    code="gateway/30",
    zh="请求不是合法的 HTTP/1.1，或请求头超过 {most} 字节。",
    en="The request is no valid HTTP/1.1, or its head is longer than {most} bytes.",
):
    most: int


class PortNotFree(
    Refusal,
    code="gateway/31",
    zh="{host}:{port} 无法监听：{why.zh}。请停止占用该端口的程序，或改用其他端口（ZHULIAN_PORT）。",
    en="{host}:{port} cannot be listened on: {why.en}. Stop what uses the port, or take another one (ZHULIAN_PORT).",
):
    host: str
    port: int
    why: Words


class NoSuchApp(
    Refusal,
    code="gateway/32",
    zh="本链没有应用 {instance}。已开通的应用见 /v1/apps。",
    en="This chain has no application {instance}. See /v1/apps for those that are open.",
):
    instance: str


class NoSuchDefinition(
    Refusal,
    code="gateway/33",
    zh="本链没有场景定义 {definition}。已发布的定义见 /v1/definitions。",
    en="This chain has no definition {definition}. See /v1/definitions for those that are published.",
):
    definition: str


class NoSuchRecordType(
    Refusal,
    code="gateway/34",
    zh="应用 {instance} 没有记录类型 {record}。可用的类型：{known}。",
    en="The application {instance} has no record type {record}. It has: {known}.",
):
    instance: str
    record: str
    known: str


class NoSuchRecord(
    Refusal,
    code="gateway/35",
    zh="应用 {instance} 没有记录 {record}/{key}。请核对编号；如需证明其不存在，请读取 …/proof。",
    en="The application {instance} has no record {record}/{key}. Check its key; for a proof that there is none, read …/proof.",
):
    instance: str
    record: str
    key: str


class SignersDue(
    Refusal,
    code="gateway/36",
    zh='试办须写明由谁签名。请在 signers 中列出签名主体，例如 ["org1.clerk"]。',
    en='A check needs to know who would sign. List them as signers, such as ["org1.clerk"].',
):
    pass


class MetricsElsewhere(
    Refusal,
    code="gateway/37",
    zh='监控指标只对本机开放。如需由其他机器采集，请在 gateway.toml 中设置 metrics = "open"，并以防火墙限定来源。',
    en='Metrics are read from this machine only. For another machine to read them, set metrics = "open" in gateway.toml, and let '
    "a firewall say which one may.",
):
    pass


class BadSetting(
    Refusal,
    code="gateway/38",
    zh="gateway.toml 中的 {name} 有误：{why.zh}。请改正后重新启动。",
    en="{name} in gateway.toml is wrong: {why.en}. Mend it and start again.",
):
    name: str
    why: Words


class BadTls(
    Refusal,
    code="gateway/39",
    zh="TLS 证书 {path} 无法使用：{why.zh}。请换用配套的 PEM 证书与私钥；试用可运行 zhulian tls trial。",
    en="The TLS certificate {path} cannot be used: {why.en}. Give a PEM certificate and the key that belongs to it; for a trial, "
    "zhulian tls trial makes both.",
):
    path: str
    why: Words


class TooManyFromAddress(
    Refusal,
    code="gateway/40",
    zh="来自您所在网络地址的请求过多。请在 {retry_after_s} 秒后重试；若您与他人共用出口地址，请联系本节点的运维人员。",
    en="Too many requests come from your network address. Try again in {retry_after_s} s; if you share it with others, tell the "
    "operator of this node.",
):
    retry_after_s: int


class NotYours(
    Refusal,
    code="gateway/41",
    zh="{party} 不在对象 {digest} 的可阅读方之列，或其访问已被撤回。请向内容所有方申请授权。",
    en="{party} is not among the readers of {digest}, or its access was withdrawn. Ask the owner of the content.",
):
    party: str
    digest: str


class RangeNotThere(
    Refusal,
    code="gateway/42",
    zh="请求的字节范围不成立，对象共 {size} 字节。请按 bytes=起-止 给出单一范围。",
    en="The range asked for is not in the object, which has {size} bytes. Give a single range as bytes=first-last.",
):
    size: int


class NoVault(
    Refusal,
    code="gateway/43",
    zh="本节点不设密存库。请改用其他机构的密存库。",
    en="This node keeps no vault. Use that of another organisation.",
):
    pass


class NoSuchDid(
    Refusal,
    code="gateway/60",
    zh="{did} 没有登记签发密钥，无法解析。请核对机构名称。",
    en="{did} has registered no issuing key, so it does not resolve. Check the organisation.",
):
    did: str


class NoSuchStatusList(
    Refusal,
    code="gateway/61",
    zh="本节点没有 {issuer} 的状态清单 {list}。请向签发机构的节点获取。",
    en="This node has no status list {list} of {issuer}. Ask the issuer's node.",
):
    issuer: str
    list: str


class StatusListNotNamed(
    Refusal,
    code="gateway/62",
    zh="所交清单不是链上最新登记的 {issuer} 状态清单 {list}。请先登记其摘要，再提交同一文件。",
    en="This is not the newest status list {list} of {issuer} on the chain. Publish its digest first, then hand in the same file.",
):
    issuer: str
    list: str


class NothingFollowed(
    Refusal,
    code="gateway/44",
    zh="没有登记过标识或记录 {identifier}。请核对编码；核对无误的，手中之物可能是仿冒品。",
    en="Nothing is followed under {identifier}. Check the code; if it is copied rightly, what you hold may be a fake.",
):
    identifier: str


class ContentTakenDown(
    Refusal,
    code="gateway/46",
    zh="该内容已依法下架（事由 {reason}，高度 {height}，依据文件摘要 {basis}），不再提供；其存证证明仍然成立。如有异议，请向公布下架的机构提出。",
    en="This content was taken down by law (reason {reason}, at height {height}, by the document of digest {basis}) and is served no more; its proofs stand. "
    "Object to it at the organisations that decided so.",
):
    reason: str
    height: int
    basis: str


class NoSuchCode(
    Refusal,
    code="gateway/47",
    zh="该编码无效：可能抄录有误、被改动过，或所属机构已更换编码密钥。请重新扫码，或向出示方索取新的链接。",
    en="This code opens nothing: it was copied wrongly or changed, or its organisation has replaced its code key. Scan it again, or ask whoever "
    "gave it to you for a new link.",
):
    pass


class CodeExpired(
    Refusal,
    code="gateway/48",
    zh="该链接已于 {until}（Unix 秒）到期。请向出示方索取新的链接。",
    en="This link ended at {until} (Unix seconds). Ask whoever gave it to you for a new one.",
):
    until: int


class NoPublicPage(
    Refusal,
    code="gateway/49",
    zh="应用 {instance} 的记录类型 {record} 没有公示页。请在场景定义的 pages.public 中列出可公开的字段后升级应用。",
    en="Records of type {record} of the application {instance} have no public page. List the fields that may show under pages.public of the "
    "definition, and upgrade the application.",
):
    instance: str
    record: str


class NotTakingPart(
    Refusal,
    code="gateway/50",
    zh="{party} 未参与应用 {instance}，不能为其记录生成公示码。请由运营方或有角色的参与方办理。",
    en="{party} takes no part in the application {instance}, so it cannot make codes for its records. Let its operator or somebody with a role do it.",
):
    instance: str
    party: str


class BadLink(
    Refusal,
    code="gateway/51",
    zh="不能生成链接：{why.zh}。",
    en="This makes no link: {why.en}.",
):
    why: Words
