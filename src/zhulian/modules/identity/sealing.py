"""To which key content for an organisation, a signer or a person is sealed."""

from zhulian.crypto import CryptoFault, fingerprint
from zhulian.ledger.module import Context
from zhulian.modules.identity.credentials import (
    VERIFY_STEPS,
    Credential,
    from_chain,
    issuing,
    require_new,
    save_encryption_key,
)
from zhulian.modules.identity.errors import (
    HandleIsClosed,
    NeedsAdmin,
    NeedsAdminOrSelf,
    NotAnEncryptionKey,
    NotTheHolder,
    OneEncryptionKey,
    SignerIsRevoked,
    UnknownHandle,
    UnknownSigner,
    ValidityIsOver,
)
from zhulian.modules.identity.events import EncryptionKeySet
from zhulian.modules.identity.guards import is_admin, organisation_of
from zhulian.modules.identity.messages import SetEncryptionKey
from zhulian.modules.identity.needs import SealKeys
from zhulian.modules.identity.state import HANDLES, ORGANISATIONS, SIGNERS

__all__ = ["SealingHandlers"]

_FOR_EVER = 2**40
"""A person's own encryption key has no end of its own; it ends with the handle."""


class SealingHandlers:
    """Needs to know of a new key whether it is a seal key."""

    def __init__(self, seals: SealKeys) -> None:
        self._seals = seals

    def handle_set_encryption_key(self, context: Context, message: SetEncryptionKey) -> None:
        """Set the encryption key of an organisation, a signer or a person; what was sealed before stays with the older key."""
        # AUTHORIZE
        holder = message.holder
        organisation = organisation_of(holder)
        by_admin = any(is_admin(each, organisation) for each in context.acting)
        if holder.startswith("~"):
            _require_person(context, holder)
        elif holder == organisation and not by_admin:
            raise NeedsAdmin(organisation=organisation)
        elif not by_admin and not any(each.signer == holder for each in context.acting):
            raise NeedsAdminOrSelf(signer=holder)

        # VALIDATE
        if holder != organisation:
            _require_signer(context, holder)
        credential = _credential(context, message)
        if credential.not_after < context.block.time:
            raise ValidityIsOver(not_before=credential.not_before, not_after=credential.not_after, now=context.block.time)
        require_new(context.state, credential.fingerprint, credential.public_key, self._seals)

        # APPLY
        save_encryption_key(context.state, context.block.hasher.suite, holder, credential, context.block.height)

        # EMIT
        context.emit(EncryptionKeySet(holder=holder, key=credential.fingerprint))


def _require_person(context: Context, handle: str) -> None:
    found = HANDLES.find(context.state, handle)
    if found is None:
        raise UnknownHandle(handle=handle)
    if found.closed is not None:
        raise HandleIsClosed(handle=handle, height=found.closed.height)
    if not any(each.signer == handle for each in context.acting):
        raise NotTheHolder(holder=handle)


def _require_signer(context: Context, signer: str) -> None:
    found = SIGNERS.find(context.state, signer)
    if found is None:
        raise UnknownSigner(signer=signer)
    if found.revoked is not None:
        raise SignerIsRevoked(signer=signer, height=found.revoked.height)


def _credential(context: Context, message: SetEncryptionKey) -> Credential:
    """The key that the message brings, judged.

    Raises:
        OneEncryptionKey, NotAnEncryptionKey; those of `from_chain`.
    """
    suite, holder = context.block.hasher.suite, message.holder
    is_person = holder.startswith("~")
    if (message.chain is None) != is_person or (message.public_key is None) == is_person:
        raise OneEncryptionKey(holder=holder)
    if message.chain is not None:
        chain = tuple(bytes.fromhex(each) for each in message.chain)
        context.state.charge(VERIFY_STEPS * len(chain))
        roots = issuing(ORGANISATIONS.get(context.state, organisation_of(holder)), suite)
        return from_chain(suite, holder, chain, roots, context.block.time, "encrypt")
    public_key = bytes.fromhex(message.public_key or "")
    try:
        suite.check_encryption_key(public_key)
    except CryptoFault as fault:
        raise NotAnEncryptionKey(holder=holder, why=fault.words()) from None
    return Credential(
        fingerprint=fingerprint(suite, public_key),
        public_key=public_key,
        certificate="",
        chain=(),
        not_before=context.block.time,
        not_after=_FOR_EVER,
    )
