"""Who takes part and who may act, in words and as data."""

from zhulian.language.definition.shapes import Action, Role, SeatNeed, Signatory, Who
from zhulian.language.view.shapes import Both, OptionView, PersonView, RoleView, SeatView, SignatoryView
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.words import both, low, title_or_name

__all__ = ["by_says", "role_view", "signatories", "signatory_view"]


def role_view(speaker: Speaker, role: Role) -> RoleView:
    """A role with the actions that somebody of it may sign, by the role alone or as the party that a field of that role names."""
    actions = [
        each.name for each in speaker.tree.actions if any(_may(speaker, each, who, role.name) for s in each.by for who in s.any)
    ]
    return RoleView(
        name=role.name,
        title=both(role.title),
        admitted_by=role.admitted_by,
        admitted_by_title=speaker.role(role.admitted_by),
        seats=[SeatView(name=each.name, title=both(each.title), count=0) for each in role.seats],
        persons=role.persons,
        own_keys=role.keys == "own",
        actions=actions,
    )


def _may(speaker: Speaker, action: Action, who: Who, role: str) -> bool:
    if who.role:
        return who.role == role
    record = speaker.records.get(action.on)
    name = (who.equals or "").removeprefix("this.")
    return record is not None and any(each.name == name and each.role == role for each in record.fields)


def signatories(speaker: Speaker, action: Action) -> list[SignatoryView]:
    """All who sign an action."""
    path = f"actions.{action.name}.by"
    return [
        signatory_view(speaker, each, f"{path}.{each.name}" if each.name else path, action.on, speaker.signatory(action, each))
        for each in action.by
    ]


def signatory_view(speaker: Speaker, signatory: Signatory, path: str, record: str, title: Both | None = None) -> SignatoryView:
    """One signatory; `path` is where its expressions stand, `record` what they may look at."""
    ways = [_person(speaker, each, f"{path}[{index}].is", record) for index, each in enumerate(signatory.any)]
    says = Both(
        "或".join(each.says.zh for each in ways), " or ".join([ways[0].says.en, *(low(each.says.en) for each in ways[1:])])
    )
    seats = [_seat(speaker, signatory, need) for need in signatory.seats]
    apart = [
        OptionView(name=each, title=title_or_name(speaker.actions[each].title, each))
        for each in signatory.apart
        if each in speaker.actions
    ]
    return SignatoryView(
        name=signatory.name or "actor",
        title=title or says,
        any=ways,
        says=says,
        seats=seats,
        officers=signatory.officers,
        apart=apart,
        own_keys=signatory.keys == "own",
        officers_say=_officers(signatory, seats, apart),
    )


def _person(speaker: Speaker, who: Who, path: str, record: str) -> PersonView:
    role = speaker.role(who.role) if who.role else None
    equals = speaker.at(path, speaker.about(record)) if who.equals is not None else None
    if equals is not None and role is not None:
        says = Both(f"{equals.zh}（须为{role.zh}）", f"{_capital(equals.en)}, who must be in the role “{role.en}”")
    elif equals is not None:
        says = Both(equals.zh, _capital(equals.en))
    elif role is not None:
        says = role if who.role in ("operator", "regulator", "anyone") else Both(f"任一{role.zh}", f"Any {low(role.en)}")
    else:
        says = Both("任何一方", "Anyone")
    return PersonView(role=who.role or None, role_title=role, equals=who.equals, equals_says=equals, says=says)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _seat(speaker: Speaker, signatory: Signatory, need: SeatNeed) -> SeatView:
    roles = [who.role for who in signatory.any]
    fields = [each for record in speaker.records.values() for each in record.fields]
    roles += [each.role for who in signatory.any for each in fields if who.equals == f"this.{each.name}"]
    for role in (*(each for each in speaker.tree.roles if each.name in roles), *speaker.tree.roles):
        for seat in role.seats:
            if seat.name == need.seat:
                return SeatView(name=seat.name, title=both(seat.title), count=need.count)
    return SeatView(name=need.seat, title=Both(need.seat, need.seat), count=need.count)


def _officers(signatory: Signatory, seats: list[SeatView], apart: list[OptionView]) -> Both | None:
    """What is asked of the officers who sign for the party; None where any one will do."""
    zh: list[str] = []
    en: list[str] = []
    if seats:
        several = "、".join(f"{each.title.zh} {each.count} 人" for each in seats)
        counted = " and ".join(f"{each.count} {low(each.title.en)}" for each in seats)
        people = sum(each.count for each in seats)
        zh.append(f"由{several}{'分别' if people > 1 else ''}签署" + ("，不得为同一人" if people > 1 else ""))
        en.append(f"signed by {counted}" + (", all different people" if people > 1 else ""))
    elif signatory.officers > 1:
        zh.append(f"由 {signatory.officers} 名不同的人员签署")
        en.append(f"signed by {signatory.officers} different officers")
    for each in apart:
        zh.append(f"不得由办理“{each.title.zh}”的人员签署")
        en.append(f"not by an officer who signed “{each.title.en}”")
    if signatory.keys == "own":
        zh.append("须以本人密钥签署，不得由代理机构代签")
        en.append("with the person's own key, not through an agent")
    return Both("；".join(zh), "; ".join(en)) if zh else None


def by_says(action: Action, views: list[SignatoryView]) -> Both:
    """Who signs, in one sentence."""
    zh: list[str] = []
    en: list[str] = []
    for each in views:
        zh.append(each.says.zh + (f"（{each.officers_say.zh}）" if each.officers_say else ""))
        en.append((each.says.en if not en else low(each.says.en)) + (f" ({each.officers_say.en})" if each.officers_say else ""))
    if len(views) == 1:
        return Both(zh[0], en[0])
    alike = "；允许同一方担任" if action.one_party else ""
    alike_en = "; one party may be several of them" if action.one_party else ""
    return Both(f"{'、'.join(zh)}共同签署{alike}", f"{'; '.join(en)}: all of them sign{alike_en}")
