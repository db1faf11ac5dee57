"""The narrator: one line for each step, in Chinese and in English, of who did what, what moved, what was refused and in which words."""

import re
from collections.abc import Iterable, Sequence

from zhulian.assure.stories.judging import doer_of
from zhulian.assure.stories.naming import Names, join, titles_of
from zhulian.assure.stories.offices import is_office, proposal_of
from zhulian.assure.stories.seeding import amount_kind
from zhulian.assure.stories.stage import CALENDAR, Stage
from zhulian.assure.stories.steps import ACTOR, Done, action_of
from zhulian.errors import Words
from zhulian.language.definition.causes import words_at
from zhulian.language.definition.shapes import Field
from zhulian.language.definition.views import Step
from zhulian.language.expressions.explain import explain
from zhulian.language.expressions.tree import Typed
from zhulian.language.spans import seconds_of
from zhulian.language.values import read_value
from zhulian.language.values.figures import write_date, write_span
from zhulian.ledger.module import Event
from zhulian.modules import every_word
from zhulian.modules.asset.events import Collected, Distributed, Issued, Retired, Transferred
from zhulian.modules.scenario.events import (
    Alerted,
    Completed,
    Corrected,
    Notified,
    RecordChanged,
    TimerRan,
    TimerRested,
    Upgraded,
)
from zhulian.modules.scenario.messages import Act, Correct, Propose
from zhulian.modules.ticket.events import TicketBurnt

__all__ = ["narrate", "opening"]

_SPARE = re.compile(r"(?<=[，。：；、（）“”]) | (?=[，。：；、（）“”])")


def opening(stage: Stage) -> Words:
    """Who is on the stage, and since when."""
    names = Names(stage)
    players = []
    for each in stage.company.players.values():
        role = names.role(each.party)
        players.append(Words(f"{each.name}（{role.zh}）", f"{each.name} ({role.en})") if role else Words(each.name, each.name))
    who, at = join(players), _moment(stage.chain.time)
    title = stage.main.tree.title
    used = [name for name in stage.instances if name != stage.main.name]
    others = Words(f"，引入 {'、'.join(used)}", f" with {', '.join(used)}") if used else Words("", "")
    held = join(_given(stage, names))
    has = Words(f"开始时，{held.zh}。", f" At the start {held.en}.") if held.zh else Words("", "")
    line = Words(
        f"{at.zh}，应用“{title.zh}”已开通{others.zh}。参与方：{who.zh}。{has.zh}",
        f"{at.en}: the instance of “{title.en}” is open{others.en}. Taking part: {who.en}.{has.en}",
    )
    return Words(_close(line.zh), line.en)


def _given(stage: Stage, names: Names) -> list[Words]:
    """What players hold at the start."""
    main, found = stage.main, []
    uses = {each.name: each for each in main.tree.uses}
    for given in stage.story.given:
        if given.kind != "balance":
            continue
        use = uses.get(given.of)
        instance, asset = (main.uses[use.name], use.what) if use is not None else (main.name, given.of)
        kind = amount_kind(next(each for each in stage.instances[instance].tree.assets if each.name == asset))
        for each in given.amounts:
            amount = names.amount(instance, asset, read_value(kind, each.amount, stage.moment))
            found.append(Words(f"{each.who} 持有{amount.zh}", f"{each.who} holds {amount.en}"))
    return found


def narrate(stage: Stage, step: Step, done: Done, typed: Typed | None = None, raised: Sequence[str] = ()) -> Words:
    """The line of a step; `typed` is the expression of what is seen, `raised` the watch rules that the step has set off."""
    teller = _Teller(stage, Names(stage))
    if step.wait:
        line = teller.wait(step, done)
    elif step.see:
        line = teller.see(step, done, typed)
    else:
        line = teller.act(step, done)
    for rule in raised:
        title = teller.names.doer(stage.main, rule)
        line = Words(f"{line.zh}监测规则触发：{title.zh}。", f"{line.en} Watch rule set off: {title.en}.")
    line = _called(stage, line)
    if step.say is not None:
        line = Words(f"{step.say.zh}：{line.zh}", f"{step.say.en}: {line.en}")
    return Words(_close(line.zh), line.en)


