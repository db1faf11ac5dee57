"""What belongs to the whole definition: things used and issued, totals, debits nobody signs, watch rules, upgrade, what is visible."""

from zhulian.language.definition.authority import Exceptional
from zhulian.language.definition.shapes import Asset, Kind, Ticket, Total, Use
from zhulian.language.definition.views import Watch
from zhulian.language.expressions.types import Said
from zhulian.language.view.effects import LEVELS
from zhulian.language.view.fields import field_view, unit_of
from zhulian.language.view.shapes import AssetView, Both, DebitView, TicketView, TotalView, UpgradeView, UseView, WatchView
from zhulian.language.view.speaker import Speaker
from zhulian.language.view.words import both, low, span_words, tidy, title_or_name

__all__ = ["asset_view", "debit_views", "ticket_view", "total_view", "upgrade_view", "use_view", "visible_says", "watch_view"]

_OVER = {
    "actions": Both("操作“{0}”", "the action “{0}”"),
    "records": Both("{0}的变动", "changes of {0}"),
    "timers": Both("到期事项“{0}”", "the timer “{0}”"),
    "totals": Both("合计“{0}”", "the total “{0}”"),
}


def _unit(unit: str, currency: str, scale: int) -> Both | None:
    kind = Kind(type="money", currency=currency) if unit == "fen" else Kind(type="quantity", unit=unit, scale=scale)
    return unit_of(kind)


def use_view(speaker: Speaker, use: Use) -> UseView:
    """What another instance lends."""
    title = title_or_name(use.title, use.name)
    what = Both("资产", "the asset") if use.kind == "asset" else Both("业务记录", "the records")
    money = use.kind == "asset" and (use.unit or "fen") == "fen"
    return UseView(
        name=use.name,
        kind=use.kind,
        scenario=use.scenario,
        what=use.what,
        title=title,
        unit=_unit(use.unit or "fen", use.currency, use.scale) if use.kind == "asset" else None,
        currency=(use.currency or "CNY") if money else None,
        scale=2 if money else use.scale,
        fields=[field_view(speaker, each, use.name) for each in use.fields],
        says=Both(
            f"使用场景 {use.scenario} 的{what.zh} {use.what}，开通应用时指定具体的应用；其自身规则照常适用。",
            f"Uses {what.en} {use.what} of the scenario {use.scenario}, in an instance that is named on opening; its own rules hold.",
        ),
    )


def asset_view(speaker: Speaker, asset: Asset) -> AssetView:
    """A class of assets."""
    money = asset.unit == "fen"
    title, per = both(asset.title), speaker.record(asset.per) if asset.per else None
    unit = _unit(asset.unit, asset.currency, asset.scale)
    zh = f"{title.zh}：以{unit.zh if unit else asset.unit}计"
    en = f"{title.en}: counted in {unit.en if unit else asset.unit}"
    if per is not None:
        zh, en = f"{zh}，按每一{per.zh}分别计算", f"{en}, apart for each {low(per.en)}"
    return AssetView(
        name=asset.name,
        title=title,
        unit=unit,
        currency=(asset.currency or "CNY") if money else None,
        scale=2 if money else asset.scale,
        per=asset.per or None,
        taken_by=list(asset.taken_by),
        says=Both(tidy(f"{zh}。"), f"{en}."),
    )


def ticket_view(speaker: Speaker, ticket: Ticket) -> TicketView:
    """A one-use consent."""
    holder, agency = speaker.role(ticket.holder), speaker.role(ticket.agency)
    valid = None if ticket.valid is None else span_words(ticket.valid)
    zh = f"{holder.zh}在链下签发，供{agency.zh}使用一次，使用时在链上核销"
    en = f"Made out off chain by a {low(holder.en)} for one use by a {low(agency.en)}, and used up on the chain"
    if valid is not None:
        zh, en = f"{zh}，有效期 {valid.zh}", f"{en}; it holds for {valid.en}"
    return TicketView(
        name=ticket.name,
        title=both(ticket.title),
        holder=ticket.holder,
        agency=ticket.agency,
        record=ticket.record or None,
        valid=valid,
        says=Both(tidy(f"{zh}。"), f"{en}."),
    )


