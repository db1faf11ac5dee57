"""Refusals about the content of private and guarded fields: whose it is, what opens it, what may be erased (`language/168`–`171`)."""

from zhulian.language.errors import LanguageFault

__all__ = ["EraseUnfit", "GlassUnbroken", "OpeningUnfit", "OwnerUnfit"]

_ZH = "{path}（第 {line} 行第 {column} 列）："
_EN = "{path} (line {line}, column {column}): "


class OwnerUnfit(
    LanguageFault,
    code="language/168",
    zh=_ZH + "{field} 的 owner 不能是 {owner}：{why_zh}。请写同一记录中公开、必填的参与方或自然人字段。",
    en=_EN
    + "{owner} cannot be the owner of {field}: {why_en}. Name a public party or person of the same record that is always there.",
):
    field: str
    owner: str
    why_zh: str
    why_en: str


class OpeningUnfit(
    LanguageFault,
    code="language/169",
    zh=_ZH + "{field} 不能由 opens 调阅：{why_zh}。请改正该字段或操作。",
    en=_EN + "opens cannot open {field}: {why_en}. Change the field or the action.",
):
    field: str
    why_zh: str
    why_en: str


class EraseUnfit(
    LanguageFault,
    code="language/170",
    zh=_ZH + "{field} 不是可删除的字段。请在字段上写 erasable: true，或改用 restrict 限制处理。",
    en=_EN + "{field} is no field that may be erased. Write erasable: true at the field, or restrict it instead.",
):
    field: str


class GlassUnbroken(
    LanguageFault,
    code="language/171",
    zh=_ZH + "break_glass 用于紧急调阅，须与 opens: this.字段 同写。请补上 opens，或删去 break_glass。",
    en=_EN + "break_glass is for emergency openings and stands beside opens: this.field. Add opens, or leave it out.",
):
    pass
