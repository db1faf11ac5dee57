"""Record types: their fields, states, promises, and what of them is to be seen."""

from zhulian.language.definition.shapes import Correction, Record
from zhulian.language.values.showing import is_hidden
from zhulian.language.view.diagram import diagram_of, state_views
from zhulian.language.view.fields import field_view, readers_of, readers_say
from zhulian.language.view.people import signatory_view
from zhulian.language.view.refusals import promise_says
from zhulian.language.view.shapes import Both, CorrectionView, PromiseView, RecordView, SealedView, TaskView, VisibleView
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.timeline import timeline_of
from zhulian.language.view.words import low, span_words, tidy, title_or_name

__all__ = ["record_view"]


def record_view(speaker: Speaker, name: str, record: Record) -> RecordView:
    """One record type; `name` is `instance` for the record that belongs to the whole."""
    tasks = record.tasks
    path = "instance" if name == "instance" else f"records.{name}"
    return RecordView(
        name=name,
        title=Both("本应用", "This application") if name == "instance" else title_or_name(record.title, name),
        key=list(record.key),
        fields=[field_view(speaker, each, name) for each in record.fields],
        states=state_views(speaker, record),
        owned=record.owned,
        promises=_promises(speaker, name, record, path),
        indexes=[list(each.fields) for each in record.indexes],
        corrections=[_correction(speaker, name, each, f"{path}.correct[{i}]") for i, each in enumerate(record.correct)],
        tasks=[
            TaskView(
                name=each.name,
                title=title_or_name(each.title, each.name),
                by=[signatory_view(speaker, one, f"{path}.tasks.{each.name}.by", name) for one in each.by],
            )
            for each in (tasks.items if tasks is not None else ())
        ],
        tasks_within=None if tasks is None else span_words(tasks.within),
        codes=None if record.codes is None else record.codes.max,
        lazy=record.lazy or None,
        sealed=[
            SealedView(name=each.name, title=title_or_name(each.title, each.name), fields=list(each.fields))
            for each in record.sealed
        ],
        diagram=diagram_of(speaker, record),
        timeline=timeline_of(speaker, name, record),
        visible=_visible(speaker, name, record),
    )


def _promises(speaker: Speaker, name: str, record: Record, path: str) -> list[PromiseView]:
    found = []
    for index, each in enumerate(record.always):
        says = promise_says(speaker, each.say, f"{path}.always[{index}].that", name)
        found.append(PromiseView(name=each.name, kind="always", record=name, that=each.that, says=says))
    for index, each in enumerate(record.steps):
        says = promise_says(speaker, each.say, f"{path}.steps[{index}].that", name)
        found.append(PromiseView(name=each.name, kind="steps", record=name, that=each.that, says=says))
    return found


def _correction(speaker: Speaker, name: str, correction: Correction, path: str) -> CorrectionView:
    by = [signatory_view(speaker, each, f"{path}.by.{each.name}" if each.name else f"{path}.by", name) for each in correction.by]
    until = speaker.at(f"{path}.until", speaker.about(name))
    titles = [speaker.field(name, each) for each in correction.fields]
    zh = f"{'、'.join(each.says.zh for each in by)}可更正{'、'.join(each.zh for each in titles)}"
    en = f"{' and '.join(each.says.en for each in by)} may put right {', '.join(f'“{each.en}”' for each in titles)}"
    if until is not None:
        zh, en = f"{zh}，截至{until.zh}", f"{en} until {until.en}"
    says = Both(tidy(f"{zh}；原值、新值与理由均保留。"), f"{en}. The old value, the new one and the reason all stay.")
    return CorrectionView(fields=list(correction.fields), by=by, until=until, says=says)


def _visible(speaker: Speaker, name: str, record: Record) -> VisibleView:
    """What anybody on the chain sees of a record, and precisely who can read the rest."""
    public = [each.name for each in record.fields if not is_hidden(each)]
    hidden = [each for each in record.fields if is_hidden(each)]
    says = []
    if public:
        titles = [speaker.field(name, each) for each in public]
        seen = Both("、".join(each.zh for each in titles), "; ".join(each.en for each in titles))
        says.append(Both(tidy(f"链上公开：{seen.zh}。"), f"Public on the chain: {seen.en}."))
    for each in hidden:
        title = speaker.field(name, each.name)
        readers = readers_say(readers_of(speaker, each.readers, name))
        zh = f"{title.zh}：链上只有承诺值"
        en = f"{title.en}: only its commitment is on the chain"
        if each.visibility == "guarded":
            keepers = readers_say(readers_of(speaker, each.keepers, name))
            zh += f"；数据密钥由{keepers.zh}分持，满 {each.threshold} 份才能重新加密给查阅人，每次调阅均在链上留痕"
            en += f"; its key is shared among {keepers.en}, {each.threshold} of whom together open it to a reader, and each opening is on the chain"
            if readers.zh:
                zh, en = f"{zh}；{readers.zh}可申请调阅", f"{en}; {readers.en} may ask for it"
        elif each.visibility == "private" and readers.zh:
            zh, en = f"{zh}；内容由{readers.zh}可读", f"{en}; {readers.en} can read it"
        elif each.visibility == "private":
            zh, en = f"{zh}；内容由签署该记录各操作的参与方可读", f"{en}; those who sign actions on the record can read it"
        if each.owner:
            owner = speaker.field(name, each.owner)
            zh += f"；内容归{owner.zh}，由其授权、撤回与复核"
            en += f"; it is the {low(owner.en)}’s, who grants, withdraws and reviews"
        if each.visibility != "public":
            zh += "；监管方依监管授权可读" if each.regulator else "；监管方不可读"
            en += "; the regulator can by its mandate" if each.regulator else "; the regulator cannot"
        if each.erasable:
            keep = span_words(each.keep) if each.keep is not None else None
            zh += f"；可依法删除（不可恢复）{f'，但自登记起 {keep.zh}内不得删除' if keep is not None else ''}"
            en += f"; it can be erased for good{f', though not within {keep.en}' if keep is not None else ''}"
        says.append(Both(tidy(f"{zh}。"), f"{en}."))
    return VisibleView(public=public, committed=[each.name for each in hidden], says=says)