def total_view(speaker: Speaker, total: Total) -> TotalView:
    """A sum or count."""
    record = speaker.record(total.record)
    fields = {each.name: each for each in speaker.records[total.record].fields} if total.record in speaker.records else {}
    field = fields.get(total.field)
    title = title_or_name(total.title, total.name)
    what = speaker.field(total.record, total.field) if field is not None else None
    zh = f"{record.zh}的{what.zh}之和" if what is not None else f"{record.zh}的数量"
    en = f"the sum of “{what.en}” over every {low(record.en)}" if what is not None else f"the number of records “{record.en}”"
    if total.of:
        of = speaker.field(total.record, total.of)
        zh, en = f"{zh}，按{of.zh}分别计算", f"{en}, apart for each “{of.en}”"
    where = speaker.at(f"totals.{total.name}.where", _bare(speaker, total.record))
    if where is not None:
        zh, en = f"{zh}，仅计{where.zh}的", f"{en}, counting those where {where.en}"
    return TotalView(
        name=total.name,
        title=title,
        kind=total.kind,
        record=total.record,
        field=None if field is None else field_view(speaker, field, total.record),
        of=total.of or None,
        says=Both(tidy(f"{title.zh}：{zh}。"), f"{title.en}: {en}."),
    )


def _bare(speaker: Speaker, record: str) -> dict[str, Said]:
    """`where` names the fields bare."""
    names = [each.name for each in speaker.records[record].fields] + ["state", "since", "owner"]
    return {name: Said(speaker.field(record, name).zh, f"“{speaker.field(record, name).en}”") for name in names}


def debit_views(speaker: Speaker) -> list[DebitView]:
    """Every debit that its owner does not sign, with the reason why it is allowed."""
    return [_debit(speaker, each) for each in speaker.checked.exceptions]


def _debit(speaker: Speaker, each: Exceptional) -> DebitView:
    action = speaker.actions.get(each.doer)
    timer = next((one for one in speaker.tree.timers if one.name == each.doer), None)
    more = speaker.of_action(action) if action is not None else speaker.of_timer(timer) if timer is not None else {}
    title = (
        both(action.title) if action is not None else speaker.timer(timer) if timer is not None else Both(each.doer, each.doer)
    )
    asset = next((one for one in speaker.tree.assets if one.name == each.asset), None)
    what = both(asset.title) if asset is not None else speaker.record(each.asset)
    path, _, name = each.path.rpartition(".")
    owner = speaker.at(f"{path}.{name}", more) or Both(each.owner, each.owner)
    order = None
    if each.order:
        order = speaker.at(f"{path}.order", more) or Both(each.order, each.order)
        says = Both(
            f"办理“{title.zh}”时，依{order.zh}的决定处置{owner.zh}的{what.zh}，无须权利人签署。",
            f"“{title.en}” takes {low(what.en)} from {owner.en} by order of {order.en}, without the owner's signature.",
        )
    else:
        says = Both(
            f"办理“{title.zh}”时，可从{owner.zh}扣划{what.zh}，无须其签署；这是该资产定义明文许可的例外。",
            f"“{title.en}” may take {low(what.en)} from {owner.en} without a signature: the asset's definition allows it by name.",
        )
    return DebitView(action=each.doer, asset=each.asset, owner=owner, order=order, says=says)


