"""What a node refuses, by number, and the one way in which a node stops itself."""

from typing import Any

from zhulian.errors import Refusal, Words

__all__ = [
    "Busy",
    "ClockBehind",
    "ClockJumped",
    "DiskFailed",
    "DiskFull",
    "DiskReadOnly",
    "FolderInUse",
    "FrameTooLong",
    "NoEngine",
    "NodeStopping",
    "NodeUnreachable",
    "PoisonTransaction",
    "PortTaken",
    "ProcessEnded",
    "RehearsalFailed",
    "RemoteRefusal",
    "SealLogMissing",
    "Standstill",
    "StopNode",
    "StoreDamaged",
    "UnknownCollection",
    "UnknownMethod",
    "WrongParameters",
]


class FolderInUse(
    Refusal,
    code="node/1",
    zh="数据目录 {folder} 正由进程 {pid} 使用。请先停止该进程，或另指定 ZHULIAN_HOME。",
    en="The data folder {folder} is in use by process {pid}. Stop that process first, or choose another ZHULIAN_HOME.",
):
    folder: str
    pid: int


class Busy(
    Refusal,
    code="node/2",
    zh="节点积压已满（待处理 {pending} 笔）。请在 {retry_after_s} 秒后原样重发。",
    en="The node's queue is full ({pending} transactions pending). Send the same bytes again in {retry_after_s} s.",
):
    pending: int
    retry_after_s: int


class NodeUnreachable(
    Refusal,
    ConnectionError,
    code="node/3",
    zh="无法连接账本进程（{socket}：{why.zh}）。请确认节点已启动，稍后重试。",
    en="The ledger process cannot be reached ({socket}: {why.en}). See that the node runs, and try again.",
):
    socket: str
    why: Words


class FrameTooLong(
    Refusal,
    code="node/4",
    zh="请求共 {size} 字节，上限为 {most} 字节。请分批提交。",
    en="The request has {size} bytes, {most} is the most. Submit it in parts.",
):
    size: int
    most: int


class UnknownMethod(
    Refusal,
    code="node/5",
    zh="账本进程没有名为 {method} 的方法。请核对节点与网关的版本。",
    en="The ledger process has no method {method}. Compare the versions of node and gateway.",
):
    method: str


class NoEngine(
    Refusal,
    code="node/44",
    zh="本链由单一节点自行出块，没有可供询问的共识引擎。",
    en="This chain makes its blocks by itself, in one node; there is no consensus engine to ask.",
):
    pass


class WrongParameters(
    Refusal,
    code="node/6",
    zh="方法 {method} 的参数有误：{why.zh}。请对照接口文档修改。",
    en="The parameters of {method} are wrong: {why.en}. Compare them with the reference.",
):
    method: str
    why: Words


class DiskFull(
    Refusal,
    code="node/7",
    zh="磁盘已满，无法写入 {folder}，节点已停止。请腾出空间后重新启动；已确认的内容不受影响。",
    en="The disk is full, {folder} cannot be written, and the node has stopped. "
    "Make room and start it again; what was acknowledged is safe.",
):
    folder: str


class DiskReadOnly(
    Refusal,
    code="node/8",
    zh="{folder} 不可写（只读或无权限），节点已停止。请以可写方式挂载或调整权限后重新启动。",
    en="{folder} cannot be written (read-only or no permission), and the node has stopped. "
    "Make it writable and start the node again.",
):
    folder: str


class DiskFailed(
    Refusal,
    code="node/9",
    zh="读写 {folder} 出错，节点已停止：{why.zh}。请检查磁盘，再运行 zhulian doctor。",
    en="{folder} cannot be read or written, and the node has stopped: {why.en}. Check the disk, then run zhulian doctor.",
):
    folder: str
    why: Words


class StoreDamaged(
    Refusal,
    code="node/10",
    zh="{folder} 中的数据已损坏：{why.zh}。请勿删除任何文件，运行 zhulian doctor 查看详情，必要时从备份恢复。",
    en="The data in {folder} is damaged: {why.en}. Delete nothing, run zhulian doctor, and restore a backup if it says so.",
):
    folder: str
    why: Words


class ClockBehind(
    Refusal,
    code="node/11",
    zh="本机时钟（{now}）比最新区块的时间（{last}）早 {behind_s} 秒。请校准时钟；若确认无误，请以 --confirm-clock 启动。",
    en="This machine's clock ({now}) is {behind_s} s behind the newest block ({last}). "
    "Set the clock; if you are sure that it is right, start with --confirm-clock.",
):
    now: str
    last: str
    behind_s: int


