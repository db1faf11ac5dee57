"""Who may be debited: an effect takes from X only if X signs, or is a record of this instance, or the asset's definition lists the action.

The check of the definition has shown this of every path it knows; here it is asked once more of the very values, so that no
gap of that reasoning takes anything from anybody. Titles (`pass`, `pledge` and the like) ask their owners by themselves.
"""

from collections.abc import Mapping

from zhulian.language.expressions.types import PARTY, accepts
from zhulian.language.expressions.types import Record as RecordType
from zhulian.language.lending import Argument, RecordName
from zhulian.language.registry import Verb
from zhulian.modules.scenario.acting.work import Work
from zhulian.modules.scenario.errors import DebitUnsigned
from zhulian.modules.scenario.freezing.free import require_free_givers
from zhulian.modules.scenario.owning.words import VERBS as TITLE_VERBS
from zhulian.modules.scenario.who.judge import require_no_agent

__all__ = ["require_authority"]


def require_authority(work: Work, verb: Verb, doer: str, arguments: Mapping[str, Argument], assets: Mapping[str, str]) -> None:
    """Ask whether a verb may do what its arguments say; `doer` is the action or timer, `assets` the local names of its classes.

    Raises:
        AgentTakesPart: if an agent that signs for somebody gains or gives itself. Frozen, DebitUnsigned.
    """
    if work.signed.via:
        for parameter in verb.parameters:
            party = arguments.get(parameter.name)
            if isinstance(party, str) and accepts(parameter.type, PARTY):
                require_no_agent(work.signed, party)
    scene = work.scene
    require_free_givers(scene.shelf.freezes, scene.quiet, scene.context.block.time, _givers(work, verb, arguments))
    if verb.name in TITLE_VERBS:
        return
    for name in verb.debits:
        owner = arguments.get(name)
        if owner is None or _is_signed(work, verb, name, owner) or _is_taken_by(work, verb, doer, assets):
            continue
        raise DebitUnsigned(verb=verb.name, owner=owner.text[:200] if isinstance(owner, RecordName) else str(owner)[:80])


def _givers(work: Work, verb: Verb, arguments: Mapping[str, Argument]) -> list[Argument]:
    """Who loses something by a verb; of a title that is passed on or pledged, the title itself and all its owners."""
    if verb.name not in TITLE_VERBS:
        return [arguments.get(name) for name in verb.debits]
    what = arguments.get("what")
    if verb.name not in ("pass", "pledge") or not isinstance(what, RecordName):
        return []
    title = work.records.at_name(what)
    return [what] if title is None else [what, title.held.owner, *title.held.shares]


def _is_signed(work: Work, verb: Verb, name: str, owner: Argument) -> bool:
    """Whether the one who loses signs: a party itself, a record of this instance by the definition, of a title its owner."""
    if not isinstance(owner, RecordName):
        return owner in work.caller.parties
    if owner.instance != work.scene.name:
        return False
    if not any(each.name == name and isinstance(each.type, RecordType) for each in verb.parameters):
        return True
    title = work.records.at_name(owner)
    return title is not None and (title.held.owner is None or title.held.owner in work.caller.parties)


def _is_taken_by(work: Work, verb: Verb, doer: str, assets: Mapping[str, str]) -> bool:
    """Whether the class whose units the verb takes is of this definition, which lists the action or timer."""
    own = work.scene.compiled.assets.get(assets.get(verb.moved, ""))
    return own is not None and doer in own.taken_by
