"""What `seals` and `opens` do: one commitment for a group of a record, and later its values, held against it."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from zhulian import canonical
from zhulian.crypto import Hasher
from zhulian.errors import Words
from zhulian.language.compile import CompiledAction, CompiledField, CompiledRecord
from zhulian.language.definition.shapes import Sealed
from zhulian.language.expressions.tree import Value
from zhulian.language.sealing import SALT_BYTES, sealed_commitment
from zhulian.ledger.overlay import TransactionOverlay
from zhulian.modules.scenario.acting.records import Open
from zhulian.modules.scenario.errors import InputMissing, InputRefused
from zhulian.modules.scenario.sealing.errors import (
    AlreadyOpened,
    AlreadySealed,
    CommitmentUnfit,
    NothingSealed,
    RevealFalse,
    RevealUnfit,
    SealedByAnother,
)
from zhulian.modules.scenario.state import Seal

__all__ = ["Reveal", "close_group", "open_group", "opened_group", "read_commitment", "read_reveal", "without_group"]

_DIGEST = re.compile(r"[0-9a-f]{64}")
OPENING_STEPS: Final = 20
"""What opening costs beside one step for each 256 bytes of the values; `check_steps` counts the most."""
_BYTES_PER_STEP: Final = 256

ReadField = Callable[[CompiledField, object], Value]
"""Judges one value against its field.

Raises:
    InputRefused.
"""


class Reveal(NamedTuple):
    """What opens a group: the salt, the values as they were handed in, and as expressions see them."""

    salt: bytes
    wire: Mapping[str, Any]
    values: Mapping[str, Value]


def opened_group(rules: CompiledAction) -> str:
    """The sealed group that an action opens; empty where it opens none."""
    opens = rules.shape.opens
    return opens if any(each.name == opens for each in rules.record.shape.sealed) else ""


def without_group(rules: CompiledAction, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The input of an action without what is handed in for the group that it seals or opens."""
    group = rules.shape.seals or opened_group(rules)
    return {name: value for name, value in given.items() if name != group} if group else given


def read_commitment(group: str, given: Mapping[str, Any]) -> str:
    """The commitment that is handed in under the group's name.

    Raises:
        InputMissing, CommitmentUnfit.
    """
    found = given.get(group)
    if found is None:
        raise InputMissing(name=group)
    if type(found) is not str or not _DIGEST.fullmatch(found):
        raise CommitmentUnfit(group=group)
    return found


def read_reveal(record: CompiledRecord, group: str, given: Mapping[str, Any], read_field: ReadField) -> Reveal:
    """What opens the group, handed in under its name: salt and values of all its fields, each of them judged.

    Raises:
        InputMissing, RevealUnfit.
    """
    found = given.get(group)
    if found is None:
        raise InputMissing(name=group)
    if not isinstance(found, Mapping) or set(found) != {"salt", "values"} or not isinstance(found["values"], Mapping):
        raise RevealUnfit(group=group, why=Words("须有 salt 与 values 两项", "it must have salt and values"))
    salt, wire = found["salt"], found["values"]
    if type(salt) is not str or not _DIGEST.fullmatch(salt) or len(salt) != 2 * SALT_BYTES:
        raise RevealUnfit(group=group, why=Words("盐值须为 64 位小写十六进制", "the salt must be 64 lower-case hex digits"))
    fields = group_of(record, group).fields
    if set(wire) != set(fields):
        listed = ", ".join(fields)
        raise RevealUnfit(group=group, why=Words(f"须恰好给出 {listed}", f"it must give just {listed}"))
    try:
        values = {name: read_field(record.fields[name], wire[name]) for name in fields}
    except InputRefused as no:
        raise RevealUnfit(group=group, why=Words(f"{no.name}：{no.why.zh}", f"{no.name}: {no.why.en}")) from None
    return Reveal(bytes.fromhex(salt), wire, values)


def group_of(record: CompiledRecord, group: str) -> Sealed:
    """The sealed group of that name, which the check has found to be there."""
    return next(each for each in record.shape.sealed if each.name == group)


def close_group(record: Open, group: str, commitment: str, party: str) -> None:
    """Seal a group of a record for a party.

    Raises:
        AlreadySealed, AlreadyOpened, SealedByAnother.
    """
    before = record.held.sealed.get(group)
    if before is not None:
        where = {"group": group, "key": record.leaf[:200], "record": record.rules.name}
        if before.opened is not None:
            raise AlreadyOpened(**where)
        if not group_of(record.rules, group).replace:
            raise AlreadySealed(**where)
        if before.party != party:
            raise SealedByAnother(group=group, party=before.party)
    _write(record, group, Seal(commitment=commitment, party=party))


def open_group(
    hasher: Hasher, state: TransactionOverlay, record: Open, group: str, reveal: Reveal, parties: tuple[str, ...], *, judged: bool
) -> bool:
    """Hold what is shown against what was sealed. If it is the same, the fields are filled, and this is true.

    What is not the same counts as a false reveal only if the party that sealed it signs (`parties`), and the action says what
    follows then (`judged`): nobody can spoil another's bid by showing something wrong in its place.

    Raises:
        NothingSealed, AlreadyOpened. RevealFalse: if it is not the same and counts for nothing.
    """
    where = {"group": group, "key": record.leaf[:200], "record": record.rules.name}
    seal = record.held.sealed.get(group)
    if seal is None:
        raise NothingSealed(**where)
    if seal.opened is not None:
        raise AlreadyOpened(**where)
    state.charge(OPENING_STEPS + len(canonical.encode(dict(reveal.wire))) // _BYTES_PER_STEP)
    text = f"{record.rules.name}/{record.leaf}"
    shown = sealed_commitment(hasher, record.name.instance, text, group, seal.party, reveal.salt, reveal.wire)
    if shown.hex() == seal.commitment:
        for name, value in reveal.values.items():
            record.assign(name, value)
        _write(record, group, replace(seal, opened=True))
        return True
    if not judged or seal.party not in parties:
        raise RevealFalse(group=group, party=seal.party)
    _write(record, group, replace(seal, opened=False))
    return False


def _write(record: Open, group: str, seal: Seal) -> None:
    record.amend(replace(record.held, sealed={**record.held.sealed, group: seal}))
