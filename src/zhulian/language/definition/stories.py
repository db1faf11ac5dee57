"""Stories: whoever plays, whatever is done, refused, raised and seen exists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from zhulian.language.definition.actions import Found
from zhulian.language.definition.faults import KeyMissing, KeyUnknown
from zhulian.language.definition.fields import literal
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.names import ACTION, RECORD, ROLE, roles_of
from zhulian.language.definition.scopes import Scopes
from zhulian.language.definition.shapes import Action, Field, Input, Record, Signatory
from zhulian.language.definition.verdicts import KeyPartsWrong, RefusalUnused, VoicesWrong
from zhulian.language.definition.views import Cast, Consent, Made, Step, Story, With
from zhulian.language.definition.words import BUILT_IN_REFUSALS
from zhulian.language.errors import LanguageFault
from zhulian.language.expressions.check import known_names
from zhulian.language.expressions.scope import Member
from zhulian.language.expressions.types import BOOL, PARTY, Said

__all__ = ["OFFICER", "check_stories", "seat_of"]

OFFICER = "officer"
"""How a story calls an officer without a duty, beside the seats of its roles."""
_PLAYER = Said("角色扮演者（cast）", "player (cast)")
_SEAT = Said("岗位", "seat")
_PROPOSAL = Said("故事中的提案（as）", "proposal of the story (as)")
_MADE = Said("故事中制作的内容", "thing made in the story")
_ORDER = Said("监管方的决定", "order of the regulator")
_ORDERS = ("freeze", "thaw", "recall")
_DOCUMENT = Field(name="document", type="file", visibility="public")
_SECOND = re.compile(r"(.+)_[2-9]")
_LATER = ("party", "person", "file", "record", "tag", "codes", "bulk", "proof", "ticket", "paper")
"""Types whose values are known only when the story plays."""


def seat_of(officer: str) -> str:
    """The seat of an officer as a story names it: `checker_2` is the second officer in the seat `checker`."""
    found = _SECOND.fullmatch(officer)
    return found[1] if found else officer


@dataclass(frozen=True)
class _Play:
    """What is asked of a story again and again."""

    judge: Judge
    scopes: Scopes
    story: Story
    cast: dict[str, Cast]
    refusals: tuple[str, ...]


def check_stories(judge: Judge, scopes: Scopes, found: Found) -> None:
    """Every story: players, actions, inputs, keys, refusals and alerts exist, and what is seen is an expression."""
    tree = judge.tree
    alerts = [each.name for each in tree.timers] + [each.name for each in tree.watch]
    alerts += [name for seen in (*found.actions.values(), *found.timers.values()) for name in seen.alerts if name]
    alerts += [each.name for each in tree.actions]
    refusals = _refusals(judge)
    for story in tree.stories:
        path = f"stories.{story.name}"
        play = _Play(judge, scopes, story, {each.name: each for each in story.cast}, refusals)
        for player in story.cast:
            _player(play, player, f"{path}.cast.{player.name}")
        _given(play, path)
        cast = {each.name: Member(PARTY) for each in story.cast}
        scope = replace(scopes.base, variables={**scopes.base.variables, **cast})
        later = False  # after an upgrade: what is named there is looked for when the story plays
        for index, step in enumerate(story.steps):
            below = f"{path}.steps[{index}]"
            if step.upgrades:
                later = True
            for name in step.alerts:
                judge.must_be(name, alerts, f"{below}.alerts", Said("预警", "alert"))
            if step.see:
                judge.type(step.see, f"{below}.see", scope, BOOL, pages=True)
            _players(play, step, below)
            if not later:
                _step(play, step, below)


def _refusals(judge: Judge) -> tuple[str, ...]:
    tree = judge.tree
    records = [*tree.records, *([tree.instance] if tree.instance else [])]
    promises = [one.name for record in records for one in (*record.always, *record.steps)]
    return (*(each.name for each in tree.refusals), *promises, *BUILT_IN_REFUSALS)


def _player(play: _Play, player: Cast, path: str) -> None:
    used = [each.name for each in play.judge.tree.uses]
    for role in player.roles:
        use, _, of_use = role.partition(".")
        if of_use:
            play.judge.must_be(use, used, path, Said("引入的内容", "thing used"))
        else:
            play.judge.must_be(role, (*roles_of(play.judge), "person"), path, ROLE)
    if player.agent:
        agents = [each.name for each in play.story.cast if "person" not in each.roles]
        play.judge.must_be(player.agent, agents, f"{path}.agent", _PLAYER)


def _given(play: _Play, path: str) -> None:
    judge = play.judge
    assets = [*(each.name for each in judge.tree.assets), *(each.name for each in judge.tree.uses if each.kind == "asset")]
    for index, given in enumerate(play.story.given):
        below = f"{path}.given[{index}]"
        if given.kind == "balance":
            judge.must_be(given.of, assets, f"{below}.balance.of", Said("资产", "asset"))
            for amount in given.amounts:
                judge.must_be(amount.who, play.cast, f"{below}.balance.{amount.who}", _PLAYER)
        elif given.kind == "setting":
            settings = {each.name: each for each in judge.tree.settings}
            if judge.must_be(given.of, settings, f"{below}.setting.{given.of}", Said("设定", "setting")):
                _literal(play, settings[given.of], given.value, f"{below}.setting.{given.of}")
        else:
            _literal(play, Field(name="today", type="date", visibility="public"), given.value, f"{below}.today")


def _step(play: _Play, step: Step, path: str) -> None:
    judge = play.judge
    if step.refused and step.refused not in play.refusals:
        judge.fault(RefusalUnused, f"{path}.refused", name=step.refused, known=", ".join(play.refusals))
    if step.does:
        actions = {each.name: each for each in judge.tree.actions}
        if judge.must_be(step.does, actions, f"{path}.does", ACTION):
            _act(play, step, actions[step.does], path)
    elif step.completes:
        _complete(play, step, path)
    elif step.corrects:
        _correct(play, step, path)
    elif step.amends:
        _amend(play, step, path)
    elif step.proposes:
        _propose(play, step, path)
    elif step.orders:
        _order(play, step, path)
    else:
        called = [each.called for each in play.story.steps if each.called]
        for name, key in ((step.approves, "approves"), (step.withdraws, "withdraws")):
            if name:
                judge.must_be(name, called, f"{path}.{key}", _PROPOSAL)
        for each, key in ((step.admits, "admits"), (step.dismisses, "dismisses")):
            for one in each:
                judge.must_be(one.name, [role.name for role in judge.tree.roles], f"{path}.{key}.{one.name}", ROLE)


def _propose(play: _Play, step: Step, path: str) -> None:
    """An action whose parties are named by `by`, where it is more than the one who proposes."""
    actions = {each.name: each for each in play.judge.tree.actions}
    if not play.judge.must_be(step.proposes, actions, f"{path}.proposes", ACTION):
        return
    action = actions[step.proposes]
    wanted, found = sorted(each.name or "actor" for each in action.by), sorted(each.name for each in step.by)
    if wanted != (found or ["actor"]) and not step.refused:
        shown = {"wanted": ", ".join(wanted), "found": ", ".join(found) or "actor"}
        play.judge.fault(VoicesWrong, f"{path}.by", action=action.name, **shown)
    _about(play, step, action, path)


def _act(play: _Play, step: Step, action: Action, path: str) -> None:
    _voices(play, step, action.by, action.name, path)
    _about(play, step, action, path)


def _about(play: _Play, step: Step, action: Action, path: str) -> None:
    """The records and inputs of an action."""
    record = play.scopes.records.get(action.on)
    if action.many == 1:
        _key(play, step.on, record, f"{path}.on", action.on or action.creates)
    inputs = {each.name: each for each in action.input}
    about = play.scopes.records.get(action.on or action.creates)
    groups = {each.name: each for each in (about.sealed if about is not None else ())}
    group = groups.get(action.seals or action.opens)
    plain = [each for each in step.inputs if group is None or each.name != group.name]
    _inputs(play, plain, inputs, path, bad=step.refused == "bad_input")
    names = [each.name for each in step.inputs]
    if group is not None and about is not None:
        fields = {each.name: each for each in about.fields if each.name in group.fields}
        for hidden in step.inputs:
            if hidden.name == group.name:
                _hidden(play, hidden, fields, f"{path}.with.{group.name}")
        if group.name not in names and not step.refused:
            play.judge.fault(KeyMissing, f"{path}.with", key=group.name)
    for each in action.input:
        if each.name not in names and not each.optional and each.default is None and not step.refused:
            play.judge.fault(KeyMissing, f"{path}.with", key=each.name)


def _order(play: _Play, step: Step, path: str) -> None:
    """What the regulator orders: about a record (`type/key`), a player, or the instance where nothing is named; by a document."""
    judge = play.judge
    judge.must_be(step.orders, _ORDERS, f"{path}.orders", _ORDER)
    about = step.on[0] if step.on else ""
    record = about.partition("/")[0]
    if "/" in about or step.orders == "recall":
        if judge.must_be(record, play.scopes.records, f"{path}.on", RECORD):
            _key(play, about.split("/")[1:], play.scopes.records[record], f"{path}.on", record)
    elif about:
        judge.must_be(about, play.cast, f"{path}.on", _PLAYER)
    _inputs(play, step.inputs, {"document": _DOCUMENT}, path)
    if not step.inputs:
        judge.fault(KeyMissing, f"{path}.with", key="document")
    if not step.valid and step.orders != "thaw":
        judge.fault(KeyMissing, path, key="for")


def _complete(play: _Play, step: Step, path: str) -> None:
    name, _, task = step.completes.partition(".")
    tasked = {each.name: each for each in play.judge.tree.records if each.tasks is not None}
    if not play.judge.must_be(name, tasked, f"{path}.completes", RECORD):
        return
    record = tasked[name]
    tasks = {each.name: each for each in (record.tasks.items if record.tasks else ())}
    if play.judge.must_be(task, tasks, f"{path}.completes", Said("任务", "task")):
        _voices(play, step, tasks[task].by, task, path)
    _key(play, step.on, record, f"{path}.on", name)
    _inputs(play, step.inputs, {}, path)


def _correct(play: _Play, step: Step, path: str) -> None:
    known = {each.name: each for each in play.judge.tree.records if each.correct}
    if not play.judge.must_be(step.corrects, known, f"{path}.corrects", RECORD):
        return
    record = known[step.corrects]
    _key(play, step.on, record, f"{path}.on", record.name)
    _inputs(play, step.inputs, {each.name: each for each in record.fields}, path, bad=step.refused == "bad_input")


def _amend(play: _Play, step: Step, path: str) -> None:
    """Before any upgrade there is nothing to move, which is what such a step shows."""
    known = {each.name: each for each in play.judge.tree.records}
    if play.judge.must_be(step.amends, known, f"{path}.amends", RECORD):
        _key(play, step.on, known[step.amends], f"{path}.on", step.amends)
    _inputs(play, step.inputs, {}, path)


def _key(play: _Play, on: Sequence[str], record: Record | None, path: str, name: str) -> None:
    parts = len(record.key) if record is not None else 0
    if len(on) != parts:
        play.judge.fault(KeyPartsWrong, path, record=name or "–", wanted=parts, found=len(on))


def _inputs(
    play: _Play, givens: Sequence[With], inputs: dict[str, Input] | dict[str, Field], path: str, *, bad: bool = False
) -> None:
    """Each input by its form; with `bad`, what is written may be no value of its type."""
    for given in givens:
        below = f"{path}.with.{given.name}"
        if given.name not in inputs:
            play.judge.fault(KeyUnknown, below, key=given.name, known=known_names(inputs))
        elif given.ticket is not None:
            _ticket(play, given.ticket, below)
        elif given.made is not None:
            _made(play, inputs[given.name], given.made, below)
        elif given.values is None and not bad:
            _literal(play, inputs[given.name], given.value, below)


_MAKES = {"codes": ("codes",), "bulk": ("bulk",), "proof": ("of", "paper"), "paper": ("paper",), "text": ("paper",)}
"""What a story may make for an input, by its type."""


def _made(play: _Play, field: Field, made: Made, path: str) -> None:
    """Codes, a bulk, a proof or a paper for an input of that type."""
    play.judge.must_be("of" if made.kind == "proof" else made.kind, _MAKES.get(field.type, ("–",)), path, _MADE)
    if made.of:
        play.judge.must_be(made.of, _called(play), f"{path}.of", _MADE)
    if made.by:
        play.judge.must_be(made.by, play.cast, f"{path}.by", _PLAYER)


def _hidden(play: _Play, given: With, fields: dict[str, Field], path: str) -> None:
    """What is sealed or opened: values of the group's fields, or the name of what was sealed before."""
    made = given.made
    if made is None:
        play.judge.must_be(given.value, _called(play), path, _MADE)
        return
    play.judge.must_be(made.kind, ("seal", "open"), path, _MADE)
    if made.of:
        play.judge.must_be(made.of, _called(play), f"{path}.open", _MADE)
    _inputs(play, made.values, fields, f"{path}.{'seal' if made.kind == 'seal' else 'but'}", bad=True)
    names = [each.name for each in made.values]
    for name in fields if made.kind == "seal" else ():
        if name not in names:
            play.judge.fault(KeyMissing, f"{path}.seal", key=name)


