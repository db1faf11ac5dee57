"""`chain.tracing`: EPCIS events and the ways of things, blocking or awaiting."""

from zhulian.client.core import Core
from zhulian.client.epcis import flows, ways
from zhulian.client.flow import AsyncLine, Line, awaiting, blocking

__all__ = ["AsyncTracing", "Tracing"]


class Tracing:
    """Record EPCIS events and follow things: where they come from, what became of them."""

    find = blocking(ways.find)
    whole_way = blocking(ways.whole_way)
    affected = blocking(ways.affected)
    papers = blocking(flows.papers)
    import_document = blocking(flows.import_document)
    export = blocking(flows.export)

    def __init__(self, core: Core, line: Line) -> None:
        self.core = core
        self.line = line


class AsyncTracing:
    """Record EPCIS events and follow things, awaiting."""

    find = awaiting(ways.find)
    whole_way = awaiting(ways.whole_way)
    affected = awaiting(ways.affected)
    papers = awaiting(flows.papers)
    import_document = awaiting(flows.import_document)
    export = awaiting(flows.export)

    def __init__(self, core: Core, line: AsyncLine) -> None:
        self.core = core
        self.line = line
