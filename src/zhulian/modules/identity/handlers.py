"""What members do themselves: enrol signers, renew and revoke keys, set duties, open and close handles."""

from msgspec.structs import replace

from zhulian.crypto import fingerprint
from zhulian.ledger.module import Context
from zhulian.modules.identity.credentials import issuing, read_credential, require_new, require_possession, save_credential
from zhulian.modules.identity.errors import (
    AlreadyRevoked,
    HandleExists,
    HandleHasOwnKey,
    HandleIsClosed,
    HandleOfAnotherAgent,
    KeyNotHere,
    KeyOfAnotherSigner,
    NeedsAdmin,
    NeedsAdminOrSelf,
    NeedsAgent,
    OwnDuties,
    SignerExists,
    SignerIsRevoked,
    TooManyKeys,
    UnknownHandle,
    UnknownSigner,
    ValidityIsOver,
)
from zhulian.modules.identity.events import DutiesSet, Enrolled, HandedOver, HandleClosed, HandleOpened, KeyAdded, Revoked
from zhulian.modules.identity.guards import (
    KEYS_MAX,
    acting_agent,
    admins_with,
    is_admin,
    organisation_of,
    require_admin,
    require_duties,
)
from zhulian.modules.identity.messages import AddKey, CloseHandle, Enrol, HandOver, OpenHandle, OwnKey, Revoke, SetDuties
from zhulian.modules.identity.needs import SealKeys
from zhulian.modules.identity.state import ADMINS, HANDLES, KEYS, ORGANISATIONS, SIGNERS, End, Handle, Key, Signer

__all__ = ["Handlers"]


