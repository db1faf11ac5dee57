"""What `zhulian app` shows: applications, one of them, its records, their histories and proofs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from zhulian.cli.output import answer, table, when
from zhulian.cli.state import settings
from zhulian.cli.words import language, say

if TYPE_CHECKING:
    from zhulian.client import App, Chain
    from zhulian.client.apps.history import RecordFact
    from zhulian.language.definition.shapes import Record, Text
    from zhulian.language.definition.views import Tree

__all__ = [
    "balances_of",
    "called_action",
    "called_record",
    "called_state",
    "describe",
    "history_of",
    "listed",
    "proposals_of",
    "prove",
    "records_of",
    "roles_of",
    "show",
]


def listed(chain: "Chain") -> None:
    """The applications that are open."""
    found = chain.apps()
    if settings.json:
        answer({"apps": found})
        return
    heads = [say("column.instance"), say("column.scenario"), say("column.version"), say("column.operator")]
    table(heads, [[each["instance"], each["scenario"], str(each["version"]), each["operator"]] for each in found])
    if not found:
        answer({}, say("app.none"))


def describe(chain: "Chain", app: "App") -> None:
    """One application: what it is, who stands behind which report of its proof, and what can be done in it."""
    from zhulian.language.values import show_value

    tree = app.tree
    actions = [
        {
            "action": each.name,
            "title": _both(each.title, each.name),
            "on": each.on,
            "creates": each.creates,
            "by": [who.name or "actor" for who in each.by],
            "input": [one.name for one in each.input],
        }
        for each in tree.actions
    ]
    value = app.core.info.value
    reports = chain.scenario.reports(app.definition)
    document = {
        "instance": app.instance,
        "title": _both(tree.title, tree.scenario),
        "definition": app.definition,
        **{name: value[name] for name in ("scenario", "version", "operator", "settings", "uses")},
        "reports": {name: reports[name] for name in ("needed", "agreed", "reports")},
        "actions": actions,
        "records": [each.name for each in tree.records],
        "roles": [each.name for each in tree.roles],
    }
    if settings.json:
        answer(document)
        return
    lines = [say("app.is", name=app.instance, title=_in(tree.title, tree.scenario), scenario=tree.scenario, version=tree.version)]
    lines.append(say("app.operator", operator=value["operator"], definition=app.definition))
    agreed = [each["report"] for each in reports["reports"] if each["organisation"] in reports["agreed"]]
    lines += [say("app.report", organisations=_names(reports["agreed"]), digest=each) for each in agreed[:1]]
    lines += [
        _line(_in(each.title, each.name), show_value(each, value["settings"].get(each.name), language()))
        for each in tree.settings
    ]
    lines += [say("app.use", name=name, instance=given) for name, given in value["uses"].items()]
    answer(document, *lines, "")
    rows = [[each.name, _in(each.title, each.name), _usage(app.instance, each)] for each in tree.actions]
    table([say("column.action"), say("column.title"), say("column.usage")], rows)


def _names(organisations: list[str]) -> str:
    return ("、" if language() == "zh" else ", ").join(organisations)


def show(chain: "Chain", app: "App", record: str, key: Any, out: Path | None) -> None:
    """One record as people read it, proved."""
    _ = out
    fact = app.record(record, key)
    opened = _opened(chain, app, fact)
    lines = [say("app.opened", field=field, text=text) for field, text in opened.items()]
    answer({**_record_document(fact), "opened": opened}, *_record_lines(chain, app, fact), *lines)


def _opened(chain: "Chain", app: "App", fact: "RecordFact") -> dict[str, str]:
    """What the holder's keys open of a record's private fields: values as text, files as the command that opens them."""
    from zhulian.errors import Refusal
    from zhulian.language.values.showing import is_hidden

    kind = _record(app.tree, fact.record)
    found: dict[str, str] = {}
    for each in kind.fields if kind is not None and fact.present else ():
        commitment = fact.fields.get(each.name)
        if not is_hidden(each) or not isinstance(commitment, str):
            continue
        try:
            sealed = chain.sealed.look(commitment)
            data = b"" if sealed is None or each.type == "file" else chain.sealed.read(commitment).data or b""
        except Refusal:  # it lies in no vault, or is not for whoever asks
            continue
        purpose = " --purpose …" if sealed is None else ""
        found[each.name] = data.decode() if data else f"zhulian share open {commitment}{purpose}"
    return found


def prove(chain: "Chain", app: "App", record: str, key: Any, out: Path | None) -> None:
    """Write the proof of a record, or of its absence, into a file."""
    from zhulian.client.apps.saving import file_name, save_document

    fact = app.record(record, key)
    path = save_document((out or Path()) / f"{file_name(fact.key or fact.record)}.proof.json", fact.document)
    lines = [_proved_line(chain, app, fact), say("line.written", path=path), say("app.verify_so", path=path)]
    answer({**_record_document(fact), "written": [str(path)]}, *lines)


def history_of(chain: "Chain", app: "App", record: str, key: Any, out: Path | None) -> None:
    """What happened to a record, complete by its trail; with `--out` also as a file that verifies offline."""
    from zhulian.client.apps.saving import file_name, save_document

    found = app.history(record, key)
    fact = found.fact
    written = []
    if out is not None:
        written.append(save_document(out / f"{file_name(fact.key or record)}.history.json", found.document))
    titles = {each.name: each.title for each in app.tree.actions} | {each.name: each.title for each in app.tree.timers}
    items = [
        {
            "height": each.height,
            "time_ms": each.time_ms,
            "transaction": each.transaction,
            "cause": each.cause,
            "events": list(each.events),
        }
        for each in found.events
    ]
    zone = chain.core.genesis.zone
    lines = []
    for each in found.events:
        title = _in(titles.get(each.cause), each.cause)
        state = f" → {called_state(app.tree, record, each.change['state'])}" if each.change and each.change.get("state") else ""
        lines.append(f"{when(each.time_ms, zone)}  {each.height}  {title}{state}  {each.transaction or '—'}")
    count = fact.value.get("trail", {}).get("count", 0)
    lines.append(say("app.complete", count=count, height=fact.height))
    lines += [say("line.written", path=path) for path in written]
    document = {"record": _record_document(fact), "items": items, "complete": True, "written": [str(path) for path in written]}
    answer(document, *lines)


def records_of(app: "App", record: str, starts: str, after: str | None) -> None:
    """Records of a type, page by page."""
    page = app.records(record, starts=starts, after=after)
    if settings.json:
        answer({"items": page.items, "next": page.next})
        return
    kind = next((each for each in app.tree.records if each.name == record), None)
    shown = [each.name for each in (kind.fields if kind is not None else ()) if each.visibility == "public"][:5]
    titles = {each.name: each.title for each in (kind.fields if kind is not None else ())}
    heads = [say("column.key"), say("column.state"), *(_in(titles[name], name) for name in shown)]
    speaks = language()
    rows = [
        [each["key"], each.get("state_title", {}).get(speaks, "—"), *(each["fields"][name][speaks] for name in shown)]
        for each in page.items
    ]
    table(heads, rows)
    if page.next is not None:
        answer({}, say("state.more", cursor=page.next))


def roles_of(app: "App", role: str | None) -> None:
    """Who has which role."""
    found = app.roles(role)
    if settings.json:
        answer({"items": found})
        return
    titles = {each.name: each.title for each in app.tree.roles}
    rows = [[_in(titles.get(each["role"]), each["role"]), each["role"], each["party"], each["admitted_by"]] for each in found]
    table([say("column.title"), say("column.role"), say("column.party"), say("column.admitted_by")], rows)


def balances_of(app: "App", asset: str | None) -> None:
    """Who holds what."""
    found = app.balances(asset)
    if settings.json:
        answer({"items": found})
        return
    rows = [[each["asset"], each["of"], each["owner"], str(each["units"])] for each in found]
    table([say("column.asset"), say("column.of"), say("column.owner"), say("column.units")], rows)


def proposals_of(chain: "Chain", app: "App") -> None:
    """Actions whose signatures are being gathered."""
    found = app.proposals()
    if settings.json:
        answer({"items": found})
        return
    zone = chain.core.genesis.zone
    rows = [
        [
            each["proposal"],
            called_action(app.tree, each["action"]),
            ", ".join(f"{name}={party}" for name, party in each["by"].items()),
            ", ".join(one["signer"] for one in each["approvals"]),
            when(each["expires"] * 1000, zone),
        ]
        for each in found
    ]
    heads = [say("column.proposal"), say("column.action"), say("column.party"), say("column.signer"), say("column.closes")]
    table(heads, rows)


def _record_document(fact: "RecordFact") -> dict[str, Any]:
    return {
        "instance": fact.instance,
        "record": fact.record,
        "key": fact.key,
        "present": fact.present,
        "height": fact.height,
        "time_ms": fact.time_ms,
        "value": fact.value,
        "shown": {name: {"zh": each.zh, "en": each.en} for name, each in fact.shown.items()},
    }


def _record_lines(chain: "Chain", app: "App", fact: "RecordFact") -> list[str]:
    lines = [_proved_line(chain, app, fact)]
    if not fact.present:
        return lines
    kind = _record(app.tree, fact.record)
    fields = {each.name: each.title for each in (kind.fields if kind is not None else ())}
    if fact.state is not None:
        lines.append(_line(say("column.state"), called_state(app.tree, fact.record, fact.state)))
    if "owner" in fact.value:
        lines.append(_line(say("column.owner"), fact.value["owner"]))
    lines += [_line(_in(fields.get(name), name), each.say(language())) for name, each in fact.shown.items()]
    lines.append(say("app.trail", **fact.value["trail"]))
    return lines


def _proved_line(chain: "Chain", app: "App", fact: "RecordFact") -> str:
    words = "app.present" if fact.present else "app.absent"
    time = when(fact.time_ms, chain.core.genesis.zone)
    return say(words, record=called_record(app.tree, fact.record), key=fact.key, height=fact.height, time=time)


def _usage(instance: str, action: Any) -> str:
    parts = [instance, action.name]
    if action.on and action.on != "instance":
        parts.append("KEY…" if action.many > 1 else "KEY")
    parts += [f"{each.name}={'@FILE' if each.type == 'file' else '…'}" for each in action.input]
    if len(action.by) > 1:
        parts += [f"--by {each.name}=…" for each in action.by]
    return " ".join(parts)


def called_action(tree: "Tree", name: str) -> str:
    """An action by its title, in the language spoken now; other things that are done by their name."""
    return _in(next((each.title for each in tree.actions if each.name == name), None), name)


def called_record(tree: "Tree", name: str) -> str:
    """A record type by its title, in the language spoken now."""
    kind = _record(tree, name)
    return _in(None if kind is None else kind.title, name)


def called_state(tree: "Tree", record: str, name: str) -> str:
    """A state of a record type by its title, in the language spoken now."""
    kind = _record(tree, record)
    states = kind.states.every if kind is not None and kind.states is not None else ()
    return _in(next((each.title for each in states if each.name == name), None), name)


def _record(tree: "Tree", name: str) -> "Record | None":
    return next((each for each in (*tree.records, tree.instance) if each is not None and each.name == name), None)


def _both(text: "Text | None", name: str) -> dict[str, str]:
    return {"zh": name, "en": name} if text is None else {"zh": text.zh, "en": text.en}


def _line(title: str, value: str) -> str:
    return f"{title}：{value}" if language() == "zh" else f"{title}: {value}"


def _in(text: "Text | None", name: str) -> str:
    return _both(text, name)[language()]
