"""Papers that players make away from the chain with secrets of their own: of votes, draws and devices. Also false ones."""

from collections.abc import Callable, Mapping

from zhulian import canonical
from zhulian.assure.stories.measuring import make_batch_paper, make_card_paper
from zhulian.assure.stories.stage import Stage
from zhulian.client.drawing import papers as drawing
from zhulian.client.voting.papers import TrusteeSecrets, make_ballot, make_deal, make_key, make_part, open_shares
from zhulian.language.definition.views import Made
from zhulian.language.lending import RecordName
from zhulian.language.values import split_key
from zhulian.merkle.proof_texts import proof_text
from zhulian.modules.ballot.state import BOXES, DEALS, ENROLLED, SUMS, Box, Deal
from zhulian.modules.credential.format import list_digest
from zhulian.modules.credential.state import LISTS
from zhulian.modules.fair.state import DEALT, DRAWS, RESULTS, SECRETS
from zhulian.modules.fair.state import ENTERED as ENTERED_DRAW
from zhulian.modules.trace.format import EVENT, EventPaper
from zhulian.modules.trace.state import THINGS

__all__ = ["MAKERS", "make_paper"]

NOWHERE = "https://id.gs1.org/01/00000000000000"
"""An identifier of nothing: what stands for things that are not followed."""
Maker = Callable[[Stage, str, str, Made], str]
"""From the stage, the record's full name, the party that makes it and what the step says: the paper."""


def make_paper(stage: Stage, record: tuple[str, str, tuple[str, ...]], made: Made) -> str:
    """A paper as the step asks for it; a named one is kept to be shown again. Of an unknown form: what stands in it, as it is."""
    maker = MAKERS.get(made.paper)
    player = stage.company.players.get(made.by)
    party = made.by if player is None else player.party
    instance, kind, key = record
    if made.about:
        kind, _, name = made.about.partition("/")
        key = split_key(name)
    text = " ".join(made.codes) if maker is None else maker(stage, RecordName(instance, kind, key).text, party, made)
    if made.forged:
        text = _forged(text)
    stage.made[made.called or f"thing {len(stage.made)}"] = text
    return text


def _forged(text: str) -> str:
    """The paper with the last digit of its last proof changed."""
    place = max(text.rfind(f'{each}"') for each in "0123456789abcdef")
    return text if place < 0 else text[:place] + ("1" if text[place] == "0" else "0") + text[place + 1 :]


def _key(stage: Stage, box: str, party: str, made: Made) -> str:
    return make_key(stage.chain.world.hasher, box, party, _secrets(stage, box, party))


def _deal(stage: Stage, box: str, party: str, made: Made) -> str:
    chain, state = stage.chain, stage.chain.application.chain_store
    there = BOXES.get(state, box)
    keys = [ENROLLED.get(state, box, each).key for each in there.trustees if ENROLLED.has(state, box, each)]
    if len(keys) < len(there.trustees):  # too early: whoever has not enrolled gets a share that only the dealer could open
        keys = [_own_key(stage, box, party)] * len(there.trustees)
    return make_deal(chain.world.hasher, box, there, keys, party, _secrets(stage, box, party))


def _own_key(stage: Stage, box: str, party: str) -> str:
    return str(canonical.decode(_key(stage, box, party, Made(kind="paper")).encode())["key"])


def _ballot(stage: Stage, box: str, party: str, made: Made) -> str:
    there = BOXES.get(stage.chain.application.chain_store, box)
    return make_ballot(stage.chain.world.hasher, box, there, party, {int(each) for each in made.codes})


def _part(stage: Stage, box: str, party: str, made: Made) -> str:
    hasher, state = stage.chain.world.hasher, stage.chain.application.chain_store
    there = BOXES.get(state, box)
    base = there.base or box
    deals = [DEALS.get(state, base, each) for each in there.trustees]
    share = _share(stage, base, there, deals, party)
    return make_part(hasher, box, there, SUMS.get(state, box), party, share)


def _share(stage: Stage, base: str, box: Box, deals: list[Deal], party: str) -> int:
    if party not in box.trustees:
        return 1
    return open_shares(stage.chain.world.hasher, base, box, deals, party, _secrets(stage, base, party))


def _secrets(stage: Stage, box: str, party: str) -> TrusteeSecrets:
    there = BOXES.get(stage.chain.application.chain_store, box)
    secret = f"zhulian story {stage.story.name} {party}".encode()
    return TrusteeSecrets.derive(stage.chain.world.hasher, secret, box, party, there.threshold)


def _draw_key(stage: Stage, record: str, party: str, made: Made) -> str:
    return drawing.make_key(stage.chain.world.hasher, record, party, _draw_secrets(stage, record, party))


def _draw_deal(stage: Stage, record: str, party: str, made: Made) -> str:
    chain, state = stage.chain, stage.chain.application.chain_store
    there = DRAWS.get(state, record)
    own = str(canonical.decode(_draw_key(stage, record, party, made).encode())["key"])
    entered = [ENTERED_DRAW.find(state, record, each) for each in there.contributors]
    keys = [own if each is None else each.key for each in entered]
    return drawing.make_deal(chain.world.hasher, record, there, keys, party, _draw_secrets(stage, record, party))


def _draw_reveal(stage: Stage, record: str, party: str, made: Made) -> str:
    return drawing.make_reveal(record, party, _draw_secrets(stage, record, party))


