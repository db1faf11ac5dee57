"""How payments are queued and settled together, and how an amount goes down through ranks of claims."""

from typing import NamedTuple

from msgspec.structs import replace

from zhulian.canonical import INTEGER_MAX
from zhulian.language.lending import Arguments, ArgumentWrong, Caller, the_number, the_record, the_text
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.modules.settle import events
from zhulian.modules.settle.errors import (
    AmountUnfit,
    ClassDiffers,
    NotWaiting,
    PaymentKnown,
    QueueFull,
    RankUnfit,
    RecordElsewhere,
    SameOwner,
    TooManyClaims,
)
from zhulian.modules.settle.limits import CLAIMS_MAX, QUEUE_MAX, RANK_MAX
from zhulian.modules.settle.needs import Assets, Freezes
from zhulian.modules.settle.netting import Due, payable
from zhulian.modules.settle.sharing import share_out
from zhulian.modules.settle.state import (
    FLOWS,
    KEPT,
    PLACES,
    QUEUES,
    WAITING,
    Claim,
    Flow,
    Place,
    Queue,
    Stage,
    Waiting,
    number_text,
)

__all__ = ["Settling"]


class _Entry(NamedTuple):
    """A payment that waits, with its rank and number."""

    rank: int
    number: int
    waiting: Waiting


