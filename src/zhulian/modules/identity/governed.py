"""What the members decide together. Nothing but a passed proposal reaches these handlers, which is their whole authority."""

from collections.abc import Sequence

from msgspec.structs import replace

from zhulian.crypto import CryptoFault
from zhulian.crypto.certificates import verify_root
from zhulian.ledger.limits import HARD
from zhulian.ledger.module import Context
from zhulian.modules.identity.credentials import VERIFY_STEPS, Credential, read_credential, save_credential
from zhulian.modules.identity.errors import (
    AdminOfAnother,
    LastOrganisation,
    NotCaCertificate,
    OrganisationExists,
    OrganisationHasStatus,
    SignerExists,
    StillSeals,
    TooManyOrganisations,
    UnknownOrganisation,
)
from zhulian.modules.identity.events import (
    CaReplaced,
    OrganisationAdmitted,
    OrganisationReleased,
    OrganisationRestored,
    OrganisationSuspended,
)
from zhulian.modules.identity.guards import admins_with, organisation_of
from zhulian.modules.identity.messages import (
    AdmitOrganisation,
    FirstAdmin,
    ReleaseOrganisation,
    ReplaceCa,
    RestoreOrganisation,
    SuspendOrganisation,
)
from zhulian.modules.identity.needs import SealKeys
from zhulian.modules.identity.state import ADMINS, MEMBERS, ORGANISATIONS, SIGNERS, Admins, Members, Organisation, Signer

__all__ = ["GovernedHandlers"]


class GovernedHandlers:
    """Run by the govern module; needs to know of a new key whether it is a seal key."""

    def __init__(self, seals: SealKeys) -> None:
        self._seals = seals

    def handle_admit_organisation(self, context: Context, message: AdmitOrganisation) -> None:
        """Admit an organisation with its CA certificates and its first admin."""
        # AUTHORIZE: by the passed proposal

        # VALIDATE
        if ORGANISATIONS.has(context.state, message.organisation):
            raise OrganisationExists(organisation=message.organisation)
        active = MEMBERS.get(context.state).active
        if len(active) >= HARD.organisations_max:
            raise TooManyOrganisations(most=HARD.organisations_max)
        roots = _require_roots(context, message.certificates)
        credential, signer, admins = _read_admin(context, message.organisation, message.admin, roots, self._seals)
        organisation = Organisation(
            admitted=context.block.height,
            certificates=tuple(message.certificates),
            operator=message.operator,
            status="active",
            title=message.title,
        )

        # APPLY
        ORGANISATIONS.set(context.state, message.organisation, value=organisation)
        MEMBERS.set(context.state, Members(active=tuple(sorted((*active, message.organisation)))))
        _save_admin(context, message.admin.signer, credential, signer, admins)

        # EMIT
        context.emit(OrganisationAdmitted(admin=message.admin.signer, organisation=message.organisation))

    def handle_suspend_organisation(self, context: Context, message: SuspendOrganisation) -> None:
        """Suspend an active organisation."""
        # AUTHORIZE: by the passed proposal

        # VALIDATE
        before = _find(context, message.organisation)
        if before.status != "active":
            raise OrganisationHasStatus(organisation=message.organisation, status=before.status)
        members = _members_without(context, message.organisation)

        # APPLY
        ORGANISATIONS.set(context.state, message.organisation, value=replace(before, basis=message.basis, status="suspended"))
        MEMBERS.set(context.state, members)

        # EMIT
        context.emit(OrganisationSuspended(organisation=message.organisation, reason=message.reason))

    def handle_restore_organisation(self, context: Context, message: RestoreOrganisation) -> None:
        """Let a suspended organisation act again."""
        # AUTHORIZE: by the passed proposal

        # VALIDATE
        before = _find(context, message.organisation)
        if before.status != "suspended":
            raise OrganisationHasStatus(organisation=message.organisation, status=before.status)
        active = MEMBERS.get(context.state).active

        # APPLY
        ORGANISATIONS.set(context.state, message.organisation, value=replace(before, basis=None, status="active"))
        MEMBERS.set(context.state, Members(active=tuple(sorted((*active, message.organisation)))))

        # EMIT
        context.emit(OrganisationRestored(organisation=message.organisation))

    def handle_release_organisation(self, context: Context, message: ReleaseOrganisation) -> None:
        """Let an organisation leave for good, whether it was active or suspended."""
        # AUTHORIZE: by the passed proposal

        # VALIDATE
        before = _find(context, message.organisation)
        if before.status == "left":
            raise OrganisationHasStatus(organisation=message.organisation, status=before.status)
        members = _members_without(context, message.organisation)
        if self._seals.is_sealer(context.state, message.organisation):
            raise StillSeals(organisation=message.organisation)

        # APPLY
        ORGANISATIONS.set(context.state, message.organisation, value=replace(before, basis=None, status="left"))
        MEMBERS.set(context.state, members)

        # EMIT
        context.emit(OrganisationReleased(organisation=message.organisation))

    def handle_replace_ca(self, context: Context, message: ReplaceCa) -> None:
        """Register new keys under other CA certificates, and perhaps give the organisation a new admin."""
        # AUTHORIZE: by the passed proposal

        # VALIDATE
        before = _find(context, message.organisation)
        if before.status == "left":
            raise OrganisationHasStatus(organisation=message.organisation, status=before.status)
        roots = _require_roots(context, message.certificates)
        admin = None if message.admin is None else _read_admin(context, message.organisation, message.admin, roots, self._seals)
        suite = context.block.hasher.suite
        older = [each for each in before.certificates if each not in message.certificates]
        retired = tuple(suite.digest(bytes.fromhex(each)).hex() for each in older)

        # APPLY
        after = replace(before, certificates=(*message.certificates, *older), retired=retired)
        ORGANISATIONS.set(context.state, message.organisation, value=after)
        if message.admin is not None and admin is not None:
            _save_admin(context, message.admin.signer, *admin)

        # EMIT
        digests = tuple(suite.digest(each).hex() for each in roots)
        context.emit(CaReplaced(certificates=digests, organisation=message.organisation))


