"""The pages for people: a small root page and the API page. They work offline, without scripts, and in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhulian.gateway.catalogue import Endpoint
from zhulian.gateway.pages import assets, docs, notices, root, way
from zhulian.offchain.notices.messages import LINK_PATH

__all__ = ["PAGES", "Page"]


@dataclass(frozen=True)
class Page:
    """An address and what answers there; open to everybody where it has no parts."""

    path: str
    endpoint: Endpoint
    method: str = "GET"


PAGES: Sequence[Page] = (
    Page("/", root.page),
    Page("/docs", docs.page),
    Page("/way/{record:path}", way.page),
    Page(f"{LINK_PATH}/{{token}}", notices.page),
    Page(f"{LINK_PATH}/{{token}}", notices.stop, "POST"),
    Page("/v1/openapi.json", docs.openapi),
    Page("/assets/gateway.css", assets.style),
    Page("/assets/gateway.js", assets.script),
    Page("/assets/icon.svg", assets.icon),
)
