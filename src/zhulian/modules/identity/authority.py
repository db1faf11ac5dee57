"""Who may sign: the kernel's `Authority`. It runs for every signature of every transaction, so it reads three values."""

from zhulian.ledger.module import Acting, KeyHolder
from zhulian.ledger.overlay import StateView
from zhulian.modules.identity.errors import (
    CertificateExpired,
    CertificateNotYetValid,
    HandleIsClosed,
    KeyIsRevoked,
    KeyNotHere,
    KeyOfAnotherSigner,
    OrganisationNotActive,
    SignerIsRevoked,
    UnknownSigner,
)
from zhulian.modules.identity.state import HANDLES, KEYS, ORGANISATIONS, SIGNERS

__all__ = ["KeyAuthority"]


class KeyAuthority:
    """Judges signers by the keys, signers, organisations and handles in the state."""

    def holder(self, state: StateView, fingerprint: str) -> KeyHolder | None:
        """Who holds the key, whether or not it may still act. For a handle, `organisation` is the one that opened it."""
        key = KEYS.find(state, fingerprint)
        if key is None:
            return None
        if key.signer.startswith("~"):
            organisation = HANDLES.get(state, key.signer).opened_by
        else:
            organisation = key.signer.partition(".")[0]
        return KeyHolder(signer=key.signer, organisation=organisation, public_key=bytes.fromhex(key.public_key))

    def judge(self, state: StateView, signer: str, fingerprint: str, time: int) -> Acting:
        """The signer's authority at block time `time` (Unix seconds).

        Raises:
            Refusal: identity/1 to identity/9, whichever holds first in this order.
        """
        if signer.startswith("~"):
            return self._judge_handle(state, signer, fingerprint, time)
        found = SIGNERS.find(state, signer)
        if found is None:
            raise UnknownSigner(signer=signer)
        self._require_key(state, signer, fingerprint, time)
        if found.revoked is not None:
            raise SignerIsRevoked(signer=signer, height=found.revoked.height)
        organisation = signer.partition(".")[0]
        self._require_active(state, organisation)
        return Acting(
            signer=signer, party=organisation, organisation=organisation, kind=found.kind, duties=found.duties, key=fingerprint
        )

    def _judge_handle(self, state: StateView, handle: str, fingerprint: str, time: int) -> Acting:
        """A person with an own key acts for itself, whatever became of the organisation that opened the handle."""
        found = HANDLES.find(state, handle)
        if found is None:
            raise UnknownSigner(signer=handle)
        self._require_key(state, handle, fingerprint, time)
        if found.closed is not None:
            raise HandleIsClosed(handle=handle, height=found.closed.height)
        return Acting(signer=handle, party=handle, organisation=None, kind="person", duties=(), key=fingerprint)

    def _require_key(self, state: StateView, signer: str, fingerprint: str, time: int) -> None:
        key = KEYS.find(state, fingerprint)
        if key is None:
            raise KeyNotHere(key=fingerprint)
        if key.signer != signer:
            raise KeyOfAnotherSigner(key=fingerprint, signer=signer)
        if key.revoked is not None:
            raise KeyIsRevoked(key=fingerprint, height=key.revoked.height)
        if time < key.not_before:
            raise CertificateNotYetValid(key=fingerprint, not_before=key.not_before, now=time)
        if time > key.not_after:
            raise CertificateExpired(key=fingerprint, not_after=key.not_after, now=time)

    def _require_active(self, state: StateView, organisation: str) -> None:
        status = ORGANISATIONS.get(state, organisation).status
        if status != "active":
            raise OrganisationNotActive(organisation=organisation, status=status)
