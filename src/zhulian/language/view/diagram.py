"""The life of a record type as nodes and edges: which action or timer leads from which state to which."""

from collections.abc import Iterator, Sequence

from zhulian.language.definition.shapes import Action, Create, Each, Effect, Ensure, If, Move, Record, Timer
from zhulian.language.expressions.tree import Apply, Field, Items, Literal, Typed
from zhulian.language.expressions.types import Record as RecordType
from zhulian.language.view.effects import moves_of
from zhulian.language.view.refusals import below
from zhulian.language.view.shapes import Both, DiagramView, EdgeView, NodeView, StateView
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.words import title_or_name

__all__ = ["BEGIN", "diagram_of", "leads_to", "state_views"]

BEGIN = "_begin"
"""The node that records come from."""


def leads_to(speaker: Speaker, doer: Action | Timer, path: str, record: str) -> list[str]:
    """The states of its own record that an action or timer can lead to, by `to` and by `move`."""
    otherwise = doer.otherwise if isinstance(doer, Action) else ()
    moves = [*moves_of(doer.do, record), *moves_of(otherwise, record)]
    found = [doer.to] if doer.to else []
    return list(dict.fromkeys([*found, *(state for name, state in moves if name == record)]))


def state_views(speaker: Speaker, record: Record) -> list[StateView]:
    """The states in their order, each with what can be done and what runs in it."""
    if record.states is None:
        return []
    kinds = {record.states.start.name: "start", **{each.name: "final" for each in record.states.final}}
    return [
        StateView(
            name=each.name,
            title=title_or_name(each.title, each.name),
            kind=kinds.get(each.name, "open"),  # type: ignore[arg-type]
            actions=[one.name for one in speaker.tree.actions if one.on == record.name and each.name in _froms(record, one)],
            timers=[one.name for one in speaker.tree.timers if one.on == record.name and each.name in _froms(record, one)],
        )
        for each in record.states.every
    ]


def _froms(record: Record, doer: Action | Timer) -> list[str]:
    """The states in which something can be done: those that it names, or all that are not final."""
    if doer.froms or record.states is None:
        return list(doer.froms)
    return [each.name for each in (record.states.start, *record.states.open)]


def diagram_of(speaker: Speaker, record: Record) -> DiagramView | None:
    """The diagram of a record type; None where it has no states."""
    if record.states is None:
        return None
    states = state_views(speaker, record)
    edges = _births(speaker, record)
    stays: dict[str, list[str]] = {each.name: [] for each in states}
    for action in speaker.tree.actions:
        targets = leads_to(speaker, action, f"actions.{action.name}", record.name) if action.on == record.name else []
        for source in _froms(record, action) if action.on == record.name else []:
            away = [each for each in targets if each != source]
            edges += [_edge(source, each, "action", action.name, action.title) for each in away]
            if not away or not _surely(action):
                stays[source].append(action.name)
        edges += _from_afar(speaker, action, record, states)
    for timer in speaker.tree.timers:
        edges += _from_afar(speaker, timer, record, states)
        if timer.on != record.name:
            continue
        for source in _froms(record, timer):
            targets = leads_to(speaker, timer, f"timers.{timer.name}", record.name)
            edges += [_edge(source, each, "timer", timer.name, speaker.timer(timer)) for each in targets if each != source]
    if record.tasks is not None and record.tasks.during and record.tasks.expired:
        title = Both("并行任务逾期", "Tasks not done in time")
        edges.append(EdgeView(source=record.tasks.during, target=record.tasks.expired, by="tasks", name="tasks", title=title))
    nodes = [NodeView(id=BEGIN, title=Both("开始", "Begin"), kind="begin", stays=[])]
    nodes += [NodeView(id=each.name, title=each.title, kind=each.kind, stays=stays[each.name]) for each in states]
    return DiagramView(nodes=nodes, edges=list(dict.fromkeys(edges)))


def _surely(action: Action) -> bool:
    """Whether the action moves its record whenever it is done, and not only under a condition."""
    both_ways = bool(action.otherwise) and any(isinstance(each, Move) for each in action.otherwise)
    return bool(action.to) or (
        any(isinstance(each, Move) and not each.of for each in action.do) and (both_ways or not action.otherwise)
    )


