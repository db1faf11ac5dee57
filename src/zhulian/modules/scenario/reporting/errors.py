"""Refusals of filing reports, and of opening without them."""

from typing import ClassVar

from zhulian.errors import Refusal, Words

__all__ = ["MoreReportsThanMembers", "ReportFiledBefore", "ReportNotByOfficer", "ReportsDue"]


class ReportNotByOfficer(
    Refusal,
    code="scenario/162",
    zh="证明报告须由机构的经办人签署，{signer} 不是经办人。请由经办人签署后报送。",
    en="A report is filed by an officer of an organisation, which {signer} is not. Let an officer sign.",
):
    story: ClassVar[str] = "not_yours"
    signer: str


class ReportFiledBefore(
    Refusal,
    code="scenario/163",
    zh="{organisation} 已于高度 {height} 就该定义报送同一份报告，无需重复。",
    en="{organisation} filed the same report for this definition at height {height}; nothing is left to do.",
):
    story: ClassVar[str] = "already_there"
    organisation: str
    height: int


class ReportsDue(
    Refusal,
    code="scenario/164",
    zh="本链要求应用开通前有 {needed} 家机构报送一致且无推翻项的证明报告。已有此项报告的：{signed.zh}；尚缺：{missing.zh}；有推翻项或与其他机构不一致的报告不计。"
    "请各机构先以 zhulian scenario report file 报送，报告不一致的先核对程序版本。",
    en="On this chain {needed} organisations file one and the same report, which refutes nothing, before an instance opens. Such a report is filed by: "
    "{signed.en}; still missing: {missing.en}; one that differs, or refutes a promise, does not count. Let them file theirs with zhulian scenario report file; where reports differ, compare the "
    "versions of the program first.",
):
    story: ClassVar[str] = "module"
    needed: int
    signed: Words
    missing: Words


class MoreReportsThanMembers(
    Refusal,
    code="scenario/165",
    zh="要求 {needed} 家机构报送报告，而本链只有 {members} 家机构，应用将无法开通。请减少家数。",
    en="Reports of {needed} organisations are asked for, and there are {members}: no instance could open. Ask for fewer.",
):
    story: ClassVar[str] = "bad_input"
    needed: int
    members: int
