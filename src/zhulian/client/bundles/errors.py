"""What evidence bundles refuse."""

from zhulian.errors import Refusal, Words

__all__ = ["NotABundle"]


class NotABundle(
    Refusal,
    code="client/211",
    zh="{path} 不是可核验的证据包：{why.zh}。请向提交方索取原包，勿自行解压后重新打包。",
    en="{path} is no evidence bundle that can be verified: {why.en}. Ask for the bundle as it was made, not unpacked and packed again.",
):
    path: str
    why: Words