class ClockJumped(
    Refusal,
    code="node/12",
    zh="本机时钟在运行中跳变了 {jump_s} 秒，节点已停止。请校准时钟后重新启动。",
    en="This machine's clock jumped by {jump_s} s while the node ran, and the node has stopped. "
    "Set the clock and start it again.",
):
    jump_s: int


class PortTaken(
    Refusal,
    code="node/13",
    zh="{host}:{port} 无法监听：{why.zh}。请停止占用该端口的程序，或设置 ZHULIAN_PORT。",
    en="{host}:{port} cannot be listened on: {why.en}. Stop the program that uses the port, or set ZHULIAN_PORT.",
):
    host: str
    port: int
    why: Words


class NodeStopping(
    Refusal,
    code="node/14",
    zh="节点正在停止。请待其重新启动后原样重发。",
    en="The node is stopping. Send the same bytes again when it is back.",
):
    pass


class ProcessEnded(
    Refusal,
    code="node/15",
    zh="节点的{process}进程意外结束（退出码 {status}），节点已停止：{why.zh}。详见 {log}。",
    en="The node's {process} process ended unexpectedly (exit status {status}), and the node has stopped: {why.en}. See {log}.",
):
    process: str
    status: int
    why: Words
    log: str


class UnknownCollection(
    Refusal,
    code="node/16",
    zh="本链没有名为 {collection} 的集合。请查阅接口文档。",
    en="This chain has no collection {collection}. See the reference for those it has.",
):
    collection: str


class SealLogMissing(
    Refusal,
    code="node/17",
    zh="账本已到高度 {height}，但签章日志 {path} 缺失或为空，无从得知哪些高度已签章。请从原机或副本恢复该文件；"
    "若该文件确已丢失，且确认此数据为最新，请以 --new-seal-log 启动。",
    en="The ledger stands at height {height}, but the seal log {path} is missing or empty, so nobody can tell what was sealed "
    "since. Bring the file back from its machine or a copy; if it is lost, and you are sure that this data is the newest, "
    "start with --new-seal-log.",
):
    height: int
    path: str


class RehearsalFailed(
    Refusal,
    code="node/18",
    zh="试办时程序内部出错（{what}），账本未受影响。请勿提交该交易，并将其内容告知运维人员。",
    en="The program failed inside while it tried this ({what}); the ledger is untouched. Do not submit it; tell the operator what it was.",
):
    what: str


class Standstill(
    Refusal,
    code="node/40",
    zh="目前无法出块：{why.zh}。本次提交未受理，恢复后请原样重发（每 {retry_after_s} 秒可重试一次）；查询不受影响。",
    en="No block can be made now: {why.en}. Nothing was taken in; send the same bytes again when that is over "
    "(every {retry_after_s} s at most). Reading goes on.",
):
    why: Words
    missing: str
    retry_after_s: int


class PoisonTransaction(
    Refusal,
    code="node/41",
    zh="执行交易 {transaction} 时程序内部出错（{what}），节点在签章前已停止，该区块未写入。请升级程序；若各成员同意跳过该交易，"
    "请用 zhulian agree skip {transaction} 起草协议。",
    en="The program failed inside ({what}) while it executed the transaction {transaction}; the node stopped before it signed, and "
    "nothing of that block was written. Upgrade the program, or let the members agree to skip it: zhulian agree skip {transaction}.",
):
    transaction: str
    height: int
    what: str


class StopNode(BaseException):
    """This node cannot go on, for a reason that a person can mend.

    Not an `Exception` and no `Refusal`, so that no handler on the way takes it for the outcome of one transaction. The
    process prints `reason` and ends.
    """

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason.say("en"))
        self.reason = reason


class RemoteRefusal(Refusal):
    """A refusal that another process raised, as it came over the wire: `code`, both sentences, `fields`."""

    def __init__(self, code: str, zh: str, en: str, fields: dict[str, Any]) -> None:
        self.__dict__.update(code=code, zh=zh, en=en)
        self._given = fields
        Exception.__init__(self, en)

    @property
    def fields(self) -> dict[str, Any]:
        """The typed fields by name, as the other process gave them."""
        return self._given

    def say(self, language: str) -> str:
        """The sentence in `language` ("zh" or "en"), already filled in by the process that refused."""
        return self.zh if language == "zh" else self.en