def _draw_recovery(stage: Stage, record: str, party: str, made: Made) -> str:
    """Parts of every secret that is not out yet."""
    state = stage.chain.application.chain_store
    there = DRAWS.get(state, record)
    dealt = {each: DEALT.find(state, record, each) for each in there.contributors if not SECRETS.has(state, record, each)}
    withheld = {each: deal for each, deal in dealt.items() if deal is not None}
    return drawing.make_recovery(stage.chain.world.hasher, record, there, withheld, party, _draw_secrets(stage, record, party))


def _draw_secrets(stage: Stage, record: str, party: str) -> drawing.ContributorSecrets:
    there = DRAWS.get(stage.chain.application.chain_store, record)
    secret = f"zhulian story {stage.story.name} {party}".encode()
    return drawing.ContributorSecrets.derive(stage.chain.world.hasher, secret, record, party, there.threshold)


def _drawn_code(stage: Stage, record: str, party: str, made: Made) -> str:
    """The code of the pool that was drawn as the turn in `marks`; with turn 0, one that was not."""
    codes = _pool(stage, made)
    result, turn = RESULTS.find(stage.chain.application.chain_store, record), int("".join(made.codes) or "1")
    places = result.places if result is not None else (0,)
    if turn:
        return codes[places[turn - 1]]
    return next((code for place, code in enumerate(codes) if place not in places), codes[0])


def _drawn_proof(stage: Stage, record: str, party: str, made: Made) -> str:
    """The proof that the same code stands in the pool."""
    pool = stage.made[made.of]
    return proof_text(pool.path(_drawn_code(stage, record, party, made)))


def _pool(stage: Stage, made: Made) -> list[str]:
    return list(stage.made[made.of])


def _status_list(stage: Stage, record: str, party: str, made: Made) -> str:
    """The next content of a status list of the player's, which `marks` name; what stands in it stays off the chain."""
    name = "".join(made.codes[:1])
    before = LISTS.find(stage.chain.application.chain_store, party, name)
    sequence = 1 if before is None else before.sequence + 1
    content = f"{stage.story.name} {party} {name} {sequence}".encode()
    paper = {
        "bits": 2,
        "digest": list_digest(stage.chain.world.hasher, content),
        "format": "zhulian/status-list/1",
        "issuer": party,
        "list": name,
        "sequence": sequence,
        "size": 131_072,
    }
    return canonical.encode(paper).decode()


def _attestation(stage: Stage, record: str, party: str, made: Made) -> str:
    """What the player has checked: `marks` are the issuer, its status list, whose credential it was, and what holds of them."""
    issuer, name, person, predicate = (*made.codes, "", "", "", "")[:4]
    players = stage.company.players
    issuer, person = (players[each].party if each in players else each for each in (issuer, person))
    newest = LISTS.find(stage.chain.application.chain_store, issuer, name)
    paper = {
        "by": party,
        "checked": stage.chain.time,
        "digest": "0" * 64 if newest is None else newest.digest,
        "format": "zhulian/attestation/1",
        "instance": record.partition("/")[0],
        "issuer": issuer,
        "list": name,
        "person": person,
        "predicate": predicate,
        "schema": predicate,
        "sequence": 1 if newest is None else newest.sequence,
    }
    return canonical.encode(paper).decode()


def _trace_event(stage: Stage, record: str, party: str, made: Made) -> str:
    """An EPCIS event by marks: its step; OBSERVE, ADD, DELETE, PACK, UNPACK or MAKE; what else it is about (`type/key`); `wrong:` a paper.

    PACK, UNPACK and MAKE are about what goes into the record; the others about the record itself.
    """
    step, action, *more = [*made.codes, "OBSERVE"][: max(2, len(made.codes))]
    instance, state = record.partition("/")[0], stage.chain.application.chain_store
    named = {name: THINGS.find(state, name) for name in [record, *(f"{instance}/{each}" for each in more if ":" not in each)]}
    identifiers = [NOWHERE if each is None else each.identifier for each in named.values()]
    kind, act = {"PACK": ("aggregation", "ADD"), "UNPACK": ("aggregation", "DELETE"), "MAKE": ("transformation", "")}.get(
        action, ("object", action)
    )
    things, out = (identifiers, []) if kind == "object" else (identifiers[1:], identifiers[:1])
    wrong = [str(stage.made[each.partition(":")[2]]) for each in more if ":" in each]
    paper = EventPaper(
        action=act,  # type: ignore[arg-type]  # a story may also give what there is not
        by=party,
        content=stage.chain.world.hasher.digest("trace-event", made.called.encode()).hex(),
        event=f"urn:zhulian:event:{stage.story.name}:{len(stage.made)}",
        format="zhulian/trace-event/1",
        instance=instance,
        kind=kind,  # type: ignore[arg-type]  # as above
        made=tuple(out),
        step=step,
        things=tuple(things),
        time_ms=stage.chain.time * 1000,
        wrong=str(canonical.decode(wrong[0].encode())["event"]) if wrong else "",
    )
    return EVENT.encode(paper).decode()


MAKERS: Mapping[str, Maker] = {
    "attestation": _attestation,
    "ballot": _ballot,
    "ballot_deal": _deal,
    "ballot_key": _key,
    "ballot_part": _part,
    "device_batch": make_batch_paper,
    "device_card": make_card_paper,
    "draw_deal": _draw_deal,
    "draw_key": _draw_key,
    "draw_recovery": _draw_recovery,
    "draw_reveal": _draw_reveal,
    "drawn_code": _drawn_code,
    "drawn_proof": _drawn_proof,
    "status_list": _status_list,
    "trace_event": _trace_event,
}
"""By the word that a story calls them by."""
