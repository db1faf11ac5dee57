"""What the certificates refuse, and what they give notice of."""

from zhulian.errors import Refusal, Words

__all__ = ["AfterRecovery", "CertificateNotice", "CjkFontMissing", "NotADeposit", "NotRecorded", "NotWritten"]


class CertificateNotice(Refusal):
    """Something about a certificate that its reader should know."""


class CjkFontMissing(
    CertificateNotice,
    code="certificate/1",
    zh="未找到中文字体，未生成 PDF 证书；回执和 HTML 证书不受影响。在 Debian 上请执行 apt-get install fonts-noto-cjk 后重试。",
    en="There is no Chinese font, so no PDF certificate was made; receipt and HTML certificate are complete. "
    "On Debian run apt-get install fonts-noto-cjk and try again.",
):
    pass


class NotRecorded(
    CertificateNotice,
    code="certificate/2",
    zh="交易 {transaction} 未通过（{refusal}），没有产生存证，不能制作存证证书。请按编号查明原因后重新存证。",
    en="The transaction {transaction} was refused ({refusal}): nothing was deposited, so there is no certificate. Look up the number and deposit again.",
):
    transaction: str
    refusal: str


class NotADeposit(
    CertificateNotice,
    code="certificate/3",
    zh="交易 {transaction} 不是存证，不能制作存证证书。请使用 zhulian verify 核验该回执。",
    en="The transaction {transaction} is no deposit, so there is no certificate of evidence. Check its receipt with zhulian verify.",
):
    transaction: str


class NotWritten(
    CertificateNotice,
    code="certificate/4",
    zh="无法写入 {path}：{why.zh}。请检查目录权限和剩余空间后重试。",
    en="{path} cannot be written: {why.en}. Check permissions and space, then try again.",
):
    path: str
    why: Words


class AfterRecovery(
    CertificateNotice,
    code="certificate/5",
    zh="本链曾依成员的恢复协议继续运行（高度 {height} 之后）。HTML 证书的自验页面不能核验恢复协议，故不生成；请使用 PDF 证书，并以 zhulian verify --agreement 核验。",
    en="After height {height} this chain went on by an agreement of its members. The HTML certificate's own check cannot follow such an agreement, so none "
    "was made: use the PDF, and check with zhulian verify --agreement.",
):
    height: int
