"""Pages, watch rules and stories: whatever they show, ask and play exists and is public where it must be."""

from dataclasses import replace

from zhulian.language.definition.actions import Found
from zhulian.language.definition.faults import KeyMissing, KeyUnknown
from zhulian.language.definition.fields import literal
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.names import ACTION, FIELD, RECORD, ROLE, roles_of
from zhulian.language.definition.scopes import Scopes
from zhulian.language.definition.shapes import Action, Field
from zhulian.language.definition.verdicts import KeyPartsWrong, PrivateShown, RefusalUnused, VoicesWrong, WindowBad
from zhulian.language.definition.views import Step, Story
from zhulian.language.definition.words import BUILT_IN_REFUSALS
from zhulian.language.errors import LanguageFault
from zhulian.language.expressions.check import known_names
from zhulian.language.expressions.scope import Member
from zhulian.language.expressions.types import BOOL, INT, NUMERIC, PARTY, Optional, Party, Said
from zhulian.language.expressions.types import Record as RecordType

__all__ = ["check_pages", "check_stories", "check_watch"]

_PLAYER = Said("角色扮演者（cast）", "player (cast)")


def check_pages(judge: Judge, scopes: Scopes) -> None:
    """Public pages show public fields; charts and filters use public ones."""
    pages = judge.tree.pages
    if pages is None:
        return
    for index, page in enumerate(pages.public):
        path = f"pages.public[{index}]"
        if judge.must_be(page.record, scopes.records, f"{path}.record", RECORD):
            for place, shown in enumerate(page.show):
                _shown(judge, scopes, page.record, shown, f"{path}.show[{place}]", Said("公示页", "on a public page"))
    for index, table in enumerate(pages.lists):
        path = f"pages.list[{index}]"
        if judge.must_be(table.record, scopes.records, f"{path}.record", RECORD):
            for place, shown in enumerate(table.columns):
                _shown(judge, scopes, table.record, shown, f"{path}.columns[{place}]", None)
            for place, shown in enumerate(table.filter):
                _shown(judge, scopes, table.record, shown, f"{path}.filter[{place}]", Said("筛选条件", "in a filter"))
    for index, chart in enumerate(pages.board):
        path = f"pages.board[{index}]"
        if not judge.must_be(chart.record, scopes.records, f"{path}.record", RECORD):
            continue
        members = scopes.base.records[chart.record]
        if chart.kind == "sum" and _shown(judge, scopes, chart.record, chart.field, f"{path}.of", Said("图表", "in a chart")):
            numbers = [name for name, each in members.items() if isinstance(each.type, NUMERIC)]
            judge.must_be(chart.field, numbers, f"{path}.of", Said("可相加的字段", "field that adds up"))
        if chart.by and chart.by not in ("day", "month", "year"):
            _shown(judge, scopes, chart.record, chart.by, f"{path}.by", Said("图表", "in a chart"))


def _shown(judge: Judge, scopes: Scopes, record: str, shown: str, path: str, where: Said | None) -> bool:
    """Whether a dotted path leads to something, public if it is said `where` it must be."""
    members = scopes.of_pages(record).records[record]
    parts = shown.split(".")
    for place, part in enumerate(parts):
        if not judge.must_be(part, members, path, FIELD):
            return False
        member = members[part]
        if where is not None and member.private:
            judge.fault(PrivateShown, path, field=part, where_zh=where.zh, where_en=where.en)
            return False
        of = member.type.of if isinstance(member.type, Optional) else member.type
        members = {}
        if isinstance(of, RecordType) and of.name is not None:
            members = dict(scopes.base.records.get(of.name, {}))
        elif isinstance(of, Party):
            members = {"name": Member(PARTY)}
        del place
    return True


def check_watch(judge: Judge, scopes: Scopes) -> None:
    """Watch rules ask of what exists."""
    tree = judge.tree
    known = {
        "actions": [each.name for each in tree.actions],
        "records": [each.name for each in tree.records],
        "timers": [each.name for each in tree.timers],
        "totals": [each.name for each in tree.totals],
    }
    actions = {each.name: each for each in tree.actions}
    for watch in tree.watch:
        path = f"watch.{watch.name}"
        if watch.window[0] == "0":
            judge.fault(WindowBad, f"{path}.window")
        if not judge.must_be(watch.of, known[watch.kind], f"{path}.over", Said("所监测的内容", "thing to watch")):
            continue
        scope = scopes.base
        if watch.kind == "actions":
            action = actions[watch.of]
            scope = scopes.of_action(action)
            if action.creates:
                scope = scopes.of_effects(action, scope)
        elif watch.kind == "records":
            scope = scopes.of_record(watch.of)
        elif watch.kind == "timers":
            scope = scopes.of_record(next(each.on for each in tree.timers if each.name == watch.of))
        for text, part in ((watch.by, "by"), (watch.distinct, "distinct")):
            if text is not None:
                judge.type(text, f"{path}.{part}", scope)
        counted = {"count": Member(INT), "value": Member(INT)} if watch.kind == "totals" else {"count": Member(INT)}
        inner = replace(scopes.base, variables={**scopes.base.variables, **counted})
        judge.type(watch.raises, f"{path}.raise", inner, BOOL)


