"""Refusals about what a definition means: `language/100`–`114` types and privacy, `115`–`139` authority, locks, timers,
bounds and stories.
"""

from zhulian.language.errors import LanguageFault

__all__ = [
    "AttributeDue",
    "AttributeUseless",
    "BoundsCrossed",
    "CorrectionUnfit",
    "CreatesWithKey",
    "DebitUnsigned",
    "DefaultUseless",
    "EachNested",
    "FinalHolds",
    "GuardUnfit",
    "KeptAndMoved",
    "KeyPartsWrong",
    "KeyUnfit",
    "ListUnbounded",
    "NoTitle",
    "NoWayOut",
    "NotOurs",
    "OrderUnfit",
    "PatternBad",
    "PatternTooLarge",
    "PatternsTooMany",
    "PersonUnfit",
    "PrivateCopied",
    "PrivateShown",
    "ReadersDue",
    "RefusalUnused",
    "StepShape",
    "TaskUnfit",
    "TimerIdle",
    "TimersCircle",
    "TooManySteps",
    "TooMuchWork",
    "TotalWanders",
    "UniqueUnfit",
    "UpgradeBackwards",
    "UseOnly",
    "VerbUnknown",
    "VisibilityClash",
    "VoicesWrong",
    "WindowBad",
]

_ZH = "{path}（第 {line} 行第 {column} 列）："
_EN = "{path} (line {line}, column {column}): "


class BoundsCrossed(
    LanguageFault,
    code="language/100",
    zh=_ZH + "下限 {least} 大于上限 {most}。请对调或改正。",
    en=_EN + "the least, {least}, is more than the most, {most}. Swap or change them.",
):
    least: str
    most: str


class AttributeUseless(
    LanguageFault,
    code="language/101",
    zh=_ZH + "{type} 类型不用 {attribute}。请删去。",
    en=_EN + "a {type} has no {attribute}. Delete it.",
):
    type: str
    attribute: str


class AttributeDue(
    LanguageFault,
    code="language/102",
    zh=_ZH + "{type} 类型须写明 {attribute}。请补上。",
    en=_EN + "a {type} must say its {attribute}. Add it.",
):
    type: str
    attribute: str


class ListUnbounded(
    LanguageFault,
    code="language/103",
    zh=_ZH + "列表没有上限。请写 most: 数目，不超过 {most}；更多的内容请用子记录。",
    en=_EN + "the list has no bound. Write most with a number up to {most}; keep more as child records.",
):
    most: int


class KeyUnfit(
    LanguageFault,
    code="language/104",
    zh=_ZH + "{field} 不能作编号：{why_zh}。请换一个字段。",
    en=_EN + "{field} cannot be a key: {why_en}. Choose another field.",
):
    field: str
    why_zh: str
    why_en: str


class UniqueUnfit(
    LanguageFault,
    code="language/105",
    zh=_ZH + "{field} 不能设为唯一：{why_zh}。请修改。",
    en=_EN + "{field} cannot be unique: {why_en}. Change it.",
):
    field: str
    why_zh: str
    why_en: str


class PatternBad(
    LanguageFault,
    code="language/106",
    zh=_ZH + "样式有误：{why_zh}。请只用字符、字符类与有上限的重复，如 [A-Z0-9-]{{6,32}}。",
    en=_EN + "the pattern is wrong: {why_en}. Use characters, classes and bounded repeats only, such as [A-Z0-9-]{{6,32}}.",
):
    why_zh: str
    why_en: str


class PatternTooLarge(
    LanguageFault,
    code="language/107",
    zh=_ZH + "样式展开后超过 {most} 个状态。请缩短重复次数。",
    en=_EN + "the pattern unfolds to more than {most} states. Repeat less.",
):
    most: int


class PatternsTooMany(
    LanguageFault,
    code="language/109",
    zh=_ZH + "各样式合计超过 {most} 个状态。请缩短重复次数，或让多个字段共用同一样式。",
    en=_EN + "the patterns have more than {most} states together. Repeat less, or let several fields share one pattern.",
):
    most: int


class DefaultUseless(
    LanguageFault,
    code="language/108",
    zh=_ZH + "optional 与 default 不能同时出现。请留其一。",
    en=_EN + "optional and default cannot stand together. Keep one of them.",
):
    pass


class PrivateShown(
    LanguageFault,
    code="language/110",
    zh=_ZH + "{field} 是保密字段，不能用在{where_zh}。请改用公开字段。",
    en=_EN + "{field} is private and cannot be used {where_en}. Use a public field.",
):
    field: str
    where_zh: str
    where_en: str


