"""The life of a record type as nodes and edges: which action or timer leads from which state to which."""

from zhulian.language.definition.shapes import Action, Create, Ensure, Move, Record, Timer
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
    moves = [*moves_of(speaker, doer.do, f"{path}.do", record), *moves_of(speaker, otherwise, f"{path}.else", record)]
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
        if action.on != record.name:
            edges += _from_afar(speaker, action, record, states)
    for timer in speaker.tree.timers:
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


def _from_afar(speaker: Speaker, action: Action, record: Record, states: list[StateView]) -> list[EdgeView]:
    """Moves of a record by an action on another one: out of every state that is not final."""
    path, own = f"actions.{action.name}", action.on or action.creates
    moves = [*moves_of(speaker, action.do, f"{path}.do", own), *moves_of(speaker, action.otherwise, f"{path}.else", own)]
    targets = [state for name, state in moves if name == record.name]
    sources = [each.name for each in states if each.kind != "final"]
    return [
        _edge(source, target, "action", action.name, action.title) for target in targets for source in sources if source != target
    ]
