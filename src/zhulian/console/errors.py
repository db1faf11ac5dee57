"""What the console refuses."""

from zhulian.errors import Refusal, Words

__all__ = [
    "CommandFailed", "CommandRuns", "FromElsewhere", "NoHandle", "NotEntered", "NotForYou", "NotInOrganisation", "NotThisMachine", "NotYourKey", "SigningStopped", "StageBroken",
    "TooLarge", "TooManyPlays", "TooOften", "UnknownPerson", "WrongKind", "WrongTicket",
]  # fmt: skip


class WrongTicket(
    Refusal,
    code="console/1",
    zh="该登录链接无效或已失效。请在运行节点的机器上执行 zhulian console，取得新的链接。",
    en="This link to enter is wrong or no longer good. Run zhulian console on the node's machine for a new one.",
): ...


class UnknownPerson(
    Refusal,
    code="console/2",
    zh="本机没有 {name} 的密钥，不能以其身份登录。请从列表中选择。",
    en="There is no key of {name} on this machine, so nobody can enter as them. Choose from the list.",
):
    name: str


class NotEntered(
    Refusal,
    code="console/3",
    zh="登录已过期或尚未登录。请重新登录；未提交的内容仍保留在本页。",
    en="You have not entered, or for too long. Enter again; what you typed stays on this page.",
): ...


class TooOften(
    Refusal,
    code="console/4",
    zh="登录失败次数过多。请在 {retry_after_s} 秒后再试；忘记密码或丢失密钥的，见“不能登录怎么办”。",
    en="Signing in failed too often. Try again after {retry_after_s} seconds; where a password or key is lost, see “I cannot sign in”.",
):
    retry_after_s: int


class FromElsewhere(
    Refusal,
    code="console/5",
    zh="该请求来自其他网站的页面，已拒绝。请在控制台的页面上操作。",
    en="This request came from another site's page and was refused. Work on the console's own pages.",
): ...


class NotForYou(
    Refusal,
    code="console/6",
    zh="本页供机构人员使用。您以个人托管账户登录，可办理存证与应用中的事项。",
    en="This page is for an organisation's people. You came with a personal account, which serves for evidence and applications.",
): ...


class NotYourKey(
    Refusal,
    code="console/7",
    zh="不能以该密钥登录：{why}。请核对签名主体名称；密钥未登记或已注销的，请联系本机构管理员。",
    en="This key lets nobody in: {why}. Check the signer's name; where the key is not registered or revoked, ask your administrator.",
):
    why: Words


class SigningStopped(
    Refusal,
    code="console/8",
    zh="未签名，没有提交任何内容。需要办理时请再次点击，并在两分钟内于签名窗口确认。",
    en="It was not signed, and nothing was submitted. Click again when you want it, and confirm in the signing window within two minutes.",
): ...


class NoHandle(
    Refusal,
    code="console/9",
    zh="您还没有个人标识。请先在“应用”中办理一件事项，标识会自动开立，然后即可存证。",
    en="You have no handle yet. Do something in an application first, which opens one; then you can deposit.",
): ...


class TooLarge(
    Refusal,
    code="console/10",
    zh="文件过大或磁盘空间不足：此处最多可接收 {most}。更大的文件请用命令 zhulian evidence deposit。",
    en="The file is too large, or the disk too full: at most {most} can be taken here. Use zhulian evidence deposit for larger ones.",
):
    most: str


class WrongKind(
    Refusal,
    code="console/11",
    zh="文件类型不符：此处只接收 {kinds} 文件。请重新选择。",
    en="Another type of file is wanted here: {kinds}. Choose again.",
):
    kinds: str


class CommandRuns(
    Refusal,
    code="console/31",
    zh="上一项操作尚未完成。请等它结束后再试。",
    en="The last thing asked for has not ended. Wait for it and try again.",
): ...


class CommandFailed(
    Refusal, code="console/32", zh="操作未完成（{number}）：{why.zh}。", en="It was not done ({number}): {why.en}."
):
    number: str
    why: Words


class NotThisMachine(
    Refusal,
    code="console/33",
    zh="只有在运行节点的机器上登录的人员可以组网、启停节点和备份。请用 zhulian console 给出的链接登录。",
    en="Networks, nodes and backups are for whoever entered at the node's machine. Enter by the link that zhulian console prints.",
): ...


class NotInOrganisation(
    Refusal,
    code="console/40",
    zh="{party} 没有签名主体 {signer}。请从“机构人员”的列表中选择；其他机构的人员由其本机构管理。",
    en="{party} has no signer {signer}. Choose from the list of your organisation's people; others are looked after by their own organisation.",
):
    signer: str
    party: str


class TooManyPlays(
    Refusal,
    code="console/20",
    zh="本机同时演练的剧本已有 {most} 个。请先结束其中一个，或稍后再试。",
    en="{most} stories are being played on this machine already. End one of them, or try again later.",
):
    most: int


class StageBroken(
    Refusal,
    code="console/21",
    zh="演练未能进行（{number}）。请重来一次；仍不成功的，在运行节点的机器上执行 zhulian scenario play 查看原因。",
    en="The story could not be played ({number}). Play it again; if that fails too, zhulian scenario play on the node's machine says why.",
):
    number: str
