"""The sentences of watching a network in English."""

__all__ = ["WATCHING"]

WATCHING: dict[str, str] = {
    "network.watch.help": "Show heights, peers, seals, clocks, disk and certificates of the nodes again and again, and what to look at. Ctrl-C ends it.",
    "network.monitoring.help": "Write what Prometheus and Grafana need to watch the network: targets, alert rules, a dashboard.",
    "network.option.every": "How many seconds between two looks.",
    "network.option.once": "Look once.",
    "network.option.monitoring_out": "The folder to write into.",
    "network.watch.heads": "node|state|height|behind|peers|sealing|pending/unsealed|clock|disk free|cert. days|version · engine",
    "network.watch.accepting": "accepting",
    "network.watch.refusing": "not accepting",
    "network.watch.well": "Nothing to look at",
    "network.watch.at": "As of {time}",
    "network.alert.down": "The node {node} does not answer. Look at its logs, then start it",
    "network.alert.refusing": "The node {node} accepts no deposits: it is behind, reaches too few members, or is full",
    "network.alert.silent": "No seal of {member} for {value} headers (seen from {node}). Ask that member whether its node runs",
    "network.alert.lag": "The node {node} is {value} blocks behind",
    "network.alert.unsealed": "{value} headers lack their quorum of seals on {node}; receipts wait",
    "network.alert.disk": "The disk of {node} has {value} % left. A full disk stops the node",
    "network.alert.skew": "The clock of {member} is {value:+} s off (seen from {node}), or one of the two lags behind. Check both clocks",
    "network.alert.certificate": "The certificate of {member} at {node} runs out in {value} days. Renew it: zhulian identity renew {member}",
    "network.alert.authority": "The CA certificate {member} at {node} runs out in {value} days. Let the members vote on a new one: identity.replace_ca by zhulian govern propose",
    "network.alert.expired": "The certificate of {member} at {node} has run out: what it signs is refused. Renew it, signed by an admin: zhulian identity renew {member}",
    "network.alert.fork": "The node {node} shows another block at height {value} than the others. Stop it and run zhulian doctor",
}
