"""The HTML certificate: one file that states the facts, carries receipt and genesis, and checks them again in a browser.

Facts stand in the page as text in both languages, so that it can be read without scripts. The script, whose digest the
page's own policy fixes, checks the embedded receipt and shows the facts anew from what it has just checked.
"""

import base64
import hashlib
import json
import shlex
from collections.abc import Iterable
from html import escape
from typing import Any

from zhulian.certificate.facts import Facts
from zhulian.certificate.sections import Row, Section, answer, not_proved, rests_on, sections
from zhulian.certificate.texts import Phrase, asset, phrase, plain

__all__ = ["digests", "policy", "render", "verify_command"]

_MAIN = ("what", "who", "when", "where", "seals")


def render(
    facts: Facts, receipt: dict[str, Any], genesis: bytes, file_name: str, language: str = "zh", collected: Section | None = None
) -> str:
    """The page for `receipt`, of which `facts` were taken, verified against `genesis`; it opens in `language`.

    `collected` says how the content was collected; it stands as its own card, which the page's script leaves alone.
    """
    style, script = asset("verifier.css"), asset("verifier.js")
    shown = {each.id: _section(each) for each in sections(facts)}
    return _PAGE.format_map(
        {
            "aid": _both(phrase("aid")),
            "answer": _both(answer(facts)),
            "brand": _both(phrase("brand")),
            "collected": "" if collected is None else f'<div class="card">{_section(collected)}</div>',
            "command": escape(verify_command(file_name, facts)),
            "digests": _digests(),
            "file_name": escape(file_name),
            "genesis": _embed(genesis.decode()),
            "how_command": _both(phrase("how.command")),
            "how_formats": _both(phrase("how.formats")),
            "how_page": _both(phrase("how.page")),
            "how_title": _both(phrase("section.how")),
            "language": "zh" if language == "zh" else "en",
            "lang": "zh-CN" if language == "zh" else "en",
            "legal": _both(phrase("aid.legal")),
            "main": "".join(shown[name] for name in _MAIN),
            "mark": _both(phrase("state.checking")),
            "name_note": _both(phrase("value.file_name.note")),
            "noscript": _both(phrase("state.noscript")),
            "not": _sentences(not_proved()),
            "not_title": _both(phrase("section.not")),
            "number": escape(facts.transaction[:16]),
            "number_label": _both(phrase("number")),
            "original_title": _both(phrase("original")),
            "platform": shown["platform"],
            "policy": policy(style, script),
            "receipt": _embed(json.dumps(receipt, ensure_ascii=False, separators=(",", ":"), sort_keys=True)),
            "rests": _sentences(rests_on(facts)),
            "rests_title": _both(phrase("section.rests")),
            "script": script,
            "state": _both(phrase("state.checking")),
            "steps_title": _both(phrase("steps")),
            "style": style,
            "technical": shown["technical"],
            "title": _both(phrase("title")),
            "unproved": _both(phrase("say.unproved")),
        }
    )


def policy(style: str, script: str) -> str:
    """The Content-Security-Policy: this one script, this one style, and no network at all."""
    return (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def digests() -> dict[str, dict[str, str]]:
    """The published digests of the verifier's files: name to `sha256` and `sm3`, in hex."""
    found: dict[str, dict[str, str]] = json.loads(asset("digests.json"))
    return found


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _embed(document: str) -> str:
    """JSON inside a script element: what HTML would read as markup is written as escapes, which JSON reads back."""
    return "".join(_ESCAPES.get(each, each) for each in document)


_ESCAPES = {each: f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}


def _both(text: Phrase) -> str:
    if text.zh == text.en:
        return escape(text.zh)
    return f'<span class="zh" lang="zh-CN">{escape(text.zh)}</span><span class="en" lang="en">{escape(text.en)}</span>'


def _section(section: Section) -> str:
    rows = "".join(_row(each) for each in section.rows)
    return f'<section class="facts" id="facts-{section.id}"><h2>{_both(section.title)}</h2><dl>{rows}</dl></section>'


def _row(row: Row) -> str:
    value = _digest(row.value.zh) if row.kind == "digest" else _both(row.value)
    return f'<div class="row {row.kind}" data-row="{row.id}"><dt>{_both(row.label)}</dt><dd>{value}</dd></div>'


def _digest(text: str) -> str:
    groups = "".join(f"<span>{escape(text[at : at + 4])}</span>" for at in range(0, len(text), 4))
    return f'<span class="digest"><code>{groups}</code></span>'


def _sentences(texts: Iterable[Phrase]) -> str:
    return '<ul class="plain">' + "".join(f"<li>{_both(each)}</li>" for each in texts) + "</ul>"


def _digests() -> str:
    found = digests()["verifier.html"]
    rows = [Row(name, plain(label), plain(found[name]), "digest") for name, label in (("sm3", "SM3"), ("sha256", "SHA-256"))]
    return "<dl>" + "".join(_row(each) for each in rows) + "</dl>"


def verify_command(file_name: str, facts: Facts) -> str:
    """The command line that checks the deposit, quoted for a shell."""
    path = f"./{file_name}" if file_name.startswith("-") else file_name
    name, receipt = shlex.quote(path), shlex.quote(f"{path}.receipt.json")
    return f"zhulian verify {name} --receipt {receipt} --genesis genesis.json --genesis-digest {facts.genesis_digest}"


_PAGE = """<!doctype html>
<html lang="{lang}" data-language="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{file_name} · 存证证书 Certificate of evidence</title>
<style>{style}</style>
</head>
<body data-file="{file_name}">
<header class="top"><span class="brand">{brand}</span><span>{title}</span><span id="language"></span></header>
<main>
<section class="hero" id="hero" data-state="checking">
<div class="mark" aria-hidden="true">{mark}</div>
<div>
<p class="number">{number_label} <code>{number}</code></p>
<h1>{file_name}<small>{name_note}</small></h1>
<p class="state">{state}</p>
<p class="answer" role="status">{answer}</p>
<noscript><p class="warning">{noscript}</p></noscript>
</div>
</section>
<p class="aid">{aid}</p>
<p class="aid unproved-note">{unproved}</p>
<div class="columns">
<div class="main">
<div class="card">{main}</div>
<div class="card">{platform}</div>{collected}
<div class="pair">
<section class="card"><h2>{rests_title}</h2><div id="rests">{rests}</div></section>
<section class="card"><h2>{not_title}</h2><div id="not">{not}</div></section>
</div>
<section class="card how"><h2>{how_title}</h2>
<p>{how_command}</p><pre><code>{command}</code></pre>
<p>{how_page}</p>{digests}
<p>{how_formats}</p><p class="hint">{legal}</p></section>
<div class="card">{technical}<div id="save"></div></div>
</div>
<aside>
<section class="card compare"><h2>{original_title}</h2><div class="drop" id="original"></div></section>
<section class="card check"><h2>{steps_title}</h2><div id="steps"></div></section>
</aside>
</div>
</main>
<script type="application/json" id="receipt">{receipt}</script>
<script type="application/json" id="genesis">{genesis}</script>
<script>{script}</script>
</body>
</html>
"""
