"""The chapters of a manual, one function each."""

from collections.abc import Callable

from zhulian.language.manual.fields import field_rows
from zhulian.language.manual.mermaid import mermaid
from zhulian.language.manual.text import Tongue, bullets, code, numbered, table
from zhulian.language.view.refusals import EVERYWHERE
from zhulian.language.view.shapes import ActionView, EffectView, RecordView, RefusalView, RoleView, StateView, View

__all__ = ["CHAPTERS"]

Lines = list[str]
Chapter = tuple[str, str, Callable[[View, Tongue], Lines]]


def purpose(view: View, tongue: Tongue) -> Lines:
    """What it is for, what it issues and what it uses."""
    lines = [tongue.stop(tongue.say(view.about, tongue.say(view.title))), ""]
    if view.assets or view.tickets:
        lines += [tongue.pick("本场景发行或使用下列资产与凭证：", "It issues and uses these assets and tickets:"), ""]
        lines += bullets(tongue.say(each.says) for each in view.assets)
        lines += bullets(f"{tongue.say(each.title)}{tongue.pick('：', ': ')}{tongue.say(each.says)}" for each in view.tickets)
        lines.append("")
    if view.uses:
        lines += [tongue.pick("与其他应用的衔接：", "Other applications that it works with:"), ""]
        lines += bullets(f"{tongue.say(each.title)}{tongue.pick('：', ': ')}{tongue.say(each.says)}" for each in view.uses)
        lines.append("")
    if view.settings:
        lines.append(tongue.pick("开通应用时确定下列参数：", "These settings are fixed when an application is opened:"))
        rows = [row[:3] for row in field_rows(view.settings, view, tongue)]
        lines += table(tongue.pick("参数|要求|必填", "Setting|What is asked|Must be given").split("|"), rows)
    if view.upgrade is not None:
        lines += [tongue.say(view.upgrade.says), ""]
    return lines


def people(view: View, tongue: Tongue) -> Lines:
    """Roles, who admits to them, their seats, what they can do."""
    titles = {each.name: each.title for each in view.actions}

    def row(role: RoleView) -> list[str]:
        seats = tongue.join(tongue.say(each.title) for each in role.seats) or tongue.pick("不区分", "none")
        does = tongue.join(tongue.say(titles[each]) for each in role.actions) or tongue.pick(
            "仅被指定或查阅", "is only named, or reads"
        )
        extra = ""
        if role.persons:
            extra = tongue.pick("（含自然人）", " (also people)")
        if role.own_keys:
            extra += tongue.pick("（须以本人密钥办理）", " (own keys only)")
        return [tongue.say(role.title) + extra, tongue.say(role.admitted_by_title), seats, does]

    head = tongue.pick("角色|由谁准入|岗位|可办理的操作", "Role|Admitted by|Seats|What it can do").split("|")
    lines = table(head, [row(each) for each in view.roles])
    lines += [
        tongue.pick(
            "运营方即开通本应用的机构。岗位写在机构为其人员签发的数字证书中，办理时由链上核对。",
            "The operator is the organisation that opened the application. Seats stand in the certificates that an organisation "
            "issues to its officers, and the chain checks them.",
        ),
        "",
    ]
    return lines


def records(view: View, tongue: Tongue) -> Lines:
    """Each record type: its states with a diagram, its fields."""
    lines: Lines = []
    actions = {each.name: tongue.say(each.title) for each in view.actions}
    timers = {each.name: tongue.say(each.title) for each in view.timers}
    for record in view.records:
        name = "" if record.name == "instance" else tongue.pick(f"（{code(record.name)}）", f" ({code(record.name)})")
        lines += [f"### {tongue.say(record.title)}{name}", ""]
        lines += _record_notes(record, view, tongue)
        if record.diagram is not None:
            lines += [*mermaid(record.diagram, "zh" if tongue.zh else "en"), ""]
            head = tongue.pick("状态|性质|可办理的操作|到期事项", "State|Kind|What can be done|Timers").split("|")
            lines += table(head, [_state(each, actions, timers, tongue) for each in record.states])
        head = tongue.pick("字段|内容|必有|可见范围", "Field|What it holds|Always there|Who sees it").split("|")
        lines += table(head, field_rows(record.fields, view, tongue, held=True))
        lines += bullets(tongue.say(each.says) for each in record.corrections)
        if record.corrections:
            lines.append("")
    return lines


