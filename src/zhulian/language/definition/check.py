"""`check_definition`: part 1 of what publishing asks, a rule of consensus. It decides on the tree alone, without clock or chance."""

from collections.abc import Mapping
from dataclasses import dataclass

from zhulian.language.definition.actions import Found, check_actions, check_promises, check_steps, check_timers, check_totals
from zhulian.language.definition.authority import Exceptional
from zhulian.language.definition.commitments import check_commitments, check_roots
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.fields import check_field, check_record_fields
from zhulian.language.definition.judge import Judge, Note
from zhulian.language.definition.locks import check_locks, check_timer_circles
from zhulian.language.definition.names import check_names
from zhulian.language.definition.patterns import Dfa
from zhulian.language.definition.played import check_pages, check_watch
from zhulian.language.definition.reading import Definition
from zhulian.language.definition.scopes import Scopes
from zhulian.language.definition.stories import check_stories
from zhulian.language.definition.structure import check_structure
from zhulian.language.definition.verdicts import TooMuchWork
from zhulian.language.definition.work import BYTES_PER_STEP, Work
from zhulian.language.expressions.syntax import Expression
from zhulian.language.expressions.tree import Typed
from zhulian.language.registry import Registry

__all__ = ["Checked", "check_definition"]


@dataclass(frozen=True, slots=True)
class Checked:
    """A sound definition with all that the check learnt.

    Attributes:
        definition: What was checked.
        parsed: Every expression by its path, such as `actions.draw.require[0].that`.
        typed: The same with types, ready to be evaluated.
        scopes: What expressions may name at each place.
        patterns: The table of each pattern, by the path of the pattern.
        exceptions: Every debit that nobody signs, allowed by an asset's own `taken_by`.
        steps: The most steps that each action can take.
        notes: What a reader should know, such as states that nothing leads to.
        registry: The words that modules lent to it, with what they say.
        found: What each action and timer does, for whoever holds another version against it.
        work: The steps that the check and compiling it take.
    """

    definition: Definition
    parsed: Mapping[str, Expression]
    typed: Mapping[str, Typed]
    scopes: Scopes
    patterns: Mapping[str, Dfa]
    exceptions: tuple[Exceptional, ...]
    steps: Mapping[str, int]
    notes: tuple[Note, ...]
    registry: Registry
    found: Found
    work: int


def check_definition(definition: Definition, registry: Registry, work: Work | None = None) -> Checked:
    """Check names, types, units, privacy, authority over debits, locks, timers, bounds and stories.

    `work` counts what that costs; without it, it is bounded all the same.

    Raises:
        LanguageFaults: with up to fifty faults in file order.
    """
    judge = Judge(definition.tree, definition.places, registry, work=work or Work())
    try:
        return _check(definition, judge)
    except TooMuchWork as fault:
        raise LanguageFaults.of(judge.faults or [fault]) from None


def _check(definition: Definition, judge: Judge) -> Checked:
    judge.work.charge(len(definition.to_json()) // BYTES_PER_STEP)
    found = Found()
    check_structure(judge)
    check_names(judge)
    _fields(judge, found)
    scopes = Scopes(definition.tree)
    check_promises(judge, scopes)
    check_totals(judge, scopes)
    check_timers(judge, scopes, found)
    check_actions(judge, scopes, found)
    check_commitments(judge)
    check_roots(judge, {name: seen.assigned for name, seen in found.actions.items()})
    if not judge.faults:  # what follows reasons about sound parts
        check_locks(judge, found)
        check_timer_circles(judge, found)
        check_steps(judge, found)
    check_pages(judge, scopes)
    check_watch(judge, scopes)
    check_stories(judge, scopes, found)
    if judge.faults:
        raise LanguageFaults.of(judge.faults)
    _notes(judge, found)
    return Checked(
        definition=definition,
        parsed={path: each for path, each in judge.parsed.items() if each is not None},
        typed=judge.typed,
        scopes=scopes,
        patterns=found.patterns,
        exceptions=tuple(found.exceptions),
        steps=found.steps,
        notes=tuple(judge.notes),
        registry=judge.registry,
        found=found,
        work=judge.work.steps,
    )


def _fields(judge: Judge, found: Found) -> None:
    for setting in judge.tree.settings:
        check_field(judge, setting, f"settings.{setting.name}", found.patterns)
    for use in judge.tree.uses:
        for each in use.fields:
            check_field(judge, each, f"uses.{use.name}.fields.{each.name}", found.patterns)
    for record in judge.tree.records:
        check_record_fields(judge, record, f"records.{record.name}", found.patterns)
    if judge.tree.instance is not None:
        check_record_fields(judge, judge.tree.instance, "instance", found.patterns)


def _notes(judge: Judge, found: Found) -> None:
    """States that nothing leads to, refusals that nothing gives, and names that have no title in both languages."""
    for record in judge.tree.records:
        if record.states is None:
            continue
        reached = {record.states.start.name}
        for action in judge.tree.actions:
            if record.name in (action.on, action.creates) and action.to:
                reached.add(action.to)
        reached |= {each.to for each in judge.tree.timers if each.on == record.name}
        seen = [*found.actions.values(), *found.timers.values()]
        reached |= {state for each in seen for name, state in each.moves if name == record.name}
        if record.tasks is not None:
            reached.add(record.tasks.expired)
        for state in record.states.every:
            if state.name not in reached:
                path = f"records.{record.name}.states.{state.name}"
                judge.note(path, f"没有途径进入状态 {state.name}。", f"Nothing leads to the state {state.name}.")
    given = {name for seen in (*found.actions.values(), *found.timers.values()) for name in seen.refusals}
    for refusal in judge.tree.refusals:
        if refusal.name not in given:
            judge.note(f"refusals.{refusal.name}", f"没有规则给出 {refusal.name}。", f"No rule gives {refusal.name}.")
    bare = [f"{record.name}.{each.name}" for record in judge.tree.records for each in record.fields if each.title is None]
    if bare:
        names = ", ".join(bare)
        judge.note(
            "records",
            f"这些字段没有双语名称，页面将显示英文标识：{names}。",
            f"These fields have no title and show by their names: {names}.",
        )
