"""What an action asks for: every value judged against its type, its bounds and its role before anything else looks at it."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from zhulian.errors import Words
from zhulian.language.compile import CompiledAction, CompiledField, CompiledKind
from zhulian.language.expressions.tree import Ref, Value
from zhulian.language.lending import RecordName
from zhulian.modules.scenario.acting.environment import Environment
from zhulian.modules.scenario.acting.scene import Scene
from zhulian.modules.scenario.errors import InputMissing, InputNotInRole, InputRefused, InputUnknown
from zhulian.modules.scenario.values import Keys, Unfit, read_key, read_value

__all__ = ["HasRole", "named_records", "read_field", "read_given", "read_inputs"]

HasRole = Callable[[str, str], bool]
"""Whether a party (second) has a role (first) in the instance."""


def read_inputs(action: CompiledAction, given: Mapping[str, Any], environment: Environment, has_role: HasRole) -> None:
    """Judge the input of an action, and let expressions see it as `input`.

    Raises:
        InputUnknown, InputMissing, InputRefused, InputNotInRole: unknown names first, then each input in the order of the definition.
    """
    for name in given:
        if name not in action.inputs:
            raise InputUnknown(at=action.name, name=name, known=", ".join(action.inputs) or "–")
    if not action.inputs:
        return
    keys = environment.scene.compiled.keys
    values: dict[str, Value] = {name: read_given(field, given, keys, has_role) for name, field in action.inputs.items()}
    environment.names["input"] = values
    for field in action.forbidding:
        if field.forbid is not None and values[field.name] == field.forbid(environment, environment.scene.context.state):
            words = Words("这里不允许填写该值", "just this value is not allowed here")
            raise InputRefused(name=field.name, why=words)


def read_given(field: CompiledField, given: Mapping[str, Any], keys: Keys, has_role: HasRole) -> Value:
    """One input: what is given for it, judged, or its default.

    Raises:
        InputMissing, InputRefused, InputNotInRole.
    """
    wire = given.get(field.name)
    if wire is None:
        if field.name in given or (field.default is None and not field.optional):
            raise InputMissing(name=field.name)
        return field.default
    return read_field(field, wire, keys, has_role)


def read_field(field: CompiledField, wire: object, keys: Keys, has_role: HasRole) -> Value:
    """A value from outside, judged against its field and the role that its parties must have.

    Raises:
        InputRefused, InputNotInRole.
    """
    try:
        value = read_value(field, wire, keys)
        if not field.private and (field.kind.role or field.kind.item is not None):
            _require_roles(field.name, field.kind, value, has_role)
    except Unfit as unfit:
        raise InputRefused(name=field.name, why=unfit.why) from None
    return value


def _require_roles(name: str, kind: CompiledKind, value: Value, has_role: HasRole) -> None:
    if kind.item is not None and isinstance(value, tuple):
        for each in value:
            _require_roles(name, kind.item, each, has_role)
    elif kind.role and isinstance(value, str) and not has_role(kind.role, value):
        raise InputNotInRole.of(name, kind.role, value)


class InScene(Protocol):
    """Whatever plays in a scene."""

    @property
    def scene(self) -> Scene:
        """Where it plays."""


def named_records(action: CompiledAction, given: Mapping[str, Any], environment: InScene) -> tuple[RecordName, ...]:
    """The records of this instance that the input names, as far as it can be read; what is wrong with it is said later."""
    if not action.naming:
        return ()
    found: dict[RecordName, None] = {}
    compiled = environment.scene.compiled
    for field in action.naming:
        name, kind = field.name, field.kind if field.kind.item is None else field.kind.item
        if kind.record not in compiled.records or name not in given:
            continue
        several = given[name] if field.kind.item is not None and isinstance(given[name], list | tuple) else (given[name],)
        if len(several) > (field.kind.most or len(several)):
            continue  # the action is refused for it, and nobody makes a chain look at more than the bound counts
        for wire in several:
            ref = _read_ref(kind.record, wire, compiled.keys)
            if ref is not None:
                found[environment.scene.record_name(ref)] = None
    return tuple(found)


def _read_ref(record: str, wire: object, keys: Keys) -> Ref | None:
    if not isinstance(wire, list | tuple) or not all(isinstance(each, str) for each in wire):
        return None
    try:
        return read_key(record, wire, keys)
    except Unfit:
        return None
