"""The page behind a code: what a thing is, whether it is recalled, what it comes from, and what happened on its way."""

from datetime import datetime
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from zhulian.errors import Refusal
from zhulian.gateway.apps.tracing import Way, read_way
from zhulian.gateway.chain import Chain
from zhulian.gateway.context import context_of, language_of
from zhulian.gateway.pages.frame import html_answer, zone_of
from zhulian.gateway.pages.map import draw_map
from zhulian.gateway.parameters import segments
from zhulian.gateway.problems import status_of
from zhulian.language.values.figures import MONTHS

__all__ = ["page", "sections"]

_STEPS = {
    "": ("登记", "recorded"),
    "accepting": ("验收", "accepted"),
    "arriving": ("到达", "arrived"),
    "commissioning": ("赋码", "commissioned"),
    "creating_class_instance": ("生产", "produced"),
    "decommissioning": ("注销", "decommissioned"),
    "departing": ("启运", "departed"),
    "destroying": ("销毁", "destroyed"),
    "holding": ("封存", "held"),
    "inspecting": ("检验", "inspected"),
    "loading": ("装车", "loaded"),
    "packing": ("装箱", "packed"),
    "receiving": ("收货", "received"),
    "repackaging": ("分装", "repackaged"),
    "retail_selling": ("销售", "sold"),
    "shipping": ("发货", "shipped"),
    "storing": ("入库", "stored"),
    "unpacking": ("拆箱", "unpacked"),
}
"""Business steps of the Core Business Vocabulary (CBV 2.0 §7.1) in words; others show as they are written."""


async def page(request: Request) -> Response:
    """The page; where nothing is followed it says so."""
    context, language = context_of(request), language_of(request)
    path = request.url.path
    try:
        chain = await context.read(context.chain.get())
        way = await read_way(context, "/".join(segments(request, "/way/")))
    except Refusal as refused:
        card = f'<div class="card"><p>{escape(refused.say(language))}</p><p class="soft small"><code>{escape(refused.code)}</code></p></div>'
        return html_answer(
            language, escape(path), _title(language), f"<h1>{_title(language)}</h1>{card}", status_of(refused.code)
        )
    content = _head(language, way) + sections(language, chain, way)
    return html_answer(language, escape(path), f"{_short(way.thing['identifier'])} · {_title(language)}", content)


def sections(language: str, chain: Chain, way: Way) -> str:
    """What a thing is, what it comes from and what happened on its way, each in a card."""
    return (
        _facts(language, chain, way) + _map(language, chain, way) + _sources(language, chain, way) + _events(language, chain, way)
    )


def _title(language: str) -> str:
    return "全程追溯" if language == "zh" else "The whole way"


def _head(language: str, way: Way) -> str:
    zh = language == "zh"
    if way.marks:
        state = f'<span class="state bad">{"已召回，请勿食用或使用" if zh else "Recalled: do not eat or use it"}</span>'
    else:
        state = f'<span class="state ok">{"未被召回" if zh else "Not recalled"}</span>'
    return f'<div class="head"><h1>{_title(language)}</h1>{state}</div>'


def _facts(language: str, chain: Chain, way: Way) -> str:
    zh = language == "zh"
    facts = [
        ("标识" if zh else "Identifier", _named(way.thing["identifier"])),
        ("持有方" if zh else "Held by", _party(language, chain, way.thing["holder"])),
        ("登记方" if zh else "Entered by", _party(language, chain, way.thing["maker"])),
        ("来源批次" if zh else "Comes from", str(len(way.sources))),
    ]
    rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
    return f'<section class="card"><dl class="facts">{rows}</dl></section>'


def _sources(language: str, chain: Chain, way: Way) -> str:
    if not way.sources:
        return ""
    zh = language == "zh"
    marked = {name for name, _ in way.marks}
    rows = "".join(
        f"<tr><td>{_named(each['identifier'])}</td><td>{_party(language, chain, each['maker'])}</td>"
        f"<td>{_state(language, name in marked)}</td></tr>"
        for name, each in way.sources
    )
    heads = ("批次", "生产或登记方", "召回") if zh else ("Lot", "Made or entered by", "Recall")
    return (
        f'<section class="card"><h2>{"来源" if zh else "What it comes from"}</h2><div class="scroll"><table class="stack"><thead><tr>'
        f"{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>{rows}</tbody></table></div></section>"
    )


