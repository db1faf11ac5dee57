"""The catalogue: what data a party offers, who asks for it, and what was declined."""

from msgspec.structs import replace

from zhulian.ledger.module import Context
from zhulian.modules.share import events
from zhulian.modules.share.errors import FieldNotGranted, NoRequest, SameParty, UnknownEntry
from zhulian.modules.share.messages import Decline, Offer, Request
from zhulian.modules.share.needs import Parties
from zhulian.modules.share.state import CATALOGUE, REQUESTS, Offered, Requested

__all__ = ["CatalogueHandlers"]


class CatalogueHandlers:
    """`parties` says for whom a transaction acts."""

    def __init__(self, parties: Parties) -> None:
        self._parties = parties

    def handle_offer(self, context: Context, message: Offer) -> None:
        """Make or change a catalogue entry."""
        # AUTHORIZE
        owner, _ = self._parties.acting_for(context, message.party)

        # VALIDATE
        # An entry is its owner's own; whatever it says of it now holds.

        # APPLY
        value = Offered(
            fields=tuple(message.fields), height=context.block.height, title=message.title, withdrawn=message.withdrawn
        )
        CATALOGUE.set(context.state, owner, message.entry, value=value)

        # EMIT
        context.emit(events.Offered(entry=message.entry, owner=owner, withdrawn=message.withdrawn))

    def handle_request(self, context: Context, message: Request) -> None:
        """Ask for a grant on an entry; a newer request of the same party replaces the one before."""
        # AUTHORIZE
        requester, via = self._parties.acting_for(context, message.party, (message.owner,))

        # VALIDATE
        if requester == message.owner:
            raise SameParty(party=requester)
        entry = CATALOGUE.find(context.state, message.owner, message.entry)
        if entry is None or entry.withdrawn:
            raise UnknownEntry(entry=message.entry, owner=message.owner)
        for field in message.fields:
            if field not in entry.fields:
                raise FieldNotGranted(field=field)

        # APPLY
        value = Requested(
            fields=tuple(message.fields),
            height=context.block.height,
            purpose=message.purpose,
            status="open",
            until=message.until,
            via=via,
        )
        REQUESTS.set(context.state, message.owner, message.entry, requester, value=value)

        # EMIT
        event = events.Requested(entry=message.entry, owner=message.owner, purpose=message.purpose, requester=requester, via=via)
        context.emit(event)

    def handle_decline(self, context: Context, message: Decline) -> None:
        """Decline an open request."""
        # AUTHORIZE
        owner, _ = self._parties.acting_for(context, message.party)

        # VALIDATE
        request = REQUESTS.find(context.state, owner, message.entry, message.requester)
        if request is None or request.status != "open":
            raise NoRequest(entry=message.entry, requester=message.requester)

        # APPLY
        REQUESTS.set(context.state, owner, message.entry, message.requester, value=replace(request, status="declined"))

        # EMIT
        context.emit(events.Declined(entry=message.entry, owner=owner, requester=message.requester))
