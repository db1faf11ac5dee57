"""Stories in words: who does what with which values, and how it ends."""

from collections.abc import Mapping

from zhulian.language.definition.shapes import Alert, Asset, Field, Kind, Text, Use
from zhulian.language.definition.views import Given, Made, Step, Story, Voice
from zhulian.language.expressions.types import Said
from zhulian.language.values.errors import ValueFault
from zhulian.language.values.figures import read_date
from zhulian.language.values.moment import Moment
from zhulian.language.values.reading import read_value
from zhulian.language.values.showing import is_hidden, shown
from zhulian.language.view.refusals import KERNEL, below
from zhulian.language.view.shapes import Both, StepView, StoryView
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.words import both, low, span_words, tidy, title_or_name

__all__ = ["story_view"]

_DAWN = Moment(time=0)


def story_view(speaker: Speaker, story: Story) -> StoryView:
    """One story."""
    cast = []
    for player in story.cast:
        roles = [_role(speaker, each) for each in player.roles]
        if player.agent:
            roles.append(Both(f"由 {player.agent} 代为办理", f"acts through {player.agent}"))
        cast.append(
            Both(
                f"{player.name}：{'、'.join(each.zh for each in roles)}",
                f"{player.name}: {', '.join(low(each.en) for each in roles)}",
            )
        )
    return StoryView(
        name=story.name,
        title=both(story.title),
        cast=cast,
        given=[each for one in story.given for each in _given(speaker, one)],
        steps=[_step(speaker, story, index, each) for index, each in enumerate(story.steps)],
    )


def _role(speaker: Speaker, name: str) -> Both:
    """A role, or one of an instance that is used, as `cash.bank`."""
    use, _, role = name.rpartition(".")
    return Both(f"所用应用 {use} 的 {role}", f"{role} of the used {use}") if use else speaker.role(role)


def _given(speaker: Speaker, given: Given) -> list[Both]:
    match given.kind:
        case "today":
            words = _value(Kind(type="date"), given.value)
            return [Both(f"当日为{words.zh}", f"today is {words.en}")]
        case "setting":
            setting = next((each for each in speaker.tree.settings if each.name == given.of), None)
            title = title_or_name(setting.title if setting is not None else None, given.of)
            words = _value(setting, given.value) if setting is not None else Both(given.value, given.value)
            return [Both(f"参数“{title.zh}”为 {words.zh}", f"{title.en} is {words.en}")]
    kind, title = _asset(speaker, given.of)
    found = []
    for each in given.amounts:
        words = _value(kind, each.amount)
        found.append(Both(tidy(f"{each.who} 持有{title.zh} {words.zh}"), f"{each.who} holds {words.en} of {low(title.en)}"))
    return found


def _asset(speaker: Speaker, name: str) -> tuple[Kind, Both]:
    """What amounts of an asset are, and what it is called."""
    several: list[Asset | Use] = [*speaker.tree.assets, *speaker.tree.uses]
    for each in several:
        if each.name == name:
            unit = each.unit or "fen"
            kind = (
                Kind(type="money", currency=each.currency)
                if unit == "fen"
                else Kind(type="quantity", unit=unit, scale=each.scale)
            )
            return kind, title_or_name(each.title, name)
    return Kind(type="int"), Both(name, name)


def _step(speaker: Speaker, story: Story, index: int, step: Step) -> StepView:
    if step.wait:
        span = span_words(step.wait)
        says = Both(f"经过 {span.zh}", f"{span.en} pass")
    elif step.see:
        path = f"stories.{story.name}.steps[{index}].see"
        cast = {each.name: Said(f" {each.name} ", each.name) for each in story.cast}
        words = speaker.at(path, cast) or Both(step.see, step.see)
        says = Both(tidy(f"可见：{words.zh}"), f"To be seen: {words.en}")
    else:
        says = _done(speaker, step)
    if step.say is not None:
        says = Both(f"{says.zh}——{step.say.zh}", f"{says.en} — {step.say.en}")
    return StepView(says=says, refused=step.refused or None, alerts=list(step.alerts), outcome=_outcome(speaker, step))


