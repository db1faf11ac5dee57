"""Proofs that show a fact about a secret number and nothing else, made without talking (Fiat and Shamir 1986).

| proof | shows | source |
|---|---|---|
| `Known` | the maker knows x with Y = x·G | Schnorr 1991 |
| `Equal` | one x stands behind A = x·G and B = x·H | Chaum and Pedersen 1992 |
| `OneOf` | a ciphertext holds one of several listed numbers | Cramer, Damgård and Schoenmakers 1994 |

Each is bound to a purpose, to the chain, and to a `context` that says for what it was made: a copy is worth nothing elsewhere.
The strong form is used: every point that a statement speaks of goes into the challenge (Bernhard, Pereira and Warinschi 2012).
"""

from collections.abc import Sequence
from typing import NamedTuple

from zhulian.crypto.errors import BadProof
from zhulian.crypto.group import NUMBER_BYTES, Curve, Point, challenge, random_number
from zhulian.crypto.hasher import Hasher
from zhulian.errors import Words, check

__all__ = ["Answer", "Cipher", "add_ciphers", "encrypt_number", "prove_equal", "prove_known", "prove_one_of", "verify_equal",
           "verify_known", "verify_one_of"]  # fmt: skip


class Answer(NamedTuple):
    """One part of a proof: the challenge and what answers it."""

    challenge: int
    answer: int

    @property
    def text(self) -> str:
        """Both numbers as 128 hex digits."""
        return (self.challenge.to_bytes(NUMBER_BYTES, "big") + self.answer.to_bytes(NUMBER_BYTES, "big")).hex()

    @classmethod
    def of_text(cls, text: str) -> "Answer":
        """From 128 hex digits; that they are so many was checked."""
        return cls(int(text[:64], 16), int(text[64:], 16))


class Cipher(NamedTuple):
    """An encryption of a small number m under Y = y·G that can be added: (r·G, m·G + r·Y) (ElGamal 1985, in the exponent)."""

    first: Point
    second: Point


def encrypt_number(group: Curve, key: Point, number: int, blind: int) -> Cipher:
    """The encryption of `number` with the secret `blind`, which is used once."""
    return Cipher(group.base_times(blind), group.base_times(number) + key.times(blind))


def add_ciphers(ciphers: Sequence[Cipher]) -> Cipher:
    """An encryption of the sum of what one or more ciphers hold."""
    first, second = ciphers[0]
    for each in ciphers[1:]:
        first, second = first + each.first, second + each.second
    return Cipher(first, second)


def prove_known(hasher: Hasher, group: Curve, purpose: str, context: bytes, secret: int) -> Answer:
    """Show that the secret behind `secret`·G is known."""
    drawn = random_number(group)
    asked = challenge(hasher, group, purpose, context, (group.base_times(secret), group.base_times(drawn)))
    return Answer(asked, (drawn + asked * secret) % group.order)


def verify_known(hasher: Hasher, group: Curve, purpose: str, context: bytes, shown: Point, proof: Answer) -> None:
    """Check a proof of `prove_known` about the point `shown`.

    Raises:
        BadProof.
    """
    drawn = group.combine(((-proof.challenge, shown),), proof.answer)
    if challenge(hasher, group, purpose, context, (shown, drawn)) != proof.challenge:
        raise BadProof(what=Words("掌握密钥", "knowing the key"))


def prove_equal(hasher: Hasher, group: Curve, purpose: str, context: bytes, base: Point, secret: int) -> Answer:
    """Show that one secret stands behind `secret`·G and `secret`·`base`."""
    drawn = random_number(group)
    points = (group.base_times(secret), base, base.times(secret), group.base_times(drawn), base.times(drawn))
    asked = challenge(hasher, group, purpose, context, points)
    return Answer(asked, (drawn + asked * secret) % group.order)


def verify_equal(
    hasher: Hasher, group: Curve, purpose: str, context: bytes, shown: Point, base: Point, product: Point, proof: Answer
) -> None:
    """Check a proof of `prove_equal`: that `shown` = x·G and `product` = x·`base` for one x.

    Raises:
        BadProof.
    """
    first = group.combine(((-proof.challenge, shown),), proof.answer)
    second = group.combine(((proof.answer, base), (-proof.challenge, product)))
    if challenge(hasher, group, purpose, context, (shown, base, product, first, second)) != proof.challenge:
        raise BadProof(what=Words("两处使用同一密钥", "one key behind two points"))


def prove_one_of(
    hasher: Hasher, group: Curve, purpose: str, context: bytes, key: Point, cipher: Cipher, values: Sequence[int], true: int,
    blind: int,
) -> list[Answer]:  # fmt: skip
    """Show that `cipher`, which was made with `blind`, holds one of `values`; `true` is the one, and stays unsaid."""
    check(true in values, "what is shown to be one of several is one of them")
    place = list(values).index(true)
    drawn = random_number(group)
    answers: list[Answer] = []
    points: list[Point] = [key, cipher.first, cipher.second]
    for index, value in enumerate(values):
        made = Answer(0, 0) if index == place else Answer(random_number(group), random_number(group))
        answers.append(made)
        if index == place:
            points += [group.base_times(drawn), key.times(drawn)]
        else:
            points += _claimed(group, key, cipher, value, made)
    asked = challenge(hasher, group, purpose, context, tuple(points))
    own = (asked - sum(each.challenge for each in answers)) % group.order
    answers[place] = Answer(own, (drawn + own * blind) % group.order)
    return answers


def verify_one_of(
    hasher: Hasher, group: Curve, purpose: str, context: bytes, key: Point, cipher: Cipher, values: Sequence[int],
    proof: Sequence[Answer],
) -> None:  # fmt: skip
    """Check a proof of `prove_one_of`.

    Raises:
        BadProof.
    """
    points: list[Point] = [key, cipher.first, cipher.second]
    holds = len(proof) == len(values)
    for value, each in zip(values, proof, strict=False):
        points += _claimed(group, key, cipher, value, each)
    asked = challenge(hasher, group, purpose, context, tuple(points))
    if not holds or asked != sum(each.challenge for each in proof) % group.order:
        raise BadProof(what=Words("密文内容在允许范围内", "a ciphertext that holds what is allowed"))


def _claimed(group: Curve, key: Point, cipher: Cipher, value: int, answer: Answer) -> tuple[Point, Point]:
    """The two points that an honest maker would have drawn for this challenge and answer, if the cipher held `value`."""
    first = group.combine(((-answer.challenge, cipher.first),), answer.answer)
    second = group.combine(((answer.answer, key), (-answer.challenge, cipher.second)), answer.challenge * value)
    return first, second
