"""Correct: whoever the definition names puts fields of a record right, while it may; what stood there before stays in sight."""

from typing import Any

from zhulian.errors import Refusal
from zhulian.language.compile import CompiledField
from zhulian.language.definition.shapes import Correction as Allowed
from zhulian.language.expressions.dates import start_of
from zhulian.language.expressions.tree import Value
from zhulian.language.expressions.types import DATE
from zhulian.ledger.module import Context
from zhulian.modules.scenario.acting.inputs import read_field
from zhulian.modules.scenario.books import Shelf
from zhulian.modules.scenario.correcting.errors import CorrectionLate, NotCorrectable, NothingCorrected
from zhulian.modules.scenario.correcting.state import CORRECTIONS, Correction
from zhulian.modules.scenario.events import Corrected
from zhulian.modules.scenario.messages import Correct
from zhulian.modules.scenario.opening.members import has_role
from zhulian.modules.scenario.tasking.desk import Desk
from zhulian.modules.scenario.values import wire_value
from zhulian.modules.scenario.who.judge import Signed

__all__ = ["CAUSE", "Correcting"]

CAUSE = "correct"
"""The cause of what a correction changes."""


class Correcting:
    """Needs the shelf alone."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def handle_correct(self, context: Context, message: Correct) -> None:
        """Put fields of a record right."""
        # AUTHORIZE
        desk = Desk(context, self._shelf, message.instance, message.on, CAUSE)
        place, signed = _judge(desk, message)

        # VALIDATE
        desk = desk.signed(signed)
        record = desk.record
        if not _in_time(desk, place):
            raise CorrectionLate(record=record.rules.name, key=record.leaf)
        values = {name: _read(desk, record.rules.fields[name], wire) for name, wire in message.fields.items()}
        for name, value in values.items():
            if record.values.get(name) == value:
                raise NothingCorrected(field=name)
        old = {name: wire_value(record.values.get(name)) for name in values}

        # APPLY
        for name, value in values.items():
            record.assign(name, value)
        desk.work.require_promises()
        desk.work.save(CAUSE)
        new = {name: wire_value(value) for name, value in values.items()}
        kept = Correction(
            by=dict(signed.by), height=context.block.height, new=new, old=old, reason=message.reason, time=context.block.time
        )
        event = f"{record.held.trail.count:010d}"
        CORRECTIONS.set(context.state, message.instance, message.on.record, record.leaf, event, value=kept)

        # EMIT
        context.emit(
            Corrected(
                fields=new, instance=message.instance, key=record.leaf, old=old, reason=message.reason, record=message.on.record
            )
        )


def _judge(desk: Desk, message: Correct) -> tuple[int, Signed]:
    """Who corrects, and by which entry of the record's `correct`: the first that has all the fields and lets them."""
    rules = desk.record.rules
    allowed = [(place, each) for place, each in enumerate(rules.shape.correct) if _covers(each, message)]
    if not allowed:
        known = "; ".join(", ".join(each.fields) for each in rules.shape.correct) or "–"
        raise NotCorrectable(record=rules.name, named=", ".join(message.fields), known=known)
    why: Refusal | None = None
    for place, each in allowed:
        try:
            return place, desk.judge(_path(desk, place), each.by, message.by, message.fields)
        except Refusal as refusal:
            why = why or refusal
    raise why or NotCorrectable(record=rules.name, named=", ".join(message.fields), known="–")


def _covers(allowed: Allowed, message: Correct) -> bool:
    return all(name in allowed.fields for name in message.fields)


def _path(desk: Desk, place: int) -> str:
    rules = desk.record.rules
    whole = "instance" if rules.shape is desk.scene.compiled.tree.instance else f"records.{rules.name}"
    return f"{whole}.correct[{place}]"


def _in_time(desk: Desk, place: int) -> bool:
    """Whether `until` lies ahead; a day counts to its end."""
    path = f"{_path(desk, place)}.until"
    program = desk.scene.compiled.programs.get(path)
    if program is None:
        return True
    until: Any = program(desk.work.environment, desk.scene.context.state)
    if desk.scene.compiled.checked.typed[path].type == DATE:
        until = start_of(desk.work.environment.calendar, until + 1)
    return bool(desk.scene.context.block.time < until)


def _read(desk: Desk, field: CompiledField, wire: object) -> Value:
    if wire is None and field.optional:
        return None
    scene = desk.scene

    def has(role: str, party: str) -> bool:
        return has_role(scene.context.state, scene.context.block.genesis, scene.name, scene.instance, role, party)

    return read_field(field, wire, scene.compiled.keys, has)
