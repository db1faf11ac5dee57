"""The sentences of playing a story in Chinese."""

__all__ = ["PLAYING"]

PLAYING: dict[str, str] = {
    "scenario.play.help": "在临时链上演练场景包的一个剧本，逐步说明：由谁办理、何事被拒绝及其原因、记录处于什么状态。",
    "play.pack": "随本版本提供的场景包名称，或场景定义文件（.yaml）",
    "play.story": "剧本名称；不填则列出全部剧本",
    "play.pause": "每一步之后等待回车",
    "play.which": "可演练的剧本（以名称指定）：",
    "play.on": "按回车继续下一步",
    "play.place": "{record} 现为：{state}",
    "play.came.done": "已办理",
    "play.came.refused": "按规则拒绝",
    "play.came.waited": "时间经过",
    "play.came.seen": "查验",
    "play.came.wrong": "与剧本不符",
}
