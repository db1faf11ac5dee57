"""Links to public pages: of a record as its definition shows it, and of a deposit's certificate. Made for whoever signs the request."""

import asyncio
import time

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from zhulian.canonical import WrongShape
from zhulian.errors import Words
from zhulian.gateway.answers import JSON, plain
from zhulian.gateway.beside import party_of
from zhulian.gateway.catalogue import Both, Content, Route
from zhulian.gateway.context import Context, body_of, context_of
from zhulian.gateway.errors import BadLink, NoSuchRecord
from zhulian.gateway.parameters import known_only
from zhulian.gateway.public.codes import CODE_LENGTH_MAX, CertificateCode, RecordCode
from zhulian.gateway.public.deposits import opened_receipt
from zhulian.gateway.public.records import may_share, public_page
from zhulian.gateway.shapes import NewLink

__all__ = ["ROUTES"]

_BODY_MAX = 16 * 1024
_NEW = msgspec.json.Decoder(NewLink)


async def link(request: Request) -> Response:
    """The code of a page, the same each time; nothing is stored."""
    known_only(request, ())
    context = context_of(request)
    party, request = await party_of(request, context.guard)
    try:
        given = _NEW.decode(await body_of(request, _BODY_MAX))
    except msgspec.DecodeError as wrong:
        raise WrongShape(why=Words.quote(wrong)) from None
    if given.until and given.until <= time.time():
        raise BadLink(why=Words("到期时间已过", "it would have ended already"))
    if given.transaction and not given.instance:
        what: RecordCode | CertificateCode = await _certificate(context, given)
    elif given.instance and not given.transaction:
        what = await _record(context, given, party)
    else:
        why = Words(
            "须指明一条记录（instance、record、key）或一份存证（transaction、opening）之一",
            "it takes either a record (instance, record, key) or a deposit (transaction, opening)",
        )
        raise BadLink(why=why)
    code = await context.codes.seal(what)
    if len(code) > CODE_LENGTH_MAX:
        raise BadLink(why=Words("内容过长，请缩短名称", "it would be too long; give a shorter name"))
    base = context.settings.public_url.rstrip("/") or str(request.base_url).rstrip("/")
    return plain({"code": code, "path": f"/p/{code}", "until": what.until, "url": f"{base}/p/{code}"}, 201)


async def _record(context: Context, given: NewLink, party: str) -> RecordCode:
    app = await context.read(context.definitions.app(given.instance))
    public_page(app, given.record)
    await may_share(context, app, party)
    parts = [app.name, given.record, given.key]
    found = await context.read(context.ledger.page("scenario/records", parts, None, 1))
    if not any(each["key"][1:] == parts for each in found["items"]):
        raise NoSuchRecord(instance=app.name, record=given.record, key=given.key[:200])
    return RecordCode(app.name, given.record, given.key, given.until)


async def _certificate(context: Context, given: NewLink) -> CertificateCode:
    if given.opening is None:
        why = Words("须给出回执中的 opening（盐值与摘要）", "it takes the receipt's opening (salt and digest)")
        raise BadLink(why=why)
    opening, path = given.opening, given.opening.path
    code = CertificateCode(
        bytes.fromhex(given.transaction),
        bytes.fromhex(opening.digest),
        bytes.fromhex(opening.salt),
        given.name,
        given.until,
        *((path.count, path.index, [bytes.fromhex(each) for each in path.siblings]) if path is not None else ()),
    )
    receipt = await opened_receipt(context, code)
    chain = await context.read(context.chain.get())

    def judge() -> None:
        from zhulian.certificate import facts_of

        facts_of(receipt, chain.data)  # raises where it opens nothing

    await asyncio.to_thread(judge)
    return code


ROUTES = (
    Route(
        "POST",
        "/v1/links",
        link,
        "make_link",
        "links",
        Both("生成公示链接", "Make a link to a public page"),
        Both(
            "须签名请求。记录的公示码须由其运营方或有角色的参与方生成，页面只显示场景定义 pages.public 所列字段；存证证书的链接须附回执的 opening，"
            "打开者可见证书并在本机核对原件。编码含 128 位认证标签，不可猜测；同一内容每次生成的编码相同，本机不另存。until 为到期时间（Unix 秒），0 为长期。",
            "Asks for a signed request. The code of a record is made by its operator or by somebody with a role; its page shows what pages.public of the "
            "definition lists and nothing else. The link of a certificate takes the receipt's opening; who opens it sees the certificate and compares the "
            "original on their own machine. A code carries a tag of 128 bits and cannot be guessed; the same page has the same code each time, and nothing "
            "is stored. `until` in Unix seconds; 0: for good.",
        ),
        {
            201: (
                Both("链接", "The link"),
                Content(
                    JSON, "Link", {"code": "q1zX…", "path": "/p/q1zX…", "until": 0, "url": "https://chain.example.org/p/q1zX…"}
                ),
            )
        },
        (400, 401, 403, 404, 408, 413, 422),
        body=(Content(JSON, "NewLink", {"instance": "hz-receivable", "key": "AR-2026-001", "record": "receivable"}),),
    ),
)
