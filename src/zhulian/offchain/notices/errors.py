"""What notices refuse, by number."""

from zhulian.errors import Refusal, Words

__all__ = [
    "BadAddressee",
    "ClearPassword",
    "EventsGone",
    "NoSuchPerson",
    "NotOneClick",
    "NotSent",
    "NoticesNotSet",
    "PersonNotOfThisHome",
    "Stopped",
    "UnknownLink",
    "WrongCode",
]


class NoticesNotSet(
    Refusal,
    code="notices/1",
    zh="尚未设置通知。请在 config.toml 的 [notices] 中填写邮件服务器（host、sender）或短信网关（hook），然后重启节点。",
    en="Notices are not set up. Name a mail server (host, sender) or a gateway (hook) under [notices] in config.toml, and start the node again.",
):
    pass


class BadAddressee(
    Refusal,
    code="notices/2",
    zh="{what} 无效：{why.zh}。请更正后重试。",
    en="{what} is not valid: {why.en}. Mend it and try again.",
):
    what: str
    why: Words


class PersonNotOfThisHome(
    Refusal,
    code="notices/3",
    zh="本节点只通知 {allowed} 的人员，{person} 不在其列。请在其所属机构的节点上设置。",
    en="This node tells people of {allowed} only, not {person}. Set that up at the node of their own organisation.",
):
    person: str
    allowed: str


class NoSuchPerson(
    Refusal,
    code="notices/4",
    zh="没有为 {person} 设置通知。请用 zhulian notices list 查看。",
    en="No notices are set up for {person}. See zhulian notices list.",
):
    person: str


class Stopped(
    Refusal,
    code="notices/5",
    zh="{person} 已退订通知，不得代为恢复。确系本人要求恢复的，请加 --again。",
    en="{person} has opted out of notices, which nobody takes back for them. If they ask for notices again themselves, add --again.",
):
    person: str


class WrongCode(
    Refusal,
    code="notices/6",
    zh="退订码不正确。请照录通知末尾的退订码，或直接写人员名称。",
    en="The code is not right. Copy it from the end of a notice, or name the person.",
):
    pass


class NotSent(
    Refusal,
    code="notices/7",
    zh="未能发送：{why.zh}。请检查邮件服务器或网关；待发的通知将自动重试。",
    en="It was not sent: {why.en}. Look after the mail server or the gateway; notices that wait are tried again by themselves.",
):
    why: Words


class ClearPassword(
    Refusal,
    code="notices/8",
    zh="[notices] security 为 none 时不得登录邮件服务器，口令会以明文传送。请改用 tls 或 starttls，或去掉 user。",
    en="With security none under [notices] the mail server is not logged in to, since the password would go in clear. Use tls or starttls, or leave user out.",
):
    pass


class EventsGone(
    Refusal,
    code="notices/9",
    zh="本节点已不保存高度 {first} 至 {last} 的区块，其间的事项未能通知，已从其后继续。请登录查看待办，或向保存全部区块的成员补查。",
    en="This node has the blocks from height {first} to {last} no more, so nobody was told of what is in them; it goes on behind them. "
    "Sign in and look at what is to be done, or ask a member that keeps all blocks.",
):
    first: int
    last: int


class UnknownLink(
    Refusal,
    code="notices/10",
    zh="退订链接无效，或相应人员的通知设置已删除。请使用最近一条通知中的链接，或联系发出通知的机构。",
    en="This link to opt out is not valid, or the person is no longer told of anything here. Use the link in the newest notice, or ask who sent it.",
):
    pass


class NotOneClick(
    Refusal,
    code="notices/11",
    zh="退订请求须以 POST 提交 List-Unsubscribe=One-Click（RFC 8058）。请打开链接后按“退订”。",
    en="Opting out is a POST of List-Unsubscribe=One-Click (RFC 8058). Open the link and press the button.",
):
    pass
