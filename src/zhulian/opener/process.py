"""`python -m zhulian.opener.process HOME URL`: the home's search index and, beside it, the opening of what is sealed for its organisations.

`URL` is the home's own gateway. It ends as the index does (`zhulian.offchain.index.process`).
"""

import functools
import sys

from zhulian.home import Home
from zhulian.node.logs import Log
from zhulian.offchain.index import process
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.writing import Writer
from zhulian.opener.opening import Opener

__all__ = ["main"]


def _opener(url: str, home: Home, chain: str, database: Database, writer: Writer, log: Log) -> Opener:
    return Opener(home, url, chain, database, writer, log.write)


def main(arguments: list[str]) -> int:
    """Run until SIGTERM; the exit status is the index's."""
    return process.main(arguments[:1], functools.partial(_opener, arguments[1]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
