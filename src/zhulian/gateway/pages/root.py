"""The root page: which chain this is, whether it works, how to deposit and how to verify."""

import os
from datetime import datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from zhulian.errors import Refusal
from zhulian.gateway.chain import Chain
from zhulian.gateway.context import context_of, filing_number, language_of
from zhulian.gateway.pages.frame import copy_button, grouped, html_answer, zone_of

__all__ = ["page"]

_ROWS = 6
_SUITES = {
    "gm": ("国密（SM2、SM3、SM4）", "Chinese national (SM2, SM3, SM4)"),
    "intl": ("国际（Ed25519、SHA-256、AES）", "International (Ed25519, SHA-256, AES)"),
}


async def page(request: Request) -> Response:
    """The page; it also shows, and says, when the ledger is away."""
    context, language = context_of(request), language_of(request)
    try:
        chain = await context.read(context.chain.get())
        status = await context.read(context.ledger.status())
        blocks = await context.read(
            context.ledger.events(max(int(status.get("first", 1)) - 1, status["height"] - _ROWS), _ROWS, 0)
        )
    except Refusal as refused:
        return html_answer(language, "/", _title(language), _away(language, refused), 503)
    content = (
        _head(language, chain, status)
        + _facts(language, chain, status, await filing_number(context))
        + _ways(language)
        + _newest(language, chain, status, blocks)
    )
    return html_answer(language, "/", f"{chain.name} · {_title(language)}", content)


def _title(language: str) -> str:
    return "珠联" if language == "zh" else "Zhulian"


def _away(language: str, refused: Refusal) -> str:
    word = "暂停受理" if language == "zh" else "Not accepting deposits"
    return f'<div class="head"><h1>{_title(language)}</h1><span class="state bad">{word}</span></div><div class="card"><p>{escape(refused.say(language))}</p><p class="soft small"><code>{escape(refused.code)}</code></p></div>'


def _head(language: str, chain: Chain, status: dict[str, Any]) -> str:
    zh = language == "zh"
    if status.get("accepting"):
        state = f'<span class="state ok">{"正在受理" if zh else "Accepting deposits"}</span>'
    else:
        state = f'<span class="state bad">{"暂停受理" if zh else "Not accepting deposits"}</span>'
    return f'<div class="head"><h1>{escape(chain.name)}</h1>{state}</div>'


def _facts(language: str, chain: Chain, status: dict[str, Any], filing: str) -> str:
    zh = language == "zh"
    digest = chain.digest.hex()
    members = chain.document.get("organisations", [])
    suites = _SUITES.get(chain.suite.name, (chain.suite.name, chain.suite.name))
    sealers = len(chain.document.get("sealers", []))
    facts = [
        ("区块高度" if zh else "Height", f'<dd class="large" id="height">{status["height"]:,}</dd>'),
        ("创世机构" if zh else "Founding organisations", f"<dd>{_members(language, members)}</dd>"),
        ("创世签章节点" if zh else "Founding sealers", f"<dd>{sealers}</dd>"),
        ("密码套件" if zh else "Cryptography", f"<dd>{suites[0 if zh else 1]}</dd>"),
    ]
    if filing:
        facts.append(("备案号" if zh else "Filing number", f"<dd>{escape(filing)}</dd>"))
    rows = "".join(f"<div><dt>{name}</dt>{value}</div>" for name, value in facts)
    hint = (
        "创世摘要是这条链的身份。验证回执前，请与各机构公布的摘要逐组核对。"
        if zh
        else "The genesis digest is this chain's identity. Before you verify a receipt, compare it, group by group, with what the organisations publish."
    )
    return (
        f'<section class="card"><dl class="facts">{rows}</dl></section>'
        f'<section class="card"><h2>{"创世摘要" if zh else "Genesis digest"}</h2><p class="digest">{grouped(digest)}</p>'
        f'<p class="soft">{hint}</p><p>{copy_button(language, digest)} '
        f'<a href="/v1/genesis" download="genesis.json">{"下载 genesis.json" if zh else "Download genesis.json"}</a></p></section>'
    )


