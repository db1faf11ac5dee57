"""How fast the search index follows a ledger, and how fast it answers over many records.

Blocks are made up in the shape in which the ledger hands them out, signatures left out, which the index does not read. The
records to search in are written straight into the tables, below the ledger, by the function that writes all documents.
"""

import os
import platform
import random
import secrets
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from zhulian.errors import Words
from zhulian.offchain.index.blocks import Background, read_block
from zhulian.offchain.index.database import Database
from zhulian.offchain.index.drafts import Draft
from zhulian.offchain.index.finding import Finder
from zhulian.offchain.index.methods import Search
from zhulian.offchain.index.telling import Telling
from zhulian.offchain.index.writing import Writer

__all__ = ["run"]

_CHAIN = "zl-bench"
_ZONE = "Asia/Shanghai"
_START_MS = 1_577_836_800_000
_BLOCK = 250
_BATCH = 10
_LOAD = 5_000
_SEARCHES = 300
_PLACES = ("西湖区", "上城区", "拱墅区", "滨江区", "萧山区", "余杭区", "临平区", "钱塘区", "富阳区", "临安区")
_ROADS = ("文三路", "解放路", "龙井路", "教工路", "莫干山路", "体育场路", "凤起路", "庆春路", "天目山路", "之江路")
_KINDS = ("房屋租赁合同", "买卖合同", "借款合同", "技术服务合同", "承揽合同", "运输合同", "保管合同", "委托合同")
_FIRMS = ("长澜", "星澜", "久通", "柏山", "澄湖", "锦蓝", "青屿", "东屿", "银冠", "绿杉")
_QUERIES = (
    "合同 {year}",
    "{place} {road}",
    "{kind} {firm}",
    "HT-{year}-{number}",
    "{firm} 已签署",
    "{road} {kind} {year}",
    "租赁",
    "{number}",
)


def run(seconds: float = 10, records: int = 1_000_000, address: str = "") -> dict[str, Any]:
    """Follow made-up blocks for `seconds`, then search among `records` records; milliseconds are of single searches.

    `address` is an empty PostgreSQL database of one's own; SQLite in a folder that goes away where it is empty.
    """
    with tempfile.TemporaryDirectory(prefix="zhulian-bench-") as folder:
        database = Database(address, Path(folder))
        try:
            database.migrate()
            followed = _follow(database, seconds)
            loaded_s = _load(database, records)
            searched = _search(database, records)
        finally:
            database.close()
    return {
        "followed_per_s": followed,
        "search_ms": searched,
        "records": records,
        "loaded_per_s": round(records / loaded_s),
        "conditions": {
            "database": "sqlite" if database.is_sqlite else "postgresql",
            "transaction": "evidence.deposit, blocks of 250 made up in the ledger's own shape; decoding, words and tokens included",
            "records": "loaded below the ledger",
            "searches": f"{_SEARCHES}, first page of 20, words drawn at random, half under a condition",
            "cpus": os.cpu_count(),
            "machine": platform.machine(),
            "python": platform.python_version(),
            "load_1m_before": round(os.getloadavg()[0], 2),
        },
    }


def _follow(database: Database, seconds: float) -> int:
    """Transactions written a second; making the blocks up is not counted."""
    writer = Writer(database)
    background = Background(_ZONE, {})
    writer.begin(_CHAIN, 0, [], _ZONE)
    height = spent = 0.0
    while spent < seconds:
        raws = [_block(int(height) + 1 + each) for each in range(_BATCH)]
        height += _BATCH
        began = time.perf_counter()
        writer.write([read_block(each) for each in raws], background)
        spent += time.perf_counter() - began
    return round(height * _BLOCK / spent)


def _block(height: int) -> dict[str, Any]:
    results, envelopes = [], []
    for _ in range(_BLOCK):
        deposit, transaction = secrets.token_hex(32), secrets.token_hex(32)
        event = {"deposit": deposit, "party": "org1", "type": "evidence.deposited"}
        cost = {"bytes": 500, "steps": 100}
        result = {"cost": cost, "events": [event], "keys": ["00" * 32], "status": "applied", "transaction": transaction}
        body = {
            "chain": _CHAIN,
            "expires": 1_577_837_000,
            "messages": [{"commitment": deposit, "type": "evidence.deposit"}],
            "nonce": "00" * 16,
            "signers": ["org1.clerk"],
        }
        signature = {"key": "00" * 32, "signature": "00" * 64, "signer": "org1.clerk"}
        results.append(msgspec.json.encode(result))
        envelopes.append(msgspec.json.encode({"body": body, "signatures": [signature]}))
    header = msgspec.json.encode({"height": height, "time_ms": _START_MS + height * 1000})
    return {"height": height, "digest": bytes(32), "header": header, "results": results, "envelopes": envelopes, "ran": []}


def _load(database: Database, records: int) -> float:
    """Put so many records into the tables; the seconds that it took."""
    chance = random.Random(7)  # noqa: S311 (the same load every time)
    writer = Writer(database)
    following = 10_000_000
    began = time.perf_counter()
    for start in range(0, records, _LOAD):
        drafts = [_record(chance, number) for number in range(start, min(records, start + _LOAD))]
        with database.writing() as connection:
            following = writer.put(connection, drafts, following, _ZONE)
    with database.writing() as connection:
        connection.exec_driver_sql("ANALYZE")
    while writer.tidy():  # as the follower does while nothing comes in
        pass
    return time.perf_counter() - began


def _record(chance: random.Random, number: int) -> Draft:
    year = 2015 + number % 11
    kind, firm = chance.choice(_KINDS), chance.choice(_FIRMS)
    key = f"HT-{year}-{number}"
    said = f"{firm}科技有限公司；坐落：杭州市{chance.choice(_PLACES)}{chance.choice(_ROADS)}{number % 400 + 1}号；"
    said += f"金额：{chance.randrange(1, 10**7)} 元；{'已签署' if number % 3 else '已终止'}"
    state = "signed" if number % 3 else "ended"
    telling = Telling(
        Words(f"{kind} {key}", f"Contract {key}"), Words(said, said), (f"org{number % 500}",), state, {"amount": number}
    )
    place = ("scenario/records", "hz-contract", "contract", key)
    draft = Draft("record", f"hz-contract/contract/{key}", {"fields": {"number": key}}, place, "hz-contract", "contract")
    draft.height = draft.first_height = 1 + number // _BLOCK
    draft.time_ms = draft.first_ms = _START_MS + number * 300
    draft.telling = telling
    return draft


def _search(database: Database, records: int) -> dict[str, float]:
    chance = random.Random(8)  # noqa: S311
    finder = Finder(database)
    times: list[float] = []
    hits = 0
    for turn in range(_SEARCHES + 20):
        number = chance.randrange(records)
        text = chance.choice(_QUERIES).format(
            year=2015 + number % 11,
            place=chance.choice(_PLACES),
            road=chance.choice(_ROADS),
            kind=chance.choice(_KINDS),
            firm=chance.choice(_FIRMS),
            number=number,
        )
        given: list[dict[str, Any]] = [{}, {}, {}, {"party": f"org{number % 500}"}, {"state": "signed"}, {"since_ms": _START_MS}]
        began = time.perf_counter()
        found = finder.search(Search(text=text, **given[turn % len(given)]))
        if turn >= 20:  # the first ones fill the database's cache
            times.append((time.perf_counter() - began) * 1000)
            hits += len(found["hits"])
    times.sort()
    percentile = {f"p{share}": round(times[min(len(times) - 1, share * len(times) // 100)], 1) for share in (50, 95, 99)}
    return {**percentile, "hits": hits}