def _done(speaker: Speaker, step: Step) -> Both:
    """An action, a task or a correction with its record and its values, or what else is done."""
    about = step.completes.partition(".")[0] or step.corrects or step.amends
    unknown = Both(f"办理 {about}", about) if about and about not in speaker.records else None  # of a later definition
    other = _office(speaker, step) or unknown
    if other is not None:
        who = _who(speaker, step.who)
        return Both(tidy(f"{who.zh}{other.zh}"), f"{who.en}: {other.en}")
    doer = step.does or step.proposes
    title = Both(doer, doer)
    if step.completes:
        name, _, part = step.completes.partition(".")
        kind = speaker.records[name]
        task = next((each for each in (kind.tasks.items if kind.tasks is not None else ()) if each.name == part), None)
        title = title_or_name(task.title if task is not None else None, part)
        verb, fields = Both(f"办结任务“{title.zh}”", f"finishes “{title.en}”"), kind.fields
    elif step.corrects:
        name, kind = step.corrects, speaker.records[step.corrects]
        verb, fields = Both("申请更正", "corrects"), kind.fields
    elif step.amends:
        name, fields, verb = step.amends, (), Both("迁移至现行版本", "moves to the present version")
    elif doer in speaker.actions:
        action = speaker.actions[doer]
        name, title, fields = action.on or action.creates, both(action.title), action.input
        verb = Both(f"办理“{title.zh}”", low(title.en))
    else:  # after an upgrade the later definition may have what this one has not
        name, fields, verb = "", (), Both(f"办理“{doer}”", doer)
    if step.proposes:
        verb = Both(f"提出“{title.zh}”", f"proposes “{title.en}”")
    who, record = _who(speaker, step.who), speaker.record(name)
    zh, en = f"{who.zh}{verb.zh}", f"{who.en}: {verb.en}"
    if step.on and name != "instance":
        zh, en = f"{zh}（{record.zh} {' / '.join(step.on)}）", f"{en} ({low(record.en)} {' / '.join(step.on)})"
    given = _values(step, {each.name: each for each in fields})
    if given:
        zh, en = f"{zh}：{'，'.join(each.zh for each in given)}", f"{en}: {', '.join(each.en for each in given)}"
    return Both(tidy(zh), en)


_ORDERED = {"freeze": ("冻结", "freezes"), "thaw": ("解冻", "thaws"), "recall": ("责令召回", "orders the recall of")}


def _office(speaker: Speaker, step: Step) -> Both | None:
    """What is done about proposals, roles and the definition itself; None where the step is about records."""
    if step.approves:
        return Both(f"签署提案 {step.approves}", f"signs the proposal {step.approves}")
    if step.withdraws:
        return Both(f"撤回提案 {step.withdraws}", f"takes back the proposal {step.withdraws}")
    if step.orders:
        about = "、".join(step.on) or "本应用"
        zh, en = _ORDERED[step.orders]
        return Both(f"依监管授权{zh} {about}", f"{en} {', '.join(step.on) or 'the instance'} under the mandate")
    if step.upgrades:
        return Both(f"将应用升级为 {step.upgrades}", f"upgrades the instance to {step.upgrades}")
    several = [(each, speaker.role(each.name)) for each in (*step.admits, *step.dismisses)]
    if not several:
        return None
    zh = "、".join(f"{each.player} 为{title.zh}" if step.admits else f"{each.player} 的{title.zh}角色" for each, title in several)
    en = ", ".join(f"{each.player} as {low(title.en)}" for each, title in several)
    return Both(f"{'准入' if step.admits else '终止'} {zh}", f"{'admits' if step.admits else 'dismisses'} {en}")


def _values(step: Step, fields: Mapping[str, Field]) -> list[Both]:
    """What is filled in, each value with its title."""
    found = []
    for each in step.inputs:
        field = fields.get(each.name)
        name = title_or_name(field.title if field is not None else None, each.name)
        if each.ticket is not None:
            holder = each.ticket.holder
            words = [Both(f"{holder} 签发的授权票据", f"the ticket of {holder}")]
        elif each.made is not None:
            words = [_made(each.made)]
        else:
            texts = [each.value] if each.values is None else list(each.values)
            kind: Kind | None = field if each.values is None or field is None else field.of
            words = [_value(kind, text) for text in texts]
        said = Both("、".join(one.zh for one in words) or "无", ", ".join(one.en for one in words) or "none")
        found.append(Both(f"{name.zh} {said.zh}", f"{low(name.en)} {said.en}"))
    return found


def _made(made: Made) -> Both:
    """What a player makes away from the chain, or shows of what was made before."""
    given = ", ".join(f"{each.name} {each.value}" for each in made.values)
    match made.kind:
        case "seal":
            return Both(f"密封内容（{given}）", f"sealed ({given})")
        case "open":
            return Both(f"{made.of} 的内容，改为 {given}", f"what was sealed as {made.of}, but with {given}")
        case "codes":
            listed = ", ".join(made.codes[:8]) + (" …" if len(made.codes) > 8 else "")
            return Both(f"{len(made.codes)} 个编码（{listed}）", f"{len(made.codes)} codes ({listed})")
        case "bulk":
            return Both(f"{len(made.items)} 项的汇总", f"a bulk of {len(made.items)} items")
        case "paper":
            zh, en = ("改过的专用文件", "a paper that was changed") if made.forged else ("专用文件", "a paper")
            return (
                Both(f"{made.by} 生成的{zh}", f"{en} made by {made.by}") if made.by else Both("（依抽签结果）", "as it was drawn")
            )
    zh, en = ("伪造的证明", "a forged proof") if made.forged else ("证明", "a proof")
    if made.absent:
        return Both(f"{made.about} 不在 {made.of} 之内的{zh}", f"{en} that {made.about} is not in {made.of}")
    return Both(f"{made.about} 在 {made.of} 之内的{zh}", f"{en} that {made.about} is in {made.of}")


