"""What a normaliser guarantees and a tree from elsewhere need not: forms of `by`, names given once, words kept, languages.

The chain meets trees that no normaliser of ours wrote. Whatever later parts of the check rely on is asked here first.
"""

import re
from collections.abc import Iterator, Sequence

import msgspec

from zhulian.language.definition.faults import (
    KeyMissing,
    KeyUnknown,
    LanguageMixed,
    NameTaken,
    NameTwice,
    NothingCalled,
    PartEmpty,
)
from zhulian.language.definition.judge import Judge
from zhulian.language.definition.shapes import Action, Create, Each, Effect, Ensure, If, Input, Record, Shape, Signatory, Text
from zhulian.language.definition.words import FIELD_WORDS, GLOBAL_WORDS, KEYWORDS, PARTY_WORDS, RECORD_WORDS, ROLE_WORDS

__all__ = ["check_structure"]

_OF_WHOLE = ("fields", "always", "steps")
_CJK = re.compile(r"[\u3400-\u9fff]")


def check_structure(judge: Judge) -> None:
    """Names, signatories, inputs by name, states to start from, and sentences in their languages."""
    tree = judge.tree
    records = {each.name: each for each in tree.records}
    if tree.instance is not None:
        records["instance"] = tree.instance
        _whole(judge, tree.instance)
    _kept(judge)
    _walk(judge, tree, "")
    for record in tree.records:
        for index, correction in enumerate(record.correct):
            _by(judge, correction.by, f"records.{record.name}.correct[{index}].by")
        for task in record.tasks.items if record.tasks is not None else ():
            _by(judge, task.by, f"records.{record.name}.tasks.{task.name}.by")
    for action in tree.actions:
        path = f"actions.{action.name}"
        _by(judge, action.by, f"{path}.by")
        _inputs(judge, action, records.get(action.creates or action.on), path)
        _froms(judge, action.froms, records.get(action.on), path)
        locals_ = [(each.name, f"{path}.let.{each.name}") for each in action.let]
        locals_ += [*_locals(action.do, f"{path}.do"), *_locals(action.otherwise, f"{path}.else")]
        _local_names(judge, locals_)
    for timer in tree.timers:
        _froms(judge, timer.froms, records.get(timer.on), f"timers.{timer.name}")
        _local_names(judge, list(_locals(timer.do, f"timers.{timer.name}.do")))


def _whole(judge: Judge, instance: Record) -> None:
    """The record of the whole has fields and promises alone, and is called `instance`."""
    plain = Record(name="instance", title=instance.title, fields=instance.fields, always=instance.always, steps=instance.steps)
    for key in Record.__struct_fields__:
        if getattr(instance, key) != getattr(plain, key):
            judge.fault(KeyUnknown, f"instance.{key}", key=key, known=", ".join(_OF_WHOLE))


def _kept(judge: Judge) -> None:
    """No name is a word of the language where that would make it something else."""
    tree = judge.tree
    parts: list[tuple[str, Sequence[Shape], frozenset[str]]] = [
        ("uses", tree.uses, RECORD_WORDS),
        ("settings", tree.settings, FIELD_WORDS),
        ("roles", tree.roles, ROLE_WORDS),
        ("assets", tree.assets, GLOBAL_WORDS),
        ("totals", tree.totals, GLOBAL_WORDS),
        ("refusals", tree.refusals, KEYWORDS),
        ("records", tree.records, RECORD_WORDS),
        ("actions", tree.actions, KEYWORDS),
        ("timers", tree.timers, KEYWORDS),
    ]
    if tree.instance is not None:
        parts.append(("instance.fields", tree.instance.fields, FIELD_WORDS))
    for record in tree.records:
        parts.append((f"records.{record.name}.fields", record.fields, FIELD_WORDS))
        parts.append((f"records.{record.name}.indexes", record.indexes, GLOBAL_WORDS))
    for action in tree.actions:
        parts.append((f"actions.{action.name}.input", action.input, FIELD_WORDS))
        parts.append((f"actions.{action.name}.by", action.by, PARTY_WORDS))
    for path, shapes, kept in parts:
        for name in _names(shapes):
            if name in kept:
                judge.fault(NameTaken, f"{path}.{name}", name=name)


