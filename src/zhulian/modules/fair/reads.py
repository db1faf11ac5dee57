"""What guards and pages may ask about draws and markets."""

from zhulian.language.lending import Arguments, ArgumentWrong, Caller, the_number, the_record, the_text
from zhulian.ledger.module import Block
from zhulian.ledger.overlay import StateView
from zhulian.merkle.code_list import CodesRoot, verify_code
from zhulian.merkle.errors import ProofFault
from zhulian.merkle.list_tree import ListPath
from zhulian.merkle.proof_texts import read_proof_text
from zhulian.modules.fair.errors import NotDrawn
from zhulian.modules.fair.state import BOOKS, DRAWS, MARKETS, RESULTS

__all__ = ["clearing_price", "drawn", "filled", "market_cleared", "pick_of", "place_of"]


def drawn(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether the draw has been made."""
    return RESULTS.has(state, _name(arguments, "draw"))


def place_of(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """As how manyth a code of the pool was drawn, from 1; 0 if it was not, or the proof does not show that it is of the pool.

    Raises:
        NotDrawn.
    """
    name = _name(arguments, "draw")
    made, result = DRAWS.find(state, name), RESULTS.find(state, name)
    if made is None or result is None:
        raise NotDrawn(record=name[:200])
    try:
        path = read_proof_text(the_text(arguments, "proof"))
        if not isinstance(path, ListPath):
            return 0
        verify_code(block.hasher, CodesRoot.of_text(made.pool), the_text(arguments, "code"), path)
    except ProofFault:
        return 0
    return result.places.index(path.index) + 1 if path.index in result.places else 0


def pick_of(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """Which place of the pool, from 1, was drawn as the given turn, from 1.

    Raises:
        NotDrawn: also if there are not so many turns.
    """
    name, turn = _name(arguments, "draw"), the_number(arguments, "turn")
    result = RESULTS.find(state, name)
    if result is None or not 1 <= turn <= len(result.places):
        raise NotDrawn(record=name[:200])
    return result.places[turn - 1] + 1


def market_cleared(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> bool:
    """Whether the market has cleared."""
    market = MARKETS.find(state, _name(arguments, "market"))
    return market is not None and market.cleared


def clearing_price(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """The price at which the market has cleared; 0 before, or if nothing changed hands."""
    market = MARKETS.find(state, _name(arguments, "market"))
    return 0 if market is None else market.price


def filled(block: Block, state: StateView, caller: Caller, arguments: Arguments) -> int:
    """With how many units a party's order was filled; 0 before, or without one."""
    book, party = BOOKS.find(state, _name(arguments, "market")), the_text(arguments, "party")
    orders = () if book is None else book.orders
    return next((each.filled for each in orders if each.party == party), 0)


def _name(arguments: Arguments, name: str) -> str:
    record = the_record(arguments, name)
    if record is None:
        raise ArgumentWrong(name=name, wanted="record")
    return record.text
