"""Refusals of the evidence module."""

from zhulian.errors import Refusal

__all__ = [
    "AlreadyDeposited",
    "AlreadyWithdrawn",
    "AlreadyWitnessed",
    "DepositWithdrawn",
    "NotAFile",
    "NotSignedFor",
    "OneContent",
    "UnknownDeposit",
    "WitnessIsDepositor",
    "WitnessNotOrganisation",
]


class AlreadyDeposited(
    Refusal,
    code="evidence/1",
    zh="{party} 已在高度 {height} 存证 {deposit}，无需重复。可按交易编号 {transaction} 取回存证回执。",
    en="{party} deposited {deposit} at height {height}. There is nothing to repeat: fetch the receipt of transaction {transaction}.",
):
    deposit: str
    party: str
    height: int
    transaction: str


class OneContent(
    Refusal,
    code="evidence/2",
    zh="commitment 与 digest 须且只须提供一项。请二选一：不公开用前者，公开用后者。",
    en="Exactly one of commitment and digest is due. Give the first to keep the file unguessable, the second to make it public.",
):
    pass


class UnknownDeposit(
    Refusal,
    code="evidence/3",
    zh="没有 {party} 的存证 {deposit}。请核对承诺值与参与方。",
    en="There is no deposit {deposit} of {party}. Check the commitment and the party.",
):
    deposit: str
    party: str


class DepositWithdrawn(
    Refusal,
    code="evidence/4",
    zh="存证 {deposit} 已于高度 {height} 撤回，不再接受见证。请联系存证方重新存证。",
    en="The deposit {deposit} was withdrawn at height {height} and takes no more witnesses. Ask the depositor for a new one.",
):
    deposit: str
    height: int


class WitnessNotOrganisation(
    Refusal,
    code="evidence/5",
    zh="见证须由机构作出，{party} 不是机构。请由机构经办人签名。",
    en="Only an organisation can witness, {party} is none. Let an officer of an organisation sign.",
):
    party: str


class WitnessIsDepositor(
    Refusal,
    code="evidence/6",
    zh="机构 {organisation} 参与了该存证，不能见证。请由其他机构见证。",
    en="The organisation {organisation} took part in this deposit and cannot witness it. Let another do so.",
):
    organisation: str


class AlreadyWitnessed(
    Refusal,
    code="evidence/7",
    zh="机构 {organisation} 已在高度 {height} 作过同类见证，无需重复。",
    en="The organisation {organisation} witnessed this in the same way at height {height}; nothing is left to do.",
):
    organisation: str
    height: int


class AlreadyWithdrawn(
    Refusal,
    code="evidence/8",
    zh="存证 {deposit} 已于高度 {height} 撤回，无需重复操作。",
    en="The deposit {deposit} was withdrawn at height {height}; nothing is left to do.",
):
    deposit: str
    height: int


class NotSignedFor(
    Refusal,
    code="evidence/9",
    zh="{party} 没有签署本操作，不能以其名义存证或见证。请由其签署。",
    en="{party} does not sign this action, so nothing is deposited or witnessed in its name. Have it sign.",
):
    party: str


class NotAFile(
    Refusal,
    code="evidence/10",
    zh="所给内容不是 64 位十六进制的承诺值或摘要。请在定义中改用 file 类型的字段。",
    en="What is given is no commitment or digest of 64 hex digits. Use a field of type file in the definition.",
):
    pass
