"""What people call the parts of a proof; the path itself stays the name that programs compare."""

from collections.abc import Mapping
from typing import Final

from zhulian.errors import Words

__all__ = ["PARTS", "part_words"]

PARTS: Final[Mapping[str, Words]] = {
    "body": Words("交易内容（body）", "The transaction (body)"),
    "body.chain": Words("交易内容（body.chain）", "The transaction (body.chain)"),
    "body.messages": Words("交易操作（body.messages）", "The list of messages (body.messages)"),
    "certificates": Words("数字证书（certificates）", "The list of certificates (certificates)"),
    "checkpoint": Words("检查点文件（checkpoint）", "The checkpoint"),
    "fact": Words("链上状态证明（fact）", "The state fact"),
    "fact.format": Words("链上状态证明的格式名（fact.format）", "The format of the state fact (fact.format)"),
    "fact.header.chain": Words("链上状态证明（fact.header.chain）", "The state fact (fact.header.chain)"),
    "fact.key": Words("链上状态证明的键（fact.key）", "The key of the state fact (fact.key)"),
    "fact.proof": Words("链上状态的证明路径（fact.proof）", "The proof in the state fact (fact.proof)"),
    "facts": Words("附带的链上状态（facts）", "The list of state facts (facts)"),
    "file": Words("文件", "The file"),
    "format": Words("回执的格式名（format）", "The format of the receipt (format)"),
    "genesis": Words("创世配置（genesis）", "The genesis"),
    "head": Words("最新高度声明（head）", "The spoken head"),
    "head.format": Words("最新高度声明的格式名（head.format）", "The format of the spoken head (head.format)"),
    "head.header.chain": Words("最新高度声明（head.header.chain）", "The spoken head (head.header.chain)"),
    "head.next_sealers": Words("下一组签章节点（head.next_sealers）", "The next set of sealers (head.next_sealers)"),
    "head.spoken": Words("对最新高度的签名声明（head.spoken）", "The signed word on the newest header (head.spoken)"),
    "header": Words("区块头（header）", "The header (header)"),
    "header.chain": Words("区块头（header.chain）", "The header (header.chain)"),
    "opening": Words("盐值与摘要（opening）", "The opening of the commitment (opening)"),
    "opening.path": Words("批次路径（opening.path）", "The path in the batch (opening.path)"),
    "receipt": Words("回执（receipt）", "The receipt"),
    "result_path": Words("结果路径（result_path）", "The path of the result (result_path)"),
    "sealer_changes": Words("签章节点变更记录（sealer_changes）", "The list of sealer changes (sealer_changes)"),
    "seals": Words("区块签章（seals）", "The list of seals (seals)"),
    "signatures": Words("签名（signatures）", "The list of signatures (signatures)"),
    "transaction_path": Words("交易路径（transaction_path）", "The path of the transaction (transaction_path)"),
}
"""Every part that this package's own checks name. Both begin a sentence."""


def part_words(part: str) -> Words:
    """What people call `part`; a path that a caller made up himself stands for itself."""
    return PARTS.get(part) or Words(f"“{part}”", f"The part {part}")
