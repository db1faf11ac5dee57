"""The pages for people: a small root page and the API page. They work offline, without scripts, and in both languages."""

from collections.abc import Sequence
from dataclasses import dataclass

from zhulian.gateway.catalogue import Endpoint
from zhulian.gateway.pages import assets, docs, notices, public, root, verify, way
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
    Page("/verify", verify.page),
    Page("/verifier.html", verify.kept),
    Page("/p/{code}/proof", public.proof),
    Page("/p/{code}", public.page),
    Page("/v1/openapi.json", docs.openapi),
    Page("/assets/gateway.css", assets.style),
    Page("/assets/gateway.js", assets.script),
    Page("/assets/public.js", assets.public_script),
    Page("/assets/verifier.js", assets.verifier_script),
    Page("/assets/verifier.css", assets.verifier_style),
    Page("/assets/icon.svg", assets.icon),
)