def _state(state: StateView, actions: dict[str, str], timers: dict[str, str], tongue: Tongue) -> list[str]:
    kinds = {"start": ("起始", "start"), "open": ("办理中", "open"), "final": ("终态", "final")}
    nothing = tongue.pick("无", "none")
    return [
        tongue.say(state.title),
        tongue.pick(*kinds[state.kind]),
        tongue.join(actions[each] for each in state.actions) or nothing,
        tongue.join(timers[each] for each in state.timers) or nothing,
    ]


def _record_notes(record: RecordView, view: View, tongue: Tongue) -> Lines:
    titles = {each.name: tongue.say(each.title) for each in record.fields}
    notes = []
    if record.key:
        parts = tongue.join(titles[each] for each in record.key)
        notes.append(tongue.pick(f"以{parts}为编号", f"Its key: {parts}"))
    if record.owned:
        notes.append(
            tongue.pick(
                "本身即为权利凭证，设有权利人，可转让、质押、查封",
                "A title with an owner: it can be passed on, pledged and seized",
            )
        )
    if record.lazy:
        notes.append(tongue.pick("首次办理时才建立", "It comes into being when it is first touched"))
    if record.codes is not None:
        notes.append(tongue.pick(f"可登记至多 {record.codes:,} 个编码", f"It holds up to {record.codes:,} codes"))
    lines = [tongue.stop(tongue.clauses(notes)), ""] if notes else []
    if record.tasks:
        within = tongue.say(record.tasks_within)
        lines += [
            tongue.pick(f"下列任务由各方并行办理，限 {within}内完成：", f"These tasks are done side by side within {within}:"),
            "",
        ]
        for each in record.tasks:
            who = tongue.join(tongue.say(one.says) for one in each.by)
            lines += bullets([f"{tongue.say(each.title)}{tongue.pick('：', ': ')}{who}"])
        lines.append("")
    if record.sealed:
        for group in record.sealed:
            fields = tongue.join(titles.get(each, each) for each in group.fields)
            says = tongue.pick(
                f"密封组“{tongue.say(group.title)}”：{fields}先提交承诺值，到期再开启。",
                f"Sealed group “{tongue.say(group.title)}”: {fields} are committed first and opened later.",
            )
            lines += [says, ""]
    return lines


def actions(view: View, tongue: Tongue) -> Lines:
    """Each action: who, when, what is asked, what must hold, what happens, what may be refused."""
    lines: Lines = []
    refusals = {each.story: each for each in view.refusals}
    for action in view.actions:
        lines += [f"### {tongue.say(action.title)}{tongue.pick(f'（{code(action.name)}）', f' ({code(action.name)})')}", ""]
        if action.help is not None:
            lines += [tongue.stop(tongue.say(action.help)), ""]
        lines += _who_and_when(action, view, tongue)
        if action.form:
            lines.append(tongue.pick("**填写内容**", "**What is asked**"))
            head = tongue.pick("填报项|要求|必填|可见范围", "Entry|What is asked|Must be given|Who sees it").split("|")
            lines += table(head, field_rows(action.form, view, tongue))
        lines += _guards(action, refusals, tongue)
        lines += _effects(action, view, tongue)
        lines += _others(action, refusals, tongue)
    return lines


