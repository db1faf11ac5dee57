"""The identity module: organisations, signers, keys and person handles, and who may sign."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.identity import events
from zhulian.modules.identity.authority import KeyAuthority
from zhulian.modules.identity.founding import found_identity
from zhulian.modules.identity.governed import GovernedHandlers
from zhulian.modules.identity.handlers import Handlers
from zhulian.modules.identity.messages import (
    AddKey,
    AdmitOrganisation,
    CloseHandle,
    Enrol,
    HandOver,
    OpenHandle,
    ReleaseOrganisation,
    ReplaceCa,
    RestoreOrganisation,
    Revoke,
    SetDuties,
    SetEncryptionKey,
    SuspendOrganisation,
)
from zhulian.modules.identity.needs import SealKeys
from zhulian.modules.identity.parties import HandleParties
from zhulian.modules.identity.queries import EncryptionKeys, KeyNames, PartyList, VotingMembership
from zhulian.modules.identity.sealing import SealingHandlers

__all__ = ["IdentityModule"]


class IdentityModule:
    """`handlers` are open to members, `governed` only to the govern module; the last five fill needs of others."""

    name: str = "identity"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (
        events.CaReplaced,
        events.DutiesSet,
        events.EncryptionKeySet,
        events.Enrolled,
        events.HandedOver,
        events.HandleClosed,
        events.HandleOpened,
        events.KeyAdded,
        events.OrganisationAdmitted,
        events.OrganisationReleased,
        events.OrganisationRestored,
        events.OrganisationSuspended,
        events.Revoked,
    )

    def __init__(self, seals: SealKeys) -> None:
        handlers = Handlers(seals)
        sealing = SealingHandlers(seals)
        self.handlers: Mapping[type[Message], Handler] = {
            Enrol: handlers.handle_enrol,
            AddKey: handlers.handle_add_key,
            Revoke: handlers.handle_revoke,
            SetDuties: handlers.handle_set_duties,
            SetEncryptionKey: sealing.handle_set_encryption_key,
            OpenHandle: handlers.handle_open_handle,
            HandOver: handlers.handle_hand_over,
            CloseHandle: handlers.handle_close_handle,
        }
        governed = GovernedHandlers(seals)
        self.governed: Mapping[type[Message], Handler] = {
            AdmitOrganisation: governed.handle_admit_organisation,
            SuspendOrganisation: governed.handle_suspend_organisation,
            RestoreOrganisation: governed.handle_restore_organisation,
            ReleaseOrganisation: governed.handle_release_organisation,
            ReplaceCa: governed.handle_replace_ca,
        }
        self.authority = KeyAuthority()
        self.names = KeyNames()
        self.parties = HandleParties()
        self.membership = VotingMembership()
        self.people = PartyList()
        self.encryption = EncryptionKeys()

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """Write the founding organisations and their signers.

        Raises:
            BadGenesis.
        """
        found_identity(state, genesis, hasher.suite)