def _edge(source: str, target: str, by: str, name: str, title: object) -> EdgeView:
    zh, en = getattr(title, "zh", name), getattr(title, "en", name)
    return EdgeView(source=source, target=target, by=by, name=name, title=Both(zh, en))  # type: ignore[arg-type]


def _births(speaker: Speaker, record: Record) -> list[EdgeView]:
    """Where records of the type begin: by actions that create them, alone or among their effects."""
    if record.states is None:
        return []
    start = record.states.start.name
    found = []
    for action in speaker.tree.actions:
        if action.creates == record.name:
            targets = leads_to(speaker, action, f"actions.{action.name}", record.name) or [start]
            found += [_edge(BEGIN, each, "action", action.name, action.title) for each in targets]
        elif any(
            isinstance(each, Create | Ensure) and each.record == record.name for each in below((*action.do, *action.otherwise))
        ):
            found.append(_edge(BEGIN, start, "action", action.name, action.title))
    for timer in speaker.tree.timers:
        if any(isinstance(each, Create | Ensure) and each.record == record.name for each in below(timer.do)):
            found.append(_edge(BEGIN, start, "timer", timer.name, speaker.timer(timer)))
    return found


def _from_afar(speaker: Speaker, doer: Action | Timer, record: Record, states: list[StateView]) -> list[EdgeView]:
    """Moves of a record by what is done to another one: out of the states that its conditions name, or else of all that are not final."""
    action = isinstance(doer, Action)
    path = f"{'actions' if action else 'timers'}.{doer.name}"
    guards = [speaker.typed(f"{path}.require[{i}].that") for i in range(len(doer.require))] if isinstance(doer, Action) else []
    known = [each for guard in guards if guard is not None for each in _conjuncts(guard)]
    found = []
    effects = [(doer.do, f"{path}.do")] + ([(doer.otherwise, f"{path}.else")] if isinstance(doer, Action) else [])
    for several, below_path in effects:
        for target, to, conditions in _far_moves(speaker, several, below_path, known):
            if not isinstance(target.type, RecordType) or target.type.name != record.name:
                continue
            sources = _sources(target, conditions, [each.name for each in states if each.kind != "final"])
            title = doer.title if isinstance(doer, Action) else speaker.timer(doer)
            by = "action" if action else "timer"
            found += [_edge(source, to, by, doer.name, title) for source in sources if source != to]
    return found


def _far_moves(
    speaker: Speaker, effects: Sequence[Effect], path: str, known: list[Typed]
) -> Iterator[tuple[Typed, str, list[Typed]]]:
    """Every move of a record that an expression names, with the conditions under which it comes."""
    for index, effect in enumerate(effects):
        here = f"{path}[{index}]"
        match effect:
            case Move(to=to, of=of) if of and (target := speaker.typed(here)) is not None:
                yield target, to, known
            case If(then=then, otherwise=otherwise):
                condition = speaker.typed(f"{here}.if")
                more = known if condition is None else [*known, *_conjuncts(condition)]
                yield from _far_moves(speaker, then, f"{here}.then", more)
                yield from _far_moves(speaker, otherwise, f"{here}.else", known)
            case Each(do=do):
                yield from _far_moves(speaker, do, f"{here}.do", known)
            case _:
                pass


def _conjuncts(typed: Typed) -> list[Typed]:
    """Conditions that hold together."""
    if isinstance(typed, Apply) and typed.operator == "and":
        return [each for one in typed.operands for each in _conjuncts(one)]
    return [typed]


def _sources(target: Typed, conditions: list[Typed], every: list[str]) -> list[str]:
    """The states of the target that all conditions on its state allow."""
    for condition in conditions:
        allowed = _states_of(target, condition)
        if allowed is not None:
            every = [each for each in every if each in allowed]
    return every


def _states_of(target: Typed, condition: Typed) -> list[str] | None:
    """The states that a condition on the target's state names; None where it speaks of something else."""
    match condition:
        case Apply(operator="equal", operands=(Field(of=of, name="state"), Literal(value=str(state)))) if of == target:
            return [state]
        case Apply(operator="in", operands=(Field(of=of, name="state"), Items(items=items))) if of == target:
            return [str(each.value) for each in items if isinstance(each, Literal)]
        case Apply(operator="or", operands=operands):
            several = [_states_of(target, each) for each in operands]
            return [state for each in several if each is not None for state in each] if None not in several else None
    return None
