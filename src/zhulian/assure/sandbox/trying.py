"""Trying in a sandbox: steps played on the copied state, receipts of what was done there, and the same steps under changed rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zhulian.assure.sandbox.copy import Copy
from zhulian.assure.sandbox.staging import LeftOut, checked_for, put_up
from zhulian.assure.stories.founding import key_of
from zhulian.assure.stories.playing import PlayedStep, play_on
from zhulian.assure.stories.stage import Stage
from zhulian.crypto import SoftwareSigner, fingerprint
from zhulian.language.definition.errors import LanguageFaults
from zhulian.language.definition.normalise.reader import Reader
from zhulian.language.definition.normalise.stories import read_steps
from zhulian.language.definition.views import Step, Tree
from zhulian.language.errors import LanguageFault
from zhulian.language.source import read_source
from zhulian.ledger.blocks import seal_preimage
from zhulian.ledger.collections import decode_key, encode_key
from zhulian.ledger.genesis import CODEC
from zhulian.ledger.types import Seal
from zhulian.modules.scenario.state import RECORDS

__all__ = ["Difference", "Tried", "compare", "read_steps_file", "try_out"]

_SEALER = "*.seal"


@dataclass(frozen=True)
class Tried:
    """What came of steps: each as it was played, what of the copy did not fit, receipts by transaction, genesis, and the records then."""

    steps: tuple[PlayedStep, ...]
    left_out: tuple[LeftOut, ...]
    receipts: dict[str, dict[str, Any]]
    genesis: bytes
    records: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Difference:
    """Something that comes out otherwise: a step by its number, or a field of a record, with both outcomes (empty: none)."""

    what: str
    now: str
    then: str


def read_steps_file(text: bytes) -> tuple[Step, ...]:
    """The steps of a file, in the form of a story's: `steps: [{who: …, does: …, on: …, with: {…}}]`.

    Raises:
        LanguageFaults: naming every fault with its place.
    """
    try:
        root = read_source(text)
    except LanguageFault as fault:
        raise LanguageFaults.of([fault]) from None
    reader = Reader()
    parts = reader.parts(root, "", ("steps",), ("steps",))
    steps = read_steps(reader, parts["steps"], "steps") if "steps" in parts else ()
    if reader.faults:
        raise LanguageFaults.of(reader.faults)
    return steps


def try_out(name: str, copy: Copy, tree: Tree, steps: tuple[Step, ...], folder: Path | None = None) -> Tried:
    """Play steps on the copied state under a definition, to the end whatever comes of them; files are looked for in `folder`.

    Raises:
        LanguageFaults, StageFell, PackMissing.
    """
    stage, left = put_up(name, copy, checked_for(copy, tree, steps))
    played = play_on(stage, folder=folder, through=True)
    receipts = _receipts(stage, [each.transaction for each in played.steps if each.transaction and each.refusal is None])
    return Tried(played.steps, tuple(left), receipts, CODEC.encode(stage.chain.world.genesis), _records(stage))


def compare(now: Tried, then: Tried) -> list[Difference]:
    """What comes out otherwise under other rules: outcomes and alerts of steps, records that differ at the end, what does not fit."""
    found: list[Difference] = []
    for number, (one, other) in enumerate(zip(now.steps, then.steps, strict=True), 1):
        if (before := _outcome(one)) != (after := _outcome(other)):
            found.append(Difference(f"{number}", before, after))
    for key in dict.fromkeys((*now.records, *then.records)):
        one_record, other_record = now.records.get(key, {}), then.records.get(key, {})
        pairs = ((field, one_record.get(field), other_record.get(field)) for field in dict.fromkeys((*one_record, *other_record)))
        found += [Difference(f"{key} · {field}", _text(old), _text(new)) for field, old, new in pairs if old != new]
    return found + [Difference(each.what, "", each.why.en) for each in then.left_out if each not in now.left_out]


def _outcome(step: PlayedStep) -> str:
    said = step.refusal.code if step.refusal is not None else "ok"
    return " ".join((said, *sorted(step.alerts)))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _records(stage: Stage) -> dict[str, dict[str, Any]]:
    """The records of the main instance, by type and key, as they stand."""
    store, prefix = stage.chain.application.chain_store, encode_key(RECORDS.name, stage.main.name)[:-1] + b","
    found: dict[str, dict[str, Any]] = {}
    after = b""
    while page := store.keys(prefix, after, 500):
        for key, value in page:
            _, _, record, leaf = decode_key(key)
            held = RECORDS.decode(value)
            found[f"{record} {leaf}"] = {**held.fields, **({"state": held.state} if held.state else {})}
        after = page[-1][0]
    return found


def _receipts(stage: Stage, transactions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Receipts of what was done, sealed by the sandbox's own key, which protects nothing."""
    application, hasher = stage.chain.application, stage.chain.world.hasher
    signer = SoftwareSigner(hasher.suite, key_of(_SEALER))
    for height in range(1, application.head.height + 1):
        block, header = application.chain_store.block(height), application.chain_store.header(height)
        if block is None or header is None:
            continue
        digest = hasher.digest("header", block.header)
        signature = signer.sign(seal_preimage(hasher, digest, header.time_ms)).hex()
        key = fingerprint(hasher.suite, signer.public_key)
        sealer = application.sealers_at(height)[0].sealer
        application.add_seals(height, [Seal(key=key, sealer=sealer, signature=signature, time_ms=header.time_ms)])
    return {each: application.prover.receipt(each) for each in transactions if application.chain_store.place(each) is not None}
