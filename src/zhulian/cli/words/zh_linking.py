"""The sentences of links to public pages in Chinese."""

__all__ = ["LINKING"]

LINKING: dict[str, str] = {
    "link.help": "公示页与存证证书的链接和二维码，打开者无需登录。",
    "link.record.help": "生成业务记录公示页的链接与二维码；同一记录每次生成的编码相同。",
    "link.certificate.help": "生成存证证书的链接：打开者可核验证书并核对原件。",
    "link.instance": "应用名称",
    "link.type": "记录类型",
    "link.key": "记录编号；多段编号以 / 分隔",
    "link.until": "链接有效的最后一天（链的时区）；不填则长期有效",
    "link.qr": "把二维码写入该文件（SVG），而不在终端显示",
    "link.name": "证书上的文件名；不填则取回执的名称",
    "link.shows.record": "打开者可见场景定义所公开的字段、办理经过与时间、证明状态；不显示自然人姓名和其他字段。",
    "link.shows.certificate": "打开者可见存证证书：文件名与摘要、存证方、时间与签章；文件本身不在其中。",
    "link.ends": "有效至 {time}；持有链接的人可以转交他人。",
    "link.endless": "长期有效；持有链接的人可以转交他人。",
}
