"""What reading, recording and following EPCIS events refuses (`client/230`–`client/239`)."""

from zhulian.errors import Refusal, Words

__all__ = [
    "ActionUnclear",
    "DocumentWrong",
    "EpcisFault",
    "EventNotTaken",
    "EventWrong",
    "NotFollowed",
    "NotTheContent",
    "WayBroken",
]


class EpcisFault(Refusal):
    """Anything that reading, recording and following EPCIS events refuses."""


class DocumentWrong(
    EpcisFault,
    code="client/230",
    zh="不是可用的 EPCIS 2.0 文档：{why.zh}。请改正后重试。",
    en="This is no EPCIS 2.0 document that can be used: {why.en}. Mend it and try again.",
):
    why: Words


class EventWrong(
    EpcisFault,
    code="client/231",
    zh="第 {place} 个事件有误：{why.zh}。请改正后重试。",
    en="Event {place} is wrong: {why.en}. Mend it and try again.",
):
    place: int
    why: Words


class EventNotTaken(
    EpcisFault,
    code="client/232",
    zh="第 {place} 个事件的类型 {kind} 不登记上链。可以登记的是 ObjectEvent、AggregationEvent 与 TransformationEvent。",
    en="Event {place} is of the type {kind}, which is not recorded. Recorded are ObjectEvent, AggregationEvent and TransformationEvent.",
):
    place: int
    kind: str


class NotFollowed(
    EpcisFault,
    code="client/233",
    zh="{item} 不在应用 {instance} 的追溯之中。请先登记其标识，或核对标识。",
    en="{item} is not followed in the application {instance}. Enter its identifier first, or check it.",
):
    item: str
    instance: str


class ActionUnclear(
    EpcisFault,
    code="client/234",
    zh="应用中可以登记“{step}”事件的操作有：{known}。请用 --action {step}=操作名 指明。",
    en="The actions that may record an event of the step {step} are: {known}. Choose one by --action {step}=NAME.",
):
    step: str
    known: str


class WayBroken(
    EpcisFault,
    code="client/235",
    zh="节点给出的追溯链不完整：{why.zh}。请换一个节点重试，并通报各成员。",
    en="What the node says of the way is not whole: {why.en}. Try another node, and tell the members.",
):
    why: Words


class NotTheContent(
    EpcisFault,
    code="client/236",
    zh="事件 {event} 的文档与链上的承诺值不符：内容已被改动，或盐值不对。请向登记方索取原件。",
    en="The document of the event {event} is not what the chain has a commitment to: it was changed, or the salt is another. Ask who recorded it for the original.",
):
    event: str