def _who(speaker: Speaker, voices: tuple[Voice, ...]) -> Both:
    """The parties of a step; officers of one party stand behind it in brackets."""
    titles = {each.name: both(each.title) for role in speaker.tree.roles for each in role.seats}
    zh, en = [], []
    for voice in voices:
        parties = list(dict.fromkeys(each.partition(".")[0] for each in voice.signers))
        names = [each.partition(".")[2] for each in voice.signers if "." in each]
        seats = [_seat(titles, each) for each in names]
        zh.append("、".join(parties) + (f"（{'、'.join(each.zh for each in seats)}）" if seats else ""))
        en.append(", ".join(parties) + (f" ({', '.join(low(each.en) for each in seats)})" if seats else ""))
    together = "共同" if len(voices) > 1 else ""
    return Both(" 与 ".join(zh) + (f" {together}" if together else " "), " and ".join(en))


def _seat(titles: Mapping[str, Both], name: str) -> Both:
    """The seat that an officer of a story has; several of one seat are numbered, those without one are called officers."""
    base, _, number = name.rpartition("_") if name.rpartition("_")[2].isdigit() else (name, "", "")
    title = titles.get(base) or (Both("人员", "officer") if base == "officer" else Both(base, base))
    return Both(f"{title.zh} {number}", f"{title.en} {number}") if number else title


def _value(kind: Kind | None, text: str) -> Both:
    """A value as a person typed it, in words where it can be read."""
    if text.startswith("file:"):
        return Both(text[5:], text[5:])
    if kind is None:
        return Both(text, text)
    if kind.type in ("date", "time") and text[:1] in "+-" and read_date(text) is None:
        sign, span = text[0], span_words(text[1:])
        if sign == "+" and text[1:] == "0d":
            return Both("当日", "today")
        return Both(f"{span.zh}后", f"{span.en} from now") if sign == "+" else Both(f"{span.zh}前", f"{span.en} ago")
    bare = kind
    if isinstance(kind, Field) and is_hidden(kind) and kind.type != "file":
        bare = Kind(**{name: getattr(kind, name) for name in Kind.__struct_fields__})
    if kind.type == "text" and kind.pattern is None:
        return Both(f"“{text}”", f"“{text}”")
    if kind.type in ("file", "record", "party", "person", "ticket", "proof", "paper", "tag", "codes", "bulk"):
        return Both(text, text)
    try:
        words = shown(bare, read_value(bare, text, _DAWN))
    except ValueFault:
        return Both(text, text)
    return Both(words.zh, words.en)


def _outcome(speaker: Speaker, step: Step) -> Both | None:
    """Why it is refused, or which alerts it raises."""
    if step.refused:
        text = _refusal(speaker, step.refused)
        return Both(f"不予办理：{text.zh}", f"Refused: {text.en}")
    if step.alerts:
        several = [_alert(speaker, each) for each in step.alerts]
        zh, en = "、".join(f"“{each.zh}”" for each in several), ", ".join(f"“{each.en}”" for each in several)
        return Both(f"发出预警：{zh}", f"Alerts: {en}")
    return None


def _alert(speaker: Speaker, name: str) -> Both:
    """What an alert is called: the timer, watch rule or action that raises it, or what it says."""
    tree = speaker.tree
    for timer in tree.timers:
        if timer.name == name:
            return speaker.timer(timer)
    titles = {each.name: each.title for each in tree.watch} | {each.name: each.title for each in tree.actions}
    if name in titles:
        return both(titles[name])
    effects = [each for action in tree.actions for each in below((*action.do, *action.otherwise))]
    effects += [each for timer in tree.timers for each in below(timer.do)]
    return title_or_name(next((each.say for each in effects if isinstance(each, Alert) and each.name == name), None), name)


def _refusal(speaker: Speaker, name: str) -> Both:
    declared: dict[str, Text] = {each.name: each.text for each in speaker.tree.refusals}
    if name in declared:
        return both(declared[name])
    if name in KERNEL:
        return KERNEL[name][0]
    for record in speaker.records.values():
        for promise in (*record.always, *record.steps):
            if promise.name == name and promise.say is not None:
                return Both(f"将不再满足“{promise.say.zh}”", f"it would no longer hold that {low(promise.say.en)}")
    return Both("将违反恒定约束", "a promise would be broken")
