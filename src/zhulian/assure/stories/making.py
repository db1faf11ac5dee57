"""What players make away from the chain: sets of codes, bulks, and proofs about them; also false ones."""

from dataclasses import replace

from zhulian.assure.stories.stage import Stage
from zhulian.language.definition.shapes import Kind
from zhulian.language.definition.views import Made
from zhulian.language.values import read_value
from zhulian.merkle.code_list import CodeGap, CodeList
from zhulian.merkle.list_tree import ListPath
from zhulian.merkle.proof_texts import Proof, proof_text
from zhulian.merkle.sum_tree import SumList, SumPath

__all__ = ["make_thing", "shown_again"]


def make_thing(stage: Stage, field: Kind, made: Made) -> str:
    """Codes, a bulk or a proof, as inputs hold it; a named one is kept to be shown, or shown of, again."""
    hasher = stage.chain.world.hasher
    name = made.called or f"thing {len(stage.made)}"
    match made.kind:
        case "codes":
            codes = CodeList(hasher, made.codes)
            stage.made[name] = codes
            return codes.root.text
        case "bulk":
            kind = Kind(type=field.sum or "int", currency=field.currency, unit=field.unit, scale=field.scale)  # type: ignore[arg-type]
            amounts = [(each.item, read_value(kind, each.amount, stage.moment)) for each in made.items]
            bulk = SumList(hasher, amounts)
            stage.made[name] = bulk
            if made.total:
                return replace(bulk.root, total=read_value(kind, made.total, stage.moment)).text
            return bulk.root.text
    text = _proof(stage, made)
    stage.made[name] = text
    return text


def shown_again(stage: Stage, name: str) -> str:
    """What was made before under a name, as inputs hold it."""
    found = stage.made[name]
    return found.root.text if isinstance(found, CodeList | SumList) else str(found)


def _proof(stage: Stage, made: Made) -> str:
    """A proof of one item, or the nearest thing to it where there is none: nobody can show what is not so."""
    of = stage.made.get(made.of)
    proof: Proof
    if isinstance(of, CodeList):
        proof = _gap(of, made.about) if made.absent else _path(of, made.about)
    elif isinstance(of, SumList) and len(of):
        proof = of.path(made.about if made.about in of else of.first)
    else:
        return made.about
    return proof_text(_forge(proof) if made.forged else proof)


def _path(codes: CodeList, code: str) -> ListPath:
    if code in codes or not len(codes):
        return codes.path(code) if len(codes) else ListPath(0, 0, ())
    gap = codes.gap(code)
    near = gap.left or gap.right
    return near[1] if near is not None else ListPath(0, 0, ())


def _gap(codes: CodeList, code: str) -> CodeGap:
    return codes.around(code) if code in codes else codes.gap(code)


def _forge(proof: Proof) -> Proof:
    """The proof with one bit changed, or the last item claimed to be another."""
    match proof:
        case ListPath():
            return replace(proof, siblings=_flip(proof.siblings)) if proof.siblings else replace(proof, index=proof.index + 1)
        case SumPath():
            siblings = tuple((root, total + 1) for root, total in proof.siblings)
            return replace(proof, siblings=siblings) if siblings else replace(proof, index=proof.index + 1)
        case CodeGap():
            return CodeGap(proof.left, None) if proof.right is not None else CodeGap(None, proof.right)


def _flip(siblings: tuple[bytes, ...]) -> tuple[bytes, ...]:
    first = siblings[0]
    return (bytes([first[0] ^ 1]) + first[1:], *siblings[1:])
