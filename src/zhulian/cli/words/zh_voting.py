"""Chinese sentences about secret votes."""

__all__ = ["VOTING"]

VOTING: dict[str, str] = {
    "ballot.help": "加密投票：生成受托方与选民的专用文件，计票，并从链上重新核算。",
    "ballot.instance": "应用名称。",
    "ballot.record": "投票箱所属业务记录的类型与编号的各部分。",
    "ballot.out": "写入的文件；不写则为“记录类型-编号”加文件种类。",
    "ballot.mark": "所选项的序号，从 1 起；可重复。",
    "ballot.voter": "投票人：将提交选票的自然人代号（~…）或机构。",
    "ballot.key.help": "受托方的份额密钥文件，最先提交。",
    "ballot.deal.help": "受托方分发密钥份额的文件，全部受托方登记后生成。",
    "ballot.look.help": "解开他方分给本受托方的份额并核对，确认之前办理。",
    "ballot.fill.help": "填写加密选票。除您本人外，无人知道您选了什么。",
    "ballot.part.help": "受托方对已截止投票箱的解密份额文件。",
    "ballot.count.help": "根据各受托方的解密份额算出票数。",
    "ballot.recount.help": "从链上重新核对每张选票、总和、解密份额与公布的票数。",
    "ballot.written": "已写入 {path}，请用 zhulian app {instance} …=@{path} 提交",
    "ballot.sound": "分给 {party} 的各份额均无误，可以确认密钥。",
    "ballot.choice": "第 {choice} 项：{count} 票",
    "ballot.recounting": "正在核对选票",
    "ballot.agrees": "全部相符。核对选票 {ballots} 张，投票箱 {boxes} 个。",
    "ballot.uncounted": "票数尚未公布；目前已有内容均相符。",
}
