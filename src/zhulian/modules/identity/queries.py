"""What others read of the identity module: the certificates behind a key, who has a vote, and who there is."""

from zhulian.crypto import fingerprint
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.identity.credentials import possession_data, require_possession
from zhulian.modules.identity.state import CERTIFICATES, ENCRYPTION_KEYS, HANDLES, KEYS, MEMBERS, ORGANISATIONS, SIGNERS

__all__ = ["EncryptionKeys", "KeyNames", "PartyList", "VotingMembership"]


class KeyNames:
    """Fills the kernel's `Names`."""

    def certificates(self, state: StateView, fingerprint: str) -> list[bytes]:
        """The certificates behind a key as DER, from its own to the CA's; empty where none was put on chain."""
        found = KEYS.find(state, fingerprint)
        if found is None or found.certificate is None or not found.chain:
            return []
        return [bytes.fromhex(CERTIFICATES.get(state, each).der) for each in (found.certificate, *found.chain)]


class VotingMembership:
    """What the govern module asks about members and new keys."""

    def voting_organisations(self, state: StateView) -> tuple[str, ...]:
        """The active organisations, sorted; never empty."""
        return MEMBERS.get(state).active

    def key_is_registered(self, context: Context, public_key: bytes) -> bool:
        """Whether the key signs transactions, or ever did."""
        return KEYS.has(context.state, fingerprint(context.block.hasher.suite, public_key))

    def possession_data(self, name: str, public_key: bytes) -> bytes:
        """What a new key signs for the purpose `possession`."""
        return possession_data(name, public_key)

    def require_possession(self, context: Context, name: str, public_key: bytes, signature: bytes) -> None:
        """Check that `name` holds the key.

        Raises:
            NotInPossession.
        """
        require_possession(context, name, public_key, signature)


class PartyList:
    """What other modules ask about organisations and people that a message names."""

    def is_organisation(self, state: StateView, organisation: str) -> bool:
        """Whether it is a member and has not left; one that is suspended stays."""
        found = ORGANISATIONS.find(state, organisation)
        return found is not None and found.status != "left"

    def person(self, state: StateView, handle: str) -> tuple[str, str | None] | None:
        """The application that a person's handle was opened for, and the agent that acts for it; None if unknown or closed."""
        found = HANDLES.find(state, handle)
        return None if found is None or found.closed is not None else (found.instance, found.agent)


class EncryptionKeys:
    """What the share module asks: to which key content is sealed, and who keeps shares of keys."""

    def key_for(self, state: StateView, holder: str, time: int) -> str | None:
        """The fingerprint of the holder's encryption key that is valid at `time` (Unix seconds); None if there is none.

        A person in custody without a key of its own reads by its agent's.
        """
        found = ENCRYPTION_KEYS.find(state, holder)
        if found is None and holder.startswith("~"):
            handle = HANDLES.find(state, holder)
            if handle is not None and handle.agent is not None:
                found = ENCRYPTION_KEYS.find(state, handle.agent)
        if found is None or not found.not_before <= time <= found.not_after:
            return None
        return found.fingerprint

    def is_keeper(self, state: StateView, signer: str) -> bool:
        """Whether it is a service with the duty `keeper` of an active organisation, and is not revoked."""
        found = SIGNERS.find(state, signer)
        organisation = ORGANISATIONS.find(state, signer.partition(".")[0])
        active = organisation is not None and organisation.status == "active"
        return active and found is not None and found.revoked is None and "keeper" in found.duties
