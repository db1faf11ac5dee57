"""Who may be debited: whoever signs, records of this instance, and what an asset's own definition lists.

A title (a record with `owned: true`) is debited as its owner is; what is done by order, without the owner, is done by whoever holds
an office that the definition gives, and listed like every exception.
"""

from collections.abc import Container
from dataclasses import dataclass

from zhulian.language.definition.effects import Seen, VerbUse, names_in
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.shapes import Action, Timer
from zhulian.language.definition.verdicts import DebitUnsigned, NoTitle, NotOurs, OrderUnfit
from zhulian.language.definition.words import ALL_ROLES
from zhulian.language.expressions.syntax import Call, Expression, Name, Select, parts, write
from zhulian.language.expressions.tree import Typed
from zhulian.language.expressions.types import ANY_RECORD, OWNER, AnyAsset, Asset
from zhulian.language.expressions.types import Record as RecordType

__all__ = ["Exceptional", "check_authority", "credits_of", "moved_asset"]


@dataclass(frozen=True, slots=True)
class Exceptional:
    """A debit that its owner does not sign, allowed by the asset's own `taken_by` or done by order; the report lists each.

    `asset` is the asset, or the type of the title; `order` is who orders it, if it is done by order.
    """

    doer: str
    path: str
    line: int
    asset: str
    owner: str
    order: str = ""


def check_authority(judge: Judge, doer: Action | Timer, seen: Seen, late: frozenset[str], exceptions: list[Exceptional]) -> None:
    """Every verb of an action or timer that takes something from somebody.

    `late` are the fields that timers change: they may run between the look at who signs and the effects.
    """
    signed = _signed(judge, doer, late)
    own = {each.name: each for each in judge.tree.assets}
    records = [*(each.name for each in judge.tree.records), "instance"]
    for use in seen.verbs:
        asset = moved_asset(use)
        _require_ours(judge, use, _asset(use), own)
        _require_title(judge, use)
        order = use.parsed.get(use.verb.order)
        if order is not None and not _holds_office(doer, order):
            judge.fault(OrderUnfit, f"{use.path}.{use.verb.order}", verb=use.verb.name, order=write(order)[:80])
        for name in use.verb.debits:
            argument, parsed = use.arguments.get(name), use.parsed.get(name)
            if argument is None or parsed is None:
                continue
            loser = parsed
            if _is_title(use, name):  # the record itself is taken, so it is its owner who loses
                loser = use.parsed.get(use.verb.loser) or Select(parsed, "owner")
            elif isinstance(argument.type, RecordType) and argument.type.name in records:
                continue
            at = judge.places.of(f"{use.path}.{name}")
            if order is not None:
                taken = asset or getattr(argument.type, "name", None) or ""
                exceptions.append(Exceptional(doer.name, at.path, at.line, taken, write(loser), write(order)))
                continue
            if any(loser == each and (fixed or not names_in(loser) & (use.assigned | late)) for each, fixed in signed):
                continue
            if asset in own and doer.name in own[asset].taken_by:
                exceptions.append(Exceptional(doer.name, at.path, at.line, asset, write(loser)))
                continue
            judge.fault(DebitUnsigned, f"{use.path}.{name}", verb=use.verb.name, owner=write(loser)[:80])


def _require_title(judge: Judge, use: VerbUse) -> None:
    """Only records with an owner are passed on, pledged, released or seized, and only those of this definition."""
    titles = [each.name for each in judge.tree.records if each.owned]
    for parameter in use.verb.parameters:
        argument = use.arguments.get(parameter.name)
        if parameter.type == ANY_RECORD and use.verb.module == "kernel" and argument is not None:
            name = getattr(argument.type, "name", None)
            if name not in titles:
                judge.fault(NoTitle, f"{use.path}.{parameter.name}", verb=use.verb.name, record=name or "-")


def _holds_office(doer: Action | Timer, order: Expression) -> bool:
    """Whether who orders is a signatory, and every choice of it a role that somebody was given."""
    if isinstance(doer, Timer):
        return False
    for signatory in doer.by:
        if order == (Select(Name("by"), signatory.name) if signatory.name else Name("actor")):
            return all(each.role not in ("", ALL_ROLES) for each in signatory.any)
    return False


def _signed(judge: Judge, doer: Action | Timer, late: frozenset[str]) -> list[tuple[Expression, bool]]:
    """What names a signatory for sure, and whether it is fixed for the whole action or could be changed by an effect.

    `actor` and `by.name` are fixed. So is a `let` of one of these, or of what a signatory must equal where no timer comes
    between. What a signatory must equal is itself as good as its fields; where it asks a read, nothing is known of later.
    """
    if isinstance(doer, Timer):
        return []
    found: list[tuple[Expression, bool]] = []
    for signatory in doer.by:
        found.append((Select(Name("by"), signatory.name) if signatory.name else Name("actor"), True))
        below = f"actions.{doer.name}.by.{signatory.name}" if signatory.name else f"actions.{doer.name}.by"
        equals = judge.parsed.get(f"{below}[0].is") if len(signatory.any) == 1 else None
        if equals is not None and not _asks(equals):
            found.append((equals, False))
    if doer.creates:  # a new title belongs to the first who signs, until it is passed on
        found.append((Select(Name("this"), "owner"), False))
    for value in doer.let:
        parsed = judge.parsed.get(f"actions.{doer.name}.let.{value.name}")
        if parsed is not None and any(parsed == each and (fixed or not names_in(parsed) & late) for each, fixed in found):
            found.append((Name(value.name), True))
    return found


def _asks(part: Expression) -> bool:
    return isinstance(part, Call) or any(_asks(each) for each in parts(part))


def moved_asset(use: VerbUse) -> str:
    """The class whose units a verb takes or gives; empty where it is about no class."""
    argument = use.arguments.get(use.verb.moved)
    return argument.type.name if argument is not None and isinstance(argument.type, Asset) else ""


def _asset(use: VerbUse) -> str:
    for parameter in use.verb.parameters:
        argument = use.arguments.get(parameter.name)
        if isinstance(parameter.type, AnyAsset) and argument is not None and isinstance(argument.type, Asset):
            return argument.type.name
    return ""


def _is_title(use: VerbUse, name: str) -> bool:
    """Whether a parameter is the thing that is taken, rather than whom it is taken from."""
    return any(each.name == name and isinstance(each.type, RecordType) for each in use.verb.parameters)


def _require_ours(judge: Judge, use: VerbUse, asset: str, own: Container[str]) -> None:
    """Only its own definition makes or ends an asset: a verb that debits without crediting, or the other way round."""
    for name in use.verb.ours:
        argument = use.arguments.get(name)
        if argument is not None and isinstance(argument.type, Asset) and argument.type.name not in own:
            judge.fault(NotOurs, use.path, asset=argument.type.name, verb=use.verb.name)
            return
    if not asset or asset in own:
        return
    classes = sum(isinstance(each.type, AnyAsset) for each in use.verb.parameters)
    if not use.verb.debits or (classes < 2 and not [each for each in use.verb.parameters if _credits(use, each.name)]):
        judge.fault(NotOurs, use.path, asset=asset, verb=use.verb.name)


def _credits(use: VerbUse, name: str) -> bool:
    return name not in use.verb.debits and any(each.name == name and each.type == OWNER for each in use.verb.parameters)


def credits_of(use: VerbUse) -> list[Typed]:
    """The owners that get something by a verb."""
    return [argument for name, argument in use.arguments.items() if _credits(use, name)]
