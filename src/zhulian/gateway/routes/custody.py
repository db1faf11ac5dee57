"""Custody over HTTP: signing in, handles, acts, and what officers do. The session's token is custody's own, not one of the gateway's.

It comes as `Authorization: Bearer zlc_…`, or as a cookie that no other site's page can use: SameSite=Strict, HttpOnly, and whatever writes
must carry the value that came with the sign-in.
"""

import asyncio
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from zhulian.canonical import WrongShape
from zhulian.errors import Words
from zhulian.gateway.answers import JSON, plain
from zhulian.gateway.catalogue import Both, Content, Endpoint, PathPart, Route
from zhulian.gateway.context import body_of, context_of
from zhulian.gateway.parameters import Number, Text, known_only
from zhulian.node.methods import Params
from zhulian.offchain.custody.errors import CustodySilent
from zhulian.offchain.custody.methods import BODIES, Asked, Who

__all__ = ["COOKIE", "ROUTES"]

COOKIE = "zhulian-custody"
_PATH = "/v1/custody"
_BODY_MAX = 256 * 1024
_CHAIN_S = 45.0
"""For what waits for the chain or a directory."""
_WAITING = frozenset(
    ("act", "bind_name", "decide", "deposit_log", "directory_begin", "directory_finish", "hand_over", "one_act", "open_handle")
)
_AFTER = Number("after", "该编号之后的日志", "Entries above this number", 0, 2**53 - 1, 0)
_LIMIT = Number("limit", "本页条数", "How many on this page", 1, 500, 100)
_CSRF = Text("X-Zhulian-Csrf", "以 Cookie 登录时写操作须带", "Due with whatever writes, where one has signed in by cookie")


def _door(method: str) -> Endpoint:
    """An endpoint that reads its body strictly and hands on what custody answers."""

    async def endpoint(request: Request) -> Response:
        return plain(await _asked(request, method))

    return endpoint


async def sign_in(request: Request) -> Response:
    """Sign in; by cookie the token stays out of reach of scripts."""
    return _signed_in(request, await _asked(request, "sign_in"))


async def come_back(request: Request) -> Response:
    """Sign in with what the directory sent, or link the account."""
    return _signed_in(request, await _asked(request, "directory_finish"))


def _signed_in(request: Request, found: dict[str, Any]) -> Response:
    if not found.pop("cookie", False) or "token" not in found:
        return plain(found)
    token = found.pop("token")
    answer = plain(found)
    _bake(request, answer, token, int(found["session_s"]))
    return answer


async def sign_out(request: Request) -> Response:
    """Sign out, and take the cookie back."""
    answer = plain(await _asked(request, "sign_out"))
    _bake(request, answer, "", 0)
    return answer


def _bake(request: Request, answer: Response, token: str, seconds: int) -> None:
    secure = request.scope["scheme"] == "https"
    answer.set_cookie(COOKIE, token, max_age=seconds, path=_PATH, secure=secure, httponly=True, samesite="strict")


async def _asked(request: Request, method: str) -> Any:
    """What custody answers to a request.

    Raises:
        CustodySilent: it does not run. WrongShape: the body is not as the method wants it. Refusal: custody's own no.
    """
    context = context_of(request)
    shape = BODIES[method]
    if request.method == "GET":
        known_only(request, (_AFTER, _LIMIT) if method == "log" else ())
        given: dict[str, Any] = dict(request.path_params)
        if method == "log":
            given = {"after": _AFTER.read(request), "limit": _LIMIT.read(request)}
    else:
        known_only(request, ())
        given = {}
        if shape.__struct_fields__:
            given = _read(await body_of(request, _BODY_MAX))
    try:
        body = msgspec.convert(given, shape)
    except msgspec.ValidationError as wrong:
        raise WrongShape(why=Words.quote(wrong)) from None
    asked: Params = Asked(_who(request), body)
    try:
        async with asyncio.timeout(_CHAIN_S if method in _WAITING else context.settings.answer_s):
            found = await context.custody.ask(method, asked)
    except (TimeoutError, ConnectionError):
        raise CustodySilent() from None
    if isinstance(found, list):
        return {"items": found}
    return {**found, "cookie": True} if given.get("cookie") is True else found


