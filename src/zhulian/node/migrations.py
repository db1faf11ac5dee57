"""The forms that a store has had, and the way from each to the next and back.

A start brings an older store forward by itself, after putting a copy beside it (hard links, no space). Whoever wants to go
back to an older program first goes back with the store, by the newer one: blocks made since are kept, so that nothing
stands against the seal log.
"""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from zhulian.errors import Refusal, Words
from zhulian.ledger.chain_store import STORE_FORMAT, ChainStore
from zhulian.ledger.store import Store
from zhulian.node.rocks import RocksStore

__all__ = ["MIGRATIONS", "Migration", "StoreTooNew", "StoreTooOld", "bring_forward", "copy_before", "go_back", "store_format"]

Changes = tuple[list[tuple[bytes, bytes]], list[bytes]]
"""What to put and what to delete, in one batch with the mark of the form."""


class StoreTooNew(
    Refusal,
    code="node/54",
    zh="{folder} 的存储格式为 {found}，由更新的程序写成；本程序只认得到 {ours}。请升级程序，或先用新程序运行 zhulian migrate --back。",
    en="{folder} has the store format {found}, written by a newer program; this one knows up to {ours}. Upgrade the program, or run "
    "zhulian migrate --back with the newer one first.",
):
    folder: str
    found: int
    ours: int


class StoreTooOld(
    Refusal,
    code="node/55",
    zh="存储格式 {found} 已是最早的一种，无法再退回。请直接换用写成该格式的程序。",
    en="The store format {found} is the first one; there is nothing to go back to. Use the program that wrote it.",
):
    found: int


class Migration(msgspec.Struct, frozen=True):
    """The step to the form `to`: what changes, and how, forward and back."""

    to: int
    what: Words
    forward: Callable[[Store], Changes]
    back: Callable[[Store], Changes]


def _nothing(_: Store) -> Changes:
    return [], []


MIGRATIONS: Sequence[Migration] = (
    Migration(2, Words("存储中记下自身的格式", "the store says which form it has"), _nothing, _nothing),
)
"""In their order; the last one leads to `STORE_FORMAT`."""


def store_format(store: Store) -> int:
    """The form of a store; those without a mark have the first."""
    return int.from_bytes(ChainStore(store).meta("format") or b"\x01", "big")


def copy_before(database: Path, form: int) -> Path:
    """Where the copy of a store lies that had this form before it was brought forward."""
    return database.with_name(f"{database.name}.format-{form}")


def bring_forward(store: RocksStore, database: Path, said: Callable[[int, Words], None]) -> None:
    """Bring the store of a chain to the newest form; `said` is told of each step.

    Raises:
        StoreTooNew: a newer program wrote it.
    """
    if ChainStore(store).head() is None:
        return
    form = store_format(store)
    newest = MIGRATIONS[-1].to
    if form > newest:
        raise StoreTooNew(folder=str(database), found=form, ours=newest)
    if form < newest:
        copy = copy_before(database, form)
        shutil.rmtree(copy, ignore_errors=True)  # of a start that was cut off before it changed anything
        store.checkpoint(copy)
    for step in MIGRATIONS:
        if step.to > form:
            _write(store, step.forward(store), step.to)
            said(step.to, step.what)


def go_back(store: RocksStore) -> tuple[int, Words]:
    """Bring the store to the form before its present one; answers that, and what was undone.

    Raises:
        StoreTooOld: there is none before.
    """
    form = store_format(store)
    step = next((each for each in MIGRATIONS if each.to == form), None)
    if step is None:
        raise StoreTooOld(found=form)
    _write(store, step.back(store), form - 1)
    return form - 1, step.what


def _write(store: RocksStore, changes: Changes, form: int) -> None:
    puts, deletes = changes
    mark = (b"mformat", form.to_bytes(2, "big"))
    store.write([*puts, mark] if form > 1 else puts, deletes if form > 1 else [*deletes, b"mformat"])


if MIGRATIONS[-1].to != STORE_FORMAT:  # pragma: no cover
    raise ImportError("the last migration leads to the newest form")
