"""Refusals of the trace module."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AlreadyDeclared",
    "AlreadyRecalled",
    "AlreadyTracked",
    "EventAhead",
    "EventKnown",
    "EventMalformed",
    "EventNotForThis",
    "EventUnfit",
    "IdentifierTaken",
    "IdentifierUnfit",
    "NoSuchEvent",
    "NotBoundFor",
    "NotHolder",
    "NotRecaller",
    "NotTracked",
    "NotYourEvent",
    "PackedAway",
    "PackedTooDeep",
    "PartyNotSigning",
    "ThingClosed",
    "ThingElsewhere",
    "TooManyAncestors",
    "TraceCircle",
    "TraceFault",
]


class TraceFault(Refusal):
    """Anything that the trace module refuses."""


class ThingElsewhere(
    TraceFault,
    code="trace/1",
    zh="{record} 不是本应用的记录。请使用本应用的记录。",
    en="{record} is no record of this instance. Use a record of this instance.",
):
    record: str


class PartyNotSigning(
    TraceFault,
    code="trace/2",
    zh="{party} 没有签署本操作，不能以其名义登记。请由其签名办理。",
    en="{party} does not sign this, so nothing is recorded in its name. Let it sign.",
):
    party: str


class IdentifierUnfit(
    TraceFault,
    code="trace/3",
    zh="标识有误：{why.zh}",
    en="The identifier is wrong: {why.en}",
):
    why: Words


class IdentifierTaken(
    TraceFault,
    code="trace/4",
    zh="标识 {item} 已用于 {record}。一物一标识，请核对是否套用。",
    en="The identifier {item} is that of {record}. Each thing has its own: see whether it was copied.",
):
    item: str
    record: str


class AlreadyTracked(
    TraceFault,
    code="trace/5",
    zh="{record} 已在追溯之中。请另建记录。",
    en="{record} is followed already. Make another record.",
):
    record: str


class NotTracked(
    TraceFault,
    code="trace/6",
    zh="{item} 不在追溯之中。请先登记其标识。",
    en="{item} is not followed. Enter its identifier first.",
):
    item: str


class EventMalformed(
    TraceFault,
    code="trace/7",
    zh="事件文件格式有误：{why.zh}。请用 zhulian trace paper 重新生成。",
    en="The event's paper is malformed: {why.en}. Make it again with zhulian trace paper.",
):
    why: Words


class EventNotForThis(
    TraceFault,
    code="trace/8",
    zh="事件文件写的是 {given}，此处须为 {wanted}。请重新生成，不得转用他人的事件。",
    en="The event's paper says {given}, here it must be {wanted}. Make it again; another's event cannot be used.",
):
    given: str
    wanted: str


class EventKnown(
    TraceFault,
    code="trace/9",
    zh="事件 {event} 已于第 {height} 区块登记。同一事件只登记一次。",
    en="The event {event} was recorded in block {height}. An event is recorded once.",
):
    event: str
    height: int


class EventAhead(
    TraceFault,
    code="trace/10",
    zh="事件时间晚于现在（{time_ms} 毫秒）。请在事件发生之后登记。",
    en="The event's time ({time_ms} ms) lies ahead. Record it once it has happened.",
):
    time_ms: int


class EventUnfit(
    TraceFault,
    code="trace/11",
    zh="这里不能用此类事件：{why.zh}。请改正。",
    en="Such an event does not fit here: {why.en}. Mend it.",
):
    why: Words


class NotHolder(
    TraceFault,
    code="trace/12",
    zh="{item} 由 {holder} 持有，而其没有签署本操作。不持有实物的一方不能为其登记事件。",
    en="{item} is held by {holder}, who does not sign this. Whoever does not hold a thing records no event of it.",
):
    item: str
    holder: str


class PackedAway(
    TraceFault,
    code="trace/13",
    zh="{item} 装在 {within} 之内。请先拆出。",
    en="{item} is packed in {within}. Unpack it first.",
):
    item: str
    within: str


class PackedTooDeep(
    TraceFault,
    code="trace/14",
    zh="层层包装不得超过 {most} 层。请减少层数。",
    en="Things are packed in each other at most {most} deep. Use fewer layers.",
):
    most: int


class TraceCircle(
    TraceFault,
    code="trace/15",
    zh="{item} 不能由自身或其后代制成、装入。请核对投入与产出。",
    en="{item} can be made of, or packed in, neither itself nor what came of it. Check what goes in and what comes out.",
):
    item: str


class ThingClosed(
    TraceFault,
    code="trace/16",
    zh="{item} 已经发出、装入或投入使用，其来源不能再增加。请另建批次。",
    en="{item} was sent, packed or used already, so nothing more goes into it. Make another lot.",
):
    item: str


class TooManyAncestors(
    TraceFault,
    code="trace/17",
    zh="{item} 的来源批次将超过 {most} 个。请分批生产。",
    en="{item} would come from more than {most} lots. Make several lots of it.",
):
    item: str
    most: int


class NotBoundFor(
    TraceFault,
    code="trace/18",
    zh="{item} 不是发给 {party} 的。请由发出方指明的收货方签收。",
    en="{item} was not sent to {party}. Let whom it was sent to take it in.",
):
    item: str
    party: str


class NotRecaller(
    TraceFault,
    code="trace/19",
    zh="{party} 无权召回 {item}：只有其登记方、持有方或指定的监管方可以召回。请向其报告。",
    en="{party} may not recall {item}: only who entered it, who holds it, or its overseer may. Report it to one of them.",
):
    item: str
    party: str


class AlreadyRecalled(
    TraceFault,
    code="trace/20",
    zh="{item} 已于第 {height} 区块召回。召回只需一次。",
    en="{item} was recalled in block {height}. Once is enough.",
):
    item: str
    height: int


class NoSuchEvent(
    TraceFault,
    code="trace/21",
    zh="没有登记过事件 {event}。请核对事件编号。",
    en="No event {event} is recorded. Check its id.",
):
    event: str


class NotYourEvent(
    TraceFault,
    code="trace/22",
    zh="事件 {event} 由 {party} 登记，只能由其声明有误。请向其提出。",
    en="The event {event} was recorded by {party}, who alone declares it wrong. Turn to it.",
):
    event: str
    party: str


class AlreadyDeclared(
    TraceFault,
    code="trace/23",
    zh="事件 {event} 已声明有误，更正见 {by}。请就后者声明。",
    en="The event {event} is declared wrong already, by {by}. Declare on that one.",
):
    event: str
    by: str
