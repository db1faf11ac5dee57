"""The page where anybody checks a file against its receipt, signed out; and the verifier page to keep, whose digest is published."""

import re
from functools import cache
from html import escape

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.context import context_of, language_of
from zhulian.gateway.pages.packing import packed

__all__ = ["kept", "page"]

_POLICY = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


async def page(request: Request) -> Response:
    """The verifier with this chain's genesis at hand: it takes receipt and original. Everything is worked out in the browser."""
    context, language = context_of(request), language_of(request)
    chain = await context.read(context.chain.get())
    zh = language == "zh"
    genesis = chain.data.decode().replace("<", "\\u003c")
    noscript = (
        "本页的核验在浏览器中完成，需要运行脚本。不便运行的，请在任意电脑上执行：zhulian verify 原件 --receipt 回执 --genesis genesis.json"
        if zh
        else "This page checks in your browser and needs scripts. Without them, run on any computer: zhulian verify FILE --receipt RECEIPT --genesis genesis.json"
    )
    text = (
        f'<!doctype html><html lang="{"zh-CN" if zh else "en"}" data-language="{language}"><head><meta charset="utf-8">'
        f"<title>{'核验' if zh else 'Verify'} · {escape(chain.name)}</title>"
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/assets/icon.svg">'
        '<link rel="stylesheet" href="/assets/verifier.css"></head><body><main id="verifier"><h1>'
        f"{'核验一份文件' if zh else 'Verify a file'}</h1><p>{noscript}</p>"
        f'<p><a href="/v1/genesis" download="genesis.json">genesis.json</a> · <a href="/verifier.html">{"核验页" if zh else "Verifier page"}</a> · '
        f'<a href="/?lang={language}">{"首页" if zh else "Home"}</a></p></main>'
        f'<script type="application/json" id="chain-genesis">{genesis}</script>'
        '<script src="/assets/verifier.js" defer></script></body></html>'
    )
    headers = {
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "no-store",
        "Content-Language": "zh-CN" if zh else "en",
        "Vary": "Accept-Language",
        "X-Frame-Options": "DENY",
    }
    return packed(request, Response(text, 200, headers, "text/html; charset=utf-8"))


async def kept(request: Request) -> Response:
    """The verifier page as one file, byte for byte the one whose digest is published; it works offline."""
    text, policy = _verifier()
    headers = {
        "Content-Security-Policy": f"{policy}; frame-ancestors 'none'",
        "Cache-Control": "no-cache",
        "X-Frame-Options": "DENY",
    }
    return packed(request, Response(text, 200, headers, "text/html; charset=utf-8"))


@cache
def _verifier() -> tuple[bytes, str]:
    """The page and the policy that it states itself, which names its one script and its one style by their digests."""
    from zhulian.certificate.texts import asset

    text = asset("verifier.html")
    found = re.search(r'Content-Security-Policy" content="([^"]+)"', text)
    return text.encode(), found[1] if found else "default-src 'none'"