class Settling:
    """The verbs, with what they need of other modules; `freezes` is None on a chain without a mandate module."""

    def __init__(self, assets: Assets, freezes: Freezes | None) -> None:
        self._assets = assets
        self._freezes = freezes

    def queue_payment(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Let a payment wait (`queue`, `asset`, `of`, `payment`, `payer`, `from`, `to`, `amount`, `rank`); the payer signs.

        Raises:
            RecordElsewhere, WrongRecord, NotAnOwner, ClassDiffers, AmountUnfit, RankUnfit, SameOwner, PaymentKnown, QueueFull.
        """
        # AUTHORIZE
        name, payment = _own(caller, arguments, "queue"), _own(caller, arguments, "payment")

        # VALIDATE
        queue = self._queue(context.state, arguments, name)
        made = self._waiting(caller, arguments, payment)
        rank = _rank(arguments)
        if PLACES.has(context.state, payment):
            raise PaymentKnown(payment=payment)
        if len(queue.order) >= QUEUE_MAX:
            raise QueueFull(queue=name, most=QUEUE_MAX)

        # APPLY
        number = queue.entered
        WAITING.set(context.state, name, number_text(number), value=made)
        order = tuple(sorted((*queue.order, (rank, number))))
        QUEUES.set(context.state, name, value=replace(queue, entered=number + 1, order=order))
        _place(context, _Entry(rank, number, made), name, "waiting")

        # EMIT
        event = events.PaymentQueued(
            amount=made.amount,
            from_owner=made.from_owner,
            payer=made.payer,
            payment=payment,
            queue=name,
            rank=rank,
            to_owner=made.to_owner,
        )
        context.emit(event)

    def withdraw_payment(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Let a payment wait no longer (`queue`, `payment`); who may is the definition's to say.

        Raises:
            RecordElsewhere, NotWaiting.
        """
        # AUTHORIZE
        name, payment = _own(caller, arguments, "queue"), _own(caller, arguments, "payment")

        # VALIDATE
        place, queue = PLACES.find(context.state, payment), QUEUES.find(context.state, name)
        if queue is None or place is None or place.queue != name or place.stage != "waiting":
            raise NotWaiting(payment=payment, queue=name)

        # APPLY
        WAITING.delete(context.state, name, number_text(place.number))
        left = tuple(each for each in queue.order if each != (place.rank, place.number))
        QUEUES.set(context.state, name, value=replace(queue, order=left))
        PLACES.set(context.state, payment, value=replace(place, height=context.block.height, stage="withdrawn"))

        # EMIT
        context.emit(events.PaymentWithdrawn(payment=payment, queue=name))

    def keep_back(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Leave an owner at least `amount` whenever the queue is cleared (`queue`, `asset`, `of`, `owner`, `amount`).

        Raises:
            RecordElsewhere, WrongRecord, NotAnOwner, ClassDiffers, AmountUnfit.
        """
        # AUTHORIZE
        name = _own(caller, arguments, "queue")

        # VALIDATE
        queue = self._queue(context.state, arguments, name)
        owner = self._assets.owner(caller, arguments, "owner")
        amount = _not_negative(arguments)

        # APPLY
        QUEUES.set(context.state, name, value=queue)
        if amount:
            KEPT.set(context.state, name, owner, value=amount)
        else:
            KEPT.delete(context.state, name, owner)

        # EMIT
        context.emit(events.KeptBack(amount=amount, owner=owner, queue=name))

    def clear_queue(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Make together as many of the payments that wait as can be made (`queue`, `asset`, `of`); see `netting`.

        Payments that are frozen, or whose payer or giver is, are passed over: they wait on and hold up nobody's others.

        Raises:
            RecordElsewhere, WrongRecord, ClassDiffers.
        """
        # AUTHORIZE
        name = _own(caller, arguments, "queue")

        # VALIDATE
        queue = self._queue(context.state, arguments, name)
        key = (queue.instance, queue.asset, queue.of)
        context.state.charge(2 * len(queue.order))
        entries = [_Entry(*each, WAITING.get(context.state, name, number_text(each[1]))) for each in queue.order]
        free = self._free(context, caller, entries)
        dues = [Due(each.waiting.from_owner, each.waiting.to_owner, each.waiting.amount) for each in free]
        room = {
            owner: self._assets.held(context.state, key, owner) - (KEPT.find(context.state, name, owner) or 0)
            for owner in dict.fromkeys(each.giver for each in dues)
        }
        made = [each for each, pays in zip(free, payable(dues, room), strict=True) if pays]
        if not made:
            context.emit(_cleared(name, made, len(entries) - len(free), len(entries)))
            return

        # APPLY
        moves = [(each.waiting.from_owner, each.waiting.to_owner, each.waiting.amount) for each in made]
        self._assets.move(context, key, moves)
        for each in made:
            WAITING.delete(context.state, name, number_text(each.number))
            _place(context, each, name, "settled")
        gone = {each.number for each in made}
        left = tuple(each for each in queue.order if each[1] not in gone)
        QUEUES.set(context.state, name, value=replace(queue, order=left))

        # EMIT
        context.emit(_cleared(name, made, len(entries) - len(free), len(left)))

    def owe(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Enter that `amount` more is owed to an owner in a rank (`flow`, `asset`, `of`, `to`, `amount`, `rank`).

        Raises:
            RecordElsewhere, WrongRecord, NotAnOwner, ClassDiffers, AmountUnfit, RankUnfit, TooManyClaims.
        """
        # AUTHORIZE
        name = _own(caller, arguments, "flow")

        # VALIDATE
        flow = self._flow(context.state, arguments, name)
        owner = self._assets.owner(caller, arguments, "to")
        amount, rank = _positive(arguments), _rank(arguments)
        claims = {(each.rank, each.owner): each.amount for each in flow.claims}
        claims[rank, owner] = claims.get((rank, owner), 0) + amount
        if sum(claims.values()) > INTEGER_MAX:
            raise AmountUnfit(amount=amount)
        if len(claims) > CLAIMS_MAX:
            raise TooManyClaims(flow=name, most=CLAIMS_MAX)

        # APPLY
        by_rank = sorted(claims.items(), key=lambda each: each[0][0])
        entered = tuple(Claim(amount=units, owner=each, rank=level) for (level, each), units in by_rank)
        FLOWS.set(context.state, name, value=replace(flow, claims=entered))

        # EMIT
        context.emit(events.ClaimEntered(amount=amount, flow=name, owner=owner, rank=rank))

    def waterfall(self, context: Context, caller: Caller, arguments: Arguments) -> None:
        """Pay claims in the order of their ranks (`flow`, `asset`, `of`, `from`, `amount`, `odd`, `rest`); see `sharing`.

        `odd` gets the odd units of the rank that is paid in part, `rest` what is left behind the last. What is not paid stays owed.

        Raises:
            RecordElsewhere, WrongRecord, NotAnOwner, ClassDiffers, AmountUnfit, Insufficient.
        """
        # AUTHORIZE
        name = _own(caller, arguments, "flow")
        giver, odd, rest = (self._assets.owner(caller, arguments, each) for each in ("from", "odd", "rest"))

        # VALIDATE
        flow = self._flow(context.state, arguments, name)
        key = (flow.instance, flow.asset, flow.of)
        amount = _not_negative(arguments)
        if caller.pay_less:
            amount = min(amount, self._assets.held(context.state, key, giver))
        shares = share_out(amount, [(each.rank, each.amount) for each in flow.claims])
        takers = [*zip([each.owner for each in flow.claims], shares.paid, strict=True), (odd, shares.odd), (rest, shares.rest)]
        moves = [(giver, taker, units) for taker, units in takers if units and taker != giver]

        # APPLY
        self._assets.move(context, key, moves)
        owed = [replace(each, amount=each.amount - paid) for each, paid in zip(flow.claims, shares.paid, strict=True)]
        FLOWS.set(context.state, name, value=replace(flow, claims=tuple(each for each in owed if each.amount)))

        # EMIT
        event = events.PaidInOrder(amount=amount, flow=name, odd=shares.odd, paid=sum(shares.paid), rest=shares.rest)
        context.emit(event)

    def _queue(self, state: StateView, arguments: Arguments, name: str) -> Queue:
        """The queue of a record, empty where there is none yet."""
        key = self._assets.class_of(arguments)
        found = QUEUES.find(state, name)
        if found is None:
            return Queue(asset=key[1], entered=0, instance=key[0], of=key[2], order=())
        if (found.instance, found.asset, found.of) != key:
            raise ClassDiffers(record=name, asset=found.asset)
        return found

    def _flow(self, state: StateView, arguments: Arguments, name: str) -> Flow:
        """The claims of a record, none where there is nothing yet."""
        key = self._assets.class_of(arguments)
        found = FLOWS.find(state, name)
        if found is None:
            return Flow(asset=key[1], claims=(), instance=key[0], of=key[2])
        if (found.instance, found.asset, found.of) != key:
            raise ClassDiffers(record=name, asset=found.asset)
        return found

    def _waiting(self, caller: Caller, arguments: Arguments, payment: str) -> Waiting:
        giver, taker = self._assets.owner(caller, arguments, "from"), self._assets.owner(caller, arguments, "to")
        amount = _positive(arguments)
        if giver == taker:
            raise SameOwner(owner=giver)
        return Waiting(amount=amount, from_owner=giver, payer=the_text(arguments, "payer"), payment=payment, to_owner=taker)

    def _free(self, context: Context, caller: Caller, entries: list[_Entry]) -> list[_Entry]:
        """Those that are not frozen: neither the payment itself, nor its payer, nor the record that gives."""
        freezes, state = self._freezes, context.state
        if freezes is None or not entries or not freezes.standing(state):
            return entries
        known: dict[str, bool] = {}

        def frozen(target: str) -> bool:
            if target not in known:
                known[target] = freezes.until(state, target, context.block.time) is not None
            return known[target]

        of = [(each.waiting.payment, each.waiting.payer, each.waiting.from_owner) for each in entries]
        return [each for each, targets in zip(entries, of, strict=True) if not any(frozen(target) for target in targets)]


def _cleared(name: str, made: list[_Entry], held_up: int, left: int) -> events.QueueCleared:
    """What a clearing came to; `moved` is what changed hands once everything was set off."""
    changes: dict[str, int] = {}
    for each in made:
        changes[each.waiting.from_owner] = changes.get(each.waiting.from_owner, 0) - each.waiting.amount
        changes[each.waiting.to_owner] = changes.get(each.waiting.to_owner, 0) + each.waiting.amount
    return events.QueueCleared(
        held_up=held_up,
        left=left,
        moved=sum(each for each in changes.values() if each > 0),
        queue=name,
        settled=len(made),
    )


def _place(context: Context, entry: _Entry, queue: str, stage: Stage) -> None:
    place = Place(height=context.block.height, number=entry.number, queue=queue, rank=entry.rank, stage=stage)
    PLACES.set(context.state, entry.waiting.payment, value=place)


def _positive(arguments: Arguments) -> int:
    amount = the_number(arguments, "amount")
    if amount <= 0:
        raise AmountUnfit(amount=amount)
    return amount


def _not_negative(arguments: Arguments) -> int:
    amount = the_number(arguments, "amount")
    if amount < 0:
        raise AmountUnfit(amount=amount)
    return amount


def _rank(arguments: Arguments) -> int:
    rank = the_number(arguments, "rank")
    if not 0 <= rank <= RANK_MAX:
        raise RankUnfit(rank=rank, most=RANK_MAX)
    return rank


def _own(caller: Caller, arguments: Arguments, name: str) -> str:
    record = the_record(arguments, name)
    if record is None:
        raise ArgumentWrong(name=name, wanted="record")
    if record.instance != caller.instance:
        raise RecordElsewhere(record=record.text[:200])
    return record.text
