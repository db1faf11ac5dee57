"""The regulator's mandate: freeze, thaw and recall, each signed by two of its officers."""

from collections.abc import Sequence

from zhulian.client.body import Identity
from zhulian.client.core import Core
from zhulian.client.flow import Flow
from zhulian.client.submit import Outcome, submit

__all__ = ["freeze", "recall", "thaw"]


def freeze(
    core: Core, target: str, *, document: str, until: int, signers: Sequence[str | Identity] | None = None
) -> Flow[Outcome]:
    """Let nothing go out of a party, `@instance` or record (`instance/type/key`) until `until`, in Unix seconds.

    `document` is the digest of the legal document, 64 hex digits.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"type": "mandate.freeze", "document": document, "target": target, "until": until}
    return (yield from submit(core, [message], signers=signers))


def recall(
    core: Core, target: str, *, document: str, until: int, signers: Sequence[str | Identity] | None = None
) -> Flow[Outcome]:
    """Recall a thing that is followed, a record (`instance/type/key`), with all that comes from it; to be carried out until `until`, in Unix seconds.

    `document` is the digest of the legal document, 64 hex digits. A recall is never taken back.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"type": "mandate.recall", "document": document, "target": target, "until": until}
    return (yield from submit(core, [message], signers=signers))


def thaw(core: Core, target: str, *, document: str, signers: Sequence[str | Identity] | None = None) -> Flow[Outcome]:
    """End a freeze before its time, by another document.

    Raises:
        FromNode: a rule said no. Unreachable, OutcomeUnknown, NoSigner.
    """
    message = {"type": "mandate.thaw", "document": document, "target": target}
    return (yield from submit(core, [message], signers=signers))
