"""The page behind a code: a record as its definition shows it to everyone, or a deposit's certificate. Plain HTML, readable without scripts."""

import asyncio
import re
import time
from datetime import datetime, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from zhulian.errors import Refusal
from zhulian.gateway.answers import encoded
from zhulian.gateway.chain import Chain
from zhulian.gateway.context import Context, context_of, filing_number, language_of
from zhulian.gateway.errors import NoPublicPage
from zhulian.gateway.pages.frame import copy_button, grouped, html_answer, zone_of
from zhulian.gateway.pages.packing import packed
from zhulian.gateway.pages.way import sections as way_sections
from zhulian.gateway.parameters import known_only, segments
from zhulian.gateway.problems import status_of
from zhulian.gateway.public.codes import CertificateCode, RecordCode
from zhulian.gateway.public.deposits import opened_receipt
from zhulian.gateway.public.records import PublicRecord, Shown, read_record
from zhulian.language.values.figures import write_time

__all__ = ["page", "proof"]

_SCRIPTS = ("/assets/verifier.js", "/assets/public.js")
_WIDE, _WIDE_FROM = ' class="wide"', 24
_POLICY = re.compile(r'Content-Security-Policy" content="([^"]+)"')


async def page(request: Request) -> Response:
    """The page; a code that opens nothing gets a page that says so."""
    known_only(request, ())
    context, language = context_of(request), language_of(request)
    path = escape(request.url.path)
    try:
        code = await _code(request, context)
        if isinstance(code, CertificateCode):
            return packed(request, await _certificate(context, code, language))
        chain = await context.read(context.chain.get())
        record = await read_record(context, code)
        filing = await filing_number(context)
    except Refusal as refused:
        title = "公示页" if language == "zh" else "Public page"
        card = f'<div class="card"><p>{escape(refused.say(language))}</p><p class="soft small"><code>{escape(refused.code)}</code></p></div>'
        content = f"<h1>{title}</h1>{card}"
        return html_answer(language, path, title, content, status_of(refused.code), is_public=True)
    content = (
        _head(language, record)
        + _facts(language, record.shows)
        + _proof(language, chain, record, path)
        + _timeline(language, chain, record)
        + ("" if record.way is None or not record.way.events else way_sections(language, chain, record.way))
        + _reported(language, record)
        + _elsewhere(language, chain, path)
        + _foot(language, chain, filing)
    )
    title = f"{record.title[language]} · {record.app.loaded.view['title'][language]}"
    return packed(request, html_answer(language, path, title, content, scripts=_SCRIPTS, is_public=True))


async def proof(request: Request) -> Response:
    """The state proof of the record, to take home and check elsewhere."""
    known_only(request, ())
    context = context_of(request)
    code = await _code(request, context)
    if not isinstance(code, RecordCode):
        raise NoPublicPage(instance="evidence", record="deposit")
    record = await read_record(context, code)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{code.record}-{code.key}")[:80]
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}.state.json"'}
    return packed(request, Response(encoded(record.fact), 200, headers, "application/json"))


async def _code(request: Request, context: Context) -> RecordCode | CertificateCode:
    return await context.codes.open(segments(request, "/p/")[0], time.time())


async def _certificate(context: Context, code: CertificateCode, language: str) -> Response:
    """The certificate as its depositor has it, which checks itself and compares an original."""
    receipt, chain = await opened_receipt(context, code), await context.chain.get()

    def render() -> str:
        from zhulian.certificate import render_html

        return render_html(receipt, chain.data, file_name=code.name or "file", language=language)

    text = await asyncio.to_thread(render)
    found = _POLICY.search(text)
    policy = (found[1] if found else "default-src 'none'") + "; frame-ancestors 'none'"
    headers = {
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex",
    }
    return Response(text, 200, headers, "text/html; charset=utf-8")


def _head(language: str, record: PublicRecord) -> str:
    state = "" if record.state is None else f'<span class="state at">{escape(record.state[language])}</span>'
    app = escape(str(record.app.loaded.view["title"][language]))
    return f'<div class="head"><h1>{escape(record.title[language])}</h1>{state}</div><p class="soft">{app}</p>'


def _facts(language: str, shows: tuple[Shown, ...]) -> str:
    rows = "".join(
        f"<div{_WIDE if len(each.says.say(language)) > _WIDE_FROM else ''}><dt>{escape(each.title[language])}</dt>"
        f"<dd>{escape(each.says.say(language))}</dd></div>"
        for each in shows
    )
    return f'<section class="card"><dl class="facts">{rows}</dl></section>'


def _reported(language: str, record: PublicRecord) -> str:
    """What provers' reports about the application's rules say, each by its digest; nothing where none was filed."""
    if not record.reports:
        return ""
    zh = language == "zh"
    several: dict[str, list[str]] = {}
    for name, filed in sorted(record.reports.items()):
        several.setdefault(filed["report"], []).append(name)
    rows = []
    for report, names in several.items():
        filed = record.reports[names[0]]
        said = (
            f"已证明 {filed['proved']} 项，已推翻 {filed['refuted']} 项，运行时校验 {filed['run_time']} 项；{len(names)} 家单位报送，摘要（SM3）："
            if zh
            else f"{filed['proved']} promises proved, {filed['refuted']} refuted, {filed['run_time']} checked at run time; filed by "
            f"{len(names)}, digest (SM3): "
        )
        rows.append(f"<p>{escape(said)}<code>{escape(report)}</code></p>")
    title = "本应用规则的证明报告" if zh else "Proofs of this application's rules"
    where = (
        "报告由报送单位保存，任何人可重做并核对摘要；每项约束为何成立，载于应用的说明书。"
        if zh
        else "Whoever filed a report keeps it, and anybody makes it again and compares the digest; why each promise holds stands in the application's manual."
    )
    return f'<section class="card"><h2>{title}</h2>{"".join(rows)}<p class="soft small">{where}</p></section>'


