"""Refusals of a definition: its own, those that the kernel gives by itself, and its promises; and which of them an action can give."""

from collections.abc import Iterable, Iterator

from zhulian.language.definition.shapes import Action, Create, Each, Effect, Ensure, If, Lent, Move, Refuse, Set
from zhulian.language.expressions.tree import Apply
from zhulian.language.expressions.types import AnyAsset
from zhulian.language.view.shapes import Both, RefusalView
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.words import both, low

__all__ = ["EVERYWHERE", "KERNEL", "action_refusals", "below", "refusal_views"]

KERNEL: dict[str, tuple[Both, tuple[str, ...]]] = {
    "not_yours": (
        Both(
            "您不是有权办理该操作的一方。请由有权办理的一方签署。",
            "You are none of those who may do this. Have one of them sign.",
        ),
        tuple(f"scenario/{each}" for each in (19, 54, 55, 57, 62, 64, 67, 68, 77, 115, 142)),
    ),
    "signature_missing": (
        Both(
            "应签署的各方尚未全部签署。请补齐签名，或改为发起待签事项。",
            "Not all who must sign have signed. Add the signatures, or make it a proposal.",
        ),
        ("scenario/50", "scenario/53", "scenario/56"),
    ),
    "same_party": (
        Both(
            "同一方不得兼任两个签署方。请由不同的参与方签署。",
            "One party cannot sign under two names. Have different parties sign.",
        ),
        ("scenario/52",),
    ),
    "seat_missing": (
        Both(
            "缺少规定岗位的人员签署。请由相应岗位的人员补签。", "An officer of a seat that is due has not signed. Have one sign."
        ),
        ("scenario/59", "scenario/60"),
    ),
    "same_officer": (
        Both(
            "同一人员不得兼任两个岗位或前后两个环节。请换人签署。",
            "One officer cannot fill two seats, or both steps. Have another one sign.",
        ),
        ("scenario/58", "scenario/61"),
    ),
    "no_such_record": (
        Both("没有该编号的记录。请核对编号。", "There is no record with this key. Check the key."),
        ("scenario/1", "scenario/3", "scenario/7", "scenario/70", "scenario/73", "scenario/151"),
    ),
    "already_there": (
        Both("该编号的记录已存在。请换用其他编号。", "A record with this key exists already. Choose another key."),
        ("scenario/8", "scenario/69", "scenario/76", "scenario/122", "scenario/141"),
    ),
    "wrong_state": (
        Both(
            "记录不处于可办理该操作的状态。请先完成应有的步骤。",
            "The record is not in a state in which this can be done. Do first what comes before.",
        ),
        ("scenario/10", "scenario/18", "scenario/63", "scenario/121", "scenario/143", "scenario/144"),
    ),
    "bad_input": (
        Both(
            "填报内容不合要求（缺项、格式或取值范围）。请按提示更正。",
            "An entry is missing, or not as it must be. Correct it as the message says.",
        ),
        tuple(f"scenario/{each}" for each in (2, 4, 5, 6, 9, 11, 12, 13, 14, 16, 17, 51, 71, 75, 120, 124, 126, 140, 145, 146)),
    ),
    "not_unique": (
        Both(
            "该值已被登记使用，须唯一。请核对是否重复办理。",
            "This value is taken and must be unique. Check whether the same was done before.",
        ),
        ("scenario/15",),
    ),
    "insufficient": (
        Both("余额或份额不足。请减少数额或先行补足。", "There is too little. Use less, or put more there first."),
        ("asset/6", "scenario/66"),
    ),
    "overflow": (
        Both("计算结果超出可表示的范围。请改用较小的数。", "A result is beyond what can be written. Use smaller numbers."),
        ("language/30", "scenario/24", "scenario/72"),
    ),
    "not_ready": (
        Both("所需的任务或材料尚未办结。请待其办结后再办理。", "What this needs is not done yet. Wait until it is."),
        ("scenario/150",),
    ),
    "promise_broken": (
        Both(
            "办理后将违反恒定约束或变更约束。请按提示调整后重试。",
            "This would break a promise. Change what is asked for as the message says.",
        ),
        ("scenario/20", "scenario/21"),
    ),
    "expired": (
        Both(
            "待签事项、任务或更正的期限已过。请重新发起。",
            "The time for the proposal, the tasks or the correction is over. Start again.",
        ),
        ("scenario/74", "scenario/79", "scenario/123", "scenario/125"),
    ),
    "frozen": (
        Both(
            "记录或权利已被冻结、查封。请联系作出冻结的一方。",
            "The record or title is frozen or seized. Turn to whoever froze it.",
        ),
        ("scenario/65",),
    ),
    "module": (
        Both(
            "所用的能力不接受这项请求。请按提示更正。",
            "A module that this uses does not accept it. Correct it as the message says.",
        ),
        tuple(f"scenario/{each}" for each in (22, 23, 25, 26, 27)),
    ),
}
"""What the kernel refuses by itself, by its name in stories: a sentence, and the numbers that it comes with."""
_SHORT = {
    "not_yours": Both("非有权办理人", "not among those who may"),
    "signature_missing": Both("签名不全", "a signature is missing"),
    "same_party": Both("同一方兼任两个签署方", "one party under two names"),
    "seat_missing": Both("缺少岗位人员签署", "a seat has not signed"),
    "same_officer": Both("同一人员兼任", "one officer in two places"),
    "no_such_record": Both("记录不存在", "no such record"),
    "already_there": Both("编号已存在", "the key is taken"),
    "wrong_state": Both("状态不符", "the wrong state"),
    "bad_input": Both("填报不合要求", "a bad entry"),
    "not_unique": Both("须唯一的值已被使用", "a value that must be unique is taken"),
    "insufficient": Both("余额或份额不足", "too little is there"),
    "overflow": Both("数值越界", "a number leaves its range"),
    "not_ready": Both("前置事项未办结", "something is not done yet"),
    "promise_broken": Both("违反约束", "a promise would break"),
    "expired": Both("期限已过", "its time is over"),
    "frozen": Both("已被冻结或查封", "frozen or seized"),
    "module": Both("所用的资产、登记等能力不接受", "a module does not accept it"),
}
EVERYWHERE = ("expired", "frozen", "overflow")
"""Those that any action can give; they are not listed with each."""


