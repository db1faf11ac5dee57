"""The sentences of watching a network in Chinese."""

__all__ = ["WATCHING"]

WATCHING: dict[str, str] = {
    "network.watch.help": "持续显示各节点的高度、连接、签章、时钟、磁盘与证书，并提示需处理的事项；按 Ctrl-C 结束。",
    "network.monitoring.help": "写出以 Prometheus 与 Grafana 监控本网络所需的文件：采集目标、告警规则与仪表盘。",
    "network.option.every": "两次查看之间的秒数。",
    "network.option.once": "只查看一次。",
    "network.option.monitoring_out": "写入的目录。",
    "network.watch.heads": "节点|状态|高度|落后|相连|签章|待入块/待签章|时钟|磁盘剩余|证书余天|版本 · 引擎",
    "network.watch.accepting": "受理中",
    "network.watch.refusing": "暂不受理",
    "network.watch.well": "没有需要处理的事项",
    "network.watch.at": "截至 {time}",
    "network.alert.down": "节点 {node} 无应答。请查看其日志后重新启动",
    "network.alert.refusing": "节点 {node} 不受理存证：可能落后、可达成员不足或积压已满",
    "network.alert.silent": "已连续 {value} 个区块未见 {member} 的签章（由 {node} 观测）。请联系该成员确认其节点是否在运行",
    "network.alert.lag": "节点 {node} 落后 {value} 个区块",
    "network.alert.unsealed": "节点 {node} 有 {value} 个区块签章未达法定数，回执需等待",
    "network.alert.disk": "节点 {node} 的磁盘仅余 {value} %。磁盘写满时节点会停止",
    "network.alert.skew": "{member} 的时钟偏差 {value:+} 秒（由 {node} 观测），或其中一方出块滞后。请核对双方时钟",
    "network.alert.certificate": "节点 {node}：{member} 的数字证书将在 {value} 天后到期。请换证：zhulian identity renew {member}",
    "network.alert.authority": "节点 {node}：CA 证书 {member} 将在 {value} 天后到期。请用 zhulian govern propose 提出 identity.replace_ca，由各机构表决更换",
    "network.alert.expired": "节点 {node}：{member} 的数字证书已到期，其签名不予通过。请由本机构管理员换证：zhulian identity renew {member}",
    "network.alert.fork": "节点 {node} 在高度 {value} 的区块与其他节点不同。请停止该节点并运行 zhulian doctor",
}