class ReadersDue(
    LanguageFault,
    code="language/111",
    zh=_ZH + "{visibility} 须写明可读的字段或角色。请写成列表，如 [debtor, creditor]。",
    en=_EN + "{visibility} must name fields or roles that may read. Write a list such as [debtor, creditor].",
):
    visibility: str


class VisibilityClash(
    LanguageFault,
    code="language/112",
    zh=_ZH + "{field} 同时写了 {one} 与 {other}。请留其一。",
    en=_EN + "{field} is both {one} and {other}. Keep one of them.",
):
    field: str
    one: str
    other: str


class GuardUnfit(
    LanguageFault,
    code="language/113",
    zh=_ZH + "门限 {threshold} 与保管方数目 {keepers} 不相称。请让门限在 2 与保管方数目之间。",
    en=_EN + "a threshold of {threshold} does not fit {keepers} keepers. Choose it between 2 and the number of keepers.",
):
    threshold: int
    keepers: int


class PrivateCopied(
    LanguageFault,
    code="language/114",
    zh=_ZH + "{field} 是保密字段，只能由一项保密输入或保密字段原样填入。请改写。",
    en=_EN + "{field} is private and can only be filled, as it is, from one private input or field. Change it.",
):
    field: str


class DebitUnsigned(
    LanguageFault,
    code="language/115",
    zh=_ZH
    + "{verb} 从 {owner} 取走资产，而 {owner} 没有签署本操作。请让其签署，或改从本应用的记录中取，或由资产在 taken_by 中列明。",
    en=_EN
    + "{verb} takes from {owner}, who does not sign this. Let {owner} sign, take from a record of this instance, or list the action in the asset’s taken_by.",
):
    verb: str
    owner: str


class NotOurs(
    LanguageFault,
    code="language/116",
    zh=_ZH + "{asset} 属于另一应用，{verb} 只能由它自己进行。请改用转让，或用 call 调用对方的操作。",
    en=_EN + "{asset} belongs to another instance, which alone may {verb} it. Transfer it, or call an action of that instance.",
):
    asset: str
    verb: str


class NoTitle(
    LanguageFault,
    code="language/119",
    zh=_ZH + "{verb} 只用于本定义中有权利人的记录，{record} 不是。请在该记录类型中写 owned: true；其他应用的记录请用 call。",
    en=_EN
    + "{verb} is for records of this definition that have an owner, {record} is none. Write owned: true there, or use call.",
):
    verb: str
    record: str


class OrderUnfit(
    LanguageFault,
    code="language/129",
    zh=_ZH
    + "{verb} 依 {order} 的决定进行，而 {order} 须是以某一角色签署本操作的一方。请写 actor 或 by 中的名称，并在 by 中用角色。",
    en=_EN
    + "{verb} is ordered by {order}, who must sign this action in a role. Write actor or a name of by, and give it a role in by.",
):
    verb: str
    order: str


class NoWayOut(
    LanguageFault,
    code="language/117",
    zh=_ZH
    + "{record} 在状态 {state} 可能持有 {asset}，却没有到期或由所有人取回的途径。请加一个定时器，或一个由所有人签署的取回操作。",
    en=_EN
    + "{record} may hold {asset} in the state {state}, and nothing gets it out by time or by its owner. Add a timer, or an action of the owner that takes it out.",
):
    record: str
    state: str
    asset: str


class FinalHolds(
    LanguageFault,
    code="language/118",
    zh=_ZH + "{record} 进入终态 {state} 时仍存入 {asset}，将永远取不出。请改存入其他地方。",
    en=_EN + "{record} gets {asset} while it enters the final state {state}, where it is lost. Send it elsewhere.",
):
    record: str
    state: str
    asset: str


class TimerIdle(
    LanguageFault,
    code="language/120",
    zh=_ZH + "定时器什么也不做。请写 to 或 do。",
    en=_EN + "the timer does nothing. Write to or do.",
):
    pass


class TimersCircle(
    LanguageFault,
    code="language/121",
    zh=_ZH + "定时器 {names} 不停往复。请让其中一步由人操作，或进入终态。",
    en=_EN + "the timers {names} go round for ever. Let a person take one of the steps, or end in a final state.",
):
    names: str


class TooManySteps(
    LanguageFault,
    code="language/122",
    zh=_ZH + "最多需要 {steps} 步，上限为 {most} 步。请减少 many、列表上限或操作内容。",
    en=_EN + "it can take {steps} steps, {most} is the most. Lower many or the bounds of lists, or do less.",
):
    steps: int
    most: int


class EachNested(
    LanguageFault,
    code="language/123",
    zh=_ZH + "each 不能嵌套。请拆成两个操作。",
    en=_EN + "each cannot stand inside each. Make two actions of it.",
):
    pass


