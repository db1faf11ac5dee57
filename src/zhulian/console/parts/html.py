"""Plain HTML for what is only read. All text is escaped here and nowhere else; what a function returns is safe to nest."""

from collections.abc import Iterable, Sequence
from html import escape

__all__ = ["Safe", "code", "digest", "facts", "join", "link", "note", "number", "state", "table", "tag"]


class Safe(str):
    """Text that is HTML already."""

    __slots__ = ()


_COPY = Safe(
    '<svg viewBox="0 0 16 16" aria-hidden="true"><rect x="5" y="5" width="9" height="9" rx="1"/><path d="M11 5V2H2v9h3"/></svg>'
)


def _safe(value: object) -> Safe:
    return value if isinstance(value, Safe) else Safe(escape(str(value)))


def tag(name: str, /, *content: object, **attributes: object) -> Safe:
    """An element; `class_` and the like lose their underscore, others turn it into a hyphen, and None leaves one out."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for key, value in attributes.items() if value is not None
    )
    return Safe(f"<{name}{given}>{''.join(map(_safe, content))}</{name}>")


def join(parts: Iterable[object], between: str = "") -> Safe:
    """Parts one behind the other."""
    return Safe(escape(between).join(map(_safe, parts)))


def link(href: str, text: object) -> Safe:
    """A link within the console, or a download beside it."""
    return tag("a", text, href=href)


def digest(value: str, href: str | None = None) -> Safe:
    """A digest shortened in the middle, in groups of four; the whole is its title and what a click on the sign copies."""
    short = f"{value[:4]} {value[4:8]} … {value[-4:]}" if len(value) > 20 else value
    shown = tag("code", short, class_="digest", title=value)
    copy = tag("button", _COPY, class_="copy", type="button", data_copy=value, aria_label=value[:8])
    return tag("span", link(href, shown) if href else shown, copy, class_="pair")


def code(value: str) -> Safe:
    """Machine text, as it is."""
    return tag("pre", value, class_="wrap", tabindex="0")


def number(value: int) -> str:
    """A whole number with its thousands apart."""
    return f"{value:,}"


def facts(pairs: Sequence[tuple[object, object]]) -> Safe:
    """Names and what stands behind them."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs), class_="facts")


def state(kind: str, text: object) -> Safe:
    """A state by word, shape and colour; `kind` is ok, wait, bad, seal, or at where a state is neither good nor bad."""
    return tag("span", text, class_=f"state {kind}")


def note(text: object, kind: str = "") -> Safe:
    """A sentence that stands by itself: an empty state, a hint, a refusal."""
    return tag("p", text, class_=f"note {kind}".strip())


def table(heads: Sequence[object], rows: Sequence[Sequence[object]], *, right: Sequence[int] = (), empty: object = "") -> Safe:
    """A table; columns in `right` hold numbers. Without rows there is `empty`, which says what to do."""
    if not rows:
        return note(empty)
    named = [tag("th", each, class_="n" if place in right else None, scope="col") for place, each in enumerate(heads)]
    lines = [
        tag(
            "tr", *(tag("td", each, class_="n" if at in right else None, data_head=str(heads[at])) for at, each in enumerate(row))
        )
        for row in rows
    ]
    return tag("div", tag("table", tag("thead", tag("tr", *named)), tag("tbody", *lines)), class_="scroll")
