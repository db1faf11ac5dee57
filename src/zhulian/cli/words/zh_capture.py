"""网页采集的中文语句。"""

__all__ = ["CAPTURE"]

CAPTURE: dict[str, str] = {
    "capture.help": "用真实浏览器采集网页并存证采集包：截图、网页、资源、证书及采集经过",
    "capture.url": "网页地址，如 https://主机/路径",
    "capture.out": "采集包的路径（不填：按主机名和时间命名，放在当前目录）",
    "capture.allow": "允许访问的内部地址或网段，如 10.20.0.0/16；可重复",
    "capture.trust": "站点除公共 CA 外可用的 CA 证书（PEM）；可重复",
    "capture.time_server": "校核时钟的时间服务器，可重复；none 表示不校核",
    "capture.browser": "浏览器程序文件（不填：系统中的 Chromium）",
    "capture.timeout": "采集时限（秒）",
    "capture.bytes_max": "网页传来内容的上限（字节）",
    "capture.width": "浏览器窗口宽度（像素）",
    "capture.begins": "正在采集 {url} …",
    "capture.done": "采集的网页：《{title}》  {url}  （HTTP 状态码 {status}）",
    "capture.when": "采集时间 {time}（采集机器的时钟）；请求资源 {asked} 个，应答 {answered} 个。",
    "capture.refused": "以下内部地址未予访问：{hosts}",
    "capture.members": "采集包内 {count} 个文件均与清单相符。",
}
