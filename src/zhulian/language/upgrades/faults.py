"""What can be wrong with an upgrade: `language/150`–`166`."""

from zhulian.language.errors import LanguageFault

__all__ = [
    "AssetChanged",
    "FieldBeyond",
    "FieldDropped",
    "FieldDue",
    "HiddenFieldMoved",
    "KeptNeedsMoved",
    "KeyChanged",
    "MoveMayFail",
    "NothingBefore",
    "NoticeShort",
    "RecordGone",
    "SealedChanged",
    "StateGone",
    "StateTurned",
    "TableChanged",
    "UseGone",
    "WayOutGone",
]

_ZH = "{path}（第 {line} 行第 {column} 列）："
_EN = "{path} (line {line}, column {column}): "


class NoticeShort(
    LanguageFault,
    code="language/150",
    zh=_ZH + "升级须至少提前一天公告，此处为 {notice}。请写 1d 或更长。",
    en=_EN + "an upgrade needs a notice of a day or more, here it is {notice}. Write 1d or longer.",
):
    notice: str


class NothingBefore(
    LanguageFault,
    code="language/151",
    zh=_ZH + "上一版没有记录类型 {record}，无可保留或迁移。请删去。",
    en=_EN + "the version before has no record type {record} that could be kept or moved. Leave it out.",
):
    record: str


class RecordGone(
    LanguageFault,
    code="language/152",
    zh=_ZH + "上一版的记录类型 {record} 在本版中没有了，已有记录无处可去。请保留该类型。",
    en=_EN + "the record type {record} of the version before is gone, so its records have nowhere to go. Keep the type.",
):
    record: str


class SealedChanged(
    LanguageFault,
    code="language/164",
    zh=_ZH + "{record} 的密封组与上一版不同，已密封的内容将无法开启。请保持不变，或以 upgrade.keep 保留该类记录。",
    en=_EN
    + "the sealed groups of {record} differ from the version before, so what is sealed could not be opened. Leave them, or keep the "
    "records by upgrade.keep.",
):
    record: str


class KeyChanged(
    LanguageFault,
    code="language/153",
    zh=_ZH + "{record} 的编号、归属或编码方式与上一版不同，已有记录将无法找到。请保持不变。",
    en=_EN
    + "the key, ownership or codes of {record} differ from the version before, so records would be lost. Leave them as they are.",
):
    record: str


class FieldDue(
    LanguageFault,
    code="language/154",
    zh=_ZH + "已有的 {record} 没有字段 {field} 的值。请在 upgrade.move.{record}.{field} 写明，或给出默认值。",
    en=_EN
    + "records {record} that exist have no value for {field}. Say it under upgrade.move.{record}.{field}, or give a default.",
):
    record: str
    field: str


class FieldDropped(
    LanguageFault,
    code="language/155",
    zh=_ZH + "{record} 未列入 keep 或 move，却少了上一版的字段 {field}。请列入 move 或 keep，或保留该字段。",
    en=_EN
    + "{record} is neither kept nor moved and lacks the field {field} of the version before. Move or keep it, or leave the field.",
):
    record: str
    field: str


class HiddenFieldMoved(
    LanguageFault,
    code="language/156",
    zh=_ZH + "{record} 的字段 {field} 是保密的，链上只有承诺值，只能以原名原样保留。请从 move 中删去，或将其设为可缺。",
    en=_EN
    + "the field {field} of {record} is private: only its commitment is on chain, and it goes on under its name or not at all. "
    "Take it out of move, or let it be absent.",
):
    record: str
    field: str


class MoveMayFail(
    LanguageFault,
    code="language/157",
    zh=_ZH + "对某些已有记录可能算不出值（{why_zh}），升级后将无法操作。请给字段加上限，或用“条件 ? 值 : 其他值”写明例外。",
    en=_EN
    + "some records may have no value here ({why_en}) and would be stuck. Bound the fields, or say what holds otherwise by a ? b : c.",
):
    why_zh: str
    why_en: str


class FieldBeyond(
    LanguageFault,
    code="language/158",
    zh=_ZH + "{record} 的字段 {field} 迁移后的值可能不符合本版的范围或格式。请放宽范围，或写明换算。",
    en=_EN
    + "the value with which {field} of {record} moves may not keep to this version's bounds or pattern. Widen them, or convert it.",
):
    record: str
    field: str


class StateGone(
    LanguageFault,
    code="language/159",
    zh=_ZH + "{record} 在上一版有状态 {state}，本版没有。请在 upgrade.move.{record}.states 写明对应的状态。",
    en=_EN
    + "{record} has the state {state} in the version before and not in this one. Map it under upgrade.move.{record}.states.",
):
    record: str
    state: str


class StateTurned(
    LanguageFault,
    code="language/160",
    zh=_ZH + "{record} 的状态 {state} 不能变为 {to}：已了结的须仍为了结，未了结的须仍未了结。请另选状态。",
    en=_EN
    + "the state {state} of {record} cannot become {to}: what is final stays final, what is open stays open. Choose another.",
):
    record: str
    state: str
    to: str


class TableChanged(
    LanguageFault,
    code="language/161",
    zh=_ZH + "{name} 对已有的 {record} 是新的或有改动，已有记录未按此登记。请保持不变，或换一种记录类型。",
    en=_EN
    + "{name} is new or changed for records {record} that exist and were never entered in it. Leave it as it was, or use a new type.",
):
    name: str
    record: str


class AssetChanged(
    LanguageFault,
    code="language/162",
    zh=_ZH + "资产 {asset} 已由他人持有，须在本版保留，单位、精度、币种与所属记录均不得改动。请改回。",
    en=_EN + "the asset {asset} is in hands: it must stay, with its unit, scale, currency and record type. Put them back.",
):
    asset: str


class KeptNeedsMoved(
    LanguageFault,
    code="language/163",
    zh=_ZH + "{record} 按原版本办结，其规则要用到已迁移的 {other}。请一并保留 {other}，或一并迁移 {record}。",
    en=_EN
    + "{record} finishes under its version, whose rules look at {other}, which moves. Keep {other} too, or move {record} too.",
):
    record: str
    other: str


class WayOutGone(
    LanguageFault,
    code="language/165",
    zh=_ZH + "{record} 在状态 {state} 下可能持有 {asset}，本版中没有到期自动转出、也没有本人可办的转出途径，资金将被锁死。"
    "请保留上一版的途径，或以 upgrade.keep 保留该类记录。",
    en=_EN + "{record} may hold {asset} in the state {state}, and this version has no way out of it by time or by its owner. "
    "Leave the way out that was there, or keep the records by upgrade.keep.",
):
    record: str
    state: str
    asset: str


class UseGone(
    LanguageFault,
    code="language/166",
    zh=_ZH
    + "{record} 可能持有或指向上一版引入的 {use}，本版不再引入，或改引了别的。请照原样保留该引入，或以 upgrade.keep 保留该类记录。",
    en=_EN
    + "{record} may hold or point at what the version before uses as {use}, which is gone or another thing here. Leave the use as it was, "
    "or keep the records by upgrade.keep.",
):
    record: str
    use: str
