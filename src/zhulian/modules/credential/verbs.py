"""Standings, status lists and attestations that a definition orders, for organisations that sign the action."""

from zhulian.language.lending import Arguments, ArgumentWrong, Caller, the_text
from zhulian.ledger.module import Context
from zhulian.modules.credential import events
from zhulian.modules.credential.errors import (
    CheckedAtAnotherTime,
    IssuerNotAccepted,
    ListMoved,
    NotAnOrganisation,
    NotSignedFor,
    PaperForAnother,
    UnknownList,
)
from zhulian.modules.credential.format import ATTESTATION, LIST_PAPER, AttestationPaper, read_paper
from zhulian.modules.credential.guards import has_standing, judge_list, judge_status, save_status
from zhulian.modules.credential.limits import AHEAD_S, ATTESTED_AFTER_S
from zhulian.modules.credential.messages import Status
from zhulian.modules.credential.needs import People
from zhulian.modules.credential.state import ATTESTED, LISTS, AttestedThat, StatusList

__all__ = ["Verbs"]


class Verbs:
    """`people` says which organisations there are."""

    def __init__(self, people: People) -> None:
        self._people = people

    def set_status(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Set the standing `schema` of the organisation `holder` from `issuer` to `status`.

        Raises:
            NotSignedFor, NotAnOrganisation, NotAMember, RevokedStays, StatusUnchanged.
        """
        # AUTHORIZE
        issuer = _signing(caller, arguments, "issuer")

        # VALIDATE
        schema, holder, status = the_text(arguments, "schema"), the_text(arguments, "holder"), _status(arguments)
        judge_status(self._people, context.state, issuer, schema, holder, status)

        # APPLY
        save_status(context, issuer, schema, holder, status)

        # EMIT
        context.emit(events.StatusSet(holder=holder, issuer=issuer, schema=schema, status=status))

    def publish_list(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Publish the content of a status list of `issuer` that `paper` names.

        Raises:
            NotSignedFor, NotAnOrganisation, PaperMalformed, PaperForAnother, NotInSequence, ListReshaped.
        """
        # AUTHORIZE
        issuer = _signing(caller, arguments, "issuer")

        # VALIDATE
        paper = read_paper(LIST_PAPER, the_text(arguments, "paper"))
        _same("issuer", paper.issuer, issuer)
        if arguments.get("list") is not None:
            _same("list", paper.list, the_text(arguments, "list"))
        judge_list(context.state, issuer, paper.list, paper.sequence, paper.bits, paper.size)

        # APPLY
        content = StatusList(
            bits=paper.bits,
            digest=paper.digest,
            height=context.block.height,
            sequence=paper.sequence,
            size=paper.size,
            time_ms=context.block.time_ms,
            transaction=context.transaction,
        )
        LISTS.set(context.state, issuer, paper.list, value=content)

        # EMIT
        context.emit(events.ListPublished(digest=paper.digest, issuer=issuer, list=paper.list, sequence=paper.sequence))

    def attest(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Keep that `by` has checked a credential of `person`: that `predicate` holds, by an issuer with the standing `schema` from `authority`.

        Raises:
            NotSignedFor, NotAnOrganisation, PaperMalformed, PaperForAnother, IssuerNotAccepted, UnknownList, ListMoved,
            CheckedAtAnotherTime.
        """
        # AUTHORIZE
        by = _signing(caller, arguments, "by")

        # VALIDATE
        paper = read_paper(ATTESTATION, the_text(arguments, "paper"))
        person, predicate = the_text(arguments, "person"), the_text(arguments, "predicate")
        _same("instance", paper.instance, caller.instance)
        _same("by", paper.by, by)
        _same("person", paper.person, person)
        _same("predicate", paper.predicate, predicate)
        authority, schema = the_text(arguments, "authority"), the_text(arguments, "schema")
        if not has_standing(context.state, authority, schema, paper.issuer):
            raise IssuerNotAccepted(issuer=paper.issuer, authority=authority, schema=schema[:63])
        _require_newest(context, paper)
        now = context.block.time
        if not now - ATTESTED_AFTER_S <= paper.checked <= now + AHEAD_S:
            raise CheckedAtAnotherTime(checked=paper.checked, now=now)

        # APPLY
        value = AttestedThat(
            by=by,
            checked=paper.checked,
            height=context.block.height,
            issuer=paper.issuer,
            list=paper.list,
            schema=paper.schema,
            sequence=paper.sequence,
            time_ms=context.block.time_ms,
            transaction=context.transaction,
        )
        ATTESTED.set(context.state, caller.instance, person, predicate, value=value)

        # EMIT
        context.emit(events.Attested(by=by, instance=caller.instance, person=person, predicate=predicate))


def _require_newest(context: Context, paper: AttestationPaper) -> None:
    """Hold that the check rests on the newest content of the issuer's list: whatever was revoked by now would show there."""
    newest = LISTS.find(context.state, paper.issuer, paper.list)
    if newest is None:
        raise UnknownList(issuer=paper.issuer, list=paper.list)
    if (newest.sequence, newest.digest) != (paper.sequence, paper.digest):
        raise ListMoved(given=paper.sequence, newest=newest.sequence)


def _same(part: str, given: str, wanted: str) -> None:
    if given != wanted:
        raise PaperForAnother(part=part, given=given[:80], wanted=wanted[:80])


def _status(arguments: Arguments) -> Status:
    match the_text(arguments, "status"):
        case "revoked" | "suspended" | "valid" as status:
            return status
    raise ArgumentWrong(name="status", wanted="revoked, suspended or valid")


def _signing(caller: Caller, arguments: Arguments, name: str) -> str:
    party = the_text(arguments, name)
    if party not in caller.parties:
        raise NotSignedFor(party=party[:80])
    if party.startswith("~"):
        raise NotAnOrganisation(party=party)
    return party
