"""Lists of records to take home: a download that is written while it is read, so that its size does not matter."""

import logging
from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

from zhulian.console.context import Context, Reader
from zhulian.console.door import language_of, visitor_of
from zhulian.console.parts.lists import Narrowing, rows_of
from zhulian.console.sessions import Visitor
from zhulian.errors import Refusal

__all__ = ["Export"]

_LOG = logging.getLogger("zhulian.console")


class Export:
    """The address `/export/{instance}/{record}`, with the conditions of the list in its query."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def answer(self, request: Request) -> Response:
        """The list as CSV; a refusal in words where nothing of it could be read."""
        visitor = visitor_of(request.scope)
        page = Reader(visitor if visitor is not None else Visitor(), language_of(request.scope))
        instance, name = str(request.path_params["instance"]), str(request.path_params["record"])
        try:
            chain = await self._context.reading(page.visitor)
            view, app = await chain.view(instance), await chain.app(instance)
            record = next((each for each in view.records if each.name == name), None)
            if record is None:
                return PlainTextResponse(page.say("list.norecord"), 404)
            rows = rows_of(page, app, view, record, Narrowing.read(request.query_params, view, record))
            first, second = await anext(rows), await anext(rows)
        except Refusal as why:
            return PlainTextResponse(page.refusal(why), 400)

        async def told() -> AsyncIterator[bytes]:
            yield first + second
            try:
                async for part in rows:
                    yield part
            except Refusal as why:
                _LOG.warning("an export broke off: %s", why.code)
                raise  # the connection breaks off, so that nobody takes the part for the whole

        file = quote(f"{page.both(view.title)}-{page.both(record.title)}.csv")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{file}", "Cache-Control": "no-store"}
        return StreamingResponse(told(), media_type="text/csv; charset=utf-8", headers=headers)
