"""A ledger with one open instance of the receivables scenario, its state put there directly."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from gateway_fake import FakeLedger

from tests.modules.scenario.timing.cans import SOURCE as CANS
from zhulian import canonical
from zhulian.crypto import GM, Hasher
from zhulian.language.definition.reading import Definition, read_definition
from zhulian.modules.evidence.presented import PRESENTED

YAML = Path(__file__).parent.parent / "language" / "definition" / "receivable.yaml"
NAME = "hz-receivable"
KEY = "AR-2020-001"


@cache
def definition() -> Definition:
    return read_definition(YAML.read_bytes())


def held(**fields: Any) -> dict[str, Any]:
    values = {"number": KEY, "debtor": "meidi", "creditor": "anchor", "amount": 100_000_000, "due": 20_500, "paid": 0}
    return {
        "fields": values | {"contract": "ab" * 32} | fields,
        "since": 1_766_880_000,
        "state": "drawn",
        "timers": {"lapse": 1_767_744_000},
        "trail": {"count": 1, "head": "cd" * 32},
        "version": 1,
    }


class AppLedger(FakeLedger):
    """Answers as the ledger does about an instance that is open."""

    def __init__(self) -> None:
        super().__init__()
        data = definition().to_json()
        self.digest = Hasher(GM, self.hasher.genesis).digest("definition", data).hex()
        published = {"height": 3, "parts": 2, "publisher": "org1", "rules": "ab" * 32, "scenario": "receivable", "version": 1}
        self.facts[("scenario/definitions", self.digest)] = published | {"transaction": "5b" * 32}
        text = data.decode()
        self.facts[("scenario/parts", self.digest, "0")] = text[:5000]
        self.facts[("scenario/parts", self.digest, "1")] = text[5000:]
        self.facts[("scenario/instances", NAME)] = {
            "definition": self.digest,
            "height": 4,
            "operator": "org1",
            "scenario": "receivable",
            "settings": {"confirm_within": 10},
            "uses": {"cash": "settlement-1"},
            "version": 1,
        }
        for number in range(1, 4):
            self.facts[("scenario/records", NAME, "receivable", f"AR-2020-00{number}")] = held(number=f"AR-2020-00{number}")
        self.facts[("scenario/records", NAME, "receivable", "B/2%2F1")] = held(number="B/2")
        self.facts[("scenario/members", NAME, "core", "meidi")] = {"admitted_by": "org1", "height": 5}
        self.facts[("scenario/members", NAME, "supplier", "anchor")] = {"admitted_by": "meidi", "height": 6}
        self.facts[("asset/balances", NAME, "claim", f"{NAME}/receivable/{KEY}", "anchor")] = {"units": 100_000_000}
        self.rehearsed: list[Any] = []
        self.verdict: dict[str, Any] = {"allowed": True, "cost": {"bytes": 0, "steps": 40}, "events": []}

    def open_plant(self) -> None:
        """Open a second instance, with a lot whose cans are being swept."""
        data = read_definition(CANS).to_json()
        digest = Hasher(GM, self.hasher.genesis).digest("definition", data).hex()
        named = {"height": 3, "scenario": "cans", "version": 1}
        published = {"parts": 1, "publisher": "org1", "rules": "ab" * 32, "transaction": "5b" * 32}
        self.facts[("scenario/definitions", digest)] = named | published
        self.facts[("scenario/parts", digest, "0")] = data.decode()
        opened = {"definition": digest, "operator": "org1", "settings": {}, "uses": {}}
        self.facts[("scenario/instances", "plant")] = named | opened
        for number in (1, 11):
            lot = {"fields": {"number": number, "told": 0, "most": 9}, "since": 1_766_880_000, "state": "recalled", "version": 1}
            self.facts[("scenario/records", "plant", "lot", str(number))] = lot | {"trail": {"count": 1, "head": "cd" * 32}}
        sweep = {"began": 1_766_880_000, "by": "can.lot", "done": 38, "next": 40, "page": 20, "queued": 1_766_880_005}
        self.facts[("scenario/sweeps", "plant", "stop", "11")] = sweep

    def present_evidence(self) -> None:
        """Open the built-in instance, as the first state of a chain has it."""
        data = read_definition(PRESENTED).to_json()
        digest = Hasher(GM, self.hasher.genesis).digest("definition", data).hex()
        named = {"height": 0, "scenario": "evidence", "version": 1}
        self.facts[("scenario/definitions", digest)] = named | {
            "parts": 1,
            "publisher": "org1",
            "rules": "ab" * 32,
            "transaction": "",
        }
        self.facts[("scenario/parts", digest, "0")] = data.decode()
        opened = {"definition": digest, "operator": "org1", "settings": {}, "uses": {}, "module": "evidence"}
        self.facts[("scenario/instances", "evidence")] = named | opened

    async def records(
        self, instance: str, record: str, starts: str = "", after: str | None = None, limit: int = 50
    ) -> dict[str, Any]:
        await self._come("records")
        keys = sorted(key[3] for key in self.facts if key[:3] == ("scenario/records", instance, record))
        keys = [key for key in keys if key.startswith(starts) and (after is None or key > after)]
        items = [{"key": key, "value": self.facts[("scenario/records", instance, record, key)]} for key in keys[:limit]]
        return {"items": items, "next": keys[limit - 1] if len(keys) > limit else None}

    async def history(self, instance: str, record: str, key: str, after: int = 0, limit: int = 50) -> dict[str, Any]:
        await self._come("history")
        place = {"instance": instance, "record": record, "key": key}
        drawn = {"type": "scenario.record_changed", "cause": "draw", "new": True, "trail": {"count": 1, "head": "cd" * 32}}
        lapsed = {"type": "scenario.timer_ran", "timer": "lapse", "due": 1}
        items = [
            {"height": 7, "time_ms": 1, "transaction": "5b" * 32, "events": [place | drawn]},
            {"height": 9, "time_ms": 2, "transaction": None, "events": [place | lapsed]},
        ]
        return {"items": [each for each in items if each["height"] > after][:limit], "next": None}

    async def rehearse(self, body: bytes) -> dict[str, Any]:
        await self._come("rehearse")
        self.rehearsed.append(canonical.decode(body))
        return self.verdict


def as_json(value: Any) -> Any:
    return msgspec.json.decode(msgspec.json.encode(value))
