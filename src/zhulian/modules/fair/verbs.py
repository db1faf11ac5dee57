"""How a draw is set up and made, and how a market clears. Every verb is about a record of the acting instance."""

from typing import Literal

from msgspec.structs import replace

from zhulian.canonical import INTEGER_MAX
from zhulian.errors import Words
from zhulian.language.lending import Argument, Arguments, ArgumentWrong, Caller, the_list, the_number, the_record, the_text
from zhulian.ledger.module import Context
from zhulian.ledger.overlay import StateView
from zhulian.merkle.code_list import CODES_MAX, CodesRoot
from zhulian.modules.fair import events
from zhulian.modules.fair.drawing import draw_places, seed_of
from zhulian.modules.fair.errors import (
    AlreadyGiven,
    AlreadyOrdered,
    DrawExists,
    MarketClosed,
    MarketExists,
    MarketFull,
    NoDraw,
    NoMarket,
    NotContributor,
    NotDrawn,
    OrderWrong,
    RecordElsewhere,
    SecretsMissing,
    SettingWrong,
    WrongStage,
)
from zhulian.modules.fair.format import DEAL, KEY, RECOVERY, REVEAL, read_paper
from zhulian.modules.fair.judging import Given, judge_deal, judge_key, judge_part, judge_reveal, put_together, require_for
from zhulian.modules.fair.limits import (
    CONTRIBUTORS_MAX,
    ORDERS_MAX,
    POINT_STEPS,
    WINNERS_MAX,
    dealing_steps,
    drawing_steps,
    matching_steps,
    recovering_steps,
    revealing_steps,
)
from zhulian.modules.fair.matching import Bid, clear
from zhulian.modules.fair.state import (
    BOOKS,
    DEALT,
    DRAWS,
    ENTERED,
    MARKETS,
    MISSING,
    RESULTS,
    SECRETS,
    Book,
    Dealt,
    Draw,
    Drawn,
    Entered,
    Market,
    Missing,
    Order,
    Secret,
    Stage,
)

__all__ = ["bring_out", "deal_secret", "draw", "enter_draw", "match", "open_market", "place_order", "reveal_secret", "set_draw"]

_STAGES: dict[Stage, Words] = {
    "entering": Words("登记种子提供方", "entering contributors"),
    "dealing": Words("提交秘密数承诺", "dealing secrets"),
    "revealing": Words("公布秘密数", "revealing secrets"),
    "drawn": Words("已抽签", "drawn"),
}