def _find(context: Context, organisation: str) -> Organisation:
    found = ORGANISATIONS.find(context.state, organisation)
    if found is None:
        raise UnknownOrganisation(organisation=organisation)
    return found


def _members_without(context: Context, organisation: str) -> Members:
    active = tuple(each for each in MEMBERS.get(context.state).active if each != organisation)
    if not active:
        raise LastOrganisation(organisation=organisation)
    return Members(active=active)


def _require_roots(context: Context, certificates: Sequence[str]) -> list[bytes]:
    """The CA certificates as DER, each fit to be trusted at block time."""
    roots = [bytes.fromhex(each) for each in certificates]
    for place, der in enumerate(roots, 1):
        context.state.charge(VERIFY_STEPS)
        try:
            verify_root(context.block.hasher.suite, der, context.block.time)
        except CryptoFault as fault:
            raise NotCaCertificate(place=place, inner=fault.code, inner_zh=fault.say("zh"), inner_en=fault.say("en")) from None
    return roots


def _read_admin(
    context: Context, organisation: str, admin: FirstAdmin, roots: Sequence[bytes], seals: SealKeys
) -> tuple[Credential, Signer, Admins]:
    if organisation_of(admin.signer) != organisation:
        raise AdminOfAnother(organisation=organisation, signer=admin.signer)
    if SIGNERS.has(context.state, admin.signer):
        raise SignerExists(signer=admin.signer)
    credential = read_credential(context, admin.signer, admin, roots, seals)
    signer = Signer(duties=("admin",), keys=(credential.fingerprint,), kind="officer")
    return credential, signer, admins_with(context, admin.signer, signer)


def _save_admin(context: Context, name: str, credential: Credential, signer: Signer, admins: Admins) -> None:
    SIGNERS.set(context.state, name, value=signer)
    ADMINS.set(context.state, organisation_of(name), value=admins)
    save_credential(context.state, context.block.hasher.suite, name, credential)