def _who_and_when(action: ActionView, view: View, tongue: Tongue) -> Lines:
    record = next((each for each in view.records if each.name == action.record), None)
    title = tongue.say(record.title if record is not None else None, action.record)
    states = {each.name: tongue.say(each.title) for each in (record.states if record is not None else [])}
    named = [states.get(each, each) for each in action.states]
    items = [tongue.pick("由谁办理：", "Who: ") + tongue.stop(tongue.say(action.by_says))]
    if action.creates:
        items.append(tongue.pick(f"办理对象：新建一项{title}。", f"What about: a new {title.lower()}."))
    elif action.record == "instance":
        items.append(tongue.pick("办理对象：整个应用。", "What about: the application as a whole."))
    elif named:
        quoted = tongue.pick("或".join(f"“{each}”" for each in named), " or ".join(f"“{each}”" for each in named))
        items.append(tongue.pick(f"办理对象：状态为{quoted}的{title}。", f"What about: a {title.lower()} that is {quoted}."))
    else:
        late = tongue.pick("尚未办结的", " that is not final") if states else ""
        items.append(tongue.pick(f"办理对象：{late}{title}。", f"What about: a {title.lower()}{late}."))
    if action.many > 1:
        items.append(
            tongue.pick(
                f"一次至多办理 {action.many} 条，全部通过或全部不办。", f"Up to {action.many} at once: all of them or none."
            )
        )
    if action.within is not None:
        within = tongue.say(action.within)
        items.append(tongue.pick(f"办理期限：{within}。", f"Within: {within}."))
    if action.opens is not None:
        why = tongue.say(action.purpose)
        items.append(
            tongue.pick(
                f"将开启或调阅：{code(action.opens)}{'，用途：' + why if why else ''}。",
                f"Opens {code(action.opens)}{', in order to: ' + why if why else ''}.",
            )
        )
    if action.seals is not None:
        items.append(tongue.pick(f"密封提交：{code(action.seals)}。", f"Commits the sealed group {code(action.seals)}."))
    if action.pays_less:
        items.append(tongue.pick("余额不足时，以现有余额为限办理。", "Where there is too little, whatever there is goes."))
    return [*bullets(items), ""]


def _guards(action: ActionView, refusals: dict[str, RefusalView], tongue: Tongue) -> Lines:
    if not action.guards:
        return []
    items = []
    for each in action.guards:
        codes = tongue.join(code(one) for one in refusals[each.refusal].codes)
        text = tongue.say(each.text).rstrip("。.")
        says = tongue.say(each.says)
        items.append(
            tongue.pick(
                f"{says}。否则不予办理：{text}（{codes}）。",
                f"{says[:1].upper() + says[1:]}. Otherwise it is refused: {text} ({codes}).",
            )
        )
    return [tongue.pick("**办理条件**（依次核验）", "**What must hold** (checked in this order)"), "", *numbered(items), ""]


def _effects(action: ActionView, view: View, tongue: Tongue) -> Lines:
    does = list(_told(action.does, tongue))
    record = next((each for each in view.records if each.name == action.record), None)
    states = {each.name: tongue.say(each.title) for each in (record.states if record is not None else [])}
    if action.creates and record is not None:
        start = next((tongue.say(each.title) for each in record.states if each.kind == "start"), "")
        known = tongue.pick(f"，状态为“{start}”", f", in the state “{start}”") if start else ""
        title = tongue.say(record.title)
        does.insert(
            0,
            tongue.pick(
                f"- 建立{title}，填写内容记入相应字段{known}。", f"- A new {title.lower()} is made with what was given{known}."
            ),
        )
    moved = [each for each in action.leads_to if each in states]
    if moved and not any("“" + states[each] + "”" in line for each in moved for line in does):
        does.append(tongue.pick(f"- 状态变为“{states[moved[0]]}”。", f"- The state becomes “{states[moved[0]]}”."))
    if not does:
        return []
    lines = [tongue.pick("**办理结果**（全部完成或全部不生效）", "**What happens** (all of it or nothing)"), "", *does, ""]
    if action.otherwise:
        lines += [
            tongue.pick("开启内容与承诺值不符时：", "Where what is opened does not match its commitment:"),
            "",
            *_told(action.otherwise, tongue),
            "",
        ]
    return lines


def _told(effects: list[EffectView], tongue: Tongue, depth: int = 0) -> Lines:
    lines: Lines = []
    for each in effects:
        says = tongue.say(each.says)
        if each.then or each.otherwise:
            lines += bullets([says + tongue.pick("：", ":")], depth)
            lines += _told(each.then, tongue, depth + 1)
            if each.otherwise:
                lines += bullets([tongue.pick("否则：", "Otherwise:")], depth)
                lines += _told(each.otherwise, tongue, depth + 1)
        else:
            lines += bullets([tongue.stop(says)], depth)
    return lines


