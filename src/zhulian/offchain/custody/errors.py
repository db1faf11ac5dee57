"""What custody refuses, by number."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AccountTaken",
    "AlreadyDecided",
    "CodeNotValid",
    "CsrfMissing",
    "CustodyDatabaseFailed",
    "CustodyNotSetUp",
    "CustodyOfAnotherChain",
    "CustodySetUpAlready",
    "CustodySilent",
    "DirectorySilent",
    "FreshCodeDue",
    "HandleThere",
    "LinkedElsewhere",
    "LogBroken",
    "NameDue",
    "NoAgentKey",
    "NoCustodyHere",
    "NoDirectory",
    "NoSuchAccount",
    "NoSuchHandle",
    "NoSuchRequest",
    "NotAnIdentity",
    "NotForCustody",
    "NotFromDirectory",
    "NotInCustody",
    "NotLinked",
    "NotThisKind",
    "OfficersTooFew",
    "OwnRequest",
    "PersonHasAccount",
    "SignInAgain",
    "TooManyFailed",
    "WeakPassword",
    "WrongCustodyDatabase",
    "WrongServiceKey",
    "WrongSignIn",
]


class CustodySilent(
    Refusal,
    code="custody/1",
    zh="托管服务未在运行或没有应答。节点刚启动的，请稍后再试；仍不应答的，请确认 config.toml 的 [custody] 已启用，并查看 logs/custody.log。",
    en="The custody service does not run or does not answer. Where the node has just started, try again in a moment; if it stays so, see that [custody] in config.toml is enabled, and look into logs/custody.log.",
):
    pass


class WrongCustodyDatabase(
    Refusal,
    code="custody/2",
    zh="托管数据库的地址有误：{why.zh}。请在 config.toml 的 [custody] 写 postgresql://用户@主机/库名，或留空以使用 SQLite。",
    en="The address of the custody database is wrong: {why.en}. In [custody] of config.toml write postgresql://user@host/name, or leave it empty for SQLite.",
):
    why: Words


class CustodyDatabaseFailed(
    Refusal,
    code="custody/3",
    zh="托管数据库不可用：{why.zh}。请检查数据库，恢复后重试。",
    en="The custody database cannot be used: {why.en}. Look after it and try again.",
):
    why: Words


class CustodyNotSetUp(
    Refusal,
    code="custody/4",
    zh="本机尚未设立托管。请先运行 zhulian custody init。",
    en="There is no custody here yet. Run zhulian custody init first.",
):
    pass


class CustodySetUpAlready(
    Refusal,
    code="custody/5",
    zh="本机已设立托管，不会重设。如需另设，请换用其他数据库。",
    en="Custody is set up here already and is not set up again. For another one choose another database.",
):
    pass


class CustodyOfAnotherChain(
    Refusal,
    code="custody/6",
    zh="该托管数据库属于另一条链（{found}）。请换用本链的数据库。",
    en="The custody in this database is another chain's ({found}). Choose this chain's own.",
):
    found: str


class WrongServiceKey(
    Refusal,
    code="custody/7",
    zh="服务密钥 {path} 缺失或与托管数据库不符。请放回设立托管时的密钥文件；没有它，任何账户都无法打开。",
    en="The service key {path} is missing or not the one of this custody. Put back the file that was made with it; without it no account opens.",
):
    path: str


class NoAgentKey(
    Refusal,
    code="custody/8",
    zh="[custody] agent 指定的签名主体 {signer} 不能用于托管：{why.zh}。请在 config.toml 写明一个具有 agent 职责的服务或经办人。",
    en="The signer {signer} under [custody] agent does not serve for custody: {why.en}. Name a service or officer with the duty agent in config.toml.",
):
    signer: str
    why: Words


class WrongSignIn(
    Refusal,
    code="custody/9",
    zh="账户名、密码或动态码不正确。请核对后重试；动态码每个只能用一次。",
    en="The name, the password or the code is not right. Check them and try again; each code serves once.",
):
    pass


class TooManyFailed(
    Refusal,
    code="custody/10",
    zh="连续失败次数过多，已暂停登录。请在 {retry_after_s} 秒后重试，或联系代理机构的经办人。",
    en="Too many attempts have failed, so signing in rests. Try again in {retry_after_s} s, or see an officer of the agent organisation.",
):
    retry_after_s: int


class SignInAgain(
    Refusal,
    code="custody/11",
    zh="尚未登录，或登录已过期。请重新登录。",
    en="You are not signed in, or no longer. Sign in again.",
):
    pass


class CsrfMissing(
    Refusal,
    code="custody/12",
    zh="以 Cookie 登录时，写操作须带 X-Zhulian-Csrf 标头。请附上登录时给出的值。",
    en="Signed in by cookie, whatever writes must carry the header X-Zhulian-Csrf. Send the value that came with the sign-in.",
):
    pass


class CodeNotValid(
    Refusal,
    code="custody/13",
    zh="一次性代码无效或已过期。请向代理机构的经办人重新领取。",
    en="The one-time code is not valid, or no longer. Get another from an officer of the agent organisation.",
):
    pass


class WeakPassword(
    Refusal,
    code="custody/14",
    zh="密码不符合要求：{why.zh}。请另设 12 至 256 个字符的密码。",
    en="The password will not do: {why.en}. Choose one of 12 to 256 characters.",
):
    why: Words


class AccountTaken(
    Refusal,
    code="custody/15",
    zh="该账户名已被使用。请换用其他账户名。",
    en="There is an account of that name. Choose another name.",
):
    pass


class NoSuchAccount(
    Refusal,
    code="custody/16",
    zh="没有编号为 {account} 的账户，或其状态不允许此操作。请在账户列表中核对。",
    en="There is no account {account}, or this cannot be done with it as it stands. Check the list of accounts.",
):
    account: str


class NotThisKind(
    Refusal,
    code="custody/17",
    zh="该操作只限 {wanted} 账户。请以相应账户登录。",
    en="This is for accounts of the kind {wanted} only. Sign in with one.",
):
    wanted: str


class FreshCodeDue(
    Refusal,
    code="custody/18",
    zh="该操作须再次输入动态码，且不能是刚用过的。请等下一个动态码后重试。",
    en="This asks for a fresh code, not one that was used just now. Wait for the next one and try again.",
):
    pass


class NoSuchHandle(
    Refusal,
    code="custody/19",
    zh="本账户没有标识 {handle}。请在标识列表中核对。",
    en="This account has no handle {handle}. Check the list of handles.",
):
    handle: str


class HandleThere(
    Refusal,
    code="custody/20",
    zh="本账户在应用 {instance} 中已有标识 {handle}。请直接使用。",
    en="This account has the handle {handle} in {instance} already. Use that one.",
):
    instance: str
    handle: str


class NotInCustody(
    Refusal,
    code="custody/21",
    zh="标识 {handle} 已不在托管中，托管方不能再代为操作。请由本人以自己的密钥签名。",
    en="The handle {handle} is no longer in custody, so nothing is done for it here. Let its person sign with the own key.",
):
    handle: str


class NotForCustody(
    Refusal,
    code="custody/22",
    zh="不能代为发送 {type}：{why.zh}。请改为只代表标识 {handle} 的操作。",
    en="The message {type} is not sent from custody: {why.en}. Ask for what is done for the handle {handle} alone.",
):
    type: str
    handle: str
    why: Words


class NoSuchRequest(
    Refusal,
    code="custody/23",
    zh="没有编号为 {request} 的申请。请在申请列表中核对。",
    en="There is no request {request}. Check the list of requests.",
):
    request: str


class AlreadyDecided(
    Refusal,
    code="custody/24",
    zh="申请 {request} 已办结或已过期。请重新提出。",
    en="The request {request} was decided, or has expired. Make another.",
):
    request: str


class OwnRequest(
    Refusal,
    code="custody/25",
    zh="经办与复核须为两名不同的经办人，且不能办理本人事项。请由另一名经办人办理。",
    en="Maker and checker must be two officers, neither of them the one concerned. Let another officer do this.",
):
    pass


class OfficersTooFew(
    Refusal,
    code="custody/26",
    zh="办理后须至少有 {least} 名已启用的经办人，且现有经办人须都已启用。请先任命并启用新的经办人。",
    en="At least {least} officers must be active afterwards, and all who are officers must have signed in once. Appoint another first.",
):
    least: int


class LogBroken(
    Refusal,
    code="custody/27",
    zh="托管日志自第 {number} 条起与其哈希链不符。请停止使用该数据库，从备份恢复，并查明改动者。",
    en="From entry {number} on, the custody log does not fit its hash chain. Use this database no more, restore a backup, and find out who changed it.",
):
    number: int


class DirectorySilent(
    Refusal,
    code="custody/28",
    zh="身份目录 {issuer} 没有应答：{why.zh}。请稍后重试，或改用密码登录。",
    en="The directory {issuer} does not answer: {why.en}. Try again later, or sign in by password.",
):
    issuer: str
    why: Words


class NotFromDirectory(
    Refusal,
    code="custody/29",
    zh="身份目录的答复未通过核验：{why.zh}。请重新开始登录。",
    en="What came back from the directory does not hold: {why.en}. Begin the sign-in again.",
):
    why: Words


class NoDirectory(
    Refusal,
    code="custody/30",
    zh="本机未设置身份目录。请以密码登录，或由运维人员在 config.toml 写明 [custody.directory]。",
    en="No directory is set here. Sign in by password, or let the operator write [custody.directory] into config.toml.",
):
    pass


class NotLinked(
    Refusal,
    code="custody/31",
    zh="该目录身份尚未关联账户。请先以密码登录，再关联。",
    en="No account is linked with this name in the directory. Sign in by password first, then link it.",
):
    pass


class LinkedElsewhere(
    Refusal,
    code="custody/32",
    zh="该目录身份已关联一个账户。请先在该账户中解除关联。",
    en="This name in the directory is linked with an account already. Unlink it there first.",
):
    pass


class NameDue(
    Refusal,
    code="custody/33",
    zh="本账户尚未完成真实身份登记，不能办理。请携带证件到代理机构登记。",
    en="No person is registered behind this account yet, so nothing is done for it. Register with your papers at the agent organisation.",
):
    pass


class PersonHasAccount(
    Refusal,
    code="custody/34",
    zh="该自然人或该账户已有登记。一人只登记一个账户，请先注销或删除原登记。",
    en="This person or this account is registered already. One person has one account: close it or erase its registration first.",
):
    pass


class NotAnIdentity(
    Refusal,
    code="custody/35",
    zh="身份号码有误：{why.zh}。请对照证件重新填写。",
    en="The identity number is wrong: {why.en}. Compare it with the papers and write it again.",
):
    why: Words


class NoCustodyHere(
    Refusal,
    code="custody/36",
    zh="本节点不提供密钥托管。请向提供托管的机构办理；由本机构提供的，请先执行 zhulian custody init。",
    en="This node keeps nobody's keys. Ask the organisation that does; where it is your own, run zhulian custody init first.",
):
    pass
