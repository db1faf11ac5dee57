"""Says expressions of one definition in its own words: titles of roles, fields and states instead of names."""

from collections.abc import Iterator, Mapping

from zhulian.language.definition.check import Checked
from zhulian.language.definition.shapes import Action, Field, Record, Signatory, Timer
from zhulian.language.expressions.explain import explain
from zhulian.language.expressions.tree import Apply, Literal, Typed
from zhulian.language.expressions.types import Bool, Said
from zhulian.language.registry import Read
from zhulian.language.view.shapes import Both
from zhulian.language.view.words import KERNEL_TITLES, low, said, timer_title, title_or_name

__all__ = ["Speaker"]

Titles = Mapping[str, Said]
_BUILT_IN = {
    "state": Both("状态", "State"),
    "since": Both("进入现状态的时间", "Time of entering its state"),
    "owner": Both("权利人", "Owner"),
}
_OF_SELF = {
    "this": Said("本{0}", "this {0}"),
    "was": Said("操作前的本{0}", "this {0} as it was"),
}


class Speaker:
    """The words of one definition. `at` says the expression at a path; more titles hold within one action or timer."""

    def __init__(self, checked: Checked) -> None:
        self.checked = checked
        self.tree = checked.definition.tree
        self.reads: Mapping[str, Read] = {**checked.registry.reads, **checked.scopes.base.reads}
        self.records: dict[str, Record] = {each.name: each for each in self.tree.records}
        if self.tree.instance is not None:
            self.records["instance"] = self.tree.instance
        self.roles = {each.name: title_or_name(each.title, each.name) for each in self.tree.roles}
        self.actions = {each.name: each for each in self.tree.actions}
        self._fields: dict[str, Both] = {}
        self._titles: dict[str, Said] = dict(self._all_titles())

    def typed(self, path: str) -> Typed | None:
        """The typed expression at a path."""
        return self.checked.typed.get(path)

    def at(self, path: str, more: Titles | None = None) -> Both | None:
        """The expression at a path as a phrase; None where there is none."""
        typed = self.typed(path)
        return None if typed is None else self.phrase(typed, more)

    def phrase(self, typed: Typed, more: Titles | None = None) -> Both:
        """An expression as a phrase: a condition, or the name of a value."""
        words = said(explain(typed, self.reads, {**self._titles, **(more or {})}))
        return Both(words.zh.replace("本本应用", "本应用"), words.en.replace("this this application", "this application"))

    def value(self, typed: Typed, more: Titles | None = None) -> Both:
        """An expression as the name of a value, a yes or no too."""
        if isinstance(typed, Literal) and isinstance(typed.type, Bool):
            return Both("是", "yes") if typed.value else Both("否", "no")
        words = self.phrase(typed, more)
        if isinstance(typed.type, Bool) and not isinstance(typed, Apply):
            return Both(words.zh.removesuffix("为“是”"), words.en.removesuffix(" is “yes”"))
        return words

    def role(self, name: str) -> Both:
        """What a role is called."""
        return self.roles.get(name) or KERNEL_TITLES.get(name) or Both(name, name)

    def record(self, name: str) -> Both:
        """What a record type is called, those of `uses` included."""
        if name == "instance":
            return KERNEL_TITLES["instance"]
        if name in self.records:
            return title_or_name(self.records[name].title, name)
        use = next((each for each in self.tree.uses if each.name == name), None)
        return title_or_name(use.title if use is not None else None, name)

    def field(self, record: str, name: str) -> Both:
        """What a field of a record type is called, the built-in ones included."""
        return self._fields.get(f"{record}.{name}") or _BUILT_IN.get(name) or Both(name, name)

    def state(self, record: str, name: str) -> Both:
        """What a state of a record type is called."""
        states = self.records[record].states if record in self.records else None
        found = next((each for each in (states.every if states is not None else ()) if each.name == name), None)
        return title_or_name(found.title if found is not None else None, name)

    def about(self, record: str) -> dict[str, Said]:
        """The titles of `this` and `was` for a record type."""
        if record == "instance" or not record:
            return {"this": Said("本应用", "this application"), "was": Said("操作前的本应用", "this application as it was")}
        title = self.record(record)
        return {name: Said(form.zh.format(title.zh), form.en.format(low(title.en))) for name, form in _OF_SELF.items()}

    def of_action(self, action: Action) -> dict[str, Said]:
        """The titles that hold within an action: its record, who signs, what is given, what `let` names."""
        more = self.about(action.on or action.creates)
        for signatory in action.by:
            title = self.signatory(action, signatory)
            whole = any(each.role in ("operator", "regulator", "anyone") and not each.equals for each in signatory.any)
            if signatory.name:
                more[f"by.{signatory.name}"] = Said(title.zh if whole else f"该{title.zh}", low(title.en))
            elif title == KERNEL_TITLES["anyone"]:
                more["actor"] = Said("办理人", "the one who acts")
            else:
                more["actor"] = Said(title.zh if whole else f"该{title.zh}", f"the acting {low(title.en)}")
        for each in action.input:
            more[f"input.{each.name}"] = _quoted(title_or_name(each.title, each.name))
            more |= dict(_options(each))
        for value in action.let:
            typed = self.typed(f"actions.{action.name}.let.{value.name}")
            if typed is not None:
                words = self.phrase(typed, more)
                inside = isinstance(typed, Apply)
                more[value.name] = Said(f"（{words.zh}）", f"({words.en})") if inside else Said(words.zh, words.en)
        return more

    def of_timer(self, timer: Timer) -> dict[str, Said]:
        """The titles that hold within a timer."""
        return self.about(timer.on)

    def timer(self, timer: Timer) -> Both:
        """What a timer is called."""
        return timer_title(timer, self.state(timer.on, timer.to) if timer.to else None)

    def signatory(self, action: Action, signatory: Signatory) -> Both:
        """What a signatory is called: by its role, or by the field of the record that names it; with its name where two are alike."""
        title = self._signatory(action, signatory)
        if not signatory.name:
            return title
        alike = [each for each in action.by if self._signatory(action, each) == title]
        return title if len(alike) == 1 else Both(f"{title.zh}（{signatory.name}）", f"{title.en} ({signatory.name})")

    def _signatory(self, action: Action, signatory: Signatory) -> Both:
        who = signatory.any[0]
        if len(signatory.any) > 1:
            names = [self._one(action, each.role, each.equals) for each in signatory.any]
            return Both("或".join(each.zh for each in names), " or ".join([names[0].en, *(low(each.en) for each in names[1:])]))
        return self._one(action, who.role, who.equals)

    def _one(self, action: Action, role: str, equals: str | None) -> Both:
        record = self.records.get(action.on)
        if equals is not None and record is not None and equals.startswith("this."):
            field = next((each for each in record.fields if each.name == equals[5:]), None)
            if field is not None and field.title is not None:
                return title_or_name(field.title, field.name)
            if field is not None and field.role:
                return self.role(field.role)
            if equals == "this.owner":
                return Both("权利人", "Owner")
        if role == "anyone" and len(action.by) > 1:
            return Both("另一签署方", "Other signatory")
        if role:
            return self.role(role)
        return Both("指定的一方", "Party named")

    def _named(self, path: str, field: Field) -> Said:
        self._fields[path] = title_or_name(field.title, field.name)
        return _quoted(self._fields[path])

    def _all_titles(self) -> Iterator[tuple[str, Said]]:
        for record in self.records.values():
            name = record.name or "instance"
            if record is self.tree.instance:
                name = "instance"
            else:
                yield name, _said(title_or_name(record.title, name))
            for field in record.fields:
                yield f"{name}.{field.name}", self._named(f"{name}.{field.name}", field)
                yield from _options(field)
            for built_in, title in _BUILT_IN.items():
                yield f"{name}.{built_in}", Said(title.zh, low(title.en))
            for state in record.states.every if record.states is not None else ():
                title = title_or_name(state.title, state.name)
                yield f"{name}.state.{state.name}", Said(f"“{title.zh}”", f"“{title.en}”")
        for use in self.tree.uses:
            title = title_or_name(use.title, use.name)
            yield (f"asset.{use.name}" if use.kind == "asset" else use.name), _said(title)
            for each in use.fields:
                yield f"{use.name}.{each.name}", self._named(f"{use.name}.{each.name}", each)
        for asset in self.tree.assets:
            yield f"asset.{asset.name}", _said(title_or_name(asset.title, asset.name))
        for setting in self.tree.settings:
            yield f"settings.{setting.name}", _quoted(title_or_name(setting.title, setting.name))
            yield from _options(setting)
        yield "party.name", Said("名称", "name")
        yield "instance", Said("本应用", "this application")
        yield "actor", Said("办理人", "the one who acts")


def _quoted(title: Both) -> Said:
    """A title of a field inside a sentence: quoted in English, since it need not be a noun."""
    return Said(f" {title.zh} " if title.zh.isascii() else title.zh, f"“{title.en}”")


def _said(title: Both) -> Said:
    """A title as a phrase inside a sentence."""
    return Said(f" {title.zh} " if title.zh.isascii() else title.zh, low(title.en))


def _options(field: Field) -> Iterator[tuple[str, Said]]:
    kind = field.of if field.type == "list" and field.of is not None else field
    for option in kind.values if kind.type == "choice" else ():
        title = title_or_name(option.title, option.name)
        yield f"{field.name}.{option.name}", Said(f"“{title.zh}”", f"“{title.en}”")
