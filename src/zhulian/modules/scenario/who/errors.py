"""Refusals of who acts, in the order in which they are asked. `story` is what a story calls the refusal."""

from typing import ClassVar

from zhulian.errors import Refusal

__all__ = [
    "AgentTakesPart",
    "BarredOfficer",
    "NotYours",
    "OfficersMissing",
    "OwnKeyDue",
    "PartyNamedTwice",
    "SeatMissing",
    "SeatsShared",
    "SignatoryMissing",
    "SignatoryUnknown",
    "SignatureMissing",
    "StrangerSigns",
    "TooFewSign",
]


class TooFewSign(Refusal):
    """Those who sign are not enough; with more signatures it may do."""


class SignatoryMissing(
    Refusal,
    code="scenario/50",
    zh="本操作须由 {name} 签署，未说明由哪一方担任。请在 by 中写明。",
    en="This action is signed by {name}, and nobody says which party that is. Name it in by.",
):
    story: ClassVar[str] = "signature_missing"
    name: str


class SignatoryUnknown(
    Refusal,
    code="scenario/51",
    zh="本操作没有签署方 {name}，只有：{known}。请更正 by。",
    en="This action has no signatory {name}, only: {known}. Correct by.",
):
    story: ClassVar[str] = "bad_input"
    name: str
    known: str


class PartyNamedTwice(
    Refusal,
    code="scenario/52",
    zh="{party} 同时担任 {one} 与 {other}，本操作不允许。请由不同的参与方签署。",
    en="{party} is both {one} and {other}, which this action does not allow. Let different parties sign.",
):
    story: ClassVar[str] = "same_party"
    party: str
    one: str
    other: str


class SignatureMissing(
    Refusal,
    code="scenario/53",
    zh="{name} 为 {party}，但其没有签署。请由其签署，或以提案方式分别签署。",
    en="{name} is {party}, who has not signed. Have it sign, or gather signatures one by one with a proposal.",
):
    story: ClassVar[str] = "signature_missing"
    name: str
    party: str


class StrangerSigns(
    Refusal,
    code="scenario/54",
    zh="{signer} 不代表本操作的任何一方，却在签名之列。请去掉该签名。",
    en="{signer} signs for none of the parties of this action. Leave that signature out.",
):
    story: ClassVar[str] = "not_yours"
    signer: str


class NotYours(
    Refusal,
    code="scenario/55",
    zh="{party} 不能以 {name} 的身份进行操作 {action}。请由定义所指的参与方进行。",
    en="{party} may not do {action} as {name}. It must be done by the party that the definition names.",
):
    story: ClassVar[str] = "not_yours"
    action: str
    name: str
    party: str


class OwnKeyDue(
    Refusal,
    code="scenario/56",
    zh="{name} 须用本人密钥签署，不能由代理机构 {agent} 代签。请本人签署。",
    en="{name} must sign with an own key, not through the agent {agent}. Let the person sign.",
):
    story: ClassVar[str] = "signature_missing"
    name: str
    agent: str


class AgentTakesPart(
    Refusal,
    code="scenario/57",
    zh="代理机构 {agent} 在本操作中另有利益，不能代 {party} 签署。请由本人或另一代理机构签署。",
    en="The agent {agent} gains or gives something in this action, so it cannot sign for {party}. Let the person or another agent sign.",
):
    story: ClassVar[str] = "not_yours"
    agent: str
    party: str


class BarredOfficer(
    Refusal,
    code="scenario/58",
    zh="经办人 {signer} 已在此记录上经办过 {action}，不得再签署本操作。请换一名经办人。",
    en="The officer {signer} has done {action} on this record, and may not sign this. Let another officer sign.",
):
    story: ClassVar[str] = "same_officer"
    signer: str
    action: str


class OfficersMissing(
    TooFewSign,
    code="scenario/59",
    zh="{name} 须有 {wanted} 名不同的经办人签署，现有 {there} 名。请补足签名。",
    en="{name} needs {wanted} different officers to sign, there are {there}. Have more of them sign.",
):
    story: ClassVar[str] = "seat_missing"
    name: str
    wanted: int
    there: int


class SeatMissing(
    TooFewSign,
    code="scenario/60",
    zh="{name} 须有 {wanted} 名职责为 {seat} 的经办人签署，现有 {there} 名。请补足签名。",
    en="{name} needs {wanted} officers with the duty {seat} to sign, there are {there}. Have more of them sign.",
):
    story: ClassVar[str] = "seat_missing"
    name: str
    seat: str
    wanted: int
    there: int


class SeatsShared(
    TooFewSign,
    code="scenario/61",
    zh="{name} 的各岗位须由不同的经办人担任，签名的经办人不足以分任。请再由一名经办人签署。",
    en="Each seat of {name} needs an officer of its own, and those who sign are too few for that. Have another officer sign.",
):
    story: ClassVar[str] = "same_officer"
    name: str