def _read(data: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as wrong:
        raise WrongShape(why=Words.quote(wrong)) from None


def _who(request: Request) -> Who:
    """Who asks: a bearer token before a cookie, so that a cookie lends nothing to a request that states its own."""
    address = str(request.scope["zhulian.address"])[:64]
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return Who(token.strip()[:128], address=address)
    try:
        cookie = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        cookie = None
    csrf = request.headers.get("x-zhulian-csrf", "")[:128]
    return Who(cookie.value[:128] if cookie is not None else "", csrf, cookie is not None, address)


_TAG = "custody"
_TRANSACTION = PathPart("transaction", Both("交易编号", "Transaction id"), example="9f3c" * 16)
_HANDLE = "~" + "5b21" * 8
_OUTCOME = {"height": 1288, "status": "applied", "transaction": "9f3c" * 16}
_SIGNED_IN: Sequence[int] = (400, 401, 403, 404, 409, 422, 502)
_WRITES: Sequence[int] = (*_SIGNED_IN, 408, 413)


def _get(path: str, method: str, operation: str, shape: str, summary: Both, text: Both, **more: Any) -> Route:
    answers = {200: (summary, Content(JSON, shape, more.pop("example", None)))}
    more.setdefault("refusals", _SIGNED_IN)
    return Route("GET", _PATH + path, _door(method), operation, _TAG, summary, text, answers, open=True, **more)


def _post(path: str, method: str, operation: str, shape: str, summary: Both, text: Both, **more: Any) -> Route:
    answers = {200: (summary, Content(JSON, shape, more.pop("example", None)))}
    kind = BODIES[method]
    body = (Content(JSON, kind.__name__, more.pop("given", None)),) if kind.__struct_fields__ else ()
    endpoint = more.pop("endpoint", None) or _door(method)
    return Route(
        "POST", _PATH + path, endpoint, operation, _TAG, summary, text, answers, body=body, open=True,
        headers=(_CSRF,), refusals=_WRITES, **more,
    )  # fmt: skip


ROUTES = (
    _get(
        "", "about", "get_custody", "Custody",
        Both("托管服务", "The custody service"),
        Both("由哪个机构托管、由谁签名、登录多久后失效。任何人可读。", "Which organisation keeps the keys, who signs, and how long a session lasts. Anybody may read it."),
        example={"agent": "org2.counter", "directory": "", "idle_s": 900, "organisation": "org2", "real_names": False, "session_s": 28_800}, refusals=(400, 404),
    ),
    _post(
        "/sign-in", "sign_in", "custody_sign_in", "CustodySession",
        Both("登录", "Sign in"),
        Both(
            "账户名、密码与动态码一并提交；三者中哪一项有误不予说明。cookie 为 true 时令牌写入 Cookie，答复中不含令牌。连续失败后须等待。",
            "Name, password and code together; which of them is wrong is not said. With cookie true the token comes as a cookie and is not in the "
            "answer. After some failures one has to wait.",
        ),
        endpoint=sign_in, given={"code": "492039", "login": "zhang.wei", "password": "correct horse battery"},
    ),
    _post(
        "/sign-out", "sign_out", "custody_sign_out", "CustodySignedOut",
        Both("退出", "Sign out"),
        Both("会话立即结束，内存中的密钥被覆写。", "The session ends at once, and its key in memory is overwritten."),
        endpoint=sign_out,
    ),
    _get(
        "/me", "me", "get_custody_account", "CustodyAccount",
        Both("本人账户", "One's own account"),
        Both("须登录。", "Asks for a session."),
    ),
    _post(
        "/enrol", "enrol", "custody_enrol", "CustodyEnrolled",
        Both("启用或找回账户", "Take up an account, or come back to it"),
        Both(
            "凭一次性代码设置密码并取得动态码密钥与恢复码，只显示一次。代码用于找回密码时，须同时给出本人的动态码。",
            "With a one-time code: sets the password and gives the secret of the second factor and recovery codes, shown this once. Where the code "
            "replaces a lost password, the own second factor is asked for too.",
        ),
        given={"code": "ABCDE-FGHIJ-KLMNO-PQRST", "login": "zhang.wei", "password": "correct horse battery"},
    ),
    _post(
        "/directory", "directory_begin", "begin_custody_directory", "CustodyDirectory",
        Both("经身份目录登录", "Go to the directory"),
        Both(
            "返回浏览器应前往的地址（OpenID Connect 授权码流程，带 PKCE、state 与 nonce）。link 为 true 时须已登录，用于关联账户。",
            "Where the browser is to go (OpenID Connect, authorisation code flow with PKCE, state and nonce). With link true it asks for a session, and links the account.",
        ),
        given={"link": False},
    ),
    _post(
        "/directory/return", "directory_finish", "finish_custody_directory", "CustodyReturned",
        Both("自身份目录返回", "Come back from the directory"),
        Both(
            "提交浏览器带回的 state、code 与 iss，以及开始时得到的 binding；每次只能用一次。",
            "State, code and iss that the browser brought back, and the binding that was given at the beginning; each serves once.",
        ),
        endpoint=come_back,
    ),
    _post(
        "/directory/unlink", "directory_unlink", "unlink_custody_directory", "CustodyLinked",
        Both("解除目录关联", "Unlink the directory"),
        Both("须登录与新的动态码。", "Asks for a session and a fresh code."),
    ),
    _post(
        "/password", "change_password", "custody_change_password", "CustodyToken",
        Both("修改密码", "Change the password"),
        Both("须登录、原密码与新的动态码；本账户其他会话随即结束。", "Asks for a session, the old password and a fresh code; the account's other sessions end."),
    ),
    _post(
        "/recovery-codes", "recovery_codes", "custody_recovery_codes", "CustodyRecoveryCodes",
        Both("换发恢复码", "New recovery codes"),
        Both("须登录与新的动态码；原有恢复码作废。", "Asks for a session and a fresh code; the old ones serve no more."),
    ),
    _get(
        "/handles", "handles", "list_custody_handles", "CustodyHandles",
        Both("本人的标识", "One's handles"),
        Both("须登录。每个应用一个标识，互不关联。", "Asks for a session. One handle for each application, which nobody can link."),
        example={"items": [{"handle": _HANDLE, "instance": "clinic", "made_ms": 1_766_880_000_000, "state": "custody"}]},
    ),
    _post(
        "/handles", "open_handle", "open_custody_handle", "CustodyHandle",
        Both("开立标识", "Open a handle"),
        Both("须登录。标识由代理机构在链上开立，注明托管。", "Asks for a session. The agent organisation opens it on the chain, marked as in custody."),
        given={"instance": "clinic"},
    ),
    _get(
        "/acts", "acts", "list_custody_acts", "CustodyActs",
        Both("代办记录", "What was done for one"),
        Both("须登录；最近 200 笔。", "Asks for a session; the newest 200."),
    ),
    _post(
        "/acts", "act", "custody_act", "CustodyAct",
        Both("代为办理", "Act for a handle"),
        Both(
            "须登录。所列消息合为一笔交易，由代理机构签名，链上记明 via；只代表本人标识的消息才会发送。本人密钥对该交易的签名记入托管日志。",
            "Asks for a session. The messages become one transaction, which the agent signs and the chain marks by via; only messages that are for the "
            "own handle alone are sent. The signature of the own key over the transaction goes into custody's log.",
        ),
        given={"handle": _HANDLE, "messages": [{"digest": "9f3c" * 16, "type": "evidence.deposit"}]},
        example={"at_ms": 1_766_880_000_000, "handle": _HANDLE, "types": ["evidence.deposit"], **_OUTCOME},
    ),
    _get(
        "/acts/{transaction}", "one_act", "get_custody_act", "CustodyAct",
        Both("一笔代办", "One act"),
        Both("须登录。发送时未得答复的，会以同样的字节再次发送，只计一次。", "Asks for a session. One that got no answer when it was sent is sent again by the same bytes, which count once."),
        parts=(_TRANSACTION,),
    ),
    _post(
        "/export", "export", "export_custody_key", "CustodyKeyFile",
        Both("导出密钥", "Export a key"),
        Both(
            "须登录与新的动态码。返回以本人口令加密的密钥文件；在链上移交之前，托管仍保留该密钥。",
            "Asks for a session and a fresh code. A key file sealed under the own passphrase; custody keeps the key until it is handed over on the chain.",
        ),
        given={"code": "492039", "handle": _HANDLE, "passphrase": "my own words"},
    ),
    _post(
        "/hand-over", "hand_over", "hand_over_custody", "CustodyHandedOver",
        Both("移交本人", "Hand over"),
        Both(
            "须登录与新的动态码，以及密钥对该标识的持有证明。此后链上不再接受代理机构为该标识签名，托管中的密钥被删除。",
            "Asks for a session, a fresh code, and the key's proof of possession of the handle. From then on the chain takes nothing more from the agent "
            "for it, and the key here is erased.",
        ),
    ),
    _post(
        "/accounts", "invite", "invite_to_custody", "CustodyInvited",
        Both("新建账户", "Invite"),
        Both("须经办人登录。一次性代码只在本次答复中给出，由经办人当面交付。", "For officers. The one-time code is in this answer only; the officer hands it over in person."),
        given={"kind": "person", "login": "zhang.wei"},
    ),
    _get(
        "/accounts", "accounts", "list_custody_accounts", "CustodyAccounts",
        Both("账户列表", "Accounts"),
        Both("须经办人登录；查看行为记入日志。", "For officers; who looks is written into the log."),
    ),
    _post(
        "/names", "bind_name", "bind_custody_name", "CustodyBound",
        Both("登记真实身份", "Bind an account to a person"),
        Both(
            "须经办人登录，并已核验证件。姓名与号码加密存于链下，链上只有加盐承诺值；一人只登记一个账户。",
            "For officers who have seen the papers. Name and number lie sealed off the chain, on it a salted commitment alone; one person has one account.",
        ),
        given={"account": "5b21" * 8, "kind": "resident", "name": "张三", "number": "11010519491231002X"},
    ),
    _post(
        "/requests", "ask", "ask_custody", "CustodyRequest",
        Both("提出申请", "Ask for another officer's approval"),
        Both(
            "须经办人登录：找回密码、重置动态码、更换遗失密钥的标识、任命或解任经办人、注销账户。须由另一名经办人复核。",
            "For officers: a lost password, a lost second factor, a handle whose key was lost, appointing or dismissing an officer, closing an account. "
            "Another officer decides.",
        ),
        given={"account": "5b21" * 8, "kind": "password", "reason": "identity card seen at the counter"},
    ),
    _get(
        "/requests", "requests", "list_custody_requests", "CustodyRequests",
        Both("申请列表", "Requests"),
        Both("须经办人登录。", "For officers."),
    ),
    _post(
        "/decisions", "decide", "decide_custody", "CustodyDecision",
        Both("复核申请", "Decide a request"),
        Both(
            "须另一名经办人登录与新的动态码。需要一次性代码的，只在本次答复中给出。",
            "For another officer, with a fresh code. A one-time code, where one is due, is in this answer only.",
        ),
        given={"approve": True, "code": "492039", "request": "5b21" * 8},
    ),
    _get(
        "/log", "log", "get_custody_log", "CustodyLog",
        Both("托管日志", "Custody's log"),
        Both(
            "须经办人登录。每次读取都重新核验整条哈希链与已上链的日志头。",
            "For officers. The whole hash chain is verified at each reading, and the heads that were deposited with it.",
        ),
        parameters=(_AFTER, _LIMIT),
    ),
    _post(
        "/log/deposits", "deposit_log", "deposit_custody_log", "CustodyHead",
        Both("日志头上链", "Deposit the log's head"),
        Both("须经办人登录；平时每日自动办理。", "For officers; it happens by itself once a day."),
    ),
)  # fmt: skip
