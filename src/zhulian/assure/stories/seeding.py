"""What holds before the first step: balances through the lender's own verb, and the spaces of numbers that are unique everywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zhulian.assure.stories.errors import NotGiven
from zhulian.errors import Refusal, Words
from zhulian.language.definition.shapes import Asset, Each, Effect, If, Kind, Lent, Use
from zhulian.language.definition.views import Tree
from zhulian.language.lending import AssetName, Caller
from zhulian.language.values import Moment, read_value
from zhulian.ledger.genesis import Title
from zhulian.ledger.module import Block, Context, Rules
from zhulian.ledger.overlay import BlockOverlay, TransactionOverlay
from zhulian.ledger.transition import World
from zhulian.modules import lenders
from zhulian.modules.registry.state import SPACES, Space

__all__ = ["Holding", "amount_kind", "seed", "spaces_of"]

_STEPS = 1_000_000


@dataclass(frozen=True, slots=True)
class Holding:
    """What a party holds of an asset class at the start; `amount` as the story writes it, `kind` what amounts of it are."""

    asset: AssetName
    kind: Kind
    party: str
    amount: str


def amount_kind(asset: Asset | Use) -> Kind:
    """What amounts of an asset class are: money where it counts fen, otherwise a quantity of its unit."""
    if asset.unit == "fen":
        return Kind(type="money", currency=asset.currency)
    return Kind(type="quantity", unit=asset.unit, scale=asset.scale)


class _Found:
    """The first state as a state to read."""

    def __init__(self, values: Mapping[bytes, bytes]) -> None:
        self._values = values

    def get(self, key: bytes) -> bytes | None:
        return self._values.get(key)


def seed(world: World, found: Mapping[bytes, bytes], holdings: Iterable[Holding], spaces: Iterable[str]) -> dict[bytes, bytes]:
    """The first state with what the story gives.

    Raises:
        NotGiven: if a balance cannot be.
    """
    overlay = BlockOverlay(_Found(found))
    created = world.genesis.created
    rules = Rules(limits=world.genesis.limits, versions=world.genesis.modules)
    block = Block(height=0, time_ms=created * 1000, rules=rules, genesis=world.genesis, hasher=world.hasher)
    state = TransactionOverlay(overlay, _STEPS)
    context = Context(block, "00" * 32, (), state)
    issue = next(each.verbs["issue"] for each in lenders(world.modules) if "issue" in each.verbs)
    for each in holdings:
        what = f"balance of {each.asset.name}"
        if each.asset.per is not None:
            why = Words("该资产按记录分别计量，开始时还没有记录", "it is kept per record, and there is no record at the start")
            raise NotGiven(what=what, why=why)
        try:
            amount = read_value(each.kind, each.amount, Moment(created), "amount")
            arguments = {"asset": each.asset, "to": each.party, "amount": amount}
            issue(context, Caller(instance=each.asset.instance), arguments)
        except Refusal as no:
            raise NotGiven(what=what, why=no.words()) from None
    for name in dict.fromkeys(spaces):
        SPACES.set(state, name, value=Space(claimants=(), height=0, open=True, title=Title(en=name, zh=name)))
    state.merge()
    after = {**found, **overlay.writes}
    return {key: value for key, value in after.items() if value is not None}


def spaces_of(tree: Tree) -> list[str]:
    """The spaces in which a definition claims numbers, by its fields and by its effects."""
    records = [*tree.records, *([tree.instance] if tree.instance else [])]
    found = [field.space for record in records for field in record.fields if field.space]
    effects = [each for action in tree.actions for each in action.do] + [each for timer in tree.timers for each in timer.do]
    return found + [name for each in effects for name in _claimed(each)]


def _claimed(effect: Effect) -> list[str]:
    match effect:
        case If(then=then, otherwise=otherwise):
            return [name for each in (*then, *otherwise) for name in _claimed(each)]
        case Each(do=do):
            return [name for each in do for name in _claimed(each)]
        case Lent(values=values):
            texts = [each.value.strip() for each in values if each.name == "space"]
            return [text[1:-1] for text in texts if len(text) > 2 and text[0] == text[-1] and text[0] in "'\""]
    return []
