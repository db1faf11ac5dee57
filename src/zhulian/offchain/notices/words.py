"""The templates of notices, each in Chinese and English."""

from typing import Final

from zhulian.errors import Words

__all__ = ["WORDS", "say"]

WORDS: Final[dict[str, tuple[str, str]]] = {
    "subject.one": ("【珠联】{title}", "[Zhulian] {title}"),
    "subject.many": ("【珠联】{count} 条通知", "[Zhulian] {count} notices"),
    "subject.test": ("【珠联】测试通知", "[Zhulian] A test"),
    "text.test": (
        "这是一条测试通知。收到即说明通知可以送达您。",
        "This is a test. That you have it says that notices reach you.",
    ),
    "line.kind": ("{kind}（{count} 条）", "{kind} ({count})"),
    "line.more": ("另有 {count} 条未列出，请登录查看。", "{count} more are not listed here; sign in to see them."),
    "footer.chain": ("链：{chain}", "Chain: {chain}"),
    "footer.evidence": (
        "通知仅供提醒，不作证据；请登录核对后办理。",
        "A notice is a reminder and no evidence. Sign in and check before you act.",
    ),
    "footer.stop": (
        "退订：请将退订码 {code} 告知本机构运维人员（zhulian notices stop {code}）。",
        "To opt out, give your operator this code: {code} (zhulian notices stop {code}).",
    ),
    "footer.link": ("自行退订：{link}", "Opt out by yourself: {link}"),
    "footer.contact": ("联系：{contact}", "Contact: {contact}"),
    "kind.tasks": ("待办", "Tasks"),
    "kind.alerts": ("预警", "Alerts"),
    "kind.expiries": ("到期", "Expiries"),
    "title.app": ("{app}：{record} {key}", "{app}: {record} {key}"),
    "title.proposal": ("{app}：待签署", "{app}: signatures wanted"),
    "text.proposal": (
        "“{action}”等待签署，编号 {proposal}，截止 {time}。",
        "“{action}” waits for signatures, number {proposal}, until {time}.",
    ),
    "title.vote": ("成员表决", "A vote among members"),
    "text.vote": ("成员提案 {proposal} 待表决，截止 {time}。", "Proposal {proposal} waits for votes, until {time}."),
    "title.request": ("数据授权申请", "A request for data"),
    "text.request": (
        "{requester} 申请使用目录项 {entry}，用途：{purpose}。",
        "{requester} asks for the catalogue entry {entry}; purpose: {purpose}.",
    ),
    "title.emergency": ("紧急调阅", "An emergency opening"),
    "text.emergency": (
        "{reader} 未经授权紧急调阅了内容 {content}，请在期限内复核。",
        "{reader} has opened the content {content} without a grant; review it in time.",
    ),
    "text.timer": ("到期事项“{timer}”已执行。", "What was due has run: “{timer}”."),
    "text.rested": (
        "到期事项“{timer}”未能执行（{code}），请处理。",
        "What was due could not run: “{timer}” ({code}). Look into it.",
    ),
    "text.told": ("有新的进展，请登录查看。", "There is news; sign in to see it."),
    "text.alert": ("级别：{level}；{about}", "Level: {level}; {about}"),
    "text.assigned": ("该预警已指派给您。{why}", "This alert was assigned to you. {why}"),
    "level.low": ("低", "low"),
    "level.medium": ("中", "medium"),
    "level.high": ("高", "high"),
    "title.certificate": ("数字证书即将到期", "A digital certificate ends soon"),
    "text.certificate": (
        "{signer} 的数字证书将于 {time} 到期（{days} 天内），请及时更新。",
        "The digital certificate of {signer} ends at {time} (within {days} days). Renew it in time.",
    ),
}


def say(key: str, /, **fields: Words | str | int) -> Words:
    """A template in both languages, its fields filled in; a field that is `Words` is filled in by language."""
    zh, en = WORDS[key]
    given = {name: value if isinstance(value, Words) else Words(str(value), str(value)) for name, value in fields.items()}
    return Words(
        zh.format_map({name: value.zh for name, value in given.items()}),
        en.format_map({name: value.en for name, value in given.items()}),
    )
