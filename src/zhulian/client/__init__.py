"""The client SDK: `with zhulian.connect(url, key) as chain: chain.evidence.deposit(path)`, blocking or for asyncio.

It speaks HTTP to a node and trusts nothing that comes back without its proof. Names are loaded at first use, so that a
command that needs no network does not pay for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zhulian.client.apps.acting import Done
    from zhulian.client.apps.handle import App, AsyncApp
    from zhulian.client.apps.history import History, RecordFact
    from zhulian.client.body import Identity
    from zhulian.client.chain import AsyncChain, Chain, connect, connect_async
    from zhulian.client.errors import ClientFault, FromNode, OutcomeUnknown, Unreachable
    from zhulian.client.events import BlockEvents
    from zhulian.client.evidence import BatchDeposit, Deposit, Failed, Record
    from zhulian.client.light.handle import AsyncLight, Light, LightFact
    from zhulian.client.reading import Page, Receipt
    from zhulian.client.scenario import Opened, Published
    from zhulian.client.searching import Hit, SearchPage
    from zhulian.client.submit import Outcome
    from zhulian.client.webhooks import verify_webhook

__all__ = [
    "App",
    "AsyncApp",
    "AsyncChain",
    "AsyncLight",
    "BatchDeposit",
    "BlockEvents",
    "Chain",
    "ClientFault",
    "Deposit",
    "Done",
    "Failed",
    "FromNode",
    "History",
    "Hit",
    "Identity",
    "Light",
    "LightFact",
    "Opened",
    "Outcome",
    "OutcomeUnknown",
    "Page",
    "Published",
    "Receipt",
    "Record",
    "RecordFact",
    "SearchPage",
    "Unreachable",
    "connect",
    "connect_async",
    "verify_webhook",
]

_HOMES = {
    "apps.acting": ("Done",),
    "apps.handle": ("App", "AsyncApp"),
    "apps.history": ("History", "RecordFact"),
    "body": ("Identity",),
    "chain": ("AsyncChain", "Chain", "connect", "connect_async"),
    "errors": ("ClientFault", "FromNode", "OutcomeUnknown", "Unreachable"),
    "events": ("BlockEvents",),
    "evidence": ("BatchDeposit", "Deposit", "Failed", "Record"),
    "light.handle": ("AsyncLight", "Light", "LightFact"),
    "reading": ("Page", "Receipt"),
    "scenario": ("Opened", "Published"),
    "searching": ("Hit", "SearchPage"),
    "submit": ("Outcome",),
    "webhooks": ("verify_webhook",),
}
_PLACES = {name: place for place, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{place}"), name)
