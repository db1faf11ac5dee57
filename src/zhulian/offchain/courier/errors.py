"""What the delivery of events refuses, by number."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AddressNotAllowed",
    "BadTarget",
    "BadTopic",
    "BlocksGone",
    "CourierSilent",
    "NoSuchWebhook",
    "NotDelivered",
    "NotForThisParty",
    "TooManyWebhooks",
]


class CourierSilent(
    Refusal,
    code="courier/1",
    zh="推送服务未在运行或没有应答。节点刚启动的，请稍后再试；仍不应答的，请确认 config.toml 的 [courier] 已启用，并查看 logs/courier.log。",
    en="The delivery of events does not run or does not answer. Where the node has just started, try again in a moment; if it stays so, see that [courier] in config.toml is enabled, and look into logs/courier.log.",
):
    pass


class BadTarget(
    Refusal,
    code="courier/2",
    zh="推送地址 {url} 无效：{why.zh}。请写成 https://主机/路径。",
    en="The target {url} is not valid: {why.en}. Write it as https://host/path.",
):
    url: str
    why: Words


class AddressNotAllowed(
    Refusal,
    code="courier/3",
    zh="{host} 指向 {address}，属于内部或保留地址，不予连接。确需推送到内网的，请运维人员在 config.toml 的 [courier] allow 中列出该网段。",
    en="{host} leads to {address}, an inner or reserved address, and is not connected to. If it must be, let the operator list its network under [courier] allow in config.toml.",
):
    host: str
    address: str


class BadTopic(
    Refusal,
    code="courier/4",
    zh="主题 {topic} 无效。请写事件名，如 evidence.deposited，或以 .* 结尾，如 scenario.*；全部事件写 *。",
    en="The topic {topic} is not valid. Write an event's name such as evidence.deposited, one that ends in .* such as scenario.*, or * for all.",
):
    topic: str


class NoSuchWebhook(
    Refusal,
    code="courier/5",
    zh="没有名为 {name} 的推送订阅。请用 zhulian webhook list 查看。",
    en="There is no webhook {name}. See zhulian webhook list.",
):
    name: str


class TooManyWebhooks(
    Refusal,
    code="courier/6",
    zh="本节点的推送订阅已达 {most} 个。请先取消不用的订阅。",
    en="This node has {most} webhooks already. Remove one that is not used first.",
):
    most: int


class NotForThisParty(
    Refusal,
    code="courier/7",
    zh="本节点只为 {allowed} 推送，{party} 不在其列。请向本机构的节点订阅，或请运维人员在 config.toml 的 [courier] parties 中列出。",
    en="This node delivers to {allowed} only, not to {party}. Subscribe at your own organisation's node, or let the operator list the party under [courier] parties in config.toml.",
):
    party: str
    allowed: str


class NotDelivered(
    Refusal,
    code="courier/8",
    zh="未能送达 {url}：{why.zh}。将自动重试；请检查接收方。",
    en="Nothing was delivered to {url}: {why.en}. It is tried again by itself; look after the receiver.",
):
    url: str
    why: Words


class BlocksGone(
    Refusal,
    code="courier/9",
    zh="本节点已不保存高度 {first} 至 {last} 的区块，其间的事件未能推送，已从其后继续。请向保存全部区块的成员补查这一段。",
    en="This node has the blocks from height {first} to {last} no more, so their events were not delivered; it goes on behind them. "
    "Ask a member that keeps all blocks for these.",
):
    first: int
    last: int
