"""Trying and running an import, row by row. The client's journal remembers each row that was registered, by its content."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhulian import canonical
from zhulian.client.apps.acting import AppCore, Signers, act_once, check
from zhulian.client.errors import FromNode
from zhulian.client.flow import Flow, work
from zhulian.client.importing.errors import RowInvalid
from zhulian.client.importing.plans import Plan, Request, made_key, request_of, require_fit
from zhulian.client.importing.sheets import Row, Sheet, read_sheet
from zhulian.errors import Refusal, Words
from zhulian.language.asking import find_action

__all__ = ["Imported", "dry_run", "run"]


@dataclass(frozen=True)
class Imported:
    """What came of the rows: how many were registered now, how many had been before, and each bad one with its reason."""

    rows: int
    registered: int
    before: int
    bad: tuple[RowInvalid, ...]


def dry_run(
    app: AppCore,
    plan: Plan,
    plan_path: Path,
    table: Path,
    *,
    signers: Signers = None,
    progress: Callable[[int], None] | None = None,
) -> Flow[Imported]:
    """Ask for each row whether it would be allowed now; nothing is written.

    A row that makes a record under the key of a good row above it is bad, which the chain cannot know before that one is there.

    Raises:
        SheetUnreadable, SheetTooLarge, BadPlan, UnknownAction. Unreachable.
    """
    sheet = yield from work(_open, app, plan, plan_path, table)
    action = find_action(app.info.tree, plan.action)
    bad: list[RowInvalid] = []
    before = 0
    makers: dict[tuple[str, ...], int] = {}
    for key, request in _keyed(app, plan, sheet.rows):
        done = yield from work(app.core.journal.applied, app.core.chain, key)
        if done is not None:
            before += 1
        else:
            fault = yield from _judge(app, plan, request, signers)
            made = made_key(app.info.tree, action, request)
            if fault is None and made is not None and makers.setdefault(made, request.row) != request.row:
                fault = RowInvalid(row=request.row, why=_repeats("/".join(made), makers[made]))
            if fault is not None:
                bad.append(fault)
        if progress is not None:
            progress(1)
    return Imported(len(sheet.rows), 0, before, tuple(bad))


def run(
    app: AppCore,
    plan: Plan,
    plan_path: Path,
    table: Path,
    *,
    signers: Signers = None,
    progress: Callable[[int], None] | None = None,
) -> Flow[Imported]:
    """Register each row by a transaction of its own; a row that was registered before is left out, so that a run may be repeated.

    A bad row holds up no other. Where the node goes away the run ends, and goes on when it is repeated.

    Raises:
        SheetUnreadable, SheetTooLarge, BadPlan, UnknownAction. Unreachable, OutcomeUnknown.
    """
    sheet = yield from work(_open, app, plan, plan_path, table)
    bad: list[RowInvalid] = []
    registered = before = 0
    for key, request in _keyed(app, plan, sheet.rows):
        done = yield from work(app.core.journal.applied, app.core.chain, key)
        if done is not None:
            before += 1
        else:
            try:
                yield from act_once(app, plan.action, request.on, request.inputs, signers, key)
                registered += 1
            except (FromNode, Refusal) as no:
                if _is_outage(no):
                    raise
                bad.append(RowInvalid(row=request.row, why=no.words()))
        if progress is not None:
            progress(1)
    return Imported(len(sheet.rows), registered, before, tuple(bad))


def _open(app: AppCore, plan: Plan, plan_path: Path, table: Path) -> Sheet:
    sheet = read_sheet(table, plan.sheet)
    require_fit(plan, plan_path, find_action(app.info.tree, plan.action), sheet)
    return sheet


def _keyed(app: AppCore, plan: Plan, rows: Sequence[Row]) -> list[tuple[str, Request]]:
    """Each row's request with the name under which it is done once: its content, and the how-manieth of that content it is."""
    seen: Counter[str] = Counter()
    found = []
    for row in rows:
        request = request_of(plan, row)
        content: Mapping[str, Any] = {"action": plan.action, "inputs": request.inputs, "on": list(request.on)}
        digest = app.core.hasher.suite.digest(canonical.encode(content)).hex()
        seen[digest] += 1
        found.append((f"import:{app.info.instance}:{digest}:{seen[digest]}", request))
    return found


def _judge(app: AppCore, plan: Plan, request: Request, signers: Signers) -> Flow[RowInvalid | None]:
    try:
        verdict = yield from check(app, plan.action, *request.on, signers=signers, given=request.inputs)
    except Refusal as no:
        if _is_outage(no):
            raise
        return RowInvalid(row=request.row, why=no.words())
    if verdict.get("allowed"):
        return None
    refusal = verdict.get("refusal") or {}
    return RowInvalid(row=request.row, why=Words(str(refusal.get("zh", "")).rstrip("。"), str(refusal.get("en", "")).rstrip(".")))


def _repeats(key: str, row: int) -> Words:
    return Words(f"编号 {key} 与第 {row} 行重复", f"the key {key} is that of row {row} too")


def _is_outage(no: Refusal) -> bool:
    """Whether the node, not the row, is at fault; then going on would only call every row bad."""
    from zhulian.client.errors import OutcomeUnknown, Unreachable
    from zhulian.home import NoPassphrase, NoSuchSigner

    if isinstance(no, Unreachable | OutcomeUnknown | NoPassphrase | NoSuchSigner):
        return True
    return isinstance(no, FromNode) and no.status in (401, 429, 500, 502, 503, 504)