class Handlers:
    """Needs to know of a new key whether it is a seal key."""

    def __init__(self, seals: SealKeys) -> None:
        self._seals = seals

    def handle_enrol(self, context: Context, message: Enrol) -> None:
        """Register a signer of the admin's organisation with its first key."""
        # AUTHORIZE
        organisation = organisation_of(message.signer)
        require_admin(context, organisation)

        # VALIDATE
        require_duties(message.kind, message.duties)
        if SIGNERS.has(context.state, message.signer):
            raise SignerExists(signer=message.signer)
        roots = issuing(ORGANISATIONS.get(context.state, organisation), context.block.hasher.suite)
        credential = read_credential(context, message.signer, message, roots, self._seals)
        signer = Signer(duties=tuple(message.duties), keys=(credential.fingerprint,), kind=message.kind)
        admins = admins_with(context, message.signer, signer)

        # APPLY
        SIGNERS.set(context.state, message.signer, value=signer)
        ADMINS.set(context.state, organisation, value=admins)
        save_credential(context.state, context.block.hasher.suite, message.signer, credential)

        # EMIT
        context.emit(Enrolled(key=credential.fingerprint, signer=message.signer))

    def handle_add_key(self, context: Context, message: AddKey) -> None:
        """Register another key of a signer; only an admin may vouch for a certificate."""
        # AUTHORIZE
        organisation = organisation_of(message.signer)
        by_admin = any(is_admin(each, organisation) for each in context.acting)
        if not by_admin and not any(each.signer == message.signer for each in context.acting):
            raise NeedsAdminOrSelf(signer=message.signer)
        if message.vouched is not None and not by_admin:
            raise NeedsAdmin(organisation=organisation)

        # VALIDATE
        before = SIGNERS.find(context.state, message.signer)
        if before is None:
            raise UnknownSigner(signer=message.signer)
        if before.revoked is not None:
            raise SignerIsRevoked(signer=message.signer, height=before.revoked.height)
        if len(before.keys) >= KEYS_MAX:
            raise TooManyKeys(signer=message.signer, most=KEYS_MAX)
        roots = issuing(ORGANISATIONS.get(context.state, organisation), context.block.hasher.suite)
        credential = read_credential(context, message.signer, message, roots, self._seals)
        signer = replace(before, keys=(*before.keys, credential.fingerprint))
        admins = admins_with(context, message.signer, signer)

        # APPLY
        SIGNERS.set(context.state, message.signer, value=signer)
        ADMINS.set(context.state, organisation, value=admins)
        save_credential(context.state, context.block.hasher.suite, message.signer, credential)

        # EMIT
        context.emit(KeyAdded(key=credential.fingerprint, signer=message.signer))

    def handle_revoke(self, context: Context, message: Revoke) -> None:
        """End one key, or a signer whatever its keys, from the next transaction on."""
        # AUTHORIZE
        organisation = organisation_of(message.signer)
        if not any(is_admin(each, organisation) or each.signer == message.signer for each in context.acting):
            raise NeedsAdminOrSelf(signer=message.signer)

        # VALIDATE
        before = SIGNERS.find(context.state, message.signer)
        if before is None:
            raise UnknownSigner(signer=message.signer)
        if before.revoked is not None:
            raise AlreadyRevoked(what=message.signer, height=before.revoked.height)
        end = End(height=context.block.height, reason=message.reason, time_ms=context.block.time_ms)
        signer = replace(before, revoked=end)
        key = None
        if message.key is not None:
            key = replace(_revocable_key(context, message.signer, message.key), revoked=end)
            signer = replace(before, keys=tuple(each for each in before.keys if each != message.key))
        admins = admins_with(context, message.signer, signer)

        # APPLY
        SIGNERS.set(context.state, message.signer, value=signer)
        ADMINS.set(context.state, organisation, value=admins)
        if message.key is not None and key is not None:
            KEYS.set(context.state, message.key, value=key)

        # EMIT
        context.emit(Revoked(key=message.key, reason=message.reason, signer=message.signer))

    def handle_set_duties(self, context: Context, message: SetDuties) -> None:
        """Give another signer of the admin's organisation other duties, from the next transaction on."""
        # AUTHORIZE
        organisation = organisation_of(message.signer)
        require_admin(context, organisation)
        if not any(is_admin(each, organisation) and each.signer != message.signer for each in context.acting):
            raise OwnDuties()

        # VALIDATE
        before = SIGNERS.find(context.state, message.signer)
        if before is None:
            raise UnknownSigner(signer=message.signer)
        if before.revoked is not None:
            raise SignerIsRevoked(signer=message.signer, height=before.revoked.height)
        require_duties(before.kind, message.duties)
        signer = replace(before, duties=tuple(message.duties))
        admins = admins_with(context, message.signer, signer)

        # APPLY
        SIGNERS.set(context.state, message.signer, value=signer)
        ADMINS.set(context.state, organisation, value=admins)

        # EMIT
        context.emit(DutiesSet(duties=signer.duties, signer=message.signer))

    def handle_open_handle(self, context: Context, message: OpenHandle) -> None:
        """Open a fresh handle: in the agent's custody, or with a key that the person holds."""
        # AUTHORIZE
        agent = acting_agent(context)

        # VALIDATE
        if HANDLES.has(context.state, message.handle):
            raise HandleExists(handle=message.handle)
        name, key = None, None
        if message.own is not None:
            name, key = _own_key(context, message.handle, message.own, self._seals)
        handle = Handle(
            agent=agent if name is None else None,
            height=context.block.height,
            instance=message.instance,
            key=name,
            opened_by=agent,
        )

        # APPLY
        HANDLES.set(context.state, message.handle, value=handle)
        if name is not None and key is not None:
            KEYS.set(context.state, name, value=key)

        # EMIT
        context.emit(HandleOpened(agent=handle.agent, handle=message.handle, instance=message.instance, key=name))

    def handle_hand_over(self, context: Context, message: HandOver) -> None:
        """Let a person out of custody: its handle takes the person's own key, and its agent acts no more."""
        # AUTHORIZE
        agent = acting_agent(context)
        before = HANDLES.find(context.state, message.handle)
        if before is None:
            raise UnknownHandle(handle=message.handle)
        if before.opened_by != agent:
            raise HandleOfAnotherAgent(agent=before.opened_by, handle=message.handle)

        # VALIDATE
        if before.closed is not None:
            raise HandleIsClosed(handle=message.handle, height=before.closed.height)
        if before.agent is None:
            raise HandleHasOwnKey(handle=message.handle)
        name, key = _own_key(context, message.handle, message.own, self._seals)

        # APPLY
        HANDLES.set(context.state, message.handle, value=replace(before, agent=None, key=name))
        KEYS.set(context.state, name, value=key)

        # EMIT
        context.emit(HandedOver(agent=agent, handle=message.handle, key=name))

    def handle_close_handle(self, context: Context, message: CloseHandle) -> None:
        """Close a handle: its person by its own key, or the organisation that opened it."""
        # AUTHORIZE
        before = HANDLES.find(context.state, message.handle)
        if before is None:
            raise UnknownHandle(handle=message.handle)
        closers = [each for each in context.acting if each.signer == message.handle or each.organisation == before.opened_by]
        if not closers:
            raise HandleOfAnotherAgent(agent=before.opened_by, handle=message.handle)
        if not any(each.signer == message.handle or "agent" in each.duties for each in closers):
            raise NeedsAgent()

        # VALIDATE
        if before.closed is not None:
            raise HandleIsClosed(handle=message.handle, height=before.closed.height)

        # APPLY
        end = End(height=context.block.height, reason="closed", time_ms=context.block.time_ms)
        HANDLES.set(context.state, message.handle, value=replace(before, closed=end))

        # EMIT
        context.emit(HandleClosed(handle=message.handle))


def _revocable_key(context: Context, signer: str, name: str) -> Key:
    key = KEYS.find(context.state, name)
    if key is None:
        raise KeyNotHere(key=name)
    if key.signer != signer:
        raise KeyOfAnotherSigner(key=name, signer=signer)
    if key.revoked is not None:
        raise AlreadyRevoked(what=name, height=key.revoked.height)
    return key


def _own_key(context: Context, handle: str, own: OwnKey, seals: SealKeys) -> tuple[str, Key]:
    """The person's key with its fingerprint."""
    now = context.block.time
    if own.not_after < now:
        raise ValidityIsOver(not_before=now, not_after=own.not_after, now=now)
    public_key = bytes.fromhex(own.public_key)
    name = fingerprint(context.block.hasher.suite, public_key)
    require_new(context.state, name, public_key, seals)
    require_possession(context, handle, public_key, bytes.fromhex(own.possession))
    return name, Key(not_after=own.not_after, not_before=now, public_key=own.public_key, signer=handle)
