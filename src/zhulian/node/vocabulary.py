"""What definitions may say on this program's chains, for whoever above the node reads one."""

from zhulian.language.registry import Registry
from zhulian.modules import every_word

__all__ = ["vocabulary"]


def vocabulary() -> Registry:
    """The kernel's words and those that every module of this program lends."""
    return every_word()
