"""遇到故障时的中文语句。"""

__all__ = ["FAULTS"]

FAULTS: dict[str, str] = {
    "agree.help": "链停滞时各成员在链外达成协议：跳过交易，或在失去成员后继续运行。须先停止本节点。",
    "agree.skip.help": "起草并签署：不执行某笔使程序出错的交易。",
    "agree.recover.help": "起草并签署：永久失去部分成员后，由其余成员继续运行。此后证明的依据将出现断点。",
    "agree.sign.help": "核对内容（zhulian agree show）后，以本节点的签章密钥补签。",
    "agree.show.help": "显示协议内容、已签署与待签署的成员。",
    "agree.apply.help": "使已签署齐全的协议在本节点生效。每个节点都须执行，然后启动。",
    "agree.file": "协议文件。",
    "agree.reason": "事由，供日后查阅，内容公开。",
    "agree.out": "写入的文件。",
    "agree.transaction": "交易编号，即节点停止时所报的编号。",
    "agree.without": "永久失去的签章节点；有几个就写几次。",
    "agree.is_skip": "协议：不执行交易 {transaction}，区块中记为未通过（ledger/4）",
    "agree.is_recovery": "协议：自高度 {height} 之后，不再有 {lost}，由 {going_on} 继续运行",
    "agree.why": "事由：{reason}（起草于 {made}）",
    "agree.digest": "摘要：{digest}",
    "agree.signed": "已签署：{names}（权重 {power}／{whole}）",
    "agree.due": "待签署：{names}。请各自在本节点执行：zhulian agree sign {file}",
    "agree.enough": "签署已齐。请在每个节点执行 zhulian agree apply {file}，然后启动",
    "agree.applied": "已在本节点生效，链首高度 {height}",
    "agree.publish": "请将 {file} 与创世摘要一同公布：验证此后的回执需要它（zhulian verify --agreement）",
    "verify.agreement": "成员公布的恢复协议；有几份就写几次。",
    "verify.break": "断点：高度 {height} 之后，签章不再由三分之二以上的节点延续。{members}（权重 {power}／{whole}）依 {made} 的协议继续运行，事由：“{reason}”（{agreement}）。此后的记录以其所言为据。",
}
