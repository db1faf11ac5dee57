"""Schemas, keys of issuers, status lists and standings, as organisations set them directly."""

from msgspec.structs import replace

from zhulian.crypto import BadKey, BadSignature, fingerprint
from zhulian.errors import Words
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import SIGNATURE_STEPS
from zhulian.modules.credential import events
from zhulian.modules.credential.errors import (
    AlreadyDefined,
    ClaimsUnfit,
    KeyKnown,
    KeyRetired,
    KeysFull,
    NeedsAdmin,
    NotAnOrganisation,
    UnknownKey,
    WrongPossession,
)
from zhulian.modules.credential.format import key_preimage
from zhulian.modules.credential.guards import judge_list, judge_status, save_status
from zhulian.modules.credential.limits import KEYS_MAX, RESERVED
from zhulian.modules.credential.messages import AddKey, Define, Publish, RetireKey, SetStatus
from zhulian.modules.credential.needs import Parties, People
from zhulian.modules.credential.state import ISSUERS, LISTS, SCHEMAS, Issuer, IssuingKey, Retired, Schema, StatusList

__all__ = ["Handlers"]


class Handlers:
    """`parties` says for whom a transaction acts, `people` which organisations there are."""

    def __init__(self, parties: Parties, people: People) -> None:
        self._parties = parties
        self._people = people

    def handle_define(self, context: Context, message: Define) -> None:
        """Define a schema of the organisation that signs."""
        # AUTHORIZE
        owner = self._organisation(context)

        # VALIDATE
        before = SCHEMAS.find(context.state, owner, message.schema)
        if before is not None:
            raise AlreadyDefined(schema=message.schema, height=before.height)
        seen: set[str] = set()
        for each in message.claims:
            if each.name in seen or each.name in RESERVED:
                raise ClaimsUnfit(claim=each.name)
            seen.add(each.name)

        # APPLY
        value = Schema(
            claims=tuple(message.claims),
            height=context.block.height,
            standing=message.standing,
            title=message.title,
            transaction=context.transaction,
        )
        SCHEMAS.set(context.state, owner, message.schema, value=value)

        # EMIT
        context.emit(events.SchemaDefined(owner=owner, schema=message.schema))

    def handle_add_key(self, context: Context, message: AddKey) -> None:
        """Register an issuing key of the organisation that signs, by an admin and with the key's own signature."""
        # AUTHORIZE
        issuer = self._organisation(context)
        _require_admin(context)

        # VALIDATE
        hasher = context.block.hasher
        there = ISSUERS.find(context.state, issuer) or Issuer(keys=())
        if any(each.public_key == message.public_key for each in there.keys):
            raise KeyKnown(key=fingerprint(hasher.suite, bytes.fromhex(message.public_key)))
        if len(there.keys) >= KEYS_MAX:
            raise KeysFull(issuer=issuer, most=KEYS_MAX)
        context.state.charge(SIGNATURE_STEPS)
        try:
            public_key = bytes.fromhex(message.public_key)
            hasher.suite.verify(public_key, key_preimage(hasher, issuer, message.public_key), bytes.fromhex(message.possession))
        except BadKey as wrong:
            raise WrongPossession(why=wrong.words()) from None
        except BadSignature:
            raise WrongPossession(why=Words("签名不符", "the signature is another's")) from None

        # APPLY
        block = context.block
        key = IssuingKey(height=block.height, public_key=message.public_key, since_ms=block.time_ms)
        ISSUERS.set(context.state, issuer, value=Issuer(keys=(*there.keys, key)))

        # EMIT
        context.emit(events.KeyAdded(issuer=issuer, key=fingerprint(hasher.suite, public_key)))

    def handle_retire_key(self, context: Context, message: RetireKey) -> None:
        """End an issuing key of the organisation that signs, by an admin."""
        # AUTHORIZE
        issuer = self._organisation(context)
        _require_admin(context)

        # VALIDATE
        suite = context.block.hasher.suite
        there = ISSUERS.find(context.state, issuer) or Issuer(keys=())
        names = [fingerprint(suite, bytes.fromhex(each.public_key)) for each in there.keys]
        if message.key not in names:
            raise UnknownKey(issuer=issuer, key=message.key)
        place = names.index(message.key)
        before = there.keys[place].retired
        if before is not None:
            raise KeyRetired(key=message.key, height=before.height)

        # APPLY
        block = context.block
        ended = Retired(height=block.height, reason=message.reason, time_ms=block.time_ms)
        keys = list(there.keys)
        keys[place] = replace(keys[place], retired=ended)
        ISSUERS.set(context.state, issuer, value=Issuer(keys=tuple(keys)))

        # EMIT
        context.emit(events.KeyRetired(issuer=issuer, key=message.key, reason=message.reason))

    def handle_publish(self, context: Context, message: Publish) -> None:
        """Publish a new content of a status list of the organisation that signs."""
        # AUTHORIZE
        issuer = self._organisation(context)

        # VALIDATE
        judge_list(context.state, issuer, message.list, message.sequence, message.bits, message.size)

        # APPLY
        content = StatusList(
            bits=message.bits,
            digest=message.digest,
            height=context.block.height,
            sequence=message.sequence,
            size=message.size,
            time_ms=context.block.time_ms,
            transaction=context.transaction,
        )
        LISTS.set(context.state, issuer, message.list, value=content)

        # EMIT
        event = events.ListPublished(digest=message.digest, issuer=issuer, list=message.list, sequence=message.sequence)
        context.emit(event)

    def handle_set_status(self, context: Context, message: SetStatus) -> None:
        """Set the standing of another organisation from the one that signs."""
        # AUTHORIZE
        issuer = self._organisation(context)

        # VALIDATE
        judge_status(self._people, context.state, issuer, message.schema, message.holder, message.status)

        # APPLY
        save_status(context, issuer, message.schema, message.holder, message.status)

        # EMIT
        context.emit(events.StatusSet(holder=message.holder, issuer=issuer, schema=message.schema, status=message.status))

    def _organisation(self, context: Context) -> str:
        party, _ = self._parties.acting_for(context, None)
        if party.startswith("~"):
            raise NotAnOrganisation(party=party)
        return party


def _require_admin(context: Context) -> None:
    if not any("admin" in each.duties for each in context.acting):
        raise NeedsAdmin()
