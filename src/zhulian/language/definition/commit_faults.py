"""Refusals about what is committed to first: sealed groups, codes, lazy records, bulks and their proofs (`language/140`–`148`)."""

from zhulian.language.errors import LanguageFault

__all__ = [
    "CodesUnfit",
    "LazyMade",
    "LazyUnfit",
    "ProofUnfit",
    "RootAlone",
    "SealUnfit",
    "SealedFieldUnfit",
    "SealedGiven",
    "ThingUnfit",
]

_ZH = "{path}（第 {line} 行第 {column} 列）："
_EN = "{path} (line {line}, column {column}): "


class SealedFieldUnfit(
    LanguageFault,
    code="language/140",
    zh=_ZH + "字段 {field} 不能属于密封组：{why_zh}。请改正该字段，或将其移出密封组。",
    en=_EN + "the field {field} cannot be in a sealed group: {why_en}. Change it, or take it out of the group.",
):
    field: str
    why_zh: str
    why_en: str


class SealedGiven(
    LanguageFault,
    code="language/141",
    zh=_ZH + "字段 {field} 属于密封组 {group}，只由 opens 填入。请删除此处的赋值。",
    en=_EN + "the field {field} is in the sealed group {group} and is filled by opens alone. Leave it out here.",
):
    field: str
    group: str


class SealUnfit(
    LanguageFault,
    code="language/142",
    zh=_ZH + "{part} 不能这样用：{why_zh}。请参照语言说明 §12 改正。",
    en=_EN + "{part} is not used like that: {why_en}. See §12 of the language.",
):
    part: str
    why_zh: str
    why_en: str


class CodesUnfit(
    LanguageFault,
    code="language/143",
    zh=_ZH + "记录 {record} 写了 codes，须恰有一个 codes 类型的公开字段，且其 most 不大于 codes 的 max。请改正。",
    en=_EN
    + "the record {record} says codes, so it must have just one public field of the type codes, whose most is not above max.",
):
    record: str


class LazyUnfit(
    LanguageFault,
    code="language/144",
    zh=_ZH + "记录 {record} 不能是 lazy：{why_zh}。请改正。",
    en=_EN + "the record {record} cannot be lazy: {why_en}. Change it.",
):
    record: str
    why_zh: str
    why_en: str


class LazyMade(
    LanguageFault,
    code="language/145",
    zh=_ZH + "记录 {record} 是 lazy，只随首次操作所附的证明产生，不能这样建立。请改为在其上的操作中加入 proof 输入。",
    en=_EN
    + "the record {record} is lazy and comes into being with the proof of its first action alone. Give an action on it a proof.",
):
    record: str


class ProofUnfit(
    LanguageFault,
    code="language/146",
    zh=_ZH + "证明 {name} 不能这样用：{why_zh}。请参照语言说明 §12 改正。",
    en=_EN + "the proof {name} is not used like that: {why_en}. See §12 of the language.",
):
    name: str
    why_zh: str
    why_en: str


class RootAlone(
    LanguageFault,
    code="language/147",
    zh=_ZH + "单凭根不能证明 {read}。请先以 in_codes、not_in_codes 或 in_bulk 核验同一个根下的一项，或由多方共同签署本操作。",
    en=_EN
    + "a root alone does not prove {read}. Ask in_codes, not_in_codes or in_bulk of the same root in a guard before it, or let "
    "several parties sign the action.",
):
    read: str


class ThingUnfit(
    LanguageFault,
    code="language/148",
    zh=_ZH + "{type} 类型不能用在这里：{why_zh}。请改正。",
    en=_EN + "a {type} cannot stand here: {why_en}. Change it.",
):
    type: str
    why_zh: str
    why_en: str
