"""Opting out of notices by the link in one: a page that asks, and the answer to its button or to a mail program (RFC 8058).

Looking never opts anybody out: mail scanners follow links. Who the link is of, the page does not say.
"""

import asyncio
from html import escape
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from zhulian.errors import Refusal
from zhulian.gateway.context import Context, body_of, context_of, language_of
from zhulian.gateway.pages.frame import html_answer
from zhulian.gateway.problems import status_of
from zhulian.offchain.courier.errors import CourierSilent
from zhulian.offchain.notices.errors import NotOneClick
from zhulian.offchain.notices.methods import Linked

__all__ = ["page", "stop"]

_BODY_MAX = 4096
_PAIR = ("List-Unsubscribe", "One-Click")


async def page(request: Request) -> Response:
    """Ask whether the person wants no more notices; nothing changes."""
    return await _answer(request, stop=False)


async def stop(request: Request) -> Response:
    """Opt the person out: the button of the page, or a mail program in one step without a page."""
    return await _answer(request, stop=True)


async def _answer(request: Request, *, stop: bool) -> Response:
    context, language, path = context_of(request), language_of(request), escape(request.url.path)
    zh = language == "zh"
    title = "退订通知" if zh else "Opt out of notices"
    try:
        if stop:
            await _require_one_click(request)
        found = await _ask(context, Linked(str(request.path_params["token"])[:64], stop))
    except Refusal as no:
        card = (
            f'<div class="card"><p>{escape(no.say(language))}</p><p class="soft small"><code>{escape(no.code)}</code></p></div>'
        )
        return html_answer(language, path, title, f"<h1>{title}</h1>{card}", status_of(no.code))
    if found["stopped"]:
        said = (
            "已退订：不再向您发送通知，您的地址已从本节点删除。如需恢复，请告知所属机构。"
            if zh
            else "You have opted out: nothing more is sent to you, and your address is gone from this node. To come back, tell your organisation."
        )
        return html_answer(language, path, title, f'<h1>{title}</h1><div class="card"><p>{said}</p></div>')
    asked = (
        "您将不再收到本节点关于待办、预警和到期的通知。业务本身不受影响，登录后仍可查看。"
        if zh
        else "You will get no more notices of tasks, alerts and expiries from this node. Nothing else changes; sign in to see what is to be done."
    )
    form = (
        f'<form method="post" action="{path}?lang={language}"><input type="hidden" name="{_PAIR[0]}" value="{_PAIR[1]}">'
        f'<p>{asked}</p><p><button type="submit">{"退订" if zh else "Opt out"}</button></p></form>'
    )
    return html_answer(language, path, title, f'<h1>{title}</h1><div class="card">{form}</div>', has_form=True)


async def _require_one_click(request: Request) -> None:
    """Hold that the body says so, as a form of either kind (RFC 8058 §3.2).

    Raises:
        NotOneClick.
    """
    body = await body_of(request, _BODY_MAX)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        name, value = (each.encode() for each in _PAIR)
        if b'name="' + name + b'"' in body and b"\r\n\r\n" + value + b"\r\n" in body:
            return
    elif _PAIR in parse_qsl(body.decode("latin-1"), keep_blank_values=True, max_num_fields=8):
        return
    raise NotOneClick()


async def _ask(context: Context, asked: Linked) -> Any:
    try:
        async with asyncio.timeout(context.settings.answer_s):
            return await context.courier.ask("notices.linked", asked)
    except (TimeoutError, ConnectionError):
        raise CourierSilent() from None
