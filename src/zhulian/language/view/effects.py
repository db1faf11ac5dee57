"""What an action or timer does, one sentence for each effect."""

from collections.abc import Mapping, Sequence

from zhulian.language.definition.shapes import (
    Alert,
    Assign,
    Call,
    Create,
    Each,
    Effect,
    Ensure,
    If,
    Lent,
    Move,
    Notify,
    Refuse,
    Set,
    Sweep,
    Value,
)
from zhulian.language.expressions.tree import Apply, Field, Literal, Typed, Variable
from zhulian.language.expressions.types import AmountOf, Record, Said
from zhulian.language.view.shapes import Both, EffectView
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.words import bare, low, tidy

__all__ = ["LEVELS", "effect_views", "moves_of"]

Titles = Mapping[str, Said]
LEVELS = {"low": Both("低", "low"), "medium": Both("中", "medium"), "high": Both("高", "high")}


def effect_views(speaker: Speaker, effects: Sequence[Effect], path: str, record: str, more: Titles) -> list[EffectView]:
    """Effects in their order; `record` is the type that `this` is of."""
    teller = _Teller(speaker, record, dict(more))
    return [teller.tell(each, f"{path}[{index}]") for index, each in enumerate(effects)]


class _Teller:
    def __init__(self, speaker: Speaker, record: str, more: dict[str, Said]) -> None:
        self._speaker = speaker
        self._record = record
        self._more = more

    def tell(self, effect: Effect, path: str) -> EffectView:
        then: list[EffectView] = []
        otherwise: list[EffectView] = []
        says: Both
        match effect:
            case Set(values=values):
                says = _joined([self._assign(each, path) for each in values])
            case Create(record=record, values=values, called=called) | Ensure(record=record, values=values, called=called):
                says = self._create(record, values, path, isinstance(effect, Ensure))
                if called:
                    title = self._speaker.record(record)
                    self._more[called] = Said(f"新建的{title.zh}", f"the new {low(title.en)}")
            case Move(to=to, of=of):
                says = self._move(to, of, path)
            case If(then=yes, otherwise=no):
                condition = self._at(f"{path}.if")
                says = _both(f"如果{condition.zh}", f"If {condition.en}")
                then, otherwise = self._below(yes, f"{path}.then"), self._below(no, f"{path}.else")
            case Each(item=item, do=do):
                among = self._at(f"{path}.each")
                says = _both(f"对{among.zh}中的每一项", f"For each item of {among.en}")
                self._more[item] = Said("该项", "the item")
                then = self._below(do, f"{path}.do")
            case Refuse(refusal=refusal):
                found = next((each.text for each in self._speaker.tree.refusals if each.name == refusal), None)
                says = Both(f"不予办理：{found.zh if found else refusal}", f"Refuse: {found.en if found else refusal}")
            case Alert(level=level, say=text):
                says = Both(f"发出{LEVELS[level].zh}级预警“{text.zh}”", f"Raise an alert ({level}): “{text.en}”")
            case Notify(say=text):
                whom = self._at(f"{path}.to")
                says = _both(f"通知{whom.zh}：“{text.zh}”", f"Tell {whom.en}: “{text.en}”")
            case Sweep():
                says = self._sweep(effect, path)
            case Call():
                says = self._call(effect, path)
            case Lent():
                says = self._lent(effect, path)
        kind = effect.name if isinstance(effect, Lent) else _VERBS[type(effect)]
        return EffectView(verb=kind, says=says, then=then, otherwise=otherwise)

    def _below(self, effects: Sequence[Effect], path: str) -> list[EffectView]:
        return [self.tell(each, f"{path}[{index}]") for index, each in enumerate(effects)]

    def _at(self, path: str) -> Both:
        return self._speaker.at(path, self._more) or Both("", "")

    def _assign(self, each: Assign, path: str) -> Both:
        """`paid: this.paid + x` reads as an increase; everything else as the new value."""
        below = f"{path}.{each.of}.{each.field}" if each.of else f"{path}.{each.field}"
        value = self._speaker.typed(below)
        target = self._speaker.typed(f"{below}.of") if each.of else None
        record = target.type.name if target is not None and isinstance(target.type, Record) else self._record
        if target is None and each.of == "instance":
            record = "instance"
        title = self._speaker.field(record or "", each.field)
        of_zh, of_en = "", ""
        if each.of and record == "instance":
            of_zh, of_en = "本应用的", " of this application"
        elif target is not None:
            owner = self._speaker.phrase(target, self._more)
            of_zh, of_en = f"{owner.zh}的", f" of {owner.en}"
        name_zh, name_en = tidy(f"{of_zh}{title.zh}") if of_zh else title.zh, f"“{title.en}”{of_en}"
        change = _change(value, each.field)
        if change is not None:
            amount = bare(self._speaker.value(change[1], self._more))
            if change[0] == "add":
                return _both(f"{_quoted(name_zh)}增加{_spaced(amount.zh)}", f"add {amount.en} to {name_en}")
            return _both(f"{_quoted(name_zh)}减少{_spaced(amount.zh)}", f"take {amount.en} from {name_en}")
        new = bare(self._speaker.value(value, self._more)) if value is not None else Both("", "")
        return _both(f"{_quoted(name_zh)}记为{_spaced(new.zh)}", f"set {name_en} to {new.en}")

    def _create(self, record: str, values: Sequence[Value], path: str, ensure: bool) -> Both:
        title = self._speaker.record(record)
        zh, en = [], []
        for each in values:
            typed = self._speaker.typed(f"{path}.{each.name}")
            value = Both("", "") if typed is None else bare(self._speaker.value(typed, self._more))
            field = self._speaker.field(record, each.name)
            zh.append(f"{field.zh}为{_spaced(value.zh)}")
            en.append(f"“{field.en}” {value.en}")
        begin = Both("如尚无相应记录，则新建", "create, unless it is there already, a ") if ensure else Both("新建", "create a ")
        return _both(
            f"{begin.zh}{title.zh}" + (f"（{'，'.join(zh)}）" if zh else ""),
            f"{begin.en}{low(title.en)}" + (f" with {', '.join(en)}" if en else ""),
        )

    def _move(self, to: str, of: str, path: str) -> Both:
        target = self._speaker.typed(path) if of else None
        record = target.type.name if target is not None and isinstance(target.type, Record) else self._record
        state = self._speaker.state(record or "", to)
        if target is None:
            return Both(f"状态变为“{state.zh}”", f"The state becomes “{state.en}”")
        owner = self._speaker.phrase(target, self._more)
        return _both(f"{owner.zh}的状态变为“{state.zh}”", f"the state of {owner.en} becomes “{state.en}”")

    def _sweep(self, effect: Sweep, path: str) -> Both:
        timer = next((each for each in self._speaker.tree.timers if each.name == effect.name), None)
        title = self._speaker.timer(timer) if timer is not None else Both(effect.name, effect.name)
        if not effect.of:
            return Both(f"开始逐页办理“{title.zh}”", f"Begin the sweep “{title.en}”")
        of = self._at(path)
        return _both(f"为{of.zh}开始逐页办理“{title.zh}”", f"begin the sweep “{title.en}” for {of.en}")

    def _call(self, effect: Call, path: str) -> Both:
        use = next((each for each in self._speaker.tree.uses if each.name == effect.use), None)
        title = self._speaker.record(effect.use)
        zh, en = [], []
        for index, _ in enumerate(effect.on):
            key = self._at(f"{path}.on[{index}]")
            zh.append(key.zh)
            en.append(key.en)
        on_zh = f"，编号 {'、'.join(zh)}" if zh else ""
        on_en = f" on {', '.join(en)}" if en else ""
        scenario = use.scenario if use is not None else effect.use
        return _both(
            f"调用所用应用“{title.zh}”（{scenario}）的操作 {effect.action}{on_zh}",
            f"call the action {effect.action} of “{title.en}” ({scenario}){on_en}",
        )

    def _lent(self, effect: Lent, path: str) -> Both:
        """The module's own sentence with the arguments in words; what is kept per record says of which."""
        verb = self._speaker.checked.registry.verbs[effect.name]
        zh: dict[str, str] = {}
        en: dict[str, str] = {}
        for parameter in verb.parameters:
            typed = self._speaker.typed(f"{path}.{parameter.name}")
            if typed is None:
                zh[parameter.name] = en[parameter.name] = ""
                continue
            words = self._ticket(typed) or bare(self._speaker.value(typed, self._more))
            if isinstance(parameter.type, AmountOf) and not isinstance(typed, Literal):
                words = Both(f"（{words.zh}）", f"an amount ({words.en})")
            zh[parameter.name], en[parameter.name] = _spaced(words.zh), words.en
        for asset, of in (("asset", "of"), ("pay", "pay_of")):
            if zh.get(of) and zh.get(asset):
                zh[asset] = f"{zh[of]}项下的{zh[asset]}"
                en[asset] = f"{en[asset]} ({en[of]})"
        says = verb.says
        found_zh, found_en = says.zh.format_map(zh), says.en.format_map(en)
        if zh.get("part") and "{part}" not in says.zh:
            found_zh, found_en = f"{found_zh}，份额为{zh['part']}", f"{found_en}, a part of {en['part']}"
        if zh.get("order") and "{order}" not in says.zh:
            found_zh, found_en = f"依{zh['order']}的决定，{found_zh}", f"{found_en}, by order of {en['order']}"
        return _both(found_zh, found_en)

    def _ticket(self, typed: Typed) -> Both | None:
        """The title of a ticket where its name is given as a text."""
        names = {each.name: each.title for each in self._speaker.tree.tickets}
        if isinstance(typed, Literal) and isinstance(typed.value, str) and typed.value in names:
            title = names[typed.value]
            return Both(f"“{title.zh}”", f"“{title.en}”")
        return None