def set_draw(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Fix what a draw is made from (`draw`, `pool`, `winners`, `contributors`, `threshold`), before any secret is there.

    Raises:
        RecordElsewhere, DrawExists, SettingWrong.
    """
    # AUTHORIZE
    name = _own(caller, arguments, "draw")

    # VALIDATE
    if DRAWS.has(context.state, name):
        raise DrawExists(record=name)
    pool = the_text(arguments, "pool")
    made = Draw(
        contributors=tuple(_party(each) for each in the_list(arguments, "contributors")),
        count=CodesRoot.of_text(pool).count,
        done=(),
        pool=pool,
        stage="entering",
        threshold=the_number(arguments, "threshold"),
        winners=the_number(arguments, "winners"),
    )
    _require_sound(made)

    # APPLY
    DRAWS.set(context.state, name, value=made)

    # EMIT
    event = events.DrawSet(
        contributors=list(made.contributors), pool=pool, record=name, threshold=made.threshold, winners=made.winners
    )
    context.emit(event)


def enter_draw(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take a contributor's key for shares (`draw`, `contributor`, `paper`).

    Raises:
        RecordElsewhere, NoDraw, NotContributor, WrongStage, AlreadyGiven, PaperMalformed, PaperForAnother, PaperProofWrong.
    """
    # AUTHORIZE
    name, contributor = _own(caller, arguments, "draw"), the_text(arguments, "contributor")
    made = _draw_of(context.state, caller, name, contributor)

    # VALIDATE
    _require_stage(made, "entering")
    _require_new(made, contributor)
    paper = read_paper(KEY, the_text(arguments, "paper"))
    require_for(name, paper.record, contributor, paper.contributor)
    context.state.charge(4 * POINT_STEPS)
    judge_key(Given.of(context.block.hasher), paper)

    # APPLY
    ENTERED.set(context.state, name, contributor, value=Entered(key=paper.key, shown=paper.shown))
    DRAWS.set(context.state, name, value=_with_done(made, contributor, "dealing"))

    # EMIT
    context.emit(events.ContributorEntered(contributor=contributor, record=name))


def deal_secret(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Bind a contributor to a secret that the others can bring out (`draw`, `contributor`, `paper`).

    Raises:
        RecordElsewhere, NoDraw, NotContributor, WrongStage, AlreadyGiven, PaperMalformed, PaperForAnother, PaperProofWrong.
    """
    # AUTHORIZE
    name, contributor = _own(caller, arguments, "draw"), the_text(arguments, "contributor")
    made = _draw_of(context.state, caller, name, contributor)

    # VALIDATE
    _require_stage(made, "dealing")
    _require_new(made, contributor)
    paper = read_paper(DEAL, the_text(arguments, "paper"))
    require_for(name, paper.record, contributor, paper.contributor)
    context.state.charge(dealing_steps(len(made.contributors), made.threshold))
    keys = [ENTERED.get(context.state, name, each) for each in made.contributors]
    judge_deal(Given.of(context.block.hasher), made, keys, paper)

    # APPLY
    dealt = Dealt(commitments=tuple(paper.commitments), sealed=tuple(paper.sealed))
    DEALT.set(context.state, name, contributor, value=dealt)
    DRAWS.set(context.state, name, value=_with_done(made, contributor, "revealing"))

    # EMIT
    context.emit(events.SecretDealt(contributor=contributor, record=name))


def reveal_secret(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take a contributor's own secret (`draw`, `contributor`, `paper`), which must be the one that it dealt.

    Raises:
        RecordElsewhere, NoDraw, NotContributor, WrongStage, AlreadyGiven, PaperMalformed, PaperForAnother, PaperProofWrong.
    """
    # AUTHORIZE
    name, contributor = _own(caller, arguments, "draw"), the_text(arguments, "contributor")
    made = _draw_of(context.state, caller, name, contributor)

    # VALIDATE
    _require_stage(made, "revealing")
    if SECRETS.has(context.state, name, contributor):
        raise AlreadyGiven(party=contributor)
    paper = read_paper(REVEAL, the_text(arguments, "paper"))
    require_for(name, paper.record, contributor, paper.contributor)
    context.state.charge(revealing_steps())
    value = judge_reveal(Given.of(context.block.hasher), DEALT.get(context.state, name, contributor), paper)

    # APPLY
    SECRETS.set(context.state, name, contributor, value=Secret(by="dealer", value=value))

    # EMIT
    context.emit(events.SecretKnown(contributor=contributor, recovered=False, record=name))


def bring_out(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Take a holder's parts of secrets that their dealers withhold (`draw`, `contributor`, `paper`); with enough parts they are out.

    Parts of a secret that is out already are passed over, so that two papers that cross do no harm.

    Raises:
        RecordElsewhere, NoDraw, NotContributor, WrongStage, AlreadyGiven, PaperMalformed, PaperForAnother, PaperProofWrong.
    """
    # AUTHORIZE
    name, contributor = _own(caller, arguments, "draw"), the_text(arguments, "contributor")
    made = _draw_of(context.state, caller, name, contributor)

    # VALIDATE
    _require_stage(made, "revealing")
    paper = read_paper(RECOVERY, the_text(arguments, "paper"))
    require_for(name, paper.record, contributor, paper.contributor)
    context.state.charge(recovering_steps(len(made.contributors), made.threshold))
    given, place = Given.of(context.block.hasher), made.contributors.index(contributor) + 1
    entered = ENTERED.get(context.state, name, contributor)
    found: dict[str, Missing] = {}
    out: dict[str, str] = {}
    for part in paper.parts:
        if part.dealer not in made.contributors or part.dealer in found:
            raise NotContributor(party=part.dealer)
        if SECRETS.has(context.state, name, part.dealer):
            continue
        before = MISSING.find(context.state, name, part.dealer) or Missing(parts=())
        if place in [each for each, _ in before.parts]:
            raise AlreadyGiven(party=contributor)
        judge_part(given, made, entered, DEALT.get(context.state, name, part.dealer), name, contributor, part)
        found[part.dealer] = Missing(parts=(*before.parts, (place, part.part)))
        if len(found[part.dealer].parts) >= made.threshold:
            out[part.dealer] = put_together(given, found[part.dealer].parts)

    # APPLY
    for dealer, missing in found.items():
        MISSING.set(context.state, name, dealer, value=missing)
    for dealer, value in out.items():
        SECRETS.set(context.state, name, dealer, value=Secret(by="others", value=value))

    # EMIT
    for dealer in out:
        context.emit(events.SecretKnown(contributor=dealer, recovered=True, record=name))


def draw(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Draw, once every secret is out (`draw`). Anyone may ask it, and it comes out the same whoever asks and whenever.

    Raises:
        RecordElsewhere, NoDraw, WrongStage, SecretsMissing.
    """
    # AUTHORIZE
    name = _own(caller, arguments, "draw")
    made = _draw(context.state, name)

    # VALIDATE
    _require_stage(made, "revealing")
    context.state.charge(drawing_steps(len(made.contributors), made.winners))
    secrets = [SECRETS.find(context.state, name, each) for each in made.contributors]
    known = [bytes.fromhex(each.value) for each in secrets if each is not None]
    if len(known) < len(secrets):
        raise SecretsMissing(missing=len(secrets) - len(known))
    hasher = context.block.hasher
    seed = seed_of(hasher, name, made.pool, known)
    places = draw_places(hasher, seed, made.count, made.winners)

    # APPLY
    RESULTS.set(context.state, name, value=Drawn(places=tuple(places), seed=seed.hex()))
    DRAWS.set(context.state, name, value=replace(made, stage="drawn"))

    # EMIT
    context.emit(events.DrawMade(record=name, seed=seed.hex(), winners=len(places)))


def open_market(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Let orders be placed (`market`), for one thing at one time.

    Raises:
        RecordElsewhere, MarketExists.
    """
    # AUTHORIZE
    name = _own(caller, arguments, "market")

    # VALIDATE
    if MARKETS.has(context.state, name):
        raise MarketExists(record=name)

    # APPLY
    MARKETS.set(context.state, name, value=Market(cleared=False, orders=0))

    # EMIT
    context.emit(events.MarketOpened(record=name))


def place_order(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Place one order of a party (`market`, `party`, `buys`, `price`, `quantity`). Prices are bare numbers of one unit for all.

    Raises:
        RecordElsewhere, NoMarket, MarketClosed, MarketFull, OrderWrong, AlreadyOrdered.
    """
    # AUTHORIZE
    name, party = _own(caller, arguments, "market"), the_text(arguments, "party")
    market = _market(context.state, name)

    # VALIDATE
    if market.cleared:
        raise MarketClosed(record=name)
    if market.orders >= ORDERS_MAX:
        raise MarketFull(most=ORDERS_MAX)
    price, quantity = the_number(arguments, "price"), the_number(arguments, "quantity")
    if not 0 < price <= INTEGER_MAX // (2 * ORDERS_MAX) or not 0 < quantity <= INTEGER_MAX // (2 * ORDERS_MAX):
        raise OrderWrong(why=Words("价格与数量须为正数，且不过大", "price and quantity must be above zero and not too large"))
    book = BOOKS.find(context.state, name) or Book(orders=())
    if party in [each.party for each in book.orders]:
        raise AlreadyOrdered(party=party)
    side: Literal["buy", "sell"] = "buy" if arguments.get("buys") is True else "sell"

    # APPLY
    order = Order(party=party, price=price, quantity=quantity, side=side)
    BOOKS.set(context.state, name, value=Book(orders=(*book.orders, order)))
    MARKETS.set(context.state, name, value=replace(market, orders=market.orders + 1))

    # EMIT
    context.emit(events.OrderPlaced(party=party, price=price, quantity=quantity, record=name, side=side))


def match(context: Context, caller: Caller, arguments: Arguments) -> None:
    """Clear a market at one price (`market`, `draw`), ties going by the seed of a draw, which nobody knew when orders were placed.

    Raises:
        RecordElsewhere, NoMarket, MarketClosed, NoDraw, NotDrawn.
    """
    # AUTHORIZE
    name, seeded = _own(caller, arguments, "market"), _own(caller, arguments, "draw")
    market = _market(context.state, name)

    # VALIDATE
    if market.cleared:
        raise MarketClosed(record=name)
    _ = _draw(context.state, seeded)
    drawn = RESULTS.find(context.state, seeded)
    if drawn is None:
        raise NotDrawn(record=seeded)
    book = BOOKS.find(context.state, name) or Book(orders=())
    context.state.charge(matching_steps(len(book.orders)))
    bids = [Bid(each.party, each.side == "buy", each.price, each.quantity) for each in book.orders]
    cleared = clear(context.block.hasher, bytes.fromhex(drawn.seed), bids)

    # APPLY
    filled = tuple(replace(each, filled=cleared.filled[each.party]) for each in book.orders)
    BOOKS.set(context.state, name, value=Book(orders=filled))
    MARKETS.set(context.state, name, value=replace(market, cleared=True, price=cleared.price, volume=cleared.volume))

    # EMIT
    context.emit(events.MarketCleared(price=cleared.price, record=name, volume=cleared.volume))


def _require_sound(made: Draw) -> None:
    """Require numbers that fit each other; refusals in the order of the arguments."""
    several = len(made.contributors)
    if not 1 <= made.count <= CODES_MAX:
        raise SettingWrong(why=Words("名单为空，或过长", "the pool is empty, or too long"))
    if not 1 <= made.winners <= min(made.count, WINNERS_MAX):
        why = Words(
            f"抽取数须在 1 与名单人数之间，且不超过 {WINNERS_MAX}",
            f"as many as are drawn must lie between 1 and the size of the pool, and not exceed {WINNERS_MAX}",
        )
        raise SettingWrong(why=why)
    if not 2 <= several <= CONTRIBUTORS_MAX or len(set(made.contributors)) != several:
        why = Words(
            f"种子提供方须为 2 至 {CONTRIBUTORS_MAX} 个不同机构", f"there must be 2 to {CONTRIBUTORS_MAX} different contributors"
        )
        raise SettingWrong(why=why)
    if not several // 2 < made.threshold <= several:
        why = Words(
            f"恢复门限须过半，且不超过 {several}", f"the threshold must be more than half of them, and not exceed {several}"
        )
        raise SettingWrong(why=why)


def _own(caller: Caller, arguments: Arguments, name: str) -> str:
    record = the_record(arguments, name)
    if record is None:
        raise ArgumentWrong(name=name, wanted="record")
    if record.instance != caller.instance:
        raise RecordElsewhere(record=record.text[:200])
    return record.text


def _draw(state: StateView, name: str) -> Draw:
    made = DRAWS.find(state, name)
    if made is None:
        raise NoDraw(record=name[:200])
    return made


def _draw_of(state: StateView, caller: Caller, name: str, contributor: str) -> Draw:
    made = _draw(state, name)
    if contributor not in made.contributors or contributor not in caller.parties:
        raise NotContributor(party=contributor[:80])
    return made


def _market(state: StateView, name: str) -> Market:
    market = MARKETS.find(state, name)
    if market is None:
        raise NoMarket(record=name[:200])
    return market


def _require_stage(made: Draw, wanted: Stage) -> None:
    if made.stage != wanted:
        raise WrongStage(stage=_STAGES[made.stage], wanted=_STAGES[wanted])


def _require_new(made: Draw, contributor: str) -> None:
    if contributor in made.done:
        raise AlreadyGiven(party=contributor)


def _with_done(made: Draw, contributor: str, following: Stage) -> Draw:
    """The draw with one more contributor that has done its stage; with the last one it goes on to the following stage."""
    done = (*made.done, contributor)
    if len(done) < len(made.contributors):
        return replace(made, done=done)
    return replace(made, done=(), stage=following)


def _party(value: Argument) -> str:
    if isinstance(value, str):
        return value
    raise ArgumentWrong(name="contributors", wanted="party")