class VerbUnknown(
    LanguageFault,
    code="language/124",
    zh=_ZH + "没有动作 {verb}。可用：{known}。请核对拼写。",
    en=_EN + "there is no verb {verb}. One can use: {known}. Check the spelling.",
):
    verb: str
    known: str


class UseOnly(
    LanguageFault,
    code="language/125",
    zh=_ZH + "{name} 须由 uses 引入。请先在 uses 中写明。",
    en=_EN + "{name} must come from uses. Declare it there first.",
):
    name: str


class StepShape(
    LanguageFault,
    code="language/126",
    zh=_ZH
    + "每一步只能是一项办理（who 与 does、proposes、approves 等之一）、等待（wait）或查看（see），且不得带有不属于它的项。请拆开。",
    en=_EN
    + "a step is one of: an act (who with does, proposes, approves or the like), a wait, or something to see, with the keys of that alone. Split it.",
):
    pass


class VoicesWrong(
    LanguageFault,
    code="language/127",
    zh=_ZH + "操作 {action} 由 {wanted} 签署，此处为 {found}。请按名称写明。",
    en=_EN + "the action {action} is signed by {wanted}, here it is {found}. Name each of them.",
):
    action: str
    wanted: str
    found: str


class KeyPartsWrong(
    LanguageFault,
    code="language/128",
    zh=_ZH + "{record} 的编号有 {wanted} 部分，此处有 {found} 部分。请改写。",
    en=_EN + "the key of {record} has {wanted} parts, here are {found}. Change it.",
):
    record: str
    wanted: int
    found: int


class UpgradeBackwards(
    LanguageFault,
    code="language/130",
    zh=_ZH + "升级须来自更早的版本，{version} 不早于本版本。请改正。",
    en=_EN + "an upgrade must come from an earlier version, {version} is not one. Change it.",
):
    version: int


class KeptAndMoved(
    LanguageFault,
    code="language/131",
    zh=_ZH + "{record} 同时列在 keep 与 move。请留其一。",
    en=_EN + "{record} is both kept and moved. Keep one of them.",
):
    record: str


class WindowBad(
    LanguageFault,
    code="language/132",
    zh=_ZH + "期间须大于零。请改写。",
    en=_EN + "the time must be more than nothing. Change it.",
):
    pass


class TaskUnfit(
    LanguageFault,
    code="language/133",
    zh=_ZH + "并行事项须写明 within，并在记录的状态之内进行：{why_zh}。请补上。",
    en=_EN + "tasks must say within, and belong to a state of the record: {why_en}. Add it.",
):
    why_zh: str
    why_en: str


class CreatesWithKey(
    LanguageFault,
    code="language/134",
    zh=_ZH + "{record} 没有编号字段，无法新建或引用。请写 key。",
    en=_EN + "{record} has no key, so that none can be created or named. Write key.",
):
    record: str


class PersonUnfit(
    LanguageFault,
    code="language/135",
    zh=_ZH + "角色 {role} 不接纳自然人，却要求 keys: own。请写 persons: true，或删去 keys。",
    en=_EN + "the role {role} admits no persons but asks for keys: own. Write persons: true, or delete keys.",
):
    role: str


class RefusalUnused(
    LanguageFault,
    code="language/136",
    zh=_ZH + "refused: {name} 既不是本定义的拒绝，也不是内置的拒绝或承诺。请核对拼写。可用：{known}。",
    en=_EN
    + "refused: {name} is no refusal of this definition, none of the kernel and no promise. Check the spelling. There are: {known}.",
):
    name: str
    known: str


class CorrectionUnfit(
    LanguageFault,
    code="language/137",
    zh=_ZH + "{field} 是{why_zh}，不能更正。金额请以反向操作冲销，编号有误请另立一笔。",
    en=_EN
    + "{field} is {why_en} and cannot be corrected. Offset an amount by a counter-entry; for a wrong key make a new record.",
):
    field: str
    why_zh: str
    why_en: str


class TotalWanders(
    LanguageFault,
    code="language/138",
    zh=_ZH
    + "汇总的条件只能看所汇总记录自身的公开字段与状态，此处用到了 {what}；其变化时汇总不会随之更新。请改用记录自身的字段。",
    en=_EN
    + "the condition of a total may look at the counted record itself and nothing else; {what} can change without it. Use a field.",
):
    what: str


class TooMuchWork(
    LanguageFault,
    code="language/139",
    zh="核验此定义的工作量超过上限（{most} 步）。请缩短表达式、减少条件，或拆成几个定义。",
    en="Checking this definition takes more than the most of {most} steps. Shorten expressions, drop guards, or split it into several.",
):
    most: int