def watch_view(speaker: Speaker, watch: Watch) -> WatchView:
    """A watch rule."""
    action = speaker.actions.get(watch.of) if watch.kind == "actions" else None
    record = watch.of if watch.kind == "records" else next((t.on for t in speaker.tree.timers if t.name == watch.of), "")
    more = speaker.of_action(action) if action is not None else speaker.about(record) if record else {}
    by, distinct = speaker.at(f"watch.{watch.name}.by", more), speaker.at(f"watch.{watch.name}.distinct", more)
    counted = Said("次数", "the number of times")
    if distinct is not None:
        counted = Said(f"不同{distinct.zh}的个数", f"the number of different values of {distinct.en}")
    added = speaker.at(f"watch.{watch.name}.sum", more)
    total = Said("合计", "the sum") if added is None else Said(f"{added.zh}的合计", f"the sum of {added.en}")
    asked = {"count": counted, "value": Said("合计值", "the total"), "sum": total}
    raises = speaker.at(f"watch.{watch.name}.raise", asked) or Both("", "")
    window, level = span_words(watch.window), LEVELS[watch.level]
    what = _over(speaker, watch)
    zh = f"{what.zh}{f'，按{by.zh}分别统计' if by is not None else ''}：{window.zh}内{raises.zh}的，发出{level.zh}级预警"
    en = f"Over {what.en}{f', for each value of {by.en}' if by is not None else ''}: an alert ({level.en}) is raised when within {window.en} {raises.en}"
    return WatchView(
        name=watch.name,
        title=both(watch.title),
        level=watch.level,
        over=watch.kind,
        of=watch.of,
        window=window,
        says=Both(tidy(f"{zh}。"), f"{en}."),
    )


def _over(speaker: Speaker, watch: Watch) -> Both:
    if watch.kind == "actions":
        title = title_or_name(speaker.actions[watch.of].title, watch.of)
    elif watch.kind == "records":
        title = speaker.record(watch.of)
        title = Both(title.zh, low(title.en))
    else:
        titles = {each.name: speaker.timer(each) for each in speaker.tree.timers}
        titles |= {each.name: title_or_name(each.title, each.name) for each in speaker.tree.totals}
        title = titles[watch.of]
    pattern = _OVER[watch.kind]
    return Both(pattern.zh.format(title.zh), pattern.en.format(title.en))


def upgrade_view(speaker: Speaker) -> UpgradeView | None:
    """How this version follows another."""
    upgrade = speaker.tree.upgrade
    if upgrade is None:
        return None
    notice = span_words(upgrade.notice)
    keeps, moves = list(upgrade.keep), [each.record for each in upgrade.move]
    zh, en = (
        f"由第 {upgrade.version} 版升级，公告期 {notice.zh}",
        f"Follows version {upgrade.version} after a notice of {notice.en}",
    )
    if keeps:
        several = [speaker.record(each) for each in keeps]
        zh += f"；{'、'.join(each.zh for each in several)}按原版本办结"
        en += f"; {', '.join(low(each.en) for each in several)} finish under that version"
    if moves:
        several = [speaker.record(each) for each in moves]
        zh += f"；{'、'.join(each.zh for each in several)}在首次办理时转入本版本"
        en += f"; {', '.join(low(each.en) for each in several)} move to this one when they are first touched"
    return UpgradeView(version=upgrade.version, keeps=keeps, moves=moves, notice=notice, says=Both(tidy(f"{zh}。"), f"{en}."))


def visible_says() -> list[Both]:
    """What stays visible whatever a definition says: this is not a matter of settings."""
    return [
        Both(
            "每次办理由谁签署、在什么时间、针对哪条记录、办理何种操作，以及公开字段和金额，均写入链上，各成员机构可见，且不可删除。",
            "Who signed what, when, and on which record, with all public fields and amounts, is written on the chain; every member sees it, and it cannot be deleted.",
        ),
        Both(
            "保密字段在链上只有承诺值：由随机盐值与内容算得，单凭承诺值不能推知内容；持有内容与盐值的人可以据此证明内容未被改动。",
            "Of private fields only a commitment is on the chain: made from a random salt and the content, it tells nothing by itself, and whoever holds content and salt can prove that nothing was changed.",
        ),
        Both(
            "保密内容一经交付，可读的一方何时阅读、是否另行留存，链上不留记录，也无从控制。",
            "Once private content has been handed over, nothing records when its reader looks at it, and nothing keeps the reader from copying it.",
        ),
        Both(
            "办理被拒绝的，成员的请求与拒绝理由也写入链上；不属于本应用的一方，其请求不予受理，不留记录。",
            "Requests of members that were refused are on the chain too, with the reason; those of strangers to this application are turned away and leave no trace.",
        ),
    ]
