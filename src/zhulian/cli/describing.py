"""What is said of files that are deposited, as commands take it."""

from typing import TYPE_CHECKING

from zhulian.cli.errors import BadValue
from zhulian.cli.words import say

if TYPE_CHECKING:
    from zhulian.client.sealed.describing import Describing

__all__ = ["describing_of"]


def describing_of(command: str, about: str | None, undescribed: bool) -> "Describing | None":
    """What is said of each file or folder beside its name.

    Raises:
        BadValue: words are given for what is to be left undescribed.
    """
    from zhulian.client.sealed.describing import Describing

    if about is not None and undescribed:
        raise BadValue(command=command, name="--about", why=say("evidence.about_alone"))
    return None if undescribed else Describing(about or "", required=about is not None)
