"""Tickets as their holders make them out, away from the chain; also false ones, for those who cheat."""

import hashlib
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from zhulian.assure.stories.founding import key_of
from zhulian.assure.stories.stage import Opened, Stage
from zhulian.crypto import fingerprint
from zhulian.language.definition.shapes import Record
from zhulian.language.definition.views import Consent as Wanted
from zhulian.language.spans import seconds_of
from zhulian.modules.ticket.format import SIGNED, Consent, Signed, ticket_preimage

__all__ = ["make_ticket"]

_DAY = 86_400
"""How long a ticket holds where neither the story nor the definition says."""

KeyOf = Callable[[Record, Sequence[str]], tuple[str, ...]]


def make_ticket(stage: Stage, opened: Opened, wanted: Wanted, key_of_record: KeyOf) -> str:
    """A ticket as the step asks for it, in canonical JSON; a named one is kept to be shown again."""
    players = stage.company.players
    holder = players[wanted.holder]
    signer = stage.company.signer_of(players[wanted.signer].party if wanted.signer else holder.party)
    declared = next(each for each in opened.tree.tickets if each.name == wanted.use)
    record = next((each for each in opened.tree.records if each.name == declared.record), None)
    about = [record.name, *key_of_record(record, wanted.of)] if record is not None and wanted.of else None
    issued = stage.chain.time + seconds_of(wanted.since)
    serial = f"{stage.story.name} {len(stage.tickets)} {stage.chain.time} {wanted!r}"
    consent = Consent(
        agency=players[wanted.agency].party,
        expires=issued + (seconds_of(wanted.valid) or seconds_of(declared.valid or "") or _DAY),
        holder=holder.party,
        instance=opened.name,
        issued=issued,
        nonce=hashlib.sha256(serial.encode()).hexdigest()[:32],
        record=about,
        use=wanted.use,
    )
    hasher, key = stage.chain.world.hasher, key_of(signer)
    signature = hasher.suite.sign(key, ticket_preimage(hasher, consent)).hex()
    if wanted.forged:
        consent = replace(consent, expires=consent.expires + 1)
    signed = Signed(
        consent=consent,
        format="zhulian/ticket/1",
        key=fingerprint(hasher.suite, key.public_key),
        signature=signature,
        signer=signer,
    )
    text = SIGNED.encode(signed).decode()
    stage.tickets[wanted.called or f"ticket {len(stage.tickets)}"] = text
    return text
