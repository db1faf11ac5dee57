"""Links as a part of the client, blocking and awaiting."""

from zhulian.client.core import Core
from zhulian.client.flow import AsyncLine, Line, awaiting, blocking
from zhulian.client.linking import flows
from zhulian.client.part import Part

__all__ = ["AsyncLinks", "Links"]


class Links(Part):
    """Make links to public pages."""

    core: Core
    line: Line
    record = blocking(flows.record)
    certificate = blocking(flows.certificate)


class AsyncLinks(Part):
    """Make links to public pages."""

    core: Core
    line: AsyncLine
    record = awaiting(flows.record)
    certificate = awaiting(flows.certificate)
