"""The sentences of reports, in both languages."""

from collections.abc import Mapping

from zhulian.errors import Words

__all__ = ["ASSUMES", "DETAILS", "EXAMPLES", "FINDINGS", "HOW", "ITSELF", "KINDS", "REASONS", "UNTRIED", "USED", "VERDICTS"]

VERDICTS: Mapping[str, Words] = {
    "proved": Words("已证明", "Proved"),
    "refuted": Words("已推翻", "Refuted"),
    "runtime": Words(
        "运行时校验：未能证明，由链上在每次办理时校验", "Checked at run time: not proved; the chain checks it every time"
    ),
}

REASONS: Mapping[str, Words] = {
    "": Words("已证明", "proved"),
    "limit": Words(
        "求解器在规定的步数之内没有得出结论（常见原因是两个未知数相乘或相除；改为比较和、差，或补充约束后可再证）",
        "the solver did not decide within its limit of steps (mostly for products or quotients of two unknowns; compare sums instead, or promise more)",
    ),
    "outside": Words("所用的写法不在证明模型之内（{detail}）", "it uses what the model does not cover ({detail})"),
    "private": Words("涉及保密或可删除的内容，不作证明", "it asks what is private or can be erased, of which nothing is proved"),
    "not_inductive": Words(
        "从某种状态出发会违反；在求解步数的规定上限之内所试的办理（每种至多 {detail} 步）均未到达该状态。可补充一项约束排除该状态",
        "it would break from some state, to which none of the ways leads that were tried within the limit of the solver's steps (each of up to {detail} steps); a further promise could rule that state out",
    ),
    "contradiction": Words(
        "各项约束互相矛盾，由此得不出任何结论", "the promises contradict one another, so nothing follows from them"
    ),
    "stopped": Words(
        "规则本身不阻止，只因违反本约束才被链上拒绝；宜补充一项规则说明缘由",
        "its own rules allow it, and the chain refuses it for this promise alone; a rule of its own would say why",
    ),
    "broken": Words("办理之后约束即不成立，而链上并不阻止", "it breaks, and the chain does not stop it"),
    "stranded": Words(
        "记录迁移后违反本约束，链上此后拒绝对其作任何办理",
        "a record breaks it once it has moved, and the chain refuses whatever is done to it from then on",
    ),
    "unmoved": Words(
        "某种状态的记录迁移后会违反；在所试的办理中没有到达该状态。可在前一版补充一项约束，或修改迁移规则",
        "a record in some state would break it once it has moved; none of the ways that were tried leads there. A promise of the version before could rule "
        "that state out, or the upgrade could move it otherwise",
    ),
    "no_way_out": Words("资产可能被永久锁住（{detail}）", "an asset can be locked for ever ({detail})"),
    "unjudged": Words(
        "定义留有按期取出或由权利人取出的途径；因部分办理不在证明模型之内（{detail}），该途径会不会失效未作结论",
        "the definition has a way out by time or by the owner; whether it can be gone is not concluded, since the model does not cover all that happens ({detail})",
    ),
}

DETAILS: Mapping[str, Words] = {
    "each": Words("对列表逐项办理之后可能改动的内容", "what effects for each item of a list may have changed"),
    "contract": Words("模块没有说明其用语的约定", "a module says too little of its words"),
    "comparison": Words("比较", "a comparison"),
    "key": Words("记录的编号", "the key of a record"),
    "keys_in_a_circle": Words("编号互相引用", "keys that name one another"),
    "title": Words("其他应用的权利凭证", "titles of other applications"),
    "type": Words("该类型的值", "values of that type"),
    "upgrade": Words("升级，须另行提供前一版定义", "the upgrade, for which the definition of the version before is needed"),
    "kept": Words("按原版本办结的记录", "records that finish under their version"),
    "total": Words("升级后口径不同的合计", "a total that counts otherwise after the upgrade"),
    "use": Words("升级后另行引入的内容", "a use that is another one after the upgrade"),
    "tasks": Words("升级后变动的任务", "tasks that the upgrade changes"),
    "trail": Words("记录的办理轨迹", "the trail of a record"),
}

UNTRIED = Words(
    "从某种状态出发会违反；未尝试任何办理步骤，不知能否到达该状态。可补充一项约束排除该状态",
    "it would break from some state; no way to it was tried, so whether one leads there is not known; a further promise could rule that state out",
)
"""`not_inductive` where the search for steps was not made: nobody could play them, or enough had been looked for."""

