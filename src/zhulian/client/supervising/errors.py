"""What the gallery and supervision refuse on the client's side."""

from zhulian.errors import Refusal

__all__ = ["NoSuchPack", "SupervisingFault"]


class SupervisingFault(Refusal):
    """Anything that the gallery and supervision refuse here."""


class NoSuchPack(
    SupervisingFault,
    code="client/270",
    zh="没有场景包 {scenario}。现有：{known}。",
    en="There is no pack {scenario}. There are: {known}.",
):
    scenario: str
    known: str
