"""What may be asked of the ledger process: names and parameters of its methods, shared by both ends."""

from typing import Annotated, Any, Literal

import msgspec

__all__ = ["METHODS", "TRANSACTIONS_MAX", "Params", "Request", "Response", "Stage"]

Stage = Literal["admitted", "committed", "sealed"]
"""How far a transaction must have come before `submit` answers."""

_INT_MAX = 2**53 - 1
"""The largest number of canonical JSON: what comes in is bounded at the door, so that nothing behind it can overflow."""

Height = Annotated[int, msgspec.Meta(ge=0, le=_INT_MAX)]
Count = Annotated[int, msgspec.Meta(ge=0, le=_INT_MAX)]
"""How many, or how many milliseconds; most methods bound it further."""

TRANSACTIONS_MAX = 10_000
"""How many transactions one `submit` carries at most."""


class Request(msgspec.Struct, array_like=True, frozen=True):
    """One call: `id` is the caller's, `params` is the msgpack of the method's own struct."""

    id: int
    method: str
    params: msgspec.Raw


class Response(msgspec.Struct, array_like=True, frozen=True):
    """The answer to the call `id`: either `value`, or a refusal as `{code, zh, en, fields}`."""

    id: int
    refused: bool
    value: Any


class Params(msgspec.Struct, forbid_unknown_fields=True, frozen=True, omit_defaults=True):
    """The parameters of a method."""


class Nothing(Params, frozen=True):
    """No parameters."""


class Submit(Params, frozen=True):
    """Raw envelopes, and the stage to wait for."""

    txs: list[bytes]
    wait: Stage = "committed"


class Receipts(Params, frozen=True):
    """Transaction ids in hex."""

    ids: list[str]


class State(Params, frozen=True):
    """A state key and the height to read and prove at (None: the newest)."""

    key: list[str]
    height: Height | None = None


class Page(Params, frozen=True):
    """A collection, the first parts of its keys, the cursor of the page before, and how many items at most."""

    collection: str
    prefix: list[str] = []
    after: str | None = None
    limit: Count = 50


class Block(Params, frozen=True):
    """A height (0: the newest)."""

    height: Height


class Blocks(Params, frozen=True):
    """Headers below `before` (None: from the newest), newest first."""

    before: Height | None = None
    limit: Count = 50


class Transaction(Params, frozen=True):
    """A transaction id in hex."""

    id: str


class Events(Params, frozen=True):
    """Events of the blocks above `after_height`; waits up to `wait_ms` for the first one."""

    after_height: Height
    limit: Count = 100
    wait_ms: Count = 0


class Follow(Params, frozen=True):
    """Whole blocks above `after_height` that are sealed; waits up to `wait_ms` for the first one."""

    after_height: Height
    limit: Count = 100
    wait_ms: Count = 0


class StepBack(Params, frozen=True):
    """The height at which the engine stands."""

    engine_height: Height


class Seals(Params, frozen=True):
    """A height."""

    height: Height


class Engine(Params, frozen=True):
    """A question for the engine, of those that other members' engines have: its method and where to look."""

    method: Annotated[str, msgspec.Meta(max_length=32)]
    height: Height
    page: Count = 1
    per_page: Count = 100


METHODS: dict[str, type[Params]] = {
    "status": Nothing,
    "metrics": Nothing,
    "submit": Submit,
    "receipts": Receipts,
    "state": State,
    "page": Page,
    "block": Block,
    "blocks": Blocks,
    "transaction": Transaction,
    "events": Events,
    "follow": Follow,
    "head": Nothing,
    "spoken_head": Nothing,
    "genesis": Nothing,
    "step_back": StepBack,
    "seals": Seals,
    "agreements": Nothing,
    "checkpoint": Nothing,
    "snapshots": Nothing,
    "engine": Engine,
}
"""The parameters' shape of each method."""
