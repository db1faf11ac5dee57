"""Guards that several handlers share: who must sign, which duties fit, and that no organisation is left without an admin."""

from collections.abc import Sequence

from zhulian.ledger.module import Acting, Context
from zhulian.modules.identity.errors import DutiesNotSorted, DutyNotForKind, LastAdmin, NameTheParty, NeedsAdmin, NeedsAgent
from zhulian.modules.identity.messages import Kind
from zhulian.modules.identity.state import ADMINS, KEYS, SIGNERS, Admins, Signer

__all__ = ["KEYS_MAX", "acting_agent", "admins_with", "is_admin", "organisation_of", "require_admin", "require_duties"]

KEYS_MAX = 16
"""The most keys of one signer that are not revoked."""

_KINDS: dict[str, tuple[Kind, ...]] = {
    "admin": ("officer",),
    "agent": ("officer", "service"),
    "emergency": ("officer",),
    "keeper": ("service",),
    "voter": ("officer",),
}
"""Who may have the duties that the platform itself knows; others are free."""


def organisation_of(signer: str) -> str:
    """The organisation in a name of the form `org.serial`."""
    return signer.partition(".")[0]


def is_admin(each: Acting, organisation: str) -> bool:
    """Whether a signer is an officer of `organisation` with the duty `admin`."""
    return each.organisation == organisation and each.kind == "officer" and "admin" in each.duties


def require_admin(context: Context, organisation: str) -> None:
    """Check that an admin of `organisation` signs.

    Raises:
        NeedsAdmin.
    """
    if not any(is_admin(each, organisation) for each in context.acting):
        raise NeedsAdmin(organisation=organisation)


def acting_agent(context: Context) -> str:
    """The one organisation that signs by an officer or service with the duty `agent`.

    Raises:
        NeedsAgent: if there is none. NameTheParty: if there are several.
    """
    agents = [each.organisation for each in context.acting if each.organisation and "agent" in each.duties]
    if not agents:
        raise NeedsAgent()
    if any(each != agents[0] for each in agents):
        raise NameTheParty()
    return agents[0]


def require_duties(kind: Kind, duties: Sequence[str]) -> None:
    """Check that duties are sorted, unique, and fit for the kind of signer.

    Raises:
        DutiesNotSorted, DutyNotForKind.
    """
    if list(duties) != sorted(dict.fromkeys(duties)):
        raise DutiesNotSorted()
    for duty in duties:
        if kind not in _KINDS.get(duty, (kind,)):
            raise DutyNotForKind(duty=duty, kind=kind)


def admins_with(context: Context, name: str, after: Signer) -> Admins:
    """The admins of the organisation once the signer `name` is as `after` says: not revoked, with the duty and with a key.

    Raises:
        LastAdmin: if none were left, or if `name` were the last with a key that is valid at block time: then nobody could act
        for the organisation again.
    """
    organisation = organisation_of(name)
    before = ADMINS.find(context.state, organisation)
    others = [each for each in (before.signers if before else ()) if each != name]
    stays = "admin" in after.duties and bool(after.keys) and after.revoked is None
    signers = [*others, name] if stays else others
    if not signers or (_goes(context, name, after) and not any(_is_usable(context, each) for each in others)):
        raise LastAdmin(organisation=organisation, signer=name)
    return Admins(signers=tuple(sorted(signers)))


def _goes(context: Context, name: str, after: Signer) -> bool:
    """Whether the signer could act as an admin and will not be able to; whoever could not before is no loss."""
    return _is_usable(context, name) and not _can_act(context, after)


def _is_usable(context: Context, name: str) -> bool:
    signer = SIGNERS.find(context.state, name)
    return signer is not None and _can_act(context, signer)


def _can_act(context: Context, signer: Signer) -> bool:
    """Whether the signer may act as an admin at block time; a key that is not registered yet does not count."""
    if "admin" not in signer.duties or signer.revoked is not None:
        return False
    found = (KEYS.find(context.state, each) for each in signer.keys)
    return any(each is not None and each.not_before <= context.block.time <= each.not_after for each in found)
