"""How a reader is told where to read: a TOML file with a table for each source, by its name on the chain.

signer = "org1.reader"                               # who signs what the process beside the node reads; the home's default otherwise
keep_days = 183                                      # how long raw answers are kept

[sources."org1.rain"]
web = "https://weather.example/v1/stations/58457"   # an https address, answered with JSON
pointer = "/data/0/rain_mm"                          # RFC 6901
every = 3600                                         # seconds between two readings; 0 or left out: only when somebody asks

[sources."org1.price"]
database = "postgresql+psycopg://reader@db.example/prices"   # an address of SQLAlchemy; one row with one number
query = "SELECT price FROM closing WHERE good = 'corn' ORDER BY day DESC LIMIT 1"
"""

import tomllib
from pathlib import Path
from typing import Annotated

import msgspec

from zhulian.errors import Words
from zhulian.reader.errors import SourcesBad

__all__ = ["Described", "Descriptions", "load_descriptions"]


class Described(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where one source is read: a web address with a pointer, or a database with a query; and how often, in seconds (0: when asked)."""

    web: str | None = None
    pointer: str = ""
    database: str | None = None
    query: str = ""
    every: Annotated[int, msgspec.Meta(ge=0, le=31 * 86_400)] = 0


class Descriptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All sources of a reader; `allow` are networks beyond the public ones that it may read from. Raw answers are kept `keep_days`."""

    sources: dict[str, Described]
    allow: list[str] = msgspec.field(default_factory=list)
    signer: str = ""
    keep_days: Annotated[int, msgspec.Meta(ge=1)] = 183


def load_descriptions(path: Path) -> Descriptions:
    """Read the file.

    Raises:
        SourcesBad.
    """
    try:
        found = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), Descriptions)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as wrong:
        raise SourcesBad(path=str(path), why=Words.quote(wrong)) from None
    for name, each in found.sources.items():
        if (each.web is None) == (each.database is None) or bool(each.query) != (each.database is not None):
            why = Words(f"{name} 须写明 web，或 database 与 query", f"{name} needs web, or database and query")
            raise SourcesBad(path=str(path), why=why)
    return found
