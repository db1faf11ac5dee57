"""A capture in words: the section that the certificate of evidence carries, and the report inside the bundle. Both languages.

Everything said here is taken from the manifest, by one function for both, so that they cannot differ.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from zhulian.certificate.clock import moment, zone_name
from zhulian.certificate.sections import Row, Section
from zhulian.certificate.texts import Phrase, plain
from zhulian.errors import check
from zhulian.offchain.capture.words import WORDS

__all__ = ["collected", "report", "say"]

_NAMES_SHOWN = 5
_ZONE = "Asia/Shanghai"


def say(key: str, **fields: Phrase | str | int) -> Phrase:
    """A sentence of the capture's own catalogue in both languages, its fields filled in."""
    check(key in WORDS, f"the capture's catalogue has {key}")
    by_language = [
        {name: (value[place] if isinstance(value, Phrase) else str(value)) for name, value in fields.items()} for place in (0, 1)
    ]
    return Phrase(*(text.format_map(given) for text, given in zip(WORDS[key], by_language, strict=True)))


def collected(manifest: Mapping[str, Any], zone: str = _ZONE) -> Section:
    """How the content was collected, as a section of facts; times in `zone`."""
    return Section("collected", say("title"), tuple(_rows(manifest, zone)))


def _rows(manifest: Mapping[str, Any], zone: str) -> Iterable[Row]:
    page, network = manifest["page"], manifest["network"]
    yield _row("url", plain(manifest["url"]))
    if page["url"] != manifest["url"]:
        yield _row("final_url", plain(page["url"]))
    yield _row("page", say("value.page", title=page["title"] or "—", status=page["status"]))
    begun, ended = moment(manifest["began_ms"], zone), moment(manifest["ended_ms"], zone)
    yield Row("time", say("row.time"), say("value.time", begun=begun, ended=ended, zone=zone_name(zone)), "time")
    yield _row("clock", _clock(manifest["clock"]))
    if manifest["after"] is not None:
        after = manifest["after"]
        yield _row("after", say("value.after", height=after["height"], header=after["header"][:16], chain=after["chain"]))
    yield _row("how", say("value.how", browser=manifest["browser"]["version"], machine=manifest["machine"]["system"]))
    yield _row("cell", _cell(manifest["cell"]))
    for each in [each for each in network["names"] if each["remote"]][:_NAMES_SHOWN]:
        yield _row("name", say("value.name", host=each["host"], addresses=", ".join(each["addresses"]), remote=each["remote"]))
    for each in manifest["certificates"][:_NAMES_SHOWN]:
        yield _row("certificate", _certificate(each, zone))
    yield _row("resources", _resources(manifest))
    if network["refused"]:
        hosts = ", ".join(dict.fromkeys(each["host"] for each in network["refused"]))
        yield _row("refused", say("value.refused", count=len(network["refused"]), hosts=hosts))
    yield _row("behaviour", _behaviour(manifest["behaviour"]))
    for each in manifest["clean"]:
        yield _row("clean", _clean(each))
    yield Row("note", say("row.limit"), say("value.limit"), "note")


def _row(name: str, value: Phrase) -> Row:
    return Row(name, say(f"row.{name}"), value)


def _clock(readings: list[dict[str, Any]]) -> Phrase:
    heard = [each for each in readings if not each["failure"]]
    if not readings:
        return say("value.clock.unasked")
    if not heard:
        return say("value.clock.silent", servers=", ".join(each["server"] for each in readings))
    best = min(heard, key=lambda each: each["delay_ms"])
    return say("value.clock", server=best["server"], offset=f"{best['offset_ms']:+d}", error=best["delay_ms"] // 2 + 1)


def _cell(cell: Mapping[str, Any]) -> Phrase:
    network = say("value.cell.namespace") if cell["namespace"] else say("value.cell.gate", why=cell["why"])
    return say("value.cell", network=network, sandbox=say("value.cell.sandbox" if cell["sandbox"] else "value.cell.bare"))


def _certificate(told: Mapping[str, Any], zone: str) -> Phrase:
    if "subject" not in told:
        return say("value.certificate.unread", origin=told["origin"], sha256=told["sha256"][:16])
    return say(
        "value.certificate",
        origin=told["origin"],
        subject=told["subject"],
        issuer=told["issuer"],
        by=say(f"value.by.{told['by']}"),
        sha256=told["sha256"][:16],
        to=moment(told["not_after"] * 1000, zone)[:10],
    )


def _resources(manifest: Mapping[str, Any]) -> Phrase:
    found, network = manifest["resources"], manifest["network"]
    return say("value.resources", **found, received=network["received_bytes"])


def _behaviour(found: Mapping[str, Any]) -> Phrase:
    parts = [say("value.loaded" if found["loaded"] else "value.loading"), say("value.quiet" if found["quiet"] else "value.busy")]
    parts += [say(f"value.{name}", count=found[name]) for name in ("dialogs", "windows", "downloads", "sockets") if found[name]]
    if found["cut_px"]:
        parts.append(say("value.cut", px=found["cut_px"]))
    return Phrase("；".join(each.zh for each in parts), "; ".join(each.en for each in parts))


def _clean(entry: Mapping[str, Any]) -> Phrase:
    answer = {True: "yes", False: "no", None: "unknown"}[entry["clean"]]
    fields = {name: value for name, value in entry.items() if name not in ("clean", "question")}
    shown = ", ".join(str(each) for value in fields.values() for each in (value if isinstance(value, list) else [value]) if each)
    words = say(f"clean.{entry['question']}.{answer}")
    return Phrase(f"{words.zh}（{shown}）", f"{words.en} ({shown})") if shown and answer != "yes" else words


def report(facts: Mapping[str, Any]) -> bytes:
    """The capture report as an HTML page in both languages, without scripts; it shows the picture that lies beside it."""
    section = collected(facts)
    rows = "".join(
        f"<tr><th>{escape(each.label.zh)}<br><small>{escape(each.label.en)}</small></th>"
        f"<td>{escape(each.value.zh)}"
        + (f"<br><small>{escape(each.value.en)}</small>" if each.value.en != each.value.zh else "")
        + "</td></tr>\n"
        for each in section.rows
    )
    title = f"{escape(section.title.zh)} <small>{escape(section.title.en)}</small>"
    return _PAGE.format(title=title, rows=rows, picture=escape(say("picture").zh)).encode()


_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>网页采集报告 Capture report</title>
<style>
body{{margin:24px auto;max-width:960px;padding:0 16px;font:14px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:#1b2528}}
h1{{font-size:20px}}small{{color:#5a6a6e;font-weight:normal}}table{{border-collapse:collapse;width:100%}}
th,td{{border:1px solid #d5dcde;padding:8px;text-align:left;vertical-align:top;overflow-wrap:anywhere}}th{{width:26%}}
img{{max-width:100%;border:1px solid #d5dcde;margin-top:16px}}
@media(max-width:480px){{th{{width:34%}}}}
</style></head><body><h1>{title}</h1><table>
{rows}</table><img src="screenshot.png" alt="{picture}"></body></html>
"""