def _others(action: ActionView, refusals: dict[str, RefusalView], tongue: Tongue) -> Lines:
    """Refusals that no guard of the action names: effects that refuse, promises, and the kernel's own."""
    named = {each.refusal for each in action.guards}
    others = [refusals[name] for name in action.refusals if name in refusals and name not in named]
    items = []
    kernel = [
        tongue.pick(f"{each.title.zh}（{code(each.story)}）", f"{each.title.en} ({code(each.story)})")
        for each in others
        if each.kind == "kernel"
    ]
    if kernel:
        items.append(tongue.pick("通用情形：", "Of the general kind: ") + tongue.stop(tongue.join(kernel)))
    for each in others:
        if each.kind != "kernel":
            codes = f"{code(each.story)} · {tongue.join(code(one) for one in each.codes)}"
            text = tongue.stop(tongue.say(each.text))
            items.append(tongue.pick(f"{text}（{codes}）", f"{text} ({codes})"))
    if not items:
        return []
    return [tongue.pick("**其他不予办理的情形**", "**Other refusals**"), "", *bullets(items), ""]


def timers(view: View, tongue: Tongue) -> Lines:
    """What happens by itself."""
    lines: Lines = []
    for each in view.timers:
        lines += [
            f"### {tongue.say(each.title)}{tongue.pick(f'（{code(each.name)}）', f' ({code(each.name)})')}",
            "",
            tongue.say(each.says),
            "",
        ]
        told = _told(each.does, tongue)
        lines += [*told, ""] if told else []
    if not lines:
        return []
    return [
        tongue.pick(
            "下列事项到时自动执行，无须任何一方办理；以区块时间为准，每次进入相应状态只执行一次。不能执行的，发出预警并搁置。",
            "These happen by themselves when the time comes, by block time, once for each entry into the state. One that is refused raises an alert and rests.",
        ),
        "",
        *(_sweeps(tongue) if any(not each.at for each in view.timers) else []),
        *lines,
    ]


def _sweeps(tongue: Tongue) -> Lines:
    """How a sweep goes."""
    return [
        tongue.pick(
            "逐页办理由操作发起，自下一区块起分页进行，进度记在链上。未通过的记录予以跳过并预警，不妨碍其他记录；其间新建的记录同样会办到。",
            "A sweep is begun by an action and goes on page by page from the next block; where it stands is on chain. A record that refuses is passed "
            "over with an alert and keeps nobody up; one that is made meanwhile is reached too.",
        ),
        "",
    ]


def promises(view: View, tongue: Tongue) -> Lines:
    """What always holds, and what is taken for granted."""
    always = [(record, each) for record in view.records for each in record.promises]
    lines: Lines = []
    if always:
        lines += [
            tongue.pick(
                "无论由谁办理、经由何种操作，下列约束始终成立；将使其不成立的办理，一律不予通过。",
                "Whoever does whatever, this holds; whatever would break it is refused.",
            )
        ]
        rows = []
        for record, each in always:
            kind = tongue.pick("恒定约束", "always") if each.kind == "always" else tongue.pick("变更约束", "at each step")
            says = tongue.say(each.says)
            rows.append([tongue.say(record.title), kind, says[:1].upper() + says[1:], code(each.name)])
        lines += table(tongue.pick("对象|类别|内容|名称", "Of|Kind|What holds|Name").split("|"), rows)
    if view.totals:
        lines += [tongue.pick("链上随业务维护下列合计，可供核验：", "These totals are kept on the chain and can be proved:"), ""]
        lines += [*bullets(tongue.say(each.says) for each in view.totals), ""]
    if view.assumes:
        lines += [
            tongue.pick(
                "以下各项不由本系统保证，是使用本场景的前提：", "These are taken for granted and not ensured by the system:"
            ),
            "",
            *bullets(tongue.stop(tongue.say(each)) for each in view.assumes),
            "",
        ]
    return lines


def visible(view: View, tongue: Tongue) -> Lines:
    """What everyone sees, and exactly who can read the rest."""
    lines = [*bullets(tongue.say(each) for each in view.visible), ""]
    for record in view.records:
        if record.fields:
            lines += [f"### {tongue.say(record.title)}", "", *bullets(tongue.say(each) for each in record.visible.says), ""]
    for page in view.public:
        record_title = next((tongue.say(each.title) for each in view.records if each.name == page.record), page.record)
        shows = tongue.join(tongue.say(each.title) if tongue.zh else tongue.say(each.title).lower() for each in page.shows)
        says = tongue.pick(
            f"凭{record_title}上的二维码，任何人可在公示页看到：{shows}。",
            f"With the code on a {record_title.lower()}, anyone sees on its public page: {shows}.",
        )
        lines += [says, ""]
    return lines


