"""Chinese sentences about the gallery, alerts, supervision and sandboxes."""

__all__ = ["SUPERVISING"]

SUPERVISING: dict[str, str] = {
    # gallery
    "scenario.gallery.help": "按行业列出随本版本提供的场景包，或查看其中之一。",
    "scenario.picture.help": "将各类业务记录的状态图绘制为 SVG，中英文各一份。",
    "gallery.scenario": "要查看的场景包。",
    "gallery.line": "{title}（场景包 {scenario}）",
    "gallery.counts": "角色 {roles} 个，演练剧本 {stories} 个，约束 {promises} 项（由各节点在运行时校验）。",
    "gallery.more": "查看其中之一：zhulian scenario gallery SCENARIO",
    "gallery.head": "{title}（场景包 {scenario}）· {industry}",
    "gallery.roles": "参与角色",
    "gallery.stories": "演练剧本",
    "gallery.story": "{name}  {title}（共 {steps} 步，其中 {refused} 步应不予通过）",
    "gallery.promises": "约束（各节点在每次操作之后校验，不符即不予通过）",
    "picture.out": "写入的文件夹。",
    "picture.none": "该定义的业务记录均无状态。",
}
