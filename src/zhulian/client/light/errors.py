"""What a light client says of the nodes that it asks, and when what they say does not suffice."""

from zhulian.client.errors import ClientFault
from zhulian.errors import Words

__all__ = [
    "ChainForked",
    "HeadFromFuture",
    "HeadTooOld",
    "NoSuchMember",
    "NodeBehind",
    "NodeLied",
    "NotEnoughSay",
    "NothingProved",
]


class NodeLied(
    ClientFault,
    code="client/40",
    zh="节点 {url} 的应答经验证不实：{why.zh}。请勿采信该节点，并保留应答，告知各成员机构。",
    en="The answer of the node at {url} is false: {why.en}. Do not rely on that node; keep its answer and tell the members.",
):
    url: str
    why: Words


class NodeBehind(
    ClientFault,
    code="client/41",
    zh="节点 {url} 只给出高度 {height}，而高度 {newest} 早已签章。该节点落后或隐瞒新的区块，请改用其他节点。",
    en="The node at {url} shows the height {height}, though {newest} was sealed well before. It lags, or hides newer blocks; use another.",
):
    url: str
    height: int
    newest: int


class HeadTooOld(
    ClientFault,
    code="client/42",
    zh="节点 {url} 对最新高度的声明已过 {age_s} 秒，所许最长为 {most_s} 秒。请核对本机时钟，或改用其他节点。",
    en="What the node at {url} says is newest was said {age_s} s ago, and {most_s} s is the most that you accept. "
    "Check this machine's clock, or use another node.",
):
    url: str
    age_s: int
    most_s: int


class HeadFromFuture(
    ClientFault,
    code="client/43",
    zh="节点 {url} 的声明所载时间比本机时钟快 {ahead_s} 秒。请核对本机时钟；若本机无误，请改用其他节点。",
    en="What the node at {url} says bears a time {ahead_s} s ahead of this machine's clock. Check that clock; if it is right, use another node.",
):
    url: str
    ahead_s: int


class NoSuchMember(
    ClientFault,
    code="client/44",
    zh="节点 {url} 以 {sealer} 的名义声明，但该机构或该密钥已不在签章之列，不予计入。请改用现任签章机构的节点。",
    en="The node at {url} speaks for {sealer}, which does not seal now by that key, so its word does not count. Use nodes of present sealers.",
):
    url: str
    sealer: str


class NotEnoughSay(
    ClientFault,
    code="client/45",
    zh="声明最新高度的节点共占签章权重 {whole} 中的 {power}，须超过 {need}，无法排除状态已过时。请再指定其他机构的节点。{caught.zh}",
    en="Nodes with the power {power} of {whole} say what is newest, and more than {need} is due; the state may be an old one. "
    "Name nodes of more organisations. {caught.en}",
):
    power: int
    whole: int
    need: str
    caught: Words


class NothingProved(
    ClientFault,
    code="client/46",
    zh="没有一个节点给出可验证的状态。请稍后重试，或指定其他节点。{caught.zh}",
    en="No node gave a state that can be verified. Try again in a moment, or name other nodes. {caught.en}",
):
    caught: Words


class ChainForked(
    ClientFault,
    code="client/47",
    zh="高度 {height} 有两个内容不同而签章齐全的区块头，分别来自 {first} 和 {second}：有占权重三分之一以上的签章机构重复签章。"
    "请停止采信本链，保留双方应答，并立即告知各成员机构。",
    en="The height {height} has two different headers, both with enough seals, from {first} and {second}: sealers with more than a third "
    "of the power have sealed twice. Stop relying on this chain, keep both answers, and tell the members at once.",
):
    height: int
    first: str
    second: str