def check_stories(judge: Judge, scopes: Scopes, found: Found) -> None:
    """Every story: players, actions, inputs, keys, refusals and alerts exist, and what is seen is an expression."""
    tree = judge.tree
    alerts = [each.name for each in tree.timers] + [each.name for each in tree.watch]
    alerts += [name for seen in (*found.actions.values(), *found.timers.values()) for name in seen.alerts if name]
    alerts += [each.name for each in tree.actions]
    for story in tree.stories:
        path = f"stories.{story.name}"
        for player in story.cast:
            for role in player.roles:
                judge.must_be(role, (*roles_of(judge), "person"), f"{path}.cast.{player.name}", ROLE)
        _given(judge, story, path)
        cast = {each.name: Member(PARTY) for each in story.cast}
        scope = replace(scopes.base, variables={**scopes.base.variables, **cast})
        for index, step in enumerate(story.steps):
            below = f"{path}.steps[{index}]"
            for name in step.alerts:
                judge.must_be(name, alerts, f"{below}.alerts", Said("预警", "alert"))
            if step.see:
                judge.type(step.see, f"{below}.see", scope, BOOL, pages=True)
            if step.does:
                _act(judge, scopes, story, step, below)


def _given(judge: Judge, story: Story, path: str) -> None:
    cast = [each.name for each in story.cast]
    assets = [*(each.name for each in judge.tree.assets), *(each.name for each in judge.tree.uses if each.kind == "asset")]
    for index, given in enumerate(story.given):
        below = f"{path}.given[{index}]"
        if given.kind == "balance":
            judge.must_be(given.of, assets, f"{below}.balance.of", Said("资产", "asset"))
            for amount in given.amounts:
                judge.must_be(amount.who, cast, f"{below}.balance.{amount.who}", _PLAYER)
        if given.kind == "setting":
            settings = {each.name: each for each in judge.tree.settings}
            if judge.must_be(given.of, settings, f"{below}.setting.{given.of}", Said("设定", "setting")):
                _literal(judge, settings[given.of], given.value, f"{below}.setting.{given.of}")


def _act(judge: Judge, scopes: Scopes, story: Story, step: Step, path: str) -> None:
    actions = {each.name: each for each in judge.tree.actions}
    if not judge.must_be(step.does, actions, f"{path}.does", ACTION):
        return
    action = actions[step.does]
    _voices(judge, story, step, action, path)
    record = scopes.records.get(action.on)
    parts = len(record.key) if record is not None else 0
    if action.many == 1 and len(step.on) != parts:
        judge.fault(KeyPartsWrong, f"{path}.on", record=action.on or action.creates or "–", wanted=parts, found=len(step.on))
    inputs = {each.name: each for each in action.input}
    for given in step.inputs:
        below = f"{path}.with.{given.name}"
        if given.name not in inputs:
            judge.fault(KeyUnknown, below, key=given.name, known=known_names(inputs))
        elif given.values is None and step.refused != "bad_input":
            _literal(judge, inputs[given.name], given.value, below)
    names = [each.name for each in step.inputs]
    for each in action.input:
        if each.name not in names and not each.optional and each.default is None and not step.refused:
            judge.fault(KeyMissing, f"{path}.with", key=each.name)
    promises = [one.name for one_record in judge.tree.records for one in (*one_record.always, *one_record.steps)]
    promises += [one.name for one in (*judge.tree.instance.always, *judge.tree.instance.steps)] if judge.tree.instance else []
    refusals = [*(each.name for each in judge.tree.refusals), *promises, *BUILT_IN_REFUSALS]
    if step.refused and step.refused not in refusals:
        judge.fault(RefusalUnused, f"{path}.refused", name=step.refused, known=", ".join(refusals))


def _voices(judge: Judge, story: Story, step: Step, action: Action, path: str) -> None:
    wanted, found = sorted(each.name for each in action.by), sorted(each.name for each in step.who)
    if wanted != found and not step.refused:
        shown = {"wanted": ", ".join(wanted) or "actor", "found": ", ".join(found) or "actor"}
        judge.fault(VoicesWrong, f"{path}.who", action=action.name, **shown)
    cast = {each.name: each for each in story.cast}
    roles = {each.name: each for each in judge.tree.roles}
    for voice in step.who:
        for signer in voice.signers:
            player, _, seat = signer.partition(".")
            if judge.must_be(player, cast, f"{path}.who", _PLAYER) and seat:
                seats = [each.name for role in cast[player].roles if role in roles for each in roles[role].seats]
                judge.must_be(seat, seats, f"{path}.who", Said("岗位", "seat"))


def _literal(judge: Judge, kind: Field, text: str, path: str) -> None:
    """What a person types as an input; a date may be `+90d`, and a file, party or record is known only when it plays."""
    if kind.type in (
        "party",
        "person",
        "file",
        "record",
        "tag",
        "codes",
        "bulk",
        "proof",
        "ticket",
    ):
        return
    if kind.type in ("date", "time") and text[:1] in ("+", "-"):
        return
    try:
        literal(kind, kind.name, text, judge.places.of(path))
    except LanguageFault as fault:
        judge.keep(fault)
