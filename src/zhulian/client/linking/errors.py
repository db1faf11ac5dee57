"""What the client refuses about links."""

from zhulian.errors import Refusal

__all__ = ["NoOpening"]


class NoOpening(
    Refusal,
    code="client/310",
    zh="回执中没有盐值与摘要（opening），打开链接的人无法核对原件。请使用存证方自己的回执，或执行 zhulian evidence receipt 重新取得。",
    en="The receipt has no opening (salt and digest), so who opens the link could not compare the original. Use the depositor's own receipt, or remake "
    "it with zhulian evidence receipt.",
):
    pass