def _members(language: str, members: list[dict[str, Any]]) -> str:
    names = [str(each.get("title", {}).get(language) or each.get("organisation", "")) for each in members]
    shown = ("、" if language == "zh" else ", ").join(names[:4])
    more = len(names) - 4
    if more > 0:
        shown += f" 等 {len(names)} 家" if language == "zh" else f" and {more} more"
    return escape(shown)


def _ways(language: str) -> str:
    zh = language == "zh"
    deposit = "zhulian evidence deposit 合同.pdf" if zh else "zhulian evidence deposit contract.pdf"
    name = "合同.pdf" if zh else "contract.pdf"
    verify = f"zhulian verify {name} --receipt {name}.receipt.json --genesis genesis.json"
    first = (
        "文件不离开您的电脑，上链的只是带盐的承诺值。存证回执写在文件旁边，请与文件一并保存。"
        if zh
        else "The file stays with you; only a salted commitment goes on the chain. The receipt is written beside the file: keep both."
    )
    second = (
        "只需原文件、回执和 genesis.json，任何电脑都可验证，不必联网，也不依赖本节点。"
        if zh
        else "It takes the file, its receipt and genesis.json, on any computer: no network, and no trust in this node."
    )
    third = (
        '用程序接入，请看<a href="/docs?lang=zh">接口文档</a>，或取 <a href="/v1/openapi.json">OpenAPI 描述</a>。'
        if zh
        else 'To connect a program, read the <a href="/docs?lang=en">API page</a> or take the <a href="/v1/openapi.json">OpenAPI description</a>.'
    )
    console = os.environ.get("ZHULIAN_CONSOLE_URL", "")
    fourth = (
        ""
        if not console
        else f'<p>在浏览器中办理，请打开<a href="{escape(console)}/">控制台</a>；登录链接由命令 <code>zhulian console</code> 给出。</p>'
        if zh
        else f'<p>To work in a browser open the <a href="{escape(console)}/">console</a>; <code>zhulian console</code> prints the link to enter.</p>'
    )
    return (
        f'<div class="two"><section class="card"><h2>{"存证" if zh else "Deposit"}</h2><pre class="wrap">{deposit}</pre><p>{first}</p>'
        f'{copy_button(language, deposit)}</section><section class="card"><h2>{"验证" if zh else "Verify"}</h2>'
        f'<pre class="wrap">{verify}</pre><p>{second}</p>{copy_button(language, verify)}</section></div><section class="card"><h2>{"接口" if zh else "API"}</h2><p>{third}</p>{fourth}</section>'
    )


def _newest(language: str, chain: Chain, status: dict[str, Any], blocks: list[dict[str, Any]]) -> str:
    zh = language == "zh"
    zone = zone_of(chain)
    rows = "".join(_row(block, zone) for block in reversed(blocks))
    if not rows:
        rows = f'<tr id="none"><td colspan="3" class="soft">{"还没有区块。存入第一份文件即可产生。" if zh else "No block yet. The first deposit makes one."}</td></tr>'
    names = ("高度", f"时间（{zone.key}）", "交易数（笔）") if zh else ("Height", f"Time ({zone.key})", "Transactions")
    return (
        f'<section class="card"><h2>{"最新区块" if zh else "Newest blocks"}</h2><div class="scroll"><table class="blocks"><thead><tr>'
        f'<th class="n">{names[0]}</th><th>{names[1]}</th><th class="n">{names[2]}</th></tr></thead>'
        f'<tbody data-live="{status["height"]}" data-zone="{escape(zone.key)}">{rows}</tbody></table></div></section>'
    )


def _row(block: dict[str, Any], zone: ZoneInfo) -> str:
    when = datetime.fromtimestamp(block["time_ms"] / 1000, zone).strftime("%Y-%m-%d %H:%M:%S")
    height = block["height"]
    return (
        f'<tr><td class="n"><a href="/v1/blocks/{height}">{height:,}</a></td><td class="keep">{when}</td>'
        f'<td class="n">{len(block["transactions"])}</td></tr>'
    )