def debits(view: View, tongue: Tongue) -> Lines:
    """Debits that nobody signs."""
    start = tongue.pick(
        "资产只能由其持有人签署转出，或由本应用的业务记录按规则转出。",
        "Assets leave a holder only by the holder's own signature, or a record of this application by its rules.",
    )
    if not view.debits:
        return [start + tongue.pick("本场景没有例外。", " There is no exception here."), ""]
    return [
        start + tongue.pick("例外仅有下列各项：", " The exceptions are these:"),
        "",
        *bullets(tongue.say(each.says) for each in view.debits),
        "",
    ]


def watch(view: View, tongue: Tongue) -> Lines:
    """Watch rules."""
    if not view.watch:
        return []
    rows = [[tongue.say(each.title), tongue.say(each.says)] for each in view.watch]
    return [
        tongue.pick(
            "下列规则在区块形成后运行，只发出预警，不影响办理结果。",
            "These rules run behind the block. They raise alerts and change no outcome.",
        ),
        *table(tongue.pick("规则|内容", "Rule|What it looks for").split("|"), rows),
    ]


def stories(view: View, tongue: Tongue) -> Lines:
    """The stories as examples."""
    lines: Lines = []
    for story in view.stories:
        lines += [f"### {tongue.say(story.title)}{tongue.pick(f'（{code(story.name)}）', f' ({code(story.name)})')}", ""]
        lines += [tongue.pick("角色分配：", "Cast: ") + tongue.stop(tongue.clauses(tongue.say(each) for each in story.cast)), ""]
        if story.given:
            lines += [
                tongue.pick("开始时：", "At the start: ") + tongue.stop(tongue.clauses(tongue.say(each) for each in story.given)),
                "",
            ]
        steps = []
        for step in story.steps:
            outcome = tongue.say(step.outcome)
            name = (
                f"（{code(step.refused)}）" if step.refused and tongue.zh else f" ({code(step.refused)})" if step.refused else ""
            )
            says = tongue.stop(tongue.say(step.says))
            steps.append(
                f"{says}{'' if tongue.zh else ' '}**{outcome.rstrip('。.')}**{name}{tongue.pick('。', '.')}" if outcome else says
            )
        lines += [*numbered(steps), ""]
    return lines


def refusals(view: View, tongue: Tongue) -> Lines:
    """Every refusal with its numbers."""
    lines = [
        tongue.pick(
            "每一次不予办理都给出编号、原因和办法。任何操作还可能因待签事项过期、记录被冻结或数值越界而不予办理。",
            "Every refusal has its number, its reason and what to do. Any action may also be refused because a proposal has expired, a record is frozen or a number leaves its range.",
        )
    ]
    used = {name for action in view.actions for name in action.refusals} | set(EVERYWHERE)
    rows = []
    for each in view.refusals:
        if each.kind == "kernel" and each.story not in used:
            continue
        rows.append([code(each.story), tongue.join(code(one) for one in each.codes) or "—", tongue.stop(tongue.say(each.text))])
    return [*lines, *table(tongue.pick("名称|编号|说明", "Name|Number|What it says").split("|"), rows)]


CHAPTERS: tuple[Chapter, ...] = (
    ("用途", "What it is for", purpose),
    ("参与方", "Who takes part", people),
    ("业务记录与状态", "Records and their states", records),
    ("操作", "Actions", actions),
    ("到期事项", "What happens by itself", timers),
    ("约束与前提", "What always holds, and what is taken for granted", promises),
    ("链上可见内容与查阅权限", "What stays visible, and who can read what", visible),
    ("未经权利人签署的处置", "Debits without the owner's signature", debits),
    ("监测规则", "Watch rules", watch),
    ("演练剧本", "Examples", stories),
    ("不予办理的情形一览", "All refusals", refusals),
)
"""Title in Chinese, title in English, and what makes the chapter; one that is empty is left out."""
