"""What is wrong with an identifier (`identifier/1`–`identifier/6`)."""

from zhulian.errors import Refusal

__all__ = [
    "CharactersUnfit",
    "CheckDigitWrong",
    "IdentifierFault",
    "KeyUnknown",
    "LengthWrong",
    "NotAnIdentifier",
    "QualifierUnfit",
]


class IdentifierFault(Refusal):
    """Anything for which an identifier is refused."""


class NotAnIdentifier(
    IdentifierFault,
    code="identifier/1",
    zh="“{text}”不是可以识别的标识。请使用 GS1 Digital Link、EPC URN 或 Handle 标识。",
    en="“{text}” is no identifier that is known here. Use a GS1 Digital Link, an EPC URN or a Handle.",
):
    text: str


class KeyUnknown(
    IdentifierFault,
    code="identifier/2",
    zh="标识中的应用标识符 {ai} 不是此处支持的主键。请使用 00、01、253、414、417、8003 或 8004。",
    en="The application identifier {ai} is no primary key that is known here. Use 00, 01, 253, 414, 417, 8003 or 8004.",
):
    ai: str


class LengthWrong(
    IdentifierFault,
    code="identifier/3",
    zh="应用标识符 {ai} 的值“{value}”长度不符。请核对。",
    en="The value “{value}” of the application identifier {ai} has the wrong length. Check it.",
):
    ai: str
    value: str


class CheckDigitWrong(
    IdentifierFault,
    code="identifier/4",
    zh="“{value}”的校验位应为 {due}。请核对是否抄错。",
    en="The check digit of “{value}” should be {due}. See whether it was copied wrongly.",
):
    value: str
    due: str


class CharactersUnfit(
    IdentifierFault,
    code="identifier/5",
    zh="应用标识符 {ai} 的值“{value}”含有不允许的字符。请核对。",
    en="The value “{value}” of the application identifier {ai} has characters that are not allowed. Check it.",
):
    ai: str
    value: str


class QualifierUnfit(
    IdentifierFault,
    code="identifier/6",
    zh="应用标识符 {ai} 不能出现在此处：限定符须按规定次序附在其主键之后，各一次。请改正。",
    en="The application identifier {ai} cannot stand here: qualifiers follow their primary key in the order of the standard, each once. Mend it.",
):
    ai: str
