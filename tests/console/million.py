"""An instance with a million records, put below the signature layer into ledger and index beside one that was entered.

No tree holds them: they can be listed, found and counted, and none of them can be proved.
"""

import json
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from zhulian.client import connect
from zhulian.home import Home
from zhulian.language.definition.reading import read_definition
from zhulian.node.rocks import RocksStore
from zhulian.offchain.index.blocks import Background, ReadBlock
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.drafts import Drafts
from zhulian.offchain.index.models import Progress
from zhulian.offchain.index.writing import Writer

__all__ = ["INSTANCE", "PACK", "RECORDS", "enter_first", "multiply", "number_of", "values_of"]

INSTANCE, PACK, RECORDS = "stock", Path(__file__).with_name("million.yaml"), 1_000_000
_CHUNK, _DAYS = 20_000, 60
_DAY_MS = 86_400_000
_STATES, _KINDS, _KEEPERS = ("stored", "stored", "stored", "lent", "gone"), ("food", "tent", "pump"), ("org1", "org2", "org3")


def number_of(place: int) -> str:
    """The number of a record by its place, from 0."""
    return f"WZ-{place:07}"


def enter_first(home: Path, url: str) -> None:
    """Open the instance on the running node and enter its first record."""
    with connect(url, "org1.clerk", home=home) as chain:
        chain.scenario.publish(PACK)
        chain.scenario.open("stock", as_=INSTANCE)
        app = chain.app(INSTANCE)
        app.admit("keeper", "org1")
        app.act("enter", given={"number": number_of(0), "kind": "food", "worth": "1200.50"})


def multiply(home: Path, records: int = RECORDS) -> None:
    """Put all others beside it, while the node rests."""
    first = number_of(0)
    with RocksStore(home / "node" / "db") as store:
        prefix = f's["scenario/records","{INSTANCE}","item",'.encode()
        ((key, value),) = list(store.scan(prefix, prefix + b"\xff"))
        head, held = value[:8], json.loads(value[8:])
        for start in range(1, records, _CHUNK):
            places = range(start, min(records, start + _CHUNK))
            rows = [
                (key.replace(first.encode(), number_of(each).encode()), head + _encoded(_held(held, each))) for each in places
            ]
            store.write(rows, sync=False)
    _index(home, held, records)


def _index(home: Path, held: dict[str, Any], records: int) -> None:
    tree = read_definition(PACK.read_bytes()).tree
    database = Database("", Home(home).index)
    writer = Writer(database, "org1")
    try:
        reached = writer.reached()
        assert reached is not None
        with database.reading() as connection:
            row = connection.execute(
                sa.text("SELECT definition, height, time_ms FROM documents WHERE record = 'item' AND holder = ''")
            ).one()
        background = Background("Asia/Shanghai", {}, {INSTANCE: {"definition": row.definition}}, {row.definition: tree})
        following = reached.next_document
        for start in range(1, records, _CHUNK):
            drafts = Drafts(background, {})
            for each in range(start, min(records, start + _CHUNK)):
                at = row.time_ms + each * _DAYS * _DAY_MS // records
                drafts.record([INSTANCE, "item", number_of(each)], _held(held, each), ReadBlock(row.height, "", at, [], []))
            with database.writing() as connection:
                following = writer.put(connection, drafts.finish(), following, "Asia/Shanghai")
                connection.execute(sa.update(Progress).values(next_document=following))
        while writer.tidy():
            pass
    finally:
        database.close()


def values_of(place: int) -> tuple[str, dict[str, Any]]:
    """State and fields of a record by its place."""
    fields = {
        "number": number_of(place),
        "kind": _KINDS[place % 3],
        "keeper": _KEEPERS[place // 7 % 3],
        "worth": 100 + place % 90_000,
    }
    return _STATES[place % 11 % 5], fields


def _held(held: dict[str, Any], place: int) -> dict[str, Any]:
    """What the chain would hold of a record: the first one's, with values of its own."""
    state, fields = values_of(place)
    return held | {"fields": held["fields"] | fields, "state": state}


def _encoded(value: dict[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