_ORDERED = {"freeze": ("冻结", "freezes"), "thaw": ("解冻", "thaws"), "recall": ("责令召回", "orders the recall of")}


class _Teller:
    def __init__(self, stage: Stage, names: Names) -> None:
        self.stage = stage
        self.names = names

    def wait(self, step: Step, done: Done) -> Words:
        seconds, now = seconds_of(step.wait), _moment(self.stage.chain.time)
        days, rest = divmod(seconds, 86_400)
        zh = f"{days} 天" if days and not rest else write_span(seconds, "zh")
        en = f"{days} day{'s' if days != 1 else ''}" if days and not rest else write_span(seconds, "en")
        line = Words(f"过了 {zh}，现在是 {now.zh}。", f"{en} {'pass' if en[:2] != '1 ' else 'passes'}; it is {now.en}.")
        return _and(line, self._happened(done.events))

    def see(self, step: Step, done: Done, typed: Typed | None) -> Words:
        if typed is None:
            said = Words(step.see, step.see)
        else:
            checked = self.stage.script
            reads = {**every_word().reads, **checked.scopes.base.reads}
            found = explain(typed, reads, titles_of(checked.definition.tree, self.stage.company.players))
            said = Words(found.zh, found.en)
        verdict = Words("属实", "it is so") if done.seen else Words("不属实", "it is not so")
        return Words(f"查看：{said.zh}——{verdict.zh}。", f"Look: {said.en}: {verdict.en}.")

    def act(self, step: Step, done: Done) -> Words:
        who, what = self._who(done), self._what(step, done)
        inputs = self._inputs(step, done)
        line = Words(f"{who.zh}{what.zh}{inputs.zh}", f"{who.en}: {what.en}{inputs.en}")
        if done.refusal is not None:
            no = done.refusal.words()
            away = Words("不予受理", "turned away") if done.sent and done.sent.turned_away else Words("被拒绝", "refused")
            line = Words(
                f"{line.zh}。{away.zh}：{no.zh}（{done.refusal.code}）。",
                f"{line.en}. {away.en.capitalize()}: {no.en} ({done.refusal.code}).",
            )
        else:
            line = Words(f"{line.zh}。", f"{line.en}.")
        return _and(line, self._happened(done.events))

    def _who(self, done: Done) -> Words:
        """The parties with their officers or agent, their names in the action and their roles."""
        found = [self._party(name, party, done.signers[name]) for name, party in done.parties.items()]
        return Words("与 ".join(each.zh for each in found), " and ".join(each.en for each in found))

    def _party(self, name: str, party: str, signers: Sequence[str]) -> Words:
        said, role = join(self.names.signer(each) for each in signers), self.names.role(party)
        notes = [Words(name, name)] if name != ACTOR else []
        notes += [role] if role else []
        if party.startswith("~") and party not in signers:
            notes.append(Words(f"由 {said.zh} 代签", f"through {said.en}"))
            said = self.names.party(party)
        if not notes:
            return Words(f"{said.zh} ", said.en)
        return Words(
            f"{said.zh}（{'，'.join(each.zh for each in notes)}）", f"{said.en} ({', '.join(each.en for each in notes)})"
        )

    def _what(self, step: Step, done: Done) -> Words:
        opened = self.stage.main
        keys = [self.names.record(opened.name, done.record, key) for key in done.keys]
        on = join(keys) if keys else self.names.record_type(opened, done.record)
        if is_office(step):
            return self._office(step, on)
        if step.does or step.proposes:
            title = self.names.doer(opened, step.does or step.proposes)
            if step.proposes:
                return Words(f"提出“{title.zh}”：{on.zh}", f"proposes “{title.en}”, {on.en}")
            return Words(f"办理“{title.zh}”：{on.zh}", f"{title.en}, {on.en}")
        if step.completes:
            task = step.completes.partition(".")[2]
            return Words(f"完成任务 {task}：{on.zh}", f"completes the task {task}, {on.en}")
        if step.amends:
            return Words(f"将{on.zh}迁移至现行版本", f"moves {on.en} to the present version")
        return Words(f"更正{on.zh}", f"corrects {on.en}")

    def _office(self, step: Step, on: Words) -> Words:
        """What is done about a proposal, a role or the definition."""
        if step.approves or step.withdraws:
            found = proposal_of(self.stage, step.approves or step.withdraws)
            title = self.names.doer(self.stage.main, found.action)
            if step.approves:
                return Words(f"签署提案“{title.zh}”：{on.zh}", f"signs the proposal “{title.en}”, {on.en}")
            return Words(f"撤回提案“{title.zh}”：{on.zh}", f"takes back the proposal “{title.en}”, {on.en}")
        if step.orders:
            zh, en = _ORDERED[step.orders]
            about = Words("、".join(step.on) or "本应用", ", ".join(step.on) or "the instance")
            return Words(f"依监管授权{zh} {about.zh}", f"{en} {about.en} under the mandate")
        if step.upgrades:
            return Words(f"将应用升级为 {step.upgrades}", f"upgrades the instance to {step.upgrades}")
        titles = {each.name: Words(each.title.zh, each.title.en) for each in self.stage.main.tree.roles}
        roles = [(each.player, titles.get(each.name, Words(each.name, each.name))) for each in (*step.admits, *step.dismisses)]
        several = join(Words(f"{player}（{role.zh}）", f"{player} ({role.en})") for player, role in roles)
        if step.admits:
            return Words(f"准入 {several.zh}", f"admits {several.en}")
        return Words(f"终止角色：{several.zh}", f"dismisses {several.en}")

    def _inputs(self, step: Step, done: Done) -> Words:
        """What was handed in, apart from the key, which stands there already."""
        tree, message = self.stage.main.tree, done.message
        fields: Sequence[Field] = ()
        given: dict[str, object] = {}
        known: tuple[str, ...] = ()
        records = {each.name: each for each in tree.records}
        if isinstance(message, Act | Propose):
            action = action_of(self.stage, message.action)
            fields, given = action.input, message.input
            known = records[action.creates].key if action.creates in records and done.keys else ()
        elif isinstance(message, Correct):
            fields, given = records[done.record].fields, message.fields
        shown = [self.names.value(each, given[each.name]) for each in fields if each.name in given and each.name not in known]
        if not shown:
            return Words("", "")
        return Words("，" + "，".join(each.zh for each in shown), "; " + ", ".join(each.en for each in shown))

    def _happened(self, events: Iterable[Event]) -> Words:
        told = [each for each in map(self._event, events) if each is not None]
        return Words("；".join(each.zh for each in told), "; ".join(each.en for each in told))

    def _event(self, event: Event) -> Words | None:
        match event:
            case RecordChanged():
                return self._changed(event)
            case Issued() | Retired():
                amount, owner = self.names.amount(event.instance, event.asset, event.amount), self.names.owner(event.owner)
                if isinstance(event, Issued):
                    return Words(f"向 {owner.zh} 发行{amount.zh}", f"{amount.en} issued to {owner.en}")
                return Words(f"注销 {owner.zh} 的{amount.zh}", f"{amount.en} of {owner.en} retired")
            case Transferred():
                amount = self.names.amount(event.instance, event.asset, event.amount)
                giver, taker = self.names.owner(event.from_owner), self.names.owner(event.to_owner)
                return Words(f"{giver.zh} 向 {taker.zh} 转移{amount.zh}", f"{amount.en} from {giver.en} to {taker.en}")
            case Distributed():
                amount, giver = (
                    self.names.amount(event.pay_instance, event.pay_asset, event.amount),
                    self.names.owner(event.from_owner),
                )
                return Words(f"{giver.zh} 为持有人预留{amount.zh}", f"{giver.en} sets {amount.en} aside for the holders")
            case Collected():
                amount, owner = (
                    self.names.amount(event.pay_instance, event.pay_asset, event.amount),
                    self.names.owner(event.owner),
                )
                return Words(f"{owner.zh} 领取{amount.zh}", f"{owner.en} collects {amount.en}")
            case TicketBurnt():
                holder = self.names.party(event.holder)
                return Words(f"{holder.zh} 开具的票据已使用", f"the ticket of {holder.en} is used up")
        return self._notice(event)

    def _notice(self, event: Event) -> Words | None:
        main = self.stage.main
        match event:
            case Alerted():
                said = words_at(main.tree, event.cause) or self.names.doer(main, doer_of(event.cause))
                return Words(f"预警：{said.zh}", f"alert: {said.en}")
            case Notified():
                party, told = self.names.party(event.party), words_at(main.tree, event.cause)
                if told is None:
                    return Words(f"通知 {party.zh}", f"{party.en} is told")
                return Words(f"通知 {party.zh}：{told.zh}", f"{party.en} is told: {told.en}")
            case TimerRan():
                title, record = self.names.doer(main, event.timer), self.names.record(event.instance, event.record, event.key)
                return Words(f"到期事项“{title.zh}”执行（{record.zh}）", f"the timer “{title.en}” ran ({record.en})")
            case TimerRested():
                title = self.names.doer(main, event.timer)
                return Words(f"到期事项“{title.zh}”未通过（{event.code}）", f"the timer “{title.en}” was refused ({event.code})")
            case Upgraded():
                since = _moment(event.since)
                return Words(f"第 {event.version} 版自 {since.zh} 起适用", f"version {event.version} holds from {since.en}")
            case Completed():
                return Words(f"任务 {event.task} 已完成", f"the task {event.task} is done")
            case Corrected():
                fields = join(self.names.field(main, event.record, name) for name in event.fields)
                return Words(f"已更正{fields.zh}", f"{fields.en} put right")
        return None

    def _changed(self, event: RecordChanged) -> Words | None:
        """What a record is by now; of a new one its fields were told already, as they were handed in."""
        record = self.names.record(event.instance, event.record, event.key)
        parts = []
        if event.state is not None:
            state = self.names.state(event.instance, event.record, event.state)
            parts.append(Words(f"状态“{state.zh}”", f"in state “{state.en}”"))
        if event.owner is not None:
            owner = self.names.owner(event.owner)
            parts.append(Words(f"所有人 {owner.zh}", f"owned by {owner.en}"))
        if not event.new:
            parts += self._fields(event)
        said = Words("，".join(each.zh for each in parts), ", ".join(each.en for each in parts))
        if event.new:
            return Words(f"新建{record.zh}{'，' if parts else ''}{said.zh}", f"new {record.en}{' ' if parts else ''}{said.en}")
        return Words(f"{record.zh}，{said.zh}", f"{record.en} {said.en}") if parts else None

    def _fields(self, event: RecordChanged) -> list[Words]:
        opened = self.stage.instances.get(event.instance)
        records = [*opened.tree.records, *([opened.tree.instance] if opened.tree.instance else [])] if opened else []
        fields = next((each.fields for each in records if each.name == event.record), ())
        return [self.names.value(each, event.fields[each.name]) for each in fields if event.fields.get(each.name) is not None]


def _and(line: Words, more: Words) -> Words:
    if not more.zh:
        return line
    return Words(f"{line.zh}结果：{more.zh}。", f"{line.en} Outcome: {more.en}.")


def _close(text: str) -> str:
    """Chinese without the spaces that names left beside full-width marks."""
    return _SPARE.sub("", text)


def _called(stage: Stage, line: Words) -> Words:
    """The line with people and proposals under their names in the story, where a refusal speaks of handles and transactions."""
    zh, en = line.zh, line.en
    for name, proposal in stage.proposals.items():
        zh, en = zh.replace(proposal.transaction, name), en.replace(proposal.transaction, name)
    for each in stage.company.players.values():
        if each.is_person:
            zh, en = zh.replace(each.party, each.name), en.replace(each.party, each.name)
    return Words(zh, en)


def _moment(time: int) -> Words:
    """A day and its hour in Beijing."""
    day, rest = divmod(time + CALENDAR.offset, 86_400)
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}"
    return Words(f"{write_date(day, 'zh')} {clock}", f"{write_date(day, 'en')}, {clock}")
