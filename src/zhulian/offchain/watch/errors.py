"""What watching and alerts refuse, by number."""

from zhulian.errors import Refusal, Words

__all__ = ["AlertClosed", "NoInspection", "NoSuchAlert", "NotAtThisDesk", "OwnRulesUnreadable", "OwnRulesWrong", "ReasonDue"]


class OwnRulesWrong(
    Refusal,
    code="watch/1",
    zh="本节点的监测规则文件 {path} 有误：{why.zh}。请更正；更正前沿用原有规则。",
    en="This node's file of watch rules, {path}, is wrong: {why.en}. Correct it; until then the rules stay as they were.",
):
    path: str
    why: Words


class OwnRulesUnreadable(
    Refusal,
    code="watch/2",
    zh="无法读取监测规则文件 {path}：{why}。请检查其权限；在此之前沿用原有规则。",
    en="The file of watch rules, {path}, cannot be read: {why}. Look at its permissions; until then the rules stay as they were.",
):
    path: str
    why: str


class NoSuchAlert(
    Refusal,
    code="watch/3",
    zh="没有编号为 {alert} 的预警。请用 zhulian alerts list 查看。",
    en="There is no alert {alert}. zhulian alerts list shows what there is.",
):
    alert: str


class AlertClosed(
    Refusal,
    code="watch/4",
    zh="预警 {alert} 已由 {who} 办结，不再处理。如情况再次出现，将另行预警。",
    en="The alert {alert} was closed by {who} and is handled no more. If it happens again, another alert is raised.",
):
    alert: str
    who: str


class ReasonDue(
    Refusal,
    code="watch/5",
    zh="办结预警须写明理由（1 至 {most} 个字符）。请补充。",
    en="Closing an alert takes a reason of 1 to {most} characters. Give one.",
):
    most: int


class NotAtThisDesk(
    Refusal,
    code="watch/6",
    zh="{signer} 不是本节点所属机构 {desk} 的经办人，不能处理本节点的预警。请向所属机构的节点办理。",
    en="{signer} does not act for {desk}, whose node this is, and handles none of its alerts. Ask your own organisation's node.",
):
    signer: str
    desk: str


class NoInspection(
    Refusal,
    code="watch/7",
    zh="交易 {inspection} 不是 {party} 对 {scope} 的在办查询。请先由监管方两名经办人凭文书登记查询（zhulian supervise case）。",
    en="The transaction {inspection} is no standing inspection of {scope} by {party}. Let two officers of the regulator declare one under a document first (zhulian supervise case).",
):
    inspection: str
    scope: str
    party: str