def refusal_views(speaker: Speaker) -> list[RefusalView]:
    """All refusals: declared ones, then promises, then the kernel's."""
    tree = speaker.tree
    found = [
        RefusalView(
            story=each.name, title=both(each.text), kind="declared", codes=[f"{tree.scenario}:{each.name}"], text=both(each.text)
        )
        for each in tree.refusals
    ]
    for name, record in speaker.records.items():
        path = "instance" if name == "instance" else f"records.{name}"
        for part, promises in (("always", record.always), ("steps", record.steps)):
            for index, promise in enumerate(promises):
                words = promise_says(speaker, promise.say, f"{path}.{part}[{index}].that", name)
                text = Both(f"办理后将不再满足“{words.zh}”。", f"After this it would no longer hold that {words.en}.")
                found.append(RefusalView(story=promise.name, title=words, kind="promise", codes=["scenario/20"], text=text))
    found += [
        RefusalView(story=name, title=_SHORT[name], kind="kernel", codes=list(codes), text=text)
        for name, (text, codes) in KERNEL.items()
    ]
    return found


def promise_says(speaker: Speaker, say: object, path: str, record: str) -> Both:
    """A promise in words: its author's, or what the expression means."""
    zh, en = getattr(say, "zh", None), getattr(say, "en", None)
    if isinstance(zh, str) and isinstance(en, str):
        return Both(zh, low(en))
    return speaker.at(path, speaker.about(record)) or Both("", "")


