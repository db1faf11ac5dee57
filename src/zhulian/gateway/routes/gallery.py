"""The gallery of shipped packs: the same on every node of a release, whatever is published on the chain."""

import asyncio
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from zhulian.gateway.answers import JSON, encoded, tagged
from zhulian.gateway.catalogue import Both, Content, Route
from zhulian.gateway.parameters import known_only

__all__ = ["ROUTES"]


@cache
def _cards() -> bytes:
    from zhulian.language.gallery import shipped_cards  # with the language behind it, which few requests need

    return encoded({"items": shipped_cards()})


async def gallery(request: Request) -> Response:
    """All shipped packs."""
    known_only(request, ())
    return tagged(request, await asyncio.to_thread(_cards))


ROUTES = (
    Route(
        "GET",
        "/v1/gallery",
        gallery,
        "get_gallery",
        "apps",
        Both("场景库", "The gallery of packs"),
        Both(
            "随本版本提供的全部场景包，按行业排列：用途、角色、演练剧本、约束及其校验方式。与链上是否已发布无关。",
            "All packs that come with this release, by industry: what each is for, its roles, its stories, its promises and where "
            "they are checked. Whether a pack is published on the chain is another question.",
        ),
        {200: (Both("场景包列表", "The packs"), Content(JSON, "Rows"))},
    ),
)
