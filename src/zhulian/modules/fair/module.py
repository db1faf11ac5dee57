"""The fair module: draws whose seed nobody can steer, and markets that clear at one price. It lends words and takes no messages."""

from collections.abc import Mapping, Sequence

from zhulian.crypto import Hasher
from zhulian.language.lending import ReadRun, VerbRun
from zhulian.language.registry import Registry
from zhulian.ledger.genesis import Genesis
from zhulian.ledger.module import Event, Handler
from zhulian.ledger.overlay import State
from zhulian.ledger.types import Message
from zhulian.modules.fair import events, reads, verbs
from zhulian.modules.fair.words import READS, VERBS

__all__ = ["FairModule"]


class FairModule:
    """Needs nothing of other modules; `verbs` and `reads` run what `lend` adds to the registry."""

    name: str = "fair"
    versions: Sequence[int] = (1,)
    events: Sequence[type[Event]] = (
        events.ContributorEntered,
        events.DrawMade,
        events.DrawSet,
        events.MarketCleared,
        events.MarketOpened,
        events.OrderPlaced,
        events.SecretDealt,
        events.SecretKnown,
    )

    def __init__(self) -> None:
        self.handlers: Mapping[type[Message], Handler] = {}
        self.verbs: Mapping[str, VerbRun] = {
            "set_draw": verbs.set_draw,
            "enter_draw": verbs.enter_draw,
            "deal_secret": verbs.deal_secret,
            "reveal_secret": verbs.reveal_secret,
            "bring_out": verbs.bring_out,
            "draw": verbs.draw,
            "open_market": verbs.open_market,
            "place_order": verbs.place_order,
            "match": verbs.match,
        }
        self.reads: Mapping[str, ReadRun] = {
            "drawn": reads.drawn,
            "place_of": reads.place_of,
            "pick_of": reads.pick_of,
            "market_cleared": reads.market_cleared,
            "clearing_price": reads.clearing_price,
            "filled": reads.filled,
        }

    def lend(self, registry: Registry) -> Registry:
        """The registry with the words of this module."""
        return registry.lend(READS, VERBS)

    def found(self, state: State, genesis: Genesis, hasher: Hasher) -> None:
        """There are no draws or markets at the start."""