KINDS: Mapping[str, Words] = {
    "correction": Words("更正", "the correction"),
    "task": Words("任务完成", "the end of a task"),
    "expiry": Words("任务逾期", "the end of the time for tasks"),
    "upgrade": Words("升级", "the upgrade"),
}

FINDINGS: Mapping[str, Words] = {
    "never": Words("“{name}”在任何状态下都不能办成：在各项约束之下，下列要求无法满足：{detail}", "“{name}” can never be done: with all promises kept, this cannot be met: {detail}"),
    "left": Words("{name}：没有途径离开该状态", "{name}: nothing leads out of this state"),
    "unsigned": Words("“{name}”可不经权利人签署而动用（{detail}），由定义明文允许", "“{name}” takes without the owner's signature, as the definition says outright ({detail})"),
    "locked": Words("“{name}”所持资产可能被永久锁住（{detail}）", "What “{name}” holds can be locked for ever ({detail})"),
    "unjudged": Words(
        "“{name}”不在证明模型之内（{detail}），因此记录所持资产会不会被永久锁住未作结论",
        "“{name}” is not covered by the model ({detail}), so nothing is concluded about assets that could be locked for ever",
    ),
}  # fmt: skip

HOW = Words(
    "每项约束的证明分两步：新建的记录符合约束；此前各项约束成立的，任何一次办理之后本约束仍然成立。以下逐项列明：哪些办理不触及约束所涉及的内容；其余办理之后约束为何仍成立，"
    "用到了哪些规则。末尾列明证明所依据的前提。",
    "Each promise is proved in two steps: a record that is made keeps it, and if all promises held before, this one holds after whatever is done. Of each promise it is said what "
    "does not touch what it speaks of, and why it still holds after everything else, by which rules. What all of this rests on stands at the end.",
)

EXAMPLES = Words(
    "以下数值由证明器任取，仅说明该操作能够办成；甲、乙、丙等代指任意的参与方、编号或文字。",
    "The prover chose the values at will; they show only that the action can be done. 甲, 乙, 丙 stand for any parties, numbers or texts.",
)

ITSELF = Words("此前本约束成立", "it held before")
"""A promise that rests on itself, as of before."""

USED: Mapping[str, Words] = {
    "who": Words("须由规定的一方签署", "it takes the signature of whoever the definition names"),
    "state": Words("只有处于规定状态的记录才能办理", "it is done only to a record in a state that allows it"),
    "require": Words("规则要求{name}", "a rule asks that {name}"),
    "promise": Words("此前约束“{name}”成立", "“{name}” held before"),
    "before": Words("前一版的约束“{name}”", "“{name}” held in the version before"),
    "setting": Words("参数“{name}”不随升级改动", "the setting “{name}” is not changed with the upgrade"),
    "verb": Words("{name} 要求 {clause}", "{name} asks that {clause}"),
    "modules": Words("模块按约定执行其提供的操作", "the modules do what they say of their operations"),
    "new": Words("新建的记录此前并不存在", "the record that is made was not there before"),
    "there": Words("所涉及的记录确已存在", "the records that it is about are there"),
    "value": Words("计算不溢出，所取的内容齐备", "no sum overflows, and what is read is there"),
    "field": Words("字段的取值范围", "the bounds of fields"),
    "final": Words("终态的记录不再变更状态", "a record that has ended stays so"),
    "time": Words("到期时间已到", "its time has come"),
    "input": Words("对所填内容的限制", "what may be handed in"),
    "reveal": Words("所揭示的与所封存的一致", "what is shown is what was sealed"),
}

ASSUMES: Mapping[str, Words] = {
    "engine": Words(
        "引擎按本定义执行，证明所用的模型与引擎一致（已以随机对照测试检验，未作形式证明）",
        "The engine runs the definition as written, and the prover's model of it is right (held against the engine by random tests, not proved)",
    ),
    "solver": Words("求解器 z3 给出的结论正确", "The answers of the solver z3 are right"),
    "modules": Words(
        "各模块按约定执行其提供的操作（由随机运行检验）",
        "The modules do what they say of their operations (held to it by random runs)",
    ),
    "incoming": Words(
        "其他应用不向本应用的记录转入资产；若有转入，涉及余额的约束可能不再成立",
        "No other application gives assets to records of this one; if one does, promises about balances may fail",
    ),
    "before": Words(
        "升级之前，前一版的各项约束均成立；所引用的各项内容仍取自同一应用",
        "Before the upgrade the promises of the version before hold, and what is used stays bound to the same instances",
    ),
    "uses": Words("所引用的各项资产、记录互不相同", "The assets and records that the application uses are all different ones"),
}
