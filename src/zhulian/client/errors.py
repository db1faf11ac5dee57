"""Refusals of the client itself, and the one that carries a node's own answer."""

from collections.abc import Mapping
from typing import Any

from zhulian.errors import Refusal, Words

__all__ = [
    "AnotherChain",
    "BadAuthority",
    "ClientFault",
    "FileGone",
    "FolderEmpty",
    "FromNode",
    "IndexDiffers",
    "KeyRequestUnfit",
    "NoCustodySession",
    "NoSigner",
    "NoSuchRecord",
    "NotADelivery",
    "NotAPack",
    "NotInList",
    "NotInPack",
    "NotOurs",
    "NotProvedAnyMore",
    "NotSealedInTime",
    "OutcomeUnknown",
    "OwnKeyElsewhere",
    "PackDamaged",
    "SecretMissing",
    "StrangeAnswer",
    "Unreachable",
    "UnsafeAddress",
    "WrongSource",
]


class ClientFault(Refusal):
    """Anything that the client itself refuses or cannot do."""


class FromNode(Refusal):
    """The node's own no: its number, both sentences and its fields, as the problem document states them."""

    status: int
    problem: Mapping[str, Any]

    def __init__(self, problem: Mapping[str, Any], status: int = 422) -> None:
        found = self.__dict__
        found["code"] = str(problem.get("code", "gateway/0"))
        found["zh"] = str(problem.get("zh") or problem.get("detail") or "")
        found["en"] = str(problem.get("en") or problem.get("detail") or "")
        found["status"] = status
        found["problem"] = dict(problem)
        Exception.__init__(self, found["en"])

    @property
    def fields(self) -> dict[str, Any]:
        """The typed fields that the node gave."""
        given = self.problem.get("fields")
        return dict(given) if isinstance(given, dict) else {}

    def say(self, language: str) -> str:
        """The node's sentence, which is complete as it came."""
        return self.zh if language == "zh" else self.en

    @property
    def retry_after_s(self) -> float | None:
        """When the node asks to come again, or None where repeating changes nothing."""
        if self.status not in (408, 429, 500, 502, 503, 504) and self.code != "gateway/20":
            return None
        given = self.problem.get("retry_after_s", self.fields.get("retry_after_s", 1))
        return float(given) if isinstance(given, int | float) else 1.0


class KeyRequestUnfit(
    ClientFault,
    code="client/320",
    zh="登记申请 {path} 不可用（{why.zh}）。请申请人在控制台登录页重新导出登记申请。",
    en="The request {path} will not do ({why.en}). Have whoever asks save it again at the console's sign-in page.",
):
    path: str
    why: Words


class Unreachable(
    ClientFault,
    code="client/1",
    zh="无法连接节点 {url}（{why.zh}）。请确认节点已启动、地址无误，然后重试。",
    en="The node at {url} cannot be reached ({why.en}). Check that it runs and that the address is right, then try again.",
):
    url: str
    why: Words
    sent: bool
    """Whether the request may have reached the node."""


class StrangeAnswer(
    ClientFault,
    code="client/2",
    zh="{url} 的回答无法解读：{why.zh}。请确认该地址是珠联节点。",
    en="The answer of {url} cannot be read: {why.en}. Check that a Zhulian node is at this address.",
):
    url: str
    why: Words


class AnotherChain(
    ClientFault,
    code="client/3",
    zh="该节点的创世摘要为 {found}，应为 {expected}，不是同一条链。请核对节点地址或创世配置。",
    en="The node's genesis digest is {found}, not {expected}: it is another chain. Check the node's address or the genesis.",
):
    found: str
    expected: str


class OutcomeUnknown(
    ClientFault,
    code="client/4",
    zh="交易 {transaction} 已签名发出，尚未得知结果。已记入日志，下次运行将自动续办，切勿另行签名。",
    en="The transaction {transaction} was signed and sent, its outcome is not known yet. "
    "It is in the journal and the next run picks it up; do not sign another.",
):
    transaction: str


class NoSigner(
    ClientFault,
    code="client/5",
    zh="没有签名主体 {signer} 的密钥。请用 --as 指定现有的签名主体，或提供密钥文件。",
    en="There is no key for the signer {signer}. Name one that is here with --as, or give its key file.",
):
    signer: str


class NoSuchRecord(
    ClientFault,
    code="client/6",
    zh="链上没有文件 {name}（摘要 {digest}）的存证记录。请核对文件是否与存证时一致，或先办理存证。",
    en="The chain has no record of {name} (digest {digest}). Check that the file is as it was when deposited, or deposit it.",
):
    name: str
    digest: str


class NotOurs(
    ClientFault,
    code="client/7",
    zh="取回的回执与所提交的内容不符：{what}。请勿使用，并联系节点运维人员。",
    en="The receipt that came back is not for what was submitted: {what}. Do not use it; tell the node's operator.",
):
    what: str


