"""The PDF certificate: an A4 exhibit that states what the rules on online evidence ask for, with receipt and genesis attached.

Typst sets it; what is said goes in as data and is never read as markup. Nothing in it depends on the machine or the hour:
its date is the chain's, so the same receipt gives the same bytes with the same fonts and typst version.
"""

import io
import json
import os
from collections.abc import Sequence
from functools import cache
from typing import Any, Final

import segno
import typst

from zhulian.certificate.clock import moment
from zhulian.certificate.errors import CjkFontMissing
from zhulian.certificate.facts import Facts
from zhulian.certificate.html import digests, verify_command
from zhulian.certificate.sections import Section, answer, depositor, not_proved, rests_on, sections
from zhulian.certificate.texts import Phrase, asset, phrase

__all__ = ["qr_text", "render"]

_FAMILIES: Final = ("Noto Serif CJK SC", "Noto Sans CJK SC")
_MAIN: Final = ("what", "who", "when", "where", "seals")
_RULES: Final = {
    "operator": "platform",
    "filing": "platform",
    "interest": "interest",
    "cryptography": "standard",
    "source": "source",
}
"""Which article of the Rules of Online Litigation (2021) asks for a row."""
_AGREEMENT = Phrase("成员的恢复协议", "The members' agreement to go on")


def render(
    facts: Facts,
    receipt: dict[str, Any],
    genesis: bytes,
    file_name: str,
    language: str = "zh",
    agreements: Sequence[bytes] = (),
    collected: Section | None = None,
) -> bytes:
    """The certificate as PDF/A-3, in `language` with headings in both; `agreements` are attached where the proof rests on one,
    `collected` says how the content was collected.

    Raises:
        CjkFontMissing: where the Chinese fonts are not installed.
    """
    fonts = _fonts()
    if not set(_FAMILIES) <= set(fonts.families()):
        raise CjkFontMissing()
    named = {f"agreement-{number}.json": each.decode() for number, each in enumerate(agreements if facts.breaks else (), start=1)}
    inputs = named | {
        "data": json.dumps(_data(facts, file_name, language, list(named), collected), ensure_ascii=False),
        "genesis.json": genesis.decode(),
        "qr": _qr(facts),
        "receipt.json": json.dumps(receipt, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
    }
    return typst.compile(
        asset("certificate.typ").encode(),
        font_paths=fonts,
        format="pdf",
        pdf_standards="a-3b",
        sys_inputs=inputs,
        timestamp=min(facts.to_ms // 1000, 253402214400),
    )


def qr_text(facts: Facts) -> str:
    """What the QR code says: genesis digest and transaction id, in the capitals that make the code small."""
    return f"ZHULIAN/1 {facts.genesis_digest.upper()} {facts.transaction.upper()}"


@cache
def _fonts() -> typst.Fonts:
    """The system's fonts, and those in the folder that ZHULIAN_FONTS names, as the offline bundle brings them."""
    named = os.environ.get("ZHULIAN_FONTS")
    return typst.Fonts(include_system_fonts=True, include_embedded_fonts=True, font_paths=[named] if named else [])


def _qr(facts: Facts) -> str:
    drawn = io.BytesIO()
    segno.make(qr_text(facts), error="m", micro=False).save(
        drawn, kind="svg", border=2, xmldecl=False, svgns=True, dark="#1b2528"
    )
    return drawn.getvalue().decode()


def _data(facts: Facts, file_name: str, language: str, agreements: Sequence[str], collected: Section | None) -> dict[str, Any]:
    shown = {each.id: _section(each, language) for each in sections(facts)}

    def one(key: str) -> str:
        return phrase(key).say(language)

    return {
        "aid": one("aid.pdf"),
        "answer": _two(answer(facts), language),
        "attachments": [
            ["receipt.json", one("drop.receipt")],
            ["genesis.json", one("drop.genesis")],
            *([each, _AGREEMENT.say(language)] for each in agreements),
        ],
        "author": depositor(facts).say(language),
        "brand": one("brand"),
        "collected": [] if collected is None else [_section(collected, language)],
        "date": _date(facts),
        "file_name": file_name,
        "how": {
            "attached": one("pdf.attachments"),
            "command": one("how.command"),
            "digests": [["SM3", digests()["verifier.html"]["sm3"]], ["SHA-256", digests()["verifier.html"]["sha256"]]],
            "formats": one("how.formats"),
            "line": " ".join([verify_command(file_name, facts), *(f"--agreement {each}" for each in agreements)]),
            "page": one("how.page"),
            "title": _two(phrase("section.how"), language),
        },
        "label": {"number": one("number")},
        "language": "zh" if language == "zh" else "en",
        "legal": one("aid.legal"),
        "main": [shown[name] for name in _MAIN],
        "mark": one("seal.mark"),
        "name_note": one("value.file_name.note"),
        "number": facts.transaction[:16],
        "page": phrase("pdf.page", page="{page}", pages="{pages}").say(language),
        "parts": [
            {"title": _two(phrase(f"section.{name}"), language), "items": [each.say(language) for each in texts]}
            for name, texts in (("rests", rests_on(facts)), ("not", not_proved()))
        ],
        "platform": shown["platform"],
        "qr": one("pdf.qr"),
        "rule_heading": one("rule.heading"),
        "sealed": one("pdf.sealed"),
        "technical": shown["technical"],
        "title": _two(phrase("title"), language),
    }


def _section(section: Section, language: str) -> dict[str, Any]:
    rows = [
        {
            "kind": each.kind,
            "label": _two(each.label, language),
            "rule": phrase(f"rule.{_RULES[each.id]}").say(language) if section.id == "platform" and each.id in _RULES else "",
            "value": each.value.say(language),
        }
        for each in section.rows
    ]
    return {"rows": rows, "title": _two(section.title, language)}


def _two(text: Phrase, language: str) -> list[str]:
    """The text in `language`, then in the other."""
    return [text.zh, text.en] if language == "zh" else [text.en, text.zh]


def _date(facts: Facts) -> dict[str, int]:
    """The end of the proved interval in UTC, which is the document's date."""
    said = moment(min(facts.to_ms, 253402214399999), "UTC")
    names = ("year", "month", "day", "hour", "minute", "second")
    return dict(zip(names, (int(part) for part in said[:19].replace(" ", "-").replace(":", "-").split("-")), strict=True))