def _called(play: _Play) -> list[str]:
    """The names of what the story makes, wherever it does."""
    given = [each.made for step in play.story.steps for each in step.inputs if each.made is not None]
    return [each.called for each in given if each.called]


def _ticket(play: _Play, ticket: Consent, path: str) -> None:
    judge = play.judge
    known = {each.name: each for each in judge.tree.tickets}
    for player, part in ((ticket.holder, "holder"), (ticket.agency, "agency"), (ticket.signer, "signer")):
        if player:
            judge.must_be(player, play.cast, f"{path}.{part}", _PLAYER)
    if judge.must_be(ticket.use, known, f"{path}.for", Said("票据", "ticket")) and ticket.of:
        record = play.scopes.records.get(known[ticket.use].record)
        _key(play, ticket.of, record, f"{path}.of", known[ticket.use].record)


def _voices(play: _Play, step: Step, by: Sequence[Signatory], name: str, path: str) -> None:
    wanted, found = sorted(each.name for each in by), sorted(each.name for each in step.who)
    if wanted != found and not step.refused:
        shown = {"wanted": ", ".join(wanted) or "actor", "found": ", ".join(found) or "actor"}
        play.judge.fault(VoicesWrong, f"{path}.who", action=name, **shown)


def _players(play: _Play, step: Step, path: str) -> None:
    """Whoever signs, or is named as a party or for a role, plays in the story, and officers have seats that their roles have."""
    for several, key in ((step.by, "by"), (step.admits, "admits"), (step.dismisses, "dismisses")):
        for each in several:
            play.judge.must_be(each.player, play.cast, f"{path}.{key}.{each.name}", _PLAYER)
    roles = {each.name: each for each in play.judge.tree.roles}
    for voice in step.who:
        for signer in voice.signers:
            player, _, seat = signer.partition(".")
            if play.judge.must_be(player, play.cast, f"{path}.who", _PLAYER) and seat:
                seats = [each.name for role in play.cast[player].roles if role in roles for each in roles[role].seats]
                if seat not in seats:
                    play.judge.must_be(seat_of(seat), [*seats, OFFICER], f"{path}.who", _SEAT)


def _literal(play: _Play, kind: Field, text: str, path: str) -> None:
    """What a person types as an input; a date may be `+90d`, and a file, party or record is known only when it plays."""
    if kind.type in _LATER or (kind.type in ("date", "time") and text[:1] in ("+", "-")):
        return
    try:
        literal(kind, kind.name, text, play.judge.places.of(path))
    except LanguageFault as fault:
        play.judge.keep(fault)
