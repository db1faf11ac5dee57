"""Refusals of the ticket module, in the order in which a ticket is judged."""

from zhulian.errors import Refusal, Words

__all__ = [
    "AgencyNotSigning",
    "AlreadyBurnt",
    "HolderKeyRefused",
    "TicketExpired",
    "TicketFault",
    "TicketForAnother",
    "TicketLastsTooLong",
    "TicketMalformed",
    "TicketNotYetValid",
    "TicketOfAnother",
    "TicketSignatureWrong",
    "WrongAgency",
    "WrongRecord",
    "WrongUse",
]


class TicketFault(Refusal):
    """A ticket that does not hold for what it is used for."""


class TicketMalformed(
    TicketFault,
    code="ticket/1",
    zh="授权票据格式有误，{why.zh}。请让持有人重新开具。",
    en="This is no ticket: {why.en}. Let the holder make it out again.",
):
    why: Words


class AgencyNotSigning(
    TicketFault,
    code="ticket/2",
    zh="授权票据只能由用票机构自己使用，{agency} 没有签署本操作。请由其经办人签名。",
    en="A ticket is burnt by the agency that uses it, and {agency} does not sign this. Let its officer sign.",
):
    agency: str


class TicketForAnother(
    TicketFault,
    code="ticket/3",
    zh="授权票据是为应用 {given} 开具的，不能用于 {wanted}。请让持有人为本应用另行开具。",
    en="The ticket was made out for the instance {given}, not for {wanted}. Let the holder make one out for this instance.",
):
    given: str
    wanted: str


class TicketOfAnother(
    TicketFault,
    code="ticket/4",
    zh="授权票据由 {given} 开具，而所涉权益属于 {wanted}。请由 {wanted} 开具。",
    en="The ticket is the consent of {given}, but {wanted} is whose consent is due. Let {wanted} make it out.",
):
    given: str
    wanted: str


class WrongAgency(
    TicketFault,
    code="ticket/5",
    zh="授权票据只许 {given} 使用，{wanted} 不能使用。请让持有人为 {wanted} 另行开具。",
    en="The ticket lets {given} use it and not {wanted}. Let the holder make one out for {wanted}.",
):
    given: str
    wanted: str


class WrongUse(
    TicketFault,
    code="ticket/6",
    zh="授权票据准许的用途是 {given}，不是 {wanted}。请让持有人为该用途另行开具。",
    en="The ticket allows the use {given}, not {wanted}. Let the holder make one out for this use.",
):
    given: str
    wanted: str


class WrongRecord(
    TicketFault,
    code="ticket/7",
    zh="授权票据针对 {given}，不是 {wanted}。请让持有人为该记录另行开具。",
    en="The ticket is about {given}, not about {wanted}. Let the holder make one out for this record.",
):
    given: str
    wanted: str


class TicketNotYetValid(
    TicketFault,
    code="ticket/8",
    zh="授权票据自 {issued} 起有效，现在是 {now}（Unix 秒）。请稍后使用，或请持有人核对时钟。",
    en="The ticket holds from {issued} on and it is {now} (Unix seconds). Wait, or let the holder look at its clock.",
):
    issued: int
    now: int


class TicketExpired(
    TicketFault,
    code="ticket/9",
    zh="授权票据已于 {expires} 到期，现在是 {now}（Unix 秒）。请让持有人重新开具。",
    en="The ticket expired at {expires} and it is {now} (Unix seconds). Let the holder make out a new one.",
):
    expires: int
    now: int


class TicketLastsTooLong(
    TicketFault,
    code="ticket/10",
    zh="授权票据有效期为 {lasts} 秒，最长只许 {most} 秒。请让持有人开具有效期较短的票据。",
    en="The ticket holds for {lasts} seconds, {most} is the most. Let the holder make out one for a shorter time.",
):
    lasts: int
    most: int


class AlreadyBurnt(
    TicketFault,
    code="ticket/11",
    zh="授权票据已于高度 {height} 使用，每张只能使用一次。请让持有人另行开具。",
    en="The ticket was used at height {height}, and each is used once. Let the holder make out another.",
):
    height: int


class HolderKeyRefused(
    TicketFault,
    code="ticket/12",
    zh="授权票据所用密钥现在不能代表持有人 {holder}（{inner}：{why.zh}）。请让持有人用有效密钥重新开具。",
    en="The key that signed the ticket does not speak for {holder} now ({inner}: {why.en}). Let the holder sign with a valid key.",
):
    holder: str
    inner: str
    why: Words


class TicketSignatureWrong(
    TicketFault,
    code="ticket/13",
    zh="授权票据的签名不符，内容可能被改动，或是为另一条链开具的。请让持有人重新开具。",
    en="The signature on the ticket does not hold: it was changed, or made out for another chain. Let the holder make it out again.",
):
    pass
