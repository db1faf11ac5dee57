"""Chinese sentences about freezes."""

__all__ = ["MANDATE"]

MANDATE: dict[str, str] = {
    "mandate.help": "监管方依创世文件中的授权办理冻结、解冻与召回。",
    "mandate.freeze.help": "冻结机构、应用或记录：不得转出，转入不受影响。",
    "mandate.thaw.help": "提前解除冻结。",
    "mandate.recall.help": "责令召回：该物品及由其制成的一切自该区块起不得流通，不可撤回。",
    "mandate.thing": "在追溯之中的记录（应用/类型/编号）。",
    "mandate.term": "完成召回的期限（天），最多 366 天。",
    "mandate.recalled": "已责令召回 {target}，限 {until} 前完成，自区块 {height} 起",
    "mandate.list.help": "列出当前的冻结。",
    "mandate.target": "机构（org2）、应用（@名称）或记录（应用/类型/编号）。",
    "mandate.document": "据以办理的法律文书；只有摘要上链。",
    "mandate.days": "冻结天数，最多 366 天；续冻须有新的文书。",
    "mandate.officers": "签署的经办人；须给出两次，即监管方的两名经办人。",
    "mandate.two": "须由监管方两名不同的经办人签署，请给出两次 --as",
    "mandate.frozen": "{target} 已冻结至 {until}，自区块 {height} 起",
    "mandate.thawed": "{target} 已解冻，自区块 {height} 起",
    "mandate.none": "当前没有冻结",
    "column.target": "冻结对象",
    "column.until": "截止",
    "column.officers": "经办人",
    "column.document": "文书摘要",
}
