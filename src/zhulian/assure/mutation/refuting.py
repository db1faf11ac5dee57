"""The prover as one of those that may notice a mutant: promises that it proves of the original, and not of the mutant."""

from collections.abc import Collection

from zhulian.language.definition.check import Checked
from zhulian.language.proving.prove import prove

__all__ = ["no_longer_proved"]


def no_longer_proved(original: Checked, mutant: Checked, names: Collection[str]) -> tuple[str, ...]:
    """The promises among `names` that the prover proves of the original and refutes or leaves open of the mutant, as `record.promise`."""
    asked = frozenset(names)
    proved = {(each.record, each.name) for each in prove(original, only=asked).promises if each.verdict == "proved"}
    lost = [each for each in prove(mutant, only=asked).promises if each.verdict != "proved"]
    return tuple(f"{each.record}.{each.name}" for each in lost if (each.record, each.name) in proved)
