"""What the console says in Chinese about proving definitions."""

__all__ = ["ZH_PROVING"]

ZH_PROVING = {
    "proving.asking": "正在提交。",
    "proving.waits": "等候中，前面还有 {ahead} 项",
    "proving.far": "正在证明：{done} / {total} 问",
    "proving.progress": "证明进度",
    "proving.leave": "证明在节点上进行，可以离开本页；一小时之内回到本页即可查看结果。",
    "proving.end": "终止证明",
    "proving.ended": "证明已终止，不作任何结论。",
    "proving.save": "下载证明报告",
    "proving.earlier": "贵机构先前提交的证明尚未结束，以下为其进度。须证明本页内容的，请等候其结束，或先终止。",
    "proving.all.proved": "各项约束均已证明",
    "proving.all.refuted": "有约束已推翻",
    "proving.all.runtime": "部分约束未能证明，由链上在每次办理时校验",
    "proving.proved": "已证明",
    "proving.refuted": "已推翻",
    "proving.runtime": "运行时校验",
    "proving.digest": "报告摘要（SM3）",
    "proving.verdict": "结论",
    "proving.promise": "约束",
    "proving.why": "缘由",
    "proving.story": "违反约束的步骤",
    "proving.yaml": "以 YAML 显示，可放入文件的 stories 演练",
    "proving.noted": "提请注意",
    "proving.rests": "证明所依据的前提",
}