def _proof(language: str, chain: Chain, record: PublicRecord, path: str) -> str:
    """What is proved, by whom and since when; the script checks it again and says so in the same place."""
    zh, fact = language == "zh", record.fact
    header, seals = fact["header"], len(fact["seals"])
    since = _moment(record.since_ms, zone_of(chain), language)
    what, by, when = (
        (
            f"以上内容取自链 {chain.name} 第 {header['height']:,} 号区块时的状态。",
            "由唯一的签章节点签章，以该机构诚实为前提。"
            if seals == 1
            else f"由 {seals} 个签章节点签章，任何一方都不能单独改动。",
            f"现状态自 {since} 起。",
        )
        if zh
        else (
            f"The above is the state of the chain {chain.name} at block {header['height']:,}.",
            "The one sealing member sealed it: it rests on that member's honesty."
            if seals == 1
            else f"{seals} sealing members sealed it; nobody can change it alone.",
            f"It has been as it is since {since}.",
        )
    )
    noscript = (
        "浏览器未运行脚本，本页尚未核验。可按下文在别处核验。"
        if zh
        else "Scripts are off in this browser, so this page is not checked yet. How to check it elsewhere stands below."
    )
    values = "".join(
        f'<tr><td>{escape(each.title[language])}</td><td><code data-field="{escape(each.field)}"></code></td></tr>'
        for each in record.shows
        if each.field
    )
    heads = ("项目", "链上的值") if zh else ("Fact", "Value on the chain")
    return (
        f'<section class="card" id="proof" data-genesis="{chain.digest.hex()}"><h2>{"证明状态" if zh else "State of proof"}</h2>'
        f'<p class="verdict" role="status"><span class="state wait">{"尚未核验" if zh else "Not checked yet"}</span></p>'
        f'<p class="said">{escape(what)}</p><p>{escape(by)}</p><p>{escape(when)}</p><noscript><p>{noscript}</p></noscript><ol class="steps" hidden></ol>'
        f'<details class="more" hidden><summary>{"本机核出的原值" if zh else "The values as proved here"}</summary><div class="scroll"><table>'
        f"<thead><tr><th>{heads[0]}</th><th>{heads[1]}</th></tr></thead><tbody>{values}</tbody></table></div></details>"
        f'<script type="application/json" id="fact">{_embed(fact)}</script></section>'
    )


def _timeline(language: str, chain: Chain, record: PublicRecord) -> str:
    if not record.steps:
        return ""
    zh, zone = language == "zh", zone_of(chain)
    items = "".join(
        f'<li><b>{escape(each.title[language])}</b> <span class="soft">{_moment(each.time_ms, zone, language)} · '
        f"{'第 ' if zh else 'block '}{each.height:,}{' 号区块' if zh else ''}</span></li>"
        for each in record.steps
    )
    more = "" if record.is_whole else f'<p class="soft">{"只列出前一部分。" if zh else "Only the first part is listed."}</p>'
    return f'<section class="card"><h2>{"办理经过" if zh else "What happened"}</h2><ol class="line">{items}</ol>{more}</section>'


def _elsewhere(language: str, chain: Chain, path: str) -> str:
    from zhulian.certificate import digests

    zh, sm3 = language == "zh", digests()["verifier.html"]["sm3"]
    says = (
        (
            "网页可以仿造。重要场合请另行核验：下载状态证明，放入单独公布的核验页；该页可离线使用，打开前请核对其摘要。",
            "下载状态证明",
            "创世配置",
            "核验页",
            "核验页的 SM3 摘要",
            "创世摘要",
        )
        if zh
        else (
            "Web pages can be forged. Where it matters check elsewhere: take the state proof home and put it into the verifier page that is "
            "published by itself; it works offline. Compare its digest before you open it.",
            "Take the state proof",
            "Genesis",
            "Verifier page",
            "SM3 digest of the verifier page",
            "Genesis digest",
        )
    )
    return (
        f'<section class="card"><h2>{"在别处核验" if zh else "Check it elsewhere"}</h2><p>{says[0]}</p><p class="links">'
        f'<a href="{path}/proof" download>{says[1]}</a> <a href="/v1/genesis" download="genesis.json">{says[2]}</a> '
        f'<a href="/verifier.html">{says[3]}</a></p>'
        f'<h3>{says[4]}</h3><p class="digest">{grouped(sm3)}</p>{copy_button(language, sm3)}'
        f'<h3>{says[5]}</h3><p class="digest">{grouped(chain.digest.hex())}</p>{copy_button(language, chain.digest.hex())}</section>'
    )


def _foot(language: str, chain: Chain, filing: str) -> str:
    names = ("链", "备案号：") if language == "zh" else ("Chain", "Filing number: ")
    filed = f" · {names[1]}{escape(filing)}" if filing else ""
    return f'<footer class="soft small"><p>{names[0]} {escape(chain.name)}{filed}</p></footer>'


def _moment(time_ms: int, zone: ZoneInfo, language: str) -> str:
    offset = datetime.fromtimestamp(time_ms / 1000, zone).utcoffset() or timedelta()
    return write_time(time_ms // 1000, int(offset.total_seconds()), language)


def _embed(document: Any) -> str:
    """JSON that cannot end its script element."""
    return encoded(document).decode().replace("<", "\\u003c")
