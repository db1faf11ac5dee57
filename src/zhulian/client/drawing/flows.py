"""Each step of a draw as contributors and observers take it; what it needs of the chain is read with proofs."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from zhulian.client import reading
from zhulian.client.core import Core
from zhulian.client.drawing.errors import (
    DrawnAgainDiffers,
    NoDrawThere,
    NotAContributor,
    NothingToBringOut,
    PoolDiffers,
    TooEarly,
)
from zhulian.client.drawing.papers import ContributorSecrets, make_deal, make_key, make_recovery, make_reveal
from zhulian.client.flow import Flow, work
from zhulian.errors import Words
from zhulian.merkle.code_list import CodeList, CodesRoot
from zhulian.modules.fair.drawing import draw_places, seed_of
from zhulian.modules.fair.state import DEALT, DRAWS, ENTERED, RESULTS, SECRETS, Dealt, Draw, Drawn, Entered, Secret

__all__ = ["Again", "again", "deal_paper", "draw", "key_paper", "recovery_paper", "reveal_paper"]

_T = TypeVar("_T")


@dataclass(frozen=True)
class Again:
    """A draw, made again: the seed, the places drawn (from 1, the first first), and their entries where the list was given."""

    seed: str
    places: tuple[int, ...]
    entries: tuple[str, ...]


def draw(core: Core, record: str) -> Flow[Draw]:
    """The draw of a record, `instance/type/key`.

    Raises:
        NoDrawThere. ProofFault, NotOurs, FromNode, Unreachable.
    """
    found = yield from _find(core, (DRAWS.name, record), Draw)
    if found is None:
        raise NoDrawThere(record=record)
    return found


def key_paper(core: Core, record: str, signer: str | None = None) -> Flow[str]:
    """A contributor's key for shares, to hand in first.

    Raises:
        NoDrawThere, NotAContributor. NoSigner, SecretMissing.
    """
    there, contributor = yield from _as_contributor(core, record, signer)
    return (yield from work(make_key, core.hasher, record, contributor, _secrets(core, record, there, contributor)))


def deal_paper(core: Core, record: str, signer: str | None = None) -> Flow[str]:
    """A contributor's secret, dealt, to hand in once all have entered.

    Raises:
        NoDrawThere, NotAContributor, TooEarly. NoSigner, SecretMissing.
    """
    there, contributor = yield from _as_contributor(core, record, signer)
    keys = []
    for each in there.contributors:
        entered = yield from _find(core, (ENTERED.name, record, each), Entered)
        if entered is None:
            raise TooEarly(why=Words(f"{each} 尚未登记", f"{each} has not entered yet"))
        keys.append(entered.key)
    return (yield from work(make_deal, core.hasher, record, there, keys, contributor, _secrets(core, record, there, contributor)))


def reveal_paper(core: Core, record: str, signer: str | None = None) -> Flow[str]:
    """A contributor's secret itself, to hand in once all have dealt.

    Raises:
        NoDrawThere, NotAContributor, TooEarly. NoSigner, SecretMissing.
    """
    there, contributor = yield from _as_contributor(core, record, signer)
    _require_dealt(there)
    return make_reveal(record, contributor, _secrets(core, record, there, contributor))


def recovery_paper(core: Core, record: str, signer: str | None = None) -> Flow[str]:
    """A contributor's parts of the secrets that others have not revealed so far.

    Raises:
        NoDrawThere, NotAContributor, TooEarly, NothingToBringOut. NoSigner, SecretMissing.
    """
    there, contributor = yield from _as_contributor(core, record, signer)
    _require_dealt(there)
    withheld: dict[str, Dealt] = {}
    for each in there.contributors:
        if (yield from _find(core, (SECRETS.name, record, each), Secret)) is None:
            dealt = yield from _find(core, (DEALT.name, record, each), Dealt)
            if dealt is not None:
                withheld[each] = dealt
    if not withheld:
        raise NothingToBringOut()
    secrets = _secrets(core, record, there, contributor)
    return (yield from work(make_recovery, core.hasher, record, there, withheld, contributor, secrets))


def again(core: Core, record: str, entries: Sequence[str] | None = None) -> Flow[Again]:
    """Draw again from what stands on the chain, and hold it against the result; `entries` is the published list.

    Raises:
        NoDrawThere, TooEarly, PoolDiffers, DrawnAgainDiffers. ProofFault, NotOurs, FromNode, Unreachable.
    """
    there = yield from draw(core, record)
    result = yield from _find(core, (RESULTS.name, record), Drawn)
    if result is None:
        raise TooEarly(why=Words("尚未抽签", "it is not drawn yet"))
    secrets = []
    for each in there.contributors:
        secret = yield from _find(core, (SECRETS.name, record, each), Secret)
        if secret is None:
            raise DrawnAgainDiffers(why=Words(f"缺少 {each} 的秘密数", f"the secret of {each} is not there"))
        secrets.append(bytes.fromhex(secret.value))
    seed = seed_of(core.hasher, record, there.pool, secrets)
    if seed.hex() != result.seed:
        raise DrawnAgainDiffers(why=Words("种子不符", "the seed is another"))
    places = yield from work(draw_places, core.hasher, seed, there.count, there.winners)
    if tuple(places) != result.places:
        raise DrawnAgainDiffers(why=Words("抽中的序号不符", "other places are drawn"))
    named: tuple[str, ...] = ()
    if entries is not None:
        codes = yield from work(CodeList, core.hasher, entries)
        if codes.root.text != there.pool:
            pool = CodesRoot.of_text(there.pool)
            raise PoolDiffers(count=pool.count, root=pool.root.hex())
        ordered = list(codes)
        named = tuple(ordered[each] for each in places)
    return Again(result.seed, tuple(each + 1 for each in places), named)


def _require_dealt(there: Draw) -> None:
    if there.stage in ("entering", "dealing"):
        raise TooEarly(why=Words("各方尚未全部提交秘密数承诺", "not all contributors have dealt yet"))


def _as_contributor(core: Core, record: str, signer: str | None) -> Flow[tuple[Draw, str]]:
    there = yield from draw(core, record)
    (identity,) = core.identities(None if signer is None else [signer])
    party = identity.name.partition(".")[0]
    if party not in there.contributors:
        raise NotAContributor(party=party, contributors=", ".join(there.contributors))
    return there, party


def _secrets(core: Core, record: str, there: Draw, contributor: str) -> ContributorSecrets:
    return ContributorSecrets.derive(core.hasher, core.salts.secret, record, contributor, there.threshold)


def _find(core: Core, key: tuple[str, ...], shape: type[_T]) -> Flow[_T | None]:
    proved = yield from reading.state(core, key)
    return msgspec.convert(proved.value, shape) if proved.present else None
