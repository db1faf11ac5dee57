"""Chinese sentences about proving what definitions promise."""

__all__ = ["PROVING"]

PROVING: dict[str, str] = {
    "scenario.prove.help": "证明场景定义的各项约束在任何办理之后都成立；有约束被推翻时退出码为 1",
    "scenario.manual.prove": "先行证明各项约束，并增加一章说明成立的缘由",
    "prove.out": "证明报告的保存文件，即供签名的形式（RFC 8785 JSON）",
    "prove.since": "此前的证明报告：所依据内容未变的，沿用其结论",
    "prove.from": "前一版的定义文件：一并证明各项约束在由该版升级之后成立",
    "prove.over": "第 {version} 版，自第 {before} 版升级而来（该版定义的 SM3 摘要：{digest}）",
    "prove.why": "逐项说明约束成立的缘由",
    "prove.sign": "以该经办人签署报告，并报送至链上，记于已发布的定义之下",
    "prove.proving": "正在证明",
    "prove.contradiction": "下列约束互相矛盾，由此不作任何证明：{names}",
    "prove.story": "可重现的步骤：",
    "prove.rests": "证明所依据的前提：",
    "prove.counts": "已证明 {proved} 项，已推翻 {refuted} 项，运行时校验 {runtime} 项",
    "prove.engine": "求解器 {name} {version}，随机种子 {seed}，每问上限 {limit} 步",
    "prove.digest": "证明报告的摘要（SM3）：{digest}",
}
