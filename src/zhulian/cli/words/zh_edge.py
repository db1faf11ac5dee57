"""The sentences of the edge in Chinese: TLS."""

__all__ = ["EDGE"]

EDGE: dict[str, str] = {
    "tls.help": "网关 TLS 入口的数字证书",
    "tls.trial.help": "生成试用 CA 及其签发的数字证书，用于试用 TLS",
    "tls.show.help": "显示入口所用数字证书、能否使用及有效期",
    "tls.names": "访问网关所用的主机名和地址（本机地址自动加入）",
    "tls.out": "输出目录；缺省为数据目录下的 tls/",
    "tls.made": "已为 {names} 生成数字证书，有效期 {days} 天。仅供试用：尚无人信任其 CA",
    "tls.fingerprint": "CA 指纹（SHA-256）：{digest}",
    "tls.next": "请将以下几行写入 {path}，然后重新启动节点",
    "tls.trust": "客户端以 ZHULIAN_CA={path} 信任该 CA；浏览器请将该文件导入为受信任的颁发机构",
    "tls.none": "尚未开设 TLS 入口：{path} 中没有 [tls] 一节",
    "tls.usable": "{path} 可以使用，有效期至 {time}（还有 {days} 天）",
    "tls.where": "地址：{url}",
}
