"""Records that exist from their first touch: whoever acts on one first shows that its code is under the root of its parent."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from zhulian.errors import Words
from zhulian.language.compile import CompiledAction
from zhulian.merkle.errors import ProofFault, RootDiffers
from zhulian.merkle.proof_texts import require_code
from zhulian.modules.scenario.acting.records import Open
from zhulian.modules.scenario.acting.work import Work
from zhulian.modules.scenario.roots.errors import CodeNotShown, CodesNotThere
from zhulian.modules.scenario.values import Unfit, read_key

__all__ = ["TOUCH_STEPS", "first_touch"]

TOUCH_STEPS: Final = 30
"""What a first touch costs: the path, and making the record."""
_ANOTHER = Words(
    "它推算出另一个根。请由持有完整编码列表的一方重新出具",
    "it leads to another root; let whoever has the whole list make it again",
)


def first_touch(work: Work, rules: CompiledAction, key: Sequence[str], given: Mapping[str, Any]) -> Open | None:
    """The record that comes into being with this action; None where it is there already, or no proof is handed in for it.

    Raises:
        NoSuchRecord: if there is no such parent. CodesNotThere, CodeNotShown. FieldUnfit: if the code has not the form of the key.
    """
    lazy = rules.record.shape.lazy
    if not lazy:
        return None
    name = next((each.name for each in rules.shape.input if each.type == "proof" and each.record == lazy), "")
    wire = given.get(name) if name else None
    if type(wire) is not str:
        return None
    try:
        ref = read_key(rules.record.name, key, work.scene.compiled.keys)
    except Unfit:
        return None
    if work.records.find(ref) is not None:
        return None
    work.scene.context.state.charge(TOUCH_STEPS)
    above: Any = ref.key[0]
    parent = work.records.get(above)
    _require_code(work, parent, key[1], wire)
    made = work.records.draft(rules.record, work.scene.context.block.time)
    for part, value in zip(rules.record.key, ref.key, strict=True):
        made.assign(part, value)
    work.records.register(made)
    return made


def _require_code(work: Work, parent: Open, code: str, wire: str) -> None:
    """Hold that the code is under the root that the parent has."""
    where = {"key": parent.leaf[:200], "record": parent.rules.name}
    root = next((parent.values.get(each.name) for each in parent.rules.fields.values() if each.kind.type == "codes"), None)
    if not isinstance(root, str):
        raise CodesNotThere(**where)
    try:
        require_code(work.scene.context.block.hasher, root, code, wire)
    except ProofFault as no:
        why = _ANOTHER if isinstance(no, RootDiffers) else no.words()
        raise CodeNotShown(item=code[:200], why=why, **where) from None
