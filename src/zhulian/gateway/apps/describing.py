"""The manual of a definition, made once for each language."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from zhulian.gateway.apps.definitions import Loaded

__all__ = ["manual_of", "reports_chapter"]


def manual_of(loaded: Loaded, language: str) -> str:
    """The manual in `language`, as Markdown."""
    return _manual(loaded.digest, language, _Same(loaded))


def reports_chapter(found: Mapping[str, Any], text: str, language: str) -> str:
    """The chapter behind a manual's `text` that names the filed reports (`GET …/reports`), as Markdown; empty where nobody has filed one."""
    if not found["reports"]:
        return ""
    zh, number = language == "zh", 1 + sum(line.startswith("## ") for line in text.splitlines())
    heads = ("机构", "已证明", "已推翻", "运行时校验", "高度", "报告摘要") if zh else (
        "Organisation", "Proved", "Refuted", "At run time", "Height", "Digest of the report",
    )  # fmt: skip
    lines = [
        "",
        f"## {number}. {'已报送的证明报告' if zh else 'Provers’ reports that were filed'}",
        "",
        _row(heads),
        _row(["---"] * len(heads)),
    ]
    for each in found["reports"]:
        counts = [each[name] for name in ("proved", "refuted", "run_time", "height")]
        lines.append(_row([each["organisation"], *counts, f"`{each['report']}`"]))
    agreed = ("、" if zh else ", ").join(found["agreed"]) or ("无" if zh else "nobody")
    lines += ["", f"报告一致且无推翻项的机构：{agreed}；本链要求 {found['needed']} 家。" if zh
              else f"Agreeing on one report that refutes nothing: {agreed}. The chain asks for {found['needed']}."]  # fmt: skip
    return "\n".join(lines) + "\n"


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


class _Same:
    """Carries a definition past the cache, which goes by the digest alone."""

    def __init__(self, loaded: Loaded) -> None:
        self.loaded = loaded

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same)


@lru_cache(maxsize=64)
def _manual(digest: str, language: str, same: _Same) -> str:
    from zhulian.language.manual import manual

    _ = digest
    return manual(same.loaded.checked, language)