_VERBS: dict[type, str] = {
    Set: "set", Create: "create", Ensure: "ensure", Move: "move", If: "if", Each: "each", Refuse: "refuse", Alert: "alert",
    Notify: "notify", Sweep: "sweep", Call: "call",
}  # fmt: skip


def _change(value: Typed | None, field: str) -> tuple[str, Typed] | None:
    """What a field grows or shrinks by, where its new value is its old one plus or minus something."""
    match value:
        case Apply(operator="add" | "subtract" as operator, operands=(Field(of=of, name=name), other)):
            if name == field and isinstance(of.type, Record) and not (isinstance(of, Variable) and of.name == "was"):
                return operator, other
    return None


def _quoted(zh: str) -> str:
    return f"“{zh}”"


def _spaced(zh: str) -> str:
    """Chinese that a figure or identifier begins gets a space before it."""
    return f" {zh}" if zh[:1].isascii() and zh[:1].isalnum() else zh


def _both(zh: str, en: str) -> Both:
    return Both(tidy(zh), en[:1].upper() + en[1:])


def _joined(several: list[Both]) -> Both:
    return Both(
        "；".join(each.zh for each in several),
        "; ".join([several[0].en, *(each.en[:1].lower() + each.en[1:] for each in several[1:])]),
    )


def moves_of(effects: Sequence[Effect], record: str) -> list[tuple[str, str]]:
    """Record type and state of every `move` of the record itself, under conditions too."""
    found: list[tuple[str, str]] = []
    for effect in effects:
        match effect:
            case Move(to=to, of="" | "this"):
                found.append((record, to))
            case If(then=then, otherwise=otherwise):
                found += [*moves_of(then, record), *moves_of(otherwise, record)]
            case Each(do=do):
                found += moves_of(do, record)
            case _:
                pass
    return found
