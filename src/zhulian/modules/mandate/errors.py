"""Refusals of the mandate module, in the order in which they are asked."""

from zhulian.errors import Refusal

__all__ = [
    "FreezeEnds",
    "FreezeShortened",
    "InspectionEnds",
    "NoMandate",
    "NoPower",
    "NotFrozen",
    "NothingFollowed",
    "RecallEnds",
    "TwoOfficers",
]


class NoMandate(
    Refusal,
    code="mandate/1",
    zh="本链创世文件未授权冻结。请由各机构另行约定，或在新链的 regulator 中写明 freeze。",
    en="The genesis of this chain gives nobody the power to freeze. Agree on it otherwise, or name freeze under regulator on a new chain.",
):
    pass


class TwoOfficers(
    Refusal,
    code="mandate/2",
    zh="监管授权须由监管方 {regulator} 的两名经办人签署使用，且不得有他方签署。请补签或去除其他签名。",
    en="Two officers of the regulator {regulator} sign whatever is done under its mandate, and nobody else does. Add a signature, or leave others out.",
):
    regulator: str


class FreezeEnds(
    Refusal,
    code="mandate/3",
    zh="冻结期限须晚于当前时间，且不超过 {most} 天。请更正截止时间；到期可凭新的文书续冻。",
    en="A freeze ends after now and within {most} days. Correct its end; it can be prolonged by another document.",
):
    most: int


class FreezeShortened(
    Refusal,
    code="mandate/4",
    zh="{target} 已冻结至 {until}（Unix 秒），续冻须晚于该时间。要提前结束，请办理解冻。",
    en="{target} is frozen until {until} (Unix seconds), and another freeze must end later. To end it before, thaw it.",
):
    target: str
    until: int


class NotFrozen(
    Refusal,
    code="mandate/5",
    zh="{target} 未被冻结，无需解冻。请核对对象的写法。",
    en="{target} is not frozen, so there is nothing to thaw. Check how it is written.",
):
    target: str


class NoPower(
    Refusal,
    code="mandate/6",
    zh="本链创世文件未授予监管方 {power} 的权力。请由各机构另行约定，或在新链的 regulator 中写明。",
    en="The genesis of this chain gives nobody the power {power}. Agree on it otherwise, or name it under regulator on a new chain.",
):
    power: str


class InspectionEnds(
    Refusal,
    code="mandate/7",
    zh="查询期限须晚于当前时间，且不超过 {most} 天。请更正截止时间；到期可凭新的文书再查。",
    en="A case is gathered until after now and within {most} days. Correct the end; another document may open it again.",
):
    most: int


class RecallEnds(
    Refusal,
    code="mandate/8",
    zh="召回完成期限须晚于当前时间，且不超过 {most} 天。请更正期限。",
    en="A recall is to be carried out after now and within {most} days. Correct the term.",
):
    most: int


class NothingFollowed(
    Refusal,
    code="mandate/9",
    zh="本链没有追溯模块（trace），没有可召回的物品。请联系各机构，在新链中启用该模块。",
    en="This chain follows no things, since it has no module trace, so there is nothing to recall. A new chain may have it.",
):
    pass