class SecretMissing(
    ClientFault,
    code="client/8",
    zh="没有客户端密钥 {path}，无法推导盐值。请从备份恢复该文件；公开存证不需要它。",
    en="The client secret {path} is not there, so no salt can be derived. Restore it from a backup; public deposits do without.",
):
    path: str


class NotAPack(
    ClientFault,
    code="client/9",
    zh="{path} 不是批量存证回执包。请使用 evidence deposit --batch 生成的 .receipts 文件。",
    en="{path} is no pack of receipts. Use the .receipts file that evidence deposit --batch wrote.",
):
    path: str


class PackDamaged(
    ClientFault,
    code="client/10",
    zh="回执包 {path} 不完整或已损坏：{why.zh}。请从备份恢复。",
    en="The pack {path} is incomplete or damaged: {why.en}. Restore it from a backup.",
):
    path: str
    why: Words


class NotInPack(
    ClientFault,
    code="client/11",
    zh="回执包中没有 {name}。请核对文件是否与存证时一致。",
    en="The pack has no receipt for {name}. Check that the file is as it was when deposited.",
):
    name: str


class FolderEmpty(
    ClientFault,
    code="client/12",
    zh="文件夹 {path} 中没有文件。请指定含有文件的文件夹。",
    en="The folder {path} holds no file. Name one that does.",
):
    path: str


class FileGone(
    ClientFault,
    code="client/13",
    zh="无法读取 {path}：{why.zh}。请核对路径与权限。",
    en="{path} cannot be read: {why.en}. Check the path and its permissions.",
):
    path: str
    why: Words


class WrongSource(
    ClientFault,
    code="client/14",
    zh="采集方式 {source} 无效，可选：{choices}。",
    en="The source {source} is unknown; choose one of {choices}.",
):
    source: str
    choices: str


class NotSealedInTime(
    ClientFault,
    code="client/15",
    zh="交易 {transaction} 已入块，但在 {seconds} 秒内未完成签章。请稍后用 zhulian evidence receipt 取回执。",
    en="The transaction {transaction} is in a block that was not sealed within {seconds} s. "
    "Fetch the receipt later with zhulian evidence receipt.",
):
    transaction: str
    seconds: int


class UnsafeAddress(
    ClientFault,
    code="client/16",
    zh="节点地址 {url} 无效。请写成 http://主机:端口 或 https://主机:端口。",
    en="The node's address {url} is not valid. Write it as http://host:port or https://host:port.",
):
    url: str


class BadAuthority(
    ClientFault,
    code="client/60",
    zh="ZHULIAN_CA 指定的文件 {path} 无法作为 CA 证书使用：{why.zh}。请改为 PEM 文件，或取消该变量。",
    en="The file {path} that ZHULIAN_CA names is no CA certificate: {why.en}. Name a PEM file, or unset the variable.",
):
    path: str
    why: Words


class IndexDiffers(
    ClientFault,
    code="client/17",
    zh="检索库中 {hit} 的 {part} 与链上不符：{why.zh}。请以链上为准，并在该节点运行 zhulian index rebuild。",
    en="In the index {part} of {hit} is not what the chain holds: {why.en}. Go by the chain, and run zhulian index rebuild at that node.",
):
    hit: str
    part: str
    why: Words


class NotADelivery(
    ClientFault,
    code="client/19",
    zh="推送内容未通过核验：{why.zh}。请勿据此办理，并核对订阅的密钥与本机时钟。",
    en="The delivery does not hold: {why.en}. Do not act on it; compare the webhook's secret and this machine's clock.",
):
    why: Words


class NotProvedAnyMore(
    ClientFault,
    code="client/18",
    zh="检索库停在高度 {height}，节点已不能证明该高度的 {hit}。请待检索库赶上后再查，或向归档节点查询。",
    en="The index stands at height {height}, at which the node can prove {hit} no longer. Search again once the index has caught up, or ask an archive node.",
):
    hit: str
    height: int


class NotInList(
    ClientFault,
    code="client/124",
    zh="{item} {why.zh}，无法出具证明。请核对名单与写法。",
    en="{item} {why.en}, so there is nothing to prove. Check the list and how it is written.",
):
    item: str
    why: Words

    @classmethod
    def of(cls, item: str, *, there: bool) -> "NotInList":
        """Of an entry that is there and should not be, or the other way round."""
        return cls(
            item=item[:80], why=Words("在名单之内", "is in the list") if there else Words("不在名单之内", "is not in the list")
        )


class OwnKeyElsewhere(
    ClientFault,
    code="client/190",
    zh="密钥文件 {path} 属于另一标识，不用于 {handle}。请换用其他文件名。",
    en="The key file {path} is another handle's and does not serve for {handle}. Choose another file name.",
):
    path: str
    handle: str


class NoCustodySession(
    ClientFault,
    code="client/191",
    zh="本机尚未登录托管。请先运行 zhulian custody sign-in。",
    en="This machine is not signed in to custody. Run zhulian custody sign-in first.",
):
    pass