def _names(shapes: Sequence[Shape]) -> list[str]:
    return [name for each in shapes if isinstance(name := getattr(each, "name", None), str)]


def _walk(judge: Judge, value: object, path: str) -> None:
    """Every part of the tree: texts in their languages, no name twice in one list."""
    if isinstance(value, Text):
        for language, text in (("zh", value.zh), ("en", value.en)):
            if not text.strip() or bool(_CJK.search(text)) != (language == "zh"):
                judge.fault(LanguageMixed, f"{path}.{language}", language=language)
    elif isinstance(value, Shape):
        for name in value.__struct_fields__:
            _walk(judge, getattr(value, name), f"{path}.{name}" if path else name)
    elif isinstance(value, tuple):
        _once(judge, value, path)
        for index, each in enumerate(value):
            name = getattr(each, "name", "") if isinstance(each, Shape) else ""
            _walk(judge, each, f"{path}.{name}" if name else f"{path}[{index}]")


def _once(judge: Judge, items: tuple[object, ...], path: str) -> None:
    seen: dict[str, None] = {}
    for name in _names([each for each in items if isinstance(each, msgspec.Struct) and isinstance(each, Shape)]):
        if name and name in seen and not path.endswith((".do", ".then", ".otherwise")):
            judge.fault(
                NameTwice, f"{path}.{name}", name=name, first_zh="同一列表中的另一项", first_en="another of the same list"
            )
        seen[name] = None


def _by(judge: Judge, by: tuple[Signatory, ...], path: str) -> None:
    """One without a name, or several that all have one; each says who."""
    names = [each.name for each in by]
    if len(by) > 1 and "" in names:
        judge.fault(KeyMissing, path, key="name")
    for signatory in by:
        for who in signatory.any:
            if not who.role and who.equals is None:
                judge.fault(PartEmpty, path)


def _inputs(judge: Judge, action: Action, record: Record | None, path: str) -> None:
    """An input that a field declares is as the field is."""
    fields = {each.name: each for each in record.fields} if record is not None else {}
    for each in action.input:
        if not each.field:
            continue
        declared = fields.get(each.name)
        if declared is None or Input(**{**msgspec.structs.asdict(declared), "field": True, "unique": ""}) != each:
            known = ", ".join(fields) or "–"
            what = {"what_zh": "字段", "what_en": "field"}
            judge.fault(NothingCalled, f"{path}.input.{each.name}", name=each.name, known=known, **what)


def _froms(judge: Judge, froms: tuple[str, ...], record: Record | None, path: str) -> None:
    if record is not None and record.states is not None and not froms:
        judge.fault(KeyMissing, path, key="from")


def _locals(effects: tuple[Effect, ...], path: str) -> Iterator[tuple[str, str]]:
    """Names that effects give: items of `each`, records that are created."""
    for index, effect in enumerate(effects):
        below = f"{path}[{index}]"
        match effect:
            case Create(called=called) | Ensure(called=called):
                if called:
                    yield called, f"{below}.as"
            case Each(item=item, do=do):
                yield item, f"{below}.each"
                yield from _locals(do, f"{below}.do")
            case If(then=then, otherwise=otherwise):
                yield from _locals(then, f"{below}.then")
                yield from _locals(otherwise, f"{below}.else")
            case _:
                pass


def _local_names(judge: Judge, names: list[tuple[str, str]]) -> None:
    """A local name hides nothing: not a word of the language, not something of the definition, not another local name."""
    tree = judge.tree
    taken = {*_names(tree.records), *_names(tree.uses), *_names(tree.assets), *_names(tree.totals), *judge.registry.reads}
    for name, path in names:
        if name in GLOBAL_WORDS:
            judge.fault(NameTaken, path, name=name)
        elif name in taken:
            judge.fault(NameTwice, path, name=name, first_zh="另一项内容", first_en="something else")
        taken.add(name)
