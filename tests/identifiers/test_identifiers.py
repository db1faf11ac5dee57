"""GS1 Digital Link, EPC URNs and Handles: one spelling for each thing, and every fault named."""

import contextlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhulian.errors import Refusal
from zhulian.identifiers import CANONICAL, IdentifierFault, check_digit, is_class, normalise, read_digital_link
from zhulian.identifiers.gs1 import read_path

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "identifiers" / "spellings.json").read_text("utf-8"))


@pytest.mark.parametrize("case", VECTORS["same"], ids=lambda each: each["identifier"])
def test_normalise__brings_to_one_spelling(case: dict[str, str]) -> None:
    assert normalise(case["identifier"]) == case["normal"]
    assert normalise(case["normal"]) == case["normal"]
    assert is_class(case["normal"]) == (case["what"] in ("product", "lot"))


@pytest.mark.parametrize("case", VECTORS["refused"], ids=lambda each: f"{each['code']} {each['identifier'][:40]}")
def test_normalise__names_what_is_wrong(case: dict[str, str]) -> None:
    with pytest.raises(Refusal) as refusal:
        normalise(case["identifier"])
    assert refusal.value.code == case["code"]


SAFE = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!\"%&'()*+,-./:;<=>?_", min_size=1, max_size=20)


@given(st.integers(0, 10**13 - 1), SAFE, SAFE)
def test_links__come_back_from_their_own_spelling(number: int, lot: str, serial: str) -> None:
    digits = f"{number:013d}"
    link = read_digital_link(read_path(f"01/{digits}{check_digit(digits)}").uri)
    assert link.value == digits + check_digit(digits)
    full = link._replace(qualifiers=(("10", lot), ("21", serial)))
    assert read_digital_link(full.uri) == full
    assert full.uri.startswith(f"{CANONICAL}/01/")


@given(st.text(max_size=60))
def test_normalise__only_ever_refuses(text: str) -> None:
    with contextlib.suppress(IdentifierFault):
        found = normalise(text)
        assert normalise(found) == found


@given(st.integers(0, 10**13 - 1), st.integers(0, 13), st.integers(1, 9))
def test_check_digit__finds_every_wrong_digit(number: int, place: int, by: int) -> None:
    digits = f"{number:013d}"
    whole = digits + check_digit(digits)
    wrong = whole[:place] + str((int(whole[place]) + by) % 10) + whole[place + 1 :]
    with pytest.raises(Refusal) as refusal:
        read_path(f"01/{wrong}")
    assert refusal.value.code == "identifier/4"
