"""Every refusal speaks both languages, says the same in both, and names what to do."""

import re
import string
from collections.abc import Iterator

import pytest

from scripts import surface
from zhulian.errors import REFUSALS, Refusal

surface.load()
CJK = re.compile(r"[\u4e00-\u9fff]")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!](?!\S*[=/])|[\u4e00-\u9fff]\.(?![a-z0-9])")
"""Half-width punctuation behind a Chinese character, file endings (`回执.json`) apart."""


def fields(sentence: str) -> set[str]:
    """The facts that a sentence tells; a fact that is itself text comes as `why_zh` and `why_en`."""
    return {
        re.sub(r"_(zh|en)$", "", name.split(".")[0].split("[")[0]) for _, name, _, _ in string.Formatter().parse(sentence) if name
    }


def plain(sentence: str) -> str:
    """The sentence without its fields, and without what it quotes or addresses as a machine reads it."""
    sentence = re.sub(r"“[^”]*”", "“x”", sentence)
    return re.sub(r"https?://[^\s。，）]+", "x", re.sub(r"\{[^{}]*\}", "x", sentence))


def faults(refusal: type[Refusal]) -> Iterator[str]:
    """What is wrong with a refusal's two sentences."""
    zh, en = refusal.zh.rstrip(), refusal.en.rstrip()
    if not CJK.search(zh):
        yield "the Chinese sentence is not Chinese"
    if CJK.search(plain(en)):
        yield "the English sentence holds Chinese"
    if not zh.endswith(("。", "？", "）", "}")) or not en.endswith((".", "?", ")", "}")):
        yield "a sentence has no end"
    if found := HALF_WIDTH.search(plain(zh)):
        yield f"half-width punctuation: {found.group()}"
    if fields(zh) != fields(en):
        yield "the two sentences tell different facts"
    if not fields(zh) <= fields("".join(f"{{{name}}}" for name in refusal._names)):
        yield "a sentence uses a field that the refusal does not have"
    if not (says_what_to_do(zh, r"[。；;，：？]", r"须|请|只能") and says_what_to_do(en, r"[.;:,?](?:\s|$)", r"\bmust\b")):
        yield f"it does not say what to do: {zh} / {en}"


def says_what_to_do(sentence: str, stop: str, duty: str) -> bool:
    """Whether a sentence has a second part, states a duty, or hands on another refusal that does."""
    return len(re.findall(stop, sentence)) >= 2 or bool(re.search(duty, sentence)) or sentence.endswith("}")


def test_refusals__speak_both_languages_and_say_what_to_do() -> None:
    assert len(REFUSALS) > 150
    ours = {code: each for code, each in sorted(REFUSALS.items()) if each.__module__.startswith("zhulian.")}  # tests plant some
    found = [f"{code} {refusal.__name__}: {fault}" for code, refusal in ours.items() for fault in faults(refusal)]
    assert found == [], "\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("zh", "en", "fault"),
    [
        ("文件已存证。请勿重复提交。", "文件 is there. Do not repeat.", "holds Chinese"),
        ("It is there. Stop.", "It is there. Stop.", "not Chinese"),
        ("文件已存证.请勿重复提交。", "It is there. Do not repeat.", "half-width"),
        ("文件已存证。请勿重复提交", "It is there. Do not repeat.", "no end"),
        ("{a} 已存证。请勿重复提交。", "It is there. Do not repeat.", "different facts"),
        ("文件已存证。", "It is there.", "what to do"),
    ],
)
def test_faults__are_found(zh: str, en: str, fault: str) -> None:
    planted = type("Planted", (), {"zh": zh, "en": en, "_names": ("a",)})
    assert any(fault in each for each in faults(planted))


def test_refusals__carry_the_number_of_their_part() -> None:
    parts = {"form": "canonical", "proof": "", "seal": "", "tx": "ledger", "tree": "merkle", "home": "", "engine": "comet"}
    wrong = []
    for code, refusal in REFUSALS.items():
        if not refusal.__module__.startswith("zhulian."):  # planted by a test
            continue
        part = code.split("/")[0]
        home = parts.get(part, part)
        if part == "client" and ".credentials." in refusal.__module__:  # the client's too, but the gateway resolves DIDs as well
            continue
        if home and f".{home}" not in refusal.__module__:
            wrong.append(f"{code} stands in {refusal.__module__}")
    assert wrong == []
