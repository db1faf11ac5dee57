"""What both pages share: the frame, the language switch, and the rule that nothing comes from elsewhere."""

from collections.abc import Sequence
from html import escape
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from starlette.responses import Response

from zhulian.gateway.chain import Chain

__all__ = ["copy_button", "grouped", "html_answer", "zone_of"]

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_LINKS = {
    "zh": (("/", "首页"), ("/verify", "核验"), ("/docs", "接口")),
    "en": (("/", "Home"), ("/verify", "Verify"), ("/docs", "API")),
}
_MARK = (
    '<svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"><g fill="none" stroke="currentColor" stroke-width="2">'
    '<circle cx="7" cy="12" r="4.5"/><circle cx="17" cy="12" r="4.5"/></g><circle cx="12" cy="12" r="1.8" fill="currentColor"/></svg>'
)


def html_answer(
    language: str,
    path: str,
    title: str,
    content: str,
    status: int = 200,
    *,
    has_form: bool = False,
    scripts: Sequence[str] = (),
    is_public: bool = False,
) -> Response:
    """A whole page; `content` is HTML of our own making. A form goes to this gateway alone.

    A public page leads nowhere else, and no search engine is to keep it.
    """
    zh = language == "zh"
    switch = "".join(
        f'<a href="{path}?lang={code}" hreflang="{tag}" lang="{tag}"{" aria-current=true" if code == language else ""}>{name}</a>'
        for code, tag, name in (("zh", "zh-CN", "中文"), ("en", "en", "English"))
    )
    links = "".join(
        f'<a href="{where}?lang={language}"{" aria-current=page" if where == path else ""}>{name}</a>'
        for where, name in (() if is_public else _LINKS["zh" if zh else "en"])
    )
    more = "".join(f'<script src="{each}" defer></script>' for each in scripts)
    page = (
        f'<!doctype html><html lang="{"zh-CN" if zh else "en"}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/assets/icon.svg">'
        '<link rel="stylesheet" href="/assets/gateway.css"><script src="/assets/gateway.js" defer></script>'
        f"{more}</head>"
        f'<body><header class="top"><div><a class="mark" href="/?lang={language}">{_MARK}<span>{"珠联" if zh else "Zhulian"}</span></a>'
        f'<nav aria-label="{"页面与语言" if zh else "Pages and language"}">{links}{switch}</nav></div></header>'
        f"<main>{content}</main></body></html>"
    )
    headers = {
        "Content-Security-Policy": _POLICY.replace("form-action 'none'", "form-action 'self'") if has_form else _POLICY,
        "Cache-Control": "no-store",
        "Content-Language": "zh-CN" if zh else "en",
        "Vary": "Accept-Language",
        "X-Frame-Options": "DENY",
        **({"X-Robots-Tag": "noindex"} if is_public else {}),
    }
    return Response(page, status, headers, "text/html; charset=utf-8")


def grouped(digest: str) -> str:
    """A digest in groups of four for the eye; copying the text gives it with blanks, so offer `copy_button` beside it."""
    return "".join(f"<span>{digest[at : at + 4]}</span>" for at in range(0, len(digest), 4))


def copy_button(language: str, text: str) -> str:
    """A button that copies `text`; it stays away where scripts do."""
    label, done, failed = ("复制", "已复制", "请手动选取") if language == "zh" else ("Copy", "Copied", "Select it by hand")
    return f'<button type="button" hidden data-copy="{escape(text)}" data-done="{done}" data-failed="{failed}">{label}</button>'


def zone_of(chain: Chain) -> ZoneInfo:
    """The zone by which the chain reckons days."""
    try:
        return ZoneInfo(str(chain.document.get("zone", "UTC")))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
