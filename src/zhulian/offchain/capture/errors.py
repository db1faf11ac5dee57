"""What a capture refuses, by number."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AddressRefused",
    "BadAddress",
    "BrowserMissing",
    "BundleBroken",
    "BundleTooLarge",
    "CaptureMissing",
    "CertificateRefused",
    "ManifestAltered",
    "MemberAltered",
    "NoCertificateFile",
    "NotAPage",
    "NotReached",
    "PageHangs",
    "PageWanders",
    "RedirectRefused",
    "TooManyResources",
    "TooMuch",
]


class BadAddress(
    Refusal,
    code="capture/1",
    zh="网址 {url} 无效：{why.zh}。请写成 https://主机/路径。",
    en="The address {url} is not valid: {why.en}. Write it as https://host/path.",
):
    url: str
    why: Words


class AddressRefused(
    Refusal,
    code="capture/2",
    zh="{host} 指向 {address}，属于内部或保留地址，不予访问。确需采集内网页面的，请用 --allow-address 写明该地址或网段。",
    en="{host} leads to {address}, an inner or reserved address, and is not reached. To capture a page inside, name the address or network with --allow-address.",
):
    host: str
    address: str


class NotReached(
    Refusal,
    code="capture/3",
    zh="未能打开 {url}：{why.zh}。请核对网址和网络后重试。",
    en="{url} could not be opened: {why.en}. Check the address and the network, and try again.",
):
    url: str
    why: Words


class CertificateRefused(
    Refusal,
    code="capture/4",
    zh="{host} 的服务器证书未通过校验：{why.zh}。若该站点用内部 CA，请用 --trust-ca 给出其 CA 证书。",
    en="The certificate of {host} does not hold: {why.en}. If the site has a CA of its own, give its certificate with --trust-ca.",
):
    host: str
    why: Words


class RedirectRefused(
    Refusal,
    code="capture/5",
    zh="{url} 的跳转不可跟随：{why.zh}。请直接给出最终的网页地址。",
    en="The redirect of {url} cannot be followed: {why.en}. Give the address of the final page itself.",
):
    url: str
    why: Words


class NotAPage(
    Refusal,
    code="capture/6",
    zh="{url} 不是网页，而是供下载的文件或空内容。请另行下载后用 zhulian evidence deposit --source web_capture 存证。",
    en="{url} is no page but a file to download, or empty. Download it and deposit it with zhulian evidence deposit --source web_capture.",
):
    url: str


class TooMuch(
    Refusal,
    code="capture/7",
    zh="{url} 传来的内容超过 {most} 字节，采集中止。确需采集的，请用 --bytes-max 放宽。",
    en="{url} sent more than {most} bytes, and the capture was given up. If it must be, allow more with --bytes-max.",
):
    url: str
    most: int


class TooManyResources(
    Refusal,
    code="capture/8",
    zh="{url} 请求的资源超过 {most} 个，采集中止。请改为采集更具体的页面。",
    en="{url} asked for more than {most} resources, and the capture was given up. Capture a more particular page.",
):
    url: str
    most: int


class PageHangs(
    Refusal,
    code="capture/9",
    zh="{url} 在 {seconds} 秒内未能采集完毕，浏览器已关闭。可用 --timeout 延长后重试。",
    en="{url} could not be captured within {seconds} seconds, and the browser was closed. Try again with a longer --timeout.",
):
    url: str
    seconds: int


class PageWanders(
    Refusal,
    code="capture/10",
    zh="{url} 打开后自行跳转超过 {most} 次，无法确定采集哪一页。请直接给出要采集的网页地址。",
    en="{url} goes elsewhere by itself more than {most} times, so that there is no page to capture. Give the address of the page itself.",
):
    url: str
    most: int


class CaptureMissing(
    Refusal,
    code="capture/11",
    zh="网页采集需要另行安装：pip install 'zhulian[capture]'。",
    en="Capturing pages needs one more installation: pip install 'zhulian[capture]'.",
):
    pass


class BrowserMissing(
    Refusal,
    code="capture/12",
    zh="没有可用的 Chromium 浏览器：{why.zh}。请安装 Debian 的 chromium 软件包，或用 --browser 指明其程序文件。",
    en="There is no Chromium that works: {why.en}. Install Debian's package chromium, or name its programme with --browser.",
):
    why: Words


class NoCertificateFile(
    Refusal,
    code="capture/13",
    zh="{path} 不是 PEM 格式的 CA 证书。请核对文件。",
    en="{path} is no CA certificate in PEM. Check the file.",
):
    path: str


class BundleBroken(
    Refusal,
    code="capture/14",
    zh="采集包 {path} 已损坏：{why.zh}。请向存证方索取原件。",
    en="The bundle {path} is broken: {why.en}. Ask the depositor for the original.",
):
    path: str
    why: Words


class MemberAltered(
    Refusal,
    code="capture/15",
    zh="采集包中的 {member} 与清单所记摘要不符，已被改动。请向存证方索取原件。",
    en="{member} in the bundle has not the digest that its manifest states: it was altered. Ask the depositor for the original.",
):
    member: str


class ManifestAltered(
    Refusal,
    code="capture/16",
    zh="采集包各文件与清单相符，但采集包与回执不符：manifest.json 已被改动，或回执属于另一个采集包。",
    en="The bundle's files fit its manifest, but the bundle does not fit the receipt: manifest.json was altered, or the receipt is of another bundle.",
):
    pass


class BundleTooLarge(
    Refusal,
    code="capture/17",
    zh="采集包 {path} 超过 {most} 字节，不予读取。请核对文件。",
    en="The bundle {path} is larger than {most} bytes and is not read. Check the file.",
):
    path: str
    most: int