def _map(language: str, chain: Chain, way: Way) -> str:
    """How the sources came together, as the events say: a picture, of which the tables below hold every word."""
    labels = {
        each["identifier"]: _short(each["identifier"]).rsplit("/", 1)[-1] for _, each in (*way.sources, (way.record, way.thing))
    }
    makers = {each["identifier"]: _party(language, chain, each["maker"]) for _, each in (*way.sources, (way.record, way.thing))}
    marked = {name for name, _ in way.marks}
    recalled = {each["identifier"] for name, each in (*way.sources, (way.record, way.thing)) if name in marked}
    edges = [(old, new) for _, each in way.events for old in each["things"] for new in each.get("made", ())]
    drawn = draw_map(labels, makers, recalled, edges)
    if not drawn:
        return ""
    return f'<section class="card"><h2>{"来源图" if language == "zh" else "Map of origins"}</h2><div class="scroll">{drawn}</div></section>'


def _state(language: str, is_marked: bool) -> str:
    if is_marked:
        return f'<span class="state bad">{"已召回" if language == "zh" else "recalled"}</span>'
    return f'<span class="state ok">{"未召回" if language == "zh" else "not recalled"}</span>'


def _events(language: str, chain: Chain, way: Way) -> str:
    if not way.events:
        return ""
    zh = language == "zh"
    rows = "".join(_row(language, chain, name, each) for name, each in way.events)
    heads = ("时间", "环节", "登记方", "物品") if zh else ("When", "Step", "Recorded by", "Thing")
    more = "" if way.is_whole else f'<p class="soft">{"只列出前一部分事件。" if zh else "Only the first events are listed."}</p>'
    note = (
        "时间与环节由登记方申报，登记之后不能更改；更正以新的事件作出。每一项都可在链上核验。"
        if zh
        else "Who recorded an event stated its time and step, and cannot change them; corrections are events of their own. All of it can be proved from the chain."
    )
    return (
        f'<section class="card"><h2>{"经过" if zh else "What happened"}</h2><div class="scroll"><table class="stack"><thead><tr>'
        f"{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>{rows}</tbody></table></div>{more}"
        f'<p class="soft small">{note}</p></section>'
    )


def _when(when: datetime, zh: bool) -> str:
    """A minute as people of the language write it."""
    day = f"{when.year}年{when.month}月{when.day}日" if zh else f"{when.day} {MONTHS[when.month - 1]} {when.year}"
    return f"{day} {when:%H:%M}"


def _row(language: str, chain: Chain, name: str, event: dict[str, Any]) -> str:
    zh = language == "zh"
    when = _when(datetime.fromtimestamp(event["time_ms"] / 1000, zone_of(chain)), zh)
    step = event.get("step", "")
    word = _STEPS.get(step, (step, step))[0 if zh else 1]
    if event.get("declared_wrong_by"):
        word = f"<s>{escape(word)}</s> {'（已更正）' if zh else '(corrected)'}"
    else:
        word = escape(word)
    things = ", ".join(_named(each) for each in event["things"][:4])
    made = event.get("made", ())
    if made:
        things += f" → {', '.join(_named(each) for each in made[:4])}"
    return (
        f'<tr title="{escape(name)}"><td class="keep">{when}</td><td>{word}</td>'
        f"<td>{_party(language, chain, event['by'])}</td><td>{things}</td></tr>"
    )


def _party(language: str, chain: Chain, party: str) -> str:
    """An organisation by its title; a person only as such, never by its handle."""
    if party.startswith("~"):
        return "自然人" if language == "zh" else "a person"
    members = chain.document.get("organisations", [])
    found: dict[str, Any] = next((each for each in members if each.get("organisation") == party), {})
    return escape(str(found.get("title", {}).get(language) or party))


def _named(identifier: str) -> str:
    return f'<code title="{escape(identifier)}">{escape(_short(identifier))}</code>'


def _short(identifier: str) -> str:
    """An identifier without the resolver in front."""
    return identifier.split("/", 3)[3] if identifier.startswith("https://") else identifier