def below(effects: Iterable[Effect]) -> Iterator[Effect]:
    """Every effect, those of branches and rounds included."""
    for effect in effects:
        yield effect
        if isinstance(effect, If):
            yield from below(effect.then)
            yield from below(effect.otherwise)
        elif isinstance(effect, Each):
            yield from below(effect.do)


def action_refusals(speaker: Speaker, action: Action) -> list[str]:
    """The refusals that an action can give, by their names in stories, in the order in which the kernel looks."""
    every = list(below((*action.do, *action.otherwise)))
    record = speaker.records.get(action.on or action.creates)
    found = [name for name, gives in _kernel_before(speaker, action, every) if gives]
    found += [each.refusal for each in action.require]
    found += [each.refusal for each in every if isinstance(each, Refuse)]
    verbs = [speaker.checked.registry.verbs[each.name] for each in every if isinstance(each, Lent)]
    if any(verb.debits and any(isinstance(each.type, AnyAsset) for each in verb.parameters) for verb in verbs):
        found.append("insufficient")
    if verbs or any(not isinstance(each, Set | Move | If | Each | Refuse | Create | Ensure) for each in every):
        found.append("module")
    touched = {record.name} if record is not None and (every or action.to or action.creates) else set()
    touched |= {each.record for each in every if isinstance(each, Create | Ensure)}
    touched |= _other_records(speaker, action)
    for name in [each for each in speaker.records if each in touched]:
        promises = speaker.records[name]
        found += [each.name for each in (*promises.always, *promises.steps)]
    return list(dict.fromkeys(found))


def _kernel_before(speaker: Speaker, action: Action, every: list[Effect]) -> list[tuple[str, bool]]:
    """What the kernel looks at before the action's own guards, and whether this action can fail there."""
    record = speaker.records.get(action.on or action.creates)
    creates = bool(action.creates) or any(isinstance(each, Create) for each in every)
    several = len(action.by) > 1 or any(sum(need.count for need in each.seats) > 1 or each.officers > 1 for each in action.by)
    path = f"actions.{action.name}."
    unique = _gives_unique(speaker, action, every)
    return [
        ("not_yours", any(who.role != "anyone" or who.equals for each in action.by for who in each.any)),
        ("signature_missing", several or any(each.keys == "own" for each in action.by)),
        ("same_party", len(action.by) > 1 and not action.one_party),
        ("seat_missing", any(each.seats or each.officers > 1 for each in action.by)),
        ("same_officer", any(each.apart or len(each.seats) > 1 for each in action.by)),
        ("no_such_record", (bool(action.on) and action.on != "instance") or any(".of" in key for key in _paths(speaker, path))),
        ("already_there", creates),
        ("wrong_state", bool(action.on) and record is not None and record.states is not None),
        ("bad_input", bool(action.input)),
        ("not_unique", unique),
        ("not_ready", record is not None and record.codes is not None),
    ]


def _gives_unique(speaker: Speaker, action: Action, every: list[Effect]) -> bool:
    """Whether a field that must be unique may get a value: in a new record, or by a `set`."""
    made = {action.creates, *(each.record for each in every if isinstance(each, Create | Ensure))}
    given = {each.field for effect in every if isinstance(effect, Set) for each in effect.values}
    return any(
        field.unique and (name in made or field.name in given)
        for name, record in speaker.records.items()
        for field in record.fields
    )


def _paths(speaker: Speaker, path: str) -> list[str]:
    return [key for key in speaker.checked.typed if key.startswith(path + "do")]


def _other_records(speaker: Speaker, action: Action) -> set[str]:
    """Types of other records that the action changes."""
    found: set[str] = set()
    for key in _paths(speaker, f"actions.{action.name}."):
        typed = speaker.checked.typed[key]
        name = getattr(typed.type, "name", None)
        if key.endswith(".of") and isinstance(name, str) and not isinstance(typed, Apply):
            found.add(name)
    return found
